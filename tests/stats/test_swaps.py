"""Tests by swapping the values of two measures, against swaps that are written out."""

from __future__ import annotations

import numpy as np
import pytest

from bench.stats.agreement import Agreement, RatedItems
from bench.stats.swaps import _swaps, accuracy_swaps, system_swaps
from tests.stats.test_agreement import rated


def standardised(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def written_out(items: RatedItems, x: np.ndarray, y: np.ndarray, name: str, seed: int) -> float:
    """The p-value of the difference by swapping the values of each item."""
    x, y = standardised(x), standardised(y)

    def difference(own: np.ndarray, other: np.ndarray) -> float:
        found = Agreement(items, np.stack([own, other])).values()
        return found[0][name] - found[1][name]

    observed = abs(difference(x, y))
    swapped = _swaps(len(x), 60, seed) < 0
    drawn = [abs(difference(np.where(s, y, x), np.where(s, x, y))) for s in swapped]
    return (1 + sum(one >= observed - 1e-9 for one in drawn)) / 61


@pytest.mark.slow
@pytest.mark.parametrize("each", [1, 2])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_p_values_equal_those_of_swaps_that_are_written_out(each, missing):
    items, x = rated(11, each=each, missing=missing)
    y = np.random.default_rng(5).normal(size=len(x))
    for name, test in (("accuracy", accuracy_swaps), ("system.kendall", system_swaps)):
        (found,) = test(items, np.stack([x, y]), 60, 3)
        values = Agreement(items, np.stack([x, y])).values()
        assert found.difference == pytest.approx(values[0][name] - values[1][name])
        assert found.p_value == pytest.approx(written_out(items, x, y, name, 3))
        assert found.p_adjusted == found.p_value


def test_measures_are_compared_where_both_have_values():
    items, x = rated(12, each=2)
    y = np.random.default_rng(6).normal(size=len(x))
    gaps = np.where(np.arange(len(x)) % 5 == 0, np.nan, y)
    kept = ~np.isnan(gaps)
    some = RatedItems(
        items.article[kept], items.system[kept], items.people[kept], None, items.articles, 4
    )
    for name, test in (("accuracy", accuracy_swaps), ("system.kendall", system_swaps)):
        (found,) = test(items, np.stack([x, gaps]), 20, 0)
        values = Agreement(some, np.stack([x[kept], y[kept]])).values()
        assert found.difference == pytest.approx(values[0][name] - values[1][name])


def test_adjusted_values_grow_with_the_number_of_measures():
    items, x = rated(13, articles=12)
    noise = np.random.default_rng(7).normal(size=(6, len(x)))
    alone = accuracy_swaps(items, np.stack([x, noise[0]]), 200, 0)[0]
    among = accuracy_swaps(items, np.stack([x, *noise]), 200, 0)
    assert among[0].p_value == alone.p_value
    assert among[0].p_adjusted >= alone.p_adjusted
    assert len(among) == 21
    assert all(test.p_adjusted >= test.p_value for test in among)
    order = sorted(among, key=lambda test: test.p_adjusted)
    assert order[0].p_adjusted < 0.05  # the measure that follows people beats one of noise


def test_equal_measures_do_not_differ():
    items, x = rated(14)
    for test in (accuracy_swaps, system_swaps):
        (found,) = test(items, np.stack([x, 2 * x + 1]), 50, 0)
        assert found.difference == pytest.approx(0, abs=1e-12)
        assert found.p_value == 1


def test_one_measure_has_no_pairs():
    items, x = rated(15)
    assert accuracy_swaps(items, x[None], 20, 0) == system_swaps(items, x[None], 20, 0) == []


def test_false_findings_are_as_rare_as_the_level():
    found = []
    for seed in range(150):
        generator = np.random.default_rng(seed)
        items, _ = rated(seed, articles=10)
        measures = generator.normal(size=(4, len(items.people)))
        found.append(min(t.p_adjusted for t in accuracy_swaps(items, measures, 99, seed)))
    assert np.mean(np.array(found) <= 0.1) < 0.17  # 0.1 with a standard error of 0.024
