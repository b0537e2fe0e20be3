"""The interface of similarities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from bench.component import Identity, identify, made_of
from bench.faults import misused
from bench.metrics.base import Block, FloatArray, Items, own_tokenizer
from bench.text.tokens import tokenizer_versions


@dataclass(frozen=True)
class Similarity(ABC):
    """The similarity of two items, in [0, 1].

    A user-defined class only needs ``matrix``; its fields, or the arguments of its ``__init__``,
    are parameters that a config can set:
    ``{use: set, similarity: {use: "mine:Prefix", n: 3}}``.
    """

    description: ClassVar[str] = ""
    """What it compares, in one line; by default the first line of the docstring."""
    version: ClassVar[int] = 1
    """Increased when the similarity of the same items changes."""

    @property
    def name(self) -> str:
        """Its name in names of scores, such as ``rougeL`` in ``set_rougeL``."""
        made = made_of(self)
        return made.use if made else type(self).__name__

    @cached_property
    def identity(self) -> Identity:
        """Everything the values depend on."""
        return identify(self, self.name, versions=tokenizer_versions(self.tokenizers))

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers that it uses, whose limits are checked before it scores a text."""
        return own_tokenizer(self)

    @property
    def is_symmetric(self) -> bool:
        """Whether it is certain that two items have the same similarity in either order."""
        return False

    @abstractmethod
    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        """Compare all pairs of items; the result has shape (predictions, references)."""

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        """Compute the matrix of each article; ``inside``: of its predictions with each other."""
        others = block.predictions if inside else block.references
        pairs = zip(block.predictions, others, strict=True)
        return [shaped(self, self.matrix(p, r), (len(p), len(r))) for p, r in pairs]


def shaped(similarity: Similarity, matrix: Any, shape: tuple[int, int]) -> FloatArray:
    """Check the shape of a matrix; an empty one is reshaped.

    Raises:
        ComponentError: it is not an array of that shape.
    """
    found = matrix.shape if isinstance(matrix, np.ndarray) else f"a {type(matrix).__name__}"
    if not isinstance(matrix, np.ndarray) or (found != shape and matrix.size + shape[0] * shape[1]):
        what = f"returns {found}, not a numpy array of shape {shape} (predictions, references)"
        raise misused(similarity, f"similarity {similarity.name!r}", what, "matrix")
    return matrix.reshape(shape)
