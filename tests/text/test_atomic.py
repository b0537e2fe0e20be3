"""Regular expressions give the same on every supported version of Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from bench.text.atomic import atomic
from tests.conftest import ROOT

_GROUP_MATCHED_ONCE = re.compile(r"(?<!\\)\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")
"""A possessive quantifier after a group, or an atomic group."""


def strings(source: str) -> Iterator[tuple[int, str]]:
    """The strings in a module with their lines, those of f-strings included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_atomic_group_is_not_tried_again():
    assert re.fullmatch(atomic("(?:ab|a)*", "x") + "b", "ab") is None
    assert re.fullmatch("(?:ab|a)*b", "ab")
    assert re.match(atomic("(?:a?b)*", "x") + "c", "abbabc")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"(?:a|b)*+", True),
        (r"(?:ab?)++c", True),
        (r"(a+){2,}+", True),
        (r"(?:a*){1,3}+", True),
        (r"(?:a+)?+", True),
        (r"(?>a+)b", True),
        (r"\)*+", False),
        (r"[)]*+ \s++ a{2}+", False),
        (r"(?:a|b)+ (?=x)", False),
    ],
)
def test_groups_that_are_matched_once_are_recognised(pattern, found):
    assert bool(_GROUP_MATCHED_ONCE.search(pattern)) == found


def test_no_pattern_has_a_group_that_old_versions_match_wrongly():
    named = [
        f"{file.relative_to(ROOT)}:{line}: {text!r}"
        for file in sorted((ROOT / "bench").rglob("*.py"))
        for line, text in strings(file.read_text(encoding="utf-8"))
        if _GROUP_MATCHED_ONCE.search(text)
    ]
    assert not named, "use bench.text.atomic"
