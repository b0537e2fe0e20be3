"""TextRank, LexRank and SumBasic choose the sentences that ``sumy`` chooses."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from importlib import import_module
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.utils import get_stop_words

from bench.article import Article
from bench.data.rows import load_dataset
from bench.heuristics.lex_rank import LexRank, lex_ranks
from bench.heuristics.ranking import _WORD, content_stems
from bench.heuristics.sum_basic import SumBasic
from bench.heuristics.text_rank import TextRank, text_ranks
from bench.models.sentences import article_sentences
from bench.tasks import TASKS
from bench.text.stop_words import STOP_WORDS

ALGORITHMS = {
    TextRank: "text_rank:TextRankSummarizer",
    LexRank: "lex_rank:LexRankSummarizer",
    SumBasic: "sum_basic:SumBasicSummarizer",
}
WORDS = ("rates", "rate", "rising", "rise", "fell", "the", "bank’s", "May", "June", "Bank", "7")
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join), max_size=9
).map(lambda sentences: " ".join(f"{sentence.capitalize()}." for sentence in sentences))


class Words:
    """What sumy's summarizers call of a tokenizer."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(_WORD.findall(sentence))


@pytest.fixture(autouse=True)
def sums_from_left_to_right(monkeypatch):
    """The sum of floats is compensated from Python 3.12 on, and breaks sumy's ties otherwise."""
    module = import_module("sumy.summarizers.sum_basic")
    in_order = lambda values: reduce(add, values, 0)  # noqa: E731 - stands for a builtin
    monkeypatch.setattr(module, "sum", in_order, raising=False)


def by_sumy(model: type, article: Article, count: int) -> tuple[str, ...]:
    module, _, name = ALGORITHMS[model].partition(":")
    algorithm = getattr(import_module(f"sumy.summarizers.{module}"), name)
    if hasattr(algorithm, "power_method"):
        exact = algorithm.power_method
        rounded = staticmethod(lambda matrix, epsilon: np.round(exact(matrix, epsilon), 9))
        algorithm = type(name, (algorithm,), {"power_method": rounded})
    summarize = algorithm(Stemmer("english"))
    summarize.stop_words = get_stop_words("english")
    distinct = list(dict.fromkeys(article_sentences(article)))
    document = ObjectDocumentModel([Paragraph([Sentence(one, Words()) for one in distinct])])
    with np.errstate(invalid="ignore"):  # LexRank divides by zero where no two sentences are linked
        return tuple(map(str, summarize(document, count))) if distinct else ()


def ours(model: type, article: Article, count: int) -> tuple[str, ...]:
    (output,) = model().predict([article], replace(TASKS["summary"], items=count))
    return output.items


@pytest.mark.slow
@pytest.mark.parametrize("model", ALGORITHMS)
@pytest.mark.parametrize(
    ("name", "split"), [("briefs", "test"), ("briefs", "dev"), ("nextfin", "test")]
)
def test_choice_is_sumys_on_every_shipped_article(model, name, split):
    for article in load_dataset(name, split=split):
        for count in (1, 4):
            assert ours(model, article, count) == by_sumy(model, article, count)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 5))
@pytest.mark.parametrize("model", ALGORITHMS)
def test_choice_is_sumys_on_any_text(model, text, count):
    article = Article(id="x", text=text)
    assert ours(model, article, count) == by_sumy(model, article, count)


def test_stop_words_are_sumys():
    assert get_stop_words("english") == STOP_WORDS


def test_content_stems_leave_out_stop_words_digits_and_endings():
    assert content_stems("The bank’s 3 Rates weren't rising in mid-May.") == [
        *("bank", "rate", "rise", "mid-may")
    ]


@pytest.mark.parametrize("ranks", [text_ranks, lex_ranks])
@pytest.mark.parametrize("bags", [[], [[]], [[], []], [["a"], ["a"]], [["a"], ["b"], []]])
def test_ranks_of_next_to_nothing_are_finite(ranks, bags):
    assert np.isfinite(ranks(bags)).all()
    assert len(ranks(bags)) == len(bags)


@pytest.mark.parametrize("ranks", [text_ranks, lex_ranks])
def test_sentence_that_shares_words_with_all_ranks_first(ranks):
    bags = [["a", "b"], ["a", "c", "e", "g"], ["c", "d"], ["e", "f"], ["g", "h"]]
    assert int(np.argmax(ranks(bags))) == 1
