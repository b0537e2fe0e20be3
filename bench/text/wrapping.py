"""Removes emphasis, quotation marks and list marks around an item."""

from __future__ import annotations

import re

HASHES = r"\#{1,6}\s+"
BULLET = r"(?:(?:[-–—+*](?=\s)|[•·‣◦▪●・]|(?i:q|question)\s?[:：]|\[[ xX✓✔]\](?=\s))\s*)"
COLONS = (":", "：")
_BOLD = ("**", "__")
_PAIRS = (
    *((mark, mark) for mark in (*_BOLD, "*", "_", "`", '"', "'")),
    *(("“", "”"), ("‘", "’"), ("«", "»"), ("「", "」"), ("『", "』")),
)
_LEADING = re.compile(rf"(?:\s+|{HASHES}|{BULLET})*")


def bare(item: str) -> str:
    """Remove leading marks, emphasis, quotation marks and a final colon from an item."""
    before, left = None, " ".join(item.split())
    while left != before:  # each pair is removed at most once: linear time
        before = left
        left = unwrapped(_LEADING.sub("", left, count=1)).rstrip(" :：")
    return left


def unwrapped(text: str) -> str:
    """Remove marks around the whole text, and an unclosed bold mark at one end."""
    for opening, closing in _PAIRS:
        inner = text[len(opening) : -len(closing)]
        if text == opening + inner + closing and opening not in inner and closing not in inner:
            text = inner.strip()
    for mark in _BOLD:
        if text.count(mark) == 1:
            text = text.removeprefix(mark).removesuffix(mark)
    return text


def ends_with_colon(line: str) -> bool:
    """Whether a line ends with a colon, and so introduces the next."""
    return unwrapped(line.strip()).endswith(COLONS)
