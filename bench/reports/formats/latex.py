"""LaTeX: a ``table`` with a caption for each section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bench.reports.document import Cell, Column, Estimate, Named, Row, Section, Table
from bench.reports.escape import latex
from bench.reports.render import document_of
from bench.reports.tables import plain_cell

_PREAMBLE = "% \\usepackage{booktabs}\n% \\usepackage{graphicx}\n"


def write(result: Any) -> str:
    """Write the body of a document; the required packages are in comments."""
    document = document_of(result)
    labels = _labels(section.title for section in document.sections)
    parts = [_section(*pair) for pair in zip(document.sections, labels, strict=True)]
    notes = "".join(rf"{latex(note)}\par" + "\n" for note in document.notes)
    return _PREAMBLE + "\n".join(parts) + notes


def tabular(table: Table) -> str:
    """A ``tabular`` with the rules of the booktabs package."""
    letters = "".join("r" if column.numeric else "l" for column in table.columns)
    lines = [rf"\begin{{tabular}}{{{letters}}}", r"\toprule"]
    lines += [_line([_heading(column) for column in table.columns]), r"\midrule"]
    for row in table.rows:
        lines += [r"\midrule"] if row.divided else []
        lines += _rows(row, table.columns)
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def _labels(titles: Iterable[str]) -> Iterator[str]:
    """The first part of each title, without figures: a label stays when the results change."""
    seen: Counter[str] = Counter()
    for title in titles:
        first = re.split(" · |:", title.lower())[0]
        label = re.sub("[^a-z]+", "-", first).strip("-") or "table"
        seen[label] += 1
        yield label if seen[label] == 1 else f"{label}-{seen[label]}"


def _section(section: Section, label: str) -> str:
    tables = [_fitted(tabular(table)) for table in section.tables]
    notes = [section.lead, *section.notes] if section.lead else list(section.notes)
    below = [
        r"\par\smallskip",
        r"\begin{minipage}{\linewidth}\footnotesize",
        *(rf"{latex(note)}\par" for note in notes),
        r"\end{minipage}",
    ]
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{latex(section.title.replace(' · ', ', '))}}}",
        rf"\label{{tab:{label}}}",
        r"\smallskip",
        "\n\\par\\bigskip\n".join(tables),
        *(below if notes else []),
        r"\end{table}",
        "",
    ]
    return "\n".join(lines)


def _fitted(text: str) -> str:
    """Scale a table down if it is wider than the line."""
    width = r"\ifdim\width>\linewidth\linewidth\else\width\fi"
    return rf"\resizebox{{{width}}}{{!}}{{%" + f"\n{text}}}"


def _rows(row: Row, columns: tuple[Column, ...]) -> Iterator[str]:
    """The row, and below it the intervals of its estimates."""
    pairs = list(zip(row.cells, columns, strict=True))
    yield _line([_cell(cell, column) for cell, column in pairs])
    if any(isinstance(cell, Estimate) and cell.bounds for cell in row.cells):
        yield _line([_interval(cell) for cell in row.cells])


def _line(cells: list[str]) -> str:
    joined = " & ".join(cells)
    # LaTeX would take brackets after the end of a row for a length
    return ("{}" if joined.startswith(("[", "*")) else "") + joined + r" \\"


def _heading(column: Column) -> str:
    lines = [latex(line) for line in column.heading.split("\n")]
    if len(lines) == 1:
        return lines[0]
    stacked = r"\\{}".join(lines)
    return rf"\shortstack[{'r' if column.numeric else 'l'}]{{{stacked}}}"


def _cell(cell: Cell, column: Column) -> str:
    match cell:
        case Named(name, note):
            return latex(name) + (rf" (\textit{{{latex(note)}}})" if note else "")
        case Estimate():
            mean = f"{cell.mean:z.3f}".replace("-", "$-$")
            mean = rf"\textbf{{{mean}}}" if cell.best else mean
            return mean + (r"\rlap{$^\dagger$}" if cell.marked else "")
        case None:
            return "--"
    return latex(plain_cell(cell, column))


def _interval(cell: Cell) -> str:
    if not isinstance(cell, Estimate) or not cell.bounds:
        return ""
    bounds = cell.bounds.replace("-", "$-$")
    return rf"{{\scriptsize {bounds}}}"
