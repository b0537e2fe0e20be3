"""The interface of raters, and the base class of those that are shipped.

A rater gives values to the items that models wrote. It may be slow or costly, so its answers are
stored as rows (``bench.data.ratings``) and never asked for twice. It is not told which model wrote
an item: an answer depends on what a ``RatingRequest`` holds and on the rater's parameters alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from bench.article import Article
from bench.data.ratings import Choice, Status
from bench.errors import BenchError
from bench.tasks import Task, TaskName


@dataclass(frozen=True)
class RatedDimension:
    """What the values of a rater mean for one criterion.

    Attributes:
        low: the lowest possible value; None if unbounded.
        high: the highest possible value; None if unbounded.
        unit: what a value is, in words, such as ``probability``.
        higher_is_better: whether a higher value is better.
        of_list: whether the whole list gets one value, instead of each item.
        advisory: why the score is only shown, never primary and never gated; "" if it may be both.
    """

    low: float | None = 0.0
    high: float | None = 1.0
    unit: str = ""
    higher_is_better: bool = True
    of_list: bool = False
    advisory: str = ""


@dataclass(frozen=True)
class RatingRequest:
    """One question to a rater.

    Attributes:
        article: the article, without references unless the rater ``sees_references``.
        task: what the items are: bullets or questions.
        dimension: the criterion.
        items: the item that is rated; all items of the list if the dimension is ``of_list``.
        against: the list that ``items`` is compared with, for raters that state preferences; None
            where values are asked for.
    """

    article: Article
    task: Task
    dimension: str
    items: tuple[str, ...]
    against: tuple[str, ...] | None = None

    @property
    def item(self) -> str:
        """The only item."""
        (item,) = self.items
        return item

    @property
    def length(self) -> int:
        """The number of characters that the rater reads."""
        read = (*self.items, *(self.against or ()))
        return len(self.article.title) + len(self.article.text) + sum(map(len, read))


@dataclass(frozen=True)
class RatingAnswer:
    """What a rater answered: a value, a choice, or why there is neither.

    Attributes:
        value: in the unit of the dimension; None without one.
        choice: the preferred list, for raters that state preferences.
        status: ``unparsed`` is an answer that is not one to what was asked; ``error`` is a failure
            of this request, which another run asks again.
        error: why there is no answer; None if there is one.
        raw: the answer as the rater wrote it; None if it gives values.
        reason: the reason that the rater gave.
        tokens_in: input tokens; None if unknown.
        tokens_out: output tokens; None if unknown.
        cost: in the currency of the configured prices; None if unknown.
        lost_samples: where the answer is the mean of several samples, how many of these failed or
            are not answers to what was asked.
    """

    value: float | None = None
    choice: Choice | None = None
    status: Status = "ok"
    error: str | None = None
    raw: str | None = None
    reason: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None
    lost_samples: int = 0

    @classmethod
    def failed(cls, error: str) -> RatingAnswer:
        """The answer to a request that failed."""
        return cls(status="error", error=error)


class RatingStoppedError(BenchError):
    """A rater stops early, such as at a limit of its cost.

    Its answers so far are kept and scored, and the run notes the reason. The same command goes on
    where the rater stopped.
    """


class Rater(ABC):
    """Rates items. The arguments of the constructor are the rater's parameters.

    A user-defined class needs no base class: ``dimensions`` and ``rate`` are enough. Its
    ``dimensions`` may be a mapping instead of a method, and ``rate`` may yield plain numbers. All
    other attributes and methods below are optional.
    """

    description: ClassVar[str] = ""
    """One line; by default the first line of the docstring."""
    source: ClassVar[str] = ""
    """The paper or package whose definition it follows."""
    tasks: ClassVar[tuple[TaskName, ...]] = ("summary", "questions")
    version: ClassVar[int] = 1
    """Increased when the answer to the same request changes, so that stored answers expire. Only
    shipped raters need it: the identity of others includes their code."""
    sees_references: ClassVar[bool] = False
    """Whether it receives the references of an article."""
    excluded_from_signature: ClassVar[frozenset[str]] = frozenset()
    """Parameters that do not affect its answers, such as a timeout."""
    by_dimension: ClassVar[frozenset[str]] = frozenset()
    """Parameters of which only a part concerns a dimension, such as a list of criteria or a prompt
    for each. Answers depend on ``question`` instead, so that those of other dimensions are reused
    when such a parameter changes."""
    synonyms: ClassVar[Mapping[str, str]] = {}
    """What other programs call a parameter, and its name here, for messages about unknown ones."""
    nested_settings: ClassVar[Mapping[str, Sequence[str]]] = {}
    """By parameter that is a mapping, names of settings in it, which an error suggests."""
    batched: ClassVar[bool] = False
    """Whether it reads several requests at once, so that an answer may depend, in the last digits,
    on the others. It then always receives the same batches of a model's requests, of similar
    length, whatever an earlier run has completed; answers are not shared between models."""
    streams: ClassVar[bool] = False
    """Whether it has ``stream``, which takes requests as it has capacity and yields answers in
    order of completion. The main process then calls it instead of ``rate``."""
    distributable: ClassVar[bool] = True
    """Whether it may run in other processes and on other machines."""
    made_with: ClassVar[tuple[str, ...]] = ()
    """Distributions whose version affects the answers, e.g. torch."""

    @property
    def requests_per_batch(self) -> int | None:
        """The number of requests in its next batch; None for the ``batch_size`` of the run."""
        return None

    @abstractmethod
    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:
        """What it rates in a task, by name, such as ``answerable``; a score is ``RATER.NAME``."""

    def question(self, task: TaskName, dimension: str) -> str:  # noqa: ARG002 - a default
        """All that answers depend on besides the parameters that are not ``by_dimension``.

        Such as the template and the criterion of the dimension. It is part of the signature.
        """
        return ""

    def comparisons(self, task: TaskName) -> Sequence[str]:  # noqa: ARG002 - a default
        """The criteria by which it compares the lists of two models, instead of rating items."""
        return ()

    def pairs(self, models: Sequence[str]) -> Sequence[tuple[str, str]]:
        """The pairs of models whose lists it compares, each in both orders; all by default."""
        return list(combinations(models, 2))

    def seen(self, article: Article) -> str:  # noqa: ARG002 - a default
        """What it reads of an article besides title, text and references, such as labels.

        It is part of the key of an answer. Only a rater that ``sees_references`` receives more.
        """
        return ""

    @abstractmethod
    def rate(self, requests: Sequence[RatingRequest]) -> Iterable[RatingAnswer | float]:
        """Yield the answer to each request, in order.

        If it raises an exception, each request of the batch is tried alone.
        """

    def stream(
        self, requests: Iterable[tuple[str, RatingRequest]]
    ) -> Iterator[tuple[str, RatingAnswer | float]]:
        """Yield the key and answer of each request in order of completion, if it ``streams``."""
        raise NotImplementedError(f"{type(self).__name__} does not stream")

    def load(self) -> None:  # noqa: B027 - most have nothing to do
        """Load weights or data; called once, before the first batch."""

    def unload(self) -> None:  # noqa: B027 - likewise
        """Free memory; called after the last batch."""

    def announce(self, requests: int, characters: int) -> Sequence[str]:  # noqa: ARG002 - a default
        """What to tell before the first request, such as the expected cost.

        Args:
            requests: how many there are.
            characters: the sum of their ``length``.
        """
        return ()

    def faults(self) -> Sequence[str]:
        """What would make it fail on every request, as far as is known cheaply."""
        return ()

    def obstacle(self) -> str | None:
        """Why no run can start now, although the parameters may be right; None if one can."""
        return None

    def notes(self) -> Sequence[str]:
        """Notes for the user about the rater."""
        return ()

    def events(self) -> Sequence[str]:
        """Messages about its work since the last call."""
        return ()
