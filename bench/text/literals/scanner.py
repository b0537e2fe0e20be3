"""Parses literals of JSON, Python or JavaScript leniently, without evaluating anything.

Linear time and no recursion, so that no text can make it slow or exhaust the stack. Accepts more
than any single language: single and typographic quotes, prefixes, trailing commas,
comments, constructors (``array([...], dtype=object)``), adjacent strings, literals that end with
the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from bench.text.literals.strings import (
    AFTER_ELEMENT,
    AFTER_KEY,
    AFTER_VALUE,
    begins_string,
    quoted,
)
from bench.text.literals.values import Bare, LiteralObject, Value

MAX_DEPTH = 64
"""Maximum nesting of brackets; deeper text is not parsed."""
_CLOSER = {"[": "]", "(": ")", "{": "}"}
_SKIPPED = re.compile(r"(?:\s++|\#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z))*")
_TEXT_ENDS = re.compile(r"```|<\||</s>|\Z")
_CALL = re.compile(r"[^\W\d][\w.]*+\(")
_WORD = re.compile(r"[-+]?[\w.…]++[-+\w.]*+")
_KEY_FOLLOWS = re.compile(r"\s*+(?:=>|[:=])")
_CONSTANT = re.compile(r"[-+]?(?:\d.*|\.\d+|nan|inf|infinity|none|null|true|false|undefined)", re.I)
_NOTHING = {"none", "null", "nan", "undefined"}
_ELISION = {"...", "…", "Ellipsis"}
_COMMAS = ",;，、；"

AMBIGUOUS_QUOTES = "it is not clear which quotation marks end its strings"
CUT_OFF = "it ends before its last bracket"
ELIDED = "elements were left out (...)"
NO_COMMA = "commas are missing between its elements"


@dataclass(frozen=True, slots=True)
class Literal:
    """A parsed literal.

    Attributes:
        value: its value.
        end: the index after it.
        doubt: the reason why the result is uncertain, if it is.
        cut_off: whether the text ended inside it.
        partial: the string that the end of the text cut off, if any.
    """

    value: Value
    end: int
    doubt: str | None = None
    cut_off: bool = False
    partial: str | None = None


def read_literal(text: str, at: int, shape: str | None = None) -> tuple[Literal | None, int]:
    """Parse the literal that starts with the bracket or call at ``at``; None without one.

    Also returns the end of the text that was read.

    Args:
        text: the text.
        at: its index.
        shape: the same text with substituted quotation marks, if these are to be used.
    """
    scanner = _Scanner(text, text if shape is None else shape, at)
    return scanner.literal() if scanner.opens() else None, scanner.at


def read_strings(text: str, at: int) -> tuple[Literal | None, int]:
    """Parse comma-separated strings from ``at`` to the end; None if there is other text.

    Also returns the end of the text that was read.
    """
    scanner = _Scanner(text, text, at)
    scanner.stack.append(_Open(""))
    return scanner.literal(), scanner.at


def strings_of(literal: Literal) -> list[str]:
    """The elements of a complete literal of strings only; otherwise empty."""
    values = literal.value if isinstance(literal.value, list) else []
    strings = [value for value in values if isinstance(value, str)]
    return strings if len(strings) == len(values) and not literal.cut_off else []


@dataclass(slots=True)
class _Element:
    """An element, or a key with its value; several values if commas are missing."""

    key: str | None = None
    values: list[Value] = field(default_factory=list)
    added: bool = False  # with "+"


@dataclass(slots=True)
class _Open:
    """An open bracket; ``""`` for the whole text."""

    bracket: str
    is_call: bool = False
    entries: list[_Element] = field(default_factory=list)
    commas: int = 0
    fresh: bool = True

    @property
    def last(self) -> _Element | None:
        return None if self.fresh or not self.entries else self.entries[-1]


class _Scanner:
    def __init__(self, text: str, shape: str, at: int) -> None:
        self.text = text
        self.shape = shape
        self.at = at
        self.stack: list[_Open] = []
        self.doubt: str | None = None

    def opens(self) -> bool:
        """Consume an opening bracket or call, if there is one here."""
        call = _CALL.match(self.shape, self.at)
        bracket = "(" if call else self.shape[self.at : self.at + 1]
        if bracket not in _CLOSER or len(self.stack) >= MAX_DEPTH:
            return False
        self.stack.append(_Open(bracket, is_call=call is not None))
        self.at = call.end() if call else self.at + 1
        return True

    def literal(self) -> Literal | None:
        """Parse the rest of the literal after its first bracket; None if it is invalid."""
        while True:
            skipped = _SKIPPED.match(self.shape, self.at)
            self.at = skipped.end() if skipped else self.at
            if _TEXT_ENDS.match(self.shape, self.at):
                return self._at_end(None)
            if begins_string(self.shape, self.at):
                string = quoted(self.text, self.shape, self.at, self._after())
                self.at = string.end
                if string.doubtful:
                    self.doubt = AMBIGUOUS_QUOTES
                if not string.closed:
                    return None if "\n" in string.text.strip() else self._at_end(string.text)
                self._add(string.text)
            elif self.shape[self.at] in "])}":
                if self.shape[self.at] != _CLOSER.get(self.stack[-1].bracket):
                    return None
                self.at += 1
                value = self._closed(self.stack.pop())
                if not self.stack:
                    return Literal(value, self.at, self.doubt)
                self._add(value)
            elif not (self._punctuation() or self.opens() or self._word()):
                return None

    def _at_end(self, partial: str | None) -> Literal:
        """The literal so far, at the end of the text."""
        in_array = self.stack[-1].bracket == "[" or _awaits_value(self.stack[-1])
        whole = len(self.stack) == 1 and not self.stack[-1].bracket and partial is None
        if partial is None and self.stack[-1].bracket == "{" and _is_only_key(self.stack[-1]):
            self.stack[-1].entries.clear()
        value = self._closed(self.stack.pop())
        while self.stack:
            self._add(value)
            value = self._closed(self.stack.pop())
        if whole:
            return Literal(value, self.at, self.doubt)
        return Literal(value, self.at, CUT_OFF, True, partial if in_array else None)

    def _after(self) -> re.Pattern[str]:
        top = self.stack[-1]
        if top.bracket == "{":
            return AFTER_VALUE if _awaits_value(top) else AFTER_KEY
        return AFTER_VALUE if top.is_call else AFTER_ELEMENT

    def _add(self, value: Value) -> None:
        top = self.stack[-1]
        last = top.last
        if last is None:
            top.entries.append(_Element(values=[value]))
            top.fresh = False
        else:
            last.values.append(value)

    def _punctuation(self) -> bool:
        """Consume a separator or an operator, if there is one."""
        top, character = self.stack[-1], self.shape[self.at]
        last = top.last
        if character in _COMMAS:
            top.commas += 1
            top.fresh = True
            self.at += 1
            return True
        if character == "+" and last and last.values and isinstance(last.values[-1], str):
            last.added = True
            self.at += 1
            return True
        colon = _KEY_FOLLOWS.match(self.shape, self.at)
        if not colon or not last or not last.values or not top.bracket:
            return False
        key = last.values.pop()
        name = key.text if isinstance(key, Bare) else key
        if not isinstance(name, str) or (last.key is not None and not last.values):
            return False
        if last.values:
            self.doubt = NO_COMMA
            top.entries.append(_Element(key=name))
        else:
            last.key = name
        self.at = colon.end()
        return True

    def _word(self) -> bool:
        """Consume a number, a constant or an unquoted key, if there is one."""
        found = _WORD.match(self.shape, self.at)
        if not found:
            return False
        word = found[0]
        top = self.stack[-1]
        is_key = _KEY_FOLLOWS.match(self.shape, found.end()) and (top.is_call or top.bracket == "{")
        is_setting = top.is_call and _awaits_value(top)  # dtype=object
        if word in _ELISION:
            self.doubt = ELIDED
            value: Value = None
        elif word.lower() in _NOTHING:
            value = None
        elif is_key or is_setting or _CONSTANT.fullmatch(word):
            value = Bare(word)
        else:
            return False
        self.at = found.end()
        self._add(value)
        return True

    def _closed(self, opened: _Open) -> Value:
        elements = [v for e in opened.entries if e.key is None for v in self._parted(e, opened)]
        named = [(e.key, self._parted(e, opened)) for e in opened.entries if e.key is not None]
        if opened.is_call and elements:
            return elements[0] if len(elements) == 1 else elements
        if not named:
            return elements
        return LiteralObject(tuple((k, v[0] if len(v) == 1 else v or None) for k, v in named))

    def _parted(self, entry: _Element, opened: _Open) -> list[Value]:
        """The values of an entry, with adjacent strings joined where the language does so."""
        pieces = [value for value in entry.values if isinstance(value, str)]
        if len(entry.values) < 2:
            return entry.values
        if len(pieces) < len(entry.values):
            self.doubt = self.doubt or (NO_COMMA if pieces else None)
            return entry.values
        spaced = any(a[-1:].isspace() or b[:1].isspace() for a, b in pairwise(pieces))
        if entry.added or spaced:
            return ["".join(pieces)]
        if opened.bracket != "(" and not opened.commas and entry.key is None:
            return entry.values  # as numpy prints arrays
        self.doubt = self.doubt or NO_COMMA
        return entry.values


def _awaits_value(opened: _Open) -> bool:
    last = opened.last
    return last is not None and last.key is not None and not last.values


def _is_only_key(opened: _Open) -> bool:
    return len(opened.entries) == 1 and opened.entries[0].key is None and not opened.commas
