"""Ratings on disk: a JSON-lines file for each rater, model and task.

``ratings/RATER.MODEL.TASK.jsonl`` holds the answers of a rater of the config;
``ratings/human.MODEL.TASK.jsonl`` those of people; ``ratings/human.json`` what their values mean.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from bench.data.files import write_atomic
from bench.data.ratings import Rating
from bench.errors import RunDirectoryError
from bench.raters import HUMAN
from bench.runs.files import RATINGS
from bench.runs.names import is_name, is_rater_name
from bench.runs.results import MetricFacts
from bench.runs.row_file import LONGEST_ROW, RowFile
from bench.runs.strict_json import damaged, read_json
from bench.strict_model import StrictModel
from bench.tasks import TASKS
from bench.validation import plain_reason

HUMAN_FACTS = f"{RATINGS}/{HUMAN}.json"
"""What the values of people's ratings mean."""


class RatingFile(RowFile):
    """The rows of one rater, model and task."""

    kind = "rating"


def rating_file(directory: Path, rater: str, model: str, task: str) -> RatingFile:
    """The file of one rater, model and task in a run directory.

    Raises:
        RunDirectoryError: a name cannot be part of a file name.
    """
    if not is_rater_name(rater) or not is_name(model) or task not in TASKS:
        raise RunDirectoryError(
            f"{directory}: {rater[:60]!r} cannot be the name of a rater, {model[:60]!r} of a model,"
            f" or {task[:60]!r} of a task: they name files"
        )
    return RatingFile(directory / RATINGS / f"{rater}.{model}.{task}.jsonl")


def files_of_ratings(directory: Path) -> list[Path]:
    """The files of ratings in a run directory."""
    folder = directory / RATINGS
    return sorted([*folder.glob("*.jsonl"), *folder.glob("*.json")])


def to_rating_line(row: Rating) -> bytes:
    """A row as a line of the file; one that is too long to be read is an error instead."""
    line = _dumped(row)
    if len(line) < LONGEST_ROW:
        return line
    error = f"an answer of {len(line):,} bytes; a row of more than {LONGEST_ROW:,} is not read"
    nothing = {"raw": None, "reason": None, "value": None}
    return _dumped(row.model_copy(update={**nothing, "status": "error", "error": error}))


def _dumped(row: Rating) -> bytes:
    return row.model_dump_json().encode() + b"\n"


class HumanFacts(StrictModel):
    """What the ratings of people mean: by dimension, how to read its score."""

    dimensions: dict[str, MetricFacts]


def read_human_facts(directory: Path) -> HumanFacts:
    """What the ratings of people in a run directory mean; nothing without any.

    Raises:
        RunDirectoryError: the file cannot be read.
    """
    file = directory / HUMAN_FACTS
    if not file.exists() and not file.is_symlink():
        return HumanFacts(dimensions={})
    _, value = read_json(file, directory)
    try:
        return HumanFacts.model_validate(value)
    except ValidationError as error:
        raise damaged(file, plain_reason(error.errors()[0])) from error


def write_human_facts(directory: Path, facts: HumanFacts) -> None:
    """Write what the ratings of people mean."""
    write_atomic(directory / HUMAN_FACTS, facts.model_dump_json(indent=1) + "\n")
