"""Encodes texts as strings with one code point per token.

Comparing tokens then means comparing characters, for which ``rapidfuzz`` has bit-parallel
algorithms. Code points of different encoders are unrelated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bench.text.arrow_arrays import numbers_array, numbers_of, strings_array
from bench.text.tokens import Tokenizer, stem

MOST = 0x110000 - 1
"""The number of code points, without 0, which is unused."""
BITS = 21
"""That a code point fits in."""
_PIECE = 1 << 22  # characters encoded at a time, each of which takes dozens of bytes meanwhile

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

    def tokens(self) -> list[str]:
        """All tokens so far; the token with code point n is at index n - 1."""
        return list(self._numbers)

    def _learn(self, texts: Iterable[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        for some in _in_pieces(new):
            encoded = self._encode(self._tokenizer.plain(some))
            self._texts.update(zip(some, encoded, strict=True))

    def _encode(self, plain: list[str]) -> list[str]:
        import pyarrow.compute as pc

        words = pc.ascii_split_whitespace(strings_array(plain, large=True))
        coded = words.flatten().dictionary_encode()
        distinct = coded.dictionary.to_pylist()
        self._number(distinct)
        numbers = np.array([self._words[word] for word in distinct], np.uint32)
        points = numbers[numbers_of(coded.indices, np.int32)]
        real = points > 0  # white space at the ends of a text leaves empty words there
        before = np.concatenate([[0], np.cumsum(real)])[numbers_of(words.offsets, np.int32)]
        return cut(points[real], np.diff(before))

    def _number(self, words: list[str]) -> None:
        numbers = self._numbers
        for word in words:
            if word not in self._words:
                token = stem(word) if self._stemmer else word
                self._words[word] = numbers.setdefault(token, len(numbers) + 1)
        check_number(len(numbers))


def _in_pieces(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in order, of each piece no more than ``_PIECE`` characters or a single text."""
    piece: list[str] = []
    size = 0
    for text in texts:
        if piece and size + len(text) > _PIECE:
            yield piece
            piece, size = [], 0
        piece.append(text)
        size += len(text)
    if piece:
        yield piece


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
    coded = numbers_array(keys).dictionary_encode()  # hashes, where numpy's unique would sort
    return numbers_of(coded.indices, np.int32).astype(np.int64), numbers_of(
        coded.dictionary, np.uint64
    )


def check_number(distinct: int) -> None:
    """Refuse more distinct keys than code points.

    Raises:
        TooManyTokensError: there are too many.
    """
    if distinct > MOST:
        raise TooManyTokensError(
            f"{distinct} distinct tokens or n-grams exceed the maximum of {MOST}"
        )
