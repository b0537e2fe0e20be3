"""Remarks on scores that are only shown, for every place that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def only_shown(scores: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each score that must not decide anything by itself, once.

    Args:
        scores: the name of each score, and why it is only shown; "" if it may decide.
    """
    for score, why in dict.fromkeys(scores):
        if why:
            yield f"{score} is only shown: {why}"
