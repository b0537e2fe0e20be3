"""Marks in the raw text of a model what the parser took as items; the rest was dropped."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bench.text.reasoning import without_reasoning

LONGEST_RAW = 20_000
"""The maximum number of characters of a raw text that are compared with the items and shown."""

_REMOVED = "\x00"  # stands for reasoning; no shown text needs it
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)")
_MOST_TRIES = 100  # occurrences of an item that are looked at
_MARKS_BEFORE = re.compile(r"(?:^|\n)[^\w\n]*(?:\w{1,9}[.):：][^\w\n]*)?$")
_REST_OF_LINE = re.compile(r"[^\w\n]*(?:\n|$)")


@dataclass(frozen=True)
class Segment:
    """A part of a raw text.

    Attributes:
        text: the characters.
        item: the index of the item that they became; None if the parser dropped them.
    """

    text: str
    item: int | None


@dataclass(frozen=True)
class RawText:
    """The raw text of a model for an article.

    Attributes:
        text: the whole text.
        segments: its first ``LONGEST_RAW`` characters, in order and without gaps.
        unplaced: the indices of the items that are not in these characters in the same words.
    """

    text: str
    segments: tuple[Segment, ...]
    unplaced: tuple[int, ...] = ()

    @property
    def note(self) -> str:
        """What is not shown, and what is not marked; "" without either."""
        notes = []
        if len(self.text) > LONGEST_RAW:
            notes.append(f"the first {LONGEST_RAW:,} of {len(self.text):,} characters are shown")
        if self.unplaced:
            numbers = ", ".join(str(index + 1) for index in self.unplaced[:10])
            more = ", …" if len(self.unplaced) > 10 else ""
            noun = "item" if len(self.unplaced) == 1 else "items"
            notes.append(f"not found there in the same words: {noun} {numbers}{more}")
        return "; ".join(notes)


def raw_text(raw: str, items: Sequence[str]) -> RawText:
    """Find the items in the text that they were parsed from.

    Only letters and digits are compared, because the parser removes marks and changes white space.
    An item is looked for behind the one before it, first as a whole line, then as whole words.

    Args:
        raw: the text of the model.
        items: what the parser made of it.
    """
    shown = raw[:LONGEST_RAW]
    views = [_View.of(shown, decoded=False)]
    if "\\" in shown:
        views.append(_View.of(shown, decoded=True))
    found: list[tuple[int, int, int]] = []
    unplaced = []
    cursor, taken = 0, bytearray(len(shown))
    for index, item in enumerate(items):
        span = next(filter(None, (view.find(item, cursor, taken) for view in views)), None)
        if span is None:
            unplaced.append(index)
            continue
        start, cursor = span
        taken[start:cursor] = b"\1" * (cursor - start)
        found.append((start, cursor, index))
    return RawText(raw, tuple(_segments(shown, sorted(found))), tuple(unplaced))


def _segments(text: str, found: Sequence[tuple[int, int, int]]) -> Iterator[Segment]:
    reached = 0
    for start, end, item in found:
        if reached < start:
            yield Segment(text[reached:start], None)
        yield Segment(text[start:end], item)
        reached = end
    if reached < len(text):
        yield Segment(text[reached:], None)


@dataclass(frozen=True)
class _View:
    """The letters and digits of a text that are not reasoning, with their indices in the text."""

    text: str
    letters: str
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str, *, decoded: bool) -> _View:
        """The view of a text; ``decoded`` reads escapes as JSON does."""
        letters, starts, ends = [], [], []
        for begin, stop in _outside_reasoning(text):
            for character, start, end in _characters(text, begin, stop, decoded=decoded):
                if character.isalnum():
                    letters.append(character)
                    starts.append(start)
                    ends.append(end)
        return cls(text, "".join(letters), starts, ends)

    def find(self, item: str, cursor: int, taken: bytearray) -> tuple[int, int] | None:
        """Where the item is in the text, where nothing is taken; None if nowhere.

        Args:
            item: the item.
            cursor: the end of the item before it, behind which it is looked for first.
            taken: for each character of the text, whether it belongs to another item.
        """
        wanted = "".join(filter(str.isalnum, item))
        if not wanted:
            return None
        for first in (bisect_left(self.starts, cursor), 0):
            spans = [
                (start, end)
                for start, end in islice(self._occurrences(wanted, first), _MOST_TRIES)
                if not any(taken[start:end])
            ]
            for fits in (self._is_line, self._is_words, lambda _: True):
                span = next(filter(fits, spans), None)
                if span:
                    return self._with_punctuation(span, item, taken)
        return None

    def _occurrences(self, wanted: str, first: int) -> Iterator[tuple[int, int]]:
        at = self.letters.find(wanted, first)
        while at >= 0:
            yield self.starts[at], self.ends[at + len(wanted) - 1]
            at = self.letters.find(wanted, at + 1)

    def _is_line(self, span: tuple[int, int]) -> bool:
        start, end = span
        before = self.text[max(self.text.rfind("\n", 0, start), start - 80, 0) : start]
        return bool(_MARKS_BEFORE.search(before) and _REST_OF_LINE.match(self.text, end))

    def _is_words(self, span: tuple[int, int]) -> bool:
        start, end = span
        return not self.text[start - 1 : start].isalnum() and not self.text[end : end + 1].isalnum()

    def _with_punctuation(
        self, span: tuple[int, int], item: str, taken: bytearray
    ) -> tuple[int, int]:
        """The span with the characters around the letters that are part of the item."""
        start, end = span
        before = re.match(r"[\W_]*", item)
        after = re.search(r"[\W_]*$", item)
        for character in reversed(before.group() if before else ""):
            if start == 0 or self.text[start - 1] != character or taken[start - 1]:
                break
            start -= 1
        for character in after.group() if after else "":
            escape = self.text[end : end + 1] == "\\" != character
            stop = end + 1 + escape
            if self.text[stop - 1 : stop] != character or taken[stop - 1]:
                break
            end = stop
        return start, end


def _characters(
    text: str, begin: int, stop: int, *, decoded: bool
) -> Iterator[tuple[str, int, int]]:
    """The characters of a part of the text with their spans."""
    at = begin
    while at < stop:
        escape = _ESCAPE.match(text, at, stop) if decoded and text[at] == "\\" else None
        if escape is None:
            yield text[at], at, at + 1
            at += 1
            continue
        if escape[1]:
            yield chr(int(escape[1], 16)), at, escape.end()
        at = escape.end()


def _outside_reasoning(text: str) -> list[tuple[int, int]]:
    """The spans of the text that are not reasoning; all of it if these cannot be found."""
    spans: list[tuple[int, int]] = []
    end = len(text)
    text = text.replace(_REMOVED, " ")
    for piece in reversed(without_reasoning(text, _REMOVED).split(_REMOVED)):
        start = text.rfind(piece, 0, end)
        if start < 0:
            return [(0, len(text))]
        spans.append((start, start + len(piece)))
        end = start
    return spans[::-1]
