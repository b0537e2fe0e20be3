"""The ratings of people that a run has: ``ratings/human.MODEL.TASK.jsonl`` and preferences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.data.ratings import Preference, Rating
from bench.raters import HUMAN
from bench.rating.values import same_name
from bench.runs.files import RATINGS
from bench.runs.rating_files import RatingFile

Row = Rating | Preference
Target = tuple[str, ...]
"""What identifies a rating: two rows with the same one contradict or repeat each other."""


def target_of(row: Row) -> Target:
    """Who rated what by which criterion."""
    common = (row.task, row.article, same_name(row.rater), row.dimension, str(row.sample))
    if isinstance(row, Rating):
        return (*common, row.model, str(row.item))
    return (*common, row.first, row.second)


def answer_of(row: Row) -> float | str | None:
    """The value or choice of a row."""
    return row.value if isinstance(row, Rating) else row.choice


@dataclass(frozen=True)
class StoredRatings:
    """The rows of people in a run directory, in the order of the files.

    Attributes:
        rows: ratings of items, and preferences.
    """

    rows: tuple[Row, ...]

    @property
    def ratings(self) -> list[Rating]:
        """The ratings of items."""
        return [row for row in self.rows if isinstance(row, Rating)]

    @property
    def preferences(self) -> list[Preference]:
        """The choices between two lists."""
        return [row for row in self.rows if isinstance(row, Preference)]


def read_ratings(directory: Path) -> StoredRatings:
    """The ratings of people that a run directory holds.

    Raises:
        RunDirectoryError: a row cannot be read.
    """
    folder = directory / RATINGS
    files = sorted(folder.glob(f"{HUMAN}.*.jsonl")) if folder.is_dir() else []
    return StoredRatings(tuple(row for file in files for row in _rows(file)))


def _rows(file: Path) -> Iterator[Row]:
    if file.name.endswith(".preferences.jsonl"):
        yield from (row for _, row in RatingFile(file).parsed(Preference))
    else:
        yield from (row for _, row in RatingFile(file).parsed(Rating))
