"""Article ids made from titles."""

from __future__ import annotations

import unicodedata

from bench.text.normalization import normalized

_LONGEST_ID = 80  # characters


def article_id(title: str) -> str:
    """The title as an identifier: its words in lower case, joined by hyphens, cut at a word.

    >>> article_id("Japan’s harbour: “No way back”")
    'japans-harbour-no-way-back'
    """
    plain = normalized("NFC", title).lower().replace("’", "").replace("'", "")
    # Vowel signs and other combining marks are part of a word, though not letters.
    words = "".join(
        c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in plain
    ).split()
    name = words[0][:_LONGEST_ID] if words else ""
    for word in words[1:]:
        if len(name) + 1 + len(word) > _LONGEST_ID:
            break
        name += f"-{word}"
    return name
