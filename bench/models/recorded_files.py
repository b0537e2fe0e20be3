"""Reads files of predictions: JSON lines, a JSON array, CSV, TSV or Parquet, plain or gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader, BytesIO
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic_core import from_json

from bench.data.content_kinds import (
    HEAD,
    TO_UTF_8,
    not_utf8,
    refuse_irregular,
    refuse_other_kind,
    unreadable,
)
from bench.data.delimited import TableError, delimiter_of, quoting_remedy, repeated, rows_of
from bench.data.json_layouts import SPREAD, spans_lines
from bench.data.parquet_limits import excess
from bench.display import count
from bench.errors import DataError
from bench.json_text import InvalidJSONError, RepeatedKeyError, parse_json
from bench.limits import NESTING
from bench.text.characters import whole_characters

RAW = (
    *("raw", "prediction", "output", "generated_text", "response", "predict"),
    *("summary", "questions"),
)
"""Names of columns with the text of a model, or with its list of items."""
ANSWERS = ("items", *RAW)
"""Names of columns with predictions."""
ID = ("article", "id", "article_id")
"""Names of columns with the article id."""
MISSING = ("NaN", "nan", "<NA>", "None", "null", "NULL")
"""Texts that mark a missing value in a table."""
_COLUMNS = (*ID, *ANSWERS)
DELIMITERS = {".csv": ",", ".tsv": "\t"}
"""The usual delimiter of a text table by its extension."""
_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_JSON_STARTS = (b"{", b"[{", b"[[")
_LONGEST_LINE = 1 << 26  # bytes
_MOST_BRACKETS = 1_000_000
_LARGEST_WHOLE = 1 << 29  # uncompressed bytes of a file that is not read line by line


class Record(NamedTuple):
    """A record of a file.

    Attributes:
        number: the number of its line, or of its row in an array or a Parquet file.
        value: its value, or a ``ValueError`` if it is invalid.
        unit: what the number counts.
    """

    number: int
    value: Any
    unit: Literal["line", "row"] = "line"

    def location(self, file: str) -> str:
        """The location for messages: ``file:3`` or ``file: row 3``."""
        return f"{file}: row {self.number}" if self.unit == "row" else f"{file}:{self.number}"


def kind(file: str) -> str:
    """The extension that determines the format."""
    return Path(file.lower().removesuffix(".gz")).suffix


def records(file: str, *, unique: bool = False) -> Iterator[Record]:
    """Read the records of a file; JSON lines one by one, other formats at once.

    Args:
        file: the file.
        unique: whether an object of JSON with a key twice is invalid; otherwise the last counts.

    Raises:
        DataError: it cannot be read or is not UTF-8.
    """
    refuse_irregular(Path(file))
    read = _of_whole if kind(file) in _WHOLE else _of_lines
    try:
        with Path(file).open("rb") as stream:
            zipped = file.lower().endswith(".gz")
            content = gzip.GzipFile(fileobj=stream) if zipped else stream
            head = content.peek(HEAD)
            if kind(file) == ".eval" and head[:4] == b"PK\3\4":
                raise DataError(f"{file}: is a log of inspect; `bench import` reads it")
            if kind(file) != ".parquet" or head[:4] != b"PAR1":
                refuse_other_kind(file, head)
            yield from read(content, kind(file), unique)
    except UnicodeDecodeError as error:
        raise not_utf8(file, error) from error
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise unreadable(file, error) from error


_WHOLE = {".parquet", ".json", *DELIMITERS}


def _of_whole(stream: BufferedIOBase, ending: str, unique: bool) -> Iterator[Record]:
    content = stream.read(_LARGEST_WHOLE + 1).removeprefix(codecs.BOM_UTF8)
    if len(content) > _LARGEST_WHOLE:
        raise ValueError(f"larger than {_LARGEST_WHOLE:,} bytes; write it as JSON lines")
    if ending == ".parquet":
        return _of_parquet(content)
    if ending in DELIMITERS:
        return _of_table(content.decode(), DELIMITERS[ending])
    start = content.lstrip()
    if start.startswith(b"["):
        return _of_array(content.decode(), unique)
    if spans_lines(start.partition(b"\n")[0].decode("utf-8", "replace")):
        return _of_object(content.decode(), unique)
    return _of_lines(BytesIO(content), ending, unique)


def _of_object(text: str, unique: bool) -> Iterator[Record]:
    """One object over several lines, or one per line."""
    try:
        yield Record(1, _whole(parse_json(text, unique=unique)))
    except RepeatedKeyError as error:
        yield _invalid(error)
    except InvalidJSONError:
        yield Record(1, ValueError(SPREAD))


def _invalid(error: InvalidJSONError) -> Record:
    remedy = "; keep one of them" if isinstance(error, RepeatedKeyError) else ""
    reason = f"invalid json: {error.reason} at column {error.column}{remedy}"
    return Record(error.line, ValueError(reason))


def _of_lines(stream: BufferedIOBase, ending: str, unique: bool) -> Iterator[Record]:
    if ending not in _JSON_LINES and isinstance(stream, gzip.GzipFile | BufferedReader):
        head = stream.peek(HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
        if not head.startswith(_JSON_STARTS):
            return _of_texts(stream)
    return _of_json_lines(stream, unique)


def _of_texts(stream: BufferedIOBase) -> Iterator[Record]:
    """One prediction per line of plain text; blank lines are empty predictions."""
    for number, line in enumerate(_lines(stream), start=1):
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        yield Record(number, text.decode().rstrip("\r\n"))


def _lines(stream: BufferedIOBase) -> Iterator[bytes]:
    for number, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
        if len(line) == _LONGEST_LINE:
            raise ValueError(f"line {number} has more than {_LONGEST_LINE:,} bytes")
        yield line


def _of_json_lines(stream: BufferedIOBase, unique: bool) -> Iterator[Record]:
    first = True
    for number, line in enumerate(_lines(stream), start=1):
        if line.strip():
            if first and len(line) < HEAD and spans_lines(line.decode("utf-8-sig", "replace")):
                yield Record(number, ValueError(SPREAD))
                return
            first = False
            plain = line.removeprefix(codecs.BOM_UTF8).removesuffix(b"\n")
            yield Record(number, _json(plain, unique))


def _of_array(text: str, unique: bool) -> Iterator[Record]:
    try:
        rows = parse_json(text, unique=unique)
    except InvalidJSONError as error:
        yield _invalid(error)
        return
    for number, row in enumerate(rows, start=1):
        yield Record(number, _whole(row), "row")


def _of_table(text: str, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    delimiter = delimiter_of(text, delimiter)
    rows = rows_of(text, delimiter)
    try:
        line, header = next(rows, (1, []))
        if twice := repeated(header, _COLUMNS):
            fault = ValueError(f"duplicate column {twice[0]!r}; rename one of them")
            yield Record(line, fault)
            return
        for number, cells in rows:
            yield Record(number, _cells(header, cells, delimiter))
    except TableError as error:
        yield Record(error.line, error)


def _cells(header: list[str], cells: list[str], delimiter: str) -> Any:
    if len(cells) != len(header):
        return ValueError(
            f"{count(len(cells), 'cell')} where the header has {len(header)};"
            f" {quoting_remedy(delimiter)}"
        )
    row: dict[str, Any] = dict(zip(header, cells, strict=True))
    row |= {name: None for name in ANSWERS if row.get(name, "").strip() in MISSING}
    items = (row.get("items") or "").strip()
    if "items" in row:
        row["items"] = None
    if items:
        parsed = _json(items)
        row["items"] = items if isinstance(parsed, ValueError) else parsed
    return row


def _of_parquet(content: bytes) -> Iterator[Record]:
    from pyarrow import parquet

    if reason := excess(parquet.read_metadata(BytesIO(content)), len(content)):
        raise ValueError(reason)
    rows = parquet.read_table(BytesIO(content)).to_pylist()
    return (Record(number, row, "row") for number, row in enumerate(rows, start=1))


def _json(text: str | bytes, unique: bool = False) -> Any:
    open_brackets = (b"[", b"{") if isinstance(text, bytes) else ("[", "{")
    brackets = sum(map(text.count, open_brackets))  # type: ignore[arg-type]  # of its kind
    if brackets > _MOST_BRACKETS:
        return ValueError(f"more than {_MOST_BRACKETS:,} lists and objects in one row")
    try:
        if brackets > NESTING:
            return _parsed(text, unique)
        found = from_json(text)
        return _parsed(text, unique) if unique else found
    except ValueError as error:
        return _read_again(text, error, unique)


def _read_again(text: str | bytes, first: ValueError, unique: bool) -> Any:
    """What a strict parser refuses: a truncated emoji is no reason to refuse a prediction."""
    try:
        return _whole(_parsed(text, unique))
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} of the line is not UTF-8"
        return ValueError(f"invalid json: {byte}; {TO_UTF_8}")
    except RepeatedKeyError as error:
        return _invalid(error).value
    except ValueError:
        why = str(first).replace(" at line 1 column", " at column")
        return ValueError(f"invalid json: {why}; a row must be one whole JSON object")


def _parsed(text: str | bytes, unique: bool) -> Any:
    return parse_json(text.decode() if isinstance(text, bytes) else text, unique=unique)


def _whole(value: Any) -> Any:
    """The same value without lone surrogates."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    return value
