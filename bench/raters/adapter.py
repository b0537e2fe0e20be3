"""Adapts user-defined raters: plain classes and functions that do not derive from ``Rater``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from pydantic import ValidationError

from bench.adapter import Adapter, Attribute, flag, names
from bench.component import is_foreign
from bench.data.ratings import Choice, Rating
from bench.raters.base import RatedDimension, Rater, RatingAnswer, RatingRequest
from bench.tasks import TASKS, TaskName
from bench.validation import plain_reason

_NAME = re.compile(r"[A-Za-z]\w{0,99}")
_ROUNDING = 1e-9  # tolerance of range checks
_ROW = {"task": "summary", **dict.fromkeys(("article", "rater", "dimension", "model"), "-")}
_STORED = (
    *("status", "error", "raw", "reason", "tokens_in", "tokens_out", "cost", "lost_samples"),
)
"""Fields of an answer that its row has under the same name, besides what was answered."""


class DuckRater(Rater):
    """Wraps an object with ``dimensions`` and ``rate`` that does not derive from ``Rater``."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:
        declared = self.inner.dimensions
        found: Mapping[str, RatedDimension] = declared(task) if callable(declared) else declared
        return found

    def rate(self, requests: Sequence[RatingRequest]) -> Iterable[RatingAnswer | float]:
        found: Iterable[RatingAnswer | float] = self.inner.rate(requests)
        return found


class FunctionRater(Rater):
    """Wraps a function of an article and an item, which returns a number."""

    def __init__(self, function: Callable[[Any, str], float]) -> None:
        self.inner: Any = function

    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:  # noqa: ARG002
        found: Mapping[str, RatedDimension] = getattr(
            self.inner, "dimensions", {"value": RatedDimension(None, None)}
        )
        return found

    def rate(self, requests: Sequence[RatingRequest]) -> Iterable[RatingAnswer | float]:
        return (self.inner(request.article, request.item) for request in requests)


def _is_tasks(value: Any) -> bool:
    is_collection = isinstance(value, tuple | list | set | frozenset)
    return is_collection and len(value) > 0 and all(name in tuple(TASKS) for name in value)


class RaterContract(Adapter[Rater]):
    """Accepts classes with ``dimensions`` and ``rate``, and functions of an article and an item."""

    kind = "rater"
    base = Rater
    method = "rate"
    requirement = (
        "`dimensions` and `rate(requests)`; see bench.raters.base.Rater, or name a function of an"
        " article and an item"
    )
    attributes = (
        Attribute("tasks", _is_tasks, f"a tuple of {' or '.join(map(repr, TASKS))}"),
        names("excluded_from_signature"),
        names("by_dimension"),
        names("made_with"),
        flag("sees_references"),
        flag("distributable"),
        flag("batched", "classes"),
        flag("streams", "classes"),
        Attribute("requests_per_batch", taken_from="nothing"),
        Attribute("description"),
        Attribute("source"),
        Attribute("version"),
        Attribute("digest"),
    )
    methods = (
        *("load", "unload", "question", "seen", "announce", "notes", "events", "stream"),
        *("comparisons", "pairs"),
    )

    def around_object(self, inner: Any) -> Rater:
        """Wrap an object with ``rate``."""
        return DuckRater(inner)

    def around_function(self, function: Callable[..., Any]) -> Rater:
        """Wrap a function of an article and an item."""
        return FunctionRater(function)

    def problem(self, component: Rater) -> str | None:
        """The first fault of its dimensions; None if all can be used."""
        if not is_foreign(component):
            return None
        if isinstance(component, DuckRater) and not hasattr(component.inner, "dimensions"):
            return (
                "`dimensions` is missing: a mapping from names to bench.raters.base.RatedDimension"
            )
        _ = component.version, getattr(component, "digest", None)
        tables = [component.dimensions(task) for task in component.tasks]
        fault = next(filter(None, map(dimensions_fault, tables)), None)
        if fault is None and isinstance(component, FunctionRater):
            of_lists = (name for table in tables for name, one in table.items() if one.of_list)
            for name in of_lists:
                return (
                    f"`dimensions` of {name}: a function gets one item, and `of_list` is about all"
                    " of them; use a class with `rate`"
                )
        return fault


def dimensions_fault(found: Any) -> str | None:
    """The first fault of declared dimensions, in words; None if all can be used."""
    if not isinstance(found, Mapping) or not found:
        return f"`dimensions` must be a mapping with at least one name, not {found!r:.100}"
    for name, dimension in found.items():
        if not isinstance(name, str) or _NAME.fullmatch(name) is None:
            return f"`dimensions` has a name that is not a word: {name!r:.100}"
        if not isinstance(dimension, RatedDimension):
            return f"`dimensions` of {name} must be a RatedDimension, not {dimension!r:.100}"
        ends = [end for end in (dimension.low, dimension.high) if end is not None]
        if not all(isinstance(end, int | float) and math.isfinite(end) for end in ends):
            return f"`dimensions` of {name}: `low` and `high` must be finite numbers or None"
        if sorted(ends) != ends:
            return f"`dimensions` of {name}: `low` must not be above `high`"
    return None


def checked_answer(given: Any, dimension: RatedDimension, *, prefers: bool) -> RatingAnswer:
    """The answer of a rater, all of whose fields are checked, with its value as a plain number.

    Args:
        given: what the rater returned: an answer, or a number.
        dimension: the dimension that was asked for.
        prefers: whether a choice is wanted instead of a value.

    Raises:
        TypeError: it is neither.
        ValueError: the value is missing, out of range or not finite, or another field cannot be
            stored.
    """
    answer = given if isinstance(given, RatingAnswer) else RatingAnswer(_number(given))
    if fault := stored_fault(answer):
        raise ValueError(f"returns an answer with an invalid {fault}")
    if answer.status != "ok":
        return answer
    if prefers:
        if answer.choice not in get_args(Choice):
            raise ValueError(f"a choice is first, second or tie, not {answer.choice!r}")
        return answer
    if answer.value is None:
        raise ValueError("an answer with the status `ok` needs a value")
    value = _number(answer.value)
    low, high = dimension.low, dimension.high
    if not math.isfinite(value):
        raise ValueError(f"returns {value}, which is not a finite number")
    below = low is not None and value < low - _ROUNDING
    if below or (high is not None and value > high + _ROUNDING):
        ends = ("any" if end is None else f"{end:g}" for end in (low, high))
        raise ValueError(f"returns {value:g}, outside its declared range {' to '.join(ends)}")
    return replace(answer, value=value)


def stored_fault(answer: RatingAnswer) -> str | None:
    """The first field besides value and choice that no row can hold, in words; None without one."""
    try:
        Rating.model_validate(_ROW | {name: getattr(answer, name) for name in _STORED})
    except ValidationError as error:
        fault = error.errors()[0]
        return f"`{fault['loc'][0]}`: {plain_reason(fault)}"
    return None


def _number(given: Any) -> float:
    if isinstance(given, str) or not hasattr(given, "__float__"):
        kind = type(given).__name__
        raise TypeError(f"a rater must return a number or a RatingAnswer, not {kind}")
    try:
        return float(given)
    except Exception as error:  # an array of several numbers, or an integer beyond a float
        raise ValueError(f"returns {given!r:.100}, which is not one number") from error
