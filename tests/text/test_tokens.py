"""What the unicode tokenizer takes for one word in each script."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text.tokens import tokenizer_named

FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u3164\ufe00\ufe0f\uffa0\U000e0100"


def words(text: str) -> list[str]:
    return tokenizer_named("unicode").plain([text])[0].split()


def test_no_invisible_character_splits_a_word_but_the_zero_width_space():
    formats = [
        chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"
    ]
    assert len(formats) > 150
    splitting = [c for c in (*formats, *FILLERS) if words(f"ge{c}bühr") != ["gebühr"]]
    assert splitting == ["\u200b"]
    assert words("ge\u200bbühr") == ["ge", "bühr"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("می\u200cروم", ["میروم"]),
        ("क्\u200dष क्ष", ["क्ष", "क्ष"]),
        ("\ufeffWhy\u2060now\u200f", ["whynow"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("ខ្មែរ\u200bល្អ", ["ខ្", "មែ", "រ", "ល្", "អ"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("ガギ か\u3099", ["ガ", "ギ", "が"]),
        ("㐂\ufe00ㄅㄆ", ["㐂", "ㄅ", "ㄆ"]),
        ("बढ़ा தமிழ் বাংলা", [unicodedata.normalize("NFC", "बढ़ा"), "தமிழ்", "বাংলা"]),
        ("don't l’été snake_case 3.5", ["don", "t", "l", "été", "snake", "case", "3", "5"]),
    ],
)
def test_words_of_a_script(text, tokens):
    assert words(text) == tokens


@pytest.mark.parametrize(
    "text",
    [
        "Tại sao giá bánh mì tăng trong năm nay?",
        "Warum stieg die Gebühr für Brötchen?",
        "Proč letos vzrostly ceny?",
        "왜 빵값이 올랐나?",
        "パンの値段が上がった",
        "Ποιος πούλησε το λιμάνι;",
        "İstanbul'da ne oldu?",
        "बढ़ा ज़मीन",
    ],
)
def test_decomposed_text_has_the_same_words(text):
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(text=st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_has_the_words_it_has_beside_other_text(text):
    assert [*words(text), "é"] == words(f"{text} é")
