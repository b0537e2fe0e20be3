"""Tokens for grammar: clitics are separate, compounds are one token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?:[A-Z]\.){2,}(?=[\s,'’]|$)
    | \b(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Sen|Gov|Rep|Lt|Col|Inc|Corp|Ltd|Jr|Sr)\.(?=\s)
    | [$€£¥]?\d+(?:[.,:/–-]\d+)*(?:-[^\W\d_]+)*(?:%|[^\W\d_]{1,3}\b)?
    | n['’]t\b | (?<=\s)['’]s\b
    | \w+(?:[-.&'’]\w+)*
    | -l[rsc]b-|-r[rsc]b- | ``|'' | -- | [^\w\s]
    """,
    re.VERBOSE,
)
_POSSESSIVE = re.compile(r"(.+?)(['’]s|(?<=s)['’])$", re.IGNORECASE)
_NEGATION = re.compile(r"n['’]t$")


class Spelt(NamedTuple):
    """A token before it is tagged, and where it starts."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Token:
    """One token, its tag and its offset in the sentence."""

    text: str
    tag: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The token in lower case."""
        return self.text.lower()


def tokenize(sentence: str) -> list[Spelt]:
    """The tokens of a sentence; possessive endings and "n't" are separate tokens."""
    tokens: list[Spelt] = []
    for match in _TOKEN.finditer(sentence):
        word, start = match.group(), match.start()
        possessive = _POSSESSIVE.match(word)
        if possessive and word.lower() not in ("'s", "’s"):
            tokens.append(Spelt(possessive[1], start))
            tokens.append(Spelt(possessive[2], start + possessive.end(1)))
        elif len(word) > 3 and _NEGATION.search(word):
            tokens += [Spelt(word[:-3], start), Spelt(word[-3:], start + len(word) - 3)]
        else:
            tokens.append(Spelt(word, start))
    return tokens


def opens_quotation(tokens: list[Spelt], index: int) -> bool:
    """Whether a token is a single quotation mark that opens, not an apostrophe."""
    if index < 0 or tokens[index].text not in ("'", "‘"):
        return False
    before = tokens[index - 1] if index else None
    return before is None or tokens[index].start > before.start + len(before.text)
