r"""What a language model wrote, taken apart into the items (bullets or questions) it was asked for.

A text is read by the first of these that it has:

* a list in JSON, in Python or in brackets, which begins a line or follows ``name =`` or ``name:``:
  its strings are the items, the text around it is not. Of an object, the keys decide: questions
  before bullets before summaries before other texts, and answers, topics and the like only where
  it has no other text;
* lines with list marks: each is an item, at whatever depth; an unmarked line continues the item
  above it if it is indented or the item has not ended its sentence; all else (headings, a preamble,
  closing words) is no item, but for the line before a list that begins with 2;
* several lines: each is an item, but for Markdown headings and a first line that ends with a colon;
* one line: its sentences are the items.

Whatever models are known to leave in their output goes first: their thinking, the tokens that end
a text, code fences. Marks, emphasis and quotation marks around an item are no part of it, nor is a
colon at its end; an item that is a list itself is replaced by what it holds. An item is a piece of
the text otherwise, in the text's order and as often as it is there; only white space is made one
space, and strings that their language joins are joined.

The result is a normal form: ``items_from("\n".join(items))`` gives the same items, for every text.
So do the same items numbered "1. ", "2. " and so on, up to 999 of them (a single one only if it has
no list of its own, as in "Who won? 2. Why?"). This is why a list of one item with several sentences
is those sentences.

No text is an error or makes time grow faster than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bench.text.literals import list_in_item, lists_in
from bench.text.markers import without_markers
from bench.text.marks import BULLETS, NUMBER, mark_ends, marked, unmarked, worded
from bench.text.reasoning import without_reasoning
from bench.text.sentences import sentences
from bench.text.wrapping import bare

PARSER_VERSION = 2
"""Version of ``items_from``, kept with predictions; raised when the same text gives other items."""

_INLINE = re.compile(
    r"(?<=[^\d][.?!])\s++(?=\(?\d{1,3}[.)]\s)|(?<!\s)\s++(?=[•▪●]\s)|(?<=[^\d][.?!])\s++(?=[•▪●]\s)"
)
_NOT_IN_WORDS = re.compile(r"[\W_]+")
_PASSES = 16
"""A text that still changes then is no list of anybody's: its items are reduced to their words."""


def items_from(raw: str, separator: str | None = None) -> list[str]:
    """The items of what a language model wrote; no text is an error.

    Args:
        raw: its words as they came.
        separator: what it was taught to write between items, for instance ``<n>``; it counts as
            the end of a line, as ``<sep>`` always does.

    Returns:
        The items in order, repeated ones too; none where no letter or digit is left.
    """
    items = _one_pass(raw, separator, is_list=False)
    # A pass never adds a character, and keeps them all only if it splits: this ends.
    for _ in range(_PASSES):
        again = _one_pass("\n".join(items), separator, is_list=len(items) > 1)
        if again == items:
            return items
        items = again
    return _words_alone(items, separator)


def _one_pass(text: str, separator: str | None, *, is_list: bool) -> list[str]:
    """The items, where what is left of one may have structure of its own.

    Args:
        text: what was written.
        separator: as in ``items_from``.
        is_list: whether each line is known to be an item.
    """
    text = without_reasoning(text, "</s>")
    texts = _opened(text.splitlines()) if is_list else None
    if texts is None:
        texts = lists_in(text)
    if texts is not None:
        return worded(texts if len(texts) == 1 else (" ".join(item.split()) for item in texts))
    if separator:
        text = text.replace(separator, "\n\n")
    lines = without_markers(text).splitlines()
    filled = worded(lines)
    if len(filled) == 1:
        parts = _parts(filled[0])
        if len(parts) > 1:
            return parts
    ends = mark_ends(lines)
    if is_list:
        found = [line[end or 0 :] for line, end in zip(lines, ends, strict=True)]
    elif any(end is not None for end in ends):
        found = marked(lines, ends)
    else:
        found = unmarked(filled)
    return worded(map(bare, found))


def _opened(items: Sequence[str]) -> list[str] | None:
    """The items, those that are lists replaced by what they hold; None if none of them is one."""
    held = [list_in_item(item) for item in items]
    if all(texts is None for texts in held):
        return None
    return [
        text
        for item, texts in zip(items, held, strict=True)
        for text in ([item] if texts is None else texts)
    ]


def _parts(line: str) -> list[str]:
    """The items of a text that is a single line."""
    has_mark = NUMBER.match(line) or BULLETS.match(line)
    return worded(_INLINE.split(line) if has_mark else sentences(line))


def _words_alone(items: Iterable[str], separator: str | None) -> list[str]:
    """The words of items, in which nothing is left that could be read again."""
    plain = [" ".join(_NOT_IN_WORDS.sub(" ", item).split()) for item in items]
    parts = [part.strip() for item in plain for part in (item.split(separator or "\n"))]
    return worded(parts)
