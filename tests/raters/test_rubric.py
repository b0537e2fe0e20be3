"""The criteria that people and judges share."""

from __future__ import annotations

import pytest

from bench.errors import ConfigError, UnknownNameError
from bench.raters.rubric import read_rubric, shipped_rubric
from bench.tasks import TASKS


def test_shipped_criteria_have_five_values_each():
    rubric = shipped_rubric()
    for task in TASKS:
        for criterion in rubric.criteria(task).values():
            assert list(criterion.scale) == [1, 2, 3, 4, 5]
            assert criterion.ask.endswith("?")
            assert (criterion.low, criterion.high) == (1, 5)


def test_criteria_come_in_the_order_asked_for():
    assert list(shipped_rubric().criteria("questions", ("grounded", "clear"))) == [
        "grounded",
        "clear",
    ]


def test_unknown_criterion_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match="answerable"):
        shipped_rubric().criteria("questions", ("answerabel",))


def test_values_of_a_scale_are_sorted_and_may_say_yes(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("questions: {fun: {ask: Fun, scale: {1: Yes, 0: No}}}")
    assert list(read_rubric(file).criteria("questions")["fun"].scale.items()) == [
        (0, "No"),
        (1, "Yes"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("questions: {fun: {ask: Fun, scale: {1: Yes}}}", "own.yaml:1: .*at least two values"),
        ("questoins: {}", "own.yaml:1: .*did you mean 'questions'"),
        ("questions: {fun: {ask: Fun, scal: {1: a, 2: b}}}", "did you mean 'scale'"),
        ("summary: {Is it fun: {ask: Fun, scale: {1: a, 2: b}}}", "lower case, without spaces"),
        ("summary: {fun: {ask: Fun, scale: {one: a, 2: b}}}", "own.yaml:1: .*integer"),
        ("[]", "a rubric is a mapping"),
        ("", "a rubric is a mapping"),
    ],
)
def test_faulty_rubric_is_refused_with_its_line(tmp_path, text, message):
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_rubric(file)
