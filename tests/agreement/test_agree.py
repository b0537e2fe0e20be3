"""Agreement of measures with people: figures, intervals, verdicts and limits."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import kendalltau, pearsonr, spearmanr

import bench
from bench.agreement.findings import AgreementReport, DimensionAgreement
from bench.agreement.ratings import Dimension
from bench.errors import ConfigError, DataError, UnknownNameError
from tests.conftest import ROOT

DATA = Path(os.environ.get("BENCH_REAL_DATA", ROOT.parent / "shared" / "data"))


def study(
    articles: int = 12, systems: int = 6, seed: int = 0, raters: Sequence[str] = ("ann", "bob")
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Made-up ratings, and a measure `good` that follows them and one, `noise`, that does not."""
    generator = np.random.default_rng(seed)
    ratings, measures = [], []
    for a in range(articles):
        for s in range(systems):
            head = {
                "article": f"a{a}",
                "system": f"s{s}",
                "item": f"Is {a} more than {s}" + " so" * (s % 3),
            }
            truth = s / systems + generator.normal()
            for rater in raters:
                value = int(np.clip(round(3 + truth + generator.normal() / 2), 1, 5))
                ratings.append({**head, "dimension": "clear", "rater": rater, "value": value})
            good = round(truth + generator.normal() / 3, 3)
            measures.append({**head, "good": good, "noise": round(generator.normal(), 3)})
    return ratings, measures


@pytest.fixture(scope="module")
def report() -> AgreementReport:
    ratings, measures = study()
    return bench.agree(ratings, measures=measures, resamples=200)


def own(report: AgreementReport, name: str, dimension: str = "clear") -> DimensionAgreement:
    return next(one.dimensions[dimension] for one in report.measures if one.name == name)


def test_values_equal_those_of_scipy(report):
    ratings, measures = study()
    people: dict[tuple[str, str], list[int]] = {}
    for row in ratings:
        people.setdefault((row["article"], row["system"]), []).append(row["value"])
    rows = [(*key, float(np.mean(values))) for key, values in sorted(people.items())]
    good = {(row["article"], row["system"]): row["good"] for row in measures}
    y = np.array([row[2] for row in rows]).reshape(12, 6)
    x = np.array([good[row[:2]] for row in rows]).reshape(12, 6)
    found = own(report, "good")
    for name, scipy in (("pearson", pearsonr), ("spearman", spearmanr), ("kendall", kendalltau)):
        assert found.system[name].value == pytest.approx(scipy(x.mean(0), y.mean(0)).statistic)
        each = [scipy(x[a], y[a]).statistic for a in range(12)]
        assert found.within[name].value == pytest.approx(np.mean(each))
    assert found.pooled.value == pytest.approx(pearsonr(x.ravel(), y.ravel()).statistic)
    pairs = [
        (1 + np.sign(x[a, i] - x[a, j]) * np.sign(y[a, i] - y[a, j])) / 2
        for a in range(12)
        for i, j in combinations(range(6), 2)
        if y[a, i] != y[a, j]
    ]
    assert found.pairs == len(pairs)
    assert found.accuracy.value == pytest.approx(np.mean(pairs))


def test_length_controlled_is_the_partial_correlation_within_articles(report):
    ratings, measures = study()
    words = {(row["article"], row["system"]): len(row["item"].split()) for row in ratings}
    good = {(row["article"], row["system"]): row["good"] for row in measures}
    people: dict[tuple[str, str], list[int]] = {}
    for row in ratings:
        people.setdefault((row["article"], row["system"]), []).append(row["value"])
    keys = sorted(people)
    x, y, z = (
        np.array([values[key] for key in keys], float).reshape(12, 6)
        for values in (good, {k: np.mean(v) for k, v in people.items()}, words)
    )
    x, y, z = ((v - v.mean(axis=1, keepdims=True)).ravel() for v in (x, y, z))
    rest = [v - z * (v @ z) / (z @ z) for v in (x, y)]
    wanted = pearsonr(*rest).statistic
    assert own(report, "good").length_controlled.value == pytest.approx(wanted)


