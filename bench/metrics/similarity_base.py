"""What a similarity of two items is."""

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
    """How alike two items are, in [0, 1].

    A class of your own needs ``matrix`` alone; its fields, or the arguments of its ``__init__``,
    are its parameters, which a config sets:
    ``{use: set, similarity: {use: "mine:Prefix", n: 3}}``.
    """

    description: ClassVar[str] = ""
    """What it compares, in one line; the first line of the docstring where it is not given."""
    version: ClassVar[int] = 1
    """Raised when the same two items get another similarity."""

    @property
    def name(self) -> str:
        """The name in the names of scores, such as ``rougeL`` in ``set_rougeL``."""
        made = made_of(self)
        return made.use if made else type(self).__name__

    @cached_property
    def identity(self) -> Identity:
        """All that the numbers depend on."""
        return identify(self, self.name, versions=tokenizer_versions(self.tokenizers))

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers it reads items with, whose limits are checked before it scores a text."""
        return own_tokenizer(self)

    @abstractmethod
    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        """Every predicted item against every reference item, shape (predictions, references)."""

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        """The matrix of each article; ``inside``: of its predictions with one another."""
        others = block.predictions if inside else block.references
        pairs = zip(block.predictions, others, strict=True)
        return [shaped(self, self.matrix(p, r), (len(p), len(r))) for p, r in pairs]


def shaped(similarity: Similarity, matrix: Any, shape: tuple[int, int]) -> FloatArray:
    """The matrix, which may have any shape where there is nothing in it.

    Raises:
        ComponentError: it is not one, or has another shape.
    """
    found = matrix.shape if isinstance(matrix, np.ndarray) else f"a {type(matrix).__name__}"
    if not isinstance(matrix, np.ndarray) or (found != shape and matrix.size + shape[0] * shape[1]):
        what = f"returns {found}, not a numpy array of shape {shape} (predictions, references)"
        raise misused(similarity, f"similarity {similarity.name!r}", what, "matrix")
    return matrix.reshape(shape)
