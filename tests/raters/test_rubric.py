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
    file.write_text("questions: {fun: {ask: Fun, scale: {1: 'Yes', 0: 'No'}}}")
    assert list(read_rubric(file).criteria("questions")["fun"].scale.items()) == [
        (0, "No"),
        (1, "Yes"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("questions: {fun: {ask: Fun, scale: {1: a}}}", "own.yaml:1: .*at least two values"),
        ("questoins: {}", "own.yaml:1: .*did you mean 'questions'"),
        ("questions: {fun: {ask: Fun, scal: {1: a, 2: b}}}", "did you mean 'scale'"),
        (
            "summary: {Is fun: {ask: Fun, scale: {1: a, 2: b}}}",
            "begins with a lower-case letter",
        ),
        ("summary: {Fun: {ask: Fun, scale: {1: a, 2: b}}}", "name begins with a lower-case"),
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


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "true", "False"])
@pytest.mark.parametrize(
    "form",
    [
        "ask: Fun, scale: {1: a, 2: WORD}",
        "ask: Fun, scale: {2: a, WORD: b}",
        "ask: WORD, scale: {}",
    ],
)
def test_word_that_yaml_reads_as_a_boolean_must_be_quoted(tmp_path, word, form):
    file = tmp_path / "own.yaml"
    file.write_text(f"questions:\n  fun: {{{form.replace('WORD', word)}}}")
    with pytest.raises(ConfigError, match=r"own\.yaml:2: .* such as yes and off: quote it"):
        read_rubric(file)
    file.write_text(f"questions: {{fun: {{ask: '{word}', scale: {{1: '{word}', 2: b}}}}}}")
    criterion = read_rubric(file).criteria("questions")["fun"]
    assert (criterion.ask, criterion.scale[1]) == (word, word)


def test_name_of_a_criterion_may_have_capitals_and_umlauts(tmp_path):
    file = tmp_path / "own.yaml"
    names = ["funToRead", "verständlich", "a_1"]
    lines = [f"  {name}: {{ask: Fun, scale: {{1: a, 2: b}}}}" for name in names]
    file.write_text("\n".join(["questions:", *lines]), encoding="utf-8")
    assert list(read_rubric(file).criteria("questions")) == names
