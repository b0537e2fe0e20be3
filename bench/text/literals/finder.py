"""Finds and parses lists in the output of a model."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.text.atomic import atomic
from bench.text.literals.choice import Choice, items_in
from bench.text.literals.naming import BESIDE
from bench.text.literals.scanner import (
    AMBIGUOUS_QUOTES,
    Literal,
    read_literal,
    read_strings,
    strings_of,
)
from bench.text.literals.strings import QUOTES, STRAIGHTENED, unescaped
from bench.text.literals.unquoted import STOPS, bracketed
from bench.text.literals.values import Bare, LiteralObject, Value
from bench.text.markers import MARKER, without_markers

BRACKETS = ("[", "(", "{")
_ANNOTATION = r"(?:\[\w{1,40}(?:,\s?\.\.\.)?\]\s?=\s?)?"  # questions: list[str] =
_NAME = r"(?:[^\n\r\[\](){}]{1,200}+|\([^\n\r\[\](){}]{0,80}\)){0,4}"  # Questions (as JSON):
_CANDIDATE = re.compile(
    "^"
    + atomic(rf"(?:{MARKER}|[ \t]|>>>)*", "before")
    + rf"(?P<name>{_NAME}{_ANNOTATION})(?=[\[({{])",
    re.MULTILINE,
)
_SAME_LINE = re.compile(
    atomic(rf"(?:{MARKER}|[ \t])*", "before") + r"(?P<name>(?:\w{1,40}=)?)(?=[\[({])", re.MULTILINE
)
_REST_OF_LINE = re.compile(
    atomic(rf"(?:{MARKER}|[ \t,;.\])}}])*", "before")
    + r"(?:[\n\r]|\Z|(?=[\[{])|(?=\w{1,40}=[\[({]))",
    re.MULTILINE,
)
_ONLY_MARKERS = re.compile(rf"(?:{MARKER}|\s)*", re.MULTILINE)
_BEGINS_NAME = re.compile(r"[*_\"'`]*+[^\W\d]")
_SILENT = re.compile(
    r"(?:return|print|yield|json|output"
    r"|(?:sure|certainly|of course|ok(?:ay)?|here you (?:are|go))[!.,]?)?",
    re.IGNORECASE,
)
_CALL = re.compile(r"(?:^|(?<=[\s=:(]))[^\W\d][\w.]{0,60}\Z")
_NAME_ENDS = (":", "：", "=")
_AROUND_NAME = " \t*_\"'`>"
_ESCAPED_QUOTES = re.compile(r"[\[({][\[({\s]{0,40}+(?:\\+[\"']|\"\"(?=\w)|&(?:quot|apos|#3[49]);)")
_ESCAPED_STRING = re.compile(r"\\++[\"'].*\\[\"']\s*\Z", re.DOTALL)
_DOUBLED_QUOTES = re.compile(r'""\w[^"]*+"",\s*+""\w')
_QUOTED_BRACKETS = re.compile(
    r"(?P<quote>[\"'])(?P<inner>\s*+(?:\[.*\]|\{.*\}|\(.*\))\s*)(?P=quote)\s*\Z", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:[nrtu\"'\\])")
_NEW_SENTENCE = re.compile(r"[ \t]++[A-Z]")
_WORD = re.compile(r"[^\W_]")
_BUDGET = 4
"""Limit of the search, in multiples of the text length, which keeps it linear."""
_AT_LEAST = 10_000
_HEADING = re.compile(r"\s*(?:\#{1,6}\s|\*\*|__)|.*[:：][\s*_]*\Z")
_LONGEST_HEADING = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A list with its location in the text, including its name."""

    start: int
    end: int
    literal: Literal
    name: str


