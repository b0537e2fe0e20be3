"""Preferences on disk: a JSON-lines file for each rater and task, of all pairs of models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.data.files import replacing
from bench.data.ratings import Preference
from bench.errors import RunDirectoryError
from bench.runs.files import RATINGS
from bench.runs.names import is_rater_name
from bench.runs.row_file import RowFile
from bench.tasks import TASKS

EQUAL_LISTS = "the lists are equal"
"""The reason of a tie that nobody was asked about."""


class Compared(NamedTuple):
    """Which lists are compared, in this order, and by which criterion."""

    article: str
    first: str
    second: str
    dimension: str


class PreferenceFile(RowFile):
    """The preferences of one rater in one task."""

    kind = "preference"


def preference_file(directory: Path, rater: str, task: str) -> PreferenceFile:
    """The file of one rater and task in a run directory.

    Raises:
        RunDirectoryError: a name cannot be part of a file name.
    """
    if not is_rater_name(rater) or task not in TASKS:
        raise RunDirectoryError(
            f"{directory}: {rater[:60]!r} cannot be the name of a rater, or {task[:60]!r} of a"
            " task: they name files"
        )
    return PreferenceFile(directory / RATINGS / f"{rater}.{task}.preferences.jsonl")


@dataclass
class StoredPreferences:
    """The answers that a file of preferences holds for a run.

    Attributes:
        wanted: the key of each comparison of the run.
        answered: the comparisons that have an answer.
        by_key: a row with each answer, which other comparisons of the same lists share.
        discarded: how many rows were dropped because their questions have changed.
    """

    wanted: Mapping[Compared, str]
    answered: set[Compared] = field(default_factory=set)
    by_key: dict[str, Preference] = field(default_factory=dict)
    discarded: int = 0

    @property
    def missing(self) -> set[str]:
        """The keys of questions that must be asked."""
        pending = {key for where, key in self.wanted.items() if where not in self.answered}
        return pending - self.by_key.keys()


def settle(
    file: PreferenceFile,
    wanted: Mapping[Compared, str],
    articles: set[str],
    before_change: Callable[[], None],
) -> StoredPreferences:
    """Drop the rows that the run cannot use from the file, and index the others.

    A row is kept if it has the right key and no error, and where its article or one of its models
    is not part of the run.

    Args:
        file: the file, which need not exist.
        wanted: the key of each comparison of the run.
        articles: the ids of the articles of the run.
        before_change: called just before the file is rewritten, if it is.
    """
    found = StoredPreferences(wanted)
    models = {name for where in wanted for name in (where.first, where.second)}
    kept: list[int] = []
    dropped = 0
    for offset, row in file.parsed(Preference):
        where = comparison_of(row)
        is_of_run = row.article in articles and {row.first, row.second} <= models
        if wanted.get(where) == row.key and row.status != "error" and where not in found.answered:
            found.answered.add(where)
            found.by_key.setdefault(row.key, row)
            kept.append(offset)
        elif not is_of_run:
            kept.append(offset)
        else:
            dropped += 1
            found.discarded += row.status != "error"
    if dropped or file.is_torn():
        before_change()
        _rewrite(file, kept)
    return found


def comparison_of(row: Preference) -> Compared:
    """Which comparison a row answers."""
    return Compared(row.article, row.first, row.second, row.dimension)


def rows_of(file: PreferenceFile) -> Iterator[Preference]:
    """The rows of a file."""
    return (row for _, row in file.parsed(Preference))


def _rewrite(file: PreferenceFile, kept: list[int]) -> None:
    with file.path.open("rb") as old, replacing(file.path) as part, part.open("wb") as new:
        for offset in kept:
            old.seek(offset)
            new.write(old.readline())
