"""Tables of text: which delimiter they have, and what is wrong with them, in plain words."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = "sep="
"""What Excel writes before a table: a line that names the delimiter."""
_SAMPLE = 1 << 16
_FAULTS = {
    "unexpected end of data": "a quotation mark that begins here is never closed",
    "expected after": 'text follows a closing quotation mark; write a quotation mark as ""',
}


def named_delimiter(text: str) -> str | None:
    """The delimiter that the first line names; None where it names none."""
    first = text[:8].partition("\n")[0].rstrip("\r").strip('"')
    named = first.removeprefix(_SEPARATOR_LINE)
    return named if first.startswith(_SEPARATOR_LINE) and named in _DELIMITERS else None


def delimiter_of(text: str, usual: str) -> str:
    """The delimiter of a table: the usual one unless its header is then a single column.

    Another one is taken only where the header and the first row have the same number of cells with
    it.

    Args:
        text: the table.
        usual: what the ending of the file's name says.
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
    """The line on which each row that is not blank begins, and its cells.

    Raises:
        csv.Error: a row cannot be read; ``plain_fault`` says why.
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
    """A row that cannot be read.

    Attributes:
        line: on which it begins.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def plain_fault(error: csv.Error) -> str:
    """What is wrong with a row."""
    told = str(error)
    return next((plain for words, plain in _FAULTS.items() if words in told), told)


def repeated(header: Sequence[str], names: Iterable[str] | None = None) -> list[str]:
    """The names that stand in a header more than once, of those that matter."""
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    return twice if names is None else [name for name in twice if name in set(names)]


def quoting_remedy(delimiter: str) -> str:
    """What to do about a row of another length than the header."""
    shown = {"\t": "a tab"}.get(delimiter, repr(delimiter))
    return f"put a cell that contains {shown} in quotation marks"


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from filter(None, reader)
    except csv.Error:
        return
