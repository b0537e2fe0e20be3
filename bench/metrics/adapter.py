"""Metrics of everybody's own: what they may be, and what their numbers are checked for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bench.component import has_method, is_foreign, is_function, made_of
from bench.errors import ConfigError
from bench.faults import misused
from bench.metrics.base import Block, FloatArray, Metric

_NAME = re.compile(r"[^\s|]{1,100}")
_ROUNDING = 1e-9  # what a sum may be past the end of a range
_OPTIONAL = (
    "description",
    "source",
    "fields",
    "range",
    "higher_is_better",
    "needs_text",
    "reference_free",
    "ignores_order",
    "is_mean",
)
_OF_FUNCTIONS = tuple(set(_OPTIONAL) - {"fields", "needs_text", "is_mean"})


class FunctionMetric(Metric):
    """A plain function of an article's predicted and reference items, averaged over articles.

    What it says of itself in attributes is taken over.
    """

    range = (None, None)

    def __init__(self, function: Callable[[Sequence[str], Sequence[str]], float]) -> None:
        object.__setattr__(self, "inner", function)
        for name in _OF_FUNCTIONS:
            if hasattr(function, name):
                object.__setattr__(self, name, getattr(function, name))

    def statistics(self, block: Block) -> FloatArray:
        pairs = zip(block.predictions, block.references, strict=True)
        rows = [vars(self)["inner"](list(p), list(r)) for p, r in pairs]
        return np.array(rows, np.float64).reshape(len(rows), 1)


class DuckMetric(Metric):
    """An object with ``statistics(block)`` that does not derive from ``Metric``.

    What it says of itself is taken over, what it leaves unsaid has the base class's default.
    """

    def __init__(self, inner: Any) -> None:
        object.__setattr__(self, "inner", inner)
        for name in _OPTIONAL:
            if hasattr(inner, name):
                object.__setattr__(self, name, getattr(inner, name))

    @property
    def name(self) -> str:
        return str(getattr(vars(self)["inner"], "name", super().name))

    def statistics(self, block: Block) -> FloatArray:
        found: FloatArray = vars(self)["inner"].statistics(block)
        return found


class MetricContract:
    """What a metric must be: a class with ``statistics``, or a function of two lists."""

    called_with = 2

    def check(self, source: Any, name: str) -> None:
        """Refuse anything else, before it is called."""
        if not (has_method(source, Metric, "statistics") or is_function(source)):
            raise ConfigError(
                f"metric {name!r} does not implement `statistics(block)`; derive it from"
                " bench.metrics.Metric, or name a function of predicted and reference items"
            )

    def adapt(self, built: Any, name: str) -> Metric:
        """The metric, if what it says of itself can be used."""
        metric = built if isinstance(built, Metric) else _around(built)
        problem = _problem(metric)
        if problem:
            raise ConfigError(f"metric {name!r}: {problem}")
        return metric


def _problem(metric: Metric) -> str | None:  # noqa: PLR0911 - a declaration each
    """What is wrong with what a metric says of itself; None if it can be used."""
    name, fields, ends = metric.name, metric.fields, metric.range
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return f"`name` must be a word without white space and '|', not {name!r}"
    if not isinstance(fields, tuple | list) or not all(_is_name(part) for part in fields):
        return f"`fields` must be a tuple of names, not {fields!r}"
    if len({*fields}) < len(fields):
        return f"`fields` names one of them twice: {fields!r}"
    if not isinstance(ends, tuple | list) or len(ends) != 2 or not all(map(_is_end, ends)):
        return f"`range` must be (low, high), not {ends!r}"
    low, high = ends
    if low is not None and high is not None and low > high:
        return f"`range` must begin with the lower end, not {ends!r}"
    for flag in ("higher_is_better", "is_mean", "needs_text"):
        if not isinstance(getattr(metric, flag), bool):
            return f"`{flag}` must be True or False, not {getattr(metric, flag)!r}"
    if not is_foreign(metric):
        return None  # what follows may load a measure of a library
    scores = metric.scores(name)
    if not isinstance(scores, tuple | list) or not all(_is_name(score) for score in scores):
        return f"`scores` must give a tuple of names, not {scores!r}"
    if metric.headline(name) not in scores:
        return f"`headline` must give one of {scores!r}, not {metric.headline(name)!r}"
    if not isinstance(metric.signature, str):
        return f"`signature` must be text, not {metric.signature!r}"
    if not isinstance(metric.description, str) or not isinstance(
        metric.tokenizers, frozenset | set
    ):
        return "`description` must be text, and `tokenizers` a set of names"
    return None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_end(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (is_number and value == value)  # noqa: PLR0124 - NaN is not


def _around(built: Any) -> Metric:
    return DuckMetric(built) if hasattr(built, "statistics") else FunctionMetric(built)


def label_of(metric: Metric) -> str:
    """A metric in a message."""
    made = made_of(metric)
    return f"metric {made.use if made and is_foreign(metric) else metric.name!r}"


def checked_statistics(metric: Metric, block: Block) -> FloatArray:
    """Statistics of each article that are numbers, and give scores in the metric's range.

    Raises:
        ComponentError: they are not; the message says what they are instead.
        Exception: whatever the metric raises.
    """
    rows = len(block.predictions)
    statistics = _numbers(metric, metric.statistics(block), "statistics", rows)
    values = _numbers(metric, metric.values(statistics), "values", rows)
    scores = len(metric.scores(metric.name))
    if rows and values.shape[1] != scores:
        what = f"gives {values.shape[1]} scores an article, and has names for {scores}"
        raise _misused(metric, what, "statistics")
    low, high = metric.range
    _check_range(metric, values, low, high)
    return statistics


def checked_whole(metric: Metric, sums: FloatArray, articles: int) -> FloatArray:
    """Scores of the whole that are numbers in the metric's range.

    Raises:
        ComponentError: they are not.
        Exception: whatever the metric raises.
    """
    if is_foreign(metric):
        _check_resampled(metric, sums, articles)
    twice = np.asarray(metric.of_sums(np.stack([sums, sums]), articles), np.float64)
    count = len(metric.scores(metric.name))
    if twice.shape != (2, count):  # many resampled wholes are scored with it at once
        what = f"gives shape {twice.shape} for sums of shape (2, {len(sums)}), not (2, {count})"
        raise _misused(metric, what, "of_sums")
    scores: FloatArray = twice[0]
    _check_range(metric, scores[None], *metric.range)
    return scores


def _check_resampled(metric: Metric, sums: FloatArray, articles: int) -> None:
    """Try sums of resampled articles, which the bootstrap makes ten thousand of."""
    count = len(metric.scores(metric.name))
    for shape in ((7, 1), (2, 3, 1)):
        found = metric.of_sums(
            sums * np.linspace(0.5, 1.5, math.prod(shape)).reshape(shape), articles
        )
        if np.shape(found) != (*shape[:-1], count):
            what = f"gives shape {np.shape(found)} for sums of shape {(*shape[:-1], len(sums))}"
            raise _misused(metric, what, "of_sums")
        if not np.isfinite(np.asarray(found, np.float64)).all():
            raise _misused(
                metric, "gives a number that is not finite for resampled sums", "of_sums"
            )


def _numbers(metric: Metric, found: Any, method: str, rows: int) -> FloatArray:
    if not isinstance(found, np.ndarray):
        what = (
            f"returns a {type(found).__name__}, not a numpy array of shape (articles, statistics)"
        )
        raise _misused(metric, what, method)
    if found.ndim != 2 or len(found) != rows:
        what = f"returns shape {found.shape}, not (articles, statistics) for {rows} articles"
        raise _misused(metric, what, method)
    if found.dtype.kind not in "biuf":
        raise _misused(metric, f"returns an array of {found.dtype}, not of numbers", method)
    numbers = found.astype(np.float64, copy=False)
    if not np.isfinite(numbers).all():
        odd = numbers[~np.isfinite(numbers)][0]
        raise _misused(metric, f"returns {odd}, which is no finite number", method)
    return numbers


def _check_range(metric: Metric, values: FloatArray, low: float | None, high: float | None) -> None:
    if not np.isfinite(values).all():
        odd = values[~np.isfinite(values)][0]
        raise _misused(metric, f"gives {odd}, which is no finite number", "values")
    below = low is not None and values.size and float(values.min()) < low - _ROUNDING
    above = high is not None and values.size and float(values.max()) > high + _ROUNDING
    if below or above:
        odd = float(values.min() if below else values.max())
        span = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        raise _misused(metric, f"gives {odd:g}, out of its declared range {span}", "statistics")


def _misused(metric: Metric, what: str, method: str) -> Exception:
    return misused(metric, label_of(metric), what, method)
