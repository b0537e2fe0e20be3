"""Clusters: sums, pseudo-values by cluster, and how much they tell."""

from __future__ import annotations

import numpy as np
import pytest

from bench.stats import Sample, design_effect, units_of
from bench.stats.units import adjusted_squares, degrees_of_freedom


def ratio(rows: np.ndarray) -> Sample:
    """Right answers over questions, all articles together."""
    return Sample(rows[:, 0] / rows[:, 1], rows, lambda sums, _: sums[..., 0] / sums[..., 1])


def test_articles_stand_alone_without_labels_or_with_one_each():
    assert units_of(4).codes is None
    assert units_of(3, ["a", "b", "c"]).codes is None
    assert units_of(3).sizes.tolist() == [1, 1, 1]


def test_units_are_in_order_of_their_first_article():
    units = units_of(5, ["b", "a", "b", "c", "a"])
    assert units.sizes.tolist() == [2, 2, 1]
    assert units.sums(np.arange(5.0)).tolist() == [2, 5, 3]


def test_label_for_each_article_is_needed():
    with pytest.raises(ValueError, match="2 cluster labels for 3 articles"):
        units_of(3, ["a", "b"])


def test_contributions_add_up_to_the_score():
    rows = np.random.default_rng(0).integers(1, 9, (12, 2)).astype(float)
    for labels in (None, [n // 3 for n in range(12)], [0, 0, *range(1, 11)]):
        units = units_of(12, labels)
        for sample in (Sample(rows[:, 0]), ratio(rows)):
            assert units.contributions(sample).sum() / 12 == pytest.approx(sample.estimate)
    assert units_of(12).contributions(Sample(rows[:, 0])).tolist() == rows[:, 0].tolist()


def test_contributions_of_other_scores_are_pseudo_values():
    rows = np.random.default_rng(1).integers(1, 9, (10, 2)).astype(float)
    sample = ratio(rows)
    found = units_of(10).contributions(sample)
    bias = sample.pseudo_values.mean() - sample.estimate
    assert found == pytest.approx(sample.pseudo_values - bias)


def test_copies_tell_as_much_as_one():
    values = np.repeat(np.random.default_rng(2).normal(size=12), 4)
    found = design_effect(values, units_of(48, np.repeat(np.arange(12), 4).tolist()))
    assert found.factor == pytest.approx(4, rel=0.1)
    assert found.effective == pytest.approx(12, rel=0.1)


def test_clusters_that_mean_nothing_cost_nothing():
    values = np.random.default_rng(3).normal(size=4000)
    found = design_effect(values, units_of(4000, [n % 500 for n in range(4000)]))
    assert found.factor == pytest.approx(1, abs=0.25)
    assert found.effective <= 4000


def test_no_design_effect_where_nothing_varies():
    assert design_effect(np.full(6, 0.1), units_of(6, list("aabbcc"))) is None
    assert design_effect(np.arange(3.0), units_of(3, list("aaa"))) is None


SIZES = [[60, *[1] * 15], [20, 20], [1, 2, 3, 5, 8], [10] * 4 + [1] * 40, [7] * 6]


@pytest.mark.parametrize("sizes", SIZES)
def test_variance_of_unequal_clusters_is_unbiased(sizes):
    """By the quadratic form, for units whose means all have variance 1."""
    whole = np.array(sizes, float)
    shares = whole / whole.sum()
    centre = np.eye(len(whole)) - shares  # of the deviations of the means of the units
    found = [adjusted_squares(column * whole, whole) for column in centre.T]
    assert sum(found) / whole.sum() ** 2 == pytest.approx((shares**2).sum())


@pytest.mark.parametrize("sizes", SIZES)
def test_degrees_of_freedom_are_those_of_the_quadratic_form(sizes):
    whole = np.array(sizes, float)
    shares = whole / whole.sum()
    centre = np.eye(len(whole)) - shares
    expected = np.diag(centre @ centre.T)
    form = centre.T @ np.diag(shares**2 / expected) @ centre
    wanted = np.trace(form) ** 2 / np.trace(form @ form)
    assert degrees_of_freedom(whole) == pytest.approx(max(1, wanted))
