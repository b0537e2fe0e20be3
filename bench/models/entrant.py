"""A model as one run sees it: named, seeded, with what its class leaves unsaid filled in."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.article import Article
from bench.errors import ConfigError
from bench.models import MODELS
from bench.models.base import Output, Role
from bench.tasks import TASKS, Task, TaskName


@dataclass(frozen=True, eq=False)
class Entrant:
    """One model of a run.

    Attributes:
        use: the name or ``module:Class`` that it was built from.
        parameters: what it was built with.
        seed: of the run.
        name: what it is called in tables and files.
        signature: all its output depends on but task and article: class, parameters, version.
        tasks: what it can do.
        role: competitor or yardstick.
        sees_references: whether it is given the references with the article.
        sees_dataset: whether its output for one article depends on the others.
        heeds_items: whether it writes as many items as it is asked for.
        batched: whether it is given the same batches in every run.
        spread: whether its work may be done in other processes.
    """

    use: str
    parameters: Mapping[str, Any]
    seed: int

    name: str
    signature: str
    tasks: tuple[TaskName, ...]
    role: Role
    sees_references: bool
    sees_dataset: bool
    heeds_items: bool
    batched: bool
    spread: bool
    instance: Any

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to other processes as what it is made of, not with its weights."""
        return enter, (self.use, self.name, dict(self.parameters), self.seed)

    @property
    def selects(self) -> bool:
        """Whether it is made for some articles only."""
        return hasattr(self.instance, "applies")

    @property
    def streams(self) -> bool:
        """Whether it draws articles itself and gives outputs as they are ready."""
        return bool(getattr(self.instance, "streams", False))

    def prepare(self, dataset: Sequence[Article]) -> None:
        """Load the model, and show it the whole data set, if it asks for that.

        Raises:
            Exception: whatever the model raises.
        """
        if hasattr(self.instance, "load"):
            self.instance.load()
        if self.sees_dataset:
            self.instance.prepare(dataset)

    def applies(self, article: Article, task: Task) -> bool:
        """Whether the model is made for the article."""
        return not self.selects or self.instance.applies(article, task)

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """What so many tokens cost; None where nobody has said."""
        if not hasattr(self.instance, "cost"):
            return None
        cost: float | None = self.instance.cost(tokens_in, tokens_out)
        return cost

    def notes(self, dataset: Sequence[Article]) -> list[str]:
        """What people should know of it and this data set."""
        return list(self.instance.notes(dataset)) if hasattr(self.instance, "notes") else []

    def events(self) -> list[str]:
        """What it has found out while it worked and has not told yet."""
        return list(self.instance.events()) if hasattr(self.instance, "events") else []

    def stream(self, articles: Iterable[Article], task: Task) -> Iterator[tuple[str, Output]]:
        """The id of each article with its output, as soon as there is one.

        Raises:
            TypeError: the model gave something else than items.
            Exception: whatever the model raises.
        """
        shown = (a if self.sees_references else a.without_references() for a in articles)
        for name, output in self.instance.stream(shown, task):
            yield name, _as_output(output)

    def predict(self, articles: Sequence[Article], task: Task) -> Iterator[Output]:
        """One output per article, in order.

        Raises:
            TypeError: the model gave something else than items, or too few or too many outputs.
            Exception: whatever the model raises.
        """
        shown = articles if self.sees_references else [a.without_references() for a in articles]
        outputs = list(self.instance.predict(shown, task))
        if len(outputs) != len(articles):
            raise TypeError(f"{len(outputs)} outputs for {len(articles)} articles")
        return map(_as_output, outputs)


def enter(use: str, name: str, parameters: Mapping[str, Any], seed: int) -> Entrant:
    """Build the model ``use`` and name it; a model that takes a ``seed`` gets the run's.

    Raises:
        UnknownNameError: there is no such model or parameter.
        ConfigError: a parameter is wrong, or the class is no model.
    """
    given = dict(parameters)
    cls = MODELS.load(use)
    if "seed" in inspect.signature(cls).parameters:
        parameters = {"seed": seed, **parameters}
    instance = MODELS.build(use, parameters)
    tasks = getattr(instance, "tasks", ())
    if not callable(getattr(instance, "predict", None)) or not tasks or set(tasks) - set(TASKS):
        raise ConfigError(
            f"model {use!r} is no model: its class needs tasks (of {', '.join(TASKS)})"
            " and predict(articles, task)"
        )
    incidental: frozenset[str] = getattr(instance, "incidental", frozenset())
    decisive = sorted((k, v) for k, v in parameters.items() if k not in incidental)
    return Entrant(
        use=use,
        parameters=given,
        seed=seed,
        name=name,
        signature="|".join([use, *(f"{k}:{v}" for k, v in decisive), f"v:{_version(instance)}"]),
        tasks=tuple(tasks),
        role=getattr(instance, "role", "model"),
        sees_references=getattr(instance, "sees_references", False),
        sees_dataset=getattr(instance, "sees_dataset", hasattr(instance, "prepare")),
        heeds_items=getattr(instance, "heeds_items", True),
        batched=getattr(instance, "batched", False),
        spread=getattr(instance, "spread", True),
        instance=instance,
    )


def _version(instance: Any) -> str:
    """The class's own version, else a digest of its source: an edited model is another model."""
    if hasattr(instance, "version"):
        digest = getattr(instance, "digest", None)  # of the file that a model reads
        return f"{instance.version}" + (f",{digest}" if digest else "")
    try:
        source = Path(inspect.getfile(type(instance))).read_bytes()
    except (OSError, TypeError):
        return "unknown"
    return hashlib.sha256(source).hexdigest()[:12]


def _as_output(value: Any) -> Output:
    if isinstance(value, Output):
        return value
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"a model gives a list of strings for each article, not {type(value)}")
    return Output(tuple(value))
