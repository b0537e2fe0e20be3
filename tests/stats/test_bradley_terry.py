"""Bradley-Terry strengths: the maximum likelihood, its limits, and intervals that hold."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import binomtest

from bench.stats import bradley_terry
from bench.stats.bradley_terry_fit import Fit, matrices, maximized

TRUE = np.array([0.9, 0.2, -0.3, -0.8])


def games(strengths, articles, per_article, seed, ties=0.0):
    """Comparisons of random pairs, and the article of each."""
    rng = np.random.default_rng(seed)
    pairs = np.array(list(permutations(range(len(strengths)), 2)))
    first, second = pairs[rng.integers(len(pairs), size=articles * per_article)].T
    chance = 1 / (1 + np.exp(strengths[second] - strengths[first]))
    points = (rng.random(len(first)) < chance).astype(float)
    points[rng.random(len(first)) < ties] = 0.5
    return first, second, points, np.repeat(np.arange(articles), per_article)


def fitted(first, second, points, systems):
    """The maximum likelihood, by a general optimizer."""

    def loss(free):
        strengths = np.append(free, 0.0)
        difference = strengths[first] - strengths[second]
        return (
            points * np.logaddexp(0, -difference) + (1 - points) * np.logaddexp(0, difference)
        ).sum()

    found = minimize(loss, np.zeros(systems - 1), method="BFGS", options={"gtol": 1e-9})
    strengths = np.append(found.x, 0.0)
    return strengths - strengths.mean()


def minorized(points, steps=20_000):
    """The maximum likelihood, by the MM algorithm (Hunter 2004)."""
    strengths = np.ones(len(points))
    games = points + points.T
    for _ in range(steps):
        strengths = points.sum(axis=1) / (games / np.add.outer(strengths, strengths)).sum(axis=1)
        strengths /= strengths.mean()
    return np.log(strengths) - np.log(strengths).mean()


@pytest.mark.parametrize("ties", [0.0, 0.4])
def test_strengths_are_those_of_other_optimizers(ties):
    first, second, points, articles = games(TRUE, 30, 5, 1, ties)
    found = bradley_terry(first, second, points, articles, 4, resamples=100)
    assert found.log_strengths == pytest.approx(fitted(first, second, points, 4), abs=1e-5)
    assert found.log_strengths == pytest.approx(
        minorized(found.wins + found.ties / 2, 500), abs=1e-9
    )
    assert found.log_strengths.sum() == pytest.approx(0)


def test_strengths_of_a_long_chain_are_found():
    points = np.diag(np.full(29, 90.0), 1) + np.diag(np.full(29, 10.0), -1)
    found = maximized(points[None], np.ones((1, 30, 30), bool))[0]
    assert np.diff(found) == pytest.approx(np.full(29, -np.log(9)))
    assert minorized(points[:4, :4]) == pytest.approx(found[:4] - found[:4].mean(), abs=1e-6)


def test_uneven_wins_do_not_diverge():
    points = np.array([[0, 1e6, 1], [1, 0, 1], [1e5, 1e6, 0]])
    found = maximized(points[None], np.ones((1, 3, 3), bool))[0]
    expected = (points + points.T) / (1 + np.exp(found[None] - found[:, None]))
    assert expected.sum(axis=1) == pytest.approx(points.sum(axis=1), rel=1e-8)


def test_two_systems_have_the_share_of_wins_with_ties_half():
    found = bradley_terry([0, 0, 1, 0], [1, 1, 0, 1], [1, 0, 0, 0.5], "abcd", 2, resamples=100)
    assert found.shares == pytest.approx([2.5 / 4, 1.5 / 4])
    assert found.log_strengths == pytest.approx([np.log(5 / 3) / 2, -np.log(5 / 3) / 2])
    assert found.wins.tolist() == [[0, 2], [1, 0]]
    assert found.ties.tolist() == [[0, 1], [1, 0]]


def test_side_on_which_a_system_was_shown_does_not_matter():
    first, second, points, articles = games(TRUE, 20, 4, 2, 0.2)
    one = bradley_terry(first, second, points, articles, 4, resamples=200)
    other = bradley_terry(second, first, 1 - points, articles, 4, resamples=200)
    assert other.shares.tolist() == one.shares.tolist()
    assert other.shares_low.tolist() == one.shares_low.tolist()


def test_names_of_systems_do_not_matter():
    first, second, points, articles = games(TRUE, 20, 4, 3)
    order = np.array([2, 0, 3, 1])
    one = bradley_terry(first, second, points, articles, 4, resamples=100)
    other = bradley_terry(order[first], order[second], points, articles, 4, resamples=100)
    assert other.shares[order] == pytest.approx(one.shares)
    assert other.order == [int(order[index]) for index in one.order]


def test_undefeated_system_is_infinitely_strong_and_always_preferred():
    first, second, points, articles = games(TRUE[:3], 20, 4, 4)
    more = (np.append(first, [3, 3]), np.append(second, [0, 1]), np.append(points, [1, 1]))
    found = bradley_terry(*more, [*articles, 0, 1], 4, resamples=200)
    assert found.log_strengths[3] == np.inf
    assert found.shares[3] == 1
    assert found.preferred[3, :3].tolist() == [1, 1, 1]  # through the others: never met system 2
    assert found.preferred[:3, 3].tolist() == [0, 0, 0]
    alone = bradley_terry(first, second, points, articles, 3, resamples=200)
    assert found.log_strengths[:3] == pytest.approx(alone.log_strengths)


def test_winless_system_is_infinitely_weak():
    found = bradley_terry([0, 1, 2, 2], [1, 0, 0, 1], [1, 1, 0, 0], "abcd", 3, resamples=100)
    assert found.log_strengths.tolist() == pytest.approx([0, 0, -np.inf])
    assert found.shares.tolist() == pytest.approx([0.75, 0.75, 0])


def test_systems_that_only_beat_a_third_are_not_compared():
    found = bradley_terry([0, 1], [2, 2], [1, 1], "ab", 3, resamples=100)
    assert np.isnan(found.preferred[0, 1])
    assert np.isnan(found.shares[:2]).all()
    assert found.shares[2] == 0
    assert found.groups.tolist() == [0, 0, 0]
    assert np.isnan(found.log_strengths).all()
    assert (found.shares_low[0], found.shares_high[0]) == (0, 1)


def test_groups_that_never_met_are_not_compared():
    sides = [0, 1, 2, 3, 0], [1, 0, 3, 2, 1], [1, 1, 1, 1, 0.5]
    found = bradley_terry(*sides, "abcde", 5, resamples=100)
    assert found.groups.tolist() == [0, 0, 1, 1, 2]
    assert np.isnan(found.shares).all()
    assert found.preferred[2, 3] == pytest.approx(0.5)
    assert np.isnan(found.log_strengths[2:]).all()
    assert found.log_strengths[:2] == pytest.approx([0, 0])


def test_one_article_has_no_interval_and_no_comparison_no_strength():
    found = bradley_terry([0, 1], [1, 0], [1, 1], "aa", 2)
    assert found.shares.tolist() == pytest.approx([0.5, 0.5])
    assert np.isnan(found.shares_low).all()
    nothing = bradley_terry([], [], [], [], 2)
    assert np.isnan(nothing.shares).all()
    assert nothing.groups.tolist() == [0, 1]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 4), st.sampled_from([0, 0.5, 1]), st.integers(0, 3)
        ).filter(lambda game: game[0] != game[1]),
        max_size=25,
    )
)
def test_bounds_hold_the_estimate_whatever_was_compared(rows):
    first, second, points, articles = zip(*rows, strict=True) if rows else ((), (), (), ())
    found = bradley_terry(first, second, points, articles, 5, resamples=60)
    known = ~np.isnan(found.preferred)
    both = found.preferred + found.preferred.T
    assert both[known] == pytest.approx(np.ones(known.sum()))
    assert ((found.shares >= 0) & (found.shares <= 1) | np.isnan(found.shares)).all()
    if len(set(articles)) > 1:
        assert (found.preferred_low <= found.preferred_high)[~np.eye(5, dtype=bool)].all()
        sure = ~np.isnan(found.shares)
        assert (found.shares_low < found.shares_high)[sure].all()
        assert (found.shares_low <= found.shares + 1e-9)[sure].all()
        assert (found.shares_high >= found.shares - 1e-9)[sure].all()


def test_same_seed_gives_the_same_bounds_and_another_does_not():
    rows = games(TRUE, 20, 3, 5)
    one, same, other = (
        bradley_terry(*rows, 4, resamples=200, seed=seed).shares_low.tolist() for seed in (0, 0, 1)
    )
    assert one == same != other


def test_articles_are_resampled_not_comparisons():
    first, second, points, _ = games(TRUE, 12, 1, 6)
    few = bradley_terry(
        *(np.tile(part, 20) for part in (first, second, points)), [*range(12)] * 20, 4
    )
    many = bradley_terry(*(np.tile(part, 20) for part in (first, second, points)), range(240), 4)
    assert (few.shares_high - few.shares_low > 2 * (many.shares_high - many.shares_low)).all()


@pytest.mark.slow
@pytest.mark.parametrize("articles", [10, 40])
def test_interval_holds_the_true_share_as_often_as_it_says(articles):
    truth = 1 / (1 + np.exp(TRUE[None] - TRUE[:, None]))
    truth = (truth.sum(axis=1) - 0.5) / 3
    held = []
    for seed in range(150):
        found = bradley_terry(*games(TRUE, articles, 6, seed), 4, resamples=400)
        held.append((found.shares_low <= truth) & (truth <= found.shares_high))
    assert 0.92 <= np.mean(held) <= 0.985


@pytest.mark.parametrize("raters", [1, 3])
@pytest.mark.parametrize("articles", [2, 5, 30])
def test_unanimous_articles_have_the_exact_bound_of_none_unseen(articles, raters):
    units = [*range(articles)] * raters
    found = bradley_terry(
        [0] * len(units), [1] * len(units), [1] * len(units), units, 2, resamples=50
    )
    exact = binomtest(articles, articles).proportion_ci(0.95).low
    assert (found.shares_low[0], found.shares_high[0]) == (pytest.approx(exact), 1)
    assert (found.shares_low[1], found.shares_high[1]) == (0, pytest.approx(1 - exact))
    assert found.preferred_low[0, 1] == pytest.approx(exact)
    assert found.preferred_high[1, 0] == pytest.approx(1 - exact)


@pytest.mark.parametrize(
    ("first", "second", "points"),
    [
        ([0], [1], [0.5]),
        ([0, 1], [1, 0], [1, 1]),
        ([0, 1, 2], [1, 2, 0], [1, 1, 1]),
        ([0, 1, 0], [1, 2, 2], [1, 1, 1]),
    ],
    ids=["ties", "split", "cycle", "chain"],
)
def test_equal_articles_give_no_certainty(first, second, points):
    units = np.repeat(np.arange(6), len(first))
    found = bradley_terry(
        np.tile(first, 6), np.tile(second, 6), np.tile(points, 6), units, max(second) + 1
    )
    assert (found.shares_high - found.shares_low > 0.1).all()
    assert (found.shares_low <= found.shares).all()
    assert (found.shares <= found.shares_high).all()


def test_undefeated_system_may_be_a_finite_distance_ahead():
    first, second, points, articles = games(TRUE[:3], 20, 4, 4)
    best, others = [3] * 20, [0, 1] * 10
    found = bradley_terry(
        [*first, *best], [*second, *others], [*points, *[1] * 20], [*articles, *range(20)], 4
    )
    assert found.log_strengths[3] == np.inf
    assert 0.5 < found.shares_low[3] < 0.95


@pytest.mark.slow
@pytest.mark.parametrize("articles", [3, 6, 12])
@pytest.mark.parametrize("strengths", [[3.5, 0], [3, 0, 0], [4, 2, 0, -2]])
def test_interval_holds_a_strong_preference_with_few_articles(strengths, articles):
    strengths = np.array(strengths)
    systems = len(strengths)
    truth = 1 / (1 + np.exp(strengths[None] - strengths[:, None]))
    truth = (truth.sum(axis=1) - 0.5) / (systems - 1)
    pairs = np.array([*combinations(range(systems), 2)])
    first, second = np.tile(pairs, (articles, 1)).T
    units = np.repeat(np.arange(articles), len(pairs))
    chance = 1 / (1 + np.exp(strengths[second] - strengths[first]))
    rng = np.random.default_rng(0)
    held = []
    for _ in range(100):
        points = (rng.random(len(first)) < chance).astype(float)
        found = bradley_terry(first, second, points, units, systems, resamples=200)
        held.append((found.shares_low <= truth) & (truth <= found.shares_high))
    assert np.mean(held, axis=0).min() >= 0.93


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"first": [0]}, "length"),
        ({"second": [0, 0]}, "itself"),
        ({"second": [1, 2]}, "not one of 2"),
        ({"first": [-1, 0]}, "not one of 2"),
        ({"points": [1, 0.4]}, "0, 0.5 or 1"),
        ({"points": [1, float("nan")]}, "0, 0.5 or 1"),
        ({"articles": "a"}, "length"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change, reason):
    good = {"first": [0, 0], "second": [1, 1], "points": [1, 0], "articles": "ab"}
    with pytest.raises(ValueError, match=reason):
        bradley_terry(**{**good, **change}, systems=2)


def test_resamples_are_fitted_as_one_by_one():
    wins = np.array([[[0, 3, 1], [1, 0, 2], [2, 2, 0]], [[0, 3, 1], [0, 0, 2], [0, 2, 0]]], float)
    together = Fit.of((wins, np.zeros_like(wins)))
    for index in range(2):
        alone = Fit.of((wins[index : index + 1], np.zeros((1, 3, 3))))
        assert together.preferred[index] == pytest.approx(alone.preferred[0], nan_ok=True)
    assert matrices(np.arange(12.0)[None], 2)[1][0].tolist() == [[8, 11], [11, 14]]
