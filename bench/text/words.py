"""The words of a text in any script, and texts that are the same."""

from __future__ import annotations

import hashlib
import re

from bench.text.normalization import normalized
from bench.text.tokens import tokenizer_named

FEWEST_WORDS = 30
"""Minimum number of words of texts that count as the same; shorter ones may be so by chance."""

_WORD = re.compile(r"\w+")
_MAYBE_UNSPACED = re.compile("[\u0e00-\u1fff\u2e80-\U0010ffff]")
_BEGINNING = 40  # parts between spaces, which usually have the words


def words_of(text: str) -> list[str]:
    """The lower-cased words; in scripts without spaces the characters."""
    if _MAYBE_UNSPACED.search(text):
        return tokenizer_named("unicode").plain([text])[0].split()
    return _WORD.findall(text.lower())


def label_of_text(text: str) -> str | None:
    """A label that only the same text has, up to white space and case; None if it is short."""
    parts = text.split()
    beginning = " ".join(parts[:_BEGINNING])
    if len(words_of(beginning)) < FEWEST_WORDS and len(words_of(text)) < FEWEST_WORDS:
        return None
    same = normalized("NFC", " ".join(parts).casefold())
    return f"text:{hashlib.blake2b(same.encode(), digest_size=16).hexdigest()}"
