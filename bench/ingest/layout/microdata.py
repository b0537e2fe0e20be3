"""The questions that a page marks up in place: microdata and RDFa of schema.org."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.ingest.layout.blocks import tidy
from bench.ingest.layout.prose import bare_question, is_question

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_TYPE = ("itemtype", "typeof")
_QUESTION = re.compile(r"(?:^|[/:#\s])Question\s*$")
_NAMES = re.compile(r"(?:^|[\s:])name\s*$")


def marked_questions(soup: BeautifulSoup) -> tuple[str, ...]:
    """The names of the elements of the type ``Question``, in order."""
    found = [_name(tag) for tag in soup.find_all(is_marked_question)]
    return tuple(dict.fromkeys(text for text in map(bare_question, found) if is_question(text)))


def is_marked_question(tag: Tag) -> bool:
    """Whether an element is of the type ``Question``."""
    return any(_QUESTION.search(_attribute(tag, key)) for key in _TYPE)


def _name(question: Tag) -> str:
    tag = question.find(_is_name)
    return tidy(_attribute(tag, "content") or tag.get_text(" ")) if tag else ""


def _is_name(tag: Tag) -> bool:
    return any(_NAMES.search(_attribute(tag, key)) for key in ("itemprop", "property"))


def _attribute(tag: Tag, key: str) -> str:
    value = tag.attrs.get(key) if tag.attrs else None
    return " ".join(value) if isinstance(value, list) else str(value or "")
