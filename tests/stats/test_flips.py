"""Paired tests: scipy's p-values, an interval that is the test's inversion, the promised errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from bench.metrics import Block, metric_named
from bench.stats import Sample, contrasts, paired_tests
from bench.stats.contrast import Contrasts, merged
from bench.stats.flips import Flips, flips_for

ALPHA = 0.05


def one(differences: np.ndarray, **options) -> Contrasts:
    zeros = Sample(np.zeros(len(differences)))
    return contrasts([Sample(np.asarray(differences, float)), zeros], [(0, 1)], **options)


def many(rows: np.ndarray, limit: float = 1.0) -> Contrasts:
    samples = [Sample(row) for row in rows] + [Sample(np.zeros(rows.shape[1]))]
    pairs = [(row, len(rows)) for row in range(len(rows))]
    return contrasts(samples, pairs, limits=[limit] * len(pairs))


def scipys(differences: np.ndarray) -> float:
    return stats.permutation_test(
        (differences,),
        lambda x, axis: np.mean(x, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    ).pvalue


def up_to(level: float, trials: int) -> float:
    """A share of trials that a rate of the level exceeds once in a thousand times."""
    return stats.binom.ppf(0.999, trials, level) / trials


@settings(deadline=None, max_examples=40)
@given(arrays(np.int8, st.integers(6, 10), elements=st.integers(-4, 4)))
def test_flips_are_all_tried_for_few_articles_as_scipy_does(eighths):
    differences = eighths / 8
    (found,) = paired_tests(one(differences))
    assert found.p_value == pytest.approx(scipys(differences), abs=1e-12)


@pytest.mark.parametrize("changed", range(9))
def test_flip_test_is_exact_for_few_changes_among_many_articles(changed):
    differences = np.zeros(60)
    differences[:changed] = np.random.default_rng(changed).gamma(2, 0.1, changed)
    (found,) = paired_tests(one(differences))
    assert found.p_value == pytest.approx(min(1, 2 / 2**changed), rel=1e-9)
    assert found.changed == changed


@pytest.mark.parametrize("changed", [3, 5, 7])
def test_flips_of_few_changes_are_those_that_are_drawn(changed, monkeypatch):
    generator = np.random.default_rng(changed)
    differences = np.zeros(40)
    differences[:changed] = generator.normal(0.1, 0.1, changed)
    (every,) = paired_tests(one(differences), margins=[-0.004])
    monkeypatch.setattr("bench.stats.flips._FEW", -1)
    (drawn,) = paired_tests(one(differences), margins=[-0.004], flips=100_000)
    assert every.p_value == pytest.approx(drawn.p_value, abs=0.01)
    width = every.interval.high - every.interval.low
    assert every.interval.low == pytest.approx(drawn.interval.low, abs=0.05 * width)
    assert every.interval.high == pytest.approx(drawn.interval.high, abs=0.05 * width)


@settings(deadline=None)
@given(
    arrays(np.int8, st.integers(6, 40), elements=st.integers(-3, 3)),
    st.integers(-8, 8).map(lambda tenth: tenth / 40),
    st.sampled_from([0.8, 0.9, 0.95]),
    st.booleans(),
)
def test_interval_excludes_a_margin_exactly_where_the_test_rejects_it(
    scores, margin, confidence, clustered
):
    clusters = [article // 2 for article in range(len(scores))] if clustered else None
    part = one(scores / 10, clusters=clusters, limits=[1])
    (found,) = paired_tests(part, margins=[margin], confidence=confidence, flips=1999)
    if found.p_value is None:
        assert found.units < 6
        assert found.interval is None
        return
    assert 0 < found.p_value <= 1
    excluded = found.interval is not None and not (
        found.interval.low <= margin <= found.interval.high
    )
    assert excluded == (found.p_value <= round(1 - confidence, 12))
    if found.interval:
        assert found.interval.low <= found.difference <= found.interval.high


def test_interval_is_the_set_of_margins_that_scipy_does_not_reject():
    differences = np.random.default_rng(4).gamma(2, 0.05, 9) - 0.05
    (found,) = paired_tests(one(differences))
    for bound, inwards in ((found.interval.low, 1e-6), (found.interval.high, -1e-6)):
        assert scipys(differences - bound - inwards) > ALPHA
        assert scipys(differences - bound + inwards) <= ALPHA


@pytest.mark.parametrize("size", [20, 200])
def test_flip_interval_is_close_to_the_t_interval_for_normal_differences(size):
    differences = np.random.default_rng(size).normal(0.02, 0.1, size)
    (found,) = paired_tests(one(differences))
    theirs = stats.ttest_1samp(differences, 0)
    bounds = theirs.confidence_interval()
    assert found.p_value == pytest.approx(theirs.pvalue, abs=0.02)
    assert found.interval.low == pytest.approx(bounds.low, abs=0.1 * np.ptp(bounds))
    assert found.interval.high == pytest.approx(bounds.high, abs=0.1 * np.ptp(bounds))


@pytest.mark.parametrize(("size", "method"), [(1, "exact"), (2, "too few"), (5, "too few")])
def test_too_few_articles_are_not_tested(size, method):
    (found,) = paired_tests(one(np.full(size, 0.3)))
    assert (found.p_value, found.interval, found.method) == (None, None, method)
    assert found.difference == pytest.approx(0.3)


def test_six_articles_can_be_significant_and_are_not_enough_for_a_stricter_level():
    (found,) = paired_tests(one(np.linspace(0.1, 0.2, 6)))
    assert found.p_value == 2 / 2**6
    assert found.interval.low == pytest.approx(0.1)
    (strict,) = paired_tests(one(np.linspace(0.1, 0.2, 6)), confidence=0.99)
    assert (strict.p_value, strict.interval) == (2 / 2**6, None)


def test_equal_scores_say_little_and_a_constant_difference_all():
    (equal,) = paired_tests(one(np.zeros(20), limits=[1]))
    assert equal.p_value == 1
    assert equal.interval.low == -equal.interval.high < -0.1
    (unknown,) = paired_tests(one(np.zeros(20)))
    assert (unknown.interval.low, unknown.interval.high) == (0, 0)
    (constant,) = paired_tests(one(np.full(20, 0.1)))
    assert constant.p_value < 0.001
    assert constant.interval.low == pytest.approx(0.1)


def test_rounding_makes_no_difference():
    scores = np.random.default_rng(0).beta(2, 5, 30)
    part = contrasts([Sample(scores * 3 / 3 + 1e-17), Sample(scores * 0.1 / 0.1)], [(0, 1)])
    (found,) = paired_tests(part)
    assert (found.changed, found.p_value) == (0, 1)


def test_turning_a_difference_turns_everything():
    a, b = np.random.default_rng(3).beta(2, 5, (2, 30))
    there, back = paired_tests(contrasts([Sample(a), Sample(b)], [(0, 1), (1, 0)]))
    assert there.p_value == back.p_value
    assert there.interval.low == -back.interval.high
    assert there.interval.high == -back.interval.low


def test_others_and_their_order_change_nothing():
    scores = np.random.default_rng(1).beta(2, 5, (4, 30))
    samples = [Sample(row) for row in scores]
    together = paired_tests(contrasts(samples, [(2, 3), (0, 1)]))
    (alone,) = paired_tests(contrasts(samples[:2], [(0, 1)]))
    assert together[1] == alone


@pytest.mark.slow
@pytest.mark.parametrize("changed", [2, 3, 4, 6, 8, 20, 50])
def test_changes_in_random_direction_rarely_fail_or_pass(changed):
    """Fifty articles of which few differ: each wrong side at most 2.5 %, whatever the number."""
    generator = np.random.default_rng(changed)
    rows = np.zeros((500, 50))
    for row in rows:
        where = generator.choice(50, changed, replace=False)
        row[where] = generator.gamma(2, 0.08, changed) * generator.choice([-1, 1], changed)
    tests = paired_tests(many(rows), flips=4000)
    below = np.mean([t.interval.high < 0 for t in tests])
    above = np.mean([t.interval.low > 0 for t in tests])
    assert max(below, above) <= up_to(0.025, 500)
    assert (below > 0) == (changed >= 6)


def test_loss_of_exactly_the_margin_rarely_fails_or_passes():
    rows = np.random.default_rng(2).normal(-0.05, 0.2, (500, 50))
    tests = paired_tests(many(rows), margins=[-0.05] * 500, flips=2000)
    rates = [
        np.mean([t.interval.high < -0.05 for t in tests]),
        np.mean([t.interval.low > -0.05 for t in tests]),
    ]
    assert all(0 < rate <= up_to(0.025, 500) for rate in rates)


def test_rare_large_losses_that_were_not_seen_do_not_pass():
    """One article in fifty loses all, and so much is tolerated: most samples show no such loss."""
    generator = np.random.default_rng(3)
    rows = -(generator.random((300, 50)) < 0.02).astype(float)
    tests = paired_tests(many(rows), margins=[-0.02] * 300, flips=2000)
    assert np.mean([t.interval.low > -0.02 for t in tests]) <= up_to(0.025, 300)
    assert all(t.conservative for t in tests)


@pytest.mark.parametrize("size", [10, 20, 50])
@pytest.mark.parametrize("kind", ["normal", "heavy", "sparse"])
def test_interval_holds_as_often_as_it_says(size, kind):
    generator = np.random.default_rng(size)
    shape = (300, size)
    rows = {
        "normal": lambda: generator.normal(0.03, 0.1, shape),
        "heavy": lambda: 0.03 + 0.1 * generator.standard_t(3, shape),
        "sparse": lambda: (generator.random(shape) < 0.3) * generator.choice([-0.2, 0.4], shape),
    }[kind]()
    tests = paired_tests(many(rows), flips=2000)
    held = np.mean([t.interval.low <= 0.03 <= t.interval.high for t in tests])
    assert held >= 1 - up_to(0.07, 300)
    widths = np.array([t.interval.high - t.interval.low for t in tests])
    plain = 2 * stats.t.ppf(0.975, size - 1) * rows.std(axis=1, ddof=1) / np.sqrt(size)
    if kind != "sparse":
        assert widths.mean() < 1.1 * plain.mean()


def test_clusters_are_flipped_as_a_whole():
    by_cluster = np.array([0.2, -0.1, 0.3, 0.1, 0.4, 0.2, -0.05])
    copies = np.repeat(by_cluster, 4)
    labels = np.repeat(np.arange(7), 4).tolist()
    (alone,) = paired_tests(one(by_cluster))
    (clustered,) = paired_tests(one(copies, clusters=labels))
    (blind,) = paired_tests(one(copies))
    assert clustered.p_value == alone.p_value > blind.p_value
    assert clustered.interval.low == pytest.approx(alone.interval.low)
    assert (clustered.units, blind.units) == (7, 28)


def corpus(lists: list[list[str]], references: list[list[str]]) -> Sample:
    metric = metric_named("bleu")
    statistics = metric.statistics(Block(lists, references))
    values = metric.values(statistics)[:, 0]
    return Sample(values, statistics, lambda sums, n: metric.of_sums(sums, n)[..., 0])


def texts(generator: np.random.Generator, count: int) -> list[list[str]]:
    words = ["the", "cat", "sat", "on", "a", "mat", "while", "dogs", "ran"]
    return [[" ".join(generator.choice(words, 14))] for _ in range(count)]


def exchanged(one: Sample, other: Sample) -> float:
    """The p-value of exchanging sufficient statistics between two models (Noreen 1989)."""
    swaps = np.random.default_rng(1).integers(0, 2, (4000, len(one)))
    here, there = (swaps @ sample.statistics for sample in (one, other))
    totals = [sample.statistics.sum(axis=0) for sample in (one, other)]
    first = one.of_sums(totals[0] - here + there, len(one))
    second = other.of_sums(totals[1] - there + here, len(one))
    observed = abs(one.estimate - other.estimate)
    return float(np.mean(np.abs(first - second) >= observed - 1e-9))


def test_corpus_scores_flip_pseudo_values_and_agree_with_exchanged_statistics():
    generator = np.random.default_rng(7)
    references = texts(generator, 40)
    samples = [corpus(texts(generator, 40), references) for _ in range(2)]
    (found,) = paired_tests(contrasts(samples, [(0, 1)]))
    assert found.p_value == pytest.approx(exchanged(*samples), abs=0.03)
    assert found.difference == samples[0].estimate - samples[1].estimate
    assert found.interval.low <= found.difference <= found.interval.high


def test_articles_that_did_not_change_add_nothing_to_a_corpus_score():
    """Their pseudo-values do differ, for those of others did."""
    generator = np.random.default_rng(8)
    references = texts(generator, 50)
    before = texts(generator, 50)
    after = [references[row] if row < 3 else before[row] for row in range(50)]
    (found,) = paired_tests(
        contrasts([corpus(after, references), corpus(before, references)], [(0, 1)])
    )
    assert found.changed == 3
    assert found.p_value == pytest.approx(0.25)


def test_families_over_different_articles_share_what_they_share():
    part = one(np.arange(1, 8) / 10)
    other = one(np.arange(1, 7) / 10)
    both = merged([part, other], [list("abcdefg"), list("cdefgh")])
    assert both.columns.shape[0] == 8
    assert both.counts.tolist() == [7, 6]
    assert both.sums(0)[both.sums(0) > 0].tolist() == pytest.approx(part.sums(0).tolist())
    flips = Flips(both)
    alone = flips.test(1)
    assert alone.difference == pytest.approx(0.35)


def test_flips_grow_with_what_has_to_be_told():
    assert flips_for(0.05) == 10_000
    assert flips_for(0.001) == 400_000
    assert flips_for(0.05, tests=20) == 160_000
    assert flips_for(1e-9) == 1_000_000


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_tiny_differences_do_not_set_interval_and_p_value_apart(sign):
    tiny = np.where(np.arange(60) % 7 == 0, sign * 3e-10 * (1 + np.arange(60) / 60), 0.0)
    pair = [Sample(0.3 + tiny), Sample(np.full(60, 0.3))]
    (test,) = paired_tests(contrasts(pair, [(0, 1)], limits=[1.0]))
    assert test.p_value < 0.01
    assert test.interval.low > 0 if sign > 0 else test.interval.high < 0


@pytest.mark.parametrize("far", [1e101, 1e300, np.inf])
def test_limits_too_far_to_square_allow_for_no_unseen_change_of_that_size(far):
    pair = [Sample(np.full(12, 0.3)), Sample(np.full(12, 0.3))]
    (test,) = paired_tests(contrasts(pair, [(0, 1)], limits=[far]))
    assert (test.interval.low, test.interval.high) == (0, 0)
