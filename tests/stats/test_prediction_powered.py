"""Prediction-powered means: right whatever the judge does, narrower where it agrees with people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bench.stats import Sample, corrected_mean, labels_to_halve, score_interval
from bench.stats.prediction_powered import judge_weight

OTHERS = 200


def drawn(
    labels: int, correlation: float, seed: int, *, shift: float = 0.7
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels of people, and the values of a judge for these and for other articles."""
    generator = np.random.default_rng(seed)
    people, noise = generator.normal(size=(2, labels + OTHERS))
    judge = correlation * people + np.sqrt(1 - correlation**2) * noise + shift
    return people[:labels], judge[:labels], judge[labels:]


def by_the_paper(
    labels: np.ndarray, judged: np.ndarray, rest: np.ndarray, weight: float
) -> tuple[float, float]:
    """The estimate and its variance for a given weight, as PPI++ writes them for a mean."""
    count, others = len(labels), len(rest)
    estimate = weight * rest.mean() + (labels - weight * judged).mean()
    variance = weight**2 * rest.var(ddof=1) / others + (labels - weight * judged).var() / count
    return estimate, variance


@pytest.mark.parametrize("correlation", [0.2, 0.6, 0.95])
def test_estimate_and_error_are_those_of_the_paper(correlation):
    labels, judged, rest = drawn(60, correlation, seed=3)
    found = corrected_mean(labels, judged, rest)
    estimate, _ = by_the_paper(labels, judged, rest, found.weight)
    assert found.estimate == pytest.approx(estimate, abs=1e-12)
    first = (labels - found.weight * judged).var(ddof=2) / len(labels)
    second = (found.weight * rest).var(ddof=1) / len(rest)
    freedom = (first + second) ** 2 / (first**2 / (len(labels) - 2) + second**2 / (len(rest) - 1))
    half = stats.t.ppf(0.975, freedom) * np.sqrt(first + second)
    assert [found.interval.low, found.interval.high] == pytest.approx(
        [estimate - half, estimate + half], rel=1e-3
    )


@pytest.mark.parametrize("correlation", [0.3, 0.7, 0.99])
def test_weight_has_the_smallest_variance(correlation):
    """With as much variance of the judge among the other articles, no other weight does better."""
    labels, judged, _ = drawn(40, correlation, seed=5)
    rest = np.tile(judged, 5)
    weight = judge_weight(labels, judged, len(rest))
    scale = (len(rest) - 1) / len(rest)

    def variance(candidate: float) -> float:
        own = (labels - candidate * judged).var() / len(labels)
        return own + candidate**2 * rest.var(ddof=1) * scale / len(rest)

    best = min(np.linspace(0, 1, 1001), key=variance)
    assert weight == pytest.approx(best, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [-1.0, -0.9, 0.0, 0.5, 0.9, 1.0])
def test_interval_holds_whatever_the_judge_does(correlation):
    found = [corrected_mean(*drawn(50, correlation, seed)).interval for seed in range(600)]
    assert 0.925 <= np.mean([each.low <= 0 <= each.high for each in found]) <= 0.975


def test_bias_of_the_judge_does_not_matter():
    plain = corrected_mean(*drawn(50, 0.7, seed=1, shift=0))
    biased = corrected_mean(*drawn(50, 0.7, seed=1, shift=3))
    assert biased.estimate == pytest.approx(plain.estimate)
    assert biased.interval.low == pytest.approx(plain.interval.low)
    assert biased.bias - plain.bias == pytest.approx(3)
    assert biased.judge - plain.judge == pytest.approx(3)


def test_perfect_judge_gives_nearly_the_interval_of_all_articles():
    labels, judged, rest = drawn(50, 1.0, seed=2, shift=0)
    found = corrected_mean(labels, judged, rest)
    everything = np.concatenate([labels, rest])
    assert found.estimate == pytest.approx(everything.mean())
    width = score_interval(Sample(everything)).interval
    ratio = (found.interval.high - found.interval.low) / (width.high - width.low)
    assert 0.9 < ratio < 1.2
    assert found.saved == pytest.approx(OTHERS / (50 + OTHERS), abs=0.01)
    assert found.correlation == pytest.approx(1)


@pytest.mark.parametrize("correlation", [-1.0, -0.8])
def test_judge_that_disagrees_gets_no_weight(correlation):
    labels, judged, rest = drawn(50, correlation, seed=4)
    found = corrected_mean(labels, judged, rest)
    assert (found.weight, found.saved) == (0, 0)
    assert found.estimate == labels.mean()
    assert found.interval == score_interval(Sample(labels)).interval


def test_judge_saves_about_the_square_of_its_correlation():
    generator = np.random.default_rng(0)
    people, noise = generator.normal(size=(2, 200_000))
    judge = 0.6 * people + 0.8 * noise
    found = corrected_mean(people[:5_000], judge[:5_000], judge[5_000:])
    assert found.saved == pytest.approx(0.36, abs=0.05)


