"""Tables as wide as the terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

import bench
from bench.reports.document import Column, Row, Table
from bench.reports.fitting import shortened_in_the_middle
from bench.reports.tables import fitted_table, plain_cell, span

PACKAGE = Path(bench.__file__).parent
NAMES = ["organisation-large-instruct-v1.5-seed-7", "organisation-large-instruct-v1.5-seed-9", "x"]
TABLE = Table(
    (
        Column("verdict", "verdict", numeric=False),
        Column("model", "model", numeric=False, folds=True),
        Column("before", "before", ".3f", drops=1),
        Column("score", "score", ".3f"),
        Column("95 %\ninterval", "interval", drops=2),
    ),
    tuple(Row(("inconclusive", name, 0.25, 0.5, "[0.4, 0.6]")) for name in NAMES),
)


PAIRS = Table(
    (
        Column("model", "model", numeric=False, folds=True),
        Column("against", "other", numeric=False, folds=True),
        Column("difference", "difference", "+.3f"),
        Column("", "significant", numeric=False),
        Column("won/tied/\nlost", "wins", drops=1),
    ),
    tuple(Row((name, other, 0.25, "*", "1/2/3")) for name in NAMES for other in NAMES[:2]),
)


def shown(width: int, table: Table = TABLE) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(fitted_table(table))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [100, 80, 70, 60, 50, 40, 35])
def test_row_is_one_line_with_its_score_and_whole_headings(width):
    table, _, dropped = shown(width).partition("Not shown at this width: ")
    lines = [line.rstrip() for line in table.splitlines() if line.strip()]
    rows = [line for line in lines if line.startswith("inconclusive")]
    assert len(rows) == 3
    assert len(set(rows)) == 3
    assert all("0.500" in row for row in rows)
    assert max(map(len, lines)) <= width
    heads = " ".join(line for line in lines if line not in rows).split()
    assert set(heads) <= {"verdict", "model", "before", "score", "95", "%", "interval"}
    assert ("interval" in dropped) != ("interval" in heads)


def test_columns_are_left_out_in_their_order_and_names_come_back():
    tables = {width: shown(width).partition("Not shown")[0] for width in (100, 60, 50, 35)}
    assert all(name in tables[100] for name in NAMES)
    assert "interval" in tables[60]
    assert "before" in tables[50]
    assert "interval" not in tables[50]
    assert "before" not in tables[35]


@pytest.mark.parametrize("width", [1, 10, 20])
def test_each_row_is_a_list_where_no_table_fits(width):
    text = "".join(shown(width).split())
    assert text.count("score:0.500") == 3
    assert all(name in text for name in NAMES)


@pytest.mark.parametrize(
    ("name", "width", "short"),
    [
        ("abcdefghij", 10, "abcdefghij"),
        ("abcdefghij", 9, "abcd…ghij"),
        ("abcdefghij", 4, "ab…j"),
        ("abcdefghij", 1, "a…j"),
        ("漢字漢字漢字", 7, "漢…漢字"),
    ],
)
def test_names_are_shortened_in_the_middle(name, width, short):
    assert shortened_in_the_middle(name, width) == short


@pytest.mark.parametrize("width", range(36, 90, 3))
def test_no_heading_of_a_name_is_split(width):
    heads = shown(width, PAIRS).splitlines()[:2]
    assert {"model", "against", "difference"} <= set(" ".join(heads).split())


def test_narrow_column_stays_where_a_wide_one_is_left_out():
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("p", "p", drops=2),
        Column("95 % interval", "interval", drops=1),
    )
    text = shown(18, Table(columns, (Row(("lead", "0.04", "[0.123, 0.456]")),)))
    assert text.split("\n")[0].split() == ["model", "p"]
    assert " ".join(text.split()).endswith("Not shown at this width: 95 % interval")


def test_columns_that_are_left_out_are_named_as_in_the_heading():
    assert "Not shown at this width: won/tied/lost" in shown(40, PAIRS)
    listed = shown(20, PAIRS)
    assert "won/tied/lost: 1/2/3" in listed
    assert "\n: " not in listed


@pytest.mark.parametrize("form", ["z.2f", "+z.2f"])
def test_no_number_is_shown_as_minus_zero(form):
    column = Column("tau", "tau", form)
    assert "-" not in plain_cell(-0.001, column) + span(-0.001, -0.0, form)
    assert plain_cell(-0.006, column) == "-0.01"


def test_every_fixed_point_format_of_results_coerces_minus_zero():
    rooms = ("agreement", "comparison", "exchange", "gate", "histories", "rating", "reports")
    form = re.compile(r"""["':][^"'{}:]*\.\d[f%](?=["'}])""")
    files = [file for room in rooms for file in (PACKAGE / room).rglob("*.py")]
    found = {
        f"{file}: {spec}"
        for file in files
        for spec in form.findall(file.read_text(encoding="utf-8"))
        if "z" not in spec
    }
    assert files
    assert not found, "write z.2f instead of .2f: it never gives -0.00"
