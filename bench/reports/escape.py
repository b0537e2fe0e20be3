"""Escapes untrusted text for Markdown, LaTeX and spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from html import escape

from bench.reports.terminal import printable
from bench.text.normalization import normalized


def markdown(text: str) -> str:
    """Escape text for Markdown, inside or outside a table, also on GitHub.

    GitHub turns addresses, ``@names``, ``#numbers`` and hashes of commits into links, ``:names:``
    into pictures and ``$`` into formulas, even after a backslash; an empty comment in between
    prevents that.
    """
    return _MARKDOWN.sub(_shown_by_markdown, printable(text).strip())


def code_in_markdown(text: str) -> str:
    """Text as code, for Markdown that GitHub or GitLab shows beside issues and commits.

    What they link after Markdown is parsed (people, teams, issues, commits, prefixes of the
    repository's own) they leave alone in code, whatever it is.
    """
    shown = markdown(text)
    return f"<code>{shown}</code>" if shown else ""


def plain_or_code(text: str) -> str:
    """A sentence of plain words and numbers as it is, and any other text as code.

    Code is set small and breaks badly. Only text in which nothing can be linked or parsed, on any
    server and with any prefixes of a repository, is not code.
    """
    return text if _PLAIN.fullmatch(text) else code_in_markdown(text)


def html_code(text: str) -> str:
    """The same for the inside of an HTML tag in Markdown, where no Markdown is parsed."""
    return f"<code>{html_in_markdown(text)}</code>"


def html_in_markdown(text: str) -> str:
    """Escape text for the inside of an HTML tag in Markdown, where no Markdown is parsed."""
    return _SPLIT.sub(_shown_in_html, escape(printable(text).strip()))


def latex(text: str) -> str:
    """Escape text for LaTeX, for any engine and any Latin font.

    A character that the fonts of pdfLaTeX lack is written as its code point, such as U+6771.
    """
    composed = normalized("NFC", printable(text))
    return _LIGATURES.sub(r"\1{}", "".join(map(_set_by_latex, composed)))


def csv_cell(text: str) -> str:
    """Escape text that a spreadsheet could take for a formula, even if it splits at semicolons."""
    return _FORMULA.sub(r"\1'", printable(text))


_LINKED = r"""(?P<split>(?<!\w)@ | @(?!\d*\.?\d+(?![\w.-])) | www(?=\.) | gh-(?=\d)
        | :(?=//) | (?<=mailto): | (?<=xmpp): | :(?=[\w+-]+:))
    | (?P<commit>(?<!\w)[0-9a-f]{7,40}(?!\w))
    | (?P<number>\#)
    | (?P<formula>\$)"""
"""What GitHub turns into something else, in Markdown and HTML alike."""
_PLAIN = re.compile(
    r"""(?=[a-z]) (?!.*(?<!\w)[0-9a-f]{7,}(?!\w))
    (?: (?<![\w.,-]) (?: [a-z]+ (?:-[a-z]+)* | [-+]?\d+ (?:[.,]\d+)* (?:e[-+]\d+)? ) (?![\w-])
      | (?<=\w)[,;:.] (?=\s|$) | (?<=\d\ )% (?=[\s,;)]|$)
      | \((?=\w) | (?<=\w)\)  | (?<=\))[,;:.] (?=\s|$) | (?<=\S)\ (?=\S) )+""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""A sentence without the digest of a commit; punctuation is before a space or the end."""
_PART = 6
_NUMBERED = " | ".join(rf"(?<=^\d{{{digits}}})[.)]" for digits in range(1, 10))
"""What makes the first line an item of a list; its number has at most nine digits."""
_MARKDOWN = re.compile(
    rf"""(?P<escaped>[\\`*_{{}}\[\]<>|~&!] | ^[-+=] | {_NUMBERED})
    | {_LINKED}""",
    re.VERBOSE | re.IGNORECASE,
)
_SPLIT = re.compile(rf"(?P<entity>&\#?\w+;) | {_LINKED}", re.VERBOSE | re.IGNORECASE)


def _shown_in_html(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "entity":
            return found[0]
        case "formula":
            return "<span>$</span>"
        case "commit":
            return _parted(found[0])
        case _:
            return f"{found[0]}<!-- -->"


def _shown_by_markdown(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "split":
            return f"{found[0]}<!-- -->"
        case "number":
            return r"\#<!-- -->"
        case "formula":
            return "<span>$</span>"
        case "commit":
            return _parted(found[0])
        case _:
            return f"\\{found[0]}"


def _parted(hash: str) -> str:
    """A hash in parts that are too short for one."""
    parts = (hash[start : start + _PART] for start in range(0, len(hash), _PART))
    return "<!-- -->".join(parts)


def _set_by_latex(character: str) -> str:
    if character in _LATEX:
        return _LATEX[character]
    letter, accents = (decomposed := unicodedata.normalize("NFD", character))[0], decomposed[1:]
    if letter.isascii() and character < "\u0180" and _ACCENTS.issuperset(accents):
        return character
    return rf"\texttt{{U+{ord(character):04X}}}"


_ACCENTS = set("\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327")
_LIGATURES = re.compile(r"([-',])(?=\1)")
_LATEX = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    '"': "''",
    "‘": "`",
    "’": r"\textquoteright{}",
    "“": "``",
    "”": "''",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "…": r"\ldots{}",
    "−": "$-$",
    "×": r"$\times$",
    "±": r"$\pm$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "†": r"$\dagger$",
    "\u00a0": "~",
    "·": r"$\cdot$",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
}
_FORMULA = re.compile(r"((?:^|;)\s*)(?=[=+\-@＝＋－＠])")
