"""Reads sheets that raters return: CSV as any spreadsheet program writes it, XLSX, or JSON.

Nothing is trusted: kinds are recognized by content, not by name, and every cell stays a text until
it is checked against the key.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.data.content_kinds import refuse_irregular, refuse_other_kind, unreadable
from bench.data.delimited import TableError, delimiter_of, quoting_remedy, repeated, rows_of
from bench.data.workbook_reading import WorkbookError, read_workbook
from bench.display import count
from bench.errors import DataError
from bench.json_text import InvalidJSONError, parse_json
from bench.validation import shown

RATER, ID, ITEM, COMMENT = "rater", "id", "item", "comment"
LISTS = ("list_a", "list_b")
SHOWN = ("article", "title", ITEM, *LISTS)
"""Columns that the sheet fills in for the rater."""
FORMAT = "qgbench-ratings"
VERSION = 1
_LARGEST = 64 << 20  # bytes
_HEADER_ROWS = 20
_CELL = 1 << 20  # characters
_DASH = re.compile("[\u2010-\u2015\u2212]")
_EXPORT = "open it in a browser, and choose 'Save ratings' there"


@dataclass(frozen=True)
class ReturnedRow:
    """A row of a returned sheet.

    Attributes:
        location: where it stands, for messages.
        cells: its cells that are not empty, by normalized column.
    """

    location: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class ReturnedFile:
    """A returned sheet.

    Attributes:
        name: the file.
        columns: the normalized columns that it has.
        rows: its rows.
        notes: what was unusual, but could be read.
        rubric: the digest of its criteria, if it states one.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[ReturnedRow]
    notes: tuple[str, ...] = field(default=())
    rubric: str | None = None


def normalized_column(text: str) -> str:
    """The name of a column, however it is spelled: ``Worth asking`` is ``worth_asking``."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("'\"`\ufeff").casefold()
    return "_".join(plain.replace("_", " ").split())


def plain_id(text: str) -> str:
    """An id, however a program has capitalized it, quoted it or changed its hyphen."""
    return _DASH.sub("-", text).strip("'\" ").casefold()


def column_clash(names: Iterable[str]) -> str | None:
    """The first criterion that cannot have a column of its own on a sheet; None if all can."""
    taken = {RATER, ID, COMMENT, *SHOWN}
    for name in names:
        if normalized_column(name) in taken:
            return name
        taken.add(normalized_column(name))
    return None


def read_returned(file: Path) -> ReturnedFile:
    """Read a returned sheet.

    Raises:
        DataError: it cannot be read; a line for each fault.
    """
    refuse_irregular(file)
    try:
        if file.stat().st_size > _LARGEST:
            raise DataError(f"{file}: has more than {_LARGEST:,} bytes; is it a rating sheet?")
        data = file.read_bytes()
    except OSError as error:
        raise unreadable(file, error) from error
    if not data.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise DataError(f"{file}: is empty; save the sheet again")
    if data.startswith(b"PK\x03\x04"):
        return _from_workbook(file, data)
    start = data[:1000].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype", b"<html")):
        raise DataError(f"{file}: is an HTML page, not saved ratings; {_EXPORT}")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError(f"{file}: is an old or encrypted workbook; save it as .xlsx or CSV")
    text, note = _decoded(file, data)
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(file, text)
    return _from_table(file, text, (note,) if note else ())


def _decoded(file: Path, data: bytes) -> tuple[str, str | None]:
    """The text in any encoding that spreadsheet programs write, and a note where it is a guess."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decode(file, data, encoding), None
    head = data[:1000]
    if b"\0" in head:
        halves = [head[side::2].count(0) for side in (0, 1)]
        if max(halves) * 3 > len(head):
            return _decode(file, data, "utf-16-be" if halves[0] > halves[1] else "utf-16-le"), None
    refuse_other_kind(file, data)
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        note = (
            f"{file}: byte {error.start} is not UTF-8; read as Windows-1252, so that letters in"
            " comments may be wrong"
        )
        return data.decode("cp1252", "replace"), note


