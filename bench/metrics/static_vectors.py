"""Vectors of texts from static vectors of their tokens, in integers.

Token vectors are integers of a fixed scale, so the sum over the tokens of a text is exact: it
depends neither on the order of the sums nor on the processor. Only the direction of the sum counts
for a cosine; it is kept as a vector of integers again.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.errors import ConfigError
from bench.metrics.base import FloatArray

TOKEN_BITS = 16
"""A token vector is stored as integers, in units of 2 to the power of -16."""
UNIT_BITS = 24
"""The length of a direction is about 2 to the power of 24."""
_SUM_BITS = 26  # so that the sum of the squares of 2048 components fits in 64 bits
_PIECE = 256  # texts at once, whose vectors fit in a processor's cache
_MOST_WORDS = 1 << 17  # remembered before a text is read
_LETTER = re.compile(r"[^\W_]")
_SURROGATE = re.compile("[\ud800-\udfff]")

PACKAGE = "wordllama"
_TOKENIZER = "wordllama/tokenizers/l2_supercat_tokenizer_config.json"
_MATRIX = "wordllama/weights/l2_supercat_256.safetensors"
_INSTALL = "pip install 'qgbench[semantic]'"


class StaticVectors:
    """Computes vectors of texts.

    A text is split at white space, and each word is tokenized by itself; text without letters and
    digits, or with unknown tokens only, has the vector 0.

    Args:
        tokenizer: has ``encode`` and ``token_to_id`` as in the package ``tokenizers``.
        matrix: the vector of each token, shape (tokens, dimensions).
    """

    def __init__(self, tokenizer: Any, matrix: NDArray[np.floating[Any]]) -> None:
        self._tokenizer = tokenizer
        self._unknown = tokenizer.token_to_id("<unk>")
        self._matrix = np.rint(matrix.astype(np.float64) * 2**TOKEN_BITS).astype(np.int32)
        self._forget()

    def directions(self, texts: Sequence[str]) -> FloatArray:
        """The direction of each text's vector; see ``directions``."""
        index = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        counts, table = self._counts(list(index))
        found = np.empty((len(index), table.shape[1]))
        for start in range(0, len(index), _PIECE):
            piece = slice(start, start + _PIECE)
            # Integers as float64, which are exact below 2^53, are added several at a time.
            found[piece] = directions(np.asarray(counts[piece] @ table, np.float64))
        return found if len(index) == len(texts) else found[[index[text] for text in texts]]

    def _counts(self, texts: Sequence[str]) -> tuple[Any, FloatArray]:
        """How often each text has each token, as a sparse matrix, and the vectors of the tokens."""
        from scipy.sparse import csr_array

        words = [text.split() if _LETTER.search(text) else [] for text in texts]
        flat = list(chain.from_iterable(words))
        self._learn(flat)
        starts = np.array(self._starts, np.int64)
        numbers = np.fromiter(map(self._numbers.__getitem__, flat), np.int64, len(flat))
        lengths = np.diff(starts)[numbers]
        ends = np.cumsum([0, *lengths])
        first = np.repeat(starts[numbers] - ends[:-1], lengths)
        ids = np.array(self._ids, np.int64)[first + np.arange(ends[-1])]
        seen = np.zeros(len(self._matrix), bool)
        seen[ids] = True
        columns = (np.cumsum(seen) - 1)[ids]
        text_ends = ends[np.cumsum([0, *map(len, words)])]
        shape = (len(texts), int(seen.sum()))
        counts = csr_array((np.ones(len(ids)), columns, text_ends), shape=shape)
        return counts, self._matrix[seen].astype(np.float64)

    def _learn(self, words: Iterable[str]) -> None:
        """Remember the tokens of words."""
        if len(self._numbers) > _MOST_WORDS:
            self._forget()
        for word in dict.fromkeys(words):
            if word not in self._numbers:
                # One at a time: a batch would start threads, which warn when the process forks.
                plain = _SURROGATE.sub("\ufffd", word)
                ids = self._tokenizer.encode(plain, add_special_tokens=False).ids
                known = (i for i in ids if i != self._unknown and i < len(self._matrix))
                self._ids.extend(known)
                self._numbers[word] = len(self._starts) - 1
                self._starts.append(len(self._ids))

    def _forget(self) -> None:
        """Forget the tokens of all words."""
        self._numbers: dict[str, int] = {}
        self._ids = array("q")
        self._starts = array("q", [0])


def directions(sums: FloatArray) -> FloatArray:
    """Vectors of the same direction and of length 2^24, rounded to integers; 0 stays 0.

    Each step is exact or correctly rounded by IEEE 754, so that every processor agrees.

    Args:
        sums: integers below 2^53.
    """
    largest = np.abs(sums).max(axis=1, initial=0)
    shift = np.maximum(np.frexp(largest)[1] - _SUM_BITS, 0)
    short = np.rint(np.ldexp(sums, -shift[:, None])) if shift.any() else sums
    squares = (short.astype(np.int64) ** 2).sum(axis=1)
    lengths = np.sqrt(np.maximum(squares, 1).astype(np.float64))
    return np.asarray(np.rint(short / lengths[:, None] * 2.0**UNIT_BITS), np.float64)


def cosines(rows: FloatArray, columns: FloatArray) -> FloatArray:
    """The cosine of each row direction with each column direction; 0 where negative.

    The products add up to integers below 2^53, which are exact in any order.
    """
    squares = [np.einsum("ij,ij->i", side, side) for side in (rows, columns)]
    lengths = np.sqrt(np.multiply.outer(*squares))
    dots = rows @ columns.T
    return np.clip(dots / np.where(lengths > 0, lengths, 1.0), 0.0, 1.0)


class PackagedVectors:
    """The vectors of the package ``wordllama``, read from its files without importing it.

    Attributes:
        version: the version of the package.

    Raises:
        ConfigError: the extra ``semantic`` is not installed.
    """

    def __init__(self) -> None:
        try:
            import safetensors
            import tokenizers

            installed = distribution(PACKAGE)
        except (ImportError, PackageNotFoundError) as error:
            raise ConfigError(f"static vectors are not installed: {_INSTALL}") from error
        self._libraries = safetensors, tokenizers
        self._files = [_file_of(installed, name) for name in (_TOKENIZER, _MATRIX)]
        self.version = installed.version

    @cached_property
    def digest(self) -> str:
        """Digest of the content of both files."""
        return _digest_of(self._files)

    @cached_property
    def vectors(self) -> StaticVectors:
        """The vectors themselves."""
        safetensors, tokenizers = self._libraries
        tokenizer = tokenizers.Tokenizer.from_file(str(self._files[0]))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        with safetensors.safe_open(str(self._files[1]), "numpy") as tensors:
            (name,) = tensors.keys()
            return StaticVectors(tokenizer, tensors.get_tensor(name))


@cache
def packaged_vectors() -> PackagedVectors:
    """The vectors of the extra ``semantic``, loaded once a process.

    Raises:
        ConfigError: it is not installed.
    """
    return PackagedVectors()


def _file_of(installed: Distribution, name: str) -> Path:
    file = Path(str(installed.locate_file(name)))
    if not file.is_file():
        raise ConfigError(
            f"{PACKAGE} {installed.version} has no file {name}; install the version that has:"
            f" {_INSTALL}"
        )
    return file


def _digest_of(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]
