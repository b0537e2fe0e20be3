"""Removes topics before questions and remarks after them, where every item has one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.text.asking import asks

_NAME = r"[^\W\d_][^\n:：?？؟*_\[\](){}\"“”.!;]{0,39}"
_TOPIC = re.compile(
    rf"""(?:
      [*_]{{1,3}}(?P<bold>{_NAME})
        (?:[ ]?[:：][*_]{{1,3}}|[*_]{{1,3}}[ ]?[:：]|[*_]{{1,3}}[ ][–—-](?=[ ]))
    | \[(?P<square>{_NAME})\][ ]?[:：]?
    | \((?P<round>{_NAME})\)[ ]?[:：]?
    | \#?(?P<plain>{_NAME})[:：]
    )[ ]{{0,2}}(?=[*_]{{0,3}}["“”‘’'«„¿(\[]{{0,2}}[^\W_a-zß-öø-ÿ])""",
    re.VERBOSE,
)
"""A name before a text that begins like a sentence."""
_REMARK = re.compile(
    r"(?P<question>[^?？؟\n]*[?？؟][\"”’»)*_]{0,3})\s*+"
    r"(?:(?:→|⇒|➜|=>|->|–|—|-(?=\s))\s*[^\n]+|[*_]{0,3}[(\[][^()\[\]?？\n]{1,60}[)\]][*_]{0,3})\s*"
)
"""A question with an answer behind an arrow or a dash, or with a remark in brackets."""
_MOST_WORDS = 4
_FEWEST = 2


def questions_alone(items: Sequence[str]) -> list[str]:
    """The questions without the topic or the speaker that each begins with, or a remark after it.

    ``Finance: Who pays?`` becomes ``Who pays?`` only if all questions have such a name, which may
    then be part of none. Statements of other speakers are dropped: they are answers.
    """
    found = _without_remarks(items)
    return _without_topics(found)


def _without_remarks(items: Sequence[str]) -> list[str]:
    matches = [None if asks(item) else _REMARK.fullmatch(item) for item in items]
    if sum(map(bool, matches)) < _FEWEST:
        return list(items)
    if not all(match or asks(item) for item, match in zip(items, matches, strict=True)):
        return list(items)
    return [
        match["question"] if match else item for item, match in zip(items, matches, strict=True)
    ]


def _without_topics(items: Sequence[str]) -> list[str]:
    questions = [item for item in items if asks(item)]
    if len(questions) < _FEWEST:
        return list(items)
    topics = [_topic(item) for item in items]
    if not all(topics):
        return list(items)
    named = [(item, *topic) for item, topic in zip(items, topics, strict=True) if topic]
    asking = {name for item, name, _ in named if asks(item)}
    if any(name in asking for item, name, _ in named if not asks(item)):
        return list(items)
    return [item[end:] for item, _, end in named if asks(item)]


def _topic(item: str) -> tuple[str, int] | None:
    """The name that an item begins with, and the index after it."""
    match = _TOPIC.match(item)
    if match is None:
        return None
    name = next(filter(None, match.groups()))
    return (name, match.end()) if len(name.split()) <= _MOST_WORDS else None
