"""`bench.score`: three lines of Python, no files."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bench
from bench.errors import ConfigError, DataError
from bench.metrics import metric_named
from bench.metrics.similarity import Similarity

PREDICTIONS = [["Why now?", "Who pays?"], []]
REFERENCES = [["Why now?"], ["Who knows?", "Who cares?"]]


def test_score_equals_the_means_of_a_run():
    scores = bench.score(PREDICTIONS, REFERENCES, metrics=["set_rougeL", "count_difference"])
    assert scores == {
        "set_rougeL.precision": 0.25,
        "set_rougeL.recall": 0.5,
        "set_rougeL.f1": pytest.approx(1 / 3),
        "count_difference": 1.5,
    }


@pytest.mark.parametrize(
    ("metrics", "names"),
    [
        (
            [{"use": "near_duplicates", "at": at} for at in (0.5, 0.9)],
            ["near_duplicates(at=0.5)", "near_duplicates(at=0.9)"],
        ),
        (
            [{"use": "exact_match"}, *({"use": "support", "stemmer": s} for s in (True, False))],
            ["exact_match", "support(stemmer=yes)", "support(stemmer=no)"],
        ),
        (["coverage@0.5", {"use": "coverage"}], ["coverage@0.5"]),  # the same one
    ],
)
def test_metrics_of_one_name_are_all_scored(metrics, names):
    texts = ["Why now, they asked.", ""]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", bench.TextWarning)
        found = bench.score(PREDICTIONS, REFERENCES, texts=texts, metrics=metrics)
        alone = [bench.score(PREDICTIONS, REFERENCES, texts=texts, metrics=[m]) for m in metrics]
    assert list(found) == names
    for name, own in zip(names, alone, strict=False):
        (value,) = own
        assert found[name] == own[value]
        np.testing.assert_array_equal(found.per_article(name), own.per_article(value))
        assert found.interval(name) == own.interval(value)


def test_metrics_that_cannot_be_told_apart_are_refused():
    same, other = ((lambda p, _: len(p)), (lambda p, _: -len(p)))
    with pytest.raises(ConfigError, match=r"two metrics are called 'lambda@.*another name"):
        bench.score(PREDICTIONS, REFERENCES, metrics=[same, other])


@pytest.mark.parametrize("value", [(1, 2), None, "x", {"a": 1}, [], 1j, np.ones(2)], ids=repr)
def test_function_that_returns_no_number_is_named(value):
    kind = type(value).__name__
    with pytest.raises(DataError, match=rf"metric 'lambda@test_lists.py:.*returns a {kind}, not a"):
        bench.score(PREDICTIONS, REFERENCES, metrics=[lambda p, r: value])


@pytest.mark.parametrize("metrics", ["rouge1", {"use": "rouge1"}, metric_named("rouge1")])
def test_single_metric_instead_of_a_list_is_named(metrics):
    with pytest.raises(ConfigError, match=r"metrics must be a list, such as \['rougeL'\]"):
        bench.score(PREDICTIONS, REFERENCES, metrics=metrics)


def test_many_articles_in_blocks_are_one_mean():
    wide = bench.score(PREDICTIONS * 300, REFERENCES * 300)
    narrow = bench.score(PREDICTIONS, REFERENCES)
    assert all(math.isclose(wide[name], narrow[name], abs_tol=1e-12) for name in narrow)


TEXT_ITEMS = [["the cat sat"], ["a dog ran"], []]


def test_missing_text_is_empty_and_other_values_are_named():
    items = {"metrics": ["support"]}
    for missing in (None, math.nan):
        with pytest.warns(bench.TextWarning, match="1 of 3 have none"):
            found = bench.score(
                TEXT_ITEMS, [["the cat"]] * 3, texts=["the cat sat", missing, "a dog"], **items
            )
        np.testing.assert_equal(found.per_article("support"), [1, np.nan, 0])
    with pytest.raises(bench.BenchError, match=r"texts\[1\] must be a string, or None .*, not int"):
        bench.score(TEXT_ITEMS, [["the cat"]] * 3, texts=["the cat", 3, ""], **items)


def test_article_without_text_has_no_value():
    with pytest.warns(bench.TextWarning, match=r"'support' needs .* 1 of 3 have none \(such as 1"):
        found = bench.score(
            TEXT_ITEMS,
            [["the cat"]] * 3,
            metrics=["support", "rouge1"],
            texts=["the cat sat here", " ", "a dog"],
            cluster=["one", "one", "two"],
        )
    assert found["support"] == 0.5
    assert found.number("support") == 2
    assert found.number("rouge1.f1") == 3
    np.testing.assert_equal(found.per_article("support"), [1, np.nan, 0])
    assert found.to_arrow()["value"].to_pylist()[:3] == [1, None, 0]
    kept = bench.score(
        TEXT_ITEMS[::2], [["the cat"]] * 2, metrics=["support"], texts=["the cat sat here", "a dog"]
    )
    assert found.interval("support") == kept.interval("support")
    assert "support: 2 of 3 articles with a text" in str(found)


def test_texts_that_are_all_empty_are_refused():
    with pytest.raises(bench.BenchError, match=r"'support' needs .* all of texts= are empty"):
        bench.score(TEXT_ITEMS, [["the cat"]] * 3, metrics=["support"], texts=["", " ", "\n"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([["a"]], []), "1 prediction but 0 references"),
        (([], []), "nothing to score"),
        ((["a"], [["a"]]), r"predictions\[0\] must be a list of strings"),
        (([["a"]], [[1]]), r"references\[0\] must be a list of strings"),
        (([["a"], ["b"]], [["a"], []]), r"references\[1\] is empty"),
    ],
)
def test_invalid_list_is_named(arguments, message):
    with pytest.raises(bench.BenchError, match=message):
        bench.score(*arguments)


def test_metrics_over_the_article_ask_for_it():
    with pytest.raises(
        bench.BenchError, match="'novel2' needs the texts of the articles: pass texts="
    ):
        bench.score(PREDICTIONS, REFERENCES, metrics=["novel2"])
    assert bench.score([["a b"]], [["a"]], metrics=["novel2"], texts=["a b c"]) == {"novel2": 0}


RUSSIAN, UNRELATED = ["Почему NATO выросло в 2024?"], ["Кто ненавидит NATO в 2024?"]
MIXED, OTHER = ["Как Tim Cook из Apple обошёл Google?"], ["Кто он, Tim Cook, Apple и Google?"]


@pytest.mark.parametrize(
    ("predictions", "references", "message"),
    [
        ([["Why?"]], [RUSSIAN], r"references\[0\]: 78% of the letters"),
        ([["Why?"], RUSSIAN], [["Why?"]] * 2, r"predictions\[1\]: 78% of the letters"),
        ([["Why?"]], [["Why did it rise so much?", "Кто?"]], r"references\[0\]\[1\]: 'Кто\?'"),
        ([["Why?"], OTHER], [["Why?"], MIXED], r"predictions\[1\]: .* differ only in letters"),
    ],
)
def test_letters_that_the_tokenizer_loses_are_an_error_with_the_remedy(
    predictions, references, message
):
    with pytest.raises(bench.BenchError, match=f"{message}.*use tokenizer='unicode'$"):
        bench.score(predictions, references, metrics=["rougeL", "set_rougeL"])
    scores = bench.score(predictions, references, metrics=["rougeL"], tokenizer="unicode")
    assert scores["rougeL.f1"] < 1
    assert bench.score(references, references, metrics=["set_chrf", "chrf"])["chrf"] > 99.9


def test_unrelated_questions_are_told_apart_by_their_own_letters():
    scores = bench.score([UNRELATED], [RUSSIAN], metrics=["set_rougeL"], tokenizer="unicode")
    assert 0 < scores["set_rougeL.f1"] < 0.8
    one = {"use": "set", "similarity": "rougeL", "tokenizer": "unicode"}
    assert bench.score([UNRELATED], [RUSSIAN], metrics=[one]) == scores


def test_text_without_spaces_needs_another_tokenizer_of_bleu():
    chinese = [["为什么面包的价格上涨了？"]]
    with pytest.raises(bench.BenchError, match=r"references\[0\]: .*'tokenize': 'char'"):
        bench.score(chinese, chinese, metrics=["bleu"])
    metrics = [{"use": "bleu", "tokenize": "zh"}, {"use": "sentence_bleu", "tokenize": "char"}]
    scores = bench.score(chinese, chinese, metrics=metrics)
    assert list(scores.values()) == pytest.approx([100, 100])


def test_accented_text_is_a_warning_that_names_the_remedy():
    german = [["Wie hoch ist die Gebühr?"]]
    with pytest.warns(bench.TokenizerWarning, match=r"'Gebühr'.*use tokenizer='unicode'") as told:
        scores = bench.score([["Wie hoch ist die Geb hr?"]], german, metrics=["rougeL", "rouge1"])
    assert scores["rougeL.f1"] == 1
    assert [Path(one.filename).name for one in told] == ["test_lists.py"]
    scores = bench.score(german, [["Wie hoch ist die Geb hr?"]], tokenizer="unicode")
    assert scores["rougeL.f1"] < 1
    cafe = [["Who pays for the coffee, the bread and the butter of the small café in Oslo?"]]
    assert bench.score(cafe, cafe)["rougeL.f1"] == 1


def test_metric_with_parameters_has_a_name():
    with pytest.raises(bench.BenchError, match="a mapping that has the key `use`"):
        bench.score(PREDICTIONS, REFERENCES, metrics=[{"similarity": "rougeL"}])


@pytest.mark.slow
def test_score_needs_neither_torch_nor_the_hub(python):
    done = python(
        "-c",
        "import sys, bench; bench.score([['a']], [['a']]);"
        "print([m for m in ('torch', 'transformers', 'datasets', 'evaluate') if m in sys.modules])",
    )
    assert done.stdout == "[]\n"


@dataclass(frozen=True)
class SameLength(Similarity):
    """A similarity of a user's own, as the README shows one."""

    def matrix(self, predictions, references):
        return np.array([[float(len(p) == len(r)) for r in references] for p in predictions])


