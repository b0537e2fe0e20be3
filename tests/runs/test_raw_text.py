"""What of a raw text became items, and what the parser dropped."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.runs.raw_text import LONGEST_RAW, raw_text
from bench.text.items import items_from


def parts(raw, items=None):
    found = raw_text(raw, items_from(raw) if items is None else items)
    kept = {part.item: part.text for part in found.segments if part.item is not None}
    return kept, [part.text.strip() for part in found.segments if part.item is None]


@pytest.mark.parametrize(
    ("raw", "kept", "dropped"),
    [
        (
            "Here are two:\n1. Who won?\n2. Why did it end?\n\nHope this helps!",
            {0: "Who won?", 1: "Why did it end?"},
            ["Here are two:\n1.", "2.", "Hope this helps!"],
        ),
        (
            "<think>Who won? is a draft.\n- Who won?</think>\n- Who won?",
            {0: "Who won?"},
            ["<think>Who won? is a draft.\n- Who won?</think>\n-"],
        ),
        (
            json.dumps({"questions": ["Who saw the Café?", 'Why "then"?'], "topic": "Who"}),
            {0: "Who saw the Caf\\u00e9?", 1: 'Why \\"then\\"?'},
            ['{"questions": ["', '", "', '"], "topic": "Who"}'],
        ),
        ("- A bus.\n- A bus.\n- A bus.", {0: "A bus.", 1: "A bus.", 2: "A bus."}, ["-"] * 3),
        ("Who won? No.\n- Who won?\n- Why?", {0: "Who won?", 1: "Why?"}, ["Who won? No.\n-", "-"]),
        ("- It  is\n  cold", {0: "It  is\n  cold"}, ["-"]),
        ("• 谁赢了？\n• 为什么？", {0: "谁赢了？", 1: "为什么？"}, ["•", "•"]),
    ],
    ids=["chatter", "reasoning", "json", "copies", "preamble", "wrapped", "chinese"],
)
def test_items_are_found_where_they_were_parsed(raw, kept, dropped):
    assert parts(raw) == (kept, dropped)


def test_items_in_another_order_are_found():
    assert parts("- one\n- two\n- three", ["three", "one"])[0] == {0: "three", 1: "one"}


def test_whole_words_come_before_parts_of_words():
    assert parts("artist: art", ["art"]) == ({0: "art"}, ["artist:"])


def test_items_that_the_text_does_not_have_are_named():
    found = raw_text("- Who won?", ["Who won?", "Who lost?", "…"])
    assert found.unplaced == (1, 2)
    assert found.note == "not found there in the same words: items 2, 3"


def test_end_of_a_long_text_is_not_shown_but_kept():
    raw = "- Who won?\n" + "word " * 10_000
    found = raw_text(raw, ["Who won?"])
    assert found.text == raw
    assert "".join(part.text for part in found.segments) == raw[:LONGEST_RAW]
    assert found.note == "the first 20,000 of 50,011 characters are shown"


@given(st.text() | st.text('ab1.-\n"\\[]<>?{}: '))
def test_parts_make_up_any_text(raw):
    items = items_from(raw)
    found = raw_text(raw, items)
    assert "".join(part.text for part in found.segments) == raw
    marked = [part.item for part in found.segments if part.item is not None]
    assert sorted([*marked, *found.unplaced]) == list(range(len(items)))


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        ("- a\n" * 5_000, ["a"] * 1_000),
        ("a b " * 5_000, ["b a b c"] * 1_000),
        ("\\" * 20_000, ["n"]),
    ],
)
def test_long_texts_take_little_time(raw, items):
    began = time.process_time()
    raw_text(raw, items)
    assert time.process_time() - began < 5
