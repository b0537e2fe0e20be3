"""The page about Python names every public function; its code runs as all pages do."""

from __future__ import annotations

import bench
from tests.conftest import ROOT


def test_every_public_function_is_documented():
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    public = [name for name in bench.__all__ if name.islower() and not name.startswith("_")]
    undocumented = [name for name in public if f"`bench.{name}(" not in text]
    assert undocumented == ["evaluate_module"]  # for the `evaluate` library; in its guide
