"""Parses a string that is a list, as in tables and datasets, or refuses ambiguous ones."""

from __future__ import annotations

import re
from typing import Any

from bench.text.literals.choice import items_in
from bench.text.literals.finder import (
    BRACKETS,
    choice_of,
    escaped_list,
    found_lists,
    introduces,
    outside,
    read_tolerantly,
)
from bench.text.literals.printed import printed
from bench.text.literals.scanner import AMBIGUOUS_QUOTES, CUT_OFF, read_strings, strings_of
from bench.text.literals.strings import QUOTES, STRAIGHTENED
from bench.text.literals.unquoted import bracketed
from bench.text.literals.values import Bare, LiteralObject, Value
from bench.text.markers import without_markers

_CALL = re.compile(r"[^\W\d][\w.]{0,60}(?=\()")
_NAMED = re.compile(r"[^\W\d]\w{0,60}\s*+=\s*+(?=[\[({])")
_TEXT_GOES_ON = re.compile(r"[ \t]*+[^\W_]")
_QUOTED_LIST = re.compile(r"[\"'][\s\\]*+[\[({][\s\\]*+[\"']")
_QUOTED_ELEMENT = re.compile(rf"\[\s*+[{QUOTES}]")
_BEGINS_LIST = re.compile(r"\s*(?:[\[({]|\w*Index\(\[.*)\s*", re.DOTALL)
"""The first line of a list whose lines were split into items."""
_FENCES = ("```", "~~~")
_OPENINGS = (*BRACKETS, *QUOTES, *_FENCES, "array(", "set(", "frozenset(")
_CLOSERS = ("]", ")", "}")
_DEPTH = 8
_SEPARATED = re.compile(
    r"<(?:n|q|sep|/s|br ?/?|li)>|\[SEP\]|[\n\r\u2028\x0b]|\\n|\s[•·▪]\s|[^\s|]\s*\|\|\s*[^\s|]"
    r"|^\s*\(?1[.)]\s.*\s\(?2[.)]\s",
    re.IGNORECASE,
)
"""Separators between items; a number 2 after a number 1 counts as one."""


class UncertainListError(ValueError):
    """A string looks like a list, but is ambiguous."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"looks like a list in a string, but {reason}; write a JSON array of strings"
        )


def whole_list(text: str, depth: int = _DEPTH) -> list[str] | None:
    """Parse a string that is a list; None for any other string.

    It may be JSON, JSON inside a JSON string, a Python literal, the ``str`` of a list, set or
    numpy array, or a bracketed list without quotes whose elements end sentences.

    Args:
        text: the string.
        depth: maximum nesting of lists in strings in lists.

    Raises:
        UncertainListError: it looks like a list, but is cut off, abridged or ambiguous.
    """
    text = text.strip().strip("\ufeff").strip()
    refuse_printed(text)
    if text.startswith(_FENCES):
        text = without_markers(text).strip()
    if not text or not depth:
        return None
    named = _NAMED.match(text)
    start = named.end() if named else 0
    if text[0] in QUOTES:
        items = _strings(text, depth)
    elif text[start] in BRACKETS or _CALL.match(text, start):
        escaped = escaped_list(text, start)
        items = _list(text, start, depth) if escaped is None else _list(escaped, 0, depth)
    else:
        items = None
    return _introduced(text) if items is None else items


def opened(items: Any) -> Any:
    """Parse a list that is given as one string, or as a list of such strings.

    Any other value is returned unchanged.

    Raises:
        UncertainListError: a string looks like a list, but is ambiguous.
    """
    if isinstance(items, str):
        inner = whole_list(items)
        return items if inner is None else inner
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        return items
    if len(items) > 1:
        refuse_printed(lines := "\n".join(items))
        if _BEGINS_LIST.fullmatch(items[0]):
            inner = whole_list(lines)
            return items if inner is None else inner
    if len(items) != 1 and not all(item.strip().startswith(_OPENINGS) for item in items):
        return items
    lists = [whole_list(item) for item in items]
    if len(items) == 1 and lists == [None]:
        return _separated(items[0]) or items
    flat = [text for inner in lists if inner is not None for text in inner]
    return items if None in lists else flat


def refuse_printed(text: str) -> None:
    """Refuse printed output of a program instead of items.

    Raises:
        UncertainListError: it is printed output.
    """
    if reason := printed(text):
        raise UncertainListError(reason)


def _separated(text: str) -> list[str] | None:
    """The items of a string with separators; None without separators."""
    if not _SEPARATED.search(text):
        return None
    from bench.text.items import items_from  # which is built on these literals

    return items_from(text.replace("\\n", "\n"))


def _strings(text: str, depth: int) -> list[str] | None:
    literal, _ = read_strings(text, 0)
    strings = strings_of(literal) if literal and not literal.doubt else []
    if not literal or not strings or literal.end < len(text):
        if _QUOTED_LIST.match(text):
            raise UncertainListError("its quotation marks do not match")
        return None
    return whole_list(strings[0], depth - 1) if len(strings) == 1 else strings


def _list(text: str, start: int, depth: int) -> list[str] | None:
    literal, _ = read_tolerantly(text, text.translate(STRAIGHTENED), start)
    if literal is None:
        return _without_quotes(text[start:])
    choice = items_in(literal.value)
    if literal.cut_off:
        if choice.texts or _QUOTED_ELEMENT.match(text, start):
            raise UncertainListError(AMBIGUOUS_QUOTES if text.endswith(_CLOSERS) else CUT_OFF)
        return None
    if text[literal.end :].strip(" \t\r\n,;"):
        if len(choice.texts) < 2 or _TEXT_GOES_ON.match(text, literal.end):
            return None
        raise UncertainListError("more text follows its last bracket")
    if literal.doubt:
        raise UncertainListError(literal.doubt)
    if not choice.texts and _has_bare(literal.value):
        if text[start] == "(":
            return None
        raise UncertainListError("its elements are not text")
    if not choice.certain:
        raise UncertainListError("it is not clear which of its values are the items")
    if len(choice.texts) == 1 and (inner := whole_list(choice.texts[0], depth - 1)) is not None:
        return inner
    return list(choice.texts)


def _introduced(text: str) -> list[str] | None:
    """The items of lists after names or an introduction, without other text."""
    found = found_lists(text)
    choice = choice_of(found)
    if len(choice.texts) < 2:
        return None
    if not choice.certain or not all(map(introduces, outside(text, found))):
        raise UncertainListError("there is other text around it")
    doubts = [one.literal.doubt for one in found if one.literal.doubt]
    if doubts:
        raise UncertainListError(doubts[0])
    return list(choice.texts)


def _without_quotes(text: str) -> list[str] | None:
    listed = bracketed(text)
    if listed and listed.certain and (len(listed.items) > 1 or listed.items[0].endswith("?")):
        return listed.items
    ends = text.rstrip(" ,;").endswith("]")
    if (ends and "," in text and text[0] == "[") or (ends and _QUOTED_ELEMENT.match(text)):
        raise UncertainListError("its elements are not in quotation marks")
    return None


def _has_bare(value: Value) -> bool:
    if isinstance(value, Bare):
        return True
    if isinstance(value, list):
        return any(map(_has_bare, value))
    return isinstance(value, LiteralObject) and any(_has_bare(inner) for _, inner in value.pairs)