def lists_in(text: str, task: str | None = None) -> list[str] | None:
    """The items of the lists in a text; None without a list.

    A list starts a line, or follows a name with ``=`` or ``:``, and only punctuation follows it on
    its last line. It may be cut off by the end of the text; its last string then counts only if it
    is complete, or the only one.
    """
    strings = _only_strings(text)
    if strings is not None:
        return strings
    found = found_lists(text)
    choice = choice_of(found, task)
    if any(map(_WORD.search, choice.texts)):
        # Next to other text, "Tags: [...]" is not the answer.
        is_beside = choice.tier >= BESIDE and not all(map(introduces, outside(text, found)))
        return None if is_beside else list(choice.texts)
    if not found:
        return _without_quotes(text)
    last = found[-1]
    partial = last.literal.partial
    if partial and _WORD.search(partial):
        alone = "]" not in partial and introduces(text[: last.start])
        return [partial] if alone else _without_quotes(text)
    is_empty = not any(one.literal.cut_off or _holds_numbers(one.literal.value) for one in found)
    is_empty = is_empty and all(map(introduces, outside(text, found)))
    return [] if is_empty else None


def ends_in_string(text: str) -> bool:
    """Whether the text ends inside a string of a list."""
    found = found_lists(text)
    return bool(found and _WORD.search(found[-1].literal.partial or ""))


def list_in_item(item: str) -> list[str] | None:
    """The elements of an item that is itself a list; None otherwise."""
    if item.startswith(tuple(QUOTES)):
        strings = _only_strings(item)
        return strings if strings is not None and len(strings) == 1 else None
    if not item.endswith(("]", ")", "}", ",", ";", ".")):
        return None
    found = found_lists(item)
    choice = choice_of(found)
    is_list = choice.tier < BESIDE or not found[0].name
    if is_list and any(map(_WORD.search, choice.texts)) and not found[-1].literal.cut_off:
        return list(choice.texts)
    listed = bracketed(item)
    return listed.items if listed else None


def read_tolerantly(text: str, straight: str, at: int) -> tuple[Literal | None, int]:
    """Parse the list at a bracket, with any quotation marks.

    Also returns the number of characters read, over both attempts.

    Args:
        text: the text.
        straight: the text with ``STRAIGHTENED`` quotation marks.
        at: the index of the bracket.
    """
    literal, reached = read_literal(text, at)
    if literal is not None and not literal.cut_off and not literal.doubt:
        return literal, reached
    if straight != text:
        other, further = read_literal(text, at, straight)
        reached += further - at
        worse = literal is None or literal.cut_off or literal.doubt == AMBIGUOUS_QUOTES
        if other is not None and not other.cut_off and worse:
            return replace(other, doubt=other.doubt or "its quotation marks do not match"), reached
    return literal, reached


def escaped_list(text: str, at: int) -> str | None:
    """The text from a bracket on with quotes unescaped; None if they are not escaped."""
    rest = text[at:] if _ESCAPED_QUOTES.match(text, at) else None
    for _ in range(4):
        if rest is None or not _ESCAPED_QUOTES.match(rest):
            break
        opening = rest[:1000].lstrip("[({ \t\r\n")[:1]
        if opening == "&":
            rest = html.unescape(rest)
        else:
            rest = unescaped(rest) if opening == "\\" else rest.replace('""', '"')
    return rest


def _only_strings(text: str) -> list[str] | None:
    """The strings that make up the whole text: several, or one that is a literal."""
    start = _end(_ONLY_MARKERS, text, 0)
    if _ESCAPED_STRING.match(text, start):
        return [unescaped(text[start:])]
    if text.startswith('""', start) and _DOUBLED_QUOTES.match(text, start):
        return [text[start:].replace('""', '"')]
    if text[start : start + 1] not in QUOTES or start == len(text):
        return None
    literal, _ = read_strings(text, start)
    strings = strings_of(literal) if literal and not literal.doubt else []
    if not literal or not strings or _end(_ONLY_MARKERS, text, literal.end) < len(text):
        quoted = _QUOTED_BRACKETS.match(text, start)
        return [quoted["inner"].replace('""', '"')] if quoted else None
    is_literal = strings[0].lstrip().startswith(BRACKETS) or _ESCAPE.search(text, start)
    return strings if len(strings) > 1 or is_literal else None


