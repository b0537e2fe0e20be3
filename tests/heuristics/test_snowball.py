"""Stems are those of NLTK's English Snowball stemmer, which ``sumy`` uses."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.snowball import EnglishStemmer

from bench.heuristics.snowball import _IRREGULAR, snowball_stem
from tests.conftest import ROOT

NLTK = EnglishStemmer()
SUFFIXES = """s es ies ied ed ing eed eedly edly ingly y tional enci anci abli entli izer ization
    ational ation ator alism aliti alli fulness ousli ousness iveness iviti biliti bli ogi logi
    fulli lessli li alize icate iciti ical ful ness ative al ance ence er ic able ible ant ement
    ment ent ism ate iti ous ive ize ion sion e ll ' 's 's' ’s us ss sses at bl iz"""
ENDINGS = SUFFIXES.split()


def differing(words) -> list[tuple[str, str, str]]:
    stems = ((word, snowball_stem(word), NLTK.stem(word)) for word in words)
    return [found for found in stems if found[1] != found[2]]


def words_of_the_data_sets() -> list[str]:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "datasets").glob("*/*.*")]
    return sorted({word for text in texts for word in re.findall(r"[^\W\d_]+(?:['’-]\w+)*", text)})


@pytest.mark.slow
def test_every_word_of_the_shipped_data_sets():
    words = words_of_the_data_sets()
    assert len(words) > 5000
    assert differing(words) == []


def test_every_word_of_up_to_four_of_these_letters():
    words = ["".join(w) for n in range(5) for w in product("aesydl'i", repeat=n)]
    assert differing(words) == []


@pytest.mark.slow
def test_beginnings_of_words_with_up_to_three_suffixes():
    draw = random.Random(0)
    beginnings = ["gener", "commun", "arsen", "y", "yy", "'", *words_of_the_data_sets()]
    words = []
    for beginning in draw.choices(beginnings, k=15_000):
        cut = beginning[: draw.randint(0, len(beginning))]
        words.append(cut + "".join(draw.choices(ENDINGS, k=draw.randint(0, 3))))
    assert differing(words) == []


@given(st.text("abeilnstyzAYI'’é", max_size=8), st.sampled_from(["", *ENDINGS]))
def test_any_letters_and_apostrophes(beginning, ending):
    assert differing([beginning + ending]) == []


@pytest.mark.parametrize("word", sorted(_IRREGULAR))
def test_irregular_words(word):
    assert differing([word, word.title(), word.upper(), f"{word}'s"]) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Generously", "generous"),
        ("consistency", "consist"),
        ("enjoyed", "enjoy"),
        ("the", "the"),
        ("governor’s", "governor"),
        ("hoping", "hope"),
        ("hopping", "hop"),
        ("crepuscular", "crepuscular"),
        ("communism", "communism"),
    ],
)
def test_known_stems(word, expected):
    assert snowball_stem(word) == expected
