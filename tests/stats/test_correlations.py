"""Correlations: scipy's values, and intervals that hold the true one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bench.stats import correlation

SCIPYS = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SCIPYS)
@pytest.mark.parametrize("size", [8, 60])
def test_value_is_scipys(kind, size):
    first, second = np.random.default_rng(size).integers(0, 9, (2, size))
    expected = SCIPYS[kind](first, second).statistic
    assert correlation(first, second, kind=kind).value == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "true"), [("pearson", 0.6), ("spearman", 0.582), ("kendall", 0.41)]
)
@pytest.mark.parametrize("size", [10, 14])
def test_interval_holds_the_true_correlation(kind, true, size):
    generator = np.random.default_rng(size)
    held = 0
    for _ in range(500):
        first, noise = generator.normal(size=(2, size))
        found = correlation(first, 0.6 * first + 0.8 * noise, kind=kind).interval
        assert -1 <= found.low <= found.high <= 1
        held += found.low <= true <= found.high
    assert 0.93 <= held / 500 <= 0.995


def test_clusters_make_it_wider():
    generator = np.random.default_rng(0)
    shared = np.repeat(generator.normal(size=(2, 10)), 8, axis=1)
    first, second = shared + 0.1 * generator.normal(size=(2, 80))
    plain = correlation(first, second).interval
    clustered = correlation(first, second, clusters=np.repeat(np.arange(10), 8).tolist()).interval
    assert clustered.high - clustered.low > 1.8 * (plain.high - plain.low)


def test_too_few_points_and_points_that_do_not_vary():
    assert correlation([1, 2, 3], [2, 1, 3]).interval is None
    assert correlation([1, 1, 1, 1, 1, 1], range(6)).value is None
    perfect = correlation(range(8), range(8))
    assert perfect.value == pytest.approx(1)
    assert perfect.interval.low > 0.9
