"""The rows of a local file: JSON, JSON lines, CSV, TSV or Parquet, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from bench.data.content_kinds import HEAD, not_utf8, refuse_irregular, refuse_other_kind, unreadable
from bench.data.delimited import (
    TableError,
    delimiter_of,
    named_delimiter,
    quoting_remedy,
    rows_of,
)
from bench.data.json_layouts import SPREAD, layout_fault, rows_under, spans_lines
from bench.data.library import datasets_library
from bench.data.nested_rows import NESTED, paragraph_rows
from bench.data.problems import raise_problems
from bench.data.shape import FIELDS, TableRow
from bench.display import count
from bench.errors import DataError
from bench.json_text import InvalidJSONError, parse_json
from bench.limits import CELL_CHARACTERS

JSON_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
"""Extensions of files with a JSON object per line."""
ENDINGS = (
    *(".jsonl", ".json", ".csv", ".tsv", ".parquet", ".ndjson"),
    *(".jsonl.gz", ".json.gz", ".csv.gz", ".tsv.gz", ".ndjson.gz"),
)
_ARRAYS = (".json", ".json.gz")
_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def ending(file: PurePath) -> str | None:
    """The extension of a file of rows; None if it is not supported."""
    matches = [end for end in ENDINGS if file.name.lower().endswith(end)]
    return max(matches, key=len, default=None)


def stem(file: PurePath) -> str:
    """The file name without its extension."""
    return file.name[: -len(ending(file) or file.suffix) or None]


def read_text(file: Path) -> str:
    """Read the text of a file, decompressed if its name ends with ``.gz``.

    Raises:
        DataError: it cannot be read, is not gzipped, or is not UTF-8.
    """
    try:
        content = file.read_bytes()
        if file.name.lower().endswith(".gz"):
            content = gzip.decompress(content)
        refuse_other_kind(file, content)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(file, error) from error
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(file, error) from error


def read_table(file: Path) -> Iterator[TableRow]:
    """Read the rows of a file, in order.

    JSON is parsed without ``datasets``, which would convert strings that look like dates, even ids.

    Raises:
        ConfigError: the library that reads tables is not installed.
        DataError: the file is invalid or of an unknown type; a line for each fault, with the row.
    """
    refuse_irregular(file)
    kind = (ending(file) or "").removesuffix(".gz")
    if kind in {".jsonl", ".ndjson", ".json"}:
        return _json_rows(file)
    if kind in _DELIMITERS:
        return _delimited_rows(file, _DELIMITERS[kind])
    if kind == ".parquet":
        return _numbered(file, _loaded(file, "from_parquet"))
    raise DataError(f"{file}: unknown file type; the name must end with {', '.join(ENDINGS)}")


def _numbered(file: Path, rows: Iterable[Any]) -> Iterator[TableRow]:
    return (TableRow(f"{file}: row {number}", row) for number, row in enumerate(rows, start=1))


def _json_rows(file: Path) -> Iterator[TableRow]:
    """The objects of a JSON array, or one per line; missing keys are null."""
    text = read_text(file)
    first = text.lstrip().partition("\n")[0]
    if ending(file) not in _ARRAYS and spans_lines(first):
        raise DataError(f"{file}: {SPREAD}")
    if text.lstrip().startswith("["):
        placed = [(f"{file}: row {n}", row) for n, row in enumerate(_array(file, text), start=1)]
    elif spans_lines(first) and isinstance(row := _document(text), dict):
        placed = [(f"{file}:1", row)]
    else:
        placed = list(_json_lines(file, text))
    if len(placed) == 1:
        placed = _opened(file, *placed[0])
    raise_problems(
        [
            f"{location}: an article row is a JSON object, not {type(row).__name__}"
            for location, row in placed
            if not isinstance(row, dict)
        ]
    )
    parts = [paragraph_rows(row) for _, row in placed]
    note = None
    if placed and None not in parts:
        note = NESTED
        placed = [
            (f"{location}, paragraph {number}", part)
            for (location, _), own in zip(placed, parts, strict=True)
            for number, part in enumerate(own or (), start=1)
        ]
    columns: dict[str, None] = dict.fromkeys(key for _, row in placed for key in row)
    return (TableRow(location, {**columns, **row}, note) for location, row in placed)


def _opened(file: Path, location: str, document: Any) -> list[tuple[str, Any]]:
    """The rows in the only value of a file, or the value if it is a row.

    Raises:
        DataError: it is a table in another layout.
    """
    if paragraph_rows(document) is not None:
        return [(location, document)]
    rows = rows_under(document)
    if rows is not None and len(rows) != 1:
        return [(f"{file}: row {n}", row) for n, row in enumerate(rows, start=1)]
    location, row = (location, document) if rows is None else (f"{file}: row 1", rows[0])
    if fault := layout_fault(row, FIELDS, by_id=False):
        raise DataError(f"{location}: {fault}")
    return [(location, row)]


def _document(text: str) -> Any:
    """The value of a text that is a single JSON document; None for any other."""
    try:
        return parse_json(text)
    except InvalidJSONError:
        return None


def _array(file: Path, text: str) -> list[Any]:
    try:
        rows: list[Any] = parse_json(text)
    except InvalidJSONError as error:
        raise DataError(f"{file}:{error.line}: {error.in_line}") from error
    return rows


def _json_lines(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield f"{file}:{number}", parse_json(line)
            except InvalidJSONError as error:
                problems.append(f"{file}:{number}: {error.in_line}")
    raise_problems(problems)


def _delimited_rows(file: Path, delimiter: str) -> Iterator[TableRow]:
    """The rows of a text table, with every value a string, so that ids such as 007 survive."""
    text = read_text(file)
    delimiter = delimiter_of(text, delimiter)
    columns = _checked_columns(file, text, delimiter)
    options = {"keep_default_na": False, "index_col": False, "encoding": "utf-8-sig"}
    if named_delimiter(text):
        options["skiprows"] = 1
    return _numbered(file, _loaded(file, "from_csv", columns, sep=delimiter, **options))


def _checked_columns(file: Path, text: str, delimiter: str) -> list[str]:
    """The columns of a text table, after checking that every row has a value for each.

    Raises:
        DataError: a row is too short or too long; one line for each.
    """
    if "\0" in text:
        raise DataError(f"{file}: contains a NUL character; is it UTF-16 or a binary file?")
    former = csv.field_size_limit(CELL_CHARACTERS)
    try:
        rows = rows_of(text, delimiter)
        line, columns = next(rows, (1, []))
        problems = [
            f"{file}:{number}: {count(len(cells), 'value')} for {count(len(columns), 'column')};"
            f" {quoting_remedy(delimiter)}"
            for number, cells in rows
            if len(cells) != len(columns)
        ]
    except TableError as error:
        raise DataError(f"{file}:{error.line}: {error}") from error
    finally:
        csv.field_size_limit(former)
    named = Counter(columns)
    problems = [
        f"{file}:{line}: duplicate column {c!r} ({n} times); rename all but one"
        for c, n in named.items()
        if n > 1
    ] + problems
    raise_problems(problems)
    if not columns:
        raise DataError(f"{file}: empty; its first line must name the columns")
    return columns


def _loaded(file: Path, reader: str, columns: Sequence[str] = (), **options: Any) -> list[Any]:
    """Read the rows of a table with ``datasets``.

    The cache exists only during this call, so nothing stale is read and nothing is left behind.

    Raises:
        ConfigError: the library is not installed.
        DataError: the file is invalid.
    """
    library = datasets_library()
    with suppress(OSError), file.open("rb") as stream:
        if reader == "from_parquet" and (head := stream.read(HEAD))[:4] != b"PAR1":
            refuse_other_kind(file, head)
    if columns:
        string = library.Value("string")
        options["features"] = library.Features(dict.fromkeys(columns, string))
        options |= {"names": list(columns), "header": 0}
    with TemporaryDirectory(ignore_cleanup_errors=True) as cache, _quiet(library):
        try:
            read = getattr(library.Dataset, reader)
            return list(read(str(file), cache_dir=cache, keep_in_memory=True, **options))
        except Exception as error:
            if "corresponds to no data" in str(error):
                return []
            reason = str(error.__cause__ or error).strip().partition("\n")[0]
            raise DataError(f"{file}: cannot be read: {reason}") from error


@contextmanager
def _quiet(library: Any) -> Iterator[None]:
    """Disable the progress bars and log lines of ``datasets``."""
    shown = not library.utils.are_progress_bars_disabled()
    level = library.logging.get_verbosity()
    library.disable_progress_bars()
    library.logging.set_verbosity(library.logging.CRITICAL)
    try:
        yield
    finally:
        library.logging.set_verbosity(level)
        if shown:
            library.enable_progress_bars()
