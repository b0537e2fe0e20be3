"""Tokenizers for scoring. Which one was used is part of every score's signature."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Literal, Protocol

TokenizerName = Literal["rouge-score", "unicode", "squad"]

_SQUAD_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
# Scripts written without spaces: there a character is the best word that needs no dictionary.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_BETWEEN = "\x1e"  # stands between texts and becomes a line end; in a text it is as good as a space
_BYTES = bytes(b if b in _WORD_BYTES else 10 if b == ord(_BETWEEN) else 32 for b in range(256))


class Tokenizer(Protocol):
    """Leaves of many texts what counts."""

    def plain(self, texts: Sequence[str]) -> list[str]:
        """The words of each text, in order, with nothing but spaces between them."""


class RougeScoreTokenizer:
    """The words of the ``rouge-score`` package: runs of a-z and 0-9 in the lower-cased text."""

    def plain(self, texts: Sequence[str]) -> list[str]:
        """The words of each text, one to many spaces between them."""
        joined = _BETWEEN.join(texts)
        if joined.count(_BETWEEN) >= len(texts):
            joined = _BETWEEN.join([text.replace(_BETWEEN, " ") for text in texts])
        # Whatever is not ASCII becomes a question mark, and that a space.
        kept = joined.lower().encode("ascii", "replace").translate(_BYTES).decode("ascii")
        return kept.split("\n") if texts else []


class UnicodeTokenizer:
    """Lower-cased words in any script; single characters where a script has no spaces."""

    def plain(self, texts: Sequence[str]) -> list[str]:
        """Runs of letters, digits and combining marks."""
        return [self._plain(text) for text in texts]

    def _plain(self, text: str) -> str:
        spaced = _UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFKC", text).lower())
        return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in spaced)


class SquadTokenizer:
    """Words as SQuAD's evaluation script normalises them (Rajpurkar et al. 2016).

    Lower case, without ASCII punctuation, without the articles a, an, the; split at white space.
    """

    def plain(self, texts: Sequence[str]) -> list[str]:
        """The words of each text, one space between them."""
        bare = [text.lower().translate(_PUNCTUATION) for text in texts]
        return [" ".join(_SQUAD_ARTICLES.sub(" ", text).split()) for text in bare]


_TOKENIZERS: dict[TokenizerName, Tokenizer] = {
    "rouge-score": RougeScoreTokenizer(),
    "unicode": UnicodeTokenizer(),
    "squad": SquadTokenizer(),
}


def tokenizer_named(name: TokenizerName) -> Tokenizer:
    """The tokenizer of that name."""
    return _TOKENIZERS[name]


@lru_cache(maxsize=1 << 18)
def stem(word: str) -> str:
    """The word's stem as ``rouge-score`` takes it: Porter's, of ASCII words over three letters."""
    return _porter().stem(word) if len(word) > 3 and word.isascii() else word


@cache
def _porter() -> Any:
    from nltk.stem.porter import PorterStemmer

    return PorterStemmer()
