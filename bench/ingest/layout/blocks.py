"""The blocks of a page: paragraphs, headings and list items, in reading order.

``sections`` determines the role of a block (title, bullet, question, body, furniture).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Scope = Literal["page", "main", "article", "aside"]


@dataclass(frozen=True)
class PageBlock:
    """One paragraph, heading or list item.

    Attributes:
        text: its text without the bullet, with white space normalised to single spaces.
        line: the line of the file it begins on, 0 if unknown (HTML).
        level: 1 to 6 for a heading in the markup, else 0.
        mark: the bullet or number in front of it, as written; empty for none.
        item: whether it is a list item, by its mark or by the markup.
        continues: whether only a line break (``<br>``) separates it from the previous block.
        link: whether all of it is a link.
        path: the numbers of the enclosing boxes, outermost first.
        scope: the enclosing element: the one that holds the article, an
            ``<aside>``, or none (and so for all of a plain-text page).
    """

    text: str
    line: int = 0
    level: int = 0
    mark: str = ""
    item: bool = False
    continues: bool = False
    link: bool = False
    path: tuple[int, ...] = ()
    scope: Scope = "page"

    @property
    def verbatim(self) -> str:
        """The text with its mark, as it stands on the page."""
        return f"{self.mark} {self.text}" if self.mark else self.text


@dataclass(frozen=True)
class Region:
    """A list on a page: blocks ``start`` to ``stop``, with its heading and any answers."""

    start: int
    stop: int
    items: tuple[str, ...]


# Zero-width spaces, soft hyphens, byte order marks, and the marks of writing direction. Not the
# joiners U+200C and U+200D inside a word: Persian, Hindi and emoji are spelled with them.
INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    "|(?<!\\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\\S)"
)
# A dash, a star or a number is a mark only before a space; a real bullet needs none.
_BULLET = r"[•▪‣●◦·・∙⁃⦁○■□◆◇➤►→✓✔\uf0b7]"  # the last one is what copies from Word have
_NUMBER = r"\d{1,2}[.)]|\(\d{1,2}\)"
_MARK = re.compile(rf"(?:{_BULLET}\s*|(?:[-–—*+]|{_NUMBER})\s+)(?=\S)")
_MARK_ALONE = re.compile(rf"{_BULLET}|{_NUMBER}")


def tidy(text: str) -> str:
    """The text with single spaces and without invisible characters."""
    return " ".join(INVISIBLE.sub("", text).split())


def split_mark(text: str) -> tuple[str, str]:
    """The bullet or number a line begins with, and the rest of it.

    >>> split_mark("(2) Will it last?")
    ('(2)', 'Will it last?')
    """
    match = _MARK.match(text)
    return (match[0].strip(), text[match.end() :]) if match else ("", text)


def is_mark(text: str) -> bool:
    """Whether a line is a bullet or a number and nothing else."""
    return bool(_MARK_ALONE.fullmatch(text))
