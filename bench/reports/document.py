"""A result as sections with tables and notes, independent of the format.

Each kind of result is converted to a document, and each format writes any document. A new format
or kind of result is one file. Text in a document may be untrusted: each format escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Estimate:
    """A score with its interval.

    Attributes:
        mean: the score.
        low, high: bounds of its interval; None without one.
        best: whether it is the best in its column.
        marked: whether no estimate in its column is significantly better.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    best: bool = False
    marked: bool = False

    @property
    def bounds(self) -> str:
        """The interval in brackets; empty without one."""
        return (
            "" if self.low is None or self.high is None else f"[{self.low:z.3f}, {self.high:z.3f}]"
        )


@dataclass(frozen=True)
class Named:
    """A name with a label, such as the role of a model."""

    name: str
    note: str = ""


Cell = str | float | int | None | Estimate | Named


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        heading: for people; with line breaks where it may be broken.
        key: for programs.
        form: format of its numbers, as in ``format()``.
        numeric: whether it is aligned to the right.
        folds: whether a terminal may shorten its cells to fit.
        drops: whether a terminal may omit it to fit; the highest is omitted first.
        long: the heading on a single line; made from ``heading`` by default.
        has_lines: whether line breaks in its texts are shown as such, where a format can.
    """

    heading: str
    key: str
    form: str = ""
    numeric: bool = True
    folds: bool = False
    drops: int = 0
    long: str = ""
    has_lines: bool = False

    @property
    def line(self) -> str:
        """The heading on one line."""
        return self.long or self.heading.replace("/\n", "/").replace("\n", " ")


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns, with a style and an optional line above."""

    cells: tuple[Cell, ...]
    style: str = ""
    divided: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()

    def with_columns(self, kept: Sequence[int]) -> Table:
        """The table with some of its columns, given their indices."""
        rows = (replace(row, cells=tuple(row.cells[i] for i in kept)) for row in self.rows)
        return Table(tuple(self.columns[i] for i in kept), tuple(rows))


@dataclass(frozen=True)
class Section:
    """Tables under a title.

    Attributes:
        title: its parts are separated by " · ".
        tables: any number of tables, in order.
        lead: a paragraph above the tables.
        notes: remarks on the reliability of the numbers: paragraphs below the tables.
        folded: whether it is collapsed where the format supports that.
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
        record: the whole result as JSON data at full precision, or as text if it is a file.
        flat: the rows for a spreadsheet, at full precision.
        sections: the parts for people.
        notes: below all sections.
    """

    record: Mapping[str, Any] | str
    flat: Table
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())


def keyed(keys: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
    """A table for programs, with keys as headings."""
    return Table(tuple(Column(key, key) for key in keys), tuple(Row(cells) for cells in rows))
