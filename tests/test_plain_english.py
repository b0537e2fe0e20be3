"""User-facing text uses standard terms: no phrases that have been replaced come back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

EVERYWHERE = (
    "beside each other",
    "nor each",
    "not each with each",
    "nobody can read",
    "of one stem",
    "one honest line",
    "the first so many",
    "whether that is real",
)
"""Replaced in every message, help text and document."""

IN_HELP_AND_DOCS = (
    *EVERYWHERE,
    "less is better",
    "is no config",
    "is no model",
    "is real",
    "lie now",
    "out of the house",
    "said so",
    "of so many",
    "surely",
    "what models wrote otherwise",
    "what stands",
)
"""Also replaced in the command line, the Python API and the documents."""

ROOMS = ("cli", "api", "exits.py", "errors.py", "__main__.py", "__init__.py")
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "configs").glob("*.yaml")),
    *sorted((ROOT / "datasets").glob("*/README.md")),
]


def strings(source: str) -> Iterator[str]:
    """The string literals of a module, docstrings included, each on one line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())


def messages(source: str) -> Iterator[str]:
    """The string literals of a module that are no docstrings."""
    nodes = list(ast.walk(ast.parse(source)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [] if id(node) in docstrings else [" ".join(node.value.split())]


def phrases(texts: Iterator[str], banned: tuple[str, ...]) -> list[str]:
    return [f"{phrase}: {text[:80]}" for text in texts for phrase in banned if phrase in text]


def modules(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        path = ROOT / "bench" / room
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


@pytest.mark.slow
def test_messages_use_standard_terms():
    found = {
        str(file.relative_to(ROOT)): phrases(messages(file.read_text("utf-8")), EVERYWHERE)
        for file in modules(".")
    }
    assert {file: lines for file, lines in found.items() if lines} == {}


@pytest.mark.parametrize("file", [*modules(*ROOMS)], ids=lambda file: file.name)
def test_help_and_docstrings_use_standard_terms(file):
    assert phrases(strings(file.read_text("utf-8")), IN_HELP_AND_DOCS) == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_documents_use_standard_terms(file):
    text = " ".join(file.read_text("utf-8").split())
    assert [phrase for phrase in IN_HELP_AND_DOCS if phrase in text] == []


def test_dataset_is_one_word():
    files = [*modules("."), *DOCUMENTS, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    texts = {file: " ".join(file.read_text("utf-8").split()).lower() for file in files}
    assert [str(file) for file, text in texts.items() if " ".join(["data", "set"]) in text] == []


def test_banned_phrase_is_found():
    source = '"""A doc of one stem."""\nprint("Processes beside "\n      "each other")\n'
    assert phrases(messages(source), EVERYWHERE) == [
        "beside each other: Processes beside each other"
    ]
    assert len(phrases(strings(source), EVERYWHERE)) == 2


@pytest.mark.slow
def test_no_two_classes_share_a_name():
    found: dict[str, list[str]] = {}
    for file in modules("."):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name.lstrip("_"), []).append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in found.items() if len(files) > 1} == {}