def test_figures_have_three_intervals_around_them(report):
    for one in (*own(report, "good").system.values(), own(report, "good").accuracy):
        for interval in (one.interval, one.by_articles, one.by_systems):
            assert interval is not None
            assert interval.low <= one.value <= interval.high
    accuracy = own(report, "good").accuracy
    widths = [
        i.high - i.low for i in (accuracy.interval, accuracy.by_articles, accuracy.by_systems)
    ]
    assert widths[0] > max(widths[1:])


def test_length_and_random_stand_among_the_measures(report):
    assert [one.name for one in report.measures] == ["good", "noise", "length", "random"]
    assert [one.origin for one in report.measures] == ["file", "file", "baseline", "baseline"]
    reason = own(report, "length").length_controlled.reason
    assert reason == "nothing varies within articles but with length"
    assert own(report, "length").verdict == "weak"


def test_one_rater_against_the_others_is_the_mean_over_raters(report):
    ratings, _ = study()
    raters = report.raters[0]
    assert (raters.raters, raters.items, raters.compared) == (2, 72, 2)
    as_measure = [
        {key: value for key, value in row.items() if key != "rater"} | {"measure": "ann"}
        for row in ratings
        if row["rater"] == "ann"
    ]
    bob = [row for row in ratings if row["rater"] == "bob"]
    ann = own(bench.agree(bob, measures=as_measure, resamples=100), "ann")
    one = raters.one_against_others
    assert one is not None
    # with two raters the correlation of one with the other is that of the other with the one
    assert one.pooled.value == pytest.approx(ann.pooled.value)
    assert 0 < raters.alpha["ordinal"].value < 1
    assert raters.alpha["ordinal"].interval.low < raters.alpha["ordinal"].value


def test_single_raters_have_no_ceiling():
    ratings, measures = study(raters=["ann"])
    found = bench.agree(ratings, measures=measures, resamples=100).raters[0]
    assert found.one_against_others is None
    assert found.alpha["nominal"].value is None
    assert found.alpha["nominal"].reason == "no item has ratings of two raters"


def test_differences_cover_all_pairs_of_measures(report):
    for level in ("item", "system"):
        pairs = {(d.first, d.second) for d in report.differences if d.level == level}
        assert pairs == set(combinations(["good", "noise", "length", "random"], 2))
    best = next(
        d for d in report.differences if (d.level, d.first, d.second) == ("item", "good", "noise")
    )
    wanted = own(report, "good").accuracy.value - own(report, "noise").accuracy.value
    assert best.difference == pytest.approx(wanted)
    assert best.significant
    assert best.interval.low > 0
    assert report.tried == 4


