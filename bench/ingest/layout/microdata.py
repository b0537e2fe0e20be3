"""The questions that a page marks up in place: microdata and RDFa of schema.org."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.ingest.layout.blocks import tidy
from bench.ingest.layout.prose import bare_question, is_question

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_QUESTION = re.compile(r"(?:^|[/:#\s])Question\s*$")
_NAMES = re.compile(r"(?:^|[\s:])name\s*$")


def marked_questions(soup: BeautifulSoup) -> tuple[str, ...]:
    """The names of the elements of the type ``Question``, in order."""
    found = [_name(tag) for tag in soup.find_all(attrs={"itemtype": _QUESTION})]
    found += [_name(tag) for tag in soup.find_all(attrs={"typeof": _QUESTION})]
    return tuple(dict.fromkeys(text for text in map(bare_question, found) if is_question(text)))


def _name(question: Tag) -> str:
    for key in ("itemprop", "property"):
        tag = question.find(attrs={key: _NAMES})
        if tag is not None:
            return tidy(str(tag.get("content") or "") or tag.get_text(" "))
    return ""
