"""Vectors of texts from the token vectors of a folder, in exact integers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.errors import ConfigError
from bench.metrics.base import FloatArray
from bench.metrics.encoders.folder import EncoderFolder
from bench.metrics.static_vectors import directions

_BITS = 22
"""The largest component of a token vector has this many bits."""
_NAMES = ("embeddings", "embedding.weight")


class StaticEncoder:
    """Mean of the vectors of a text's tokens, as ``model2vec`` and ``sentence-transformers`` do.

    Token vectors are rounded to integers of one scale, so that sums are exact and equal on every
    processor.
    """

    def __init__(self, folder: EncoderFolder) -> None:
        import safetensors
        import tokenizers

        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder.inner / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._unknown = _unknown_id(self._tokenizer) if folder.drops_unknown else None
        file = folder.inner / "model.safetensors"
        with safetensors.safe_open(str(file), "numpy") as tensors:
            there = set(tensors.keys())
            name = next((name for name in _NAMES if name in there), None)
            if name is None:
                raise ConfigError(f"encoder {folder.name!r}: {file} has no {' or '.join(_NAMES)}")
            optional = {n: tensors.get_tensor(n) for n in ("mapping", "weights") if n in there}
            self._table = _integers(tensors.get_tensor(name), **optional)
        if not np.isfinite(self._table).all():
            raise ConfigError(f"encoder {folder.name!r}: {file} has values that are not finite")

    @property
    def dimensions(self) -> int:
        """The number of components of a vector."""
        return int(self._table.shape[1])

    def directions(self, texts: Sequence[str]) -> FloatArray:
        """The direction of each text's vector, as ``static_vectors.directions`` scales it."""
        sums = np.zeros((len(texts), self.dimensions))
        for row, text in enumerate(texts):
            # One at a time: a batch would start threads.
            ids = self._tokenizer.encode(text, add_special_tokens=False).ids
            known = [i for i in ids if i != self._unknown and i < len(self._table)]
            sums[row] = self._table[known].sum(axis=0)
        return directions(sums)


def _unknown_id(tokenizer: Any) -> int | None:
    """The id of the token of unknown text; None if the tokenizer has none."""
    model = json.loads(tokenizer.to_str())["model"]
    if isinstance(model.get("unk_id"), int):
        return int(model["unk_id"])
    found: int | None = tokenizer.token_to_id(model.get("unk_token") or "[UNK]")
    return found


def _integers(matrix: Any, mapping: Any = None, weights: Any = None) -> FloatArray:
    """The vector of each token id, in integers of at most ``_BITS`` bits."""
    rows = matrix.astype(np.float64)
    if mapping is not None:
        rows = rows[mapping]
    if weights is not None:
        rows = rows * weights.astype(np.float64)[:, None]
    largest = np.abs(rows).max(initial=0)
    if not np.isfinite(largest):
        return np.asarray(rows, np.float64)
    return np.asarray(np.rint(np.ldexp(rows, _BITS - int(np.frexp(largest)[1]))), np.float64)
