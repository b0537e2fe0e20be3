"""Agreement of measures with people against plain loops and `scipy`."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, pearsonr, spearmanr

from bench.stats import units_of
from bench.stats.agreement import RESAMPLED, Agreement, RatedItems
from bench.stats.two_way import two_way_draws

SCIPY = {
    "pearson": lambda x, y: pearsonr(x, y).statistic,
    "spearman": lambda x, y: spearmanr(x, y).statistic,
    "kendall": lambda x, y: kendalltau(x, y).statistic,
}


def rated(
    seed: int,
    articles: int = 6,
    systems: int = 4,
    each: int = 1,
    missing: float = 0.0,
    levels: int = 4,
) -> tuple[RatedItems, np.ndarray]:
    """Random ratings and a measure of whole numbers, so that ties are exact."""
    generator = np.random.default_rng(seed)
    article, system, _ = map(np.ravel, np.indices((articles, systems, each)))
    kept = generator.random(len(article)) >= missing
    people = generator.integers(1, levels + 1, len(article)).astype(float)
    measure = (2 * people + generator.integers(0, 6, len(article))).astype(float)
    length = generator.integers(3, 9, len(article)).astype(float)
    columns = (article, system, people, length)
    article, system, people, length = (column[kept] for column in columns)
    return RatedItems(article, system, people, length, articles, systems), measure[kept]


def defined(name: str, x: np.ndarray, y: np.ndarray) -> float:
    return SCIPY[name](x, y) if len(x) > 1 and np.ptp(x) > 0 and np.ptp(y) > 0 else math.nan


def by_loops(
    items: RatedItems, measure: np.ndarray, articles: np.ndarray, systems: np.ndarray
) -> dict[str, float]:
    """The agreement of a resample that is written out: copies of articles and of systems."""
    rows = [
        (a, i, s, j, k)
        for a in range(items.articles)
        for i in range(int(articles[a]))
        for s in range(items.systems)
        for j in range(int(systems[s]))
        for k in np.flatnonzero((items.article == a) & (items.system == s))
    ]
    if not rows:
        return {}
    at = np.array([row[4] for row in rows])
    x, y, length = measure[at], items.people[at], items.length[at]
    by_article, by_system = {}, {}
    for n, row in enumerate(rows):
        by_article.setdefault(row[:2], []).append(n)
        by_system.setdefault(row[2:4], {}).setdefault(row[:2], []).append(n)
    means = np.array(
        [
            [np.mean([values[some].mean() for some in parts.values()]) for values in (x, y)]
            for parts in by_system.values()
        ]
    ).round(10)
    right = pairs = 0.0
    taken = {name: [] for name in SCIPY}
    deviations = []
    for members in by_article.values():
        for m, n in combinations(members, 2):
            is_own_copy = rows[m][2] == rows[n][2] and rows[m][3] != rows[n][3]
            if y[m] != y[n] and not is_own_copy:
                pairs += 1
                right += (1 + np.sign(x[m] - x[n]) * np.sign(y[m] - y[n])) / 2
        for name, values in taken.items():
            values.append(defined(name, x[members], y[members]))
        deviations += [np.column_stack([v[members] - v[members].mean() for v in (x, y, length)])]
    xy, xl, yl = (
        defined("pearson", *np.concatenate(deviations)[:, pair].T)
        for pair in ([0, 1], [0, 2], [1, 2])
    )
    xl, yl = np.nan_to_num([xl, yl])
    rest = (1 - xl**2) * (1 - yl**2)
    return {
        **{f"system.{name}": defined(name, *means.T) for name in SCIPY},
        "accuracy": right / pairs if pairs else math.nan,
        "pooled": defined("pearson", x, y),
        "length_controlled": (xy - xl * yl) / math.sqrt(rest) if rest > 1e-8 else math.nan,
        **{
            f"within.{name}": np.nanmean(v) if not np.isnan(v).all() else math.nan
            for name, v in taken.items()
        },
    }


def assert_equal(found: dict[str, float], wanted: dict[str, float]) -> None:
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, abs=1e-7, nan_ok=True), name


@pytest.mark.parametrize("each", [1, 2])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_values_equal_those_of_plain_loops(each, missing):
    for seed in range(5):
        items, measure = rated(seed, each=each, missing=missing)
        once = np.ones(items.articles), np.ones(items.systems)
        assert_equal(Agreement(items, measure[None]).values()[0], by_loops(items, measure, *once))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    each=st.sampled_from([1, 2]),
    missing=st.sampled_from([0.0, 0.3]),
    levels=st.sampled_from([2, 5]),
)
def test_draws_equal_resamples_that_are_written_out(seed, each, missing, levels):
    items, measure = rated(seed, 5, 4, each, missing, levels)
    draws = two_way_draws(units_of(5), 4, 3, seed)
    found = Agreement(items, measure[None]).draws(draws)[0]
    for n in range(3):
        ones = np.ones(5), np.ones(4)
        weights = {
            "both": (draws.articles[n], draws.systems[n]),
            "articles": (draws.articles[n], ones[1]),
            "systems": (ones[0], draws.systems[n]),
        }
        for kind in RESAMPLED:
            values = {name: array[n] for name, array in found[kind].items()}
            wanted = by_loops(items, measure, *weights[kind])
            if np.count_nonzero(weights[kind][1]) < 2:  # one system left: nothing to order
                wanted = {k: v for k, v in wanted.items() if not k.startswith("system.")}
            assert_equal(values, wanted)


def test_several_measures_are_independent_of_each_other():
    items, measure = rated(3, each=2)
    others = np.stack([measure, -measure, np.zeros_like(measure)])
    draws = two_way_draws(units_of(6), 4, 20, 0)
    alone, together = Agreement(items, measure[None]), Agreement(items, others)
    for name, values in alone.draws(draws)[0]["both"].items():
        np.testing.assert_allclose(together.draws(draws)[0]["both"][name], values, atol=1e-12)
    assert together.values()[1]["accuracy"] == pytest.approx(1 - alone.values()[0]["accuracy"])
    constant = together.values()[2]
    assert constant["accuracy"] == 0.5
    assert all(math.isnan(value) for name, value in constant.items() if name != "accuracy")
    assert together.articles == [6, 6, 0]


def test_affine_changes_of_scale_change_nothing():
    items, measure = rated(1, each=2, missing=0.2)
    one = Agreement(items, measure[None]).values()[0]
    other = Agreement(items, measure[None] * 1e-7 + 1e3).values()[0]
    assert_equal(other, one)


def test_length_itself_and_unknown_lengths_have_no_controlled_value():
    items, measure = rated(2)
    found = Agreement(items, np.stack([items.length, 3 - items.length])).values()
    assert math.isnan(found[0]["length_controlled"])
    assert math.isnan(found[1]["length_controlled"])
    unknown = RatedItems(items.article, items.system, items.people, None, 6, 4)
    value = Agreement(unknown, measure[None]).values()[0]
    assert math.isnan(value["length_controlled"])
    assert not math.isnan(value["pooled"])


def test_equal_lengths_leave_the_correlation_within_articles():
    items, measure = rated(4)
    equal = RatedItems(items.article, items.system, items.people, np.ones(24), 6, 4)
    once = np.ones(6), np.ones(4)
    found = Agreement(equal, measure[None]).values()[0]
    wanted = by_loops(equal, measure, *once)
    assert found["length_controlled"] == pytest.approx(wanted["length_controlled"])


def test_two_systems_have_no_correlation_over_systems():
    items, measure = rated(5, systems=2)
    found = Agreement(items, measure[None]).values()[0]
    assert all(math.isnan(found[f"system.{name}"]) for name in SCIPY)
    assert not math.isnan(found["accuracy"])


def test_pairs_count_what_people_did_not_tie():
    items, measure = rated(6, each=2)
    wanted = sum(
        items.people[m] != items.people[n] and items.article[m] == items.article[n]
        for m, n in combinations(range(len(items.people)), 2)
    )
    assert Agreement(items, measure[None]).pairs == wanted


def test_float_noise_makes_no_order():
    items, _ = rated(7)
    noisy = np.where(np.arange(24) % 2, 0.1 + 0.2, 0.3)
    assert Agreement(items, noisy[None]).values()[0]["accuracy"] == 0.5


def test_clusters_are_drawn_as_a_whole():
    draws = two_way_draws(units_of(6, ["a", "a", "b", "c", "c", "c"]), 2, 200, 1)
    assert (draws.articles[:, 0] == draws.articles[:, 1]).all()
    assert (draws.articles[:, 3] == draws.articles[:, 5]).all()
    assert (draws.articles[:, [0, 2, 3]].sum(axis=1) == 3).all()
    assert (draws.systems.sum(axis=1) == 2).all()


def test_the_seed_decides_the_draws():
    one, same, other = (two_way_draws(units_of(9), 5, 20, seed) for seed in (0, 0, 1))
    assert (one.articles == same.articles).all()
    assert (one.systems == same.systems).all()
    assert (one.articles != other.articles).any()
    assert not np.array_equal(two_way_draws(units_of(9), 5, 20, -1).systems, one.systems)
