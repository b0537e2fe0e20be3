"""ROUGE over lists of items is the ``rouge-score`` package's over their joined text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from bench.metrics import Block, metric_named

TEXTS = st.lists(st.text("abcde ABC\n.é1", max_size=30), min_size=1, max_size=3)
NAMES = ("rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum")


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3), st.booleans())
def test_rouge_equals_rouge_score(pairs, stemmer):
    predictions, references = zip(*pairs, strict=True)
    scorer = RougeScorer(list(NAMES), use_stemmer=stemmer)
    oracle = [
        scorer.score("\n".join(r), "\n".join(p))
        for p, r in zip(predictions, references, strict=True)
    ]
    for name in NAMES:
        metric = metric_named(name, stemmer=stemmer)
        values = metric.values(metric.statistics(Block(predictions, references)))
        assert values == pytest.approx(np.array([one[name] for one in oracle]), abs=1e-12)


def test_lsum_respects_item_boundaries_where_l_does_not():
    predictions, references = ["c d", "a b"], ["a b", "c d"]
    block = Block([predictions], [references])
    assert metric_named("rougeLsum").statistics(block)[0, 2] == 1
    assert metric_named("rougeL").statistics(block)[0, 2] == 0.5


def test_unicode_tokenizer_reads_what_the_default_drops():
    block = Block([["東京 Москва हिन्दी"]], [["東京 Москва हिन्दी"]])
    assert metric_named("rouge1").statistics(block)[0, 2] == 0
    assert metric_named("rouge1", tokenizer="unicode").statistics(block)[0, 2] == 1
