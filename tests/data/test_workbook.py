"""Workbooks, written and read: against openpyxl, and against what is no workbook."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.data.workbook import LONGEST_CELL, Worksheet, column_name, workbook
from bench.data.workbook_reading import WorkbookError, read_workbook

ROWS = [
    ["id", "value", "text"],
    ["a & b <c>", 3, 'quoted "text"'],
    ["  spaces  ", None, "two\nlines"],
    ["שלום", -4, "🎉 é"],
]
XML = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufffe\uffff"
)
CELLS = st.text(XML, max_size=20)


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_workbook_is_read_by_another_program():
    data = workbook(
        [Worksheet("Ratings", ROWS, (10, 20), {1: ["1", "2"]}), Worksheet("B", [["x"]])]
    )
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Ratings", "B"]
    assert [[cell.value for cell in row] for row in book["Ratings"]] == ROWS
    (choices,) = book["Ratings"].data_validations.dataValidation
    assert (choices.formula1, str(choices.sqref)) == ('"1,2"', "B2:B4")
    assert book["Ratings"].freeze_panes == "A2"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=5))
def test_cells_survive_writing_and_reading(rows):
    found = dict(read_workbook(workbook([Worksheet("S", rows)]))["S"])
    for number, row in enumerate(rows, start=1):
        cells = found.get(number, [])
        padded = cells + [""] * (len(row) - len(cells))
        if any(cell.strip() for cell in row):
            assert padded == row


def test_same_content_gives_the_same_bytes():
    assert workbook([Worksheet("S", ROWS)]) == workbook([Worksheet("S", ROWS)])


def test_list_of_choices_that_is_too_long_for_excel_is_left_out():
    data = workbook([Worksheet("S", ROWS, (), {0: [str(n) for n in range(101)]})])
    assert b"dataValidation" not in parts(data)["xl/worksheets/sheet1.xml"]


def test_cell_that_is_too_long_is_an_error():
    with pytest.raises(ValueError, match="B1: a cell holds at most 32,767 characters"):
        workbook([Worksheet("S", [["", "x" * (LONGEST_CELL + 1)]])])


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (702, "AAA")])
def test_columns_have_letters(index, name):
    assert column_name(index) == name


def test_shared_strings_numbers_and_results_of_formulas_are_read():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["text", "text", 4, 4.5, True])
    sheet["C3"] = "=1+2"
    out = io.BytesIO()
    book.save(out)
    rows = read_workbook(out.getvalue())["Sheet"]
    assert rows == [(1, ["text", "text", "4", "4.5", "1"])]  # the formula has no stored result


SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
ID = b't="inlineStr"><is><t xml:space="preserve">id</t></is>'


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (SHEET, b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet", "type definition"),
        (SHEET, b"</worksheet>", b"", "damaged"),
        (SHEET, b'r="A1"', b'r="ZZZ1"', "more than 1,000 columns"),
        (
            SHEET,
            b't="inlineStr"><is><t xml:space="preserve">id</t></is>',
            b't="s"><v>7</v>',
            "damaged",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            b"worksheets/sheet1.xml",
            b"../../../etc/passwd",
            "not an Excel",
        ),
        ("_rels/.rels", b"relationships/officeDocument", b"x", "not an Excel"),
    ],
)
def test_damaged_workbook_is_an_error_with_a_reason(name, old, new, reason):
    content = parts(workbook([Worksheet("S", ROWS)]))
    assert old in content[name]
    content[name] = content[name].replace(old, new, 1)
    with pytest.raises(WorkbookError, match=reason):
        read_workbook(packed(content))


def test_external_part_is_not_followed(tmp_path):
    (tmp_path / "secret.xml").write_text("<x/>")
    content = parts(workbook([Worksheet("S", ROWS)]))
    content["xl/_rels/workbook.xml.rels"] = content["xl/_rels/workbook.xml.rels"].replace(
        b'Target="worksheets/sheet1.xml"',
        f'TargetMode="External" Target="file://{tmp_path}/secret.xml"'.encode(),
    )
    assert read_workbook(packed(content)) == {}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=4))
def test_flipped_bytes_are_an_error_or_read(offset, noise):
    data = bytearray(workbook([Worksheet("S", ROWS)]))
    offset %= len(data)
    data[offset : offset + len(noise)] = noise
    with suppress(WorkbookError):
        read_workbook(bytes(data))
