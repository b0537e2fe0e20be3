"""Selects answers from an article for question generation."""

from __future__ import annotations

from dataclasses import dataclass

from bench.article import Article
from bench.text.keyphrases import key_phrases


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

    A phrase is taken where it stands first. Fewer than ``count`` if the article has no more.
    """
    spans = key_phrases(article.text, count, article.language)
    return [_in_paragraph(article.text, start, end) for start, end in sorted(spans)]


def _in_paragraph(text: str, start: int, end: int) -> Candidate:
    first = text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0
    last = text.find("\n\n", end)
    return Candidate(text[first:start], text[start:end], text[end : last if last >= 0 else None])