def test_similarity_of_ones_own_makes_set_scores():
    name = f"set_{__name__}:SameLength"
    scores = bench.score([["abc", "de"]], [["xyz"]], metrics=[name])
    assert list(scores.values()) == [0.5, 1, pytest.approx(2 / 3)]
    assert metric_named(name).signature.startswith(name)


def test_metrics_may_be_functions_mappings_and_objects():
    predictions, references = [["Why now?"]], [["Why now?", "Who pays?"]]

    def items(predicted, wanted):
        return len(predicted) / len(wanted)

    short = metric_named("jaccard")
    nested = {"use": "set", "similarity": {"use": "rouge", "n": 2}}
    found = bench.score(predictions, references, metrics=[items, nested, short, lambda p, r: 7.0])
    assert found["items"] == 0.5
    assert found["set_rouge2.recall"] == 0.5
    assert "jaccard" in found
    (label,) = [name for name in found if name.startswith("lambda@test_lists.py:")]
    assert found[label] == 7.0


def test_metric_that_misbehaves_is_named():
    def odd(predicted, wanted):
        return float("nan")

    with pytest.raises(bench.BenchError, match=r"metric 'odd' \(test_lists.py:\d+\): returns nan"):
        bench.score([["a"]], [["a"]], metrics=[odd])


def test_half_characters_are_scored_like_any_other_character():
    half = bench.score([["\ud83d Why now?"]], [["Why \udc00 now?"]])
    assert half == bench.score([["� Why now?"]], [["Why � now?"]])
    assert bench.score([["\ud83d\ude00 Why now?"]], [["😀 Why now?"]])["set_rougeL.f1"] == 1.0
    texts = ["Why \ud83d now? Who pays?"]
    assert bench.score([["Why now?"]], [["Why now?"]], metrics=["novel2"], texts=texts)


def test_series_of_pandas_are_paired_by_position_only_where_their_indexes_agree():
    predictions = pd.Series([["Why now?"], ["Who pays?"]])
    references = pd.Series([["Why now?"], ["Who pays?"]])
    assert bench.score(predictions, references)["set_rougeL.f1"] == 1
    assert bench.score(predictions, references.tolist())["set_rougeL.f1"] == 1
    shuffled = references.loc[[1, 0]]
    with pytest.raises(DataError, match=r"references = references\.loc\[predictions\.index\]"):
        bench.score(predictions, shuffled)
    assert bench.score(predictions, shuffled.loc[predictions.index])["set_rougeL.f1"] == 1
