"""What ratings say about raters and models, by hand and by other implementations."""

from __future__ import annotations

import numpy as np
import pytest

import bench
from bench.data.ratings import Preference, Rating
from bench.errors import ConfigError
from bench.rating.outlook import items_to_rate, outlook_of
from bench.rating.summary import RatingSummaries, rater_summaries
from bench.stats import RaterAgreement

LISTS = {"questions": {"one": {f"a{n}": ("p", "q") for n in range(8)}}}


def summaries(units=list, limits=None):
    lists = {
        t: {m: {a: {0: own} for a, own in of.items()} for m, of in ms.items()}
        for t, ms in LISTS.items()
    }
    return RatingSummaries(lists, units, limits or {"clear": (1, 5)}, 0.95)


def rating(rater, article, item, value, model="one", dimension="clear"):
    return Rating(
        task="questions",
        article=article,
        rater=rater,
        dimension=dimension,
        model=model,
        item=item,
        value=value,
    )


def preference(rater, article, first, second, choice):
    return Preference(
        task="questions",
        article=article,
        rater=rater,
        dimension="clear",
        first=first,
        second=second,
        choice=choice,
    )


def drawn(seed=0, raters="abc", articles=8):
    rng = np.random.default_rng(seed)
    return [
        rating(r, f"a{n}", item, float(rng.integers(1, 6)))
        for n in range(articles)
        for item in ("p", "q")
        for r in raters
        if rng.random() < 0.8
    ]


def test_mean_is_over_raters_then_items_then_articles():
    rows = [
        *(rating("a", "a0", "p", 5), rating("b", "a0", "p", 1), rating("a", "a0", "q", 1)),
        rating("a", "a1", "p", 4),
    ]
    (found,) = summaries().dimensions(rows)
    (model,) = found.models
    assert model.mean.value == pytest.approx((((5 + 1) / 2 + 1) / 2 + 4) / 2)
    assert (model.articles, model.values) == (2, 4)
    assert 1 <= model.mean.low <= model.mean.value <= model.mean.high <= 5


def test_alpha_is_that_of_the_table_of_raters_and_items():
    rows = drawn()
    table = np.full((3, 16), np.nan)
    for row in rows:
        table["abc".index(row.rater), int(row.article[1]) * 2 + "pq".index(row.item)] = row.value
    (found,) = summaries().dimensions(rows)
    assert found.alpha.value == pytest.approx(RaterAgreement(table).alpha("ordinal"))
    assert found.alpha.low <= found.alpha.value <= found.alpha.high
    assert found.shared == ((~np.isnan(table)).sum(axis=0) > 1).sum()


def test_item_that_two_models_wrote_counts_once_for_agreement():
    rows = drawn()
    both = [*rows, *(row.model_copy(update={"model": "two"}) for row in rows)]
    (one,), (other,) = (summaries().dimensions(own) for own in (rows, both))
    assert other.alpha == one.alpha
    assert (other.values, other.items) == (one.values, one.items)
    assert [model.mean.value for model in other.models] == [one.models[0].mean.value] * 2


def test_index_and_text_name_the_same_item():
    one = [rating("a", "a0", "p", 3), rating("b", "a0", 0, 5)]
    (found,) = summaries().dimensions(one)
    assert (found.items, found.shared) == (1, 1)


def test_severe_rater_has_a_negative_severity():
    rows = drawn(raters="ab")
    rows += [
        rating("mean", r.article, r.item, max(1.0, r.value - 2)) for r in rows if r.rater == "a"
    ]
    found = summaries().severities(rows)
    name = ("questions", "clear")
    assert found["mean"][name].high < 0 < found["a"][name].value
    by_hand = {}
    for row in rows:
        by_hand.setdefault((row.article, row.item), {})[row.rater] = row.value
    deviations = {}
    for (article, _), own in by_hand.items():
        if "mean" in own and len(own) > 1:
            rest = np.mean([value for rater, value in own.items() if rater != "mean"])
            deviations.setdefault(article, []).append(own["mean"] - rest)
    wanted = np.mean([np.mean(own) for own in deviations.values()])
    assert found["mean"][name].value == pytest.approx(wanted)


def test_rater_alone_has_no_severity_and_no_alpha():
    rows = drawn(raters="a")
    (found,) = summaries().dimensions(rows)
    assert found.alpha.value is None
    assert summaries().severities(rows) == {}
    (alone,) = rater_summaries(rows, {}, summaries())
    assert (alone.name, alone.values, alone.severity) == ("a", len(rows), {})


