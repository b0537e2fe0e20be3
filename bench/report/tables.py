"""One table in the form its reader wants: terminal, CSV, Markdown, LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.report.escape import csv_cell, latex, markdown
from bench.report.fitting import Fitted, room_beside, shortened_in_the_middle
from bench.report.terminal import printable

Cell = str | float | int | None
_NONE = "–"
_SHORTEST = 12
"""Columns that a name has at least where others can be left out."""
_LAST_RESORT = 3
"""Columns that a name has at least."""
_UNBOUNDED = 10_000


@dataclass(frozen=True)
class Column:
    """A column: its heading for people, its key for programs, and how its numbers look."""

    heading: str
    key: str
    form: str = ""
    """As in ``format()``; numbers only."""
    numeric: bool = True
    folds: bool = False
    """Whether a terminal may fold or shorten its cells where there is no room."""
    drops: int = 0
    """Whether a terminal may leave it out where there is no room; the highest goes first."""


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns; a style for terminals; whether a line goes above it.

    Cells whose places stand in ``bold`` are the best of their column.
    """

    cells: tuple[Cell, ...]
    style: str = ""
    divided: bool = False
    bold: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows under columns. Text in it may come from anywhere: each form escapes it."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def for_terminal(self) -> RichTable:
        """Without lines but those between groups."""
        table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column in self.columns:
            table.add_column(
                Text(column.heading),
                justify="right" if column.numeric else "left",
                vertical="bottom",
                no_wrap=not column.folds,
                overflow="fold",
            )
        for row in self.rows:
            if row.divided:
                table.add_row(
                    *(
                        Text("─" * max(map(len, column.heading.split("\n"))))
                        for column in self.columns
                    )
                )
            table.add_row(*(Text(cell) for cell in self._shown(row)), style=row.style)
        return table

    def fitted(self) -> Fitted:
        """The same as wide as the terminal.

        Names are shortened first, then columns left out; where no table fits, each row is a list.
        """

        def make(console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
            table = self
            for table in self._narrower():
                room = room_beside(table.for_terminal(), console, options)
                width = table._name_width(room)
                if width is not None and table._distinct(width):
                    break
            else:
                width = table._name_width(room, _LAST_RESORT)
            yield table._shortened(width).for_terminal() if width else table._listed()

        return Fitted(make)

    def _narrower(self) -> Iterator[Table]:
        """The table whole, and without each further column that may be left out."""
        kept = list(range(len(self.columns)))
        yield self
        droppable = [i for i in kept if self.columns[i].drops]
        for gone in sorted(droppable, key=lambda i: -self.columns[i].drops):
            kept.remove(gone)
            rows = (replace(row, cells=tuple(row.cells[i] for i in kept)) for row in self.rows)
            yield Table(tuple(self.columns[i] for i in kept), tuple(rows))

    def _names(self) -> list[list[str]]:
        """The cells of each column that may be shortened."""
        folding = [i for i, column in enumerate(self.columns) if column.folds]
        return [[str(self._shown(row)[i]) for row in self.rows] for i in folding]

    def _name_width(self, room: int, least: int = _SHORTEST) -> int | None:
        """How wide names may be for the table to fit; None where none is narrow enough."""
        widest = [max(map(cell_len, names), default=0) for names in self._names()]
        for width in range(max(widest, default=0), least - 1, -1):
            if sum(max(0, one - width) for one in widest) + room >= 0:
                return width
        return _UNBOUNDED if room >= 0 else None

    def _distinct(self, width: int) -> bool:
        """Whether names that differ still do when they are shortened."""
        return all(
            len({shortened_in_the_middle(name, width) for name in names}) == len(set(names))
            for names in self._names()
        )

    def _shortened(self, width: int) -> Table:
        """The table with its names shortened."""
        folding = [column.folds for column in self.columns]
        rows = [
            replace(
                row,
                cells=tuple(
                    shortened_in_the_middle(printable(cell), width)
                    if folds and isinstance(cell, str)
                    else cell
                    for cell, folds in zip(row.cells, folding, strict=True)
                ),
            )
            for row in self.rows
        ]
        return Table(self.columns, tuple(rows))

    def _listed(self) -> Text:
        """Each row as lines of a heading and a cell."""
        heads = [column.heading.replace("\n", " ") for column in self.columns]
        rows = (zip(heads, self._shown(row), strict=True) for row in self.rows)
        return Text("\n\n".join("\n".join(f"{h}: {cell}" for h, cell in row) for row in rows))

    def to_csv(self) -> str:
        """Keys as the head, every digit, nothing for what is missing."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.key for column in self.columns])
        writer.writerows(
            ["" if c is None else csv_cell(c) if isinstance(c, str) else c for c in row.cells]
            for row in self.rows
        )
        return text.getvalue()

    def to_markdown(self) -> str:
        """A pipe table, as GitHub shows it."""
        body = [
            [f"**{markdown(c)}**" if i in row.bold else markdown(c) for i, c in self._numbered(row)]
            for row in self.rows
        ]
        return pipe_table(
            [markdown(column.heading.replace("\n", " ")) for column in self.columns],
            [column.numeric for column in self.columns],
            body,
        )

    def to_latex(self) -> str:
        """A ``tabular`` with the rules of the booktabs package."""
        lines: list[list[str] | str] = []
        for row in self.rows:
            lines += [r"\addlinespace"] if row.divided else []
            lines.append(
                [
                    rf"\textbf{{{latex(c)}}}" if i in row.bold else latex(c)
                    for i, c in self._numbered(row)
                ]
            )
        return booktabs(
            [latex(column.heading.replace("\n", " ")) for column in self.columns],
            [column.numeric for column in self.columns],
            lines,
        )

    def _numbered(self, row: Row) -> Iterator[tuple[int, str]]:
        return iter(enumerate(self._shown(row)))

    def _shown(self, row: Row) -> list[str]:
        pairs = zip(row.cells, self.columns, strict=True)
        return [printable(_cell(cell, column.form)) for cell, column in pairs]


def pipe_table(heads: Sequence[str], numeric: Sequence[bool], rows: Iterable[Sequence[str]]) -> str:
    """Cells that are Markdown already, as a table."""
    rules = ["---:" if right else "---" for right in numeric]
    return "".join(f"| {' | '.join(line)} |\n" for line in [heads, rules, *rows])


def booktabs(
    heads: Sequence[str], numeric: Sequence[bool], rows: Iterable[Sequence[str] | str]
) -> str:
    """Cells that are LaTeX already, as a ``tabular``; a row that is a string stands as it is."""

    def line(cells: Sequence[str] | str) -> str:
        if isinstance(cells, str):
            return cells
        joined = " & ".join(cells)
        # what stands in brackets after the end of a row would be taken for a length
        return ("{}" if joined.startswith(("[", "*")) else "") + joined + r" \\"

    letters = "".join("r" if right else "l" for right in numeric)
    start = [rf"\begin{{tabular}}{{{letters}}}", r"\toprule", line(heads), r"\midrule"]
    return "\n".join([*start, *map(line, rows), r"\bottomrule", r"\end{tabular}", ""])


def p_value(value: float | None) -> str:
    """Four decimals, and no zero."""
    if value is None:
        return _NONE
    return f"{value:.4f}" if value >= 0.0001 else "<0.0001"


def span(low: float | None, high: float | None, form: str = ".3f") -> str:
    """An interval in brackets."""
    return _NONE if low is None or high is None else f"[{low:{form}}, {high:{form}}]"


def join_csv(tables: Sequence[Table]) -> str:
    """Tables with the same columns as one."""
    rows = tuple(row for table in tables for row in table.rows)
    return Table(tables[0].columns, rows).to_csv() if tables else ""


def _cell(cell: Cell, form: str) -> str:
    if cell is None:
        return _NONE
    return cell if isinstance(cell, str) else format(cell, form)
