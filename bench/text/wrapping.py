"""Removes emphasis, quotation marks and list marks around an item."""

from __future__ import annotations

import re

from bench.text import labels

HASHES = r"\#{1,6}\s+"
_SYMBOL = (
    "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u25ff\u2600-\u2757\u275f-\u2775\u2794-\u27bf\u2900-\u297f"
    "\u29be\u29bf\u29eb\u2b00-\u2bff\U0001f300-\U0001faff]"
)
"""Arrows, shapes, dingbats and emoji, which are marks before white space."""
_VARIANT = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]{0,2}"
_LABEL_WORDS = labels.alternatives(labels.QUESTION + labels.BULLET)
_ORDINALS = labels.alternatives(labels.ORDINALS)
LABEL = rf"(?i:(?:[^\W\d_][\w-]{{0,14}}\s)?(?:{_LABEL_WORDS})|q\.?)"
"""Pattern of a word that labels items, with a word before it: ``Reader question``."""
BULLET = rf"""(?:(?:[-–—+*~>»·∙⁃‐‑‒−]+(?=\s)|[•·‣◦▪●・]|\\[-*+](?=\s)|\\item(?=\s)|[=-]>(?=\s)
    |\#?\.(?=\s)
    |(?:{_SYMBOL}{_VARIANT}(?:\u200d{_SYMBOL}{_VARIANT}){{0,4}}|[\U0001f1e6-\U0001f1ff]{{2}})(?=\s)
    |:[a-z][a-z0-9_+-]{{1,30}}:(?=\s)
    |(?i:(?:(?:{_ORDINALS})\s)?(?:q|{_LABEL_WORDS})\s?[:：]|q\.(?=\s))
    |\[[ xX✓✔]\](?=\s))\s*)""".replace("\n    ", "")
COLONS = (":", "：")
_BOLD = ("**", "__")
_PAIRS = (
    *((mark, mark) for mark in (*_BOLD, "*", "_", "`", '"', "'")),
    *(("“", "”"), ("‘", "’"), ("«", "»"), ("「", "」"), ("『", "』")),
)
_BOLD_LABEL = rf"(?:\*\*|__)(?:q|{_LABEL_WORDS})(?:\s?[:：](?:\*\*|__)|(?:\*\*|__)\s?[:：])"
_LINK = re.compile(r"\[([^\[\]]{1,1000})\]\([^\s()]{1,500}\)")
_LEADING = re.compile(rf"(?:\s+|{HASHES}|{BULLET}|(?i:{_BOLD_LABEL}))*")


def bare(item: str) -> str:
    """Remove leading marks, emphasis, quotation marks and a final colon from an item."""
    before, left = None, " ".join(item.split())
    while left != before:  # each pair is removed at most once: linear time
        before = left
        left = unwrapped(_LEADING.sub("", left, count=1)).rstrip(" :：")
        if link := _LINK.fullmatch(left):
            left = link[1]
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
