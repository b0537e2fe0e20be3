"""Noun phrases as the longest flat runs of tokens in a tagged sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.heuristics.english.closed_words import is_closed
from bench.heuristics.english.lexicon import is_plural
from bench.heuristics.english.noun_kinds import TIME_WORDS
from bench.heuristics.english.tagging import NOMINAL
from bench.heuristics.english.tokens import Token
from bench.heuristics.english.words import word_set

_INSIDE = frozenset(("CD", "JJ", "NN", "NNS", "NNP", "POS"))
_OPENING = _INSIDE | {"DT", "PPS"}
_NO_DETERMINERS = word_set("all both either neither another any some no each every")

_NEW_PHRASE = word_set("last next past due worth able ready likely available")


@dataclass(frozen=True)
class Chunk:
    """A noun phrase: its tokens and their positions in the sentence."""

    tokens: tuple[Token, ...]
    start: int
    end: int

    @property
    def head(self) -> Token:
        """Its last noun."""
        return self.tokens[-1]

    @property
    def determiner(self) -> str:
        """The article or possessive before it, in lower case; empty if there is no determiner."""
        first = self.tokens[0]
        return first.lower if first.tag in ("DT", "PPS") else ""

    @property
    def core(self) -> tuple[Token, ...]:
        """The tokens without the determiner."""
        return self.tokens[1:] if self.determiner else self.tokens

    @property
    def plural(self) -> bool:
        """Whether it takes a plural verb."""
        if self.determiner in ("a", "an", "this", "that", "another", "each", "every"):
            return False
        return self.head.tag != "NNP" and (
            self.head.tag == "NNS" or is_plural(self.head.lower) or self.head.tag == "CD"
        )

    @property
    def text(self) -> str:
        """Its form inside a sentence: the first word in lower case unless it is a name."""
        return join(self.tokens)


def join(tokens: Sequence[Token]) -> str:
    """Tokens as running text, capitals only where names have them.

    >>> from bench.heuristics.english.tagging import tag
    >>> join(tag("The Bank of Meridia's rate ( 5% ) , which rose"))
    "the Bank of Meridia's rate (5%), which rose"
    """
    text = ""
    for index, token in enumerate(tokens):
        word = token.text.lower() if _begins_small(token) else token.text
        glued = token.tag == "POS" or token.text in (
            ",",
            ".",
            ")",
            "%",
            ":",
            ";",
            "n't",
            "n’t",
            "?",
        )
        after_bracket = index > 0 and tokens[index - 1].text in ("(", "$", "£", "€")
        text += word if glued or after_bracket or not text else f" {word}"
    return text


def _begins_small(token: Token) -> bool:
    """Whether a capital is only that of a sentence's first word."""
    return token.tag != "NNP" and token.text != "I" and (token.start < 2 or is_closed(token.lower))


def chunks(tokens: Sequence[Token]) -> Iterator[Chunk]:
    """The noun phrases of a tagged sentence, in order; none overlaps another."""
    index = 0
    while index < len(tokens):
        chunk = chunk_at(tokens, index)
        if chunk:
            yield chunk
        index = chunk.end if chunk else index + 1


def chunk_at(tokens: Sequence[Token], start: int) -> Chunk | None:
    """The noun phrase that begins at a token, if one does."""
    roughly = [token.tag for token in tokens[start : start + 2]] == ["RB", "CD"]
    if start >= len(tokens) or not (roughly or tokens[start].tag in _OPENING - {"POS"}):
        return None
    end = start + 1
    while end < len(tokens) and _belongs(tokens, start, end):
        end += 1
    while end > start and tokens[end - 1].tag not in NOMINAL:
        end -= 1
    return Chunk(tuple(tokens[start:end]), start, end) if end > start else None


def _belongs(tokens: Sequence[Token], start: int, end: int) -> bool:
    here, before = tokens[end], tokens[end - 1]
    if here.tag == "JJ" and before.tag in NOMINAL | {"CD"}:
        # "the pact last year": a second phrase begins.
        return before.tag not in ("NN", "NNS") and here.lower not in _NEW_PHRASE
    if here.tag == "CD" and before.tag == "NNS":
        return False  # "costs nine times"
    if here.tag == "NNP" and before.tag == "NN" and before.lower in TIME_WORDS:
        return False  # "all the time Assipattle"
    return here.tag in _INSIDE or _goes_on(tokens, start, end)


def _goes_on(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a word other than a noun or adjective is inside: "a more active role"."""
    here, following = tokens[end], tokens[end + 1 : end + 2]
    if not following:
        return False
    before = tokens[end - 1].tag
    if here.tag == "RB":
        return before in ("DT", "PPS") and following[0].tag in ("JJ", "CD")
    if here.tag == "CC" and here.lower in ("and", "or"):
        return before == "JJ" and following[0].tag == "JJ"
    if here.tag in ("DT", "PPS"):
        return tokens[start].lower in _NO_DETERMINERS and end == start + 1
    if here.text == "&":
        return before == "NNP" and following[0].tag == "NNP"
    return here.tag == "VBG" and before in ("DT", "PPS", "JJ") and following[0].tag in NOMINAL
