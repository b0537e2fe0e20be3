"""Every ROUGE value against the ``rouge-score`` package, where implementations part company."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from bench.metrics import Block, metric_named
from bench.metrics.similarity import similarity_named
from bench.text.ngrams import ngram_index
from bench.text.subsequences import one_subsequence, union_hits
from tests.conftest import ROOT

NAMES = ("rouge1", "rouge2", "rouge4", "rougeL", "rougeLsum")
LENT = Path(os.environ.get("BENCH_REAL_DATA", ROOT.parent / "shared" / "data"))


def check(pairs: list[tuple[str, str]], stemmer: bool = False) -> None:
    """All measures of all pairs at once against the reference, one pair at a time."""
    scorer = RougeScorer(list(NAMES), use_stemmer=stemmer)
    oracle = [scorer.score(reference, prediction) for prediction, reference in pairs]
    block = Block([[p] for p, _ in pairs], [[r] for _, r in pairs])
    for name in NAMES:
        values = metric_named(name, stemmer=stemmer).statistics(block)
        assert values == pytest.approx(np.array([o[name] for o in oracle]), abs=1e-12), name
    for name in ("rouge1", "rouge2", "rougeL"):
        matrices = similarity_named(name, stemmer=stemmer).matrices(block)
        f1 = [matrix[0, 0] for matrix in matrices]
        assert f1 == pytest.approx([o[name].fmeasure for o in oracle], abs=1e-12), name


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=4), st.booleans())
def test_any_text_at_all(pairs, stemmer):
    check(pairs, stemmer)


REPETITIVE = st.lists(st.sampled_from(["a", "b", "c", "\n"]), max_size=30).map(" ".join)


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(REPETITIVE, REPETITIVE), min_size=1, max_size=8))
def test_heavy_repetition_where_ties_decide_the_union(pairs):
    check(pairs)


@pytest.mark.parametrize("stemmer", [False, True])
def test_odd_ones(stemmer):
    odd = [
        "",
        " ",
        "\n\n\n",
        "?!… – —",
        "word",
        "running runs ran",
        "a\n\nb\n",
        "İstanbul KELVIN ﬁne ß ǅ naïve CAFÉ",
        "東京 Tokyo Москва",
        "\x1e",
        "one\x1etwo\x1e",
        "\x00a\x1cb\x85c\u2028d\u2029e\r\nf\tg\vh",
        "AAA aAa A",
        "3.14 10,000 U.S.A. don't e-mail snake_case",
        "dying skies news generalizations oscillators " * 3,
    ]
    check([(p, r) for p in odd for r in odd], stemmer)


def test_long_texts_past_the_machine_word_and_five_thousand_tokens():
    dice = random.Random(0)

    def text(tokens: int, words: int, breaks: float) -> str:
        made = (f"w{dice.randrange(words)}" for _ in range(tokens))
        return "".join(w + ("\n" if dice.random() < breaks else " ") for w in made)

    lengths = [(63, 64), (64, 65), (65, 64), (130, 40), (500, 90)]
    pairs = [
        (text(a, words, breaks), text(b, words, breaks))
        for a, b in lengths
        for words in (3, 50)
        for breaks in (0, 0.05)
    ]
    check(pairs)


@pytest.mark.slow
def test_thousands_of_tokens_in_lines():
    dice = random.Random(1)
    prediction, reference = (
        "\n".join(" ".join(f"w{dice.randrange(400)}" for _ in range(60)) for _ in range(40))
        for _ in range(2)
    )
    check([(prediction, reference)])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_words_of_the_machine_and_long_integers_take_the_same_subsequence(data):
    sentence = st.text("abcd", max_size=64)
    reference = data.draw(sentence)
    candidates = data.draw(st.lists(sentence, min_size=2, max_size=3))
    union = 0
    for candidate in candidates:
        union |= one_subsequence(reference, candidate)
    tokens = [t for i, t in enumerate(reference) if union >> i & 1]
    expected = sum(min(tokens.count(t), "".join(candidates).count(t)) for t in set(tokens))
    terms = ngram_index([reference], ["".join(candidates)], 1)
    assert union_hits([[reference]], [candidates], terms).tolist() == [expected]


def test_one_block_and_many_give_the_same():
    dice = random.Random(2)
    items = [
        [
            " ".join(dice.choices("abcdefgh", k=dice.randint(0, 9)))
            for _ in range(dice.randint(0, 4))
        ]
        for _ in range(40)
    ]
    predictions, references = items[:20], [i or ["a"] for i in items[20:]]
    for name in (*NAMES, "set_rougeL", "set_rouge2", "token_f1", "near_duplicates", "distinct2"):
        metric = metric_named(name)
        whole = metric.statistics(Block(predictions, references))
        single = [
            metric.statistics(Block([p], [r])) for p, r in zip(predictions, references, strict=True)
        ]
        assert np.array_equal(whole, np.concatenate(single)), name


def rows(file: Path) -> dict[str, dict]:
    if not file.exists():
        pytest.skip(f"{file.name} is not here")
    lines = file.read_text(encoding="utf-8").splitlines()
    return {row.get("article") or row["id"]: row for row in map(json.loads, lines)}


@pytest.mark.parametrize("system", ["abs-bottom_up_out", "ext-bart_out", "abs-t5_out_11B"])
def test_published_rouge_of_real_summaries(system):
    """Published by REALSumm with ROUGE-1.5.5, whose stemmer differs by about 0.004 F1."""
    published = rows(LENT / "realsumm" / f"{system}.jsonl").values()
    block = Block([row["items"] for row in published], [row["own_reference"] for row in published])
    for name, key in (("rouge1", "rouge_1"), ("rouge2", "rouge_2"), ("rougeLsum", "rouge_l")):
        ours = metric_named(name).statistics(block)
        for column, part in enumerate(("precision", "recall", "f_score")):
            theirs = [row["published"][f"{key}_{part}"] for row in published]
            assert np.mean(ours[:, column]) == pytest.approx(np.mean(theirs), abs=0.01)


@pytest.mark.slow
def test_real_questions_pair_by_pair():
    references = rows(LENT / "squad_du" / "articles.jsonl")
    predictions = rows(LENT / "squad_du" / "t5-one2one_QG_simple_ranked.jsonl")
    pairs = [
        (item, question)
        for key in list(references)[:20]
        for item in predictions[key]["items"]
        for question in references[key]["questions"]
    ]
    check(pairs, stemmer=True)
    check(pairs, stemmer=False)
