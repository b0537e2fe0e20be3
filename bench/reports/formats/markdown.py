"""GitHub Markdown: for pull requests, job summaries and READMEs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bench.reports.document import Cell, Column, Estimate, Named, Section, Table
from bench.reports.escape import html_in_markdown, markdown
from bench.reports.render import document_of
from bench.reports.tables import plain_cell


def write(result: Any) -> str:
    """Write a heading, tables and notes for each section."""
    document = document_of(result)
    parts = [_section(section) for section in document.sections]
    parts += [markdown(note) + "\n" for note in document.notes]
    return "\n".join(parts)


def pipe_table(heads: Sequence[str], numeric: Sequence[bool], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are already Markdown."""
    rules = ["---:" if right else "---" for right in numeric]
    return "".join(f"| {' | '.join(line)} |\n" for line in [heads, rules, *rows])


def _section(section: Section) -> str:
    lead = [markdown(section.lead) + "\n"] if section.lead else []
    tables = [_table(table) for table in section.tables]
    notes = [markdown(note) + "\n" for note in section.notes]
    body = "\n".join([*lead, *tables, *notes])
    if section.folded:
        title = html_in_markdown(section.title)
        return f"<details><summary>{title}</summary>\n\n{body}\n</details>\n"
    return f"### {markdown(section.title)}\n\n{body}"


def _table(table: Table) -> str:
    return pipe_table(
        [markdown(column.line) for column in table.columns],
        [column.numeric for column in table.columns],
        [
            [_cell(cell, column) for cell, column in zip(row.cells, table.columns, strict=True)]
            for row in table.rows
        ],
    )


def _cell(cell: Cell, column: Column) -> str:
    match cell:
        case Named(name, note):
            return markdown(name) + (f" (*{markdown(note)}*)" if note else "")
        case Estimate():
            mean = f"**{cell.mean:z.3f}**" if cell.best else f"{cell.mean:z.3f}"
            bounds = f" <sub>{cell.bounds}</sub>" if cell.bounds else ""
            return mean + ("†" if cell.marked else "") + bounds
    text = plain_cell(cell, column)
    return "<br>".join(map(markdown, text.split("\n"))) if column.has_lines else markdown(text)
