"""The Python code of the documents runs as it is printed."""

from __future__ import annotations

import re

import pytest

import bench
from tests.conftest import ROOT

SNIPPETS = [
    pytest.param(code, id=f"{name}-{number}")
    for name in ("README.md", "docs/python.md")
    for number, code in enumerate(
        re.findall(r"```python\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    )
    if "import bench\n" in code
]


@pytest.mark.parametrize("code", SNIPPETS)
def test_it_runs(code, tmp_path, python):
    (tmp_path / "results").symlink_to(ROOT / "results")
    done = python("-c", code)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_public_function_is_documented():
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    public = [name for name in bench.__all__ if name.islower() and not name.startswith("_")]
    undocumented = [name for name in public if f"`bench.{name}(" not in text]
    assert undocumented == ["evaluate_module"]  # for the `evaluate` library; in the README
