"""Tables for terminals, and the text of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.reports.document import Cell, Column, Estimate, Named, Row, Table
from bench.reports.fitting import Fitted, room_beside, shortened_in_the_middle
from bench.reports.terminal import printable

_NONE = "–"
_SHORTEST = 12
"""Minimum width of a name while columns can still be omitted."""
_LAST_RESORT = 3
"""Minimum width of a name."""
_UNBOUNDED = 10_000


def terminal_table(table: Table) -> RichTable:
    """A table with lines between groups only."""
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
        shown.add_row(*map(Text, _shown(table, row)), style=row.style)
    return shown


def fitted_table(table: Table) -> Fitted:
    """A table that is fitted to the width of the terminal.

    Shortens names, then omits columns, which a line below names; if nothing fits, each row is
    shown as a list.
    """

    def make(console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        def room(part: Table) -> int:
            return room_beside(terminal_table(part), console, options)

        def width_of_names(part: Table) -> int | None:
            width = _name_width(part, room(part))
            return width if width is not None and _are_distinct(part, width) else None

        shown = _with_what_fits(table, width_of_names)
        width = width_of_names(shown) or _name_width(shown, room(shown), _LAST_RESORT)
        if not width:
            yield _listed(table)
            return
        yield terminal_table(_shortened(shown, width))
        dropped = [column.line for column in table.columns if column not in shown.columns]
        if dropped:
            yield Text(f"Not shown at this width: {printable(', '.join(dropped))}", "dim")

    return Fitted(make)


def _with_what_fits(table: Table, width_of_names: Callable[[Table], int | None]) -> Table:
    """The table without the optional columns for which there is no room.

    They are omitted in their order until the rest fits. Narrower ones that fit then come back,
    unless names had to be shortened for them.
    """
    kept = list(range(len(table.columns)))
    optional = sorted(
        (i for i in kept if table.columns[i].drops), key=lambda i: table.columns[i].drops
    )
    omitted: list[int] = []
    while (width := width_of_names(table.with_columns(kept))) is None and optional:
        omitted.append(optional.pop())
        kept.remove(omitted[-1])
    for column in reversed(omitted):
        more = sorted([*kept, column])
        if width is not None and width_of_names(table.with_columns(more)) == width:
            kept = more
    return table.with_columns(kept)


def _names(table: Table) -> list[list[str]]:
    """The cells of each column that may be shortened."""
    folding = [i for i, column in enumerate(table.columns) if column.folds]
    return [[_shown(table, row)[i] for row in table.rows] for i in folding]


def _heading_widths(table: Table) -> list[int]:
    """The width that the heading of each such column needs."""
    folding = [column for column in table.columns if column.folds]
    return [max(map(cell_len, column.heading.split("\n"))) for column in folding]


def _name_width(table: Table, room: int, least: int = _SHORTEST) -> int | None:
    """The width of names at which the table fits; None if there is none."""
    widest = [max(map(cell_len, names), default=0) for names in _names(table)]
    headings = _heading_widths(table)
    for width in range(max(widest, default=0), least - 1, -1):
        pairs = zip(widest, headings, strict=True)
        saved = (max(0, name - max(width, heading)) for name, heading in pairs)
        if sum(saved) + room >= 0:
            return width
    return _UNBOUNDED if room >= 0 else None


def _are_distinct(table: Table, width: int) -> bool:
    """Whether different names stay different when they are shortened."""
    return all(
        len({shortened_in_the_middle(name, width) for name in names}) == len(set(names))
        for names in _names(table)
    )


def _shortened(table: Table, width: int) -> Table:
    """The table with its names shortened."""
    folds = [column.folds for column in table.columns]
    rows = [
        replace(
            row,
            cells=tuple(
                shortened_in_the_middle(text, width) if shortens else cell
                for cell, text, shortens in zip(row.cells, _shown(table, row), folds, strict=True)
            ),
        )
        for row in table.rows
    ]
    return Table(table.columns, tuple(rows))


def _listed(table: Table) -> Text:
    """Each row as lines with a heading and a cell."""
    heads = [printable(column.line) for column in table.columns]
    rows = (zip(heads, _shown(table, row), strict=True) for row in table.rows)
    return Text(
        "\n\n".join(
            "\n".join(f"{h}: {cell}" if h else cell for h, cell in row if h or cell) for row in rows
        )
    )


def _shown(table: Table, row: Row) -> list[str]:
    pairs = zip(row.cells, table.columns, strict=True)
    return [printable(plain_cell(cell, column)) for cell, column in pairs]


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
    """A p-value with four decimals, never shown as zero."""
    if value is None:
        return _NONE
    return f"{value:z.4f}" if value >= 0.0001 else "<0.0001"


def span(low: float | None, high: float | None, form: str = "z.3f") -> str:
    """An interval in brackets."""
    return _NONE if low is None or high is None else f"[{low:{form}}, {high:{form}}]"
