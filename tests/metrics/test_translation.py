"""BLEU and chrF are sacrebleu's own numbers, and can be resampled without scoring anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF

from bench.errors import ConfigError
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


@pytest.mark.slow
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


def test_options_of_chrf_are_signed_as_sacrebleu_signs_them():
    scorer = CHRF()
    scorer.corpus_score(["a"], [["a"]])
    theirs = dict(part.split(":") for part in scorer.get_signature().format().split("|"))
    for name in ("chrf", "sentence_chrf"):
        ours = metric_named(name).signature.split("|")
        options = {key: theirs[key] for key in ("case", "eff", "nc", "nw", "space")}
        assert ours[1:6] == [f"{key}:{value}" for key, value in options.items()]


@pytest.mark.parametrize(
    ("name", "scorer"), [("bleu", BLEU(effective_order=True)), ("chrf", CHRF())]
)
def test_similarities(name, scorer):
    items, others = ["Why did it fall?", "Who paid?"], ["Why did he fall?", "Who?", ""]
    matrix = similarity_named(name).matrix(items, others)
    expected = [[scorer.sentence_score(i, [o]).score / 100 for o in others] for i in items]
    assert matrix == pytest.approx(np.array(expected), abs=1e-9)


CHINESE, JAPANESE, THAI = "为什么面包的价格上涨？", "なぜパンは高い？", "ทำไมขนมปังแพง"


@pytest.mark.parametrize("tokenize", ["13a", "intl", "zh", "char", "none"])
def test_tokenizer_is_sacrebleus_own(tokenize):
    predicted, wanted = f"{CHINESE} Why now, NATO?", f"{CHINESE[3:]} Why, NATO?"
    block = Block([[predicted]], [[wanted]])
    metric = metric_named("bleu", tokenize=tokenize)
    expected = BLEU(tokenize=tokenize).corpus_score([predicted], [[wanted]]).score
    assert metric.aggregate(metric.statistics(block)) == pytest.approx([expected], abs=1e-9)
    sentence = BLEU(tokenize=tokenize, effective_order=True)
    expected = sentence.sentence_score(predicted, [wanted]).score
    metric = metric_named("sentence_bleu", tokenize=tokenize)
    assert metric.aggregate(metric.statistics(block)) == pytest.approx([expected], abs=1e-9)
    alike = similarity_named("bleu", tokenize=tokenize).matrix([predicted], [wanted])
    assert alike[0, 0] == pytest.approx(expected / 100, abs=1e-9)
    inside = metric_named("self_bleu", tokenize=tokenize)
    values = inside.statistics(Block([[predicted, wanted]], [[wanted]]))
    other = sentence.sentence_score(wanted, [predicted]).score
    assert values == pytest.approx((expected + other) / 2, abs=1e-9)


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, THAI])
def test_identical_text_without_spaces_is_a_full_match_by_characters(text):
    block = Block([[text]], [[text]])
    for name in ("bleu", "sentence_bleu"):
        metric = metric_named(name, tokenize="char")
        assert metric.aggregate(metric.statistics(block)) == pytest.approx([100])
    metric = metric_named("set", similarity="bleu", tokenize="char")
    assert metric.aggregate(metric.statistics(block)) == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        JAPANESE,
        THAI,
        "Почему?",
        "لماذا؟",
        "क्यों बढ़े?",
        "왜 올랐나?",
        "რატომ?",
        "Gebühr?",
        "ለምን?",
    ],
)
def test_chrf_needs_no_tokenizer(text):
    block = Block([[text]], [[text]])
    for name, full in (("chrf", 100), ("sentence_chrf", 100), ("set_chrf", 1)):
        metric = metric_named(name)
        assert metric.tokenizers == frozenset()
        assert metric.aggregate(metric.statistics(block)) == pytest.approx(full)


def test_tokenizer_is_in_the_signature_where_it_is_not_the_default():
    assert ",tok:zh," in metric_named("bleu", tokenize="zh").signature
    assert metric_named("self_bleu").signature == "self_bleu|agg:mean|v:1"
    assert metric_named("self_bleu", tokenize="zh").signature == (
        "self_bleu|tokenize:zh|agg:mean|v:1"
    )
    assert metric_named("set_bleu").signature == (
        "set_bleu|similarity:bleu,v:1|duplicates:keep|agg:mean|v:1"
    )
    assert "|tokenize:zh|" in metric_named("set_bleu", tokenize="zh").signature


def test_tokenizer_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="tokenize: must be '13a'"):
        metric_named("bleu", tokenize="chinese")
    for name, extra in (("ja-mecab", "ja"), ("ko-mecab", "ko")):
        with pytest.raises(
            ConfigError, match=rf"{name} needs .* pip install 'sacrebleu\[{extra}\]'"
        ):
            metric_named("sentence_bleu", tokenize=name)


def test_caches_of_all_tokenizers_are_bounded(monkeypatch):
    from sacrebleu.tokenizers.tokenizer_char import TokenizerChar

    monkeypatch.setattr("bench.metrics.translation._REMEMBERED", 3)
    metric = metric_named("bleu", tokenize="char")
    metric.statistics(Block([[str(n)] for n in range(9)], [["x"]] * 9))
    assert TokenizerChar.__call__.cache_info().currsize > 3
    metric.statistics(Block([["y"]], [["x"]]))
    assert TokenizerChar.__call__.cache_info().currsize <= 3


def test_self_bleu_tells_a_set_that_says_one_thing():
    metric = metric_named("self_bleu")
    same = ["Why did the price of bread rise so much?"] * 3
    block = Block([same, ["Who pays?", "When will it end?"], ["One."], []], [["x"]] * 4)
    values = metric.values(metric.statistics(block))[:, 0]
    assert values[0] == pytest.approx(100)
    assert values[1] < 20
    assert values[2:].tolist() == [0, 0]
