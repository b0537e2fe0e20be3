"""Quantiles of Student's t are scipy's."""

from __future__ import annotations

import pytest
from scipy import stats

from bench.stats.students import t_quantile, t_quantile_between


@pytest.mark.parametrize("share", [0.6, 0.75, 0.975, 0.995, 0.99995])
def test_they_are_scipys(share):
    for freedom in (1, 2, 3, 4, 5, 6, 7, 20, 35, 199, 998, 999, 1000, 1001, 4095, 100_000):
        expected = stats.t.ppf(share, freedom)
        assert t_quantile(freedom, share) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("freedom", [1.0, 1.01, 1.3, 1.88, 2.5, 7.2, 40.9])
@pytest.mark.parametrize("share", [0.75, 0.975, 0.995])
def test_quantiles_between_whole_degrees_of_freedom_are_close_to_scipys(freedom, share):
    assert t_quantile_between(freedom, share) == pytest.approx(
        stats.t.ppf(share, freedom), rel=0.04
    )
