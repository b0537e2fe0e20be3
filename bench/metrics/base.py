"""The interface of metrics: per-article statistics, and their aggregation."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.component import SPLIT, Identity, identify, made_of
from bench.metrics.split_references import SplitReferences, SplitUnknownError, digest_of_lists
from bench.text.encoder import Encoder
from bench.text.tokens import TokenizerName, tokenizer_named, tokenizer_versions

BLOCK = 1000
"""Articles scored at once: enough to hide overheads, few enough to bound memory."""
MAX_ITEMS = 1000
"""Default number of items of a prediction that are scored, from the first."""

_MOST_PAIRS = 2_000_000  # pairs of items compared at once
_MOST_CHARACTERS = 8_000_000  # characters of predicted items read at once

FloatArray = NDArray[np.float64]
Items = Sequence[str]
Side = Literal["predictions", "references"]
Value = TypeVar("Value")


class Encoders(dict[tuple[TokenizerName, bool], Encoder]):
    """An encoder for each tokenizer, with and without stemmer, created on first use.

    Blocks share encoders, so that the references of an article are tokenised once for all models.
    """

    def __missing__(self, key: tuple[TokenizerName, bool]) -> Encoder:
        name, stemmer = key
        self[key] = Encoder(tokenizer_named(name), stemmer=stemmer)
        return self[key]


@dataclass(frozen=True)
class Block:
    """The predictions of one model for some articles, with the references.

    Attributes:
        predictions: the predicted items of each article.
        references: the reference items of each article.
        texts: title and text of each article; None if not available.
        encoders: shared between blocks of the same articles.
    """

    predictions: Sequence[Items]
    references: Sequence[Items]
    texts: Sequence[str] | None = None
    encoders: Encoders = field(default_factory=Encoders, repr=False, compare=False)
    _worked_out: dict[object, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def copied(self) -> Block:
        """A copy for user code, which may modify its input."""
        predictions, references = (
            [list(items) for items in lists] for lists in (self.predictions, self.references)
        )
        texts = None if self.texts is None else list(self.texts)
        return Block(predictions, references, texts, self.encoders)

    def texts_for(self, metric: Metric) -> Sequence[str]:
        """The texts of the articles, which a metric needs.

        Raises:
            ValueError: they are not available.
        """
        if self.texts is None:
            raise ValueError(f"{metric.name} needs the texts of the articles")
        return self.texts

    def once(self, key: object, work: Callable[[], Value]) -> Value:
        """The result of ``work``, computed once and shared by all metrics."""
        if key not in self._worked_out:
            self._worked_out[key] = work()
        value: Value = self._worked_out[key]
        return value

    def encoded(self, side: Side, tokenizer: TokenizerName, stemmer: bool) -> list[list[str]]:
        """Each item of each list as a string with one code point per token."""

        def encode() -> list[list[str]]:
            lists = self.predictions if side == "predictions" else self.references
            return self.encoders[tokenizer, stemmer].encode_lists(lists)

        return self.once((side, tokenizer, stemmer), encode)

    def encoded_texts(self, side: Side, tokenizer: TokenizerName, stemmer: bool) -> list[str]:
        """All items of each list as one encoded text."""

        def join() -> list[str]:
            return ["".join(items) for items in self.encoded(side, tokenizer, stemmer)]

        return self.once((side, tokenizer, stemmer, "joined"), join)


def is_much(predictions: Iterable[Items], references: Iterable[Items]) -> bool:
    """Whether the lists are too large to compare at once within the memory limit."""
    pairs = characters = 0
    for own, wanted in zip(predictions, references, strict=True):
        pairs += len(own) * (len(own) + len(wanted))
        characters += sum(map(len, own))
    return pairs > _MOST_PAIRS or characters > _MOST_CHARACTERS


@dataclass(frozen=True)
class Metric(ABC):
    """A measure, declared by class attributes; the fields of a subclass are its parameters.

    An article without predicted items scores 0; articles without reference items are excluded
    before.
    """

    description: ClassVar[str] = ""
    """What it measures, in one line; by default the first line of the docstring."""
    source: ClassVar[str] = ""
    """The paper or package whose definition it follows."""
    fields: ClassVar[tuple[str, ...]] = ()
    """Names of its scores; empty for a metric with a single score."""
    range: ClassVar[tuple[float | None, float | None]] = (0.0, 1.0)
    """The lowest and highest possible score; None if unbounded."""
    field_ranges: ClassVar[Mapping[str, tuple[float | None, float | None]]] = MappingProxyType({})
    """The range of each field whose range is narrower."""
    higher_is_better: ClassVar[bool] = True
    needs_text: ClassVar[bool] = False
    """Whether it uses the text of the article besides the references."""
    reference_free: ClassVar[bool] = False
    """Whether its scores are independent of the references."""
    ignores_order: ClassVar[bool] = False
    """Whether its scores are independent of the order of the items."""
    needs_split: ClassVar[bool] = False
    """Whether it must know the references of the whole split before it scores; see ``learn``."""
    is_mean: ClassVar[bool] = True
    """Whether its statistics are its scores, and the score of a run is their mean.

    Otherwise ``values`` and ``of_sums`` compute scores from statistics.
    """
    version: ClassVar[int] = 1
    """Increased when the score of the same items changes."""

    @property
    def name(self) -> str:
        """The name in tables and files, with the parameters that change its meaning."""
        made = made_of(self)
        if made is None:
            return type(self).__name__
        is_lambda = made.use.startswith("lambda@")  # identified by file and line only
        return made.use if is_lambda else made.use.rpartition(":")[2]

    def scores(self, name: str) -> tuple[str, ...]:
        """The full names of its scores, such as ``rougeL.f1``, for the given metric name."""
        return tuple(f"{name}.{part}" for part in self.fields) or (name,)

    def range_of(self, score: str) -> tuple[float | None, float | None]:
        """The lowest and highest possible value of one of its scores, given its full name."""
        return self.field_ranges.get(score.rpartition(".")[2], self.range)

    def headline(self, name: str) -> str:
        """Its main score: F1, or the first."""
        return f"{name}.f1" if "f1" in self.fields else self.scores(name)[0]

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers that it uses, whose limits are checked before it scores a text.

        Override this in a class that tokenizes without a ``tokenizer`` parameter.
        """
        return own_tokenizer(self)

    @property
    def signature(self) -> str:
        """Everything the score depends on; scores are comparable only if it is equal."""
        return self.identity.text

    @cached_property
    def identity(self) -> Identity:
        """The signature, and whether it could be established."""
        aggregation = f"agg:{'mean' if self.is_mean else 'corpus'}"
        versions = tokenizer_versions(self.tokenizers)
        split = [f"split:{self.split.digest}"] if self.split else []
        return identify(self, self.name, after=[*split, aggregation], versions=versions)

    @property
    def split(self) -> SplitReferences | None:
        """What it knows of the references of the whole split; None if it has not been told."""
        known: SplitReferences | None = vars(self).get(SPLIT)
        return known

    def learn(self, references: Iterable[Items]) -> Any:  # noqa: ARG002 - part of the contract
        """What it has to know of the reference lists of a whole split, if it ``needs_split``.

        Args:
            references: the page's own list of each article, for one task.

        Returns:
            Any object that can be pickled; ``self.split.learned`` while it scores.
        """
        return None

    def with_split(self, split: SplitReferences) -> Self:
        """A copy that knows the references of a split, whose digest is in its signature."""
        told = copy(self)
        object.__setattr__(told, SPLIT, split)
        vars(told).pop("identity", None)  # cached before
        return told

    def with_references(self, lists: Sequence[Items]) -> Self:
        """A copy for which these reference lists are the whole split.

        Args:
            lists: the reference lists of one task.

        Returns:
            Itself, unless it ``needs_split``.
        """
        if not self.needs_split:
            return self
        return self.with_split(SplitReferences(digest_of_lists(lists), self.learn(lists)))

    def learned(self) -> Any:
        """What it knows of the references of the whole split.

        Raises:
            SplitUnknownError: it has not been told.
        """
        if self.split is None or self.split.learned is None:
            raise SplitUnknownError(
                f"metric {self.name!r} needs the references of the whole split, which are not"
                " known here; score with bench run, bench score or bench.score"
            )
        return self.split.learned

    @abstractmethod
    def statistics(self, block: Block) -> FloatArray:
        """Compute sufficient statistics of each article, shape (articles, statistics)."""

    def values(self, statistics: FloatArray) -> FloatArray:
        """Compute the scores of each article, shape (articles, scores)."""
        return statistics

    def of_sums(self, sums: FloatArray, articles: int | FloatArray) -> FloatArray:
        """Compute the scores of a whole run from sums of statistics; by default the mean.

        Intervals and tests score many sums at once (without one article each), without the texts.

        Args:
            sums: shape (..., statistics).
            articles: the number of articles in each sum; one number, or shape (..., 1).

        Returns:
            Shape (..., scores).
        """
        return sums / articles

    def aggregate(self, statistics: FloatArray) -> FloatArray:
        """Compute the scores of a whole run, shape (scores,).

        The sums are exact, so that the order of the articles does not matter.
        """
        sums = np.array([math.fsum(column) for column in statistics.T])
        return self.of_sums(sums, len(statistics))


def own_tokenizer(component: object) -> frozenset[str]:
    """The ``tokenizer`` parameter of a metric or similarity, if it has one."""
    name = getattr(component, "tokenizer", None)
    return frozenset([name]) if isinstance(name, str) else frozenset()


def f1_score(precision: FloatArray, recall: FloatArray) -> FloatArray:
    """The harmonic mean of precision and recall; 0 if both are 0."""
    total = precision + recall
    return 2 * precision * recall / np.where(total > 0, total, 1.0)


def shares(parts: NDArray[Any], wholes: NDArray[Any]) -> FloatArray:
    """Divide parts by wholes; 0 where a whole is 0."""
    return np.asarray(parts / np.maximum(wholes, 1), np.float64)