def with_tastes(seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Ratings, and measures that favour systems, each in its own way."""
    generator = np.random.default_rng(seed)
    ratings, measures = study(articles=30, systems=6)
    tastes = generator.normal(size=(2, 6))
    for row in measures:
        own = tastes[:, int(row["system"][1:])]
        row |= {f"m{n}": row["good"] + float(taste) for n, taste in enumerate(own)}
    return ratings, measures


def test_differences_are_significant_only_if_the_interval_excludes_zero():
    ratings, measures = with_tastes(0)
    found = bench.agree(ratings, measures=measures, resamples=200)
    spanning = [d for d in found.differences if d.interval.low <= 0 <= d.interval.high]
    assert any(one.p_adjusted <= 0.05 for one in spanning)
    assert not any(one.significant for one in spanning)


def test_verdicts_name_what_would_settle_them(report):
    assert own(report, "good").verdict == "trust"
    large = bench.agree(study(articles=60, systems=12)[0], resamples=200)
    assert own(large, "random").verdict == "weak"
    small = bench.agree(*_split(study(articles=4, seed=3)), resamples=200)
    unknown = [one for m in small.measures if (one := m.dimensions["clear"]).verdict[0] == "c"]
    assert unknown
    assert all("settle it" in one.reason or "length" in one.reason for one in unknown)


def _split(both: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Ratings only: the measures are not needed."""
    return [both[0]]


def test_reversed_measures_are_weak_and_say_so():
    ratings, measures = study(articles=30)
    worse = [{**row, "worse": -row["good"]} for row in measures]
    found = own(bench.agree(ratings, measures=worse, resamples=200), "worse")
    assert found.verdict == "weak"
    assert "lower value" in found.reason


def test_the_order_of_rows_changes_nothing_and_the_seed_does():
    ratings, measures = study(articles=5)
    one = bench.agree(ratings, measures=measures, resamples=100)
    same = bench.agree(ratings[::-1], measures=measures[::-1], resamples=100)
    first, second = (json.loads(bench.render(r, "json")) for r in (one, same))
    assert first["measures"]["good"] == second["measures"]["good"]
    other = bench.agree(ratings, measures=measures, resamples=100, seed=1)
    assert own(other, "good").accuracy.value == own(one, "good").accuracy.value
    assert own(other, "good").accuracy.interval != own(one, "good").accuracy.interval
    assert own(other, "random").accuracy.value != own(one, "random").accuracy.value


def test_clusters_are_resampled_together():
    ratings, measures = study()
    clustered = [
        {**row, "cluster": row["article"][-1]} for row in ratings if row["article"] != "a9"
    ]
    found = bench.agree(clustered, measures=measures, resamples=100)
    assert (found.articles, found.clusters) == (11, 9)
    assert "9 clusters: intervals may be too narrow below 10" in found.notes
    alone = bench.agree([{**row, "cluster": "one"} for row in ratings], resamples=100)
    figure = own(alone, "length").accuracy
    assert (figure.interval, figure.by_articles) == (None, None)
    assert figure.reason == "all items are of one article or cluster: no interval"


def test_undefined_figures_are_null_with_the_reason():
    ratings, measures = study(systems=2, articles=6)
    found = own(bench.agree(ratings, measures=measures, resamples=100), "good")
    assert found.system["pearson"].value is None
    assert found.system["pearson"].reason == "fewer than three systems"
    equal = [{**row, "value": 3} for row in ratings]
    flat = own(bench.agree(equal, measures=measures, resamples=100), "good")
    assert flat.accuracy.reason == "people rated all items alike"
    assert flat.verdict == "cannot tell from this much data"
    assert flat.pairs == 0
    single = own(bench.agree(ratings, measures=measures[:1], resamples=100), "good")
    assert single.accuracy.reason == "only one item has a value"
    constant = [{**row, "flat": 1} for row in measures]
    constant = own(bench.agree(ratings, measures=constant, resamples=100), "flat")
    assert constant.accuracy.value == 0.5
    assert constant.pooled.reason == "the measure gives all items the same value"


def test_json_has_the_documented_shape_and_no_nan(report):
    record = json.loads(bench.render(report, "json"), parse_constant=pytest.fail)
    clear = record["measures"]["good"]["dimensions"]["clear"]
    assert {"system", "item", "pooled", "length_controlled", "verdict"} <= clear.keys()
    assert clear["system"].keys() == {"pearson", "spearman", "kendall"}
    assert {"value", "low", "high", "by_articles", "by_systems"} <= clear["pooled"].keys()
    assert clear["item"]["pairs"] == own(report, "good").pairs
    assert clear["item"]["accuracy"]["by_systems"].keys() == {"low", "high"}
    assert {"length", "random"} <= record["measures"].keys()
    assert record["raters"]["clear"]["alpha"].keys() == {"nominal", "ordinal", "interval"}
    assert record["measures_tried"] == 4


def test_measures_with_missing_values_are_compared_where_both_have_some():
    ratings, measures = study()
    gaps = [{**row, "half": row["good"] if n % 2 else None} for n, row in enumerate(measures)]
    found = bench.agree(ratings, measures=gaps, resamples=100)
    assert own(found, "half").items == 36
    assert own(found, "good").items == 72
    pair = [d for d in found.differences if {d.first, d.second} == {"good", "half"}]
    assert all(one.interval is None and not one.significant for one in pair)
    assert any("half: no value for 36" in note for note in found.notes)


def test_measures_without_values_in_a_dimension_are_undefined_there():
    ratings, measures = study(articles=5)
    other = [{**row, "dimension": "second"} for row in ratings if row["article"] in ("a0", "a1")]
    some = [row for row in measures if row["article"] not in ("a0", "a1")]
    found = bench.agree([*ratings, *other], measures=some, resamples=100)
    empty = own(found, "good", "second")
    assert empty.accuracy.value is None
    assert empty.reason == "no item has both a rating and a value of the measure"
    assert own(found, "good").accuracy.value is not None
    assert own(found, "length", "second").accuracy.value is not None
    for format in ("table", "markdown", "csv", "json", "html"):
        assert "second" in bench.render(found, format)


def test_unknown_lengths_are_noted_and_can_be_given():
    ratings, measures = study(articles=5)
    short = [{**row, "item": n // 2} for n, row in enumerate(ratings)]
    values = [{**row, "item": n} for n, row in enumerate(measures)]
    unknown = bench.agree(short, measures=values, resamples=100)
    assert [one.name for one in unknown.measures] == ["good", "noise", "length", "random"]
    assert own(unknown, "length").accuracy.reason == "the length of items is not known"
    assert own(unknown, "good").length_controlled.reason == "the length of items is not known"
    assert any("give a measure called length" in note for note in unknown.notes)
    known = [{**row, "length": len(row["article"]) + n % 3} for n, row in enumerate(values)]
    given = bench.agree(short, measures=known, resamples=100)
    assert own(given, "good").length_controlled.value is not None
    assert "length is that of the measures given" in given.notes


def test_several_items_of_a_system_are_averaged_for_the_system_level():
    rows = [
        {"article": "a", "system": s, "item": str(n), "dimension": "d", "value": v}
        for s, values in (("x", [1, 3]), ("y", [3]), ("z", [5]))
        for n, v in enumerate(values)
    ]
    values = [{**row, "measure": "m"} for row in rows]
    found = bench.agree(rows, measures=values, resamples=100)
    assert [one.people.value for one in found.systems] == [2, 3, 5]
    assert own(found, "m", "d").system["kendall"].value == 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"resamples": 10}, ConfigError, "resamples: 10: must be from 100"),
        ({"confidence": 1.0}, ConfigError, "confidence: 1.0"),
        ({"metrics": ["rougeL"]}, ConfigError, "give the dataset too"),
        ({"dataset": "briefs", "task": "nothing"}, UnknownNameError, "unknown task"),
        ({"dataset": "briefs", "task": "summary"}, DataError, "no rated article is in the dataset"),
    ],
)
def test_options_that_do_not_go_together_are_errors(options, error, message):
    with pytest.raises(error, match=message):
        bench.agree(study(articles=2)[0], **options)


