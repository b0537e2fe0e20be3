"""Removes references to notes from items, and the notes below them."""

from __future__ import annotations

import re

_REFERENCE = re.compile(
    r"(?<=[\w.?!？！。\"'”’»)])[ \t]?\[\^?(?P<note>\d{1,2})\](?=[ \t]*$)", re.MULTILINE
)
_NOTE = re.compile(r"^[ \t]*\[\^?(?P<note>\d{1,2})\]:?[ \t]+\S.*$", re.MULTILINE)
_DIGITS = "¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = re.compile(rf"(?<=[\w.?!？！。\"”’»])[{_DIGITS}](?=[ \t]*$)", re.MULTILINE)
_HEADING = re.compile(
    r"^[ \t#*_]*(?:sources?|references?|notes?|footnotes?|citations?|quellen|fuentes|notas)[*_]*"
    r"[:：]?[*_]*[ \t]*\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST = 2


def without_footnotes(text: str) -> str:
    """The text without references such as ``[1]`` at the ends of lines, and without their notes.

    A single reference may belong to its item, and stays; so do raised digits that do not count the
    items, as in ``km²``.
    """
    if "[" in text:
        text = _without_notes(text)
    raised = _RAISED.findall(text)
    if len(raised) >= _FEWEST and raised == list(_DIGITS[: len(raised)]):
        text = _RAISED.sub("", text)
    return text


def _without_notes(text: str) -> str:
    references = list(_REFERENCE.finditer(text))
    if len(references) < _FEWEST:
        return text
    known = {match["note"] for match in references}
    end = references[-1].end()
    notes = [match for match in _NOTE.finditer(text, end) if match["note"] in known]
    body = text[: notes[0].start()] if notes else text
    rest = _NOTE.sub("", text[len(body) :])
    return _REFERENCE.sub("", _HEADING.sub("", body) if notes else body) + rest
