"""What raters type, as values: numbers of a scale, choices and names."""

from __future__ import annotations

import re
import unicodedata

from bench.data.ratings import Choice
from bench.raters.rubric import Criterion
from bench.validation import shown

LONGEST_NAME, LONGEST_COMMENT = 100, 10_000  # characters
_NUMBER = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]0*)?")
_FRACTION = re.compile(r"[+-]?[0-9]*[.,][0-9]*")
_DATE = re.compile(
    r"[0-9]{1,4}[-./][0-9]{1,2}([-./]([0-9]{1,4}.*)?)?"  # 4.5., 2026-05-04
    r"|[0-9]{1,2}[-. ]+[^\W\d]{3,9}.*|[^\W\d]{3,9}[-. ]+[0-9]{1,4}"  # 4-May, May 26
)
_SERIALS = range(20_000, 90_000)  # dates of this and the last century, as numbers of days
_RETYPE = "it looks like a date: format the column as numbers and type the value again"
_ESCAPED = re.compile(r"'(?=\s*[=+\-@＝＋－＠])")
_CHOICES: dict[str, Choice] = {
    **dict.fromkeys(("a", "list a", "first"), "first"),
    **dict.fromkeys(("b", "list b", "second"), "second"),
    **dict.fromkeys(("tie", "=", "no difference", "equal"), "tie"),
}


def typed_value(text: str, criterion: Criterion) -> int:
    """The value of a scale that a rater typed; ``4.0`` and ``4,0`` are 4.

    Raises:
        ValueError: it is none; the message is the reason.
    """
    plain = _plain(text)
    low, high = criterion.low, criterion.high
    dense = len(criterion.scale) == high - low + 1
    scale = f"{low} to {high}" if dense else ", ".join(map(str, criterion.scale))
    match = _NUMBER.fullmatch(plain)
    if match and int(match[1]) in criterion.scale:
        return int(match[1])
    fault = f"{shown(text)} is not a value of the scale ({scale})"
    serial = match is not None and int(match[1]) in _SERIALS
    if serial or (_DATE.fullmatch(plain) and not _FRACTION.fullmatch(plain)):
        raise ValueError(f"{fault}; {_RETYPE}")
    raise ValueError(f"{fault}; write one of them, or leave the cell empty")


def typed_choice(text: str) -> Choice:
    """The list that a rater prefers.

    Raises:
        ValueError: it is none; the message is the reason.
    """
    plain = " ".join(_plain(text).casefold().split())
    if plain not in _CHOICES:
        raise ValueError(
            f"{shown(text)} is not a choice; write A, B or tie, or leave the cell empty"
        )
    return _CHOICES[plain]


def typed_name(text: str) -> str:
    """The name of a rater, with single spaces.

    Raises:
        ValueError: it cannot be a name; the message is the reason.
    """
    name = " ".join(unicodedata.normalize("NFC", unescaped(text)).split())
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a rater's name has at most {LONGEST_NAME} characters")
    if not name or not name.isprintable():
        raise ValueError(f"{shown(text)} cannot be the name of a rater")
    return name


def typed_comment(text: str) -> str:
    """A comment that any file can store, cut at ``LONGEST_COMMENT`` characters."""
    stored = unescaped(text).encode("utf-8", "replace").decode()
    return stored[:LONGEST_COMMENT]


def unescaped(text: str) -> str:
    """The text behind the apostrophe that keeps a spreadsheet from seeing a formula."""
    return _ESCAPED.sub("", text, count=1) if text.startswith("'") else text


def same_name(name: str) -> str:
    """What two spellings of the same name have in common."""
    return unicodedata.normalize("NFKC", name).casefold()


def _plain(text: str) -> str:
    """The text with ASCII digits and minus signs, without invisible characters and quotes."""
    composed = unicodedata.normalize("NFKC", unescaped(text)).replace("−", "-")
    visible = (c for c in composed if unicodedata.category(c) != "Cf")
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in visible)
    return "".join(digits).strip().strip("'\"")
