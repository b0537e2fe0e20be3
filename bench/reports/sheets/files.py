"""Writes sheets as CSV with the articles beside them, and as workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from bench.data.workbook import LONGEST_CELL, Worksheet, workbook
from bench.rating.sheets import Sheet
from bench.reports.escape import csv_cell
from bench.reports.sheets.columns import (
    allowed,
    columns_of,
    criteria_lines,
    instructions,
    paragraphs,
    rows_of,
)

_WIDTHS = {"rater": 12, "id": 18, "article": 8, "title": 28, "item": 60, "comment": 30}
_WIDE, _NARROW = 60, 12


def csv_sheet(sheet: Sheet) -> str:
    """The sheet as CSV; with a byte order mark, so that Excel reads it as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns_of(sheet))
    writer.writerows(rows_of(sheet))
    return f"\ufeff{text.getvalue()}"


def articles_text(sheet: Sheet) -> str:
    """The instructions and articles of a sheet, to read beside the CSV."""
    lines = [*instructions(sheet), ""]
    for name, value, meaning in criteria_lines(sheet):
        lines.append(f"  {value}  {meaning}" if value else f"{name}: {meaning}")
    for article in sheet.articles:
        title = " ".join(paragraphs(article.title))
        lines += ["", "=" * 72, f"Article {article.number}: {title}"]
        lines += [f"\n{paragraph}" for paragraph in paragraphs(article.text)]
    return "\n".join(lines) + "\n"


def xlsx_sheet(sheet: Sheet) -> bytes:
    """The sheet as a workbook with the criteria and the articles on worksheets of their own."""
    columns = columns_of(sheet)
    choices = {columns.index(name): values for name, values in allowed(sheet).items()}
    texts: list[list[str | int]] = [["article", "text"]]
    for article in sheet.articles:
        for paragraph in [article.title, *article.text.split("\n\n")]:
            texts += [_cut([article.number, csv_cell(part)]) for part in paragraphs(paragraph)]
    told: list[list[str]] = [["criterion", "value", "meaning"]]
    told += [["", "", line] for line in instructions(sheet)]
    told += [[csv_cell(cell) for cell in line] for line in criteria_lines(sheet)]
    wide = [_WIDTHS.get(name, _WIDE if name.startswith("list") else _NARROW) for name in columns]
    return workbook(
        [
            Worksheet("Ratings", [columns, *map(_cut, rows_of(sheet))], wide, choices),
            Worksheet("Criteria", told, (16, 8, 100)),
            Worksheet("Articles", texts, (8, 120)),
        ]
    )


def _cut(row: Sequence[str | int]) -> list[str | int]:
    """The cells of a row, cut at what a workbook can hold."""
    return [cell[:LONGEST_CELL] if isinstance(cell, str) else cell for cell in row]
