"""Parses the JSON of scripts in pages, which browsers never check."""

from __future__ import annotations

import html
import json
import re

from bench.ingest.layout.blocks import INVISIBLE
from bench.json_text import InvalidJSONError, parse_json

_WRAPPING = re.compile(
    r"^\s*(?://\s*)?(?:/\*\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?"
    r"|(?://\s*)?(?:/\*\s*)?(?:-->|\]\]>)(?:\s*\*/)?\s*$|;\s*$"
)
_MOST_WRAPPINGS = 4  # comment and CDATA, each before and after, with a semicolon
_MOST_DOCUMENTS = 100
_STRING = r'"(?:[^"\\]++|\\.)*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?(?:\*/|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*(?:,|[}}\]]))", re.DOTALL)
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(.))', re.DOTALL)


def parse_script(script: str) -> list[object]:
    """The JSON documents in a script, usually one.

    Comments, trailing commas, invalid escapes, byte order marks, escaped markup and the marks of
    comments or CDATA around the JSON are ignored.

    Raises:
        ValueError: it is not JSON even so.
    """
    bare = script
    for _ in range(_MOST_WRAPPINGS):
        bare = _WRAPPING.sub("", bare)
    try:
        return [parse_json(bare.strip(), strict=False)]
    except InvalidJSONError as error:
        first = error
    try:
        return _documents(_repaired(bare))
    except (ValueError, RecursionError):
        raise ValueError(first.reason.lower()) from None


def _repaired(text: str) -> str:
    if '"' not in text and "&quot;" in text:
        text = html.unescape(text)
    plain = _COMMENT.sub(_string_or_space, text.strip("\ufeff \t\r\n"))
    plain = _COMMA.sub(_string_or_space, plain)
    return INVISIBLE.sub("", _ESCAPE.sub(_valid_escape, plain))


def _string_or_space(match: re.Match[str]) -> str:
    return match[1] or " "


def _valid_escape(match: re.Match[str]) -> str:
    return match[0] if match[1] else match[2]


def _documents(text: str) -> list[object]:
    """The documents that follow one another, separated by white space, commas or semicolons.

    Raises:
        ValueError: one of them is not JSON, or the text has no value.
    """
    decoder = json.JSONDecoder(strict=False)
    found: list[object] = []
    rest = text.lstrip()
    while rest and len(found) < _MOST_DOCUMENTS:
        _, end = decoder.raw_decode(rest)
        found.append(parse_json(rest[:end], strict=False))
        rest = rest[end:].lstrip().lstrip(",;").lstrip()
    if not found:
        raise ValueError("empty")
    return found
