"""The corrected difference: false alarms, losses that a judge hides, and outside truths."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from bench.stats import corrected_mean
from bench.stats.corrected_difference import corrected_difference
from bench.stats.sample import FloatArray

LEVEL = 0.05
TRIALS = 1000
Draw = Callable[[np.random.Generator, int, float], tuple[FloatArray, FloatArray]]


def graded(random: np.random.Generator, count: int, agreement: float) -> tuple[FloatArray, ...]:
    """Differences of means over four items on a scale from 1 to 5: people, judge; no change."""
    quality = random.normal(size=(2, count, 4))
    noise = random.normal(size=quality.shape)
    seen = agreement * quality + math.sqrt(1 - agreement**2) * noise
    people, judge = (np.clip(np.round(4 + x), 1, 5).mean(axis=2) for x in (quality, seen))
    return people[0] - people[1], judge[0] - judge[1]


def mostly_equal(
    random: np.random.Generator, count: int, agreement: float
) -> tuple[FloatArray, ...]:
    """Likewise, but 60 % of the outputs are the same in both runs."""
    is_changed = random.random(count) < 0.4
    people, judge = graded(random, count, agreement)
    return people * is_changed, judge * is_changed


def share(condition: Callable[[np.random.Generator], bool], seed: int) -> float:
    random = np.random.default_rng(seed)
    return sum(condition(random) for _ in range(TRIALS)) / TRIALS


def fails(people: FloatArray, judge: FloatArray, labels: int, margin: float = 0.0) -> bool:
    """Whether the gate would fail: significantly more is lost than the margin."""
    found = corrected_difference(people[:labels], judge[:labels], judge[labels:])
    return found is not None and found.interval(LEVEL).high < -margin


@pytest.mark.slow
@pytest.mark.parametrize("draw", [graded, mostly_equal])
@pytest.mark.parametrize("agreement", [0.0, 0.6, 0.9, 1.0])
@pytest.mark.parametrize(("labels", "others"), [(12, 24), (25, 100), (50, 400)])
def test_false_alarms_are_at_most_nominal(draw, agreement, labels, others):
    alarms = share(
        lambda random: fails(*draw(random, labels + others, agreement), labels), seed=labels
    )
    nominal = LEVEL / 2
    assert alarms <= nominal + 3 * math.sqrt(nominal * (1 - nominal) / TRIALS)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 1.0, 5.0])
@pytest.mark.parametrize("labels", [12, 50])
def test_skewed_differences_are_no_worse_than_with_people_alone(labels, noise):
    """Few articles gain much and most lose a little, so that nothing is lost on average."""
    random = np.random.default_rng(labels)
    corrected, alone = 0, 0
    for _ in range(TRIALS):
        people = random.lognormal(size=5 * labels) - math.exp(0.5)
        judge = people + noise * random.normal(size=5 * labels) + 0.7
        corrected += fails(people, judge, labels)
        alone += stats.ttest_1samp(people[:labels], 0, alternative="less").pvalue < LEVEL / 2
    assert corrected / TRIALS <= alone / TRIALS + 0.02


@pytest.mark.slow
def test_loss_at_the_margin_fails_as_rarely():
    def at_margin(random: np.random.Generator) -> bool:
        people, judge = graded(random, 125, 0.8)
        return fails(people - 0.3, judge + 0.5, 25, margin=0.3)

    assert share(at_margin, 1) <= LEVEL / 2 + 3 * math.sqrt(LEVEL / 2 / TRIALS)


@pytest.mark.slow
def test_real_loss_is_caught_that_the_judge_hides():
    """The new outputs are worse and longer; the judge likes length, and sees an improvement."""
    hidden, caught, alone = 0, 0, 0
    random = np.random.default_rng(2)
    for _ in range(400):
        people, judge = graded(random, 240, 0.8)
        people, judge = people - 0.6, judge + 0.6
        hidden += stats.ttest_1samp(judge, 0.0).statistic > 2  # significantly better
        caught += fails(people, judge, 40)
        alone += fails(people[:40], np.zeros(40), 40)
    assert hidden >= 0.99 * 400
    assert caught >= 0.95 * 400
    assert caught >= alone


def test_estimate_is_that_of_the_corrected_mean():
    random = np.random.default_rng(3)
    people, judge = graded(random, 90, 0.8)
    found = corrected_difference(people[:30], judge[:30], judge[30:])
    shown = corrected_mean(people[:30], judge[:30], judge[30:])
    assert found.estimate == pytest.approx(shown.estimate)
    assert found.weight == pytest.approx(shown.weight)
    assert found.interval(0.05).high - found.interval(0.05).low >= 0.99 * (
        shown.interval.high - shown.interval.low
    )


def test_without_others_it_is_nearly_the_t_test():
    people, judge = graded(np.random.default_rng(4), 200, 0.8)
    found = corrected_difference(people, judge, np.empty(0))
    expected = stats.ttest_1samp(people, 0.1)
    assert found.weight == 0
    assert found.p_value(0.1) == pytest.approx(expected.pvalue, rel=0.05)


def test_interval_ends_where_the_p_value_is_the_level():
    people, judge = graded(np.random.default_rng(5), 60, 0.8)
    found = corrected_difference(people[:20], judge[:20], judge[20:])
    for level in (0.05, 0.001):
        for end in (found.interval(level).low, found.interval(level).high):
            assert found.p_value(end) == pytest.approx(level)
    assert found.p_value(found.estimate) == 1


def test_error_without_clusters_is_that_of_a_jackknife():
    people, judge = graded(np.random.default_rng(8), 60, 0.8)
    found = corrected_difference(people[:20], judge[:20], judge[20:])
    without = []
    for index in range(20):
        kept = np.arange(20) != index
        without.append(corrected_difference(people[:20][kept], judge[:20][kept], judge[20:]))
    spread = np.array([one.estimate for one in without])
    others = found.weight**2 * np.var(judge[20:], ddof=1) / 40
    own = 19 / 20 * ((spread - spread.mean()) ** 2).sum() * 19 / 18  # a degree for the weight
    assert found.error == pytest.approx(math.sqrt(own + others))


@pytest.mark.slow
def test_error_is_that_of_repeated_draws():
    random = np.random.default_rng(6)
    found = []
    for _ in range(1500):
        people, judge = graded(random, 150, 0.9)
        found.append(corrected_difference(people[:50], judge[:50], judge[50:]))
    spread = np.std([one.estimate for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.08)


def test_duplicated_clusters_tell_no_more():
    people, judge = graded(np.random.default_rng(7), 60, 0.8)
    once = corrected_difference(people[:20], judge[:20], judge[20:])
    names = list(range(60))
    twice = corrected_difference(
        np.repeat(people[:20], 2),
        np.repeat(judge[:20], 2),
        np.repeat(judge[20:], 2),
        clusters=np.repeat(names[:20], 2).tolist(),
        rest_clusters=np.repeat(names[20:], 2).tolist(),
    )
    assert (twice.labels, twice.units) == (40, 20)
    assert twice.error == pytest.approx(once.error, rel=0.1)


@pytest.mark.parametrize(
    "labels", [np.arange(9.0), np.array([0.0] * 30 + [1.0] * 4)], ids=["nine", "alike"]
)
def test_too_few_labels_are_not_tested(labels):
    assert corrected_difference(labels, labels, np.arange(20.0)) is None
