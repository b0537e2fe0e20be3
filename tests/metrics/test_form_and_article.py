from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from bench.metrics import Block, metric_named


def value(name: str, predictions: list[str], references: list[str] | None = None, text: str = ""):
    metric = metric_named(name)
    block = Block([predictions], [references or ["What?"]], [text])
    return metric.values(metric.statistics(block))[0]


@pytest.mark.parametrize(
    ("items", "share"),
    [
        (["Why?", "Because."], 0.5),
        (["“Why?”", "Warum？", "لماذا؟", "(Why?)"], 1),
        (["Why", "Why ?  "], 0.5),
        (["Rates rose;", "“Rates rose;”", "Γιατί;", "«Γιατί;»"], 0.5),
        (["Γιατί\u037e", "Τι έγινε το 2020;"], 1),
        ([], 0),
    ],
)
def test_question_marks(items, share):
    assert value("question_marks", items) == share


def test_question_words_are_interrogatives_and_auxiliaries_up_front():
    assert value("question_words", ["What now?", "Is it?", "“Who” is it?", "He asked why."]) == 0.75


def test_opening_divergence_is_the_square_of_scipys_jensen_shannon_distance():
    predictions = ["What a?", "What b?", "Why c?"]
    references = ["What d?", "How e?", "Who f?", "How g?"]
    words = ["what", "why", "how", "who"]
    p, q = [2 / 3, 1 / 3, 0, 0], [1 / 4, 0, 2 / 4, 1 / 4]
    expected = jensenshannon(p, q, base=2) ** 2
    assert len(words) == len(p) == len(q)
    assert value("opening_divergence", predictions, references) == pytest.approx(expected)
    assert value("opening_divergence", references, references) == pytest.approx(0)
    assert value("opening_divergence", ["A?"], ["B?"]) == pytest.approx(1)


def test_distinct_n_counts_inside_items_only():
    assert value("distinct1", ["a b", "a c"]) == 0.75
    assert value("distinct2", ["a b", "a b"]) == 0.5
    assert value("distinct2", ["a", "b"]) == 0


def test_novel_ngrams_are_those_that_the_article_does_not_have():
    text = "The bank raised rates in May."
    assert value("novel1", ["The bank fell"], text=text) == pytest.approx(1 / 3)
    assert value("novel2", ["The bank fell"], text=text) == pytest.approx(1 / 2)
    assert value("novel2", ["bank raised", "rates in May"], text=text) == 0


def test_fragments_as_the_newsroom_paper_works_them_out():
    text = "a b c d e f g h"
    coverage, density, compression = value("fragments", ["a b c x", "e f"], text=text)
    assert coverage == pytest.approx(5 / 6)
    assert density == pytest.approx((3**2 + 2**2) / 6)
    assert compression == pytest.approx(8 / 6)


@pytest.mark.parametrize(
    ("item", "share"),
    [
        ("The Bank of Avalon raised rates 3.5 percent.", 0),
        ("What did Governor Oak tell Borealis in 2031?", 2 / 4),
        ("nothing to check here", 0),
        ("What is Avalon’s rate?", 0),
    ],
)
def test_names_and_numbers_that_the_article_does_not_have(item, share):
    text = "Governor Maria Oak of the Bank of Avalon raised Avalon's rates by 3.5 percent."
    assert value("unsupported", [item], text=text) == pytest.approx(share)


def test_map_at_n_looks_at_the_first_n_predictions_only():
    predictions = ["Who paid?", "Why did it fall?"]
    references = ["Why did it fall?", "Who paid?"]
    assert value("map@1", predictions, references) < 1
    assert value("map@2", predictions, references) == pytest.approx(1)


def test_exact_repeats_are_dropped_when_told():
    predictions, references = ["Who paid?"] * 4, ["Who paid?"]
    kept, dropped = (
        metric_named("set_rougeL", duplicates=how).statistics(Block([predictions], [references]))[0]
        for how in ("keep", "drop")
    )
    assert kept.tolist() == pytest.approx([0.25, 1, 0.4])
    assert dropped.tolist() == [1, 1, 1]


def test_beta_weights_recall_inside_the_similarity():
    block = Block([["a b"]], [["a b c d"]])
    plain, weighted = (
        metric_named("set_rougeL", beta=beta).statistics(block)[0, 0] for beta in (1.0, 1.2)
    )
    assert plain == pytest.approx(2 * 1 * 0.5 / 1.5)
    assert weighted == pytest.approx((1 + 1.44) * 1 * 0.5 / (0.5 + 1.44 * 1))


def test_coverage_and_duplicates_follow_any_similarity():
    for name in ("set_rouge2", "set_token_f1", "set_jaccard", "greedy_chrf", "set_bleu"):
        assert value(name, ["Why did it fall?"], ["Why did it fall?"]) == pytest.approx([1, 1, 1])
    assert metric_named("coverage@0.5", similarity="chrf").name == "coverage@0.5_chrf"
    assert np.all(value("overlap_coefficient", ["a b"], ["a b c"]) == 1)
