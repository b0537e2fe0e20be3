"""Tables and arrays as libraries print them, in the place of items."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from bench.data.lists import bullets_of, questions_of
from bench.errors import DataError
from bench.models.recorded_rows import row_of
from bench.text.literals import UncertainListError, opened
from bench.text.literals.printed import printed

QUESTIONS = ["Why did the harbour close?", "Who pays for the wall?", "When will it open?"]
POLARS = "shape: (2, 1)\n┌────────┐\n│ items  │\n╞════════╡\n│ Why?   │\n│ Who?   │\n└────────┘"


def of_pandas():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series
    return [
        str(series(QUESTIONS)),
        str(series(QUESTIONS, name="items", dtype=object)),
        str(series(QUESTIONS[:1])),
        str(series(QUESTIONS * 40)),
        str(series([" ".join(QUESTIONS)] * 2)),
        str(series(QUESTIONS, index=["a", "b", "c"])),
        str(series(QUESTIONS, dtype="category")),
        str(series(QUESTIONS).array),
        str(pandas.DataFrame({"items": QUESTIONS})),
        str(pandas.DataFrame({"article": ["a"] * 3, "items": QUESTIONS})),
        str(pandas.DataFrame({"items": QUESTIONS * 40})),
        str(pandas.DataFrame({"items": QUESTIONS[:1]})),
        str(pandas.DataFrame({"items": []})),
    ]


PRINTED = [
    repr(pa.array(QUESTIONS)),
    str(pa.table({"items": QUESTIONS})),
    repr(pa.scalar(QUESTIONS)),
    POLARS,
    str(map(str, QUESTIONS)),
    str(iter(QUESTIONS)),
    "Dataset({\n    features: ['items'],\n    num_rows: 3\n})",
]


def assert_refused(text: str) -> None:
    assert printed(text)
    for items in (text, [text], text.split("\n")):
        if items != [text] or "\n" in text:
            with pytest.raises(UncertainListError, match="may truncate or omit values"):
                opened(items)
        with pytest.raises(ValueError, match=r"^items: looks like a list in a string, but it is"):
            row_of({"article": "a", "items": items})
    with pytest.raises(ValueError, match=r"^output: looks like .* may truncate or omit values"):
        row_of({"article": "a", "output": text})
    for read in (bullets_of, questions_of):
        with pytest.raises(DataError, match="may truncate or omit values"):
            read(text)


def test_output_of_pandas_is_refused_with_the_expression_for_its_values():
    for text in of_pandas():
        assert_refused(text)


@pytest.mark.parametrize("text", PRINTED, ids=range(len(PRINTED)))
def test_output_of_other_libraries_is_refused(text):
    assert_refused(text)


@pytest.mark.parametrize(
    "text",
    [
        str(np.array(QUESTIONS)),
        repr(np.array(QUESTIONS, dtype=object)),
        str(pa.array(QUESTIONS)),
        str(pa.chunked_array([QUESTIONS])),
        str(QUESTIONS),
        f"Index({QUESTIONS}, dtype='object')",
        f"Index({QUESTIONS[:2]},\n      dtype='object')".replace("]", f", {QUESTIONS[2]!r}]"),
    ],
)
def test_arrays_that_are_printed_whole_are_taken_apart(text):
    assert opened(text) == QUESTIONS
    assert opened([text]) == QUESTIONS


@pytest.mark.parametrize("text", [str(pa.array(QUESTIONS)), str(pa.chunked_array([QUESTIONS]))])
def test_printed_lines_in_place_of_items_are_refused(text):
    assert opened(text.split("\n")) == QUESTIONS


@pytest.mark.parametrize(
    "text",
    [
        "1. Why?\n2. Who?",
        "Deaths\n0 people died.\n1 was hurt.",
        "Why?\n0  people\nTwo  more",
        "Result\n1  Why?\n2  Who?",
        "The dtype: object of pandas is slow.",
        "It is <b>bold</b>\nand long",
        "",
    ],
)
def test_other_texts_are_not_taken_for_tables(text):
    assert printed(text) is None


@pytest.mark.parametrize("part", ["Name: a, ", "dtype: ", "0  a\n", "\n", "< ", "[1 rows x "])
def test_long_texts_take_no_time(part):
    printed(part * 100_000)
