"""The sentences of an article that a model may extract."""

from __future__ import annotations

import re

from bench.article import Article
from bench.text.sentences import sentences

_LONGEST_DATELINE = 200  # characters: the pattern takes quadratic time over long capitals
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


def article_sentences(article: Article) -> list[str]:
    """The sentences of an article, in order, without a news agency's dateline."""
    return sentences(without_dateline(article.text), article.language)


def without_dateline(text: str) -> str:
    """The text without a news agency's opening ("LONDON (Reuters) - ", "NextFin News - ")."""
    match = _DATELINE.match(text[:_LONGEST_DATELINE])
    return text[match.end() :] if match else text
