"""Comparisons of runs: what is compared with what, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from bench.comparison.compare import compare, compare_each
from bench.comparison.compared_models import ComparedModel
from bench.comparison.power import power_of
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError
from bench.metrics import metric_named
from bench.reports.render import render
from bench.runs.finished import FinishedRun
from bench.stats import (
    Sample,
    contrasts,
    described,
    family_tests,
    holm,
    paired_tests,
    score_interval,
)
from tests.comparison.made_runs import make_run, scores_of

THREE = {"one": scores_of(40, 1, 0.1), "two": scores_of(40, 2), "three": scores_of(40, 3)}


@pytest.mark.parametrize("correction", ["max-t", "holm"])
def test_pairs_are_those_of_the_statistics_corrected_over_all(tmp_path, correction):
    found = compare([make_run(tmp_path / "run", THREE)], correction=correction)
    (table,) = found.scores
    assert table.standings[0].label == "one"
    assert (found.tests, found.correction) == (len(table.pairs), correction) == (3, correction)
    samples = {name: Sample(values) for name, values in THREE.items()}
    names = [s.label for s in table.standings]
    every = [(names.index(p.model), names.index(p.other)) for p in table.pairs]
    together = contrasts([samples[name] for name in names], every, limits=[1.0] * 3)
    family = family_tests([together])
    flips = found.resamples - 1 if correction == "holm" else None  # without the unflipped signs
    p_values = []
    for pair, adjusted, bounds in zip(table.pairs, family.adjusted, family.intervals, strict=True):
        sides = samples[pair.model], samples[pair.other]
        (alone,) = paired_tests(contrasts(sides, [(0, 1)], limits=[1.0]), flips=flips)
        assert pair.difference == described(*sides, alone)
        assert pair.difference.difference >= 0  # the better one first
        assert pair.significant == (pair.corrected_p <= 0.05)
        if correction == "max-t":
            assert (pair.corrected_p, pair.simultaneous) == (adjusted, bounds)
            assert pair.significant == (not bounds.low <= 0 <= bounds.high)
        else:
            assert (pair.corrected_p, pair.simultaneous) == (pair.holm_p, None)
        p_values.append(alone.p_value)
    assert [pair.holm_p for pair in table.pairs] == pytest.approx(list(holm(p_values)))
    assert table.standings[0].rank.group == 1
    assert {s.rank.group for s in table.standings[1:]} == {2}


def test_unknown_correction_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match=r"unknown correction 'bonferroni'.*max-t"):
        compare([make_run(tmp_path / "run", THREE)], correction="bonferroni")


def test_many_models_on_few_articles_can_differ(tmp_path):
    """Holm's correction multiplies the smallest p-value of ten articles, 2/1024, by 78 tests."""
    models = {f"m{n:02}": scores_of(10, n, -0.3 * (n > 6)) for n in range(13)}
    run = make_run(tmp_path / "run", models)
    assert any(pair.significant for pair in compare([run]).scores[0].pairs)
    assert not any(p.significant for p in compare([run], correction="holm").scores[0].pairs)


@pytest.mark.parametrize("correction", ["max-t", "holm"])
@pytest.mark.parametrize("models", [2, 3])
@pytest.mark.parametrize(("articles", "flips"), [(3, 0), (6, 2**5), (40, 5000)])
def test_flips_are_those_that_were_used(tmp_path, correction, models, articles, flips):
    run = make_run(tmp_path / "run", {f"m{n}": scores_of(articles, n, n) for n in range(models)})
    found = compare([run], correction=correction, resamples=4999)
    assert found.resamples == flips


@pytest.mark.slow
def test_holm_draws_as_many_flips_as_the_tests_need(tmp_path):
    models = {f"m{n:02}": scores_of(40, n, -0.3 * (n > 8)) for n in range(18)}
    run = make_run(tmp_path / "run", models)
    found = compare([run], correction="holm")
    assert 1 / found.resamples < 0.05 / found.tests
    assert sum(pair.significant for pair in found.scores[0].pairs) >= 9 * 9


@pytest.mark.parametrize("articles", [2, 5])
def test_two_to_five_articles_have_intervals_of_scores_and_no_tests(tmp_path, articles):
    models = {"a": scores_of(articles), "b": scores_of(articles, 1, -0.3)}
    found = compare([make_run(tmp_path / "run", models)])
    (table,) = found.scores
    (pair,) = table.pairs
    assert (found.tests, pair.corrected_p, pair.significant) == (0, None, False)
    assert (pair.difference.interval, pair.difference.p_value) == (None, None)
    assert all(s.interval for s in table.standings)
    assert {(s.rank.group, s.rank.best, s.rank.worst) for s in table.standings} == {(1, 1, 2)}


def test_models_that_join_change_no_pair(tmp_path):
    few = compare([make_run(tmp_path / "few", dict(list(THREE.items())[:2]))])
    many = compare([make_run(tmp_path / "many", dict(reversed(THREE.items())))])
    by_name = {(p.model, p.other): p for p in many.scores[0].pairs}
    (pair,) = few.scores[0].pairs
    assert by_name[pair.model, pair.other].difference == pair.difference


