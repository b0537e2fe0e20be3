"""A model of a run, with its name, parameters, seed and identity."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

from bench.article import Article
from bench.component import Identity, arguments_of, identify, is_foreign
from bench.display import count
from bench.errors import BenchError
from bench.faults import ANYTHING, fault_of
from bench.models import MODELS
from bench.models.base import Model, Output, Role, sample_seed
from bench.tasks import Task, TaskName


@dataclass(frozen=True, eq=False)
class ModelSpec:
    """One model of a run.

    Attributes:
        use: the name or ``module:Class`` that it was built from.
        parameters: the parameters that it was built with.
        seed: the seed of the run.
        name: the name in tables and files.
        identity: everything that its output depends on, except task and article.
        nonce: part of the key of its predictions if the identity is unknown, and different in
            every run, so that they are never reused; "" otherwise.
        model: the model itself.
        limited_to: the tasks to which it is limited; None for all that it supports.
        samples: the largest number of samples of an article.
    """

    use: str
    parameters: Mapping[str, Any]
    seed: int

    name: str
    identity: Identity
    nonce: str
    model: Model
    limited_to: frozenset[str] | None = None
    samples: int = 1
    signatures: Mapping[str, str] = field(default_factory=dict)
    """By task, the signature with that task's values of the parameters that are given per task."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments to rebuild it from, not its weights.

        The identity is included: in another process, the files that it covers may have moved.
        """
        made_of = (self.use, self.name, dict(self.parameters), self.seed)
        return _rebuilt, (*made_of, self.identity, self.nonce, dict(self.signatures))

    @property
    def signature(self) -> str:
        """The identity as text, marked if it is unknown."""
        return self.identity.text

    def signature_for(self, task: str) -> str:
        """The signature of its predictions for a task, without what concerns other tasks only."""
        return self.signatures.get(task, self.signature)

    @property
    def tasks(self) -> tuple[TaskName, ...]:
        """The tasks that it supports and is not excluded from."""
        own = self.model.tasks
        return tuple(t for t in own if self.limited_to is None or t in self.limited_to)

    @property
    def role(self) -> Role:
        """Model, floor or ceiling."""
        return self.model.role

    @property
    def selects(self) -> bool:
        """Whether it applies to some articles only."""
        return self.model.selects or type(self.model).applies is not Model.applies

    def for_sample(self, sample: int) -> ModelSpec:
        """The model that gives a sample of every article.

        A user-defined model with a parameter ``seed`` is built again with a seed of the sample's
        own. Others read ``task.sample``.
        """
        first = self.parameters.get("seed", self.seed)
        seeded = isinstance(first, int) and _takes_seed(self.use, self.model)
        if sample == 0 or not seeded:
            return self
        parameters = {**self.parameters, "seed": sample_seed(first, sample, self.name)}
        model = _built(self.use, parameters, self.seed)
        return replace(self, parameters=parameters, model=model)

    def has_sample(self, article: Article, task: Task) -> bool:
        """Whether the article has the sample ``task.sample``."""
        return task.sample == 0 or self.model.has_sample(article, task)

    @property
    def streams(self) -> bool:
        """Whether it takes articles itself and yields outputs in order of completion."""
        return self.model.streams

    def prepare(self, dataset: Sequence[Article]) -> None:
        """Load the model, and pass it the whole dataset if it ``sees_dataset``.

        Raises:
            Exception: whatever the model raises.
        """
        self.model.load()
        if self.model.sees_dataset:
            self.model.prepare(dataset)

    def unload(self) -> None:
        """Let the model free its memory."""
        with suppress(*ANYTHING):
            self.model.unload()

    def articles_per_batch(self, default: int) -> int:
        """The number of articles that the model reads at once now.

        Args:
            default: the number that the run suggests.
        """
        own = self.model.articles_per_batch if self.model.batched else None
        return own if isinstance(own, int) and own > 0 else default

    def applies(self, article: Article, task: Task) -> bool:
        """Whether the model applies to the article; true if its own ``applies`` raises."""
        try:
            return bool(self.model.applies(article, task))
        except ANYTHING:
            return True

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """The cost of the tokens; None if unknown."""
        try:
            found = self.model.cost(tokens_in, tokens_out)
        except ANYTHING:
            return None  # an unknown cost must not lose scores
        return float(found) if isinstance(found, int | float) else None

    def faults(self) -> list[str]:
        """What would make the model fail on every article, one line each."""
        if is_foreign(self.model):
            return []
        return [f"model {self.name!r}: {fault}" for fault in self.model.faults()]

    def notes(self, dataset: Sequence[Article]) -> list[str]:
        """Notes for the user about the model and this dataset."""
        try:
            notes = [str(note) for note in self.model.notes(dataset) or ()]
        except BenchError:
            raise
        except ANYTHING as error:
            notes = [str(fault_of(error, f"notes of model {self.name!r}", self.model, "notes"))]
        if self.identity.unknown:
            notes.append(
                f"{self.name}: its predictions cannot be reused, because its code cannot be"
                f" identified: {self.identity.unknown}"
            )
        return notes

    def events(self) -> list[str]:
        """Messages about its work since the last call."""
        return list(self.model.events())

    def stream(self, articles: Iterable[Article], task: Task) -> Iterator[tuple[str, Output]]:
        """Yield the id and output of each article in order of completion.

        Raises:
            TypeError: the model returned something other than items.
            Exception: whatever the model raises.
        """
        sees = self.model.sees_references
        shown = (a if sees else a.without_references() for a in articles)
        for name, output in self.model.stream(shown, task):
            yield name, _as_output(output)

    def predict(self, articles: Sequence[Article], task: Task) -> Iterator[Output]:
        """Return one output per article, in order.

        Raises:
            TypeError: the model returned no lists of items, or the wrong number of outputs.
            Exception: whatever the model raises.
        """
        if self.selects and is_foreign(self.model):
            for article in articles:
                self.model.applies(article, task)  # an exception is a failure of this article
        sees = self.model.sees_references
        shown = articles if sees else [a.without_references() for a in articles]
        outputs = list(self.model.predict(shown, task))
        if len(outputs) != len(articles):
            raise TypeError(
                f"{count(len(outputs), 'output')} for {count(len(articles), 'article')}"
            )
        return map(_as_output, outputs)


def build_model(  # noqa: PLR0913 - what a model is made of
    use: str,
    name: str,
    parameters: Mapping[str, Any],
    seed: int,
    ignored: frozenset[Path] = frozenset(),
    *,
    samples: int = 1,
) -> ModelSpec:
    """Build a model; one that has a parameter ``seed`` receives the seed of the run.

    Args:
        use: a name of ``bench list models``, or ``module:attribute``.
        name: its name in tables and files.
        parameters: the parameters of the model.
        seed: the seed of the run.
        ignored: files that it writes, which are not part of its identity.
        samples: samples of each article that a model is asked for if it draws at random.

    Raises:
        UnknownNameError: the model or a parameter does not exist.
        ConfigError: a parameter is invalid, or the object is not a model.
    """
    began = time.time()
    model = _built(use, parameters, seed)
    inner = getattr(model, "inner", None)

    def identified(ignored: frozenset[Path]) -> Identity:
        return identify(
            model, use, without=model.excluded_from_signature, inner=inner, ignored=ignored
        )

    identity = identified(ignored)
    made = frozenset(file for file in identity.named if _is_newer(file, began))
    if made:  # a log that its constructor opened
        identity = identified(ignored | made)
    nonce = token_hex(8) if identity.unknown else ""
    by_task = {str(task): _signature_for(task, identity, model) for task in model.tasks}
    return ModelSpec(
        *(use, dict(parameters), seed, name, identity, nonce, model),
        samples=_sample_count(use, model, samples),
        signatures=by_task if model.by_task else {},
    )


def _takes_seed(use: str, model: Model) -> bool:
    """Whether a user-defined model is built with a seed."""
    return is_foreign(model) and "seed" in MODELS.parameters(use)


def _sample_count(use: str, model: Model, asked: int) -> int:
    if asked > 1 and model.draws_at_random is None and _takes_seed(use, model):
        return asked
    return model.sample_count(asked)


def _signature_for(task: str, identity: Identity, model: Model) -> str:
    """The signature with the task's own values of the parameters that are given per task."""
    first, *parts = identity.text.split("|")
    arguments, own = arguments_of(model), []
    for name in sorted(model.by_task):
        value = arguments.get(name)
        value = value.get(task) if isinstance(value, Mapping) else value
        digest = hashlib.sha256(json.dumps(value, default=repr).encode()).hexdigest()[:16]
        own.append(f"{name}:{'None' if value is None else f'sha256:{digest}'}")
    shared = [part for part in parts if part.partition(":")[0] not in model.by_task]
    return "|".join([first, *own, *shared])


def _is_newer(file: Path, moment: float) -> bool:
    try:
        return file.is_file() and file.stat().st_mtime >= moment
    except OSError:
        return False


def _rebuilt(  # noqa: PLR0913, PLR0917 - what a pickle holds
    use: str,
    name: str,
    parameters: Mapping[str, Any],
    seed: int,
    identity: Identity,
    nonce: str,
    signatures: Mapping[str, str],
) -> ModelSpec:
    spec = ModelSpec(use, parameters, seed, name, identity, nonce, _built(use, parameters, seed))
    return replace(spec, signatures=signatures)


def _built(use: str, parameters: Mapping[str, Any], seed: int) -> Model:
    given = dict(parameters)
    if "seed" in MODELS.parameters(use):
        given = {"seed": seed, **given}
    model: Model = MODELS.build(use, given)
    return model


def _as_output(value: Any) -> Output:
    if isinstance(value, Output):
        return value
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(
            f"a model must return a list of strings for each article, not {type(value)}"
        )
    return Output(tuple(value))
