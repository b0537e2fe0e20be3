"""BLEU and chrF are sacrebleu's own numbers, and can be resampled without scoring anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF

from bench.metrics import Block, metric_named
from bench.metrics.similarity import similarity_named

PREDICTIONS = [["The cat sat on the mat.", "It slept."], ["A dog barked at night."], []]
REFERENCES = [["The cat sat on a mat."], ["A dog barked all night.", "Nobody slept."], ["Why?"]]


def joined(lists: list[list[str]]) -> list[str]:
    return ["\n".join(items) for items in lists]


@pytest.mark.parametrize(("name", "scorer"), [("bleu", BLEU()), ("chrf", CHRF())])
def test_corpus_scores(name, scorer):
    metric = metric_named(name)
    statistics = metric.statistics(Block(PREDICTIONS, REFERENCES))
    expected = scorer.corpus_score(joined(PREDICTIONS), [joined(REFERENCES)]).score
    assert metric.aggregate(statistics) == pytest.approx([expected], abs=1e-12)
    sample = np.array([0, 0, 1])
    again = [joined([lists[i] for i in sample]) for lists in (PREDICTIONS, REFERENCES)]
    expected = scorer.corpus_score(again[0], [again[1]]).score
    assert metric.aggregate(statistics[sample]) == pytest.approx([expected], abs=1e-12)


WORDS = st.lists(st.sampled_from(["a", "cat", "sat", "on", "it", "."]), max_size=7)


@given(lists=st.lists(st.tuples(WORDS, WORDS.filter(bool)), min_size=1, max_size=5))
def test_corpus_scores_of_any_counts_at_once(lists):
    predicted, wanted = ([" ".join(side) for side in sides] for sides in zip(*lists, strict=True))
    block = Block([[text] for text in predicted], [[text] for text in wanted])
    for name, scorer in (("bleu", BLEU()), ("chrf", CHRF())):
        metric = metric_named(name)
        statistics = metric.statistics(block)
        rows = [statistics[:n].sum(axis=0) for n in range(1, len(lists) + 1)]
        whole = [
            scorer.corpus_score(predicted[:n], [wanted[:n]]).score for n in range(1, len(lists) + 1)
        ]
        assert metric.of_sums(np.array(rows), 1)[:, 0] == pytest.approx(whole, abs=1e-10)


@pytest.mark.parametrize(
    ("name", "scorer"),
    [("sentence_bleu", BLEU(effective_order=True)), ("sentence_chrf", CHRF())],
)
def test_sentence_scores_are_averaged(name, scorer):
    metric = metric_named(name)
    statistics = metric.statistics(Block(PREDICTIONS, REFERENCES))
    expected = [
        scorer.sentence_score(p, [r]).score
        for p, r in zip(joined(PREDICTIONS), joined(REFERENCES), strict=True)
    ]
    assert metric.values(statistics)[:, 0] == pytest.approx(expected, abs=1e-12)
    assert metric.aggregate(statistics) == pytest.approx([np.mean(expected)], abs=1e-12)


def test_sacrebleus_own_signature_is_carried_along():
    assert (
        "sacrebleu:nrefs:1,case:mixed,eff:no,tok:13a,smooth:exp" in metric_named("bleu").signature
    )
    assert "sacrebleu:nrefs:1,case:mixed,eff:yes,nc:6,nw:0" in metric_named("chrf").signature


@pytest.mark.parametrize(
    ("name", "scorer"), [("bleu", BLEU(effective_order=True)), ("chrf", CHRF())]
)
def test_similarities(name, scorer):
    items, others = ["Why did it fall?", "Who paid?"], ["Why did he fall?", "Who?", ""]
    matrix = similarity_named(name).matrix(items, others)
    expected = [[scorer.sentence_score(i, [o]).score / 100 for o in others] for i in items]
    assert matrix == pytest.approx(np.array(expected), abs=1e-9)


def test_self_bleu_tells_a_set_that_says_one_thing():
    metric = metric_named("self_bleu")
    same = ["Why did the price of bread rise so much?"] * 3
    block = Block([same, ["Who pays?", "When will it end?"], ["One."], []], [["x"]] * 4)
    values = metric.values(metric.statistics(block))[:, 0]
    assert values[0] == pytest.approx(100)
    assert values[1] < 20
    assert values[2:].tolist() == [0, 0]
