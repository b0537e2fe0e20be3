"""Time of ``items_from`` grows no faster than the text, whatever the text consists of."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.data.lists import bullets_of, questions_of
from bench.errors import DataError
from bench.models.sentences import without_dateline
from bench.reports.escape import latex
from bench.text.delimited import delimited_tables
from bench.text.items import items_from
from bench.text.scripts import loss_of
from bench.text.sentences import sentences
from bench.text.token_spans import token_spans
from bench.text.tokens import tokenizer_named

TOKENS = [
    *("1. ", "2. ", "9.", "(4) ", "1 - ", "３、", "Q1: ", "Q: ", "- ", "* ", "• ", "[ ] ", "[x] "),
    *("# ", "**", "__", "*", "`", '"', "'", "“", "”", "‘", "’", "«", "「", ":", "：", ",", ". "),
    *("? ", "?", "…", "\n", "\n\n", " ", "\t", "\r", "\x1c", "\u2028", "\ufeff", "\ud800", "<sep>"),
    *("<n>", "[SEP]", "||", "</s>", "<|im_end|>", "<|", "<", "<think>", "</think>", "<reasoning>"),
    *("```", "~~~", "[", "]", "{", "}", "(", ")", '["', '["a", ', '{"a":', '"a": ', "\\n", '\\"'),
    *("\\", "\\u0041", "x = ", "f(", "null", "...", "9", "What? ", "Rates rose. ", "word", "="),
    *("#", "//", "/*", "*/", "+ ", "u'", "'''", "<li>", "、", "A.", "&quot;", '""', '","'),
    *("'90s ", "&#39;", '"question"\nx\n', "question,answer\n", "question;answer\na;b\n"),
    *("a) ", "(i) ", "II. ", "1\ufe0f\u20e3 ", "② ", "Frage 1: ", "> ", "→ ", "A: x\n"),
    *("<p>", "<b>", "</b>", "<li ", "&amp;", "User: a\n", "Article: a\n", "\n\nArticle: a"),
    *("[/INST]", "<|im_start|>user", "<|channel|>analysis", "[THINK]", "◁think▷", "</analysis>"),
    *("|---", "| a |\n", "|---|\n", "\u200b", "\u200d", "? ; ", "?,", "Sure! ", "Let me know!\n"),
    *("Answer: ", "[INST]", "|", "assistantfinal", "user\n", "assistant\n"),
    *("<details>", "```think\n", "**a?** "),
    *("? Answer: ", "? - a", "a\n\n", "?\n\na\n"),
    *("- 1. ", "**1. ", "1. x\n y\n", "1.\n", "[\n", "“\"'**", "a"),
    *("1. a\n", "- a\n", '["a"]\n', '{"q": "a?"}\n', 'a: ["b"]\n', "[a\n", "(\n", "1. # ", '"1. '),
]  # fmt: skip
AROUND = [("", ""), ("- Why?", "end?"), ("<think>", "</think>"), ('["a", ', "]"), ('"', '"')]
Function = Callable[[str], object]
pytestmark = pytest.mark.slow
LONGEST = 16_000
COUNTED = 0.04  # seconds
MOST = 2.5  # times as long for twice as much


def seconds(function: Function, text: str, times: int = 1) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        with suppress(DataError):  # an uncertain list
            function(text)
        best = min(best, time.process_time() - start)
    return best


def assert_linear(function: Function, before: str, token: str, after: str) -> None:
    def text(length: int) -> str:
        return before + token * (length // len(token)) + after

    length = 4000
    half = seconds(function, text(length))
    if half < COUNTED / 32 and seconds(function, text(2 * LONGEST)) <= COUNTED:
        return
    while (whole := seconds(function, text(2 * length))) <= COUNTED:
        if length == LONGEST:
            return
        length, half = 2 * length, whole
    if whole <= MOST * half:
        return
    # Again, for what is slow by chance or only steps up once.
    for start in 3 * (length, 2 * length):
        half, whole = (seconds(function, text(n), 7) for n in (start, 2 * start))
        if whole <= max(COUNTED, MOST * half):
            return
    raise AssertionError(f"{half:.3f} s become {whole:.3f} s from {start} characters on")


@pytest.mark.parametrize("token", TOKENS)
def test_repeated_token(token):
    assert_linear(items_from, "", token, "")


@pytest.mark.slow  # one of 154 takes a tenth of a second
@pytest.mark.parametrize("token", TOKENS)
def test_repeated_token_within_a_list(token):
    assert_linear(items_from, "- Why?", token, "end?")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(pair=st.sampled_from(list(product(TOKENS, TOKENS))), around=st.sampled_from(AROUND))
def test_repeated_pairs_of_tokens(pair, around):
    assert_linear(items_from, around[0], "".join(pair), around[1])


@pytest.mark.parametrize(
    "token", ['"', "“", "'", "‘", "`", "«", "»", "“a. ", "A. ", "( ", " ", "Dr. "]
)
def test_sentences(token):
    assert_linear(sentences, "", token, "")


@pytest.mark.parametrize(
    "token", [" ", " <n", "[", '["a", ', "'", "“", "? ", "|", " ||", "\\n", "(", "\n"]
)
def test_items_in_a_column(token):
    assert_linear(bullets_of, "", token, "")
    assert_linear(questions_of, "Why?", token, "end?")


@pytest.mark.parametrize(
    "token", ["A", "Aa ", "AA ", "A.", "(", "PARIS, ", "\u0301", "\u0316\u0301", "\u0f73", "\uac00"]
)
def test_other_readers_of_text_are_linear(token):
    assert_linear(without_dateline, "", token, "x")
    assert_linear(latex, "a", token, "x")
    assert_linear(lambda text: loss_of([text], ["rouge-score"]), "a", token, "x")
    assert_linear(lambda text: tokenizer_named("unicode").plain([text]), "a", token, "x")
    assert_linear(lambda text: token_spans(text, "unicode"), "ﬁ", token, "x")


@pytest.mark.parametrize("token", ["\\n", "\\r\\n", "\\", "#", "?", " ", "1)", "- ", "'s"])
def test_tokens_behind_a_word(token):
    assert_linear(items_from, "Rates rose on", token, "end")


@pytest.mark.parametrize("entry", ['"x{}y": ["Word{}{}"]', '"Word {}{}?"'])
def test_objects_and_columns_of_many_entries(entry):
    def text(half: str) -> str:
        entries = [
            entry.format(number, chr(97 + number % 26), "?" * (number % 2))
            for number in range(len(half) // 20)
        ]
        joined = ", ".join(entries)
        return f"{{{joined}}}" if ":" in entry else f"[[{joined}], [{joined}]]"

    assert_linear(lambda length: items_from(text(length)), "", "x", "")


def test_tables_with_nothing_but_headers():
    def tables(text: str) -> object:
        return list(delimited_tables(text, None))

    few, many = (seconds(tables, '"question"\nx\n' * n, 2) for n in (5_000, 40_000))
    assert many < 14 * few


def test_one_that_was_quadratic_takes_milliseconds():
    assert seconds(items_from, "- Why?" + " " * 50_000 + "end?") < 0.5
    assert seconds(items_from, "<think>" * 14_000 + "</think>" * 14_000) < 1
