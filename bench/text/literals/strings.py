"""Parses quoted strings of JSON, Python, JavaScript and models."""

from __future__ import annotations

import re
from typing import NamedTuple

_CLOSING = {
    **{quote: quote for quote in "\"'`＂"},
    **{"“": '”"', "”": '”"', "„": '“”"', "‟": '”"', "‘": "’'", "’": "’'", "‚": "‘’'"},
    **{"«": "»", "»": "«", "‹": "›", "「": "」", "『": "』"},
}
"""The closing quotation marks of each opening one."""
_TRIPLE = ('"""', "'''")
_SINGLE = "'’‘`"
_CLOSES_FIRST = re.compile(r"[^“”]*+”\s*+[,，]")
QUOTES = "".join(_CLOSING)
STRAIGHTENED = str.maketrans("“”„‟‘’‚", '""""\'\'\'')
"""Maps typographic to straight quotation marks, for text that mixes both."""
_PREFIX = re.compile(rf"(?:[rRuUbBfF]{{1,2}}(?=[\"'])|(?=[{QUOTES}]))")

_CONSTANT = r"(?:null|none|true|false|nan|undefined)\b"
_NEXT = rf"""(?: [{QUOTES}\[\](){{}}] | [-+]?\d | [rRuUbBfF]{{1,2}}["'] | (?i:{_CONSTANT})
    | \.\.\. | … | [^\W\d]\w*\( | \# | //? | ``` | \Z"""
_AFTER = rf"""\s*+ (?: [\])}}] | \Z | ``` | <\| | </s> | \.\.\. | … | \# | //|/\* | \+\s*+[{QUOTES}]
    | (?<=\s)[{QUOTES}] | [,;，、；]\s*+{_NEXT}"""
AFTER_ELEMENT = re.compile(rf"{_AFTER} ) )", re.VERBOSE)
"""Pattern of the text after an element of an array."""
AFTER_KEY = re.compile(rf"{_AFTER} | [^\W\d]\w*\s*+[:=] ) | : | => )", re.VERBOSE)
"""Pattern of the text after a key, or an element of a set."""
AFTER_VALUE = re.compile(rf"{_AFTER} | [^\W\d]\w*\s*+[:=] ) )", re.VERBOSE)
"""Pattern of the text after the value of a key."""

_ESCAPE = re.compile(
    r"\\(?:u(?P<u>[\da-fA-F]{4})|U(?P<U>[\da-fA-F]{8})|x(?P<x>[\da-fA-F]{2})|(?P<o>[0-7]{1,3})"
    r"|\r\n|(?P<one>.))",
    re.DOTALL,
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "a": "\a", "v": "\v"}
_ITSELF = "\"'`\\/“”‘’"
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Quoted(NamedTuple):
    """A parsed string.

    Attributes:
        text: its content, unescaped.
        end: the index after it.
        closed: whether its closing quote was found.
        doubtful: whether a quote inside may have been meant to close it.
    """

    text: str
    end: int
    closed: bool
    doubtful: bool


def begins_string(shape: str, at: int) -> bool:
    """Whether a string starts here, possibly with a prefix."""
    return _PREFIX.match(shape, at) is not None


def quoted(text: str, shape: str, at: int, after: re.Pattern[str]) -> Quoted:
    """Parse the string that starts at ``at``.

    A quote closes the string only before text that may follow a string. This distinguishes the
    apostrophes of ``['What's up?', 'Who'll pay?']`` from its quotes, and reads properly escaped
    text correctly.

    Args:
        text: the text.
        shape: the same text with the quotes to use.
        at: its index; ``begins_string`` is true there.
        after: a pattern of this module for the text after it.
    """
    prefix = _PREFIX.match(shape, at)
    start = prefix.end() if prefix else at
    opening = shape[start : start + 3] if shape.startswith(_TRIPLE, start) else shape[start]
    kind = shape[at:start].lower()
    start = at = start + len(opening)
    closing = _CLOSING[opening] if len(opening) == 1 else opening[0]
    marks = re.compile(rf"[\\{closing}]")
    doubtful = False
    while found := marks.search(shape, at):
        at = found.start()
        if shape[at] == "\\":
            at += 2
            continue
        end = at + len(opening)
        if (len(opening) == 1 or shape.startswith(opening, at)) and after.match(shape, end):
            content = text[start:at]
            doubtful |= opening == '"' and _CLOSES_FIRST.match(content) is not None
            return Quoted(_decoded(content, kind), end, True, doubtful)
        if len(opening) == 1:
            doubtful |= not (shape[at] in _SINGLE and shape[at - 1 : at].isalnum())
        at += 1
    return Quoted(_decoded(text[start:], kind), len(text), False, doubtful)


def unescaped(text: str) -> str:
    """Undo one level of escapes."""
    if "\\" not in text:
        return text
    return _PAIR.sub(_joined_pair, _ESCAPE.sub(_character, text))


def _decoded(text: str, prefix: str) -> str:
    if "r" in prefix:
        return text
    text = unescaped(text)
    if "b" in prefix and not text.isascii():
        try:
            return text.encode("latin-1").decode()
        except ValueError:
            return text
    return text


def _character(escape: re.Match[str]) -> str:
    if (one := escape["one"]) is not None:
        return _NAMED.get(one, one if one in _ITSELF else "" if one == "\n" else escape[0])
    if escape["o"]:
        return chr(int(escape["o"], 8))
    digits = escape["u"] or escape["U"] or escape["x"]
    if not digits:
        return ""
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else escape[0]


def _joined_pair(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
