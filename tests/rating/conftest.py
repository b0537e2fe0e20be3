"""A small run, sheets made from it, and sheets as raters fill them in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import bench
from bench.api.rating import RatingSheets
from tests.rating.filling import Filled

MODELS = ("template", "title-questions", "transform")


@pytest.fixture(scope="session")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rated") / "run"
    bench.run(
        "insights",
        models=[*MODELS, "random-sentences"],
        tasks=["questions"],
        limit=8,
        output=folder,
        progress=False,
    )
    return folder


@pytest.fixture
def run(made_run: Path, tmp_path: Path) -> Path:
    """A run directory that a test may change."""
    return Path(shutil.copytree(made_run, tmp_path / "run"))


@pytest.fixture
def sheets(run: Path, tmp_path: Path) -> RatingSheets:
    """Sheets for two raters: three articles, two items of each model; two models share one."""
    return bench.rate(run, tmp_path / "sheets", articles=3, items=2, raters=2, seed=58)


@pytest.fixture
def filled(sheets: RatingSheets) -> Callable[[int], Filled]:
    """The CSV sheet of a rater, filled in."""
    files = [Path(file) for file in sheets.files if file.endswith(".csv")]

    def fill(number: int = 1, rater: str = "Anna") -> Filled:
        return Filled.of(files[number - 1], rater, seed=number)

    return fill
