"""Delimited tables: detects the delimiter and explains faults."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = "sep="
"""The line with the delimiter that Excel writes before a table."""
_SAMPLE = 1 << 16
_FAULTS = {
    "unexpected end of data": "a quotation mark that opens here is never closed",
    "expected after": 'text follows a closing quotation mark; write a quotation mark as ""',
}


def named_delimiter(text: str) -> str | None:
    """The delimiter that the first line declares, if any."""
    first = text[:8].partition("\n")[0].rstrip("\r").strip('"')
    named = first.removeprefix(_SEPARATOR_LINE)
    return named if first.startswith(_SEPARATOR_LINE) and named in _DELIMITERS else None


def delimiter_of(text: str, usual: str) -> str:
    """Detect the delimiter: the usual one, unless the header would then be a single column.

    Another delimiter is used only if the header and the first row then have equally many cells.

    Args:
        text: the table.
        usual: the delimiter for the file extension.
    """
    if named := named_delimiter(text):
        return named
    sample = text[:_SAMPLE]
    if len(next(_rows(sample, usual), [])) > 1:
        return usual
    for delimiter in _DELIMITERS:
        rows = _rows(sample, delimiter)
        header, row = next(rows, []), next(rows, None)
        if len(header) > 1 and (row is None or len(row) == len(header)):
            return delimiter
    return usual


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line number and the cells of each row that is not blank.

    Raises:
        TableError: a row is invalid.
    """
    skipped = 1 if named_delimiter(text) else 0
    body = text.partition("\n")[2] if skipped else text
    reader = csv.reader(StringIO(body, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            if cells:
                yield number + skipped, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise TableError(number + skipped, plain_fault(error)) from error


class TableError(ValueError):
    """An invalid row.

    Attributes:
        line: its first line.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def plain_fault(error: csv.Error) -> str:
    """The reason why a row is invalid."""
    told = str(error)
    return next((plain for words, plain in _FAULTS.items() if words in told), told)


def repeated(header: Sequence[str], names: Iterable[str] | None = None) -> list[str]:
    """The names that occur more than once in a header, of those given."""
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    return twice if names is None else [name for name in twice if name in set(names)]


def quoting_remedy(delimiter: str) -> str:
    """The remedy for a row whose length differs from that of the header."""
    shown = {"\t": "a tab"}.get(delimiter, repr(delimiter))
    return f"put a cell that contains {shown} in quotation marks"


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from filter(None, reader)
    except csv.Error:
        return
