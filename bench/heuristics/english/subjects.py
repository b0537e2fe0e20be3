"""The subject of a clause: a noun phrase and its dependents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.heuristics.english.chunks import Chunk, chunk_at
from bench.heuristics.english.lexicon import readings
from bench.heuristics.english.noun_kinds import TIME_WORDS
from bench.heuristics.english.tagging import FINITE
from bench.heuristics.english.tokens import Token
from bench.heuristics.english.words import word_set

Tokens = tuple[Token, ...]

_LINKS = word_set("of in at for on from to between with near over")
_RELATIVE_TIMES = word_set("earlier later ago")
_LONGEST_ASIDE = 14


@dataclass(frozen=True)
class Subject:
    """A subject and the position of its verb."""

    head: Chunk
    tokens: Tokens
    plural: bool
    behind: int
    """The position after it and after any apposition."""


def subject_at(tokens: Tokens, start: int) -> Subject | None:
    """The noun phrase at an index with the phrases that belong to it."""
    head = chunk_at(tokens, start)
    if head is None or head.determiner == "no" or _dates(head):
        return None
    if len(head.tokens) == 1 and "VBG" in readings(head.head.lower) and head.head.tag == "NN":
        return None  # "Blushing with pleasure she went"
    end, pair = head.end, False
    while end < len(tokens):
        links = tokens[end].tag in ("IN", "TO") and tokens[end].lower in _LINKS
        joins = tokens[end].lower == "and" and not pair
        following = chunk_at(tokens, end + 1) if links or joins else None
        if following is None:
            break
        if links and is_time(following.tokens):
            return Subject(head, tokens[start:end], head.plural or pair, following.end)
        pair = pair or (joins and end == head.end)
        end = following.end
    return Subject(head, tokens[start:end], head.plural or pair, _behind_aside(tokens, end))


def _dates(chunk: Chunk) -> bool:
    """Whether a noun phrase is a time or a frequency, not a subject: "every Saturday"."""
    often = chunk.determiner in ("every", "each", "all") or chunk.tokens[0].lower in ("last", "one")
    return is_time(chunk.tokens) and (often or chunk.head.tag == "NNP")


def _behind_aside(tokens: Tokens, index: int) -> int:
    """The index behind "…, the company's chairman," if that stands here."""
    if index >= len(tokens) or tokens[index].tag != ",":
        return index
    for end in range(index + 2, min(index + _LONGEST_ASIDE, len(tokens) - 1)):
        if tokens[end].tag == "," and tokens[end + 1].tag in FINITE | {"RB", "NOT"}:
            return end + 1
    return index


def is_time(part: Sequence[Token]) -> bool:
    """Whether a part of a predicate says when ("on Friday", "last year"), not for how long."""
    last = part[-1].lower
    if last in _RELATIVE_TIMES:
        return True
    if part[0].tag not in ("IN", "TO", "SUB") and len(part) > 1:
        bare = chunk_at(part, 0)
        if bare is None or bare.end < len(part) or part[0].tag == "CD":
            return False
    year = len(last) == 4 and last.isdigit() and last[0] in "12"
    return year or last in TIME_WORDS or last.removesuffix("s") in TIME_WORDS
