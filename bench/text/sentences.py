"""Splitting text into paragraphs and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

_PIECE = 6_000  # characters; hardly a paragraph is longer
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


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text in which a blank line ends one, inner line breaks undone."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a text, in order; no sentence runs over a paragraph's end.

    Splits with ``sentencex``, whose rules need no data and rather join two sentences than cut one.
    """
    return [
        sentence.strip()
        for paragraph in paragraphs(text)
        for sentence in _segments(language, paragraph)
        if sentence.strip()
    ]


def _segments(language: str, paragraph: str) -> Iterator[str]:
    """What ``sentencex`` makes of a paragraph, of a very long one piece by piece.

    It looks for the other end of each quotation mark and bracket to the paragraph's end, which
    takes time quadratic in the length. A piece begins where a sentence does.
    """
    start = 0
    while len(paragraph) - start > _PIECE:
        piece = paragraph[start : start + _PIECE]
        # The last one may go on behind the piece; if it is the only one, it is cut at a word.
        whole = sentencex.segment(language, piece)[:-1] or [piece[: piece.rfind(" ") + 1 or None]]
        yield from whole
        start += sum(map(len, whole))
    yield from sentencex.segment(language, paragraph[start:])


def without_dateline(text: str) -> str:
    """The text without a news agency's opening ("LONDON (Reuters) - ", "NextFin News - ")."""
    match = _DATELINE.match(text)
    return text[match.end() :] if match else text
