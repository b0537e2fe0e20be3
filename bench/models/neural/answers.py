"""Answers that a question could ask for, chosen from an article."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from bench.article import Article


@dataclass(frozen=True)
class Candidate:
    """An answer where it stands.

    Attributes:
        before: its paragraph up to it.
        answer: the answer.
        after: the rest of the paragraph.
    """

    before: str
    answer: str
    after: str


def candidates(article: Article, count: int) -> list[Candidate]:
    """The article's key phrases as answers, in the order in which they stand in it.

    Key phrases are YAKE's (Campos et al. 2020), which needs no data; a phrase is taken where it
    stands first. Fewer than ``count`` if the article has no more.
    """
    found: list[tuple[int, int]] = []
    for phrase, _ in _extractor(article.language, 3 * count).extract_keywords(article.text):
        offset = article.text.lower().find(phrase.lower())
        overlaps = any(offset < end and start < offset + len(phrase) for start, end in found)
        if offset >= 0 and not overlaps:
            found.append((offset, offset + len(phrase)))
        if len(found) == count:
            break
    return [_in_paragraph(article.text, start, end) for start, end in sorted(found)]


def _in_paragraph(text: str, start: int, end: int) -> Candidate:
    first = text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0
    last = text.find("\n\n", end)
    return Candidate(text[first:start], text[start:end], text[end : last if last >= 0 else None])


@cache
def _extractor(language: str, top: int) -> Any:
    from yake import KeywordExtractor

    return KeywordExtractor(lan=language, n=3, dedupLim=0.5, top=top)
