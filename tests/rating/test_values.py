"""What raters type, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.raters.rubric import Criterion, shipped_rubric
from bench.rating.values import same_name, typed_choice, typed_comment, typed_name, typed_value

FIVE = shipped_rubric().criteria("questions")["clear"]
SIGNED = Criterion(ask="?", scale={-1: "Worse.", 0: "Same.", 1: "Better."})
SPARSE = Criterion(ask="?", scale={0: "No.", 10: "Yes."})


@pytest.mark.parametrize(
    "text",
    ["4", " 4 ", "4.0", "4,0", "4.", "+4", "04", "４", "'4", "4\u200b", "٤", "४", '"4"', "4.000"],
)
def test_value_is_read_however_it_is_written(text):
    assert typed_value(text, FIVE) == 4


@pytest.mark.parametrize(
    ("text", "value"), [("-1", -1), ("−1", -1), ("'-1", -1), ("0", 0), ("1", 1)]
)
def test_negative_values_are_read(text, value):
    assert typed_value(text, SIGNED) == value


@pytest.mark.parametrize(
    "text",
    *[
        [
            "6",
            "0",
            "-4",
            "4.5",
            "4,5",
            "4 or 5",
            "four",
            "x",
            "?",
            "-",
            "4e0",
            "0x4",
            "∞",
            "4%",
        ]
    ],
)
def test_anything_else_is_no_value(text):
    with pytest.raises(ValueError, match=r"is not a value of the scale \(1 to 5\); write one of"):
        typed_value(text, FIVE)


@pytest.mark.parametrize(
    "text",
    [
        "4-5",
        "4/5",
        "4.5.",
        "04.05.2026",
        "2026-05-04",
        "4-May",
        "4. Mai",
        "May-26",
        "May 4",
        "45416",
    ],
)
def test_date_that_a_spreadsheet_made_of_a_value_is_recognized(text):
    with pytest.raises(ValueError, match="looks like a date"):
        typed_value(text, FIVE)


def test_values_of_a_scale_with_gaps_are_listed():
    with pytest.raises(ValueError, match=r"the scale \(0, 10\)"):
        typed_value("5", SPARSE)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        *[("A", "first"), (" a ", "first"), ("List  A", "first"), ("First", "first")],
        *[("b", "second"), ("LIST B", "second"), ("tie", "tie"), ("=", "tie"), ("'=", "tie")],
        ("No  difference", "tie"),
    ],
)
def test_choice_is_read_however_it_is_written(text, choice):
    assert typed_choice(text) == choice


@pytest.mark.parametrize("text", ["C", "AB", "1", "both", "yes"])
def test_anything_else_is_no_choice(text):
    with pytest.raises(ValueError, match="write A, B or tie"):
        typed_choice(text)


def test_names_are_single_spaced_and_compared_without_case():
    assert typed_name("  Anna\u00a0  Ö ") == "Anna Ö"
    assert same_name("ANNA Ö") == same_name("anna o\u0308")
    assert typed_name("'=Anna") == "=Anna"


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "a\u202eb", "\u200b", "a\ud800b", "x" * 101])
def test_what_cannot_be_a_name_is_refused(text):
    with pytest.raises(ValueError, match="name"):
        typed_name(text)


@given(st.text())
def test_text_is_read_or_refused_in_one_short_line(text):
    reads = (lambda: typed_value(text, FIVE), lambda: typed_choice(text), lambda: typed_name(text))
    told = []
    for read in reads:
        try:
            read()
        except ValueError as error:
            told.append(str(error))
    assert all(len(line) < 400 and "\n" not in line for line in told)
    typed_comment(text).encode()