def found_lists(text: str) -> list[Found]:
    """All lists of a text."""
    found: list[Found] = []
    at, budget = 0, _AT_LEAST + _BUDGET * len(text)
    straight = text.translate(STRAIGHTENED)
    candidate = _CANDIDATE.search(text)
    while candidate and budget > 0:
        one, reached = _at_candidate(text, straight, candidate)
        if one is None:
            budget -= reached - candidate.start()
            candidate = _CANDIDATE.search(text, candidate.end() + 1)
            continue
        heading = "" if one.name else _heading(text[at : one.start])
        found.append(replace(one, name=one.name or heading))
        if one.literal.cut_off:
            break
        at = one.end
        candidate = _SAME_LINE.match(text, at) or _CANDIDATE.search(text, at)
    return found


def _at_candidate(text: str, straight: str, candidate: re.Match[str]) -> tuple[Found | None, int]:
    """The list at a candidate bracket, if any, and the end of the text that was read."""
    name, at = candidate["name"].rstrip(), candidate.end()
    if text[at] == "(" and (call := _CALL.search(candidate["name"])):
        at -= len(call[0])
        name = name[: len(name) - len(call[0])].rstrip()
    is_named = name.rstrip(_AROUND_NAME).endswith(_NAME_ENDS) and _BEGINS_NAME.match(name)
    if not is_named and not _SILENT.fullmatch(name.strip(_AROUND_NAME)):
        return None, at
    if (rest := escaped_list(text, at)) is not None:
        literal, _ = read_tolerantly(rest, rest.translate(STRAIGHTENED), 0)
        ends = literal is not None and _end(_ONLY_MARKERS, rest, literal.end) == len(rest)
        found = Found(candidate.start(), len(text), literal, name) if literal and ends else None
        return found, at + 2 * len(rest)
    literal, reached = read_tolerantly(text, straight, at)
    if literal is None or not (
        _REST_OF_LINE.match(text, literal.end) or _remark_follows(text, literal)
    ):
        return None, reached
    is_aside = text[candidate.end()] == "(" and literal.cut_off
    return None if is_aside else Found(
        candidate.start(), literal.end, literal, name if is_named else ""
    ), reached


def _remark_follows(text: str, literal: Literal) -> bool:
    """Whether a new sentence follows a list of sentences, as in ``["A?", "B?"] Any more?``."""
    if not _NEW_SENTENCE.match(text, literal.end):
        return False
    texts = items_in(literal.value).texts
    return len(texts) > 1 and all(item.rstrip().endswith(STOPS) for item in texts)


def choice_of(found: Sequence[Found], task: str | None = None) -> Choice:
    """The items of lists; empty if they have none."""
    value: Value
    if found and all(one.name for one in found):
        value = LiteralObject(tuple((one.name, one.literal.value) for one in found))
    else:
        value = [
            LiteralObject(((one.name, one.literal.value),)) if one.name else one.literal.value
            for one in found
        ]
    return items_in(value, task)


def outside(text: str, found: Sequence[Found]) -> list[str]:
    """The text before, between and after the lists."""
    ends = [0, *(one.end for one in found)]
    starts = [*(one.start for one in found), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


def _holds_numbers(value: Value) -> bool:
    """Whether an array has numbers and no objects: ``[1]`` is a citation, not a list."""
    return isinstance(value, Bare) or (isinstance(value, list) and any(map(_holds_numbers, value)))


def _without_quotes(text: str) -> list[str] | None:
    """The items of an unquoted bracketed list at the end of the text."""
    candidate = _CANDIDATE.search(text)
    if not candidate or not introduces(text[: candidate.start()] + candidate["name"]):
        return None
    listed = bracketed(without_markers(text[candidate.end() :]))
    return listed.items if listed else None


def introduces(text: str) -> bool:
    """Whether each line is without words or ends with a colon or an equals sign."""
    lines = without_markers(text).splitlines()
    return all(
        not _WORD.search(line) or line.rstrip(_AROUND_NAME).endswith(_NAME_ENDS) for line in lines
    )


def _heading(before: str) -> str:
    """The line above a list if it is a heading."""
    lines = [line for line in without_markers(before[-200:]).splitlines() if line.strip()]
    is_heading = lines and len(lines[-1]) <= _LONGEST_HEADING and _HEADING.match(lines[-1])
    return lines[-1] if is_heading else ""


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
