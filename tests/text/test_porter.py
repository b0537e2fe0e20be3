"""Stems are those of NLTK's Porter stemmer, whatever the word is made of."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from rouge_score.tokenizers import DefaultTokenizer

from bench.text.porter import porter_stem
from bench.text.tokens import stem
from tests.conftest import ROOT

NLTK = PorterStemmer()
SUFFIXES = """s es ies ied ed ing eed y al ance ence er ic able ible ant ement ment ent ion sion
    tion ou ism ate iti ous ive ize e ll ational tional enci anci izer bli abli alli fulli entli
    eli ousli ization ation ator alism iveness fulness ousness aliti iviti biliti logi icate ative
    alize iciti ical ful ness lled zzed"""
ENDINGS = SUFFIXES.split()


def differing(words) -> list[tuple[str, str, str]]:
    stems = ((word, porter_stem(word), NLTK.stem(word)) for word in words)
    return [found for found in stems if found[1] != found[2]]


def words_of_the_data_sets() -> list[str]:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "datasets").glob("*/*.*")]
    return sorted({word for text in texts for word in re.findall(r"\S+|\w+", text)})


@pytest.mark.slow
def test_every_word_of_the_shipped_data_sets():
    words = words_of_the_data_sets()
    assert len(words) > 5000
    assert differing(words) == []


def test_every_word_of_up_to_four_of_these_letters():
    words = ["".join(w) for n in range(5) for w in product("aeysdlit", repeat=n)]
    assert differing(words) == []


@pytest.mark.slow
def test_beginnings_of_words_with_up_to_two_suffixes():
    draw = random.Random(0)
    words = [word for word in words_of_the_data_sets() if word.isalpha()]
    beginnings = [word[: draw.randint(0, len(word))] for word in draw.choices(words, k=200)]
    assert differing(b + e for b in beginnings for e in ENDINGS) == []
    twice = (b + draw.choice(ENDINGS) + draw.choice(ENDINGS) for b in beginnings for _ in range(40))
    assert differing(twice) == []


@given(st.text("abeilnstyzAYI019'’é", max_size=8), st.sampled_from(["", *ENDINGS]))
def test_any_letters_digits_and_apostrophes(beginning, ending):
    assert differing([beginning + ending]) == []


@given(st.text(max_size=6), st.sampled_from(["", *ENDINGS]))
def test_any_script(beginning, ending):
    assert differing([beginning + ending]) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", ""),
        ("Y", "y"),
        ("is", "is"),
        ("skies", "sky"),
        ("Dying", "die"),
        ("ties", "tie"),
        ("tied", "tie"),
        ("İs", "i̇s"),  # two letters, three in lower case: kept
        ("thoughtfully", "thought"),
        ("rationally", "ration"),
        ("theology", "theolog"),
        ("enjoy", "enjoy"),
        ("said", "said"),
        ("hopped", "hop"),
        ("filling", "fill"),
    ],
)
def test_departures_from_the_paper_are_those_of_nltk(word, expected):
    assert porter_stem(word) == expected == NLTK.stem(word)


@pytest.mark.parametrize("word", ["ties", "Are", "lies", "ones", "naïves", "running", "2030s"])
def test_words_of_three_letters_and_words_beyond_ascii_are_kept_as_rouge_score_keeps_them(word):
    if word.isascii():
        assert DefaultTokenizer(use_stemmer=True).tokenize(word) == [stem(word.lower())]
    else:
        assert stem(word) == word
