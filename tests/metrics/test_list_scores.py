"""What `bench.score` takes beside lists, and what can be asked of its result."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

import bench

PREDICTIONS = [["Why now?", "Who pays?"], ["What is it?"], []]
REFERENCES = [["Why now?"], ["What was it?", "Who cares?"], ["Who knows?"]]
METRICS = ["set_rougeL", "bleu"]
EXPECTED = bench.score(PREDICTIONS, REFERENCES, metrics=METRICS)


def _series(lists):
    pandas = pytest.importorskip("pandas")
    return pandas.Series([np.array(items, dtype=object) for items in lists])


@pytest.mark.parametrize(
    "form",
    [
        iter,
        tuple,
        pa.array,
        lambda lists: pa.chunked_array([lists[:1], lists[1:]]),
        lambda lists: np.array([*lists, None], dtype=object)[:-1],
        lambda lists: [tuple(items) for items in lists],
        lambda lists: [np.array(items, dtype=object) for items in lists],
        _series,
    ],
)
def test_columns_of_any_library_score_as_lists_do(form):
    assert bench.score(form(PREDICTIONS), form(REFERENCES), metrics=METRICS) == EXPECTED


def test_mappings_are_matched_by_article_whatever_their_order():
    names = ["a", "b", "c"]
    predictions = dict(reversed([*zip(names, PREDICTIONS, strict=True)]))
    scores = bench.score(predictions, dict(zip(names, REFERENCES, strict=True)), metrics=METRICS)
    assert scores == EXPECTED
    assert scores.articles == ("a", "b", "c")


@pytest.mark.parametrize(
    ("predictions", "references", "message"),
    [
        ({"a": ["x"]}, [["x"]], "predictions is a mapping .* and references is not"),
        ({}, {"a": ["x"]}, r"predictions: missing 'a'; use \[\] for an article without items"),
        ({"a": [], "b": []}, {"a": ["x"]}, "unknown article in predictions 'b'"),
        ("Why?", [["Why?"]], "predictions must be a list .* not str"),
        (5, [["Why?"]], "predictions must be a list .* not int"),
        (pa.table({"x": [["a"]]}), [["a"]], "predictions must be .*: choose one column of the"),
    ],
)
def test_anything_else_is_refused_with_what_is_expected(predictions, references, message):
    with pytest.raises(bench.BenchError, match=message):
        bench.score(predictions, references)


NAMED = {"a": ["Why now?"], "b": ["Who pays?"]}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"references": {**NAMED, "b": []}}, r"references\['b'\] is empty"),
        ({"references": {**NAMED, "b": [1]}}, r"references\['b'\] must be a list of strings"),
        ({"predictions": {**NAMED, "b": "x"}}, r"predictions\['b'\] must be a list of strings"),
        (
            {"predictions": {**NAMED, "b": ["Кто платит?"]}},
            r"predictions\['b'\]: .* of the letters",
        ),
        ({"texts": {"a": "x"}}, "texts: missing 'b'; use None for an article without a text"),
        ({"texts": {"a": "x", "b": []}}, r"texts\['b'\] must be a string, or None .*, not list"),
        ({"cluster": {"a": 1}}, "cluster: missing 'b'; use None for an article without a label"),
        ({"cluster": {"a": 1, "b": 1.5}}, r"cluster\['b'\]: a label is a string"),
        (
            {"metrics": ["rouge1_idf"], "split_references": {**NAMED, "c": [1]}},
            r"split_references\['c'\] must be a list of strings",
        ),
    ],
)
def test_faults_in_mappings_are_located_by_article(changed, message):
    given = {"predictions": NAMED, "references": NAMED, "metrics": ["rouge1"]} | changed
    with pytest.raises(bench.BenchError, match=message):
        bench.score(given.pop("predictions"), given.pop("references"), **given)


def test_missing_text_or_label_is_none_as_the_message_says():
    texts, labels = {"a": "Why now, they asked.", "b": None}, {"a": "one", "b": None}
    with pytest.warns(bench.TextWarning):
        found = bench.score(NAMED, NAMED, texts=texts, cluster=labels, metrics=["support"])
    assert found.articles == ("a", "b")


def test_stemmer_is_an_option_of_every_metric_that_has_one():
    runs, ran = [["He runs"]], [["He run"]]
    assert bench.score(runs, ran, metrics=["rouge1"], stemmer=True)["rouge1.f1"] == 1
    assert bench.score(runs, ran, metrics=["rouge1"], stemmer=False)["rouge1.f1"] == 0.5


def test_scores_of_single_articles_are_theirs_when_scored_alone():
    for number in range(len(PREDICTIONS)):
        one = slice(number, number + 1)
        alone = bench.score(PREDICTIONS[one], REFERENCES[one], metrics=METRICS)
        for name, value in alone.items():
            assert EXPECTED.per_article(name)[number] == pytest.approx(value, abs=1e-12)


def test_interval_is_students_inside_the_range_of_the_score():
    random = np.random.default_rng(3)
    words = [f"w{number}" for number in range(60)]
    predictions = [[" ".join(random.choice(words, random.integers(15, 30)))] for _ in range(40)]
    scores = bench.score(predictions, [[" ".join(words[:30])]] * 40, metrics=["rouge1"])
    values = scores.per_article("rouge1.f1")
    half = stats.t.ppf(0.975, 39) * stats.sem(values)
    found = scores.interval("rouge1.f1")
    assert found.high - found.low == pytest.approx(2 * half, rel=0.1)
    wider = scores.interval("rouge1.f1", confidence=0.999)
    assert wider.low < found.low < scores["rouge1.f1"] < found.high < wider.high
    assert bench.score([["a"]], [["a"]]).interval("rouge1.f1") is None


def test_scores_that_are_all_the_same_have_a_conservative_interval_inside_the_range():
    perfect = bench.score(
        [["a b c d"]] * 12, [["a b c d"]] * 12, metrics=["rouge1", "bleu", "chrf"]
    )
    for name in perfect:
        found = perfect.score_interval(name)
        assert found.conservative
        assert found.interval.low < found.interval.high == perfect[name]


def test_arrow_has_a_row_for_each_score_and_article():
    table = EXPECTED.to_arrow()
    assert table.column_names == ["metric", "article", "value"]
    assert len(table) == len(EXPECTED) * 3
    assert table["article"].to_pylist()[:3] == [0, 1, 2]
    of_bleu = table.filter(pa.compute.equal(table["metric"], "bleu"))["value"].to_pylist()
    assert of_bleu == EXPECTED.per_article("bleu").tolist()


def test_unknown_score_is_told_what_is_close():
    with pytest.raises(bench.BenchError, match=r"'rougL\.f1'.*rougeL\.f1"):
        bench.score([["a"]], [["a"]])["rougL.f1"]


def test_repr_fits_a_line_or_two():
    assert len(repr(bench.score([["a"]], [["a"]]))) < 160


def test_share_beside_counts_keeps_its_own_range():
    words = ["alpha", "beta", "gamma", "delta", "epsilon"]
    random = np.random.default_rng(0)
    items = [[" ".join(random.choice(words, 30))] for _ in range(8)]
    items[0] = [f"{items[0][0]} other"]
    scores = bench.score(items, items, metrics=["fragments"], texts=[" ".join(words)] * 8)
    assert 0.99 < scores["fragments.coverage"] < scores.interval("fragments.coverage").high <= 1
    assert scores.interval("fragments.density").low > 0
