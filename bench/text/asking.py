"""Recognises questions by their marks, in any script."""

from __future__ import annotations

import re

MARKS = "?？؟⸮⁇⁈﹖፧;՞‽꘏꛷"
"""Question marks; the Greek one may also be written as a semicolon."""
_CLOSERS = " \t\"'”’»）」』)]*_`."
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]['\"”’»)]?;[\s\"'”’»)*_`]*\Z")
_ARMENIAN = re.compile(r"[\u0531-\u0587]՞")
_JAPANESE = re.compile(r"か。?\Z")


def asks(text: str) -> bool:
    """Whether a text ends as a question does."""
    end = text.rstrip(_CLOSERS)
    return bool(
        end.endswith(tuple(MARKS))
        or _GREEK.search(text[-20:])
        or _ARMENIAN.search(text[:2000])
        or _JAPANESE.search(end[-3:])
    )
