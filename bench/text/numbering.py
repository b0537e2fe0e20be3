"""Numbers of list items: digits, letters, roman numerals, keycaps, circled digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from bench.text.wrapping import BULLET, HASHES, LABEL

_CHINESE = "一二三四五六七八九十"
_ROMAN = {"i": 1, "v": 5, "x": 10}
_SEQUENCE = "sequence"
_END = r"(?:(?(bold)(?:\*\*|__)?)\s?(?:\\?[.):：．。、）\]/|→])+(?!\d)|\s+[-–—](?=\s)|[ ]?-(?=[ ]))"
_SPECIAL = r"\d️?⃣|[①-⒛❶-➓⓵-⓾]".replace("️", "\ufe0f").replace("⃣", "\u20e3")
NUMBER = re.compile(
    rf"""\s*+(?=(?P<lead>(?:{BULLET}|{HASHES})*))(?P=lead)  # without backtracking, by any Python
    (?P<bold>\*\*|__|[*`])?
    (?:
        (?P<special>{_SPECIAL})[.):、]?
      | [(（\[]?第(?P<nth>\d{{1,3}}|[{_CHINESE}]{{1,3}})(?:个|個|道)?(?:问题|問題|问|問|题|題|点)
        \s?[.):：、）\]]*
      | [(（\[]?(?:{LABEL}\s?\#?(?:n[°º.o]{{1,2}}\s?)?(?:no\.?\s)?)
        (?P<labelled>\d{{1,3}}|(?i:[a-h]|[ivx]{{1,4}})(?![^\W_]))
        (?:\s?/\s?\d{{1,3}}|\s(?i:of)\s\d{{1,3}})?
        (?:{_END}|(?=\s*$)|(?=(?:\*\*|__)?\s*$))
      | (?:\#|(?i:q[.\-_]|no\.|nr\.|n[°º]|№|number)\s?)(?P<counted>\d{{1,3}})
        (?:{_END}|(?(bold)(?:\*\*|__))(?=\s))
      | [(（\[]?(?P<number>\d{{1,3}})(?:{_END}|(?=[ \t]*$))
      | [(（\[]?(?P<letters>(?i:[a-h]|[ivx]{{1,4}})|[{_CHINESE}]{{1,3}})(?![^\W_]){_END}
    )
    (?(bold)(?:\*\*|__|[*`])?)[.:)]*
    \s*+""",
    re.VERBOSE,
)


_IN_SEQUENCE = re.compile(
    rf"""\s*+(?=(?P<lead>(?:{BULLET}|{HASHES})*))(?P=lead)(?P<bold>\*\*|__)?
    (?:
        [(（\[]?(?P<part>\d{{1,3}})\s?(?:/|of\s)\s?(?P<of>\d{{1,3}})[)）\]]?
      | (?P<major>\d{{1,2}})\.(?P<minor>\d{{1,2}})[.)]?
      | [<{{](?P<framed>\d{{1,3}})[>}}]
      | (?P<ordinal>\d{{1,3}})(?:[ºª°]|(?:st|nd|rd|th)(?=[ ]?[:：]))
      | (?P<pointed>\d{{1,3}})\s?[›»>]
    )
    (?(bold)(?:\*\*|__)?)(?:\s?[:：])?(?=\s)\s*+""",
    re.VERBOSE,
)
"""Numbers that are marks only if they count from one: a sentence may begin with ``1/4 of``."""


class Number(NamedTuple):
    """A number at the start of a line.

    Attributes:
        families: how it may be read: its value in each family.
        end: the index after the mark.
    """

    families: tuple[tuple[str, int], ...]
    end: int


def number_at(line: str, at: int = 0) -> Number | None:
    """The number of an item at an index of a line; None without one."""
    match = NUMBER.match(line, at)
    if match is None:
        return _number_in_sequence(line, at)
    word = match["labelled"] or match["letters"] or match["nth"]
    digits = match["number"] or match["counted"] or (word if word and word.isdecimal() else None)
    if (
        match["number"]
        and not line[match.end("number") : match.end()].strip()
        and not _is_alone(line)
    ):
        return None
    if digits:
        return Number((("digits", int(digits)),), match.end())
    if match["special"]:
        return Number((("special", _special(match["special"])),), match.end())
    kind = "label " if match["labelled"] else ""
    return Number(tuple((kind + name, value) for name, value in _letters(word)), match.end())


def counted(values: set[int], family: str) -> bool:
    """Whether numbers of a family count something, so that they are marks.

    Digits are marks if they are consecutive; letters and roman numerals if they begin a sequence,
    since "I." and "A." may begin a sentence.
    """
    if family.startswith(_SEQUENCE):
        return len(values) > 1 and values == set(range(1, max(values) + 1))
    if family in {"digits", "special"} or family.startswith("label"):
        return 1 in values or any(value + 1 in values for value in values)
    return {1, 2} <= values


def families_of(numbers: Iterable[Number]) -> set[str]:
    """The families whose numbers are marks."""
    values: dict[str, set[int]] = {}
    for number in numbers:
        for family, value in number.families:
            values.setdefault(family, set()).add(value)
    return {family for family, found in values.items() if counted(found, family)}


def _number_in_sequence(line: str, at: int) -> Number | None:
    match = _IN_SEQUENCE.match(line, at)
    if match is None:
        return None
    if match["major"]:
        family = f"{_SEQUENCE} {int(match['major'])}."
        return Number(((family, int(match["minor"])),), match.end())
    kind = match.lastgroup if match.lastgroup != "bold" else "part"
    value = next(filter(None, (match[name] for name in ("part", "framed", "ordinal", "pointed"))))
    of = f" of {match['of']}" if match["of"] else f" {kind}"
    return Number(((_SEQUENCE + of, int(value)),), match.end())


def _is_alone(line: str) -> bool:
    """Whether a line consists of a heading's mark and a number."""
    return line.lstrip().startswith("#")


def _special(mark: str) -> int:
    return int(unicodedata.numeric(mark[0]))


def _letters(word: str) -> list[tuple[str, int]]:
    if word[0] in _CHINESE:
        return [("chinese", _chinese(word))]
    case = "upper" if word.isupper() else "lower"
    lower = word.lower()
    found = [(f"{case} letters", ord(lower) - ord("a") + 1)] if len(lower) == 1 else []
    if all(letter in _ROMAN for letter in lower):
        found.append((f"{case} roman", _roman(lower)))
    return found


def _roman(word: str) -> int:
    values = [_ROMAN[letter] for letter in word]
    later = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, later, strict=True)
    )


def _chinese(word: str) -> int:
    tens, _, ones = word.rpartition("十")
    if "十" not in word:
        return _CHINESE.index(word[0]) + 1
    return 10 * (_CHINESE.index(tens[0]) + 1 if tens else 1) + (
        _CHINESE.index(ones[0]) + 1 if ones else 0
    )
