"""What a metric is: statistics of each article once, aggregated as often as one likes."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Items = Sequence[str]


class Similarity(Protocol):
    """How alike two items are, in [0, 1]; ``signature`` says which similarity this is."""

    @property
    def signature(self) -> str:
        """Name and parameters."""

    def matrix(self, rows: Items, columns: Items) -> FloatArray:
        """Every row item against every column item: shape (rows, columns)."""


@dataclass(frozen=True)
class Block:
    """What one model wrote for some articles, beside what their pages say.

    Similarity matrices are worked out once and shared by every metric that asks for them.
    """

    predictions: Sequence[Items]
    references: Sequence[Items]
    _matrices: dict[tuple[str, bool], list[FloatArray]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def similarities(self, similarity: Similarity, *, inside: bool = False) -> list[FloatArray]:
        """Per article: predictions against references or, ``inside``, against one another."""
        key = (similarity.signature, inside)
        if key not in self._matrices:
            others = self.predictions if inside else self.references
            self._matrices[key] = [
                similarity.matrix(predicted, other)
                for predicted, other in zip(self.predictions, others, strict=True)
            ]
        return self._matrices[key]


@dataclass(frozen=True)
class Metric(ABC):
    """A measure, declared by class attributes; the fields of a subclass are its parameters.

    An article without predicted items scores 0 everywhere; one without reference items never gets
    here.
    """

    description: ClassVar[str]
    """One honest line."""
    source: ClassVar[str]
    """The paper or package whose definition it follows."""
    fields: ClassVar[tuple[str, ...]] = ()
    """Names of its scores; empty for a metric that is one number."""
    range: ClassVar[tuple[float, float | None]] = (0.0, 1.0)
    higher_is_better: ClassVar[bool] = True
    version: ClassVar[int] = 1
    """Raised when the same items get another score."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name in tables and files, parameters that change its meaning included."""

    def scores(self, name: str) -> tuple[str, ...]:
        """The full name of each of its scores, such as ``rougeL.f1``, if it is called ``name``."""
        return tuple(f"{name}.{part}" for part in self.fields) or (name,)

    @property
    def signature(self) -> str:
        """All that the number depends on; two scores are comparable only if these are equal."""
        parameters = (f"{f.name}:{_plain(getattr(self, f.name))}" for f in fields(self))
        return "|".join([self.name, *parameters, "agg:mean", f"v:{self.version}"])

    @abstractmethod
    def statistics(self, block: Block) -> FloatArray:
        """Sufficient statistics of each article, shape (articles, statistics)."""

    def values(self, statistics: FloatArray) -> FloatArray:
        """Scores of each article, shape (articles, scores)."""
        return statistics

    def aggregate(self, statistics: FloatArray) -> FloatArray:
        """Scores of the whole, shape (scores,): the mean over articles.

        Summed exactly, so that the order of the articles never shows.
        """
        values = self.values(statistics)
        return np.array([math.fsum(column) / len(column) for column in values.T])


def harmonic_mean(precision: float, recall: float) -> float:
    """F1 of a precision and a recall; 0 where both are."""
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
