"""Reads files of predictions: JSON lines, a JSON array, CSV, TSV or Parquet, plain or gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from bench.data.content_kinds import HEAD, not_utf8, refuse_irregular, refuse_other_kind, unreadable
from bench.data.delimited import TableError, delimiter_of, quoting_remedy, repeated, rows_of
from bench.data.json_layouts import SPREAD, spans_lines
from bench.data.parquet_limits import excess
from bench.display import count
from bench.json_text import InvalidJSONError, parse_json
from bench.limits import NESTING
from bench.text.characters import whole_characters

RAW = ("raw", "prediction", "output")
"""Names of columns with the text of a model."""
ANSWERS = ("items", *RAW)
"""Names of columns with predictions."""
ID = ("article", "id", "article_id")
"""Names of columns with the article id."""
MISSING = ("NaN", "nan", "<NA>", "None", "null", "NULL")
"""Texts that mark a missing value in a table."""
_COLUMNS = (*ID, *ANSWERS)
_GAP = re.compile(r"\s*[\[,]\s*(?!\]|\s)")  # text before an element of an array
_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_LONGEST_LINE = 1 << 26  # bytes
_MOST_BRACKETS = 1_000_000
_LARGEST_WHOLE = 1 << 29  # uncompressed bytes of a file that is not read line by line

Record = tuple[int, Any]
"""Line or row number with its value, or a ``ValueError`` if it is invalid."""


def kind(file: str) -> str:
    """The extension that determines the format."""
    return Path(file.lower().removesuffix(".gz")).suffix


def records(file: str) -> Iterator[Record]:
    """Read the records of a file; JSON lines one by one, other formats at once.

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
            if kind(file) != ".parquet" or head[:4] != b"PAR1":
                refuse_other_kind(file, head)
            yield from read(content, kind(file))
    except UnicodeDecodeError as error:
        raise not_utf8(file, error) from error
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise unreadable(file, error) from error


_WHOLE = {".parquet", ".json", *_DELIMITERS}


def _of_whole(stream: BufferedIOBase, ending: str) -> Iterator[Record]:
    content = stream.read(_LARGEST_WHOLE + 1).removeprefix(codecs.BOM_UTF8)
    if len(content) > _LARGEST_WHOLE:
        raise ValueError(f"larger than {_LARGEST_WHOLE:,} bytes; write it as JSON lines")
    if ending == ".parquet":
        return _of_parquet(content)
    if ending in _DELIMITERS:
        return _of_table(content.decode(), _DELIMITERS[ending])
    start = content.lstrip()
    if start.startswith(b"["):
        return _of_array(content.decode())
    if spans_lines(start.partition(b"\n")[0].decode("utf-8", "replace")):
        return _of_object(content.decode())
    return _of_lines(BytesIO(content), ending)


def _of_object(text: str) -> Iterator[Record]:
    """One object over several lines, or one per line."""
    try:
        yield 1, parse_json(text)
    except InvalidJSONError:
        yield 1, ValueError(SPREAD)


def _of_lines(stream: BufferedIOBase, _: str) -> Iterator[Record]:
    first = True
    for number, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
        if len(line) == _LONGEST_LINE:
            raise ValueError(f"line {number} has more than {_LONGEST_LINE:,} bytes")
        if line.strip():
            if first and len(line) < HEAD and spans_lines(line.decode("utf-8-sig", "replace")):
                yield number, ValueError(SPREAD)
                return
            first = False
            yield number, _json(line.removeprefix(codecs.BOM_UTF8).removesuffix(b"\n"))


def _of_array(text: str) -> Iterator[Record]:
    try:
        parse_json(text)
    except InvalidJSONError as error:
        yield error.line, ValueError(f"invalid json: {error.reason} at column {error.column}")
        return
    decoder = json.JSONDecoder()
    number, at = 1, 0
    while gap := _GAP.match(text, at):
        number += text.count("\n", at, gap.end())
        row, end = decoder.raw_decode(text, gap.end())
        yield number, _whole(row)
        number += text.count("\n", gap.end(), end)
        at = end


def _of_table(text: str, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    delimiter = delimiter_of(text, delimiter)
    rows = rows_of(text, delimiter)
    try:
        line, header = next(rows, (1, []))
        if twice := repeated(header, _COLUMNS):
            yield (
                line,
                ValueError(f"duplicate column {twice[0]!r}; rename one of them"),
            )
            return
        for number, cells in rows:
            yield number, _cells(header, cells, delimiter)
    except TableError as error:
        yield error.line, error


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
    return enumerate(parquet.read_table(BytesIO(content)).to_pylist(), start=1)


def _json(text: str | bytes) -> Any:
    open_brackets = (b"[", b"{") if isinstance(text, bytes) else ("[", "{")
    try:
        brackets = sum(map(text.count, open_brackets))  # type: ignore[arg-type]  # of its kind
        if brackets > _MOST_BRACKETS:
            return ValueError(f"more than {_MOST_BRACKETS:,} lists and objects in one row")
        if brackets > NESTING:
            return parse_json(text.decode() if isinstance(text, bytes) else text)
        return from_json(text)
    except ValueError as error:
        first = error
    try:  # a truncated emoji is no reason to refuse a prediction
        return _whole(parse_json(text.decode() if isinstance(text, bytes) else text))
    except ValueError:
        why = str(first).replace(" at line 1 column", " at column")
        return ValueError(f"invalid json: {why}; a row must be one whole JSON object")


def _whole(value: Any) -> Any:
    """The same value without lone surrogates."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    return value
