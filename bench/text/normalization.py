"""Unicode normalization in linear time, for text from anywhere."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import Literal

Form = Literal["NFC", "NFKC"]

_MAY_BE_MARKS = re.compile("[^\x00-\u02ff]{32,}")  # combining marks begin at U+0300


def normalized(form: Form, text: str) -> str:
    """The same as ``unicodedata.normalize``, in linear time.

    Python sorts the combining marks on one character by insertion, which takes quadratic time.
    Long runs of them are therefore put into their canonical order first.
    """
    if text.isascii():
        return text
    return unicodedata.normalize(form, _MAY_BE_MARKS.sub(_in_canonical_order, text))


def _in_canonical_order(run: re.Match[str]) -> str:
    parts = map(_decomposed, run[0])
    return "".join(
        "".join(sorted("".join(group), key=unicodedata.combining) if are_marks else group)
        for are_marks, group in groupby(parts, _begins_with_mark)
    )


def _decomposed(character: str) -> str:
    """A mark as the marks that it stands for; any other character as it is."""
    parts = unicodedata.normalize("NFD", character)
    return parts if _begins_with_mark(parts) else character


def _begins_with_mark(text: str) -> bool:
    return unicodedata.combining(text[0]) > 0
