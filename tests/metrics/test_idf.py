"""Recall weighted by inverse document frequency, against a plain computation of its own."""

from __future__ import annotations

from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.tokenizers import DefaultTokenizer

import bench
from bench.errors import DataError
from bench.metrics import Block, metric_named
from bench.metrics.split_references import SplitReferences, SplitUnknownError, digest_of_lists
from bench.testing import check_metric

REFERENCES = [
    ["The bank failed in March.", "Depositors left the bank."],
    ["The mayor opened a bridge."],
    ["The bridge was closed in May."],
]
PREDICTIONS = [["The banks fail."], ["A bridge opens in May."], ["The closing of bridges"]]


def expected(predictions, references, split, *, stemmer=True):
    tokens = DefaultTokenizer(stemmer).tokenize
    frequencies = Counter(t for items in split for t in set(tokens("\n".join(items))))
    found = []
    for own, wanted in zip(predictions, references, strict=True):
        there, counts = Counter(tokens("\n".join(own))), Counter(tokens("\n".join(wanted)))
        weigh = {t: log((1 + len(split)) / (1 + frequencies[t])) + 1 for t in counts}
        total = sum(weigh[t] * n for t, n in counts.items())
        hits = sum(weigh[t] * min(n, there[t]) for t, n in counts.items())
        found.append(hits / total if total else 0.0)
    return found


@pytest.mark.parametrize("stemmer", [True, False])
def test_recall_is_weighted_by_rarity_in_the_split(stemmer):
    scores = bench.score(PREDICTIONS, REFERENCES, metrics=["rouge1_idf"], stemmer=stemmer)
    wanted = expected(PREDICTIONS, REFERENCES, REFERENCES, stemmer=stemmer)
    assert scores.per_article("rouge1_idf") == pytest.approx(wanted, abs=1e-12)
    assert len({*wanted}) == 3


WORDS = st.lists(
    st.sampled_from(["bank", "banks", "March", "the", "of", "Zürich", "—"]), max_size=6
)
LISTS = st.lists(WORDS.map(" ".join), max_size=3)


@pytest.mark.slow
@given(
    st.lists(st.tuples(LISTS, LISTS.filter(lambda items: any(map(str.strip, items)))), min_size=1)
)
def test_recall_equals_the_plain_computation(pairs):
    predictions, references = ([list(side) for side in both] for both in zip(*pairs, strict=True))
    metric = metric_named("rouge1_idf")
    bound = metric.with_split(SplitReferences("x", metric.learn(references)))
    found = bound.statistics(Block(predictions, references))[:, 0]
    assert found == pytest.approx(expected(predictions, references, references), abs=1e-12)


def test_single_list_gives_plain_recall():
    scores = bench.score(PREDICTIONS[:1], REFERENCES[:1], metrics=["rouge1_idf", "rouge1"])
    assert scores["rouge1_idf"] == pytest.approx(scores["rouge1.recall"], abs=1e-12)
    assert 0 < scores["rouge1_idf"] < 1


def test_rare_words_count_more_than_common_ones():
    lists = [["the bridge"], ["the bank"], ["the mayor"]]
    common, rare = ([[word], ["x"], ["x"]] for word in ("the", "bridge"))
    of_common, of_rare = (
        bench.score(own, lists, metrics=["rouge1_idf"]).per_article("rouge1_idf")[0]
        for own in (common, rare)
    )
    assert of_common < 0.5 < of_rare


@pytest.mark.parametrize("as_mapping", [False, True])
def test_part_of_a_split_is_scored_as_in_the_whole(as_mapping):
    split = dict(enumerate(REFERENCES)) if as_mapping else REFERENCES
    whole = bench.score(PREDICTIONS, REFERENCES, metrics=["rouge1_idf"])
    part = bench.score(
        PREDICTIONS[:1], REFERENCES[:1], metrics=["rouge1_idf"], split_references=split
    )
    assert part["rouge1_idf"] == whole.per_article("rouge1_idf")[0]
    alone = bench.score(PREDICTIONS[:1], REFERENCES[:1], metrics=["rouge1_idf"])
    assert alone["rouge1_idf"] != part["rouge1_idf"]


@pytest.mark.parametrize("wrong", [["text"], [[1]], "text", 3])
def test_split_references_of_another_form_are_refused(wrong):
    with pytest.raises(DataError, match="split_references"):
        bench.score(PREDICTIONS, REFERENCES, metrics=["rouge1_idf"], split_references=wrong)


def test_metric_that_has_not_been_told_of_the_split_refuses_to_score():
    with pytest.raises(SplitUnknownError, match=r"'rouge1_idf'.*references of the whole split"):
        metric_named("rouge1_idf").statistics(Block(PREDICTIONS, REFERENCES))


def test_signature_holds_a_digest_of_the_references_in_any_order():
    metric = metric_named("rouge1_idf")
    signatures = {
        metric.with_split(SplitReferences(digest_of_lists(lists))).signature
        for lists in (REFERENCES, REFERENCES[::-1], [*REFERENCES, []])
    }
    assert len(signatures) == 1
    (signature,) = signatures
    assert "|split:" in signature
    others = [REFERENCES[:2], [*REFERENCES, REFERENCES[0]], [["The bank."], *REFERENCES[1:]]]
    others.append([REFERENCES[0][::-1], *REFERENCES[1:]])
    found = {metric.with_split(SplitReferences(digest_of_lists(o))).signature for o in others}
    assert len(found | signatures) == 5


@pytest.mark.slow
def test_metric_keeps_its_contract():
    check_metric("rouge1_idf")
    check_metric("rouge1_idf", tokenizer="unicode", stemmer=False)
