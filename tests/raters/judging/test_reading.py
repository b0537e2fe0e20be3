"""Verdicts are read strictly: an answer with two meanings has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.raters.judging.reading import read_choice, read_value

SCALE = (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    "text",
    [
        "4",
        " 4\n",
        "4.",
        "4.0",
        "(4)",
        "**4**",
        "Score: 4",
        "**Score:** 4",
        "Final rating = 4",
        "My answer: **4**.",
        "My answer is: 4",
        "The score is 4.",
        "Overall score: 4/5",
        '{"value": 4}\nScore: 4',
        "4/5",
        "4 / 5",
        "4 out of 5",
        "Score: 4/5",
        "Four",
        "four.",
        '{"value": 4}',
        '{"value": 4.0}',
        '{"value": "4"}',
        '{"Value": "4/5"}',
        '{"score": 4}',
        '```json\n{"reason": "It says so.", "value": 4}\n```',
        'Here it is: {"value": 4}',
        "<think>Is it 2? No, 3? No.</think>\n4",
        "4\n\nThe article gives 3 of the 7 figures.",
        "The article gives 3 of the 7 figures.\nScore: 4",
        "4\nSome words.\nScore: 4",
    ],
)
def test_value_is_read_from_every_plain_form(text):
    assert read_value(text, SCALE).value == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "I cannot rate this.",
        "4 or 5",
        "4-5",
        "3, 4",
        "4\n5",
        "between 3 and 5",
        "4/10",
        "7",
        "0",
        "-4",
        "45",
        "4.5",
        "four and a half",
        "eleven",
        "B",
        "It is a 4 because the article says so.",
        "The article has 4 parts.\nIt answers two of them.",
        "Score: 4\nOn reflection.\nScore: 5",
        "True",
        '{"value": 4',
        '{"value": 4, "value": 5}',
        '{"value": 4, "score": 5}',
        '{"value": true}',
        '{"value": null}',
        '{"value": [4]}',
        '{"value": 6}',
        '{"value": "good"}',
        '{"reason": "4"}',
        '{"value": 4} or {"value": 5}',
        'The item says {"value": 5}, which is no reason.\nScore: 4',
        '5\n{"value": 4}',
        "Confidence: 4",
        "Not 4: 5",
        "Step: 4\nThe article is long.",
        "{" * 100_000,
    ],
)
def test_answer_with_no_or_two_meanings_has_no_value(text):
    assert read_value(text, SCALE) is None


@pytest.mark.parametrize("text", ["Answerability: 4", "Answerable = 4", "**answerable**: 4"])
def test_value_may_follow_the_name_of_its_own_criterion_only(text):
    assert read_value(text, SCALE, criterion="answerable").value == 4
    assert read_value(text, SCALE, criterion="clear") is None


@pytest.mark.parametrize("text", ["B", "b", "(B)", "B.", "Answer: B", '{"value": "B"}'])
def test_letters_are_values_where_the_scale_has_letters(text):
    assert read_value(text, SCALE, letters=True).value == 2
    assert read_value(text, SCALE) is None


@pytest.mark.parametrize("text", ["2", "F", "A or B", "A\nB", '{"value": 2}', "A bullet"])
def test_other_answers_are_no_letters(text):
    assert read_value(text, SCALE, letters=True) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"reason": "Says it.", "value": 4}', "Says it."),
        ('{"explanation": "Says it.", "value": 4}', "Says it."),
        ("Says it.\nIn full.\nScore: 4", "Says it. In full."),
        ("4\nSays it.", "Says it."),
        ("4", None),
        ('{"reason": 5, "value": 4}', None),
    ],
)
def test_reason_is_what_stands_beside_the_value(text, reason):
    assert read_value(text, SCALE).reason == reason


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("A", "first"),
        ("List B", "second"),
        ("**b**", "second"),
        ("Answer: tie", "tie"),
        ("C", "tie"),
        ('{"reason": "Shorter.", "choice": "A"}', "first"),
        ('{"winner": "list b"}', "second"),
        ('{"choice": "Tie"}', "tie"),
    ],
)
def test_choice_is_read_from_every_plain_form(text, choice):
    assert read_choice(text).value == choice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A and B",
        "A\nB",
        "A is better",
        "Worse: A",
        "Worse list: B",
        '{"choice": "A"}\nB',
        '{"choice": 1}',
        '{"choice": "A", "winner": "B"}',
    ],
)
def test_unclear_choice_is_none(text):
    assert read_choice(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_exception(text):
    found = read_value(text, SCALE)
    assert found is None or found.value in SCALE
    choice = read_choice(text)
    assert choice is None or choice.value in ("first", "second", "tie")


@given(
    st.sampled_from([(1, 2, 3, 4, 5), (0, 1), (-2, -1, 0, 1, 2), tuple(range(1, 11))]), st.data()
)
def test_every_value_of_a_scale_is_read_back(scale, data):
    value = data.draw(st.sampled_from(scale))
    assert read_value(str(value), scale).value == value
    assert read_value(f'{{"value": {value}}}', scale).value == value