def _decode(file: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: byte {error.start} is not {encoding}; save it again") from error


def _from_table(file: Path, text: str, notes: tuple[str, ...]) -> ReturnedFile:
    if "\0" in text:
        raise DataError(f"{file}: contains a NUL character; save it as CSV again")
    delimiter = delimiter_of(text, ",")
    former = csv.field_size_limit(_CELL)
    try:
        rows = [(f"{file}:{line}", cells) for line, cells in rows_of(text, delimiter)]
    except TableError as error:
        raise DataError(f"{file}:{error.line}: {error}") from error
    finally:
        csv.field_size_limit(former)
    return _table(str(file), rows, quoting_remedy(delimiter), notes)


def _from_workbook(file: Path, data: bytes) -> ReturnedFile:
    try:
        worksheets = read_workbook(data)
    except WorkbookError as error:
        raise DataError(f"{file}: {error}") from error
    usable = {name: rows for name, rows in worksheets.items() if _header(rows) is not None}
    if len(usable) > 1:
        names = ", ".join(shown(name) for name in usable)
        raise DataError(
            f"{file}: several worksheets have a column `id` ({names}); keep one of them"
        )
    for name, rows in usable.items():
        located = [(f"{file}: {name}, row {number}", cells) for number, cells in rows]
        return _table(str(file), located, "delete what stands beside the table", ())
    raise _no_header(str(file))


def _header(rows: Iterable[tuple[Any, list[str]]]) -> int | None:
    """The index of the row that names the columns."""
    for index, (_, cells) in enumerate(rows):
        if index == _HEADER_ROWS:
            break
        if ID in map(normalized_column, cells):
            return index
    return None


def _no_header(name: str) -> DataError:
    return DataError(
        f"{name}: no row names the column `id`; restore the first row of the sheet, and do not"
        " delete the column `id`"
    )


def _table(
    name: str, rows: list[tuple[str, list[str]]], remedy: str, notes: tuple[str, ...]
) -> ReturnedFile:
    start = _header(rows)
    if start is None:
        raise _no_header(name)
    location, names = rows[start]
    header = [normalized_column(cell) for cell in names]
    problems = [
        f"{location}: duplicate column {column!r}; delete all but one"
        for column in repeated(header)
        if column
    ]
    found = []
    for row_location, cells in rows[start + 1 :]:
        beyond = [cell for cell in cells[len(header) :] if cell.strip()]
        if beyond:
            problems.append(
                f"{row_location}: {count(len(cells), 'value')} for {count(len(header), 'column')};"
                f" {remedy}"
            )
        pairs = zip(header, cells, strict=False)
        filled = {column: cell.strip() for column, cell in pairs if column and cell.strip()}
        if filled and normalized_column(filled.get(ID, "")) != ID:  # tables joined with headers
            found.append(ReturnedRow(row_location, filled))
    if problems:
        raise DataError(problems)
    return ReturnedFile(name, tuple(filter(None, header)), found, notes)


def _from_json(file: Path, text: str) -> ReturnedFile:
    try:
        record = parse_json(text, unique=True)
    except InvalidJSONError as error:
        raise DataError(f"{file}:{error.line}: {error.in_line}; save the ratings again") from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise DataError(f"{file}: is JSON, but not ratings that a rating page saved")
    version = record.get("version", VERSION)
    if version != VERSION or isinstance(version, bool):
        raise DataError(
            f"{file}: `version` is {shown(version)}, not {VERSION}; import it with the version of"
            " bench that made the sheet"
        )
    ratings, rater = record.get("ratings"), record.get("rater", "")
    if not isinstance(ratings, list) or not isinstance(rater, str):
        raise DataError(f"{file}: `ratings` must be a list, and `rater` a text; save it again")
    rows, columns, problems = [], {ID: None, RATER: None, COMMENT: None}, []
    for number, rating in enumerate(ratings, start=1):
        location = f"{file}: rating {number}"
        try:
            cells = dict(_cells(rating))
        except ValueError as error:
            problems.append(f"{location}: {error}")
            continue
        columns |= dict.fromkeys(cells)
        if rater.strip():
            cells[RATER] = rater.strip()
        rows.append(ReturnedRow(location, cells))
    if problems:
        raise DataError(problems)
    rubric = record.get("rubric")
    return ReturnedFile(
        str(file), tuple(columns), rows, rubric=rubric if isinstance(rubric, str) else None
    )


def _cells(rating: Any) -> Iterator[tuple[str, str]]:
    """The cells of a rating in JSON.

    Raises:
        ValueError: it is not one.
    """
    values = rating.get("values") if isinstance(rating, dict) else None
    if not isinstance(values, dict) or not isinstance(rating.get(ID), str):
        fault = "must have an `id` and `values`; save the ratings again"
        raise ValueError(fault)  # noqa: TRY004 - a fault of the file
    yield ID, rating[ID].strip()
    if twice := repeated([normalized_column(name) for name in values]):
        raise ValueError(f"{shown(twice[0])}: has two values; keep one of them")
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            fault = f"{shown(name)}: must be a value of the scale, not {shown(value)}"
            raise ValueError(fault)  # noqa: TRY004 - a fault of the file
        if value is not None and str(value).strip():
            yield normalized_column(name), str(value).strip()
    comment = rating.get(COMMENT)
    if isinstance(comment, str) and comment.strip():
        yield COMMENT, comment.strip()
