"""The columns of a sheet as a table, and its texts."""

from __future__ import annotations

from collections.abc import Iterator

from bench.rating.returned import COMMENT, ID, ITEM, LISTS, RATER
from bench.rating.sheets import Sheet
from bench.reports.escape import csv_cell
from bench.reports.terminal import printable

CHOICES = ("A", "B", "tie")
"""What a rater writes where two lists are compared."""


def columns_of(sheet: Sheet) -> list[str]:
    """The names of the columns."""
    shown = list(LISTS) if sheet.pairwise else [ITEM]
    return [RATER, ID, "article", "title", *shown, *sheet.criteria, COMMENT]


def rows_of(sheet: Sheet) -> Iterator[list[str | int]]:
    """A row for each entry; its cells cannot be taken for formulas."""
    empty = [""] * (len(sheet.criteria) + 1)
    for article in sheet.articles:
        for entry in article.entries:
            shown = [csv_cell(" | ".join(items)) for items in entry.lists]
            yield ["", entry.id, article.number, csv_cell(article.title), *shown, *empty]


def allowed(sheet: Sheet) -> dict[str, list[str]]:
    """What may be written below each criterion."""
    return {
        name: list(CHOICES) if sheet.pairwise else [str(value) for value in criterion.scale]
        for name, criterion in sheet.criteria.items()
    }


def instructions(sheet: Sheet) -> list[str]:
    """What a rater must know, in paragraphs."""
    how = (
        "For each row, say which list is better by each criterion: A, B, or tie."
        if sheet.pairwise
        else "For each row, give a value for each criterion. The values mean:"
    )
    return [
        "Read the article first. Rate what is written, not who may have written it: the rows come"
        " from several sources in random order.",
        how,
        "Write your name or initials in the first row of the column `rater`. Leave a cell empty"
        " where you cannot tell. Do not change the column `id`.",
    ]


def criteria_lines(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """Criterion, value and meaning: first its question, then a line for each value."""
    for name, criterion in sheet.criteria.items():
        yield name, "", criterion.ask
        if not sheet.pairwise:
            for value, meaning in criterion.scale.items():
                yield name, str(value), meaning


def paragraphs(text: str) -> list[str]:
    """The paragraphs of an article, without characters that could steer a program."""
    return [printable(" ".join(part.split())) for part in text.split("\n\n") if part.strip()]