def test_each_score_by_itself_is_what_compare_finds_on_it_alone(tmp_path):
    run = make_run(tmp_path / "run", {**THREE, "floor": scores_of(40, 4, -0.3)})
    compared_models = [ComparedModel(run, name, name) for name in (*THREE, "floor")]
    columns = [("questions", "coverage@0.5"), ("questions", "unknown"), ("summary", "rouge1.f1")]
    assert compare_each(compared_models, columns) == {columns[0]: compare([run]).scores[0]}
    assert not compare_each(compared_models[:1], columns)


def test_baseline_alone_is_compared_with(tmp_path):
    found = compare([make_run(tmp_path / "run", THREE)], baseline="two")
    (table,) = found.scores
    assert {(p.model, p.other) for p in table.pairs} == {("one", "two"), ("three", "two")}
    assert all(s.rank is None for s in table.standings)


def test_lower_is_better_turns_wins_and_places(tmp_path):
    metric = metric_named("near_duplicates")
    run = make_run(tmp_path / "run", {"bad": [0.5] * 12, "good": [0.1] * 12}, metric=metric)
    (table,) = compare([run]).scores
    (pair,) = table.pairs
    assert (pair.model, pair.wins, pair.losses) == ("good", 12, 0)
    assert pair.difference.difference == pytest.approx(-0.4)
    assert [s.rank.group for s in table.standings] == [1, 2]


def test_reference_models_are_compared_when_named(tmp_path):
    run = make_run(tmp_path / "run", {**THREE, "floor-random": scores_of(40, 9, -0.1)})
    assert len(compare([run]).scores[0].standings) == 3
    named = compare([run], models=["one", "floor-random"]).scores[0]
    assert [s.label for s in named.standings] == ["one", "floor-random"]
    assert len(compare([run], baseline="floor-random").scores[0].pairs) == 3


def test_models_of_several_runs_are_distinguished_and_share_articles(tmp_path):
    monday = make_run(tmp_path / "monday", {"mine": scores_of(30, 1), "other": scores_of(30, 2)})
    friday = make_run(tmp_path / "friday", {"mine": scores_of(20, 3)})
    (table,) = compare([monday, friday]).scores
    assert {s.label for s in table.standings} == {"monday:mine", "friday:mine", "other"}
    assert (table.articles, table.left_out) == (20, 10)
    means = {s.label: s.score for s in table.standings}
    assert means["other"] == pytest.approx(scores_of(30, 2)[:20].mean())


def test_articles_pair_up_by_id_in_any_order(tmp_path):
    values = scores_of(15, 1)
    ids = [f"a{n:03}" for n in range(15)]
    turned = {"b": values[::-1]}
    straight = make_run(tmp_path / "one", {"a": values})
    other = make_run(tmp_path / "two", turned, articles={"b": ids[::-1]})
    (pair,) = compare([straight, other]).scores[0].pairs
    assert (pair.difference.equal, pair.difference.p_value) == (15, 1.0)


def test_one_article_is_shown_without_tests(tmp_path):
    found = compare([make_run(tmp_path / "run", {"a": [0.4], "b": [0.1]})])
    (pair,) = found.scores[0].pairs
    assert (pair.corrected_p, pair.significant, pair.difference.interval) == (None, False, None)
    assert found.tests == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"digests": {f"a{n:03}": "another text" for n in range(40)}},
            r"changed \(e\.g\. 'a000'",
        ),
        ({"metric": metric_named("coverage@0.5", tokenizer="unicode")}, "tokenizer is unicode"),
        ({"items": 8}, r"two were asked for 8 items, those of \S+one for 16"),
        (
            {"on_error": "skip", "failed": 2},
            r"'skip' in \S+two and 'score-zero' in \S+one",
        ),
    ],
)
def test_incomparable_runs_are_refused_with_the_reason(tmp_path, changes, reason):
    one = make_run(tmp_path / "one", {"a": scores_of(40)})
    two = make_run(tmp_path / "two", {"b": scores_of(40, 1)}, **changes)
    with pytest.raises(RunDirectoryError, match=reason):
        compare([one, two])


@pytest.mark.parametrize(
    ("first", "second", "third", "reason"),
    [
        (
            {},
            {"items": 5},
            {"items": 8},
            "three and .*two are not comparable.*for 8 items",
        ),
        (
            {"on_error": "score-zero"},
            {"on_error": "score-zero", "failed": 1},
            {"on_error": "skip"},
            "three and .*two are not comparable: .*on_error",
        ),
    ],
)
def test_each_run_must_fit_to_every_other(tmp_path, first, second, third, reason):
    first = {"items": None, **first}
    runs = [
        make_run(tmp_path / name, {name: scores_of(40, n)}, **changes)
        for n, (name, changes) in enumerate({"one": first, "two": second, "three": third}.items())
    ]
    with pytest.raises(RunDirectoryError, match=reason):
        compare(runs)
    assert compare(runs[:2]).tests == 1


