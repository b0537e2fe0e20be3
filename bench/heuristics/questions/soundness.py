"""Checks that a question is well formed."""

from __future__ import annotations

import re
from itertools import pairwise

from bench.heuristics.english.words import word_set

_SHORTEST, _LONGEST = 6, 25
_OPENING = word_set(
    """what why how who whom whose which when where by do does did is are was were has have had can
    could will would may might must should"""
)


def as_question(text: str) -> str:
    """The words as a question: capitalised, with straight apostrophes and one question mark."""
    plain = " ".join(text.replace("’", "'").split()).rstrip("?.,; ")
    return f"{plain[:1].upper()}{plain[1:]}?"


def is_sound(question: str) -> bool:
    """Whether a question opens with a question word, has a usual length and no doubled word."""
    words = re.findall(r"[\w'.-]+", question.lower())
    doubled = any(one == other for one, other in pairwise(words))
    odd = re.search(r"[{}\[\]()\"“”`|<>]|-[lr][rsc]b-|\s[,.;:']", question)
    return (
        _SHORTEST <= len(words) <= _LONGEST and words[0] in _OPENING and not doubled and odd is None
    )
