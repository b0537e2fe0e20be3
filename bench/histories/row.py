"""A line of a history file: what one run scored, and enough to test other runs against it."""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from datetime import datetime
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, NonNegativeInt, SerializerFunctionWrapHandler, model_serializer
from pydantic import model_validator as validated

from bench.histories.dates import parsed_date
from bench.models.base import Role
from bench.runs.results import DatasetFacts, MetricFacts
from bench.stats.sample import FloatArray
from bench.strict_model import StrictModel
from bench.tasks import TASKS

MOST_ARTICLES = 2000
"""Articles up to which a row keeps the scores of each of them."""
Outcome = Literal["pass", "fail", "inconclusive", "accepted"]
"""The verdict of the gate on a run; ``accepted`` begins a new level."""
_LARGEST = 1e15
_Number = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=10_000)]
_Name = Annotated[str, Field(max_length=1000)]
_Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Measured = tuple[_Number, _Number | None, _Number | None]
"""A score and the bounds of its interval; null without one."""


class ModelRow(StrictModel):
    """One model on one task."""

    role: Role
    signature: _Text = ""
    articles: NonNegativeInt
    """The number of scored articles."""
    failed: NonNegativeInt = 0
    scores: dict[_Name, Measured]
    values: dict[_Name, str] = Field(default={})
    """By score, the score of each article: float64, little-endian, zlib, base64."""
    statistics: dict[_Name, str] = Field(default={})
    """The same for the sums of scores that are not means, row by row."""
    on: list[NonNegativeInt] | None = None
    """The indices of the scored articles; all of them if null."""
    indices: dict[_Name, list[NonNegativeInt]] = Field(default={})
    """By score, the indices of its articles, where they are not those of ``on``."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        record: dict[str, object] = serialize(self)
        empty = [key for key in ("values", "statistics", "indices") if not record[key]]
        return {
            key: value
            for key, value in record.items()
            if key not in empty and not (key == "on" and value is None)
        }


class TaskRow(StrictModel):
    """One task."""

    primary: _Name
    articles: NonNegativeInt
    items: int | None
    models: dict[_Name, ModelRow]


class HistoryRow(StrictModel):
    """One run."""

    version: Literal[1] = 1
    id: _Digest
    """The digest of the run with its commit and date; a run is recorded once."""
    run: _Name
    """The name of its directory."""
    commit: Annotated[str, Field(max_length=100)] | None
    date: Annotated[str, Field(max_length=40)]
    outcome: Outcome | None
    on_error: _Name
    confidence: Annotated[float, Field(gt=0, lt=1)]
    resamples: NonNegativeInt
    dataset: DatasetFacts
    metrics: dict[_Name, MetricFacts]
    tasks: dict[_Name, TaskRow]
    articles: list[_Text] | None = None
    """The ids of the scored articles; null if there are too many to keep their scores."""
    clusters: list[_Text] | None = None
    """The unit that each article belongs to; null if every article is one."""

    @validated(mode="after")
    def _usable(self) -> Self:
        parsed_date(self.date)
        for name, task in self.tasks.items():
            if name not in TASKS:
                raise ValueError(f"tasks: unknown task {name[:60]!r}")
            scores = {score for model in task.models.values() for score in model.scores}
            for score in {*scores, task.primary}:
                if self.metric_of(score) not in self.metrics:
                    raise ValueError(f"tasks.{name}: no metric has a score {score[:60]!r}")
        if self.clusters is not None and len(self.clusters) != len(self.articles or ()):
            raise ValueError("clusters: must be one for each of the articles")
        return self

    @property
    def when(self) -> datetime:
        """The date."""
        return parsed_date(self.date)

    def metric_of(self, score: str) -> str:
        """The name of the metric that a score belongs to."""
        return score if score in self.metrics else score.rpartition(".")[0]

    def line(self) -> str:
        """The text of the row, with its line end."""
        return self.model_dump_json(exclude_none=False) + "\n"


def packed_values(values: FloatArray) -> str:
    """Numbers as text, exactly."""
    return base64.b64encode(zlib.compress(values.astype("<f8").tobytes(), 6)).decode()


def unpacked_values(text: str, count: int) -> FloatArray:
    """Numbers from such a text.

    Raises:
        ValueError: it is damaged, or has another number of them.
    """
    wanted = 8 * count
    try:
        packer = zlib.decompressobj()
        data = packer.decompress(base64.b64decode(text, validate=True), wanted + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ValueError(f"packed scores are damaged: {error}") from None
    if len(data) != wanted:
        raise ValueError(f"packed scores are not those of {count} articles")
    found = np.frombuffer(data, "<f8").astype(np.float64)
    if not all(map(math.isfinite, found)) or (len(found) and np.abs(found).max() > _LARGEST):
        raise ValueError("packed scores are not numbers")
    return found
