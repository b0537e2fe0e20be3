"""Tables in a terminal, and how their cells read."""

from __future__ import annotations

from rich.table import Table as RichTable
from rich.text import Text

from bench.reports.document import Cell, Column, Estimate, Named, Table
from bench.reports.terminal import printable

_NONE = "–"


def terminal_table(table: Table) -> RichTable:
    """Without lines but those between groups."""
    shown = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in table.columns:
        shown.add_column(
            Text("\n".join(map(printable, column.heading.split("\n")))),
            justify="right" if column.numeric else "left",
            vertical="bottom",
            no_wrap=not column.folds,
            overflow="fold",
        )
    for row in table.rows:
        if row.divided:
            widths = (max(map(len, column.heading.split("\n"))) for column in table.columns)
            shown.add_row(*(Text("─" * width) for width in widths))
        pairs = zip(row.cells, table.columns, strict=True)
        cells = (Text(printable(plain_cell(cell, column))) for cell, column in pairs)
        shown.add_row(*cells, style=row.style)
    return shown


def plain_cell(cell: Cell, column: Column) -> str:
    """A cell as text, its number in the form of the column."""
    match cell:
        case None:
            return _NONE
        case str():
            return cell
        case Named(name, note):
            return f"{name} ({note})" if note else name
        case Estimate(mean=mean):
            return format(mean, column.form)
    return format(cell, column.form)


def p_value(value: float | None) -> str:
    """Four decimals, and no zero."""
    if value is None:
        return _NONE
    return f"{value:.4f}" if value >= 0.0001 else "<0.0001"


def span(low: float | None, high: float | None, form: str = ".3f") -> str:
    """An interval in brackets."""
    return _NONE if low is None or high is None else f"[{low:{form}}, {high:{form}}]"


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 article``, ``1,200 articles``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
