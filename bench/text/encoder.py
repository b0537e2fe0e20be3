"""Encodes texts as strings with one code point per token.

Comparing tokens then means comparing characters, for which ``rapidfuzz`` has bit-parallel
algorithms. Code points of different encoders are unrelated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bench.text.tokens import Tokenizer, stem

MOST = 0x110000 - 1
"""The number of code points, without 0, which is unused."""
BITS = 21
"""Bits of a code point."""

Points = NDArray[np.uint32]
Counts = NDArray[np.int64]


class TooManyTokensError(ValueError):
    """There are more distinct tokens or n-grams than code points."""


class Encoder:
    """Encodes texts, with a cache of words and texts.

    Args:
        tokenizer: splits texts into words.
        stemmer: whether to apply Porter stemming.
    """

    def __init__(self, tokenizer: Tokenizer, *, stemmer: bool) -> None:
        self._tokenizer = tokenizer
        self._stemmer = stemmer
        self._numbers: dict[str, int] = {}  # of tokens
        self._words: dict[str, int] = {"": 0}  # number of each word's token; 0 is no word
        self._texts: dict[str, str] = {}

    def encode(self, texts: Sequence[str]) -> list[str]:
        """Encode each text as a string with one code point per token.

        Raises:
            TooManyTokensError: the encoder has seen more distinct tokens than it can number.
        """
        self._learn(texts)
        return [self._texts[text] for text in texts]

    def encode_lists(self, lists: Sequence[Sequence[str]]) -> list[list[str]]:
        """Encode each text of each list."""
        self._learn(chain.from_iterable(lists))
        seen = self._texts
        return [[seen[text] for text in texts] for texts in lists]

    def _learn(self, texts: Iterable[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        if new:
            encoded = self._encode(self._tokenizer.plain(new))
            self._texts.update(zip(new, encoded, strict=True))

    def _encode(self, plain: list[str]) -> list[str]:
        import pyarrow as pa
        import pyarrow.compute as pc

        words = pc.ascii_split_whitespace(pa.array(plain, pa.string()))
        coded = words.flatten().dictionary_encode()
        distinct = coded.dictionary.to_pylist()
        self._number(distinct)
        numbers = np.array([self._words[word] for word in distinct], np.uint32)
        points = numbers[coded.indices.to_numpy()]
        real = points > 0  # white space at the ends of a text gives empty words
        before = np.concatenate([[0], np.cumsum(real)])[words.offsets.to_numpy()]
        return cut(points[real], np.diff(before))

    def _number(self, words: list[str]) -> None:
        numbers = self._numbers
        for word in words:
            if word not in self._words:
                token = stem(word) if self._stemmer else word
                self._words[word] = numbers.setdefault(token, len(numbers) + 1)
        check_number(len(numbers))


def points_of(encoded: Sequence[str]) -> Points:
    """The concatenated code points of all strings."""
    return np.frombuffer("".join(encoded).encode("utf-32-le", "surrogatepass"), np.uint32)


def lengths_of(sized: Sequence[Sized]) -> Counts:
    """The length of each element."""
    return np.fromiter(map(len, sized), np.int64, len(sized))


def cut(points: Points, lengths: Counts) -> list[str]:
    """Split concatenated code points into strings of these lengths."""
    whole = points.tobytes().decode("utf-32-le", "surrogatepass")
    ends = np.cumsum(lengths).tolist()
    return [whole[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def numbered(keys: NDArray[np.uint64]) -> tuple[Counts, NDArray[np.uint64]]:
    """Number distinct keys in order of first appearance.

    Returns:
        The number of each key, and the distinct keys by number.
    """
    import pyarrow as pa

    coded = pa.array(keys).dictionary_encode()  # hashes, where numpy's unique would sort
    return coded.indices.to_numpy().astype(np.int64), coded.dictionary.to_numpy()


def check_number(distinct: int) -> None:
    """Refuse more distinct keys than code points.

    Raises:
        TooManyTokensError: there are too many.
    """
    if distinct > MOST:
        raise TooManyTokensError(
            f"{distinct} distinct tokens or n-grams exceed the maximum of {MOST}"
        )
