r"""What a language model wrote, taken apart into the items (bullets or questions) it was asked for.

A text is read by the first of these that it has:

* a JSON array or object that begins a line: its strings are the items, the text around it is not;
* lines with list marks: each is an item, at whatever depth; an unmarked line continues the item
  above it if it is indented or the item has not ended its sentence; all else (headings, a preamble,
  closing words) is no item, but for the line before a list that begins with 2;
* several lines: each is an item, but for Markdown headings and a first line that ends with a colon;
* one line: its sentences are the items.

Whatever models are known to leave in their output goes first: their thinking, the tokens that end
a text, code fences. Marks, emphasis and quotation marks around an item are no part of it, nor is a
colon at its end. An item is a piece of the text otherwise, in the text's order and as often as it
is there; only white space is made one space.

The result is a normal form: ``items_from("\n".join(items))`` gives the same items, for every text.
So do the same items numbered "1. ", "2. " and so on, up to 999 of them (a single one only if it has
no list of its own, as in "Who won? 2. Why?"). This is why a list of one item with several sentences
is those sentences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from bench.text.sentences import sentences

PARSER_VERSION = 1
"""Raised when the same text gives other items."""

_THOUGHT = "think|thinking|thought|reasoning"
_THINKING = re.compile(
    rf"<({_THOUGHT})>.*?</\1>|^[^\S\n]*<(?:{_THOUGHT})>.*\Z",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_THOUGHT_ENDS = re.compile(rf"</(?:{_THOUGHT})>", re.IGNORECASE)
_TOKEN = (
    r"(?i:<sep>|</?s>|<br\s?/?>|<(?:pad|bos|eos|(?:start|end)_of_turn|extra_id_\d{1,3})>"
    r"|<\|[^<>|\s]{1,40}\|>|\[(?:sep|pad|cls)\]|```(?:jsonl?|text|plaintext|markdown|md)?"
    r"|[\ud800-\udfff\ufeff])"
)
_TOKENS = re.compile(_TOKEN)
_WORD = re.compile(r"[^\W_]")
_COLONS = (":", "：")
_STOPS = (".", "?", "!", "…", "。", "？", "！")
_AFTER_STOPS = " \t\"'”’»」』)]*_`"
_BOLD = ("**", "__")
_PAIRS = (
    *((mark, mark) for mark in (*_BOLD, "*", "_", "`", '"', "'")),
    *(("“", "”"), ("‘", "’"), ("«", "»"), ("「", "」"), ("『", "』")),
)

_HASHES = r"\#{1,6}\s+"
_BULLET = r"(?:(?:[-–—+*](?=\s)|[•·‣◦▪●・]|(?i:q|question)\s?[:：]|\[[ xX✓✔]\](?=\s))\s*)"
_HEADING = re.compile(rf"\s*{_HASHES}")
_BULLETS = re.compile(rf"\s*{_BULLET}+")
_LEADING = re.compile(rf"(?:\s+|{_HASHES}|{_BULLET})*")
_NUMBER = re.compile(
    rf"""\s*{_BULLET}*
    (?:{_HASHES})?
    (?P<bold>\*\*|__)?
    [(（\[]?
    (?:(?i:question|bullet(?:\spoint)?|point|item|q)\s?\#?)?
    (?P<number>\d{{1,3}})
    (?:(?(bold)(?:\*\*|__)?)\s?[.):：．。、）\]]+(?!\d) | \s+[-–—](?=\s))
    (?(bold)(?:\*\*|__)?)
    \s*""",
    re.VERBOSE,
)
_INLINE = re.compile(r"(?<=[^\d][.?!])\s+(?=\(?\d{1,3}[.)]\s)|\s+(?=[•▪●]\s)")

_JSON = json.JSONDecoder(strict=False)
_JSON_STARTS = re.compile(rf"^(?:{_TOKEN}|[ \t])*(?=[\[{{])", re.MULTILINE)
_JSON_ARRAY_STARTS = re.compile(r'(?:\{\s*"[^"\n]*"\s*:\s*)?\[\s*')
_REST_OF_LINE = re.compile(rf"(?:{_TOKEN}|[ \t,\[\]{{}}])*(?:\n|\r|\Z|[\[{{])")
_JSON_SPACE = " \t\r\n"
_JSON_TEXTS = ("question", "text", "bullet", "sentence", "point", "item", "content")


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
    while (again := _one_pass("\n".join(items), separator, is_list=len(items) > 1)) != items:
        items = again
    return items


def _one_pass(text: str, separator: str | None, *, is_list: bool) -> list[str]:
    """The items, where what is left of one may have structure of its own.

    Args:
        text: what was written.
        separator: as in ``items_from``.
        is_list: whether each line is known to be an item.
    """
    text = _THOUGHT_ENDS.split(_THINKING.sub("</s>", text))[-1]
    texts = _json_texts(text)
    if texts is not None:
        return _worded(texts if len(texts) == 1 else (" ".join(item.split()) for item in texts))
    if separator:
        text = text.replace(separator, "\n\n")
    lines = _TOKENS.sub("\n\n", text).splitlines()
    filled = _worded(lines)
    if len(filled) == 1:
        parts = _parts(filled[0])
        if len(parts) > 1:
            return parts
    ends = _mark_ends(lines)
    if is_list:
        found = [line[end or 0 :] for line, end in zip(lines, ends, strict=True)]
    elif any(end is not None for end in ends):
        found = _marked(lines, ends)
    else:
        found = _unmarked(filled)
    return _worded(map(_bare, found))


def _worded(items: Iterable[str]) -> list[str]:
    return [item for item in items if _WORD.search(item)]


def _parts(line: str) -> list[str]:
    """The items of a text that is a single line."""
    has_mark = _NUMBER.match(line) or _BULLETS.match(line)
    return _worded(_INLINE.split(line) if has_mark else sentences(line))


def _mark_ends(lines: Sequence[str]) -> list[int | None]:
    """Where the list mark of each line ends; None where it has none.

    Numbers are marks only where they count something: a sentence may begin with one.
    """
    numbers = [_numbers(line) for line in lines]
    depth = 0
    deeper = [found for found in numbers if found]
    while _count({found[depth][0] for found in deeper}):
        depth += 1
        deeper = [found for found in deeper if len(found) > depth]
    ends: list[int | None] = []
    for line, found in zip(lines, numbers, strict=True):
        bullets = _BULLETS.match(line)
        if found[:depth]:
            ends.append(found[:depth][-1][1])
        else:
            ends.append(bullets.end() if bullets else None)
    return ends


def _numbers(line: str) -> list[tuple[int, int]]:
    """The numbers one after another that a line begins with, and where each one's mark ends."""
    found: list[tuple[int, int]] = []
    while match := _NUMBER.match(line, found[-1][1] if found else 0):
        found.append((int(match["number"]), match.end()))
    return found


def _count(numbers: set[int]) -> bool:
    return 1 in numbers or any(number + 1 in numbers for number in numbers)


def _marked(lines: Sequence[str], ends: Sequence[int | None]) -> list[str]:
    """The items of lines of which some have a list mark."""
    items: list[list[str]] = []
    continues = False
    for line, end in zip(lines, ends, strict=True):
        if end is not None:
            items.append([line[end:]])
            continues = True
        elif not _WORD.search(line) or _HEADING.match(line):
            continues = continues and not _worded(items[-1])  # a mark that stands alone
            if continues:
                items[-1] = [""]
        elif continues and (line[0].isspace() or not _ended(items[-1][-1])):
            items[-1].append(line)
        else:
            continues = False
    return [*_before_second(lines, ends), *(" ".join(parts) for parts in items)]


def _before_second(lines: Sequence[str], ends: Sequence[int | None]) -> list[str]:
    """The first item of a list that begins with 2, as the prompt ended with 1."""
    start = next(place for place, end in enumerate(ends) if end is not None)
    number = _NUMBER.match(lines[start])
    before = [line for line in _worded(lines[:start]) if not _HEADING.match(line)][-1:]
    is_item = number and int(number["number"]) == 2
    return before if is_item and not _is_preamble(before) else []


def _ended(line: str) -> bool:
    return line.rstrip(_AFTER_STOPS).endswith(_STOPS)


def _unmarked(lines: Sequence[str]) -> list[str]:
    """The items of lines without list marks."""
    items = [line for line in lines if not _HEADING.match(line)] or list(lines)
    return items[1:] if len(items) > 1 and _is_preamble(items) else items


def _is_preamble(lines: Sequence[str]) -> bool:
    return any(_unwrapped(line.strip()).endswith(_COLONS) for line in lines[:1])


def _bare(item: str) -> str:
    """An item without leading marks, emphasis, quotation marks and colon."""
    before, bare = None, " ".join(item.split())
    while bare != before:
        before = bare
        bare = _unwrapped(_LEADING.sub("", bare, count=1)).rstrip(" :：")
    return bare


def _unwrapped(text: str) -> str:
    """The text without what stands around all of it, or is bold at one end and nowhere closed."""
    for opening, closing in _PAIRS:
        inner = text[len(opening) : -len(closing)]
        if text == opening + inner + closing and opening not in inner and closing not in inner:
            text = inner.strip()
    for mark in _BOLD:
        if text.count(mark) == 1:
            text = text.removeprefix(mark).removesuffix(mark)
    return text


def _json_texts(text: str) -> list[str] | None:
    """The strings of the JSON in a text, also of an array that was cut off; None if there is none.

    An array's last string counts only if it is complete.
    """
    start = _JSON_STARTS.search(text)
    if not start:
        return None
    if (end := _json_end(text, start.end())) is not None:
        whole = _REST_OF_LINE.match(text, end)
        values = _json_values(text, start.end(), "[{", before=None) if whole else []
    elif array := _JSON_ARRAY_STARTS.match(text, start.end()):
        values = _json_values(text, array.end(), '"{', before=",]")
    else:
        return None
    try:
        return _strings(values) if values else None
    except RecursionError:
        return None


def _json_end(text: str, at: int) -> int | None:
    """Where a JSON value ends, if there is a whole one."""
    try:
        return _JSON.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None


def _json_values(text: str, at: int, starts: str, before: str | None) -> list[Any]:
    """JSON values one after another.

    Args:
        text: where they are.
        at: where the first begins.
        starts: what each begins with; another character ends them.
        before: what must follow each, if it matters and the text goes on.
    """
    values = []
    while text[at : at + 1] and text[at] in starts:
        try:
            value, end = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        after = _past(text, end, _JSON_SPACE)
        if before is not None and text[after : after + 1] not in before:
            break
        values.append(value)
        at = _past(text, after, _JSON_SPACE + ",")
    return values


def _past(text: str, at: int, skipped: str) -> int:
    while text[at : at + 1] and text[at] in skipped:
        at += 1
    return at


def _strings(value: Any) -> list[str] | None:
    """The items in a JSON value, None if it does not say which they are."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        each = [_strings(element) for element in value]
        return None if None in each else [text for texts in each if texts for text in texts]
    if not isinstance(value, dict):
        return None
    named = [value[key] for key in value if key.lower() in _JSON_TEXTS]
    lists = [inner for inner in value.values() if isinstance(inner, list)]
    texts = [inner for inner in value.values() if isinstance(inner, str)]
    if len(named) == 1 and isinstance(named[0], str):
        return named
    if len(lists) == 1:
        return _strings(lists[0])
    is_numbered = all(key[-1:].isdigit() for key in value)
    return texts if not lists and (len(texts) == 1 or is_numbered) else None
