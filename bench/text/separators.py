"""Splits lines that contain several questions."""

from __future__ import annotations

import re
from itertools import pairwise

from bench.text.asking import MARKS, asks
from bench.text.labels import QUESTION, alternatives
from bench.text.marks import BULLETS, without_answer
from bench.text.numbering import NUMBER

_CLOSERS = "\"'”’»）」』)*_"
_ENDS = re.escape(f"{MARKS};")  # the semicolon may be Greek; whether the parts ask is checked
_ASKED = rf"(?<=[{_ENDS}])(?:[{_CLOSERS}]{{0,3}})"
_BETWEEN = re.compile(
    rf"(?P<end>{_ASKED})(?:\s*+(?:[;|]+|<[nq]>|\|{{2,}})\s*+|\s++/\s++|/(?=[A-Z])"
    rf"|\s*+,\s++(?=[A-Z¿])|\s++[-–—*•·+]\s++(?=[^\W_]|¿)|\t+)(?=\S)"
)
_GREEK = re.compile(r"(?<=\w[;\u037e])\s++(?=[\u0370-\u03ff\u1f00-\u1fff])")
_NUMBERED = re.compile(
    rf"(?<=[{_ENDS}])[{_CLOSERS}]{{0,3}}\s*+[;,]?\s*+(?=[(\[]?(?:Q\.?\s?)?\d{{1,3}}[.):\]](?:\s|[^\W\d]))"
)
_LEADING_MARK = re.compile(r"\A[-–—*•·+]\s++")
_NEXT_QUESTION = re.compile(
    rf"(?:^|(?<=\s))[*_]{{0,3}}(?:q|{alternatives(QUESTION)})\s?\d{{0,3}}[*_]{{0,3}}\s?[:：.]"
    r"[*_]{0,3}(?=\s)",
    re.IGNORECASE,
)
"""The label of a question, at the start of a line or within."""
_AT_END = re.compile(rf"(?<=[{_ENDS}])([{_CLOSERS}]{{0,3}})\s*[;,|]+\s*\Z")


def questions_in(line: str) -> list[str]:
    """The questions of a line between separators; the line itself if a part is no question."""
    exchange = _exchange(line)
    if exchange:
        return exchange
    if not asks(line) and not asks(line.rstrip(" ;,|")):
        return [line]
    line = _AT_END.sub(r"\1", line.rstrip()) or line
    for pattern in (_NUMBERED, _BETWEEN, _GREEK):
        parts = _split(pattern, line)
        if len(parts) > 1 and all(map(asks, parts)):
            return parts if pattern is _NUMBERED else _with_marks(parts)
    return [line]


def _exchange(line: str) -> list[str]:
    """The parts of a line of labelled questions with answers; empty for another line."""
    if not _NEXT_QUESTION.match(line):
        return []
    starts = [match.start() for match in _NEXT_QUESTION.finditer(line)]
    parts = [line[a:b].strip(" |;/\t") for a, b in pairwise([*starts, len(line)])]
    asked = all(asks(without_answer(part)) and not asks(part) for part in parts[:-1])
    return parts if len(parts) > 1 and asked and asks(without_answer(parts[-1])) else []


def _with_marks(parts: list[str]) -> list[str]:
    """The parts with a list mark each, if the first has one."""
    first, *rest = parts
    mark = BULLETS.match(first)
    if not mark and not NUMBER.match(first):
        return parts
    unmarked = [_LEADING_MARK.sub("", part) for part in rest]
    return [first, *((mark[0] if mark else "- ") + part for part in unmarked)]


def _split(pattern: re.Pattern[str], line: str) -> list[str]:
    parts, at = [], 0
    for match in pattern.finditer(line):
        end = match.end("end") if "end" in pattern.groupindex else match.start()
        parts.append(line[at:end].strip())
        at = match.end()
    return [*parts, line[at:].strip()]
