"""Splits text into paragraphs and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

_BLANK_LINE = re.compile(r"\n\s*\n")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WINDOW = 4096
"""Characters segmented at a time: ``sentencex`` takes quadratic time on unpaired quotes."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, separated by blank lines, with inner line breaks removed."""
    return [" ".join(part.split()) for part in _BLANK_LINE.split(text) if part.strip()]


def sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a text, in order; a paragraph ends a sentence.

    Uses ``sentencex``, whose rules need no data and prefer joining two sentences to splitting one.
    Takes linear time for any text.
    """
    return [
        sentence.strip()
        for paragraph in paragraphs(text)
        for sentence in _segments(paragraph, language)
        if sentence.strip()
    ]


def _segments(paragraph: str, language: str) -> Iterator[str]:
    """Split a paragraph into sentences without losing a character."""
    encodable = _SURROGATE.sub("\ufffd", paragraph)
    start = at = 0  # of the current sentence, of the current window
    while at < len(paragraph):
        window = sentencex.segment(language, encodable[at : at + _WINDOW])
        is_last = at + _WINDOW >= len(paragraph)
        # The last sentence of a window may continue after it, so the next window starts with it;
        # one that fills a whole window is kept as it is.
        complete = window if is_last or len(window) == 1 else window[:-1]
        for sentence in complete:
            at += len(sentence)
            if is_last or len(window) > 1:
                yield paragraph[start:at]
                start = at
    if start < at:
        yield paragraph[start:at]
