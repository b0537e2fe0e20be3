"""Adapts user-defined metrics, and checks the numbers that they return."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.adapter import Adapter, Attribute, flag, text
from bench.component import is_foreign, made_of
from bench.display import count
from bench.faults import misused
from bench.metrics.base import Block, FloatArray, Metric

_NAME = re.compile(r"[^\s|]{1,100}")
_ROUNDING = 1e-9  # tolerance of range checks


class FunctionMetric(Metric):
    """Wraps a function of an article's predicted and reference items; averaged over articles."""

    range = (None, None)

    def __init__(self, function: Callable[[Sequence[str], Sequence[str]], float]) -> None:
        object.__setattr__(self, "inner", function)

    def statistics(self, block: Block) -> FloatArray:
        pairs = zip(block.predictions, block.references, strict=True)
        rows = [self._number(vars(self)["inner"](list(p), list(r))) for p, r in pairs]
        return np.array(rows, np.float64).reshape(len(rows), 1)

    def _number(self, found: Any) -> FloatArray:
        """What the function returned, as an array with one number."""
        try:
            number = np.asarray(found, np.float64)
        except (TypeError, ValueError):
            number = np.empty(0)
        if found is None or number.size != 1:
            kind = type(found).__name__
            what = f"returns a {kind}, not a number; a class can have several scores"
            raise _misused(self, what, "statistics")
        return number.reshape(())


class DuckMetric(Metric):
    """Wraps an object with ``statistics(block)`` that does not derive from ``Metric``."""

    def __init__(self, inner: Any) -> None:
        object.__setattr__(self, "inner", inner)

    @property
    def name(self) -> str:
        return str(getattr(vars(self)["inner"], "name", super().name))

    def statistics(self, block: Block) -> FloatArray:
        found: FloatArray = vars(self)["inner"].statistics(block)
        return found


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _are_names(value: object) -> bool:
    return isinstance(value, tuple | list) and all(map(_is_name, value))


def _is_range(value: object) -> bool:
    if not isinstance(value, tuple | list) or len(value) != 2 or not all(map(_is_end, value)):
        return False
    low, high = value
    return low is None or high is None or low <= high


