"""Power: published values, and what happens when it is tried."""

from __future__ import annotations

import numpy as np
import pytest

from bench.stats import Sample, contrasts, detectable, fewest_units, needed, paired_tests, power


@pytest.mark.parametrize(
    ("effect", "alpha", "wanted", "articles"),
    [  # G*Power 3.1, "difference between two dependent means", two-tailed
        (0.5, 0.05, 0.80, 34),
        (0.2, 0.05, 0.80, 199),
        (0.8, 0.05, 0.80, 15),
        (0.5, 0.05, 0.95, 54),
        (0.5, 0.01, 0.80, 51),
    ],
)
def test_articles_needed_as_published(effect, alpha, wanted, articles):
    assert needed(effect, 1.0, alpha=alpha, wanted=wanted) == articles
    assert needed(effect / 10, 0.1, alpha=alpha, wanted=wanted) == articles


def test_detectable_difference_is_found_as_often_as_planned():
    for size in (2, 3, 10, 50, 5000, 5001, 200_000):
        effect = detectable(0.1, size, wanted=0.9)
        assert power(effect, 0.1, size) == pytest.approx(0.9, abs=1e-6)


def test_power_is_continuous_where_the_normal_takes_over():
    assert detectable(1.0, 5000) == pytest.approx(detectable(1.0, 5001), rel=1e-3)


@pytest.mark.parametrize("effect", [0.0, 0.001, 0.1, 3.0, 1e6, 1e9, 1e12, 1e150])
def test_power_is_a_probability_and_the_level_without_an_effect(effect):
    for size in (2, 7, 10, 1000, 10_000):
        assert 0 <= power(effect, 1.0, size) <= 1
    assert power(0.0, 1.0, 30, alpha=0.07) == pytest.approx(0.07)


@pytest.mark.parametrize(("articles", "alpha"), [(6, 0.01), (7, 0.01), (9, 0.001)])
def test_level_that_few_articles_never_reach_is_refused(articles, alpha):
    with pytest.raises(ValueError, match=f"{articles} articles is significant at {alpha}"):
        detectable(0.1, articles, alpha=alpha)
    assert power(1e6, 0.1, articles, alpha=alpha) == 0
    assert detectable(0.1, fewest_units(alpha), alpha=alpha) > 0


def test_nothing_varies_or_nothing_is_sought():
    assert detectable(0.0, 10) == 0
    assert needed(0.1, 0.0) == 2
    assert needed(0.0, 0.1) is None
    assert needed(1e-9, 1.0) is None


@pytest.mark.slow
@pytest.mark.parametrize("size", [20, 50])
def test_test_finds_what_was_promised(size):
    generator = np.random.default_rng(size)
    effect = detectable(0.1, size)
    trials = 1500
    samples = []
    for _ in range(trials):
        other = generator.beta(2, 5, size)
        samples += [Sample(other + generator.normal(effect, 0.1, size)), Sample(other)]
    pairs = [(2 * n, 2 * n + 1) for n in range(trials)]
    tests = paired_tests(contrasts(samples, pairs), flips=2000)
    found = np.array([test.p_value <= 0.05 for test in tests])
    assert found.mean() == pytest.approx(0.8, abs=0.035)
