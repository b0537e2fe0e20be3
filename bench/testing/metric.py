"""Contract checks for metrics."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from bench.display import count
from bench.metrics import METRICS, metric_named
from bench.metrics.base import Block, Encoders, FloatArray, Metric
from bench.testing.aggregation import check_aggregation
from bench.testing.arrays import ROUNDING, is_array, is_in_range
from bench.testing.contract import Checks
from bench.testing.described import check_description
from bench.testing.elsewhere import check_copies
from bench.testing.identity import check_identity
from bench.testing.samples import EMPTY, ODD, ORDINARY, Case
from bench.testing.under_test import Kind, component_under_test

_EQUAL_BEST = 1e-6  # tolerance of the best score


class MetricKind(Kind):
    """Creates metrics."""

    noun = "metric"
    registry = METRICS

    def named(self, name: str, parameters: Mapping[str, Any]) -> Metric:
        """Create a metric from its name in a config."""
        return metric_named(name, **parameters)

    def signature(self, component: Metric) -> str:
        """The signature of its scores."""
        return component.signature


def check_metric(metric: Any, /, **parameters: Any) -> None:
    """Check that a metric fulfils its contract.

    Args:
        metric: its name in a config, such as ``"mypackage.metrics:Sharpness"``; or a class that
            derives from ``Metric`` or has ``statistics``; or a function of predicted and reference
            items; or an instance.
        parameters: its parameters; not for an instance.

    Raises:
        ContractError: it does not; the message lists every failed check.
        UnknownNameError: unknown component or parameter.
    """
    subject = component_under_test(MetricKind(), metric, parameters)
    checks = Checks(subject.label)
    tried = _Tried(checks, subject.component)
    check_description(checks, subject.component)
    check_identity(checks, subject)
    if tried.ordinary():
        checks.guard("odd_items", tried.odd)
        checks.guard("identity_is_best", tried.best)
        checks.guard("repeatable", tried.repeats)
        if checks.passed("inputs", "repeatable"):
            checks.guard("ignores_order", tried.declared)
            checks.guard("blocks", tried.blocks)
            check_copies(checks, subject, _results)
    checks.finish()


def statistics_of(metric: Metric, cases: Sequence[Case] = ORDINARY, **options: Any) -> FloatArray:
    """Compute the statistics of some cases, from fresh lists."""
    return metric.statistics(_block(cases, **options))


class _Tried:
    """Checks the results of a metric."""

    def __init__(self, checks: Checks, metric: Metric) -> None:
        self._checks = checks
        self._metric = _with_split(metric)
        self._found = np.zeros((0, 0))

    def ordinary(self) -> bool:
        """Check ``shape``, ``finite``, ``range``, ``scores``; return whether to go on."""
        expected = "statistics of ordinary articles"
        for number in (0, 1, 2, len(ORDINARY)):
            cases = ORDINARY[:number]
            found = self._checks.attempt("shape", expected, partial(self._statistics, cases))
            where = f"for {count(number, 'article')}"
            if found is None:
                return False
            if not number and isinstance(found, np.ndarray) and not found.size:
                continue  # an empty array may have any number of columns
            if not is_array(self._checks, found, (number, None), where):
                return False
            self._found = found
        return self._in_range(ORDINARY, self._found) and check_aggregation(
            self._checks, self._metric, self._found
        )

    def odd(self) -> None:
        """Check ``odd_items`` and ``empty_predictions``: unusual input."""
        for check, case in [*(("odd_items", case) for case in ODD), ("empty_predictions", EMPTY)]:
            expected = f"scores of an article with {case.name}"
            found = self._checks.attempt(check, expected, partial(self._statistics, [case]))
            if found is not None and is_array(
                self._checks, found, (1, self._found.shape[1]), f"for an article with {case.name}"
            ):
                self._in_range([case], found)
                if case is EMPTY:
                    self._check_empty(self._metric.values(found)[0])

    def _check_empty(self, values: FloatArray) -> None:
        """An empty prediction must score 0, or the worst possible score."""
        metric = self._metric
        worst = metric.range[0 if metric.higher_is_better else 1]
        same = self._values([self._exact(EMPTY)])[0]
        for name, value, exact in zip(metric.scores(metric.name), values, same, strict=True):
            worse = value < exact if metric.higher_is_better else value > exact
            if value not in {0, worst} and (metric.reference_free or not worse):
                self._checks.fail(
                    "empty_predictions", f"{name} is {value:g} without predictions", "0"
                )

    def best(self) -> None:
        """Check ``identity_is_best``: predictions equal to the references get the best score."""
        metric, sign = self._metric, 1 if self._metric.higher_is_better else -1
        if metric.reference_free:
            return
        bound = metric.range[1 if metric.higher_is_better else 0]
        for case in ORDINARY:
            names = metric.scores(metric.name)
            exact, other = self._values([self._exact(case), case])
            for name, same, value in zip(names, exact, other, strict=True):
                goal = value if bound is None else bound
                if sign * (goal - same) > _EQUAL_BEST * max(1.0, abs(goal)):
                    whose = f"of {case.name}" if bound is None else "of the range"
                    self._checks.fail(
                        "identity_is_best",
                        f"{name} is {same:g} where predictions equal references",
                        f"the best score {whose}, {goal:g} (or `reference_free = True`, if the"
                        " references are not used)",
                    )

    def declared(self) -> None:
        """Check the declarations ``reference_free``, ``ignores_order`` and ``needs_text``."""
        metric, checks = self._metric, self._checks
        if not metric.needs_text:
            expected = "the same without the articles' texts, or `needs_text = True`"
            found = checks.attempt("needs_text", expected, lambda: self._statistics(texts=False))
            if found is not None and not np.array_equal(found, self._found):
                checks.fail("needs_text", "scores depend on the articles' texts", expected)
        if metric.reference_free:
            others = [*ORDINARY[1:], ORDINARY[0]]
            cases = [
                Case(case.name, case.predictions, other.predictions, case.text)
                for case, other in zip(ORDINARY, others, strict=True)
            ]
            expected = "the same with any references, as `reference_free` declares"
            found = checks.attempt("reference_free", expected, lambda: self._statistics(cases))
            if found is not None and not np.array_equal(found, self._found):
                checks.fail("reference_free", "scores depend on the references", expected)
        if metric.ignores_order:
            self._check_order()

    def _check_order(self) -> None:
        expected = "the same for any order of the items, as `ignores_order` declares"
        for case in ORDINARY:
            turned = Case(
                case.name,
                case.predictions[::-1],
                (*case.references[1:], case.references[0]),
                case.text,
            )
            plain, other = self._values([case]), self._values([turned])
            if not np.allclose(plain, other, rtol=ROUNDING, atol=ROUNDING):
                seen = f"got {_shown(plain)} and {_shown(other)} for {case.name} in two orders"
                self._checks.fail("ignores_order", seen, expected)

    def repeats(self) -> None:
        """Check ``inputs`` and ``repeatable``: unchanged input, and the same result again."""
        block = _block(ORDINARY)
        before = copy.deepcopy((block.predictions, block.references, block.texts))
        first = self._metric.statistics(block)
        if before != (block.predictions, block.references, block.texts):
            self._checks.fail("inputs", "it modifies its input", "no change")
            return
        second = self._metric.statistics(block)
        if not np.array_equal(first, second) or not np.array_equal(first, self._found):
            seen = f"got {_shown(self._found)}, then {_shown(first)} and {_shown(second)}"
            self._checks.fail("repeatable", seen, "the same statistics each time")

    def blocks(self) -> None:
        """Check ``blocks``: the statistics of an article depend on that article only."""
        backwards = self._statistics(ORDINARY[::-1])[::-1]
        encoders = Encoders()
        alone = [self._statistics([case], encoders=encoders) for case in ORDINARY]
        for how, found in (
            ("in another order", backwards),
            ("one at a time", np.concatenate(alone)),
        ):
            if not np.array_equal(found, self._found):
                row = int(np.argmax((found != self._found).any(axis=1)))
                seen = (
                    f"{ORDINARY[row].name}: got {_shown(self._found[row])} among the others and"
                    f" {_shown(found[row])} {how}"
                )
                self._checks.fail("blocks", seen, "bitwise equal statistics for each article")

    def _statistics(self, cases: Sequence[Case] = ORDINARY, **options: Any) -> FloatArray:
        return statistics_of(self._metric, cases, **options)

    def _values(self, cases: Sequence[Case]) -> FloatArray:
        return np.concatenate([self._metric.values(self._statistics([case])) for case in cases])

    def _exact(self, case: Case) -> Case:
        return Case(case.name, case.references, case.references, case.text)

    def _in_range(self, cases: Sequence[Case], found: FloatArray) -> bool:
        fine = True
        for case, row in zip(cases, self._metric.values(found), strict=True):
            where = f"for an article with {case.name}"
            fine &= is_in_range(self._checks, row, self._metric.range, where)
        return fine


def _with_split(metric: Metric) -> Metric:
    """A metric that knows the references of the ordinary cases, if it has to know any."""
    return metric.with_references([list(case.references) for case in ORDINARY])


def _results(metric: Metric) -> list[list[float]]:
    found: list[list[float]] = statistics_of(_with_split(metric)).tolist()
    return found


def _block(cases: Sequence[Case], *, texts: bool = True, encoders: Encoders | None = None) -> Block:
    return Block(
        [list(case.predictions) for case in cases],
        [list(case.references) for case in cases],
        [case.text for case in cases] if texts else None,
        Encoders() if encoders is None else encoders,
    )


def _shown(numbers: FloatArray) -> str:
    flat = [f"{number:.6g}" for number in np.ravel(numbers)[:4]]
    return f"[{', '.join(flat)}{', ...' if np.size(numbers) > 4 else ''}]"
