"""Removes invisible characters that hide list marks."""

from __future__ import annotations

import re

_FORMAT = "\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
_JOINERS = "\u200c\u200d\ufeff"
_AT_START = re.compile(rf"^[^\S\n]*[{_FORMAT}{_JOINERS}][\s{_FORMAT}{_JOINERS}]*", re.MULTILINE)
_RUN = re.compile(rf"(?<![{_FORMAT}])[{_FORMAT}]++")


def visible(text: str) -> str:
    """The text without invisible characters at the start of lines and outside of words."""
    if text.isascii():
        return text
    return _RUN.sub(_kept_in_word, _AT_START.sub("", text))


def _kept_in_word(match: re.Match[str]) -> str:
    text = match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return match[0] if before.isalnum() and after.isalnum() else ""
