"""Selects answers from an article for question generation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from bench.article import Article


@dataclass(frozen=True)
class Candidate:
    """An answer with its context.

    Attributes:
        before: the paragraph before it.
        answer: the answer.
        after: the rest of the paragraph.
    """

    before: str
    answer: str
    after: str


def candidates(article: Article, count: int) -> list[Candidate]:
    """The key phrases of an article as answers, in order of their positions.

    Key phrases are found with YAKE (Campos et al. 2020), which needs no data, at their first
    occurrence. Returns fewer than ``count`` if the article has no more.
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
