"""The rows of files of ratings and measures, or of tables in memory, with their locations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.data.delimited import TableError, delimiter_of, repeated, rows_of
from bench.data.problems import REPORTED
from bench.data.storage import readable
from bench.data.tables import read_text, stem
from bench.data.urls import is_url
from bench.errors import ConfigError, DataError
from bench.models.recorded_files import DELIMITERS, kind, records

FORMATS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")

Rows = str | Path | Mapping[str, str | Path] | Sequence[Any] | Any
"""Files, or rows: a path or URL, several (``NAME=FILE`` names a file's system), a mapping from
names to files, a sequence of mappings, or a data frame of pandas, polars or Arrow."""


class LocatedRow(NamedTuple):
    """A row, with its location for messages."""

    location: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """The rows of one file.

    Attributes:
        name: the name of the system whose items the file rates, if its rows name none.
        file: the file as it was given, or a word for rows in memory.
        rows: in order.
    """

    name: str
    file: str
    rows: tuple[LocatedRow, ...]


class RowFaults:
    """Faults of rows: the first ones in words, the rest as a number."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._count = 0

    def add(self, fault: str) -> None:
        """Add a line."""
        self._count += 1
        if self._count <= REPORTED:
            self._told.append(fault)

    def raise_them(self) -> None:
        """Raise the faults, if there are any.

        Raises:
            DataError: there are.
        """
        more = self._count - len(self._told)
        if self._told:
            raise DataError([*self._told, *([f"... and {more:,} more"] if more else [])])


def sources_of(given: Rows, what: str) -> list[Source]:
    """Read the rows of files, or take those given.

    Args:
        given: files or rows.
        what: the word for rows in memory: ``ratings`` or ``measures``.

    Raises:
        ConfigError: nothing, or something else than files and rows, or a file given twice.
        DataError: a file cannot be read, or a row is invalid; a line for each fault.
    """
    listed = _listed(given)
    if isinstance(listed, Mapping):
        pairs = [(str(name), str(file)) for name, file in listed.items()]
    elif listed and not isinstance(listed[0], str | Path):
        return [_of_rows(listed, what)]
    else:
        pairs = [_named(str(one)) for one in listed]
    if not pairs:
        raise ConfigError(f"no files of {what}, and no rows")
    files = [file for _, file in pairs]
    if twice := [file for file in dict.fromkeys(files) if files.count(file) > 1]:
        raise ConfigError([f"{file}: given twice; remove one" for file in twice])
    faults = RowFaults()
    found = [Source(name, file, tuple(_rows_of(file, faults))) for name, file in pairs]
    faults.raise_them()
    return found


def _named(argument: str) -> tuple[str, str]:
    """The name and the file of an argument; an existing file is named after itself."""
    name, equals, file = argument.partition("=")
    if not equals or not name or is_url(argument) or Path(argument).exists():
        return stem(Path(argument.rpartition("/")[2] or argument)), argument
    return name, file


def _rows_of(file: str, faults: RowFaults) -> Iterator[LocatedRow]:
    if kind(file) not in FORMATS:
        raise DataError(f"{file}: the name must end with {', '.join(FORMATS)}")
    local = readable(file)
    with local.errors_renamed():
        if kind(file) in DELIMITERS:
            _refuse_repeated_columns(file, local.path)
        empty = True
        for record in records(str(local.path), unique=True):
            empty = False
            location = record.location(file)
            if isinstance(record.value, ValueError):
                faults.add(f"{location}: {record.value}")
            elif not isinstance(record.value, dict):
                faults.add(f"{location}: a row must be an object with named values")
            else:
                yield LocatedRow(location, record.value)
    if empty:
        faults.add(f"{file}: has no rows")


def _refuse_repeated_columns(file: str, path: Path) -> None:
    """Refuse a table whose header has a name twice, of which a row would keep the last."""
    text = read_text(path)
    delimiter = delimiter_of(text, DELIMITERS[kind(file)])
    with suppress(TableError):  # told with the rows
        line, header = next(rows_of(text, delimiter), (1, []))
        if twice := repeated(header):
            raise DataError(f"{file}:{line}: duplicate column {twice[0]!r}; rename one of them")


def _listed(given: Rows) -> Mapping[str, str | Path] | list[Any]:
    """Files or rows as a list, of which an iterator is read once; a mapping as it is."""
    if isinstance(given, Mapping):
        return given
    if isinstance(given, str | Path):
        return [given]
    for method, arguments in (("to_pylist", ()), ("to_dicts", ()), ("to_dict", ("records",))):
        if hasattr(given, method):  # Arrow, polars, pandas
            return list(getattr(given, method)(*arguments))
    if not isinstance(given, Iterable):
        raise ConfigError(f"give files or rows, not a {type(given).__name__}")
    return list(given)


def _of_rows(rows: Sequence[Any], what: str) -> Source:
    faults = RowFaults()
    found = []
    for number, row in enumerate(rows):
        plain = row.model_dump() if hasattr(row, "model_dump") else row
        if isinstance(plain, Mapping):
            found.append(LocatedRow(f"{what}[{number}]", {str(k): v for k, v in plain.items()}))
        else:
            faults.add(f"{what}[{number}]: a row must be a mapping, not {type(row).__name__}")
    faults.raise_them()
    return Source("", what, tuple(found))
