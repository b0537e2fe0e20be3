"""HTML: a fragment for notebooks, without scripts or style sheets."""

from __future__ import annotations

from html import escape
from typing import Any

from bench.reports.document import Cell, Column, Estimate, Named, Section, Table
from bench.reports.render import document_of
from bench.reports.tables import plain_cell
from bench.reports.terminal import printable

_RIGHT = ' style="text-align: right"'
_LEFT = ' style="text-align: left"'


def write(result: Any, level: int = 4, *, scrolling: bool = False) -> str:
    """Write headings, tables and notes; all text is escaped.

    Args:
        result: what a verb returned.
        level: of the headings.
        scrolling: whether each table is in a region of class ``scroll``, which a page can let
            scroll by itself where the table is wider than the screen.
    """
    document = document_of(result)
    parts = [_section(section, level, scrolling) for section in document.sections]
    parts += [f"<p>{_text(note)}</p>\n" for note in document.notes]
    return f"<div>\n{''.join(parts)}</div>"


def _section(section: Section, level: int, scrolling: bool) -> str:
    lead = f"<p>{_text(section.lead)}</p>\n" if section.lead else ""
    written = [_table(table) for table in section.tables]
    if scrolling:
        written = [_region(table, section.title, n) for n, table in enumerate(written, start=1)]
    tables = "".join(written)
    notes = "".join(f"<p><small>{_text(note)}</small></p>\n" for note in section.notes)
    body = lead + tables + notes
    if section.folded:
        return f"<details><summary>{_text(section.title)}</summary>\n{body}</details>\n"
    return f"<h{level}>{_text(section.title)}</h{level}>\n{body}"


def _region(table: str, title: str, number: int) -> str:
    """A table in a region that the keyboard can scroll, with a name of its own."""
    label = f"{title}, table {number}" if number > 1 else title
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{_text(label)}">\n'
        f"{table}</div>\n"
    )


def _table(table: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_RIGHT if column.numeric else _LEFT}>{_text(column.line)}</th>'
        for column in table.columns
    )
    rows = "".join(
        "<tr>"
        + "".join(
            _cell(cell, column) for cell, column in zip(row.cells, table.columns, strict=True)
        )
        + "</tr>\n"
        for row in table.rows
    )
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _cell(cell: Cell, column: Column) -> str:
    match cell:
        case Named(name, note):
            shown = _text(name) + (f" <em>({_text(note)})</em>" if note else "")
        case Estimate():
            mean = f"<strong>{cell.mean:z.3f}</strong>" if cell.best else f"{cell.mean:z.3f}"
            bounds = f" <small>{cell.bounds}</small>" if cell.bounds else ""
            shown = mean + ("†" if cell.marked else "") + bounds
        case _:
            shown = _text(plain_cell(cell, column))
    return f"<td{_RIGHT if column.numeric else _LEFT}>{shown}</td>"


def _text(text: str) -> str:
    return escape(printable(text))
