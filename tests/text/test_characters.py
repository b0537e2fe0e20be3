from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.text.characters import whole_characters


def test_halves_are_replaced_and_pairs_put_together():
    assert whole_characters("a \ud83d b") == "a � b"
    assert whole_characters("\ud83d\ude00 \udc00") == "😀 �"


@given(st.text(st.characters()))
def test_every_text_can_be_written_and_whole_texts_stay(text):
    whole = whole_characters(text)
    assert whole.encode().decode() == whole
    assert whole_characters(whole) == whole


@given(st.text())
def test_whole_text_is_left_as_it_is(text):
    assert whole_characters(text) == text
