"""Tokenizers for scoring; the one used is part of the signature of a score."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from bench.text.characters import whole_characters
from bench.text.normalization import normalized
from bench.text.porter import porter_stem

TokenizerName = Literal["rouge-score", "unicode", "squad"]

_SQUAD_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
# Scripts without spaces between words, in which each character with its marks counts as a word.
# Tibetan is not included, since it marks the end of each syllable.
_HAN = "\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3040-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"
_SOUTH_EAST_ASIAN = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f"
    "\ua980-\ua9ff\uaa60-\uaadf"
)
UNSPACED = _HAN + _KANA + _SOUTH_EAST_ASIAN
"""The characters of these scripts, as ranges of a regular expression."""
UNSPACED_BUT_HAN = _KANA + _SOUTH_EAST_ASIAN
_MARKS = "\u0300-\u036f" + "".join(
    chr(code)
    for first, last in re.findall("(.)-(.)", UNSPACED_BUT_HAN)
    for code in range(ord(first), ord(last) + 1)
    if unicodedata.category(chr(code))[0] == "M"
)
_UNSPACED = re.compile(f"[{UNSPACED}][{_MARKS}]*")
# Invisible characters: format characters (Cf) and default-ignorable ones, such as soft hyphens,
# joiners, direction marks, variation selectors and fillers. The zero-width space is not included,
# since it separates words in Thai and Khmer.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ASCII_WORDS = {code: " " for code in range(128) if not chr(code).isalnum()}
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_BETWEEN = "\x1e"  # separator of texts; inside a text it counts as a space
_BYTES = bytes(b if b in _WORD_BYTES else 10 if b == ord(_BETWEEN) else 32 for b in range(256))


class Tokenizer(Protocol):
    """Reduces texts to their words."""

    def plain(self, texts: Sequence[str]) -> list[str]:
        """The words of each text, in order, separated by spaces."""


class RougeScoreTokenizer:
    """The words of the ``rouge-score`` package: runs of a-z and 0-9 in the lower-cased text."""

    def plain(self, texts: Sequence[str]) -> list[str]:
        """The words of each text, separated by one or more spaces."""
        joined = _BETWEEN.join(texts)
        if joined.count(_BETWEEN) >= len(texts):
            joined = _BETWEEN.join([text.replace(_BETWEEN, " ") for text in texts])
        # Non-ASCII characters become question marks, and these become spaces.
        kept = joined.lower().encode("ascii", "replace").translate(_BYTES).decode("ascii")
        return kept.split("\n") if texts else []


class UnicodeTokenizer:
    """Lower-cased words of any script; single characters in scripts without spaces.

    Invisible characters are removed without splitting words, except the zero-width space.
    """

    def plain(self, texts: Sequence[str]) -> list[str]:
        """Runs of letters, digits and combining marks."""
        return [self._plain(text) for text in texts]

    def _plain(self, text: str) -> str:
        if text.isascii():
            return text.lower().translate(_ASCII_WORDS)
        folded = normalized("NFKC", _INVISIBLE.sub("", text)).lower()
        spaced = _UNSPACED.sub(r" \g<0> ", folded)
        return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in spaced)


class SquadTokenizer:
    """Words as normalised by SQuAD's evaluation script (Rajpurkar et al. 2016).

    Lower case, without ASCII punctuation and the articles a, an, the; split at white space.
    """

    def plain(self, texts: Sequence[str]) -> list[str]:
        """The words of each text, one space between them."""
        bare = [whole_characters(text.lower().translate(_PUNCTUATION)) for text in texts]
        return [" ".join(_SQUAD_ARTICLES.sub(" ", text).split()) for text in bare]


_TOKENIZERS: dict[TokenizerName, Tokenizer] = {
    "rouge-score": RougeScoreTokenizer(),
    "unicode": UnicodeTokenizer(),
    "squad": SquadTokenizer(),
}


_VERSIONS = {"unicode": 2}
"""Versions of the tokenizers whose results have changed; others are at version 1."""


def tokenizer_named(name: TokenizerName) -> Tokenizer:
    """Return the tokenizer with this name."""
    return _TOKENIZERS[name]


def tokenizer_versions(names: Iterable[str]) -> list[str]:
    """Version parts of these tokenizers in a signature; nothing for first versions."""
    return [f"{name}_v:{_VERSIONS[name]}" for name in sorted(names) if name in _VERSIONS]


def stem(word: str) -> str:
    """The word's stem as ``rouge-score`` takes it: Porter's, of ASCII words over three letters."""
    return porter_stem(word) if len(word) > 3 and word.isascii() else word
