"""Sums over random halves of the articles: exact, and independent of order and blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats import Sample
from bench.stats.resampling import resolution, swap_sums


@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12),
    scale=st.sampled_from([1.0, 1e-9, 1e6]),
)
def test_sums_are_exact_whatever_the_order(values, scale):
    column = np.array(values) * scale
    unit = resolution(column[:, None])[0]
    assert unit <= max(abs(column).max(), 1.0) * len(values) * 2**-50
    kept, exact = swap_sums(column[:, None], 2 ** len(values), 0)
    assert exact
    assert kept.shape == (1, 2 ** len(values))
    assert kept.max() == pytest.approx(column[column > 0].sum(), abs=unit * len(values))


@pytest.mark.parametrize("size", [5, 60])
def test_columns_beside_it_change_nothing(size):
    columns = np.random.default_rng(3).beta(2, 5, (size, 3))
    whole, _ = swap_sums(columns, 500, 1)
    alone, _ = swap_sums(columns[:, [2]], 500, 1)
    assert (alone[0] == whole[2]).all()
    turned, _ = swap_sums(-columns, 500, 1)
    assert (turned == -whole).all()


def test_blocks_of_draws_are_halves_too(monkeypatch):
    ones = np.ones((30, 1))
    whole, exact = swap_sums(ones, 500, 0)
    monkeypatch.setattr("bench.stats.resampling._CELLS", 1000)
    parts, _ = swap_sums(ones, 500, 0)
    assert not exact
    for sums in (whole, parts):
        assert sums.shape == (1, 500)
        assert sums.mean() == pytest.approx(15, abs=0.5)
        assert sums.var() == pytest.approx(7.5, rel=0.25)


def test_seed_zero_is_a_seed_and_seeds_differ():
    column = np.random.default_rng(3).beta(2, 5, (30, 1))
    first, other, negative = (swap_sums(column, 200, seed)[0] for seed in (0, 1, -1))
    assert (swap_sums(column, 200, 0)[0] == first).all()
    assert (other != first).any()
    assert (negative != other).any()


def test_scores_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        Sample(np.array([0.1, np.nan]))
