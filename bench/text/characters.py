"""Texts in which every character is whole."""

from __future__ import annotations


def whole_characters(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which no file can hold; pairs are joined."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
