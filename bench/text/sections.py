"""Selects the section of the wanted items where an output has several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.text.asking import asks
from bench.text.literals.naming import BESIDE, tier

_NAME = re.compile(
    r"\s*(?:\#{1,6}\s+)?(?:\d[.)]\s+)?[*_\[]{0,3}(?P<name>[^\W\d_][^\n:：*_#?.!,;\[\]]{0,40}?)[*_\]]{0,3}"
    r"\s?(?P<colon>[:：]?)[*_]{0,2}\s*\Z"
)
_MOST_WORDS = 4
_WANTED = {"questions": (1,), "summary": (1, 2)}
_OTHER = {"questions": (2, 3), "summary": (3,)}


def lines_of_task(lines: Sequence[str], task: str | None) -> list[str]:
    """The lines in the sections of a task; all of them unless there are others, too.

    Answers in a section below the questions are never among them.
    """
    tiers = [_tier_of_heading(line, task) for line in lines]
    known = {found for found in tiers if found}
    wanted, other = _WANTED.get(task or "", ()), _OTHER.get(task or "", ())
    if known.isdisjoint({*other, BESIDE}):
        return list(lines)
    has_wanted = not known.isdisjoint(wanted)
    kept: list[str] = []
    is_wanted = not has_wanted
    for line, found in zip(lines, tiers, strict=True):
        if has_wanted and found in {*wanted, *other, BESIDE}:
            is_wanted = found in wanted
        elif not has_wanted and found == BESIDE:
            is_wanted = is_wanted and not any(map(asks, kept))
        elif is_wanted:
            kept.append(line)
    return kept


def _tier_of_heading(line: str, task: str | None) -> int | None:
    """The tier of the name that a line consists of; None for other lines."""
    if len(line) > 80 or not (match := _NAME.match(line)):
        return None
    has_mark = match["colon"] or line.lstrip()[:1] in {"#", "*", "_", "["}
    if not has_mark or len(match["name"].split()) > _MOST_WORDS:
        return None
    return tier(match["name"], task)
