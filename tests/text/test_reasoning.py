from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text.reasoning import without_reasoning


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<think>a</think>b", "|b"),
        ("a <THINK>b</think> c", "a | c"),
        ("<think>a<thought>b</thought>c</think>d", "|d"),
        ("<think>a<think>b</think>c</think>d", "d"),
        ("a</think>b</think>c", "c"),
        ("a\n <think>b", "a\n|"),
        ("a <think> b", "a <think> b"),
        ("a<thought>b</think>c", "c"),
    ],
)
def test_reasoning_is_recognized(text, rest):
    assert without_reasoning(text, "|") == rest


NAMES = "think|thinking|thought|reasoning"
BLOCK = re.compile(
    rf"(?:^[^\S\n]*)?<({NAMES})>.*?</\1>|^[^\S\n]*<(?:{NAMES})>.*\Z",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
PARTS = ["<think>", "</think>", "<thought>", "</THOUGHT>", "<reasoning>", "a", " ", "\n"]


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_reasoning_is_that_of_a_plain_pattern(text):
    plain = re.split(rf"</(?:{NAMES})>", BLOCK.sub("|", text), flags=re.IGNORECASE)[-1]
    assert without_reasoning(text, "|") == plain
