"""Differences: scipy's p-values, the right rate of false alarms, nothing borrowed from others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from bench.metrics import Block, metric_named
from bench.stats import Sample, differences, holm, randomisation_p_values


def two(size: int, shift: float = 0.03, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    first = generator.beta(2, 5, size)
    return first + shift + generator.normal(0, 0.1, size), first


def scipys(a: np.ndarray, b: np.ndarray, resamples: float) -> float:
    return stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        rng=np.random.default_rng(5),
    ).pvalue


def ours(a: np.ndarray, b: np.ndarray, **options) -> float | None:
    (p_value,) = randomisation_p_values([Sample(a), Sample(b)], [(0, 1)], **options)
    return p_value


@given(
    arrays(np.int8, st.tuples(st.integers(2, 9), st.just(2)), elements=st.integers(0, 4)),
)
def test_with_few_articles_the_test_is_exact_and_scipys(scores):
    a, b = scores.T / 8  # eighths add up exactly, in scipy too
    assert ours(a, b) == pytest.approx(scipys(a, b, np.inf), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("size", [14, 50, 300])
@pytest.mark.parametrize("shift", [0.0, 0.02, 0.05])
def test_with_many_it_is_scipys_up_to_the_draws(size, shift):
    a, b = two(size, shift)
    theirs = scipys(a, b, 40_000)
    error = 4 * np.sqrt(theirs * (1 - theirs) / 10_000) + 2e-4
    assert ours(a, b) == pytest.approx(theirs, abs=error)


def test_the_smallest_p_value_of_drawn_exchanges_is_no_zero():
    a, b = two(100, 1.0)
    assert ours(a, b) == pytest.approx(1 / 10_001)


def test_corpus_scores_exchange_sufficient_statistics():
    words = ["the", "cat", "sat", "on", "a", "mat", "while", "dogs", "ran", "past", "it"]
    generator = np.random.default_rng(2)
    lists = [[" ".join(generator.choice(words, 8))] for _ in range(18)]
    metric = metric_named("chrf")
    both = [metric.statistics(Block(lists[start : start + 6], lists[12:])) for start in (0, 6)]

    def score(rows: np.ndarray) -> float:
        return metric.aggregate(rows).item()

    observed = score(both[0]) - score(both[1])
    exchanged = []
    for way in range(2**6):
        keep = np.array([way >> bit & 1 for bit in range(6)], bool)[:, None]
        left, right = np.where(keep, both[0], both[1]), np.where(keep, both[1], both[0])
        exchanged.append(score(left) - score(right))
    expected = np.mean(np.abs(exchanged) >= abs(observed) - 1e-9)
    samples = [
        Sample(metric.values(s)[:, 0], s, lambda sums, n: metric.of_sums(sums, n)[..., 0])
        for s in both
    ]
    assert randomisation_p_values(samples, [(0, 1)]) == [pytest.approx(expected)]
    (found,) = differences(samples, [(0, 1)])
    assert found.difference == pytest.approx(observed)


def test_everything_that_is_said_of_a_pair():
    a, b = np.array([0.5, 0.7, 0.2, 0.4, 0.9]), np.array([0.4, 0.7, 0.3, 0.1, 0.5])
    (found,) = differences([Sample(a), Sample(b)], [(0, 1)])
    assert found.difference == pytest.approx(np.mean(a - b))
    assert (found.higher, found.equal, found.lower) == (3, 1, 1)
    assert found.effect_size == pytest.approx(np.mean(a - b) / np.std(a - b, ddof=1))
    assert found.p_value == pytest.approx(scipys(a, b, np.inf))
    bootstrap = stats.bootstrap(
        (a - b,), np.mean, method="percentile", n_resamples=20_000
    ).confidence_interval
    assert found.interval.low == pytest.approx(bootstrap.low, abs=0.02)
    assert found.interval.high == pytest.approx(bootstrap.high, abs=0.02)


def test_equal_scores_are_no_difference():
    same = np.full(20, 0.4)
    (found,) = differences([Sample(same), Sample(same.copy())], [(0, 1)])
    assert found.p_value == 1
    assert (found.interval.low, found.interval.high) == (0, 0)
    assert (found.higher, found.equal, found.lower) == (0, 20, 0)
    assert found.effect_size is None


@pytest.mark.parametrize("size", [0, 1])
def test_no_test_for_one_article_or_none(size):
    samples = [Sample(np.full(size, 0.4)), Sample(np.full(size, 0.1))]
    if size == 0:
        assert randomisation_p_values(samples, [(0, 1)]) == [None]
    else:
        (found,) = differences(samples, [(0, 1)])
        assert (found.p_value, found.interval, found.effect_size) == (None, None, None)
        assert found.difference == pytest.approx(0.3)


def test_two_articles_cannot_show_anything():
    assert ours(np.array([0.9, 0.8]), np.array([0.1, 0.2])) == 0.5


def test_pairs_borrow_nothing_from_each_other():
    samples = [Sample(scores) for scores in np.random.default_rng(0).beta(2, 5, (5, 40))]
    alone = differences([samples[1], samples[3]], [(0, 1)])[0]
    together = differences(samples, [(a, b) for a in range(5) for b in range(a)])
    assert together[4] == differences([samples[3], samples[1]], [(0, 1)])[0]
    assert together[4].p_value == alone.p_value
    assert together[4].difference == -alone.difference


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_keeps_order_and_only_raises(p_values):
    adjusted = holm(p_values)
    assert all(a >= p for a, p in zip(adjusted, p_values, strict=True))
    assert all(a <= 1 for a in adjusted)
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(adjusted[order]) >= 0).all()


def test_holm_on_a_worked_example():
    """The values of R's ``p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")``."""
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_false_alarms_in_a_family_stay_below_the_level():
    """Five models that do not differ, all ten pairs, 50 articles: 1,000 tables."""
    generator = np.random.default_rng(1)
    pairs = [(a, b) for a in range(5) for b in range(a)]
    alarms = 0
    for trial in range(1000):
        ease = generator.beta(2, 5, 50)  # some articles are easier for all models
        samples = [Sample(ease + generator.normal(0, 0.1, 50)) for _ in range(5)]
        p_values = randomisation_p_values(samples, pairs, resamples=1000, seed=trial)
        alarms += bool((holm(p_values) <= 0.05).any())
    assert alarms / 1000 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 1000)
    assert alarms > 5  # a test that never rings would pass the line above


def test_a_single_test_has_its_level():
    generator = np.random.default_rng(2)
    samples = [Sample(generator.gamma(1.0, 0.1, 50)) for _ in range(3000)]
    pairs = [(n, n + 1) for n in range(0, 3000, 2)]
    p_values = np.array(randomisation_p_values(samples, pairs))
    assert np.mean(p_values <= 0.05) == pytest.approx(0.05, abs=0.018)
    assert np.mean(p_values <= 0.5) == pytest.approx(0.5, abs=0.04)
