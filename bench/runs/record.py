"""``run.json``: the config, dataset, models, versions, counts and events of a run.

It is read as data, because anybody may have written it: nothing that it names is imported, opened
or fetched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    ValidationError,
    model_validator,
)

from bench.errors import RunDirectoryError
from bench.models.base import Role
from bench.runs.config import Config
from bench.runs.files import RECORD, is_run_file
from bench.runs.names import is_name
from bench.runs.results import DatasetFacts, Results
from bench.runs.strict_json import damaged, read_json
from bench.text.tokens import TokenizerName
from bench.validation import plain_reason

_Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
_Text = Annotated[str, Field(max_length=100_000)]


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


_AnyKnown = TypeVar("_AnyKnown", bound=_Known)


class ModelFacts(_Known):
    """The facts about a model that scoring needs without its code."""

    signature: _Text
    role: Role
    tasks: tuple[_Text, ...] = ()
    sees_references: bool = False
    sees_dataset: bool = False
    heeds_items: bool = False
    is_reference: bool = False


class JobCounts(_Known):
    """The counts of a model on a task."""

    articles: NonNegativeInt
    failed: NonNegativeInt
    empty: NonNegativeInt = 0
    truncated: NonNegativeInt = 0
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """The time in which the output tokens were written."""
    asked: NonNegativeInt = 0
    samples: PositiveInt = 1
    signature: _Text = ""
    cost: float | None = Field(default=None, allow_inf_nan=False)


class Ending(_Known):
    """How a run ended."""

    finished: bool = True
    """False until the files that follow are written."""
    digests: dict[str, _Digest] | None = None
    """The digests of the other files, by path relative to the directory."""

    @model_validator(mode="after")
    def _of_the_run(self) -> Self:
        foreign = next((name for name in self.digests or () if not is_run_file(name)), None)
        if foreign is not None:
            raise ValueError(f"digests: {foreign[:60]!r} is not a file of a run")
        return self


class WholeFacts(_Known):
    """The dataset that a run was declared on, of which it may have scored a part only."""

    fingerprint: _Text
    articles: NonNegativeInt


class RunRecord(Ending):
    """The content of ``run.json``; fields that older versions lack have defaults."""

    config: Config
    dataset: DatasetFacts | None = None
    whole: WholeFacts | None = None
    """The dataset that the run was declared on; null if unknown."""
    clustered_by: _Text = ""
    """The column that the labels of clusters come from; "" if unknown."""
    models: dict[str, ModelFacts] = {}
    metrics: dict[str, _Text] = {}
    notes: tuple[_Text, ...] = ()
    events: tuple[_Text, ...] = ()
    counts: dict[str, dict[str, JobCounts]] = {}
    versions: dict[str, _Text] = {}
    unrated: tuple[_Text, ...] = ()
    """Why raters stopped before they had rated everything."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        names = [entry.label for entry in self.config.models]
        names += [name for scored in self.counts.values() for name in scored]
        for name in [*names, *self.models]:
            if not is_name(name):
                raise ValueError(f"{name[:60]!r} cannot be the name of a model: it names files")
        return self


def read_record(run: Path) -> RunRecord:
    """The record of a run directory.

    Raises:
        RunDirectoryError: it is missing or broken.
    """
    return _read(run, RunRecord)


def _read(run: Path, kind: type[_AnyKnown]) -> _AnyKnown:
    file = run / RECORD
    if not file.exists():
        raise RunDirectoryError(f"{file}: cannot be read (it is missing)")
    _, record = read_json(file, run)
    try:
        return kind.model_validate(record)
    except ValidationError as error:
        raise damaged(file, reason_of(error)) from error


def read_ending(run: Path) -> Ending:
    """Read only how the run ended.

    Raises:
        RunDirectoryError: it is missing or broken.
    """
    return _read(run, Ending)


def unknown_record(results: Results) -> RunRecord:
    """What stands for the record of a run that has lost it.

    Its config names no dataset and no model; tokenizer, stemmer and the limit of items are those
    that the signatures of the metrics have.
    """
    parts = [part for facts in results.metrics.values() for part in facts.signature.split("|")]
    found = (part.removeprefix("tokenizer:") for part in parts if part.startswith("tokenizer:"))
    config: dict[str, Any] = {
        "name": "unknown",
        "dataset": "unknown",
        "models": ["unknown"],
        "tokenizer": next((n for n in found if n in get_args(TokenizerName)), "rouge-score"),
        "stemmer": "stemmer:no" not in parts,
        "max_items": max(1, results.max_items),
    }
    return RunRecord(config=Config.model_validate(config), dataset=results.dataset)


def is_being_written(run: Path) -> bool:
    """Whether its record says that the run is not finished; a broken one says nothing."""
    try:
        return not read_ending(run).finished
    except RunDirectoryError:
        return False


def reason_of(error: ValidationError) -> str:
    """The first fault that was found, in one line."""
    fault: Any = error.errors()[0]
    key = ".".join(str(part)[:60] for part in fault["loc"])
    told = plain_reason(fault)
    return f"{key}: {told}; {fault['input']!r:.60}" if key else told
