"""The article that a page describes in JSON-LD, in the vocabulary of schema.org."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.ingest.layout.blocks import tidy
from bench.ingest.layout.prose import bare_question, is_question

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_UNPRINTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PARAGRAPH_END = re.compile(r"[\r\n\u2028\u2029]+|</?(?:p|br|div|li|h[1-6])\b[^<>]*>")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[T ][\d:.,]+ ?(?:Z|[+-]\d\d:?\d\d)?)?)?)?")
_OTHER_ARTICLES = frozenset({"BlogPosting", "LiveBlogPosting", "Report"})
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
_VOCABULARY = re.compile(r"^(?:schema:|https?://schema\.org/)")
_DEEPEST_VALUE = 40  # levels of lists and objects
_DEEPEST = 5  # nodes within nodes; what lies deeper is about something else


@dataclass(frozen=True)
class ArticleData:
    """The first article and the questions of a page; fields are empty if not declared.

    Attributes:
        headline: the title.
        paragraphs: those of ``articleBody``.
        language: ``inLanguage``, as written.
        addresses: the URLs of the article, the best one first; not validated.
        publisher: a name.
        published: ``datePublished``, if it is a date.
        authors: their names.
        questions: those of a ``FAQPage``, else all but those of a ``QAPage``.
        unmarked: the number of such questions without a question mark, which are not used.
        is_free: whether the text is readable without payment (``isAccessibleForFree``).
    """

    headline: str = ""
    paragraphs: tuple[str, ...] = ()
    language: str = ""
    addresses: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    authors: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    unmarked: int = 0
    is_free: bool = True


def article_data(documents: Sequence[object]) -> ArticleData:
    """The article described by the parsed scripts of a page."""
    nodes = [node for document in documents for node in _nodes(_compact(document))]
    articles = [node for node in nodes if any(map(_is_article, _types(node)))]
    with_body = [node for node in articles if _text(node.get("articleBody"))]
    node = next(iter(with_body or articles), {})
    asked = _questions(nodes)
    published = _DATE.fullmatch(_text(node.get("datePublished")))
    return ArticleData(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        paragraphs=_paragraphs(node.get("articleBody")),
        language=next(iter(_names(node.get("inLanguage"), "alternateName", "name")), ""),
        addresses=_names([node.get("url"), node.get("mainEntityOfPage")], "@id", "url"),
        publisher=next(iter(_names(node.get("publisher"), "name")), ""),
        published=published[0] if published else "",
        authors=_names(node.get("author"), "name"),
        questions=tuple(text for text in asked if is_question(text)),
        unmarked=sum(not is_question(text) for text in asked),
        is_free=not any(_is_paid(node) for node in [*articles, *_parts(articles)]),
    )


def _is_paid(node: dict[str, Any]) -> bool:
    return str(node.get("isAccessibleForFree")).rpartition("/")[2].casefold() == "false"


def _parts(articles: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (part for node in articles for part in _nodes(node.get("hasPart")))


def _compact(value: object, depth: int = 0) -> object:
    """The value without the vocabulary in its keys, and with ``@value`` objects as strings."""
    if depth > _DEEPEST_VALUE:
        return None
    if isinstance(value, list):
        return [_compact(part, depth + 1) for part in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    return {_VOCABULARY.sub("", key): _compact(part, depth + 1) for key, part in value.items()}


def _nodes(document: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects of a document that describe the page, outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(document, dict):
        yield document
        for key in _INNER:
            yield from _nodes(document.get(key), depth + 1)
    elif isinstance(document, list):
        for part in document:
            yield from _nodes(part, depth + 1)


def _types(node: dict[str, Any]) -> list[str]:
    """The types without their vocabulary: ``https://schema.org/NewsArticle`` is NewsArticle."""
    return [re.split("[/#:]", name)[-1] for name in _names(node.get("@type"))]


def _is_article(kind: str) -> bool:
    return kind.endswith("Article") or kind in _OTHER_ARTICLES


def _questions(nodes: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The names of the questions that readers are shown, with or without a question mark."""
    pages = [node for node in nodes if "FAQPage" in _types(node)]
    asked = [node for page in pages for node in _asked(page)]
    if not any(map(_name, asked)):
        # A forum page has one question, which is its subject.
        forum = [id(node) for page in nodes if "QAPage" in _types(page) for node in _asked(page)]
        asked = [n for n in nodes if "Question" in _types(n) and id(n) not in forum]
    return tuple(dict.fromkeys(bare_question(text) for node in asked if (text := _name(node))))


def _asked(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    parts = [page.get(key) for key in ("mainEntity", "hasPart", "itemListElement")]
    nodes = [node for part in parts for node in _nodes(part)]
    inner = [n for node in nodes for n in _nodes(node.get("itemListElement"))]
    return (node for node in (*nodes, *inner) if "Question" in _types(node))


def _name(question: dict[str, Any]) -> str:
    names = (*_names(question.get("name")), *_names(question.get("text")))
    return next(iter(names), "")


def _names(value: object, *keys: str) -> tuple[str, ...]:
    """The strings in a value that is a string, an object that holds one, or a list of these."""
    found: list[str] = []
    for part in value if isinstance(value, list) else [value]:
        held = [part.get(key) for key in keys] if isinstance(part, dict) else [part]
        found.append(next((name for name in map(_text, held) if name), ""))
    return tuple(dict.fromkeys(name for name in found if name))


def _paragraphs(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        return ()
    parts = _PARAGRAPH_END.split(html.unescape(value))
    return tuple(text for part in parts if (text := _text(part)))


def _text(value: object) -> str:
    """A string as one line of plain text; empty for anything else."""
    if not isinstance(value, str):
        return ""
    # Some sites write entities here, though JSON has none, and tags, though a property is text.
    plain = _TAG.sub("", html.unescape(value))
    shown = tidy(_UNPRINTED.sub("", plain))
    return shown if any(character.isalnum() for character in shown) else ""