@pytest.mark.parametrize("turn", [1, -1])
def test_score_that_only_some_runs_have_is_compared_in_any_order(tmp_path, turn):
    few = make_run(tmp_path / "few", {"a": scores_of(20)}, metric=metric_named("near_duplicates"))
    more = make_run(tmp_path / "more", {"b": scores_of(20, 1), "c": scores_of(20, 2)})
    found = compare([few, more][::turn], scores=["coverage@0.5"])
    assert {s.label for s in found.scores[0].standings} == {"b", "c"}
    with pytest.raises(UnknownNameError, match="unknown score 'rougeL'"):
        compare([few, more][::turn], scores=["rougeL"])


def test_runs_without_a_shared_article_are_refused(tmp_path):
    one = make_run(tmp_path / "one", {"a": [0.1, 0.2]})
    two = make_run(tmp_path / "two", {"b": [0.1, 0.2]}, articles={"b": ["x", "y"]})
    with pytest.raises(RunDirectoryError, match="no article is in both"):
        compare([one, two])


def test_names_that_nobody_has(tmp_path):
    run = make_run(tmp_path / "run", THREE)
    with pytest.raises(UnknownNameError, match="did you mean 'one'"):
        compare([run], models=["oen"])
    with pytest.raises(UnknownNameError, match="unknown score 'rougeL'"):
        compare([run], scores=["rougeL"])
    with pytest.raises(UnknownNameError, match="unknown task 'summary'"):
        compare([run], tasks=["summary"])
    one = "two models are needed, not only one; name the others to compare with: three, two"
    with pytest.raises(ConfigError, match=f"nothing to compare: {one}"):
        compare([run], models=["one"])
    alone = make_run(tmp_path / "alone", {"a": [0.1, 0.2]})
    with pytest.raises(ConfigError, match="not only a; give another run too"):
        compare([alone])
    with pytest.raises(ConfigError, match="the run is given twice"):
        compare([run, run])


def test_power_speaks_of_the_pairs_that_were_seen(tmp_path):
    run = make_run(tmp_path / "run", THREE)
    (found,) = power_of(run, effect=0.01).scores
    spreads = sorted(pair.spread for pair in found.pairs)
    assert found.spread == spreads[1]
    pair = next(p for p in found.pairs if {p.model, p.other} == {"one", "two"})
    assert pair.spread == pytest.approx(np.std(THREE["one"] - THREE["two"], ddof=1))
    curve = dict(found.curve)
    assert curve[40] == found.detectable
    assert list(curve.values()) == sorted(curve.values(), reverse=True)
    with pytest.raises(ConfigError, match="at least two"):
        power_of(make_run(tmp_path / "one", {"a": [0.4], "b": [0.1]}))


def test_model_that_failed_much_costs_the_others_nothing(tmp_path):
    ids = [f"a{n:03}" for n in range(40)]
    alone = compare([make_run(tmp_path / "alone", dict(list(THREE.items())[:2]))])
    few = {**dict(list(THREE.items())[:2]), "lazy": scores_of(40, 7)[:1]}
    run = make_run(tmp_path / "with", few, articles={"lazy": ids[:1]})
    (table,) = compare([run]).scores
    pair = next(p for p in table.pairs if "lazy" not in (p.model, p.other))
    assert pair.difference == alone.scores[0].pairs[0].difference
    assert {(p.articles, p.corrected_p is None) for p in table.pairs} == {(40, False), (1, True)}
    assert {s.label: s.articles for s in table.standings} == {"one": 40, "two": 40, "lazy": 1}
    (power,) = power_of(run).scores
    assert (power.articles, len(power.pairs)) == (40, 1)


@pytest.fixture
def clustered(monkeypatch):
    """Five articles in a row make a cluster."""

    def labels(_, articles):
        return [f"c{int(article[1:]) // 5}" for article in articles]

    monkeypatch.setattr(FinishedRun, "units", labels)


@pytest.mark.usefixtures("clustered")
def test_copies_of_articles_are_no_evidence_where_they_are_one_cluster(tmp_path):
    few = {name: scores_of(8, seed, shift) for name, seed, shift in (("a", 1, 0.05), ("b", 2, 0))}
    copied = {name: np.repeat(values, 5) for name, values in few.items()}
    run = make_run(tmp_path / "run", copied)
    (pair,) = compare([run]).scores[0].pairs
    assert (pair.units, pair.articles, pair.difference.higher) == (8, 40, 5 * round(pair.wins / 5))
    samples = [Sample(few[name]) for name in (pair.model, pair.other)]
    (alone,) = paired_tests(contrasts(samples, [(0, 1)], limits=[1.0]))
    assert pair.difference.p_value == alone.p_value
    for standing in compare([run]).scores[0].standings:
        once = score_interval(Sample(few[standing.label]), limits=(0, 1)).interval
        assert (standing.interval.low, standing.interval.high) == pytest.approx(
            (once.low, once.high)
        )


@pytest.mark.usefixtures("clustered")
def test_few_clusters_are_too_few_for_a_test(tmp_path):
    found = compare([make_run(tmp_path / "run", {k: v[:25] for k, v in THREE.items()})])
    assert found.tests == 0
    assert "5 clusters of articles: too few for a test, which needs 6" in render(found)
