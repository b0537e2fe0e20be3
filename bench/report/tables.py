"""One table in the form its reader wants: terminal, CSV, Markdown, LaTeX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table as RichTable
from rich.text import Text

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
            ["" if c is None else _unformula(c) for c in row.cells] for row in self.rows
        )
        return text.getvalue()

    def to_markdown(self) -> str:
        """A pipe table, as GitHub shows it."""
        rules = ["---:" if column.numeric else "---" for column in self.columns]
        heads = [markdown(column.heading.replace("\n", " ")) for column in self.columns]
        body = [
            [f"**{markdown(c)}**" if i in row.bold else markdown(c) for i, c in self._numbered(row)]
            for row in self.rows
        ]
        return "".join(f"| {' | '.join(line)} |\n" for line in [heads, rules, *body])

    def to_latex(self) -> str:
        """A ``tabular`` with the rules of the booktabs package."""
        letters = "".join("r" if column.numeric else "l" for column in self.columns)
        lines = [rf"\begin{{tabular}}{{{letters}}}", r"\toprule"]
        heads = [latex(column.heading.replace("\n", " ")) for column in self.columns]
        lines.append(" & ".join(heads) + r" \\")
        lines.append(r"\midrule")
        for row in self.rows:
            if row.divided:
                lines.append(r"\addlinespace")
            cells = [
                rf"\textbf{{{latex(c)}}}" if i in row.bold else latex(c)
                for i, c in self._numbered(row)
            ]
            lines.append(" & ".join(cells) + r" \\")
        lines += [r"\bottomrule", r"\end{tabular}"]
        return "\n".join(lines) + "\n"

    def _numbered(self, row: Row) -> Iterator[tuple[int, str]]:
        return iter(enumerate(self._shown(row)))

    def _shown(self, row: Row) -> list[str]:
        pairs = zip(row.cells, self.columns, strict=True)
        return [printable(_cell(cell, column.form)) for cell, column in pairs]


def markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", printable(text)).replace("\n", " ")


def latex(text: str) -> str:
    """Text that LaTeX sets as it is."""
    return "".join(_LATEX.get(character, character) for character in printable(text))


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


def _unformula(cell: Cell) -> Cell:
    """Nothing for what is missing, and text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


_LATEX = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "–": "--",
    "−": "$-$",
}