def test_clusters_are_resampled_together():
    rows = drawn(articles=8)
    (apart,) = summaries().dimensions(rows)
    (together,) = summaries(units=lambda ids: [int(one[1]) // 4 for one in ids]).dimensions(rows)
    assert together.models[0].mean.value == apart.models[0].mean.value
    assert together.models[0].mean != apart.models[0].mean


def test_interval_is_wider_where_raters_differ():
    rng = np.random.default_rng(0)
    same = [
        rating(r, f"a{n}", "p", v) for n in range(8) for v in [rng.integers(2, 5)] for r in "ab"
    ]
    apart = [row.model_copy(update={"value": row.value + (row.rater == "b")}) for row in same]
    (one,), (other,) = (summaries().dimensions(rows) for rows in (same, apart))
    widths = [found.models[0].mean.high - found.models[0].mean.low for found in (one, other)]
    assert widths[1] > 1.5 * widths[0]


def test_preferences_have_strengths_sides_and_agreement():
    rows = []
    for n in range(10):
        rows.append(preference("a", f"a{n}", "x", "y", "first" if n < 8 else "tie"))
        rows.append(preference("b", f"a{n}", "y", "x", "second" if n < 8 else "first"))
    (found,) = summaries().preferences(rows)
    best, worst = found.models
    assert (best.model, best.wins, best.ties, best.losses) == ("x", 16, 2, 2)
    assert best.preferred.value == pytest.approx(17 / 20)
    assert worst.log_strength == pytest.approx(-best.log_strength)
    assert found.first.value == pytest.approx(np.mean([0.5] * 8 + [1.0] * 2))
    assert found.comparisons == 20
    assert 0 < found.alpha.value < 1  # they agree on eight of ten


def test_models_that_no_comparison_connects_are_named():
    rows = [preference("a", "a0", "x", "y", "first"), preference("a", "a1", "v", "w", "tie")]
    (found,) = summaries().preferences(rows)
    assert sorted(found.unconnected) == [("v", "w"), ("x", "y")]
    assert all(model.preferred.value is None for model in found.models)


def test_items_with_fewer_and_more_different_ratings_come_first():
    rows = [
        *(rating(r, "a0", "p", v) for r, v in (("a", 1.0), ("b", 5.0))),
        *(rating(r, "a0", "q", v) for r, v in (("a", 3.0), ("b", 3.0))),
        rating("a", "a1", "p", 3.0),
        *(rating(r, "a1", "q", 3.0) for r in "abcdef"),
    ]
    found = list(items_to_rate(rows, {("questions", "clear"): {"one"}}))
    order = [(one.article, one.item) for one in found]
    assert order[:2] == [("a0", "p"), ("a1", "p")]
    assert order[-1] == ("a1", "q")
    assert [one.gain for one in found] == sorted((one.gain for one in found), reverse=True)
    assert found[0].gain == 1
    assert found[0].values == (1.0, 5.0)


@pytest.mark.parametrize("item", [None, 0], ids=["lists", "indices"])
def test_what_two_models_wrote_is_not_merged(item):
    rows = [
        *(rating(r, "a0", item, v, model="A") for r, v in (("a", 1.0), ("b", 5.0))),
        *(rating(r, "a0", item, v, model="B") for r, v in (("a", 4.0), ("b", 4.0))),
        rating("c", "a0", item, None, model="B"),
    ]
    first, second = items_to_rate(rows, {("questions", "clear"): {"A", "B"}})
    assert (first.item, first.models, first.values) == (item, ("A",), (1.0, 5.0))
    assert (second.item, second.models, second.values) == (item, ("B",), (4.0, 4.0))
    same = [rating("a", "a0", "Why?", 3.0, model=model) for model in "AB"]
    (one,) = items_to_rate(same, {("questions", "clear"): {"A", "B"}})
    assert (one.item, one.models) == ("Why?", ("A", "B"))


def test_items_of_decided_models_are_not_named():
    rows = [rating("a", "a0", "p", 1.0), rating("a", "a0", "q", 2.0, model="two")]
    found = list(items_to_rate(rows, {("questions", "clear"): {"two"}}))
    assert [one.item for one in found] == ["q"]
    assert list(items_to_rate([], {("questions", "clear"): {"two"}})) == []


@pytest.mark.slow
def test_outlook_says_what_a_decision_takes(run, filled):
    bench.import_ratings(run, filled().save(), filled(2, "Ben").save("ben.csv"))
    found = bench.rating_outlook(run, items=3)
    assert len(found.decisions) == 3 * 4
    assert len(found.items) == 3
    compared = bench.compare(run, metrics=["human.clear"])
    pairs = {(p.model, p.other): p.difference.difference for p in compared.scores[0].pairs}
    own = {(d.model, d.other): d.difference for d in found.decisions if d.dimension == "clear"}
    assert own == pairs
    power = bench.power(run, metrics=["human.clear"], effect=0.5)
    needed = {frozenset((p.model, p.other)): p.needed for p in power.scores[0].pairs}
    for one in bench.rating_outlook(run, effect=0.5).decisions:
        assert one.decided is False
        if one.dimension == "clear":
            assert one.needed == needed[frozenset((one.model, one.other))]
            assert one.more_values > (one.needed - one.articles) * 2


def test_outlook_needs_ratings(made_run):
    with pytest.raises(ConfigError, match=r"has no ratings of people yet; make sheets with"):
        outlook_of(bench.load_run(made_run))


def test_share_of_the_first_list_stays_between_0_and_1():
    common = {"task": "questions", "rater": "a", "dimension": "clear"}
    sides = {"first": "one", "second": "two"}
    rows = [
        Preference(article=f"a{n}", choice="first" if n else "second", **sides, **common)
        for n in range(8)
    ]
    (found,) = summaries().preferences(rows)
    assert found.first.value == 7 / 8
    assert 0 <= found.first.low < found.first.value < found.first.high <= 1
