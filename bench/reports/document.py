"""What a result looks like on paper: sections with tables and notes, in no format yet.

Each kind of result is turned into a document once; each format writes any document. So a new
format is one file, and so is a new kind of result. Text in a document may come from anywhere: each
format escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Estimate:
    """A score with its interval.

    Attributes:
        mean: the score.
        low, high: bounds of its interval; None without one.
        best: whether it is the best of its column.
        marked: whether nothing in its column is shown to be better.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    best: bool = False
    marked: bool = False

    @property
    def bounds(self) -> str:
        """The interval in brackets; empty without one."""
        return "" if self.low is None or self.high is None else f"[{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Named:
    """A name with a word on what it is, such as a model's role."""

    name: str
    note: str = ""


Cell = str | float | int | None | Estimate | Named


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        heading: for people; line breaks where it may be narrow.
        key: for programs.
        form: of its numbers, as in ``format()``.
        numeric: whether it is aligned to the right.
        folds: whether a terminal may shorten its cells where there is no room.
        drops: whether a terminal may leave it out where there is no room; the highest goes first.
        long: the heading where there is room for one line; made from ``heading`` if not given.
    """

    heading: str
    key: str
    form: str = ""
    numeric: bool = True
    folds: bool = False
    drops: int = 0
    long: str = ""

    @property
    def line(self) -> str:
        """The heading on one line."""
        return self.long or self.heading.replace("\n", " ")


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns; a style for terminals; whether a line goes above it."""

    cells: tuple[Cell, ...]
    style: str = ""
    divided: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Section:
    """Tables under a title.

    Attributes:
        title: its parts are separated by " · ".
        tables: in order; any number.
        lead: a paragraph above the tables.
        notes: what the numbers are worth: paragraphs below the tables.
        folded: whether it may be folded away where that is possible.
    """

    title: str
    tables: tuple[Table, ...] = ()
    lead: str = ""
    notes: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True)
class Document:
    """A result, ready for any format.

    Attributes:
        record: all of it as JSON data, every digit; or its text, where that is a file's.
        flat: the rows that a spreadsheet gets, every digit.
        sections: what people read.
        notes: below all sections.
    """

    record: Mapping[str, Any] | str
    flat: Table
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())


def keyed(keys: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
    """A table for programs: its headings are its keys."""
    return Table(tuple(Column(key, key) for key in keys), tuple(Row(cells) for cells in rows))
