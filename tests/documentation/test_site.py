"""The documentation site builds without a network, and shows what the code has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest

import bench
from bench.catalog import listed
from bench.cli import VERBS
from bench.runs.config import Config
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

_NO_NETWORK = """
import socket, sys
def refuse(*_, **__):
    raise OSError("the site must build without a network")
socket.socket.connect = socket.getaddrinfo = refuse
from mkdocs.__main__ import cli
cli()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; BENCH_SITE=required makes the absence of mkdocs a failure."""
    if not all(map(find_spec, ("mkdocs", "material", "mkdocstrings"))):
        if os.environ.get("BENCH_SITE") == "required":
            pytest.fail("BENCH_SITE=required, but the extra `docs` is not installed")
        pytest.skip("needs the extra `docs`")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-c", _NO_NETWORK, "build", "--strict", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def page(site: Path, name: str) -> str:
    return (site / f"{name}.html").read_text(encoding="utf-8")


def words(site: Path, name: str) -> str:
    """The text of a page, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", page(site, name))).split())


def test_pages_load_nothing_from_other_servers(site):
    loading = re.compile(
        r"<(?:script|img|iframe)[^>]*\bsrc=[\"']?(?:https?:)?//|"
        r"<link[^>]*rel=[\"']?(?:stylesheet|preconnect|icon)[^>]*href=[\"']?(?:https?:)?//"
    )
    files = list(site.rglob("*.html"))
    assert len(files) > 25
    assert [file.name for file in files if loading.search(file.read_text("utf-8"))] == []
    styles = (file.read_text("utf-8") for file in site.rglob("*.css"))
    assert not any(re.search(r"url\([\"']?https?:|@import", style) for style in styles)


def test_every_public_name_is_in_the_reference(site):
    text = page(site, "reference/python-api")
    names = [name for name in bench.__all__ if name != "__version__"]
    assert [name for name in names if f'id="bench.{name}"' not in text] == []
    # From docstrings: a sentence, a parameter and an error of `bench.compare`.
    assert "Test whether models differ" in text or "Parameters:" in text
    assert text.count("Parameters:") >= 10
    assert text.count("Raises:") >= 10


def test_every_verb_and_option_is_in_the_reference(site):
    text = words(site, "reference/commands")
    assert [verb for verb in VERBS if f"bench {verb}" not in text] == []
    for option in ("--bench-update", "--junit", "--group-by", "--install-completion"):
        assert (option in text) is (option != "--bench-update")
    assert "Tolerated loss, 0.01 or 2% of the baseline's score" in text


def test_every_model_metric_and_similarity_is_in_the_reference(site):
    models, metrics = words(site, "reference/models"), words(site, "reference/metrics")
    assert [name for name, _, text in listed("models") if text[1:] not in models] == []
    assert [n for n, _, text in listed("metrics") if " ".join(text.split()) not in metrics] == []
    assert [
        name for name, _, text in listed("similarities") if text.replace("`", "") not in metrics
    ] == []
    assert "token_field" in models  # a parameter of `endpoint`
    assert "int | None" in models


def test_every_key_of_a_config_is_in_the_reference(site):
    text = page(site, "reference/config")
    assert [key for key in Config.model_fields if f"<code>{key}</code>" not in text] == []
    assert "Use only the first N articles." in text


def test_marks_for_tests_are_not_on_the_pages(site):
    assert [f.name for f in site.rglob("*.html") if "not run: needs" in words_of(f)] == []


def words_of(file: Path) -> str:
    text = re.sub(r"<!--.*?-->", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"<[^>]*>", "", text)


def test_blocks_are_blocks(site):
    """No fence is shown as text, which happens where a page is indented wrongly."""
    shown = [file.name for file in site.rglob("*.html") if "```" in words_of(file)]
    assert shown == []
