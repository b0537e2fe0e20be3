"""Shortens very long predictions for display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 5_000
"""The maximum number of characters of an item that are shown."""


@dataclass(frozen=True)
class Excerpt:
    """The items that are shown.

    Attributes:
        items: the first items, each no longer than ``LONGEST``.
        note: what is not shown; "" if everything is.
    """

    items: tuple[str, ...]
    note: str = ""


def excerpt(items: Sequence[str], most: int) -> Excerpt:
    """The beginning of each of the first ``most`` items, which are those that were scored."""
    kept = items[:most]
    shown = tuple(
        item if len(item) <= LONGEST else f"{item[:LONGEST]}… ({len(item):,} characters)"
        for item in kept
    )
    notes = []
    if len(items) > most:
        notes.append(f"{len(items):,} items, of which only the first {most:,} are scored and shown")
    if long := sum(len(item) > LONGEST for item in kept):
        noun = "item is" if long == 1 else "items are"
        notes.append(f"{long:,} {noun} longer than the {LONGEST:,} characters shown")
    return Excerpt(shown, "; ".join(notes))
