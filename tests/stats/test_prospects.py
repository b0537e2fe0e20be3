"""Predictions: what is tried comes out as promised, and ranges hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from bench.stats import (
    Sample,
    contrasts,
    detectable,
    detectable_range,
    needed,
    needed_range,
    needed_to_pass,
    paired_tests,
    power,
    power_range,
    verdict_chances,
)
from bench.stats.prospects import spread_range


@pytest.mark.slow
@pytest.mark.parametrize("loss", [0.0, 0.05, 0.12])
def test_verdicts_come_as_often_as_predicted(loss):
    generator = np.random.default_rng(0)
    rows = generator.normal(-loss, 0.15, (800, 40))
    samples = [Sample(row) for row in rows] + [Sample(np.zeros(40))]
    part = contrasts(samples, [(row, 800) for row in range(800)])
    tests = paired_tests(part, margins=[-0.05] * 800, flips=2000)
    promised = verdict_chances(loss, 0.05, 0.15, 40)
    passed = np.mean([t.interval.low > -0.05 for t in tests])
    failed = np.mean([t.interval.high < -0.05 for t in tests])
    assert passed == pytest.approx(promised.passes, abs=0.06)
    assert failed == pytest.approx(promised.fails, abs=0.06)


@pytest.mark.parametrize("units", [10, 5000, 5001])
def test_verdicts_at_the_margin_have_half_the_level_each(units):
    found = verdict_chances(0.05, 0.05, 0.15, units)
    assert (found.passes, found.fails) == pytest.approx((0.025, 0.025), abs=1e-6)


def test_chances_stay_chances_far_from_the_margin():
    for loss in (-10.0, -1.0, 1.0, 10.0):
        found = verdict_chances(loss, 0.05, 0.15, 100)
        assert 0 <= found.passes <= 1
        assert 0 <= found.fails <= 1
        assert (found.passes > 0.99) == (loss < 0)


def test_articles_needed_to_pass_are_enough_and_no_more():
    found = needed_to_pass(0.02, 0.1)
    assert verdict_chances(0, 0.02, 0.1, found).passes >= 0.8
    assert verdict_chances(0, 0.02, 0.1, found - 1).passes < 0.8
    assert needed_to_pass(0.0, 0.1) is None
    assert needed_to_pass(0.02, 0.0) == 2
    assert needed_to_pass(1e-9, 1.0) is None


@pytest.mark.slow
def test_ranges_hold_the_truth_and_the_estimate():
    generator = np.random.default_rng(1)
    true, spread, units, trials = 0.06, 0.15, 40, 400
    held = {"needed": 0, "power": 0, "detectable": 0}
    wanted = needed(true, spread)
    for row in generator.normal(true, spread, (trials, units)):
        effect, seen = row.mean(), row.std(ddof=1)
        number = needed_range(effect, seen, units)
        assert number.low <= (number.estimate or np.inf)
        assert number.high is None or number.estimate <= number.high
        held["needed"] += number.low <= wanted <= (number.high or np.inf)
        chance = power_range(effect, seen, units, 100)
        assert chance.low <= chance.estimate <= chance.high
        held["power"] += chance.low <= power(true, spread, 100) <= chance.high
        least = detectable_range(seen, units, 100)
        held["detectable"] += least.low <= detectable(spread, 100) <= least.high
    assert all(count >= 0.92 * trials for count in held.values()), held


def test_effect_that_could_be_none_has_no_upper_end():
    assert needed_range(0.001, 0.1, 30).high is None
    assert needed_range(0.1, 0.1, 30).high is not None
    assert power_range(0.001, 0.1, 30, 100).low == pytest.approx(0.05)


def test_no_spread_is_known_from_one_article():
    assert spread_range(0.1, 1).high is None
    wide, narrow = spread_range(0.1, 5), spread_range(0.1, 500)
    assert wide.low < narrow.low < 0.1 < narrow.high < wide.high
