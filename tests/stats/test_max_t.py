"""Families of tests: a reference implementation, the family-wise error, intervals that agree."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bench.stats import Interval, Sample, contrasts, family_tests, holm, paired_tests, ranks
from bench.stats.max_t import FamilyTest

ALPHA = 0.05


def table(scores: np.ndarray, **options) -> FamilyTest:
    pairs = list(combinations(range(len(scores)), 2))
    return family_tests([contrasts([Sample(row) for row in scores], pairs)], **options)


def reference(differences: np.ndarray) -> np.ndarray:
    """Step-down max-T over all flips, word for word as Westfall and Young describe it."""
    tests, articles = differences.shape
    signs = np.array(
        [[1 - 2 * (w >> bit & 1) for bit in range(articles)] for w in range(2**articles)]
    )
    norms = np.sqrt((differences**2).sum(axis=1))
    observed = np.abs(differences.sum(axis=1)) / norms
    flipped = np.abs(signs @ differences.T) / norms
    order = np.argsort(-observed)
    adjusted = np.empty(tests)
    worst = 0.0
    for step, test in enumerate(order):
        largest = flipped[:, order[step:]].max(axis=1)
        worst = max(worst, float(np.mean(largest >= observed[test] - 1e-9)))
        adjusted[test] = worst
    return adjusted


def test_adjusted_p_values_are_those_of_the_reference():
    scores = np.random.default_rng(0).beta(2, 5, (4, 9)) + np.array([[0.0], [0.05], [0.2], [0.2]])
    found = table(scores)
    differences = np.array([scores[a] - scores[b] for a, b in combinations(range(4), 2)])
    assert found.adjusted == pytest.approx(reference(differences).tolist(), abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 10_000),
    st.integers(2, 5),
    st.integers(2, 25),
    st.sampled_from([0.0, 0.05, 0.3]),
    st.booleans(),
)
def test_results_of_a_family_never_contradict_each_other(seed, models, articles, apart, coarse):
    generator = np.random.default_rng(seed)
    scores = generator.beta(2, 5, (models, articles)) + apart * np.arange(models)[:, None]
    if coarse:
        scores = np.rint(4 * scores) / 4
    found = table(scores, flips=999, seed=seed)
    order = np.argsort([2 if t.p_value is None else t.p_value for t in found.tests], kind="stable")
    for index in order:
        test, adjusted = found.tests[index], found.adjusted[index]
        assert (adjusted is None) == (test.p_value is None) == (articles < 6)
        if adjusted is None:
            continue
        assert test.p_value <= adjusted <= 1
        both: list[tuple[Interval | None, float]] = [
            (test.interval, test.p_value),
            (found.intervals[index], adjusted),
        ]
        for interval, p_value in both:
            if interval is not None:
                assert (interval.low > 0 or interval.high < 0) == (p_value <= ALPHA)
                assert interval.low <= test.difference <= interval.high
        alone, at_once = both[0][0], both[1][0]
        if alone is not None and at_once is not None:
            assert at_once.low <= alone.low + 1e-5
            assert at_once.high >= alone.high - 1e-5
    if models == 2:
        assert found.adjusted[0] == found.tests[0].p_value
        assert found.intervals[0] == found.tests[0].interval


@pytest.mark.slow
def test_false_star_is_rare_and_found_differences_are_more_than_by_holm():
    generator = np.random.default_rng(1)
    false, stars, holms, trials = 0, 0, 0, 200
    for trial in range(trials):
        ease = generator.beta(2, 5, 30)
        alike = ease + generator.normal(0, 0.1, (5, 30))
        false += min(table(alike, flips=999, seed=trial).adjusted) <= ALPHA
        found = table(alike + 0.02 * np.arange(5)[:, None], flips=999, seed=trial)
        stars += sum(p <= ALPHA for p in found.adjusted)
        holms += int((holm([t.p_value for t in found.tests]) <= ALPHA).sum())
    assert 0 < false <= stats.binom.ppf(0.999, trials, ALPHA)
    assert stars > 1.1 * holms


@pytest.mark.slow
def test_all_intervals_and_all_ranks_hold_at_once():
    generator = np.random.default_rng(2)
    true = 0.03 * np.arange(5)
    pairs = list(combinations(range(5), 2))
    missed = {"intervals": 0, "ranks": 0}
    trials = 200
    for trial in range(trials):
        scores = generator.beta(2, 5, 30) + generator.normal(0, 0.1, (5, 30)) + true[:, None]
        found = table(scores, flips=999, seed=trial)
        missed["intervals"] += not all(
            one.low <= true[a] - true[b] <= one.high
            for one, (a, b) in zip(found.intervals, pairs, strict=True)
        )
        better = [[False] * 5 for _ in range(5)]
        for (a, b), test, p_value in zip(pairs, found.tests, found.adjusted, strict=True):
            if p_value <= ALPHA:
                winner, loser = (a, b) if test.difference > 0 else (b, a)
                better[winner][loser] = True
        own = ranks(np.argsort(-scores.mean(axis=1)).tolist(), better)
        missed["ranks"] += not all(own[m].best <= 5 - m <= own[m].worst for m in range(5))
    assert missed["intervals"] <= stats.binom.ppf(0.999, trials, 0.06)
    assert missed["ranks"] <= stats.binom.ppf(0.999, trials, ALPHA)


def test_more_models_do_not_make_stars_impossible():
    """Ten articles and thirteen models: no p-value times 78 tests is below 5 %."""
    scores = np.random.default_rng(3).normal(0, 0.02, (13, 10))
    scores[0] += 1
    found = table(scores)
    assert min(holm([t.p_value for t in found.tests])) > ALPHA
    assert sum(p <= ALPHA for p in found.adjusted) == 12


def test_each_test_is_what_it_is_alone():
    scores = np.random.default_rng(4).beta(2, 5, (4, 40))
    found = table(scores)
    (alone,) = paired_tests(contrasts([Sample(scores[1]), Sample(scores[3])], [(0, 1)]))
    assert found.tests[4] == alone


def test_parts_over_other_articles_are_one_family():
    scores = np.random.default_rng(5).beta(2, 5, (2, 30))
    samples = [Sample(row) for row in scores]
    some = [Sample(row[:20]) for row in scores]
    parts = [contrasts(samples, [(0, 1)]), contrasts(some, [(1, 0)])]
    keys = [list(range(30)), list(range(20))]
    found = family_tests(parts, keys)
    assert len(found.adjusted) == 2
    assert all(p >= t.p_value for p, t in zip(found.adjusted, found.tests, strict=True))
    twice = family_tests([parts[0], parts[0]], [keys[0], keys[0]])
    assert twice.adjusted[0] == twice.adjusted[1] == pytest.approx(twice.tests[0].p_value, abs=1e-3)
    with pytest.raises(ValueError, match="keys"):
        family_tests(parts)


def test_more_flips_are_drawn_where_a_p_value_is_near_the_level():
    near = np.random.default_rng(6).normal(0, 1, (2, 40))
    near[0] += 2.05 / np.sqrt(40) * near[0].std()
    samples = [Sample(row) for row in near] + [Sample(np.zeros(40))]
    found = family_tests([contrasts(samples, [(0, 2), (0, 2)])])
    distance = abs(found.adjusted[0] - ALPHA)
    assert found.flips == (40_001 if distance < 0.0065 else 10_001)
    clear = family_tests([contrasts(samples, [(2, 2), (1, 1)])])
    assert clear.flips == 10_001
