"""What a model is to the harness, and the base class of those that come with it."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
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
    """What writes lists of items; its constructor's arguments are its parameters.

    A class of your own needs no base class: ``tasks`` and ``predict`` are enough, and ``predict``
    may yield plain lists of strings. Whatever else is below may be given too. A plain function of
    an article and a task does as well.
    """

    description: ClassVar[str] = ""
    """What it does, in one line; the first line of the docstring where it is not given."""
    tasks: ClassVar[tuple[TaskName, ...]]
    role: ClassVar[Role] = "model"
    """``floor`` and ``ceiling`` are reference models, not competitors."""
    version: ClassVar[int] = 1
    """Raised when the same input gives another output, so that stored predictions expire. Only a
    model that is shipped needs it: the code of others is part of their identity."""
    sees_references: ClassVar[bool] = False
    """Whether it is given the article with its references: only a ceiling may be."""
    honors_item_count: ClassVar[bool] = True
    """Whether it writes as many items as it is asked for."""
    excluded_from_signature: ClassVar[frozenset[str]] = frozenset()
    """Parameters that its output does not depend on: predictions are kept when they change."""
    batched: ClassVar[bool] = False
    """Whether it reads several articles at once, so that its output for one may depend, in the last
    digits, on which others stand beside it. It is then always given the same batches, of articles
    of like length, whatever an earlier run has finished."""
    distributable: ClassVar[bool] = True
    """Whether its work may be done in other processes and on other machines. Not where that is
    only reading a file that lies here."""
    made_with: ClassVar[tuple[str, ...]] = ()
    """Distributions whose version its output depends on, e.g. torch; their versions are kept with
    the predictions."""
    parses_text: ClassVar[bool] = False
    """Whether items are taken out of text by our own parser."""
    streams: ClassVar[bool] = False
    """Whether it has ``stream(articles, task)``, which draws articles as it has room for them and
    yields (id, output) as soon as it has one, in any order: so that one slow article delays no
    other. It is then asked through that, in the driver."""
    sees_dataset: ClassVar[bool] = False
    """Whether ``prepare(dataset)`` is to be called, once, before the first batch."""
    selects: ClassVar[bool] = False
    """Whether it does only those articles for which ``applies`` is true."""
    is_reference: ClassVar[bool] = False
    """Whether its list is one of an article's own reference lists."""

    def load(self) -> None:  # noqa: B027 - most have nothing to do
        """Get ready, once, before the first batch; it may be slow."""

    def prepare(self, dataset: Sequence[Article]) -> None:  # noqa: B027 - likewise
        """Take in the whole data set."""

    def applies(self, article: Article, task: Task) -> bool:  # noqa: ARG002 - a default
        """Whether it is made for the article."""
        return True

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:  # noqa: ARG002 - a default
        """What so many tokens cost; None where nobody has said."""
        return None

    def notes(self, dataset: Sequence[Article]) -> Sequence[str]:  # noqa: ARG002 - a default
        """What people should know of it and this data set."""
        return ()

    def events(self) -> Sequence[str]:
        """What it has found out while it worked and has not told yet."""
        return ()

    def stream(
        self, articles: Iterable[Article], task: Task
    ) -> Iterator[tuple[str, Output | Sequence[str]]]:
        """The id of each article with its output, as soon as there is one, if it ``streams``."""
        raise NotImplementedError(f"{type(self).__name__} does not stream")

    @abstractmethod
    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output | Sequence[str]]:
        """One output per article, in order; at most ``task.items`` items each are asked for."""


def generator(seed: int, *names: str) -> np.random.Generator:
    """The random numbers of one (seed, model, task, article), whatever runs beside or before it."""
    digest = hashlib.sha256("\x1f".join([str(seed), *names]).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
