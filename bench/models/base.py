"""The interface of models, and the base class of those that are shipped."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from bench.article import Article
from bench.tasks import Task, TaskName

Role = Literal["model", "floor", "ceiling"]
Truncated = Literal["input", "output", "both", "neither"]


@dataclass(frozen=True)
class Output:
    """The output of a model for one article."""

    items: tuple[str, ...]
    raw: str | None = None
    """The text before it is parsed; None if the model gives items, not text."""
    truncated: Truncated = "neither"
    tokens_in: int | None = None
    tokens_out: int | None = None
    error: str | None = None
    """The reason why the article failed, if it did."""
    dropped: int = 0
    """The number of items that were not counted because the token limit cut them off."""


class Model(ABC):
    """Writes lists of items. The arguments of the constructor are the model's parameters.

    A user-defined class needs no base class: ``tasks`` and ``predict`` are enough, and ``predict``
    may yield plain lists of strings. All other attributes and methods below are optional. A plain
    function of an article and a task is a model, too.
    """

    description: ClassVar[str] = ""
    """One line; by default the first line of the docstring."""
    tasks: ClassVar[tuple[TaskName, ...]]
    role: ClassVar[Role] = "model"
    """``floor`` and ``ceiling`` are reference models, not competitors."""
    version: ClassVar[int] = 1
    """Increased when the output for the same input changes, so that stored predictions expire. Only
    shipped models need it: the identity of others includes their code."""
    sees_references: ClassVar[bool] = False
    """Whether it receives the references of an article; only a ceiling may."""
    honors_item_count: ClassVar[bool] = True
    """Whether it writes the requested number of items."""
    excluded_from_signature: ClassVar[frozenset[str]] = frozenset()
    """Parameters that do not affect the output; predictions are reused when they change."""
    by_task: ClassVar[frozenset[str]] = frozenset()
    """Parameters that may be given per task, such as a prompt: a mapping of tasks, or one value for
    all. Predictions of a task depend on its own value only, so those of the other task are reused
    when it changes. ``digest`` must not cover these parameters."""
    synonyms: ClassVar[Mapping[str, str]] = {}
    """What other programs call a parameter, and its name here, for messages about unknown ones."""
    nested_settings: ClassVar[Mapping[str, Sequence[str]]] = {}
    """By parameter that is a mapping, names of settings in it, which an error suggests if one is
    given as a parameter of the model."""
    batched: ClassVar[bool] = False
    """Whether it processes several articles at once, so that its output for one may depend, in the
    last digits, on the others. It then always receives the same batches, of articles of similar
    length, whatever an earlier run has completed."""
    distributable: ClassVar[bool] = True
    """Whether it may run in other processes and on other machines; not useful for a model that
    only reads a local file."""
    made_with: ClassVar[tuple[str, ...]] = ()
    """Distributions whose version affects the output, e.g. torch; their versions are stored with
    the predictions."""
    parses_text: ClassVar[bool] = False
    """Whether the items are parsed from text by ``bench.parse_items``."""
    streams: ClassVar[bool] = False
    """Whether it has ``stream(articles, task)``, which takes articles as it has capacity and yields
    (id, output) in order of completion, so that a slow article does not delay others. The main
    process then calls it instead of ``predict``."""
    sees_dataset: ClassVar[bool] = False
    """Whether ``prepare(dataset)`` is called once, before the first batch."""
    selects: ClassVar[bool] = False
    """Whether it is limited to the articles for which ``applies`` returns true."""
    is_reference: ClassVar[bool] = False
    """Whether its output is one of the reference lists of the article."""
    draws_at_random: ClassVar[bool | None] = None
    """Whether it draws its output at random, so that ``samples: k`` asks it k times for each
    article, with ``task.sample`` from 0 to k-1. None: a user-defined model draws if it has a
    parameter ``seed``. A model that does not draw is asked once."""

    @property
    def articles_per_batch(self) -> int | None:
        """The number of articles in its next batch; None for the ``batch_size`` of the run."""
        return None

    def load(self) -> None:  # noqa: B027 - most have nothing to do
        """Load weights or data; called once, before the first batch."""

    def unload(self) -> None:  # noqa: B027 - likewise
        """Free memory, because other models come next; called after the last batch."""

    def prepare(self, dataset: Sequence[Article]) -> None:  # noqa: B027 - likewise
        """Receive the whole dataset."""

    def applies(self, article: Article, task: Task) -> bool:  # noqa: ARG002 - a default
        """Whether it applies to the article."""
        return True

    def sample_count(self, asked: int) -> int:
        """The largest number of samples of an article if ``asked`` are asked for."""
        return asked if self.draws_at_random else 1

    def has_sample(self, article: Article, task: Task) -> bool:  # noqa: ARG002 - a default
        """Whether the article has the sample ``task.sample``."""
        return True

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:  # noqa: ARG002 - a default
        """The cost of the tokens; None if unknown."""
        return None

    def faults(self) -> Sequence[str]:
        """What would make it fail on every article, or read none, as far as is known cheaply."""
        return ()

    def obstacle(self) -> str | None:
        """Why no run can start now, although the parameters may be right; None if one can."""
        return None

    def notes(self, dataset: Sequence[Article]) -> Sequence[str]:  # noqa: ARG002 - a default
        """Notes for the user about the model and this dataset."""
        return ()

    def events(self) -> Sequence[str]:
        """Messages about its work since the last call."""
        return ()

    def stream(
        self, articles: Iterable[Article], task: Task
    ) -> Iterator[tuple[str, Output | Sequence[str]]]:
        """Yield the id and output of each article in order of completion, if it ``streams``."""
        raise NotImplementedError(f"{type(self).__name__} does not stream")

    @abstractmethod
    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        """Yield one output per article, in order, of at most ``task.items`` items each."""


def generator(seed: int, *names: str) -> np.random.Generator:
    """The random generator of one (seed, model, task, article), independent of all others."""
    digest = hashlib.sha256("\x1f".join([str(seed), *names]).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def of_sample(sample: int) -> tuple[str, ...]:
    """What ``generator`` is given besides its other names for a sample; nothing for the first."""
    return (f"sample {sample}",) if sample else ()


def sample_seed(seed: int, sample: int, *names: str) -> int:
    """The seed of a sample: the given one for the first, else one of its own for each sample.

    Args:
        seed: of the first sample.
        sample: the number of the sample.
        names: what else the seed depends on: the model, the task, the article.

    Returns:
        For later samples a number below 2**31, which every library accepts.
    """
    if sample == 0:
        return seed
    return int(generator(seed, *names, *of_sample(sample)).integers(2**31))
