"""Tests and intervals at any confidence between 0 and 1 that a file may state."""

from __future__ import annotations

import numpy as np
import pytest

from bench.stats import Check, Sample, contrasts, family_tests, judge, paired_tests, score_interval
from bench.stats.contrast import Contrasts
from bench.stats.flips import CELLS, FLIPS, contrasts_flips


@pytest.mark.parametrize("confidence", [1e-300, 1e-13, 0.5, 0.9999, 1 - 1e-13, 1 - 2**-53])
@pytest.mark.parametrize("size", [2, 7, 30])
def test_no_confidence_is_too_odd(confidence, size):
    rows = np.random.default_rng(0).beta(2, 5, (3, size))
    samples = [Sample(row) for row in rows]
    for sample in samples:
        found = score_interval(sample, limits=(0, 1), confidence=confidence)
        assert 0 <= found.interval.low <= sample.estimate <= found.interval.high <= 1
    part = contrasts(samples, [(0, 1), (0, 2), (1, 2)], limits=[1.0] * 3)
    family = family_tests([part], confidence=confidence, flips=200)
    tests = paired_tests(part, confidence=confidence, flips=200)
    assert list(family.tests) == tests
    labels = list(range(size))
    checks = [Check(samples[0], other, labels, limit=1.0) for other in samples[1:]]
    for verdict in judge(checks, confidence=confidence, flips=200):
        assert verdict.outcome in ("pass", "fail", "inconclusive")


def test_strict_levels_take_no_more_flips_than_fit_into_memory():
    def wide(columns: int) -> Contrasts:
        return contrasts([Sample(np.zeros(3)) for _ in range(columns)], [(0, 1)])

    assert contrasts_flips(wide(3), 1e-4) == 1_000_000
    assert FLIPS < contrasts_flips(wide(1000), 1e-4) <= CELLS / 1000
    assert contrasts_flips(wide(10_000), 1e-4) == FLIPS
