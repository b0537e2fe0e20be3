r"""Replaces lists in LaTeX by plain text with list marks."""

from __future__ import annotations

import re

_LIST = re.compile(r"\\begin\{(?:itemize|enumerate|description)\*?\}")
_AROUND = re.compile(
    r"\\(?:begin|end)\{[a-zA-Z]{1,30}\*?\}(?:\[[^\[\]\n]{0,200}\])?"
    r"|\\(?:sub)*section\*?\{[^{}\n]{0,200}\}|\\(?:documentclass|usepackage)(?:\[[^\[\]]{0,200}\])?"
    r"\{[^{}\n]{0,200}\}|\\(?:setlength|label|vspace)(?:\{[^{}\n]{0,80}\}){1,2}"
    r"|\\(?:itemsep|noindent|newpage|maketitle)\b[^\n\\]{0,20}"
)
_ITEM = re.compile(r"\\item(?:\[[^\[\]\n]{0,80}\])?(?=[\s{\\])[ \t]*")
_STYLED = re.compile(
    r"\\(?:text(?:bf|it|sf|tt|sc|rm)|emph|underline|enquote|mbox)\{([^{}]{0,1000})\}"
)
_ESCAPED = re.compile(r"\\([%&$#_{}])")
_QUOTED = re.compile(r"``([^`'\n]{1,500})''")
_DEEPEST = 3


def without_latex(text: str) -> str:
    r"""The text with the items of LaTeX lists as lines with bullets; as it is without a list.

    Commands that only style words are removed, and so are the backslashes before ``%`` and the
    like. Mathematics stays as it is written.
    """
    if not _LIST.search(text) or "\\item" not in text:
        return text
    text = _ITEM.sub("\n• ", _AROUND.sub("\n\n", text))
    for _ in range(_DEEPEST):  # one in another
        text = _STYLED.sub(r"\1", text)
    return _ESCAPED.sub(r"\1", _QUOTED.sub(r'"\1"', text))
