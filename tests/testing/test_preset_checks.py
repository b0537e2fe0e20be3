from __future__ import annotations

from dataclasses import replace

import pytest

from bench.data.presets import PRESETS, Preset
from bench.errors import UnknownNameError
from bench.testing import ContractError, check_preset

NEWS = Preset(
    hub="someone/news",
    description="news and what readers asked",
    tasks=("summary", "questions"),
    license="CC-BY-4.0",
    columns={"id": "key", "text": "body.plain", "summary": "points", "questions": "asked"},
)
ROW = {"key": "1", "body": {"plain": "The mill was sold."}, "points": ["Sold."], "asked": ["Why?"]}


def failed(preset, rows=None):
    """The checks that a preset fails."""
    with pytest.raises(ContractError) as caught:
        check_preset(preset, rows)
    return [violation.check for violation in caught.value.violations]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_keeps_its_contract(name):
    check_preset(name)


@pytest.mark.parametrize("preset", [NEWS, f"{__name__}:NEWS", replace(NEWS, group_by="body.plain")])
def test_preset_of_ones_own_is_accepted(preset):
    assert check_preset(preset) is None


def test_rows_of_the_dataset_are_converted():
    assert check_preset(NEWS, [ROW]) is None
    assert failed(NEWS, [{**ROW, "body": {"plain": ""}}]) == ["rows"]
    assert failed(NEWS, [{**ROW, "asked": []}]) == ["rows"]
    assert failed(NEWS, [{"key": "1"}]) == ["rows"]
    assert failed(NEWS, []) == ["rows"]


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"hub": "news"}, "hub"),
        ({"description": "two\nlines"}, "description"),
        ({"description": " "}, "description"),
        ({"license": ""}, "license"),
        ({"split": ""}, "split"),
        ({"language": "English"}, "language"),
        ({"tasks": ("summaries",)}, "tasks"),
        ({"tasks": "summary"}, "tasks"),
        ({"tasks": ()}, "tasks"),
        ({"columns": {"text": "body"}}, "columns"),
        ({"columns": {**NEWS.columns, "texts": "body"}}, "columns"),
        ({"columns": {**NEWS.columns, "title": None}}, "columns"),
        ({"columns": ["text"]}, "columns"),
        ({"group_by": "story"}, "group_by"),
        ({"paragraph": ""}, "paragraph"),
    ],
)
def test_broken_promise_is_named_and_no_other(changes, check):
    assert failed(replace(NEWS, **changes)) == [check]


def test_what_is_no_preset_is_named():
    assert failed({"hub": "someone/news"}) == ["made"]
    assert failed("bench.tasks:TASKS") == ["made"]
    with pytest.raises(UnknownNameError, match="unknown preset 'squat'; did you mean 'squad'"):
        check_preset("squat")


def test_message_has_the_fault_and_the_promise():
    with pytest.raises(ContractError) as caught:
        check_preset(replace(NEWS, columns={"text": "body"}, language=""))
    assert str(caught.value).splitlines() == [
        "preset 'someone/news' fails 2 checks of its contract",
        "- language: got ''; expected a language tag, such as 'en'",
        "- columns: no column for summary and questions; expected a column for the text and for"
        " each task",
    ]
