"""Labelled outputs of language models: raw text and the items that a reader would take from it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from tests.text.raw_outputs import dialogue, files, lines, literals, marks, thinking, turns
from tests.text.raw_outputs.base import RawOutput


def raw_outputs() -> list[RawOutput]:
    """All labelled outputs, in the same order every time."""
    makers = (thinking, literals, files, lines, marks, dialogue, turns)
    found: Iterator[RawOutput] = chain.from_iterable(maker.outputs() for maker in makers)
    return list(found)
