"""Parses tables, in Markdown or with delimiters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from bench.text.asking import asks
from bench.text.delimited import delimited_tables
from bench.text.literals.naming import BESIDE, UNNAMED, tier
from bench.text.wrapping import bare

_RULE = re.compile(r"[ \t]*+\|?[ \t]*+:?-{2,}+:?[ \t]*+(?:\|[ \t]*+:?-{2,}+:?[ \t]*+)*\|?[ \t]*+\Z")
_FRAME = re.compile(r"\s*\+[-+=]{3,}\+\s*")
_ROW = re.compile(r"\s*\|.*\S.*\|\s*")
"""A row between vertical lines, which needs no rule below the header."""
_CELL_ENDS = re.compile(r"(?<!\\)\|")
_WORD = re.compile(r"[^\W\d_]")


def items_of_tables(text: str, task: str | None) -> list[str] | None:
    """The items in the tables of a text; None without a table.

    The names in the header decide which column holds them; without a known name it is the column
    of questions, or the one with most words.
    """
    if "|" in text and (items := _items_between_lines(text, task)):
        return items
    columns = (_column(header, rows, task) for header, rows in delimited_tables(text, task))
    return list(chain.from_iterable(columns)) or None


def _items_between_lines(text: str, task: str | None) -> list[str]:
    """The items in Markdown tables."""
    lines = [line for line in text.splitlines() if not _FRAME.fullmatch(line)]
    items: list[str] = []
    at = 1
    while at < len(lines):
        if "|" in lines[at] + lines[at - 1] and _RULE.match(lines[at]) and "|" in lines[at]:
            end = at + 1
            while end < len(lines) and "|" in lines[end]:
                end += 1
            rows = [_cells(line) for line in lines[at + 1 : end]]
            items += _column(_cells(lines[at - 1]), rows, task)
            at = end
        elif _ROW.fullmatch(lines[at]) and _ROW.fullmatch(lines[at - 1]):
            end = at + 1
            while end < len(lines) and _ROW.fullmatch(lines[end]):
                end += 1
            if end == len(lines) or not _RULE.match(lines[end]):
                header, *rows = [_cells(line) for line in lines[at - 1 : end]]
                is_named = any(tier(bare(name), task) < UNNAMED for name in header)
                items += _column(
                    header if is_named else [], rows if is_named else [header, *rows], task
                )
            at = end
        at += 1
    return items


def _cells(line: str) -> list[str]:
    line = line.strip()
    line = line.removeprefix("|").removesuffix("|") if not line.endswith("\\|") else line[1:]
    return [cell.replace("\\|", "|").strip() for cell in _CELL_ENDS.split(line)]


def _column(header: Sequence[str], rows: Sequence[Sequence[str]], task: str | None) -> list[str]:
    columns = [
        [row[index] for row in rows if index < len(row) and row[index]]
        for index in range(max(map(len, [header, *rows])))
    ]

    def key(index: int) -> tuple[int, bool, int]:
        cells = columns[index]
        name = tier(bare(header[index]), task) if index < len(header) else BESIDE
        return name, not all(map(asks, cells)), -sum(map(len, cells))

    with_words = [n for n, cells in enumerate(columns) if any(map(_WORD.search, cells))]
    return columns[min(with_words, key=key)] if with_words else []
