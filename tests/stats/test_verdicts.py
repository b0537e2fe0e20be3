"""Gates: verdicts that agree with the test, and a whole gate that keeps its level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bench.stats import Check, Sample, contrasts, judge, paired_tests


def check(gains: np.ndarray, margin: float = 0.0, **options) -> Check:
    """A score that was 0 on every article and is now these gains."""
    gains = np.asarray(gains, float)
    return Check(
        Sample(gains), Sample(np.zeros(len(gains))), range(len(gains)), margin, limit=1.0, **options
    )


def test_loss_beyond_the_margin_fails_and_one_within_it_passes():
    loss = np.random.default_rng(0).normal(-0.05, 0.05, 50)
    outcomes = [judge([check(loss, margin)])[0].outcome for margin in (0.0, 0.05, 0.1)]
    assert outcomes == ["fail", "inconclusive", "pass"]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 10_000),
    st.integers(1, 4),
    st.integers(1, 30),
    st.sampled_from([0.0, 0.02, 0.1]),
    st.floats(0, 1),
    st.booleans(),
)
def test_outcome_p_value_and_interval_agree(seed, checks, articles, margin, changed, per_check):
    generator = np.random.default_rng(seed)
    rows = generator.normal(generator.choice([-0.1, 0, 0.1]), 0.1, (checks, articles))
    rows *= generator.random((checks, articles)) < changed
    given = [check(row, margin, higher_is_better=bool(n % 2)) for n, row in enumerate(rows)]
    for one, found in zip(given, judge(given, per_check=per_check, flips=999), strict=True):
        gain = found.difference if one.higher_is_better else -found.difference
        if found.p_adjusted is None:
            assert found.outcome == "fail" or gain >= -margin - 1e-9
            assert found.interval is None
            continue
        assert (found.outcome != "inconclusive") == (found.p_adjusted <= 0.05)
        assert found.p_value <= found.p_adjusted
        if found.interval is not None:
            low, high = found.interval.low, found.interval.high
            if not one.higher_is_better:
                low, high = -high, -low
            expected = "fail" if high < -margin else "pass" if low > -margin else "inconclusive"
            assert found.outcome == expected


def test_exact_verdict_stays_exact():
    unchanged, one, loss = judge([check(np.zeros(50)), check([0.1]), check([-0.1])])
    assert (unchanged.outcome, unchanged.method, unchanged.changed) == ("pass", "exact", 0)
    assert (one.outcome, loss.outcome) == ("pass", "fail")
    assert {one.method, loss.method} == {"exact"}
    assert judge([check([-0.1], 0.1)])[0].outcome == "pass"


@pytest.mark.parametrize("size", [2, 5])
def test_loss_on_too_few_articles_fails_untested(size):
    (loss,) = judge([check(np.full(size, -0.2), 0.1)])
    (less,) = judge([check(np.full(size, -0.05), 0.1)])
    assert (loss.outcome, loss.method, loss.p_value) == ("fail", "too few", None)
    assert (less.outcome, less.method) == ("inconclusive", "too few")


def test_one_check_is_the_paired_test_against_its_margin():
    gains = np.random.default_rng(1).normal(0, 0.1, 40)
    (found,) = judge([check(gains, 0.02)])
    part = contrasts([Sample(gains), Sample(np.zeros(40))], [(0, 1)], limits=[1.0])
    (alone,) = paired_tests(part, margins=[-0.02])
    assert (found.p_value, found.p_adjusted) == (alone.p_value, alone.p_value)
    assert found.interval == alone.interval
    (against_zero,) = paired_tests(part)
    assert found.interval == against_zero.interval


def test_lower_is_better_the_other_way_round():
    gains = np.random.default_rng(2).normal(0.05, 0.05, 50)
    up, down = judge([check(gains), check(-gains, higher_is_better=False)])
    assert up.outcome == down.outcome == "pass"
    assert (down.interval.low, down.interval.high) == pytest.approx(
        (-up.interval.high, -up.interval.low)
    )


@pytest.mark.parametrize(
    ("checks", "changed"), [(8, 3), (8, 10), (8, 50), pytest.param(30, 50, marks=pytest.mark.slow)]
)
def test_gate_without_a_change_rarely_fails_whatever_it_checks(checks, changed):
    generator = np.random.default_rng([checks, changed])
    trials, failed, alone = 60, 0, 0
    for trial in range(trials):
        where = generator.choice(50, changed, replace=False)
        rows = np.zeros((checks, 50))
        rows[:, where] = generator.normal(0, 0.1, (checks, changed))
        given = [check(row) for row in rows]
        failed += any(j.outcome == "fail" for j in judge(given, flips=999, seed=trial))
        each = judge(given, per_check=True, flips=999, seed=trial)
        alone += any(j.outcome == "fail" for j in each)
    assert failed <= stats.binom.ppf(0.999, trials, 0.03)
    assert (alone > failed) == (changed > 3)


def test_checks_on_other_articles_and_clusters_share_a_gate():
    generator = np.random.default_rng(3)
    first = check(generator.normal(-0.2, 0.1, 40))
    part = Check(
        Sample(generator.normal(0, 0.1, 30)), Sample(np.zeros(30)), [n // 2 for n in range(30)]
    )
    lost, other = judge([first, part])
    assert (lost.outcome, lost.units) == ("fail", 40)
    assert (other.outcome, other.units) == ("inconclusive", 15)
    assert judge([]) == []