def test_metrics_are_computed_on_the_rated_items(tmp_path):
    articles = [
        {"id": f"a{n}", "title": "", "text": f"Story {n}.", "questions": [f"Is {n} more than 1 so"]}
        for n in range(4)
    ]
    file = tmp_path / "articles.jsonl"
    file.write_text(
        "".join(json.dumps({**row, "cluster": row["id"][:1]}) + "\n" for row in articles)
    )
    ratings, _ = study(articles=4)
    metrics = ["rougeL", "rouge1.recall", "coverage@0.5", "support"]
    found = bench.agree(ratings, dataset=file, task="questions", metrics=metrics, resamples=100)
    names = [one.name for one in found.measures]
    assert names == ["rougeL.f1", "rouge1.recall", "coverage@0.5", "support", "length", "random"]
    means = {one.system: one.measures["rougeL.f1"].value for one in found.systems}
    assert means["s1"] == 1  # the reference itself
    assert means["s0"] < 1
    assert found.clusters == 1
    namesakes = [{"use": "jaccard", "stemmer": stemmer} for stemmer in (True, False)]
    both = bench.agree(ratings, dataset=file, metrics=namesakes, resamples=100)
    assert [m.name for m in both.measures][:2] == ["jaccard(stemmer=yes)", "jaccard(stemmer=no)"]
    default = bench.agree(ratings, dataset=file, resamples=100)
    assert default.measures[0].name == "set_rougeL.f1"
    with pytest.raises(UnknownNameError, match=r"rougeL\.recall"):
        bench.agree(ratings, dataset=file, metrics=["rougeL.recal"])


