"""What is said of a pair, and Holm's correction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats import Difference, Sample, contrasts, described, holm, paired_tests


def pair(a: np.ndarray, b: np.ndarray) -> Difference:
    samples = Sample(np.asarray(a, float)), Sample(np.asarray(b, float))
    (test,) = paired_tests(contrasts(samples, [(0, 1)], limits=[1.0]))
    return described(*samples, test)


def test_everything_that_is_said_of_a_pair():
    a, b = np.array([0.5, 0.7, 0.2, 0.4, 0.9, 0.8]), np.array([0.4, 0.7, 0.3, 0.1, 0.5, 0.1])
    found = pair(a, b)
    assert found.difference == pytest.approx(np.mean(a - b))
    assert (found.higher, found.equal, found.lower) == (4, 1, 1)
    assert found.effect_size == pytest.approx(np.mean(a - b) / np.std(a - b, ddof=1))
    assert 0 < found.p_value < 1
    assert found.interval.low < found.difference < found.interval.high


def test_equal_scores_are_no_difference():
    found = pair(np.full(20, 0.4), np.full(20, 0.4))
    assert (found.p_value, found.difference, found.effect_size) == (1, 0, None)
    assert found.interval.low <= 0 <= found.interval.high
    assert found.conservative
    assert (found.higher, found.equal, found.lower) == (0, 20, 0)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_no_test_for_fewer_than_six_articles(size):
    found = pair(np.full(size, 0.4), np.full(size, 0.1))
    assert (found.p_value, found.interval, found.effect_size) == (None, None, None)
    assert found.difference == pytest.approx(0.3)


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


@pytest.mark.slow
def test_single_test_has_its_level():
    generator = np.random.default_rng(2)
    samples = [Sample(generator.gamma(1.0, 0.1, 50)) for _ in range(3000)]
    pairs = [(n, n + 1) for n in range(0, 3000, 2)]
    p_values = np.array([test.p_value for test in paired_tests(contrasts(samples, pairs))])
    assert np.mean(p_values <= 0.05) == pytest.approx(0.05, abs=0.018)
    assert np.mean(p_values <= 0.5) == pytest.approx(0.5, abs=0.04)
