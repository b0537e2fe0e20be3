"""Intervals of single scores: inside the range, around the score, as often right as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from bench.metrics import Block, metric_named
from bench.stats import Sample, score_interval
from bench.stats.scales import Scale

SHARES = (0.0, 1.0)


def plain(values: np.ndarray) -> tuple[float, float]:
    return stats.ttest_1samp(values, 0).confidence_interval()


def test_interval_without_a_range_is_students():
    values = np.random.default_rng(0).normal(3, 1, 12)
    found = score_interval(Sample(values))
    assert (found.interval.low, found.interval.high) == pytest.approx(plain(values))
    assert not found.conservative


def test_interval_between_two_ends_is_students_on_the_logit():
    values = np.random.default_rng(1).beta(2, 8, 30)
    found = score_interval(Sample(values), limits=SHARES).interval
    low, high = plain(values)
    mean = values.mean()
    half = (high - low) / 2 / (mean * (1 - mean))
    expected = stats.logistic.cdf(stats.logistic.ppf(mean) + np.array([-half, half]))
    assert [found.low, found.high] == pytest.approx(expected.tolist())


@settings(deadline=None)
@given(
    arrays(
        np.float64, st.integers(2, 30), elements=st.sampled_from([0, 1e-9, 0.2, 0.5, 1 - 1e-12, 1])
    ),
    st.sampled_from([(0.0, 1.0), (0.0, None), (None, 1.0), (None, None)]),
    st.booleans(),
)
def test_interval_stays_in_the_range_and_holds_its_own_score(values, limits, clustered):
    clusters = [n // 2 for n in range(len(values))] if clustered else None
    found = score_interval(Sample(values), limits=limits, clusters=clusters)
    if found is None:
        assert len(values) <= 2
        return
    low, high = found.interval.low, found.interval.high
    assert low <= values.mean() + 1e-12
    assert high >= values.mean() - 1e-12
    assert limits[0] is None or low >= limits[0]
    assert limits[1] is None or high <= limits[1]


def test_no_interval_for_one_article_or_one_cluster():
    assert score_interval(Sample(np.array([0.5]))) is None
    assert score_interval(Sample(np.array([0.5, 0.6])), clusters=["a", "a"]) is None


@pytest.mark.parametrize("size", [10, 20, 50])
@pytest.mark.parametrize("value", [0.0, 1.0, 0.4])
def test_scores_that_are_all_the_same_leave_room_for_rare_others(size, value):
    found = score_interval(Sample(np.full(size, value)), limits=SHARES)
    assert found.conservative
    exact = stats.binomtest(0, size).proportion_ci()  # Clopper and Pearson
    if value == 0:
        assert found.interval.high == pytest.approx(exact.high, rel=0.2)
    if value == 1:
        assert found.interval.low == pytest.approx(1 - exact.high, rel=0.2)
    assert found.interval.high - found.interval.low >= 0.8 * exact.high


@pytest.mark.parametrize("size", [10, 20, 50, 200])
def test_shares_are_covered_whatever_they_are(size):
    """Exactly, by the binomial distribution: right and wrong answers are the worst case."""
    counts = np.arange(size + 1)
    found = [
        score_interval(Sample(np.arange(size) < count), limits=SHARES).interval for count in counts
    ]
    bounds = np.array([[one.low, one.high] for one in found])
    for share in np.linspace(0.01, 0.99, 99):
        held = (bounds[:, 0] <= share + 1e-12) & (share - 1e-12 <= bounds[:, 1])
        assert stats.binom.pmf(counts, size, share)[held].sum() >= 0.93, share


@pytest.mark.slow
@pytest.mark.parametrize("size", [5, 10, 20, 50])
@pytest.mark.parametrize(("a", "b"), [(2, 5), (1, 9), (8, 1)])
def test_interval_has_its_nominal_coverage_and_is_no_wider_than_students(size, a, b):
    rows = np.random.default_rng(size).beta(a, b, (600, size))
    found = [score_interval(Sample(row), limits=SHARES).interval for row in rows]
    held = np.mean([one.low <= a / (a + b) <= one.high for one in found])
    assert held >= stats.binom.ppf(0.001, 600, 0.93) / 600
    if size == 5:  # where Student's own does not hold
        return
    widths = np.mean([one.high - one.low for one in found])
    assert widths < 1.1 * np.mean([np.ptp(np.clip(plain(row), 0, 1)) for row in rows])


def test_other_scores_join_the_interval_with_the_one_corrected_for_bias():
    """The square of a mean, which is too large on average, by the jackknife on the logit."""
    values = np.random.default_rng(3).beta(1, 2, 12)
    sample = Sample(values**2, values[:, None], lambda sums, n: (sums[..., 0] / n) ** 2)
    found = score_interval(sample, limits=SHARES).interval
    logit = stats.logistic.ppf
    whole = logit(values.mean() ** 2)
    rest = logit(((values.sum() - values) / 11) ** 2)
    pseudo_values = 12 * whole - 11 * rest
    half = stats.t.ppf(0.975, 11) * stats.sem(pseudo_values)
    ends = sorted([whole, pseudo_values.mean()])
    expected = stats.logistic.cdf([ends[0] - half, ends[1] + half])
    assert [found.low, found.high] == pytest.approx(expected.tolist())
    assert ends[1] - ends[0] > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bleu", "chrf"])
@pytest.mark.parametrize("size", [10, 30])
def test_corpus_scores_are_held_from_ten_articles_on(name, size):
    generator = np.random.default_rng(size)
    metric = metric_named(name)
    words = np.array(["the", "cat", "sat", "on", "a", "mat", "while", "dogs", "ran", "past", "it"])
    lengths = generator.integers(6, 20, 200)
    references = [" ".join(generator.choice(words, length)) for length in lengths]
    kept = [
        " ".join(np.where(generator.random(len(t.split())) < 0.7, t.split(), "no"))
        for t in references
    ]
    population = metric.statistics(Block([[t] for t in kept], [[t] for t in references]))
    true = metric.aggregate(population).item()
    held = 0
    for rows in generator.integers(0, 200, (300, size)):
        statistics = population[rows]
        values = metric.values(statistics)[:, 0]
        sample = Sample(values, statistics, lambda sums, n: metric.of_sums(sums, n)[..., 0])
        found = score_interval(sample, limits=metric.range).interval
        assert 0 <= found.low <= sample.estimate <= found.high <= 100
        held += found.low <= true <= found.high
    assert held >= stats.binom.ppf(0.001, 300, 0.93)


def test_clusters_count_as_one_article_each():
    by_cluster = np.random.default_rng(2).beta(2, 5, 8)
    labels = np.repeat(np.arange(8), 3).tolist()
    clustered = score_interval(Sample(np.repeat(by_cluster, 3)), clusters=labels, limits=SHARES)
    alone = score_interval(Sample(by_cluster), limits=SHARES)
    assert clustered.interval.low == pytest.approx(alone.interval.low)
    assert clustered.interval.high == pytest.approx(alone.interval.high)


@pytest.mark.parametrize("sizes", [[60, *[1] * 15], [10] * 4 + [1] * 40, [1, 2, 3, 5, 8, 13, 20]])
def test_means_of_unequal_clusters_are_held(sizes):
    generator = np.random.default_rng(5)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    trials, held = 300, 0
    for _ in range(trials):
        logits = generator.normal(0, 0.7, len(sizes))[labels]
        logits += generator.normal(0, 0.7, len(labels))
        values = 1 / (1 + np.exp(-logits))
        found = score_interval(Sample(values), limits=SHARES, clusters=labels.tolist()).interval
        held += found.low <= 0.5 <= found.high
    assert held / trials >= 0.93


@pytest.mark.parametrize(
    "scale", [Scale(), Scale(0, 1), Scale(0, 100), Scale(low=0), Scale(high=5)]
)
def test_scale_goes_there_and_back(scale):
    for score in (0.001, 0.3, 0.9):
        place = float(scale.to(np.array(score), 0.0))
        assert scale.back(place) == pytest.approx(score)
        step = 1e-6
        beyond = float(scale.to(np.array(score + step), 0.0))
        assert scale.slope(score) == pytest.approx((beyond - place) / step, rel=1e-2)


@pytest.mark.parametrize("far", [1e101, 1e300, 1.7e308])
@pytest.mark.parametrize("values", [[0.5] * 8, [0.5] * 7 + [0.7], np.linspace(0, 1, 8)])
def test_ends_too_far_to_square_are_no_ends(values, far):
    sample = Sample(np.array(values, float))
    assert score_interval(sample, limits=(-far, far)) == score_interval(sample)
    assert score_interval(sample, limits=(0.0, far)) == score_interval(sample, limits=(0.0, None))


def test_two_equal_articles_are_no_certainty():
    found = score_interval(Sample(np.array([4.0, 4.0])), limits=(1, 5))
    assert found.conservative
    assert found.interval.low < 3
    assert found.interval.high == 5
    unbounded = score_interval(Sample(np.array([4.0, 4.0])))
    assert (unbounded.interval.low, unbounded.interval.high) == (4, 4)
