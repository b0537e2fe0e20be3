"""List marks: bullets and numbers at the start of lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bench.text.wrapping import BULLET, HASHES, ends_with_colon

_HEADING = re.compile(rf"\s*{HASHES}")
_WORD = re.compile(r"[^\W_]")
_BESIDE_ITEM = re.compile(
    r"\s*[*_]{0,2}(?:answer|a|explanation|rationale|reason(?:ing)?|justification)[*_]{0,2}\s?[:：]",
    re.IGNORECASE,
)
_STOPS = (".", "?", "!", "…", "。", "？", "！")
_AFTER_STOPS = " \t\"'”’»」』)]*_`"
BULLETS = re.compile(rf"\s*{BULLET}+")
NUMBER = re.compile(
    rf"""\s*+(?:{BULLET}|{HASHES})*+
    (?P<bold>\*\*|__)?
    [(（\[]?
    (?:(?i:question|bullet(?:\spoint)?|point|item|q)\s?\#?)?
    (?P<number>\d{{1,3}})
    (?:(?(bold)(?:\*\*|__)?)\s?[.):：．。、）\]]+(?!\d) | \s+[-–—](?=\s))
    (?(bold)(?:\*\*|__)?)
    \s*+""",
    re.VERBOSE,
)


def worded(items: Iterable[str]) -> list[str]:
    """The items with a letter or digit."""
    return [item for item in items if _WORD.search(item)]


def mark_ends(lines: Sequence[str]) -> list[int | None]:
    """The end of the list mark of each line; None without one.

    Numbers are marks only if they are consecutive, since a sentence may start with a number.
    """
    numbers = [_numbers(line) for line in lines]
    depth = 0
    deeper = [found for found in numbers if found]
    while _count({found[depth][0] for found in deeper}):
        depth += 1
        deeper = [found for found in deeper if len(found) > depth]
    ends: list[int | None] = []
    for line, found in zip(lines, numbers, strict=True):
        bullets = BULLETS.match(line)
        if found[:depth]:
            ends.append(found[:depth][-1][1])
        else:
            ends.append(bullets.end() if bullets else None)
    return ends


def marked(lines: Sequence[str], ends: Sequence[int | None]) -> list[str]:
    """The items of lines, some of which have list marks."""
    items: list[list[str]] = []
    continues = False
    for line, end in zip(lines, ends, strict=True):
        if end is not None:
            items.append([line[end:]])
            continues = True
        elif not _WORD.search(line) or _HEADING.match(line):
            continues = continues and not worded(items[-1])  # a mark on its own line
            if continues:
                items[-1] = [""]
        elif _BESIDE_ITEM.match(line):
            continues = False
        elif continues and (line[0].isspace() or not _ended(items[-1][-1])):
            items[-1].append(line)
        else:
            continues = False
    return [*_before_second(lines, ends), *(" ".join(parts) for parts in items)]


def unmarked(lines: Sequence[str]) -> list[str]:
    """The items of lines without list marks."""
    items = [line for line in lines if not _HEADING.match(line)] or list(lines)
    return items[1:] if len(items) > 1 and ends_with_colon(items[0]) else items


def _numbers(line: str) -> list[tuple[int, int]]:
    """The consecutive numbers at the start of a line, and the end of each mark."""
    found: list[tuple[int, int]] = []
    while match := NUMBER.match(line, found[-1][1] if found else 0):
        found.append((int(match["number"]), match.end()))
    return found


def _count(numbers: set[int]) -> bool:
    return 1 in numbers or any(number + 1 in numbers for number in numbers)


def _before_second(lines: Sequence[str], ends: Sequence[int | None]) -> list[str]:
    """The first item of a list that starts with 2 because the prompt ended with 1."""
    start = next(index for index, end in enumerate(ends) if end is not None)
    number = NUMBER.match(lines[start])
    before = [line for line in worded(lines[:start]) if not _HEADING.match(line)][-1:]
    is_item = number and int(number["number"]) == 2
    return before if is_item and not any(map(ends_with_colon, before)) else []


def _ended(line: str) -> bool:
    return line.rstrip(_AFTER_STOPS).endswith(_STOPS)
