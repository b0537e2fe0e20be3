"""CSV for spreadsheets and data frames."""

from __future__ import annotations

import csv
import io
from typing import Any

from bench.reports.document import Cell, Estimate, Named, Table
from bench.reports.escape import csv_cell
from bench.reports.render import document_of


def write(result: Any) -> str:
    """Write keys as the header, full precision, and empty cells for missing values."""
    return table_text(document_of(result).flat)


def table_text(table: Table) -> str:
    """One table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if table.columns:
        writer.writerow([column.key for column in table.columns])
    writer.writerows([_cell(cell) for cell in row.cells] for row in table.rows)
    return text.getvalue()


def _cell(cell: Cell) -> str | float | int:
    match cell:
        case None:
            return ""
        case str():
            return csv_cell(cell)
        case Named(name=name):
            return csv_cell(name)
        case Estimate(mean=mean):
            return mean
    return cell
