"""What a metric is: statistics of each article once, aggregated as often as one likes."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.component import Identity, identify, made_of
from bench.text.encoder import Encoder
from bench.text.tokens import TokenizerName, tokenizer_named, tokenizer_versions

BLOCK = 1000
"""Articles scored at once: enough to hide overheads, few enough to bound the memory."""
MAX_ITEMS = 1000
"""Items of a prediction that are scored where nothing else is said: the first ones."""

_MOST_PAIRS = 2_000_000  # of items, compared at once
_MOST_CHARACTERS = 8_000_000  # of predicted items, read at once

FloatArray = NDArray[np.float64]
Items = Sequence[str]
Side = Literal["predictions", "references"]
Value = TypeVar("Value")


class Encoders(dict[tuple[TokenizerName, bool], Encoder]):
    """An encoder for each tokenizer, with and without stemmer, made when it is first asked for.

    Blocks that share one share what it has seen: the references of an article are tokenised once
    for all models.
    """

    def __missing__(self, key: tuple[TokenizerName, bool]) -> Encoder:
        name, stemmer = key
        self[key] = Encoder(tokenizer_named(name), stemmer=stemmer)
        return self[key]


@dataclass(frozen=True)
class Block:
    """What one model wrote for some articles, beside what their pages say.

    Attributes:
        predictions: the items written for each article.
        references: the items on each article's page.
        texts: each article's title and text; None where they are not at hand.
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
        """The same for code of somebody's own, which may change what it is given."""
        predictions, references = (
            [list(items) for items in lists] for lists in (self.predictions, self.references)
        )
        texts = None if self.texts is None else list(self.texts)
        return Block(predictions, references, texts, self.encoders)

    def once(self, key: object, work: Callable[[], Value]) -> Value:
        """What ``work`` gives, worked out for the first metric that asks and kept for the rest."""
        if key not in self._worked_out:
            self._worked_out[key] = work()
        value: Value = self._worked_out[key]
        return value

    def encoded(self, side: Side, tokenizer: TokenizerName, stemmer: bool) -> list[list[str]]:
        """Each item of each list as a string with one code point a token."""

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
    """Whether lists hold so much that comparing them all at once takes too much memory."""
    pairs = characters = 0
    for own, wanted in zip(predictions, references, strict=True):
        pairs += len(own) * (len(own) + len(wanted))
        characters += sum(map(len, own))
    return pairs > _MOST_PAIRS or characters > _MOST_CHARACTERS


@dataclass(frozen=True)
class Metric(ABC):
    """A measure, declared by class attributes; the fields of a subclass are its parameters.

    An article without predicted items scores 0 everywhere; one without reference items never gets
    here.
    """

    description: ClassVar[str] = ""
    """What it measures, in one line; the first line of the docstring where it is not given."""
    source: ClassVar[str] = ""
    """The paper or package whose definition it follows."""
    fields: ClassVar[tuple[str, ...]] = ()
    """Names of its scores; empty for a metric that is one number."""
    range: ClassVar[tuple[float | None, float | None]] = (0.0, 1.0)
    """The lowest and highest score that there can be; None where there is no end."""
    higher_is_better: ClassVar[bool] = True
    needs_text: ClassVar[bool] = False
    """Whether it compares with the article and not only with the references."""
    reference_free: ClassVar[bool] = False
    """Whether the references play no part in its scores."""
    ignores_order: ClassVar[bool] = False
    """Whether its scores are the same for the items of either list in any order."""
    is_mean: ClassVar[bool] = True
    """Whether its statistics are its scores, and the whole scores the mean over articles.

    Otherwise ``values`` and ``of_sums`` say how scores follow from statistics.
    """
    version: ClassVar[int] = 1
    """Raised when the same items get another score."""

    @property
    def name(self) -> str:
        """The name in tables and files, parameters that change its meaning included."""
        made = made_of(self)
        if made is None:
            return type(self).__name__
        is_lambda = made.use.startswith("lambda@")  # its file and line are all that it has
        return made.use if is_lambda else made.use.rpartition(":")[2]

    def scores(self, name: str) -> tuple[str, ...]:
        """The full name of each of its scores, such as ``rougeL.f1``, if it is called ``name``."""
        return tuple(f"{name}.{part}" for part in self.fields) or (name,)

    def headline(self, name: str) -> str:
        """The one of its scores that stands for it: the F1, or the first."""
        return f"{name}.f1" if "f1" in self.fields else self.scores(name)[0]

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers it reads items with, whose limits are checked before it scores a text.

        A class of your own that reads them otherwise than with a ``tokenizer`` parameter says so.
        """
        return own_tokenizer(self)

    @property
    def signature(self) -> str:
        """All that the number depends on; two scores are comparable only if these are equal."""
        return self.identity.text

    @cached_property
    def identity(self) -> Identity:
        """The same, and whether it could be established."""
        aggregation = f"agg:{'mean' if self.is_mean else 'corpus'}"
        versions = tokenizer_versions(self.tokenizers)
        return identify(self, self.name, after=[aggregation], versions=versions)

    @abstractmethod
    def statistics(self, block: Block) -> FloatArray:
        """Sufficient statistics of each article, shape (articles, statistics)."""

    def values(self, statistics: FloatArray) -> FloatArray:
        """Scores of each article, shape (articles, scores)."""
        return statistics

    def of_sums(self, sums: FloatArray, articles: int | FloatArray) -> FloatArray:
        """Scores of a whole from the sums of its statistics: the mean over articles.

        Ten thousand resampled wholes are scored with it at once, without their texts.

        Args:
            sums: shape (..., statistics).
            articles: how many articles each sum is over; one number, or shape (..., 1).

        Returns:
            Shape (..., scores).
        """
        return sums / articles

    def aggregate(self, statistics: FloatArray) -> FloatArray:
        """Scores of the whole, shape (scores,).

        Summed exactly, so that the order of the articles never shows.
        """
        sums = np.array([math.fsum(column) for column in statistics.T])
        return self.of_sums(sums, len(statistics))


def own_tokenizer(component: object) -> frozenset[str]:
    """The tokenizer that a metric or similarity has as a parameter, if it has one."""
    name = getattr(component, "tokenizer", None)
    return frozenset([name]) if isinstance(name, str) else frozenset()


def f1_score(precision: FloatArray, recall: FloatArray) -> FloatArray:
    """The harmonic mean of precision and recall; 0 where both are."""
    total = precision + recall
    return 2 * precision * recall / np.where(total > 0, total, 1.0)


def shares(parts: NDArray[Any], wholes: NDArray[Any]) -> FloatArray:
    """Parts of wholes; 0 where there is no whole, and so no part of it."""
    return np.asarray(parts / np.maximum(wholes, 1), np.float64)