@pytest.mark.parametrize("labels", [1, 2, 5, 9])
def test_few_labels_are_used_alone(labels):
    given = drawn(labels, 1.0, seed=1)
    found = corrected_mean(*given)
    assert (found.weight, found.estimate) == (0, given[0].mean())
    assert (found.interval is None) == (labels == 1)


def test_nearly_equal_labels_are_used_alone():
    labels = np.array([5.0] * 26 + [4.0] * 4)
    found = corrected_mean(labels, labels, np.array([5.0, 4.0] * 20), limits=(1, 5))
    assert found.weight == 0
    assert found.interval.high - found.interval.low > 0


def test_judge_without_other_articles_changes_nothing():
    labels, judged, _ = drawn(30, 0.9, seed=6)
    found = corrected_mean(labels, judged, np.array([]))
    assert (found.estimate, found.weight, found.judge) == (labels.mean(), 0, judged.mean())


def test_constant_judge_gets_no_weight():
    labels, _, rest = drawn(30, 0.9, seed=6)
    found = corrected_mean(labels, np.full(30, 4.0), np.full(len(rest), 4.0))
    assert (found.weight, found.correlation) == (0, None)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([12, 30]), st.floats(-1, 1))
def test_interval_stays_in_the_limits_around_the_estimate(seed, labels, correlation):
    given = (np.clip(np.rint(part * 2 + 4), 1, 5) for part in drawn(labels, correlation, seed))
    found = corrected_mean(*given, limits=(1, 5))
    assert 1 <= found.interval.low <= found.estimate <= found.interval.high <= 5
    assert 0 <= found.saved < 1


def test_differences_of_two_models_are_means():
    generator = np.random.default_rng(7)
    a, b = generator.normal([[0.3], [0.0]], 1, (2, 300))
    judge = a - b + generator.normal(0, 0.3, 300)
    found = corrected_mean((a - b)[:60], judge[:60], judge[60:], limits=(-4, 4))
    assert found.interval.low < 0.3 < found.interval.high
    assert found.weight > 0.5


def test_clusters_of_one_article_change_little():
    labels, judged, rest = drawn(50, 0.7, seed=8)
    plain = corrected_mean(labels, judged, rest).interval
    alone = corrected_mean(
        labels, judged, rest, clusters=range(50), rest_clusters=range(50, 50 + OTHERS)
    ).interval
    assert alone.high - alone.low == pytest.approx(plain.high - plain.low, rel=0.05)


def test_repeated_articles_in_clusters_tell_nothing_new():
    labels, judged, rest = drawn(50, 0.7, seed=9)
    once = corrected_mean(
        labels, judged, rest, clusters=range(50), rest_clusters=range(50, 50 + OTHERS)
    )
    thrice = corrected_mean(
        np.repeat(labels, 3),
        np.repeat(judged, 3),
        np.repeat(rest, 3),
        clusters=np.repeat(np.arange(50), 3).tolist(),
        rest_clusters=np.repeat(np.arange(50, 50 + OTHERS), 3).tolist(),
    )
    assert thrice.interval.low == pytest.approx(once.interval.low)
    assert thrice.interval.high == pytest.approx(once.interval.high)


def test_more_labels_halve_the_interval_as_predicted():
    generator = np.random.default_rng(10)
    people, noise = generator.normal(size=(2, 3000))
    judge = 0.5 * people + 0.8 * noise
    more = labels_to_halve(people[:60], judge[:60], judge[60:])
    assert more.articles == 0
    before = corrected_mean(people[:60], judge[:60], judge[60:]).interval
    count = 60 + more.labels
    after = corrected_mean(people[:count], judge[:count], judge[count:]).interval
    assert (after.high - after.low) / (before.high - before.low) == pytest.approx(0.5, abs=0.08)


def test_useless_judge_leaves_three_times_as_many_labels_to_give():
    labels, _, rest = drawn(100, 0.0, seed=11)
    more = labels_to_halve(labels, np.full(100, 3.0), rest)
    assert 290 <= more.labels <= 300
    assert more.articles == 100 + more.labels - 300


@pytest.mark.parametrize("labels", [[1.0, 2.0], [3.0] * 20])
def test_labels_without_spread_predict_nothing(labels):
    assert labels_to_halve(np.array(labels), np.array(labels), np.arange(9.0)) is None


@pytest.mark.parametrize(
    ("labels", "judged", "rest", "message"),
    [
        ([], [], [1.0], "0 labels"),
        ([1.0], [1.0, 2.0], [1.0], "1 labels and 2 values"),
        ([1.0, np.nan], [1.0, 2.0], [1.0], "finite"),
        ([1.0, 2.0], [1.0, 2.0], [np.inf], "finite"),
    ],
)
def test_unusable_values_are_refused(labels, judged, rest, message):
    with pytest.raises(ValueError, match=message):
        corrected_mean(np.array(labels), np.array(judged), np.array(rest))


def test_articles_without_clusters_belong_to_no_labelled_one():
    labels, judged, rest = drawn(50, 0.7, seed=9)
    numbered, named = (
        corrected_mean(labels, judged, rest, clusters=clusters)
        for clusters in (range(50), [f"cluster {n}" for n in range(50)])
    )
    assert numbered == named