def _is_end(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (is_number and value == value)  # noqa: PLR0124 - NaN is not


class MetricContract(Adapter[Metric]):
    """Accepts classes with ``statistics``, and functions of two lists."""

    kind = "metric"
    base = Metric
    method = "statistics"
    requirement = (
        "`statistics(block)`; derive it from bench.metrics.Metric, or name a function of predicted"
        " and reference items"
    )
    attributes = (
        Attribute("fields", _are_names, "a tuple of names", "classes"),
        Attribute("range", _is_range, "(low, high) with low <= high"),
        flag("higher_is_better"),
        flag("reference_free"),
        flag("ignores_order"),
        flag("needs_text", "classes"),
        flag("is_mean", "classes"),
        text("description"),
        Attribute("source"),
    )

    def around_object(self, inner: Any) -> Metric:
        """Wrap an object with ``statistics``."""
        return DuckMetric(inner)

    def around_function(self, function: Callable[..., Any]) -> Metric:
        """Wrap a function of predicted and reference items."""
        return FunctionMetric(function)

    def problem(self, component: Metric) -> str | None:
        """The first inconsistent name of a metric or its scores; None if all can be used."""
        name, fields = component.name, component.fields
        if not _is_name(name):
            return f"`name` must be a word without white space and '|', not {name!r}"
        if len({*fields}) < len(fields):
            return f"`fields` has a duplicate name: {fields!r}"
        # the properties of a shipped metric may load a measure of a library
        return _computed_problem(component, name) if is_foreign(component) else None


def _computed_problem(metric: Metric, name: str) -> str | None:
    """The first invalid property of a user-defined metric, in words."""
    scores = metric.scores(name)
    if not _are_names(scores):
        return f"`scores` must return a tuple of names, not {scores!r}"
    if metric.headline(name) not in scores:
        return f"`headline` must return one of {scores!r}, not {metric.headline(name)!r}"
    if not isinstance(metric.signature, str):
        return f"`signature` must be text, not {metric.signature!r}"
    if not isinstance(metric.tokenizers, frozenset | set):
        return f"`tokenizers` must be a set of names, not {metric.tokenizers!r}"
    return None


def label_of(metric: Metric) -> str:
    """The name of a metric in messages."""
    made = made_of(metric)
    return f"metric {made.use if made and is_foreign(metric) else metric.name!r}"


def checked_statistics(metric: Metric, block: Block) -> FloatArray:
    """Compute the statistics of each article, and check them and their scores.

    Raises:
        ComponentError: they are not finite numbers of the right shape, or out of range.
        Exception: any exception of the metric.
    """
    rows = len(block.predictions)
    statistics = _numbers(metric, metric.statistics(block), "statistics", rows)
    values = _numbers(metric, metric.values(statistics), "values", rows)
    scores = len(metric.scores(metric.name))
    if rows and values.shape[1] != scores:
        what = f"returns {count(values.shape[1], 'score')} per article, not {scores}"
        raise _misused(metric, what, "statistics")
    low, high = metric.range
    _check_range(metric, values, low, high)
    return statistics


def statistics_with_text(metric: Metric, block: Block, textless: NDArray[np.bool_]) -> FloatArray:
    """Compute and check the statistics of each article; NaN where a text that is needed is missing.

    Args:
        metric: the metric.
        block: the articles.
        textless: whether each article has no text, shape (articles,).

    Raises:
        ComponentError: as for ``checked_statistics``.
        Exception: any exception of the metric.
    """
    if not metric.needs_text or block.texts is None or not textless.any():
        return checked_statistics(metric, block)
    rows = np.flatnonzero(~textless).tolist()
    some = block
    if rows:
        some = Block(
            [block.predictions[row] for row in rows],
            [block.references[row] for row in rows],
            [block.texts[row] for row in rows],
            block.encoders,
        )
    found = checked_statistics(metric, some)
    statistics = np.full((len(textless), found.shape[1]), np.nan)
    if rows:
        statistics[rows] = found
    return statistics


def has_value(statistics: FloatArray) -> NDArray[np.bool_]:
    """Whether each article has statistics, shape (articles,)."""
    return np.asarray(~np.isnan(statistics).any(axis=1), np.bool_)


def checked_whole(metric: Metric, sums: FloatArray, articles: int) -> FloatArray:
    """Compute the scores of a whole run, and check them.

    Raises:
        ComponentError: they are not finite numbers of the right shape, or out of range.
        Exception: any exception of the metric.
    """
    if is_foreign(metric):
        _check_resampled(metric, sums, articles)
    twice = np.asarray(metric.of_sums(np.stack([sums, sums]), articles), np.float64)
    count = len(metric.scores(metric.name))
    if twice.shape != (2, count):  # the jackknife scores many sums at once
        what = f"returns shape {twice.shape} for sums of shape (2, {len(sums)}), not (2, {count})"
        raise _misused(metric, what, "of_sums")
    scores: FloatArray = twice[0]
    _check_range(metric, scores[None], *metric.range)
    return scores


def _check_resampled(metric: Metric, sums: FloatArray, articles: int) -> None:
    """Try sums of several choices of articles at once, as tests and intervals do."""
    count = len(metric.scores(metric.name))
    for shape in ((7, 1), (2, 3, 1)):
        found = metric.of_sums(
            sums * np.linspace(0.5, 1.5, math.prod(shape)).reshape(shape), articles
        )
        if np.shape(found) != (*shape[:-1], count):
            what = f"returns shape {np.shape(found)} for sums of shape {(*shape[:-1], len(sums))}"
            raise _misused(metric, what, "of_sums")
        if not np.isfinite(np.asarray(found, np.float64)).all():
            raise _misused(
                metric, "returns a number that is not finite for resampled sums", "of_sums"
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
        raise _misused(metric, f"returns {odd}, which is not a finite number", method)
    return numbers


def _check_range(metric: Metric, values: FloatArray, low: float | None, high: float | None) -> None:
    if not np.isfinite(values).all():
        odd = values[~np.isfinite(values)][0]
        raise _misused(metric, f"returns {odd}, which is not a finite number", "values")
    below = low is not None and values.size and float(values.min()) < low - _ROUNDING
    above = high is not None and values.size and float(values.max()) > high + _ROUNDING
    if below or above:
        odd = float(values.min() if below else values.max())
        span = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
        raise _misused(metric, f"returns {odd:g}, outside its declared range {span}", "statistics")


def _misused(metric: Metric, what: str, method: str) -> Exception:
    return misused(metric, label_of(metric), what, method)
