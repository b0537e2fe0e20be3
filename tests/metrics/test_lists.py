"""`bench.score`: three lines of Python, no files."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

import bench
from bench.metrics import metric_named
from bench.metrics.similarity import Similarity

PREDICTIONS = [["Why now?", "Who pays?"], []]
REFERENCES = [["Why now?"], ["Who knows?", "Who cares?"]]


def test_gives_the_means_over_articles_that_a_run_gives():
    scores = bench.score(PREDICTIONS, REFERENCES, metrics=["set_rougeL", "count_difference"])
    assert scores == {
        "set_rougeL.precision": 0.25,
        "set_rougeL.recall": 0.5,
        "set_rougeL.f1": pytest.approx(1 / 3),
        "count_difference": 1.5,
    }


def test_many_articles_in_blocks_are_one_mean():
    wide = bench.score(PREDICTIONS * 300, REFERENCES * 300)
    narrow = bench.score(PREDICTIONS, REFERENCES)
    assert all(math.isclose(wide[name], narrow[name], abs_tol=1e-12) for name in narrow)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([["a"]], []), "1 predictions but 0 references"),
        (([], []), "nothing to score"),
        ((["a"], [["a"]]), r"predictions\[0\] must be a list of strings"),
        (([["a"]], [[1]]), r"references\[0\] must be a list of strings"),
        (([["a"], ["b"]], [["a"], []]), r"references\[1\] is empty"),
    ],
)
def test_what_cannot_be_scored_is_named(arguments, message):
    with pytest.raises(bench.BenchError, match=message):
        bench.score(*arguments)


def test_metrics_over_the_article_ask_for_it():
    with pytest.raises(bench.BenchError, match="'novel2' compares with the articles: give texts="):
        bench.score(PREDICTIONS, REFERENCES, metrics=["novel2"])
    assert bench.score([["a b"]], [["a"]], metrics=["novel2"], texts=["a b c"]) == {"novel2": 0}


def test_needs_neither_torch_nor_the_hub(python):
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


def test_a_similarity_of_ones_own_makes_set_scores():
    name = f"set_{__name__}:SameLength"
    scores = bench.score([["abc", "de"]], [["xyz"]], metrics=[name])
    assert list(scores.values()) == [0.5, 1, pytest.approx(2 / 3)]
    assert metric_named(name).signature.startswith(name)


def test_half_characters_are_scored_like_any_other_character():
    half = bench.score([["\ud83d Why now?"]], [["Why \udc00 now?"]])
    assert half == bench.score([["� Why now?"]], [["Why � now?"]])
    assert bench.score([["\ud83d\ude00 Why now?"]], [["😀 Why now?"]])["set_rougeL.f1"] == 1.0
    texts = ["Why \ud83d now? Who pays?"]
    assert bench.score([["Why now?"]], [["Why now?"]], metrics=["novel2"], texts=texts)
