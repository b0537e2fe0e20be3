"""The ratings of people that a run has: ``ratings/human.MODEL.TASK.jsonl`` and preferences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bench.data.ratings import Preference, Rating
from bench.errors import RunDirectoryError
from bench.rating.values import same_name
from bench.runs.strict_json import regular
from bench.validation import plain_reason

FOLDER, GROUP = "ratings", "human"
_LONGEST_ROW = 1 << 20

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
    folder = directory / FOLDER
    files = sorted(folder.glob(f"{GROUP}.*.jsonl")) if folder.is_dir() else []
    return StoredRatings(tuple(row for file in files for row in _rows(file, directory)))


def _rows(file: Path, directory: Path) -> Iterator[Row]:
    kind = Preference if file.name.endswith(".preferences.jsonl") else Rating
    with regular(file, directory).open("rb") as lines:
        number = 0
        while line := lines.readline(_LONGEST_ROW):
            number += 1
            try:
                yield kind.model_validate_json(line)
            except ValidationError as error:
                raise RunDirectoryError(
                    f"{file}:{number}: not a row of ratings"
                    f" ({plain_reason(error.errors()[0])}); delete the line, and import the sheet"
                    " again"
                ) from error


def file_of(row: Row) -> str:
    """The file that a row belongs to, relative to the run directory."""
    if isinstance(row, Preference):
        return f"{FOLDER}/{GROUP}.{row.task}.preferences.jsonl"
    return f"{FOLDER}/{GROUP}.{row.model}.{row.task}.jsonl"


def contents(rows: Iterable[Row]) -> Mapping[str, bytes]:
    """The files of rows: by path relative to the run directory, their content."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(file_of(row), []).append(row)
    return {
        name: b"".join(row.model_dump_json().encode() + b"\n" for row in sorted(own, key=_order))
        for name, own in sorted(found.items())
    }


def _order(row: Row) -> tuple[object, ...]:
    item = row.item if isinstance(row, Rating) and isinstance(row.item, int) else -1
    return (row.article, row.sample, item, row.dimension, target_of(row))
