"""One table in the form its reader wants: terminal, CSV, Markdown, LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table as RichTable
from rich.text import Text

from bench.report.escape import csv_cell, latex, markdown
from bench.report.terminal import printable

Cell = str | float | int | None
_NONE = "–"


@dataclass(frozen=True)
class Column:
    """A column: its heading for people, its key for programs, and how its numbers look."""

    heading: str
    key: str
    form: str = ""
    """As in ``format()``; numbers only."""
    numeric: bool = True
    folds: bool = False
    """Whether a terminal may fold it where there is no room."""


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
