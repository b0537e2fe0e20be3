"""Replaces lone surrogates in text."""

from __future__ import annotations


def whole_characters(text: str) -> str:
    """Replace lone surrogates, which no file can hold, by U+FFFD, and join surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
