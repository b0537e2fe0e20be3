"""Parses tables whose cells are separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from bench.text.literals.naming import BESIDE, UNNAMED, tier

_DELIMITERS = ("\t", ";", ",")
_MOST_WORDS = 3
_LONGEST_NAME = 30
_LONGEST_ROW = 131_072
"""Characters of the longest row, as long as a cell that ``csv`` reads without another limit."""
_FENCES = ("```", "~~~")


def delimited_tables(text: str, task: str | None) -> Iterator[tuple[list[str], list[list[str]]]]:
    """The header and the rows of each table whose header names a column of items."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        for delimiter in _DELIMITERS:
            header = _header(lines[at], delimiter, task)
            if header is None:
                continue
            rows = list(_rows(lines, at + 1, delimiter, header))
            if rows:
                yield header, rows
                at += len(rows)
                break
        at += 1


def _header(line: str, delimiter: str, task: str | None) -> list[str] | None:
    """The names of the columns; None if the line is no header."""
    is_quoted = line[:1] == line.rstrip()[-1:] == '"'
    if len(line) > _LONGEST_NAME * 8 or not (delimiter in line or is_quoted):
        return None
    names = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    tiers = [tier(name, task) for name in names]
    if any(not _is_name(name) for name in names) or min(tiers, default=BESIDE) >= UNNAMED:
        return None
    if len(names) > 1 and all(found < UNNAMED for found in tiers):  # a list of words
        return None
    return names


def _is_name(text: str) -> bool:
    plain = text.strip().rstrip(".")
    return (
        len(plain) <= _LONGEST_NAME
        and len(plain.split()) <= _MOST_WORDS
        and (plain == "#" or any(map(str.isalpha, plain)))
        and not any(mark in plain for mark in ".?!:")
    )


def _rows(
    lines: Sequence[str], start: int, delimiter: str, header: Sequence[str]
) -> Iterator[list[str]]:
    """The rows from a line on, up to the first line that is none."""
    for index in range(start, len(lines)):
        line = lines[index]
        if not line.strip() or line.startswith(_FENCES) or len(line) > _LONGEST_ROW:
            return
        is_quoted = line.startswith('"') and line.rstrip().endswith('"')
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        if len(cells) > len(header) > 1:  # of the last column, without quotation marks
            before = cells[: len(header) - 1]
            cells = [*before, line.split(delimiter, len(before))[-1].strip()]
        if len(cells) != len(header) or (len(header) == 1 and not is_quoted):
            return
        yield [cell.strip() for cell in cells]
