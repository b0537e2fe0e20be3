"""Word lists written as running text."""

from __future__ import annotations


def word_set(listed: str) -> frozenset[str]:
    """The words of a text, divided by white space."""
    return frozenset(listed.split())


def word_list(listed: str) -> tuple[str, ...]:
    """The words of a text in order, repeated ones too."""
    return tuple(listed.split())
