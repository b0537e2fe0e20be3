r"""Parses the output of a language model into items (bullets or questions).

A text is parsed by the first rule that applies:

* a list in JSON, in Python or in brackets, which begins a line or follows ``name =`` or ``name:``:
  its strings are the items, and the text around it is ignored. In an object the keys decide:
  questions before bullets before summaries before other texts; answers, topics and the like only
  if it has no other text;
* lines with list marks: each is an item, at any depth; an unmarked line continues the item above
  if it is indented or the sentence of that item has not ended; other lines (headings, a preamble,
  closing words) are ignored, except the line before a list that starts with 2;
* several lines: each is an item, except Markdown headings and a first line that ends with a colon;
* one line: its sentences are the items.

Known artefacts are removed first: reasoning, end-of-text tokens, code fences. List marks, emphasis
and quotation marks around an item are removed, and so is a colon at its end; an item that is itself
a list is replaced by its elements. Otherwise items are verbatim, in order, with duplicates; white
space is collapsed, and adjacent string literals are joined.

The result is a normal form: ``items_from("\n".join(items))`` gives the same items, for every text.
So do the same items numbered "1. ", "2. " and so on, up to 999 (a single one only if it contains no
list itself, as in "Who won? 2. Why?"). Therefore a list of one item with several sentences becomes
those sentences.

No text raises an error, and the time is linear in its length.
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
"""Version of ``items_from``, stored with predictions; increased when results change."""

_INLINE = re.compile(
    r"(?<=[^\d][.?!])\s++(?=\(?\d{1,3}[.)]\s)|(?<!\s)\s++(?=[•▪●]\s)|(?<=[^\d][.?!])\s++(?=[•▪●]\s)"
)
_NOT_IN_WORDS = re.compile(r"[\W_]+")
_PASSES = 16
"""Maximum number of passes; items that still change are reduced to their words."""


def items_from(raw: str, separator: str | None = None) -> list[str]:
    """Parse the output of a language model into items; never raises an error.

    Args:
        raw: the output.
        separator: the separator of items that the model was trained with, such as ``<n>``; it
            counts as a line end, as ``<sep>`` always does.

    Returns:
        The items in order, with duplicates; empty if no letter or digit is left.
    """
    items = _one_pass(raw, separator, is_list=False)
    # A pass never adds a character, and only keeps all of them if it splits: the loop ends.
    for _ in range(_PASSES):
        again = _one_pass("\n".join(items), separator, is_list=len(items) > 1)
        if again == items:
            return items
        items = again
    return _words_alone(items, separator)


def _one_pass(text: str, separator: str | None, *, is_list: bool) -> list[str]:
    """The items after one pass, which may themselves have structure.

    Args:
        text: the output.
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
    """Replace items that are lists by their elements; None if there are none."""
    held = [list_in_item(item) for item in items]
    if all(texts is None for texts in held):
        return None
    return [
        text
        for item, texts in zip(items, held, strict=True)
        for text in ([item] if texts is None else texts)
    ]


def _parts(line: str) -> list[str]:
    """The items of a single line."""
    has_mark = NUMBER.match(line) or BULLETS.match(line)
    return worded(_INLINE.split(line) if has_mark else sentences(line))


def _words_alone(items: Iterable[str], separator: str | None) -> list[str]:
    """Reduce items to their words, so that nothing is left to parse."""
    plain = [" ".join(_NOT_IN_WORDS.sub(" ", item).split()) for item in items]
    parts = [part.strip() for item in plain for part in (item.split(separator or "\n"))]
    return worded(parts)
