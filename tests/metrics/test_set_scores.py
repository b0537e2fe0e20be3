"""Set scores against brute force, published behaviour and their own invariants."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from bench.metrics import STANDARD, Block, metric_named
from bench.metrics.alignment import align
from bench.metrics.sets import REPEATED
from bench.metrics.similarity import similarity_named
from bench.metrics.token_similarity import RougeLSimilarity

WORDS = st.sampled_from(
    [
        "what",
        "why",
        "how",
        "does",
        "japan",
        "nato",
        "send",
        "officers",
        "officer",
        "sending",
        "to",
        "the",
    ]
)
ITEMS = st.lists(st.lists(WORDS, min_size=1, max_size=7).map(" ".join), min_size=1, max_size=4)


def score(name: str, predictions: list[str], references: list[str]) -> np.ndarray:
    metric = metric_named(name)
    return metric.aggregate(metric.statistics(Block([predictions], [references])))


def similarity(prediction: str, reference: str) -> float:
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    return scorer.score(reference, prediction)["rougeL"].fmeasure


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(ITEMS, ITEMS)
def test_one_to_one_is_the_best_of_all_assignments(predictions, references):
    short, long = sorted([predictions, references], key=len)
    best = max(
        sum(similarity(a, b) for a, b in zip(short, chosen, strict=True))
        for chosen in permutations(long, len(short))
    )
    precision, recall = best / len(predictions), best / len(references)
    expected = [precision, recall, 2 * precision * recall / (precision + recall or 1)]
    assert score("set_rougeL", predictions, references) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(ITEMS, ITEMS)
def test_greedy_is_never_below_one_to_one(predictions, references):
    greedy, assigned = (score(n, predictions, references) for n in ("greedy_rougeL", "set_rougeL"))
    assert np.all(greedy >= assigned - 1e-12)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(ITEMS, ITEMS, st.randoms(use_true_random=False))
def test_order_of_items_never_matters_to_set_scores(predictions, references, random):
    for name in ("set_rougeL", "greedy_rougeL", "token_f1", "jaccard", "exact_match", "distinct2"):
        before = score(name, predictions, references)
        shuffled = [random.sample(items, len(items)) for items in (predictions, references)]
        assert score(name, *shuffled) == pytest.approx(before, abs=1e-12)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(ITEMS, st.lists(st.text(max_size=20), max_size=4))
def test_every_score_stays_in_its_range_whatever_a_model_writes(references, predictions):
    for name in STANDARD:
        low, high = metric_named(name).range
        values = score(name, predictions, references)
        assert np.all(values >= low)
        assert high is None or np.all(values <= high + 1e-12)


@given(ITEMS)
@settings(max_examples=30, deadline=None)
def test_references_themselves_score_the_maximum(references):
    for name in ("rouge1", "rougeL", "rougeLsum", "set_rougeL", "greedy_rougeL", "token_f1"):
        if name != "token_f1" or set(" ".join(references).split()) - {"the"}:
            assert score(name, references, references) == pytest.approx([1, 1, 1])
    for name in ("coverage@0.5", "jaccard", "exact_match"):
        assert score(name, references, references) == pytest.approx([1])


def test_writing_nothing_scores_zero_and_is_not_an_error():
    for name in STANDARD:
        expected = 2 if name == "count_difference" else 0
        assert np.all(score(name, [], ["Why?", "Who is it?"]) == expected), name


def test_one_question_sixteen_times_fools_greedy_matching_only():
    references = [f"{start} japan send officers?" for start in ["why", "when", "how", "where"]] * 4
    repeated = [references[0]] * 16
    distinct = [*dict.fromkeys(references)]
    assert score("greedy_rougeL", repeated, distinct)[2] > 0.8
    assert score("set_rougeL", repeated, distinct)[0] <= 0.25
    assert score("near_duplicates", repeated, distinct) == [1]
    assert score("near_duplicates", ["Why now?", "Who pays for it?"], distinct) == [0]


SIMILARITIES = ("rougeL", "token_f1", "jaccard", "chrf", "bleu", {"use": "rougeL", "beta": 2})


@pytest.mark.slow
@pytest.mark.parametrize("similarity", SIMILARITIES, ids=str)
@settings(max_examples=30, deadline=None)
@given(items=ITEMS, at=st.sampled_from([0.3, 0.5, 0.7, 0.9]))
def test_near_duplicates_are_the_same_in_any_order(similarity, items, at):
    metric = metric_named("near_duplicates", similarity=similarity, at=at)
    ways = [Block([list(order)], [["x"]]) for order in permutations(items)]
    assert len({float(metric.statistics(way)[0, 0]) for way in ways}) == 1


def test_near_duplicates_are_the_items_that_an_alignment_shows_as_repeated():
    short, long = "What does NATO send?", "What does NATO send to the officers?"
    chrf = similarity_named("chrf")
    assert chrf.matrix([short], [long]) < REPEATED < chrf.matrix([long], [short])
    for items in ([short, long], [long, short]):
        assert score("near_duplicates_chrf", items, ["Why?"]) == [1]
        found = align(items, ["Why?"], chrf)
        assert found.repeats == {1: (0, float(chrf.matrix([long], [short])[0, 0]))}


@pytest.mark.parametrize(
    ("similarity", "version"),
    [
        *((name, 1) for name in ("rougeL", "rouge2", "token_f1", "jaccard")),
        *((name, 2) for name in ("chrf", "bleu", {"use": "rougeL", "beta": 1.2})),
    ],
)
def test_only_near_duplicates_that_changed_have_a_new_version(similarity, version):
    signature = metric_named("near_duplicates", similarity=similarity).signature
    assert f"|v:{version}" in signature.replace(",v:1", "")


def test_coverage_counts_a_match_that_is_exactly_at_the_threshold():
    assert similarity("a b", "a c") == pytest.approx(0.5)
    assert score("coverage@0.5", ["a b"], ["a c", "x y"]) == [0.5]
    assert score("coverage@0.6", ["a b"], ["a c", "x y"]) == [0]


def test_alignment_tells_matched_missed_extra_and_repeated_apart():
    predictions = ["Why did it fall?", "Why did it fall?", "Who paid?"]
    found = align(predictions, ["Who paid?", "Why did it fall?"], RougeLSimilarity())
    assert found.matches in (((2, 1.0), (0, 1.0)), ((2, 1.0), (1, 1.0)))
    assert len(found.extra) == 1
    assert found.repeats == {1: (0, 1.0)}
    alone = align(["Who paid?"], ["Why?", "Who paid?"], RougeLSimilarity())
    assert alone.matches == (None, (0, 1.0))
    nothing = align(["Alas."], ["Why?"], RougeLSimilarity())
    assert (nothing.matches, nothing.extra) == ((None,), (0,))
