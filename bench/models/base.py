"""What a model is to the harness, and the base class of those that come with it."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from bench.article import Article
from bench.tasks import Task, TaskName

Role = Literal["model", "floor", "ceiling"]
Truncated = Literal["input", "output", "both", "neither"]


@dataclass(frozen=True)
class Output:
    """What a model wrote for one article."""

    items: tuple[str, ...]
    raw: str | None = None
    """What it said before parsing; None where it makes items, not text."""
    truncated: Truncated = "neither"
    tokens_in: int | None = None
    tokens_out: int | None = None
    error: str | None = None
    """Why there is nothing, if the article failed."""


class Model(ABC):
    """Base class of the built-in models, which are dataclasses: their fields are their parameters.

    A class of your own needs none of this: ``tasks`` and ``predict`` are enough, and ``predict``
    may yield plain lists of strings. If it has ``load``, that is called before the first batch; if
    it has ``applies(article, task)``, it is given only the articles for which that is true.
    """

    description: ClassVar[str]
    """One honest line."""
    tasks: ClassVar[tuple[TaskName, ...]]
    role: ClassVar[Role] = "model"
    """``floor`` and ``ceiling`` are yardsticks, not competitors."""
    version: ClassVar[int] = 1
    """Raised when the same input gives another output, so that stored predictions expire."""
    sees_references: ClassVar[bool] = False
    """Whether it is given the article with its references: only a ceiling may be."""

    heeds_items: ClassVar[bool] = True
    """Whether it writes as many items as it is asked for."""
    incidental: ClassVar[frozenset[str]] = frozenset()
    """Parameters that its output does not depend on: predictions are kept when they change."""
    batched: ClassVar[bool] = False
    """Whether it reads several articles at once, so that its output for one may depend, in the last
    digits, on which others stand beside it. It is then always given the same batches, of articles
    of like length, whatever an earlier run has finished."""
    spread: ClassVar[bool] = True
    """Whether its work may be done in other processes and on other machines. Not where that is
    only reading a file that lies here."""
    streams: ClassVar[bool] = False
    """Whether it has ``stream(articles, task)``, which draws articles as it has room for them and
    yields (id, output) as soon as it has one, in any order: so that one slow article delays no
    other. It is then asked through that, in the driver."""
    sees_dataset: ClassVar[bool] = False
    """Whether ``prepare(dataset)`` is to be called, once, before the first batch."""

    @abstractmethod
    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        """One output per article, in order; at most ``task.items`` items each are asked for."""


def generator(seed: int, *names: str) -> np.random.Generator:
    """The random numbers of one (seed, model, task, article), whatever runs beside or before it."""
    digest = hashlib.sha256("\x1f".join([str(seed), *names]).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
