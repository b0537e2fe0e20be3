"""The examples of ``docs/plugins.md`` are files that work."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", TEXT, re.DOTALL))


@pytest.mark.slow
def test_worked_examples_pass_their_own_tests(python, tmp_path):
    assert len(FILES) == 5
    for name, code in FILES.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_plugins.py")
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def test_every_check_is_documented():
    tables = {name for row in re.findall(r"^\| (`.*?) \|", TEXT, re.M) for name in row.split("`")}
    named = set()
    for file in (ROOT / "bench" / "testing").glob("*.py"):
        code = file.read_text(encoding="utf-8")
        named |= set(re.findall(r'(?:fail|attempt)\(\s*"(\w+)"', code))
        named |= set(re.findall(r'_fits\(checks, similarity, case, "(\w+)"', code))
        named |= set(re.findall(r'_outputs\([^"()]*(?:\[article\])?[^"()]*"(\w+)"', code))
    assert named <= tables
    assert {"shape", "odd_items", "empty_lists", "odd_articles", "blocks", "batches"} <= named
