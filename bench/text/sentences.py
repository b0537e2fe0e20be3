"""Splitting text into paragraphs and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

_DATELINE = re.compile(
    r"""
    (?=[A-Z(])
    (?:[A-Z]{2}[A-Z.’' ]*(?:,\s[A-Z][\w. ]{0,16})?\s?)?        # PARIS  NEW YORK, N.Y.
    (?:\([\w. ]{2,30}\)\s?)?                                   # (Reuters)
    (?:(?:[A-Z]\w+\s){1,3}(?:News|Wire|Press|Times|Post)\s)?   # NextFin News
    (?:—|–|-{1,2})\s                                           # the dash that ends it
    (?=["“‘A-Z0-9])""",
    re.VERBOSE,
)
_BLANK_LINE = re.compile(r"\n\s*\n")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_DATELINE = 200
_WINDOW = 4096
"""Characters segmented at a time: ``sentencex`` takes quadratic time over unpaired quotes."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text in which a blank line ends one, inner line breaks undone."""
    return [" ".join(part.split()) for part in _BLANK_LINE.split(text) if part.strip()]


def sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a text, in order; no sentence runs over a paragraph's end.

    Splits with ``sentencex``, whose rules need no data and rather join two sentences than cut one.
    Time grows linearly with the length of the text, whatever it consists of.
    """
    return [
        sentence.strip()
        for paragraph in paragraphs(text)
        for sentence in _segments(paragraph, language)
        if sentence.strip()
    ]


def without_dateline(text: str) -> str:
    """The text without a news agency's opening ("LONDON (Reuters) - ", "NextFin News - ")."""
    match = _DATELINE.match(text[:_LONGEST_DATELINE])
    return text[match.end() :] if match else text


def _segments(paragraph: str, language: str) -> Iterator[str]:
    """The sentences of a paragraph, which together are the paragraph."""
    encodable = _SURROGATE.sub("\ufffd", paragraph)
    start = at = 0  # of the current sentence, of the current window
    while at < len(paragraph):
        window = sentencex.segment(language, encodable[at : at + _WINDOW])
        is_last = at + _WINDOW >= len(paragraph)
        # The last sentence of a window may go on behind it, so the next window begins with it;
        # one that fills a whole window goes on as it is.
        complete = window if is_last or len(window) == 1 else window[:-1]
        for sentence in complete:
            at += len(sentence)
            if is_last or len(window) > 1:
                yield paragraph[start:at]
                start = at
    if start < at:
        yield paragraph[start:at]
