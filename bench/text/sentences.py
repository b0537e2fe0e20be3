"""Splitting text into paragraphs and sentences."""

from __future__ import annotations

import re

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
        for sentence in sentencex.segment(language, paragraph)
        if sentence.strip()
    ]


def without_dateline(text: str) -> str:
    """The text without a news agency's opening ("LONDON (Reuters) - ", "NextFin News - ")."""
    match = _DATELINE.match(text)
    return text[match.end() :] if match else text
