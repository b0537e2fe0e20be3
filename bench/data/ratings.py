"""Ratings of what models wrote: one row each, whoever rated, people, judges or checkpoints.

A rater that scores one list, or one item of it, writes a ``Rating``; a rater that chooses between
the lists of two models writes a ``Preference``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from bench.article import NonBlank, Text
from bench.tasks import TaskName

Status = Literal["ok", "unparsed", "error"]
"""Whether there is an answer; ``unparsed``: one that is not an answer to what was asked."""
Choice = Literal["first", "second", "tie"]


def _not_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number, not a boolean; write 1 for yes and 0 for no")  # noqa: TRY004 - for pydantic
    return value


_NO_BOOLEAN = BeforeValidator(_not_boolean)
_Tokens = Annotated[int, Field(ge=0, le=10**12)]


class _RatedBase(BaseModel):
    """What rows of both kinds have in common."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task: TaskName
    article: NonBlank
    rater: NonBlank
    """The name of the rater: a person, or the name of a judge or checkpoint in the config."""
    dimension: NonBlank
    """What was judged, such as ``answerable``: the name of a criterion of the rubric."""
    sample: Annotated[int, Field(ge=0, lt=10**6), _NO_BOOLEAN] = 0
    """The number of the sample of the model, from 0 on."""
    raw: Text | None = None
    """The answer as the rater wrote it; null if the rater gives values."""
    reason: Text | None = None
    """The reason that the rater gave."""
    status: Status = "ok"
    error: Text | None = None
    tokens_in: _Tokens | None = None
    tokens_out: _Tokens | None = None
    cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """In the currency of the prices that the config states."""
    lost_samples: Annotated[int, Field(ge=0, lt=10**6)] = 0
    """How many of the samples that the answer is the mean of failed or are not answers to what was
    asked; the key is missing if 0."""
    key: str = ""
    """SHA-256 of all that the answer depends on; "" for people."""

    @model_serializer(mode="wrap")
    def _without_none_lost(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        record: dict[str, Any] = serialize(self)
        if not record["lost_samples"]:
            del record["lost_samples"]
        return record


class Rating(_RatedBase):
    """The value that a rater gave to the list of a model, or to one item of it."""

    model: NonBlank
    """The model, also called system, that wrote it."""
    item: Annotated[Annotated[int, Field(ge=0, lt=10**9)] | Text | None, _NO_BOOLEAN] = None
    """The index of the item in the list, or its text; null for the whole list."""
    value: Annotated[Annotated[float, Field(allow_inf_nan=False)] | None, _NO_BOOLEAN] = None
    """In units of the criterion's scale, no boolean; null unless ``status`` is ``ok``."""


class Preference(_RatedBase):
    """The choice of a rater between the lists of two models for one article."""

    first: NonBlank
    """The model whose list was shown first."""
    second: NonBlank
    """The model whose list was shown second."""
    choice: Choice | None = None
    """Null unless ``status`` is ``ok``."""
