"""Tokenizers for scoring. Which one was used is part of every score's signature."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import cache
from typing import Any, Literal, Protocol, get_args

TokenizerName = Literal["rouge-score", "unicode"]
TOKENIZERS: tuple[TokenizerName, ...] = get_args(TokenizerName)

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
# Scripts written without spaces: there a character is the best word that needs no dictionary.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class Tokenizer(Protocol):
    """Text in, tokens out: the form that ``rouge_score`` takes a tokenizer in."""

    def tokenize(self, text: str) -> list[str]:
        """The tokens of ``text``, in order."""


class UnicodeTokenizer:
    """Lower-cased words in any script; single characters where a script has no spaces."""

    def __init__(self, stemmer: bool) -> None:
        self._stem = _porter().stem if stemmer else None

    def tokenize(self, text: str) -> list[str]:
        """Words of letters, digits and combining marks; ASCII words over three letters stemmed."""
        spaced = _UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFKC", text).lower())
        words = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in spaced).split()
        if self._stem is None:
            return words
        return [self._stem(w) if len(w) > 3 and w.isascii() else w for w in words]


@cache
def tokenizer_named(name: TokenizerName, stemmer: bool) -> Tokenizer:
    """``rouge-score``: that package's own (a-z and 0-9 only); ``unicode``: words in any script."""
    if name == "unicode":
        return UnicodeTokenizer(stemmer)
    from rouge_score.tokenizers import DefaultTokenizer

    default: Tokenizer = DefaultTokenizer(stemmer)
    return default


def squad_tokens(text: str) -> list[str]:
    """Tokens as SQuAD's evaluation script normalises them (Rajpurkar et al. 2016).

    Lower case, without ASCII punctuation, without the articles a, an, the; split at white space.
    """
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


@cache
def _porter() -> Any:
    from nltk.stem.porter import PorterStemmer

    return PorterStemmer()