@pytest.mark.parametrize("metric", ["support", "unsupported", "novel", "fragments"])
def test_metrics_that_read_the_article_have_no_value_without_its_text(tmp_path, metric):
    ratings, _ = study(articles=4)
    rows = [{"id": f"a{n}", "title": "T", "text": "", "questions": ["Is it?"]} for n in range(4)]
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    given = {"dataset": file, "task": "questions", "metrics": [metric], "resamples": 100}
    with pytest.raises(ConfigError, match=f"{metric}.*: no rated article has a text"):
        bench.agree(ratings, **given)
    rows[0]["text"] = "Story 0, more than 1."
    file.write_text("\n".join(map(json.dumps, rows)))
    found = bench.agree(ratings, **given)
    assert found.measures[0].dimensions["clear"].items == 6
    assert any("18 rated items of articles without a text: no value" in n for n in found.notes)


def test_means_of_raters_leave_out_missing_ones():
    table = np.array([[1.0, np.nan, np.nan], [2.0, 4.0, np.nan]])
    means = Dimension("d", ("a", "b"), table).means
    assert means[:2].tolist() == [1.5, 4.0]
    assert math.isnan(means[2])


def test_measures_in_batches_have_the_same_figures(monkeypatch, report):
    from bench.agreement import analysis

    ratings, measures = study()
    monkeypatch.setattr(analysis, "_PAIRS", 1)
    found = bench.agree(ratings, measures=measures, resamples=200)
    assert bench.render(found, "json") == bench.render(report, "json")
    monkeypatch.setattr(analysis, "_MOST_PAIRS", 10)
    with pytest.raises(ConfigError, match="clear: 6 items of one article; too many"):
        bench.agree(ratings, resamples=100)


# Published data, which the tests do not bring along

needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is absent")


def files_of(name: str) -> list[Path]:
    return [
        f for f in sorted((DATA / name).glob("*.jsonl")) if f.stem not in ("articles", "reference")
    ]


@pytest.mark.slow
@needs_data
def test_published_correlations_of_realsumm_are_reproduced():
    files = files_of("realsumm")
    found = bench.agree(files, measures=files, resamples=100)
    wanted = {"rouge_1_recall": 0.86, "rouge_2_recall": 1.00, "rouge_l_recall": 0.79}
    for name, tau in wanted.items():
        value = own(found, name, "litepyramid_recall").system["kendall"].value
        assert value == pytest.approx(tau, abs=0.005)
    assert own(found, "length", "litepyramid_recall").system["kendall"].value == pytest.approx(
        0.64, abs=0.005
    )


@pytest.mark.slow
@needs_data
def test_own_rouge_agrees_like_the_published_one():
    files, articles = files_of("realsumm"), DATA / "realsumm" / "articles.jsonl"
    found = bench.agree(
        files,
        measures=files,
        dataset=articles,
        task="summary",
        metrics=["rouge1.recall"],
        resamples=100,
    )
    ours, theirs = (
        own(found, name, "litepyramid_recall") for name in ("rouge1.recall", "rouge_1_recall")
    )
    assert ours.accuracy.value == pytest.approx(theirs.accuracy.value, abs=0.01)
    assert ours.within["kendall"].value == pytest.approx(theirs.within["kendall"].value, abs=0.02)
