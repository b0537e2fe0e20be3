"""About how much the operations, filters and methods of a template make, before they make it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.limits import PROMPT_CHARACTERS, PROMPT_STEPS

TEXT_FILTERS = (
    *("capitalize", "center", "e", "escape", "forceescape", "format", "indent", "join", "lower"),
    *("pprint", "replace", "safe", "string", "striptags", "title", "tojson", "trim", "truncate"),
    *("upper", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr"),
)
"""Filters that make a text of whatever they get."""
LIST_FILTERS = (
    *("batch", "dictsort", "groupby", "items", "list", "reverse", "slice", "sort", "sum", "unique"),
)
"""Filters that make a list."""
FILTERS = (*TEXT_FILTERS, *LIST_FILTERS, "round")

_COST_OF_BIT = 1_000  # characters: products of long numbers are slow
_LINK = 50  # characters around an address, at least
_PERCENT = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\d+|\*)?(?:\.(\d+|\*))?")
_FIELD = re.compile(r"\{[^{}:]*(?::([^{}]*))?\}")
_FIELD_IN_FIELD = re.compile(r"\{[^}]*\{")
_DIGITS = re.compile(r"\d+")


def text_length(*values: Any) -> int:
    """The characters of values as text, of repeated ones each time.

    Counting ends beyond the maximum length of a prompt, so that lists may contain themselves.
    """
    total, waiting = 0, [*values]
    while waiting and total <= PROMPT_CHARACTERS:
        value = waiting.pop()
        if isinstance(value, str | bytes):
            total += len(value)
        elif isinstance(value, Collection):
            total += len(value)
            waiting.extend(value)
            waiting.extend(value.values() if isinstance(value, Mapping) else ())
        else:
            total += 1
    return total


def length(value: Any) -> int:
    """The characters or elements of a text or list; for a number, what its digits cost."""
    if isinstance(value, int):
        return value.bit_length() * _COST_OF_BIT
    return len(value) if isinstance(value, str | bytes | list | tuple) else 0


def made_by_operator(operator: str, left: Any, right: Any) -> float:
    """About how many characters, elements or bits an operation makes."""
    if operator == "%":
        return _percent(left, right) if isinstance(left, str | bytes) else 0
    if operator == "+":
        return length(left) + length(right)
    if operator == "**":
        return abs(right) * length(left) if isinstance(right, int) else 0
    for one, other in ((left, right), (right, left)):
        if isinstance(one, int) and not isinstance(other, int | float):
            return one * length(other)
    return length(left) + length(right)


@dataclass(frozen=True)
class CallArguments:
    """What a filter or method is called with, beside the value that it is called for.

    Attributes:
        given: the arguments in order.
        named: the arguments with a name.
    """

    given: Sequence[Any]
    named: Mapping[str, Any]

    @property
    def values(self) -> list[Any]:
        """All of them."""
        return [*self.given, *self.named.values()]

    @property
    def widest(self) -> int:
        """The largest number."""
        return max((abs(v) for v in self.values if isinstance(v, int)), default=0)

    def at(self, index: int, name: str, default: Any = None) -> Any:
        """One of them."""
        return self.given[index] if len(self.given) > index else self.named.get(name, default)


def made_by_filter(name: str, value: Any, options: CallArguments) -> float:
    """About how many characters or elements a filter makes."""
    if name in _OTHERS:
        return _OTHERS[name](value, options)
    if name in LIST_FILTERS:
        return len(value) if isinstance(value, Collection) else 0
    size: float = text_length(value, *options.values)
    if size <= PROMPT_CHARACTERS and name in _ADDED:
        size += _ADDED[name](value, options)
    return size


def made_by_method(owner: Any, name: str, options: CallArguments) -> float:
    """About how many characters or elements a method of a text, list or number makes."""
    for kind in (str, bytes, list, int):
        if isinstance(owner, kind) and name in _METHODS[kind]:
            return _METHODS[kind][name](owner, options)
    return 0


def _parts(value: Any, options: CallArguments) -> float:  # noqa: ARG001 - as the others
    return options.widest * (PROMPT_CHARACTERS / PROMPT_STEPS)


def _indented(value: Any, options: CallArguments) -> float:
    width = options.at(0, "width", 4)
    lines = len(str(value).splitlines()) + 1
    return lines * (len(width) if isinstance(width, str) else options.widest)


def _wrapped(value: Any, options: CallArguments) -> float:
    text, width = str(value), options.widest or 79
    return (len(text.splitlines()) + 2 * len(text) / width) * text_length(*options.values)


def _linked(value: Any, options: CallArguments) -> float:
    return sum(map(str(value).count, ".@:")) * (_LINK + text_length(*options.values))


def _replaced_text(value: Any, options: CallArguments) -> float:
    old, new = str(options.at(0, "old")), str(options.at(1, "new"))
    return _replaced(str(value), old, new, options.at(2, "count"))


def _joined_text(value: Any, options: CallArguments) -> float:
    return _joined(str(options.at(0, "d", "")), value)


_Size = Callable[[Any, CallArguments], float]
_OTHERS: dict[str, _Size] = {
    "batch": _parts,
    "slice": _parts,
    "round": lambda _, options: made_by_operator("**", 10, options.widest),
    "sum": lambda value, _: text_length(value),
}
_ADDED: dict[str, _Size] = {
    "center": lambda _, options: options.widest,
    "format": lambda value, options: _percent(str(value), options.values),
    "indent": _indented,
    "join": _joined_text,
    "replace": _replaced_text,
    "tojson": lambda value, options: options.widest * text_length(value),
    "urlize": _linked,
    "wordwrap": _wrapped,
}
"""What filters add to a value and options that fit a prompt."""


def _justified(owner: Any, options: CallArguments) -> float:
    return len(owner) + options.widest


def _expanded(owner: Any, options: CallArguments) -> float:
    tab: Any = "\t" if isinstance(owner, str) else b"\t"
    return len(owner) + float(owner.count(tab) * options.at(0, "tabsize", 8))


def _translated(owner: Any, options: CallArguments) -> float:
    table = options.at(0, "table")
    parts = table.values() if isinstance(table, Mapping) else ()
    return len(owner) * float(max(map(text_length, parts), default=1))


def _replaced_part(owner: Any, options: CallArguments) -> float:
    old, new = options.at(0, "old"), options.at(1, "new")
    return len(owner) + _replaced(owner, old, new, options.at(2, "count"))


def _joined_parts(owner: Any, options: CallArguments) -> float:
    return _joined(owner, options.at(0, "iterable")) + text_length(*options.values)


_TEXT_METHODS: dict[str, _Size] = {
    **dict.fromkeys(("ljust", "rjust", "center", "zfill"), _justified),
    **dict.fromkeys(("format", "format_map"), lambda owner, o: _braces(owner, o.values)),
    "expandtabs": _expanded,
    "join": _joined_parts,
    "replace": _replaced_part,
    "translate": _translated,
}
_METHODS: dict[type, dict[str, _Size]] = {
    str: _TEXT_METHODS,
    bytes: _TEXT_METHODS,
    list: {"extend": lambda owner, options: len(owner) + sum(map(length, options.given))},
    int: {"to_bytes": lambda _, options: options.widest},
}


def _replaced(text: Any, old: Any, new: Any, count: int | None) -> int:
    """The characters that come into a text for others."""
    times: int = text.count(old)
    return (times if count is None or count < 0 else min(times, count)) * len(new)


def _joined(separator: str | bytes, values: Any) -> int:
    """The characters of the separators between some values."""
    return len(separator) * len(values) if isinstance(values, Collection) else 0


def _percent(pattern: str | bytes, values: Any) -> int:
    """The characters that ``%`` makes."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    return _filled(text, _PERCENT.findall(text), text_length(values))


def _braces(pattern: str, values: Sequence[Any]) -> int:
    """The characters that ``str.format`` makes."""
    plain = pattern.replace("{{", "").replace("}}", "")
    if _FIELD_IN_FIELD.search(plain):
        raise ValueError("the width in a format must be a number, not a field")
    widths = [_DIGITS.findall(spec) for spec in _FIELD.findall(plain)]
    return _filled(pattern, widths, text_length(values))


def _filled(pattern: str, fields: Sequence[Iterable[str]], longest: int) -> int:
    """The characters of a pattern whose fields have widths, or the text of a value."""
    widths = [[width for width in field if width] for field in fields]
    if any("*" in field for field in widths):
        raise ValueError("the width in a format must be a number, not `*`")
    return len(pattern) + sum(longest + sum(int(width[:18]) for width in field) for field in widths)
