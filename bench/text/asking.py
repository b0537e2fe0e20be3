"""Recognises questions by their marks, in any script."""

from __future__ import annotations

import re

MARKS = "?？؟⸮⁇⁈﹖፧\u037e՞‽꘏꛷"
"""Question marks; the Greek one is mostly written as a semicolon: see ``ends_in_greek_mark``."""
_CLOSERS = " \t\"'”’»）」』)]*_`."
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_END = re.compile(rf"{_GREEK.pattern}['\"”’»)]?;\Z")
_TAIL = 200  # characters
_ARMENIAN = re.compile(r"[\u0531-\u0587]՞")
_JAPANESE = re.compile(r"か。?\Z")


def asks(text: str) -> bool:
    """Whether a text ends as a question does."""
    end = text.rstrip(_CLOSERS)
    return bool(
        end.endswith(tuple(MARKS))
        or ends_in_greek_mark(end)
        or _ARMENIAN.search(text[:2000])
        or _JAPANESE.search(end[-3:])
    )


def ends_in_greek_mark(text: str) -> bool:
    """Whether a text ends with a semicolon that is a Greek question mark.

    Unicode normalization makes a semicolon (U+003B) of the mark (U+037E). It is one after a Greek
    letter, and after another word of a text whose letters are mostly Greek.

    Args:
        text: the text, without quotation marks and brackets behind the semicolon.
    """
    if not text.endswith(";"):
        return False
    tail = text[-_TAIL:]
    greek, letters = len(_GREEK.findall(tail)), sum(map(str.isalpha, tail))
    return greek * 2 > letters or _GREEK_END.search(tail) is not None
