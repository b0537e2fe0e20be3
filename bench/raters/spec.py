"""A rater of a run, with its name, parameters and identity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import Any

from bench.component import Identity, identify, is_foreign
from bench.display import count
from bench.errors import BenchError
from bench.faults import ANYTHING, fault_of
from bench.raters import RATERS
from bench.raters.adapter import checked_answer, stored_fault
from bench.raters.base import (
    RatedDimension,
    Rater,
    RatingAnswer,
    RatingRequest,
    RatingStoppedError,
)
from bench.tasks import TaskName

_LONGEST_ERROR = 500  # characters of a rater's own message that are kept


@dataclass(frozen=True, eq=False)
class RaterSpec:
    """One rater of a run.

    Attributes:
        use: the name or ``module:Class`` that it was built from.
        parameters: the parameters that it was built with.
        name: the name in scores and file names.
        identity: everything that its answers depend on, except the requests.
        shared: the identity without parameters that differ by dimension.
        nonce: part of the key of its answers if the identity is unknown, and different in every
            run, so that they are never reused; "" otherwise.
        rater: the rater itself.
    """

    use: str
    parameters: Mapping[str, Any]
    name: str
    identity: Identity
    shared: Identity
    nonce: str
    rater: Rater

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments to rebuild it from, not its weights."""
        parts = (self.use, dict(self.parameters), self.name, self.identity, self.shared, self.nonce)
        return _rebuilt, parts

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"rater {self.name!r}"

    @property
    def tasks(self) -> tuple[TaskName, ...]:
        """The tasks whose items it rates."""
        return tuple(self.rater.tasks)

    def dimensions(self, task: TaskName) -> Mapping[str, RatedDimension]:
        """What it rates in a task, by name; empty if it does not do the task."""
        return self.rater.dimensions(task) if task in self.tasks else {}

    def score(self, dimension: str) -> str:
        """The name of the score of a dimension."""
        return f"{self.name}.{dimension}"

    def declared(self, dimension: str) -> RatedDimension:
        """What the values of a dimension mean in all tasks that have it."""
        tables = map(self.dimensions, self.tasks)
        first, *others = (table[dimension] for table in tables if dimension in table)
        for other in others:
            lows, highs = (first.low, other.low), (first.high, other.high)
            low = None if None in lows else min(end for end in lows if end is not None)
            high = None if None in highs else max(end for end in highs if end is not None)
            advisory = first.advisory or other.advisory
            first = replace(first, low=low, high=high, advisory=advisory)
        return first

    def signature_for(self, task: TaskName, dimension: str) -> str:
        """The signature of its answers about a dimension, without what concerns others only."""
        return self._signature(dimension, [task])

    def signature_of_score(self, dimension: str) -> str:
        """The signature of the score of a dimension, which covers all tasks that have it."""
        return self._signature(
            dimension, [task for task in self.tasks if dimension in self.dimensions(task)]
        )

    def _signature(self, dimension: str, tasks: Sequence[TaskName]) -> str:
        if (dimension, *tasks) not in self._signatures:
            first, *parts = self.shared.text.split("|")
            asked = [self.rater.question(task, dimension) for task in tasks]
            own = [f"dimension:{dimension}"]
            own += [f"question:sha256:{_digest(*asked)[:12]}"] if any(asked) else []
            self._signatures[dimension, *tasks] = "|".join([first, *own, *parts])
        return self._signatures[dimension, *tasks]

    @cached_property
    def _signatures(self) -> dict[tuple[str, ...], str]:
        return {}

    def key(self, request: RatingRequest) -> str:
        """SHA-256 of all that the answer to a request depends on."""
        article = request.article
        sees_all = self.rater.sees_references
        shown = article.digest() if sees_all else article.digest_without_references()
        task = request.task.name
        parts = [self.signature_for(task, request.dimension), self.nonce, task, shown]
        parts += [self.rater.seen(article), str(len(request.items)), *request.items]
        if request.against is not None:
            parts += ["against", *request.against]
        return _digest(*parts)

    def shown(self, request: RatingRequest) -> RatingRequest:
        """The request as the rater receives it: without references unless it sees them."""
        if self.rater.sees_references:
            return request
        return replace(request, article=request.article.without_references())

    def _all_shown(self, requests: Sequence[RatingRequest]) -> list[RatingRequest]:
        """The requests as the rater receives them; those about one article share it."""
        if self.rater.sees_references:
            return list(requests)
        articles = {id(r.article): r.article for r in requests}
        stripped = {name: article.without_references() for name, article in articles.items()}
        return [replace(r, article=stripped[id(r.article)]) for r in requests]

    def requests_per_batch(self, default: int) -> int:
        """The number of requests that the rater receives together now.

        Args:
            default: the number that the run suggests.
        """
        own = self.rater.requests_per_batch
        return own if isinstance(own, int) and own > 0 else default

    def faults(self) -> list[str]:
        """What would make the rater fail on every request, one line each."""
        if is_foreign(self.rater):
            return []
        return [f"{self.label}: {fault}" for fault in self.rater.faults()]

    def notes(self) -> list[str]:
        """Notes for the user about the rater."""
        notes = self._told("notes", self.rater.notes)
        if self.identity.unknown:
            notes.append(
                f"{self.name}: its ratings cannot be reused, because its code cannot be identified:"
                f" {self.identity.unknown}"
            )
        return notes

    def comparisons(self, task: TaskName) -> tuple[str, ...]:
        """The criteria by which it compares lists in a task."""
        return tuple(self.rater.comparisons(task)) if task in self.tasks else ()

    def announce(self, requests: int, characters: int) -> list[str]:
        """What to tell before the first request.

        Args:
            requests: how many there are.
            characters: the number of characters in all of them.
        """
        return self._told("announce", lambda: self.rater.announce(requests, characters))

    def events(self) -> list[str]:
        """Messages about its work since the last call."""
        return self._told("events", self.rater.events)

    def unload(self) -> None:
        """Let the rater free its memory."""
        with suppress(*ANYTHING):
            self.rater.unload()

    def rate(self, requests: Sequence[RatingRequest]) -> tuple[list[RatingAnswer], str | None]:
        """Answer some requests together.

        If the rater raises an exception, the requests that it has not answered are tried alone; one
        that fails alone is an answer with an error.

        Returns:
            The answers in order, and why the rater stops, with fewer answers; None if it goes on.
        """
        answers: list[RatingAnswer] = []
        extra = 0
        try:
            for given in self.rater.rate(self._all_shown(requests)):
                if len(answers) < len(requests):
                    answers.append(self._checked(requests[len(answers)], given))
                else:
                    extra += 1
            if extra or len(answers) < len(requests):
                found, asked = len(answers) + extra, count(len(requests), "request")
                answers.clear()  # which answer belongs to which request is not known
                raise TypeError(f"{count(found, 'answer')} to {asked}")
        except RatingStoppedError as stop:
            return answers, str(stop)
        except ANYTHING as error:
            if len(requests) == 1:
                return [self.failed(error)], None
            for request in requests[len(answers) :]:
                alone, stopped = self.rate([request])
                answers += alone
                if stopped is not None:
                    return answers, stopped
        return answers, None

    def stream(
        self, requests: Iterable[tuple[str, RatingRequest]]
    ) -> Iterator[tuple[str, RatingAnswer]]:
        """The key and answer of each request, in order of completion.

        Raises:
            RatingStoppedError: the rater stops.
            Exception: whatever the rater raises.
        """
        asked: dict[str, RatingRequest] = {}

        def shown() -> Iterator[tuple[str, RatingRequest]]:
            for key, request in requests:
                asked[key] = request
                yield key, self.shown(request)

        for key, given in self.rater.stream(shown()):
            if key not in asked:
                raise KeyError(f"an answer to {key!r:.80}, which was not asked or is answered")
            yield key, self._checked(asked.pop(key), given)

    def failed(self, error: BaseException) -> RatingAnswer:
        """The answer to a request that the rater failed on."""
        if isinstance(error, BenchError):
            reason = str(error)
        else:
            fault = fault_of(error, self.label, self.rater, "rate")
            where = f" ({fault.location})" if fault.location else ""
            reason = f"{fault.reason}{where}"
        return RatingAnswer.failed(reason[:_LONGEST_ERROR].encode(errors="replace").decode())

    def _checked(self, request: RatingRequest, given: Any) -> RatingAnswer:
        prefers = request.against is not None
        known = self.dimensions(request.task.name)
        dimension = RatedDimension() if prefers else known[request.dimension]
        try:
            return checked_answer(given, dimension, prefers=prefers)
        except (TypeError, ValueError) as error:
            told = replace(self.failed(error), error=f"`rate` {error}"[:_LONGEST_ERROR])
            if isinstance(given, RatingAnswer):
                used = given.tokens_in, given.tokens_out, given.cost
                paid = replace(told, tokens_in=used[0], tokens_out=used[1], cost=used[2])
                return told if stored_fault(paid) else paid
            return told

    def _told(self, what: str, told: Callable[[], Sequence[str]]) -> list[str]:
        try:
            return [str(line) for line in told() or ()]
        except BenchError:
            raise
        except ANYTHING as error:
            return [str(fault_of(error, f"{what} of {self.label}", self.rater, what))]


def build_rater(
    use: str,
    name: str,
    parameters: Mapping[str, Any],
    ignored: frozenset[Path] = frozenset(),
) -> RaterSpec:
    """Build a rater.

    Args:
        use: a name of ``bench list raters``, or ``module:attribute``.
        name: its name in scores and file names.
        parameters: the parameters of the rater.
        ignored: files that it writes, which are not part of its identity.

    Raises:
        UnknownNameError: the rater or a parameter does not exist.
        ConfigError: a parameter is invalid, or the object is not a rater.
    """
    rater: Rater = RATERS.build(use, parameters)
    return spec_of(rater, use, name, parameters, ignored)


def spec_of(
    rater: Rater,
    use: str,
    name: str,
    parameters: Mapping[str, Any],
    ignored: frozenset[Path] = frozenset(),
) -> RaterSpec:
    """A rater that is built, with its identity; the arguments are those of ``build_rater``."""

    def identified(without: frozenset[str]) -> Identity:
        inner = getattr(rater, "inner", None)
        return identify(rater, use, without=without, inner=inner, ignored=ignored)

    without = frozenset(rater.excluded_from_signature)
    identity = identified(without)
    by_dimension = frozenset(rater.by_dimension)
    shared = identified(without | by_dimension) if by_dimension else identity
    nonce = token_hex(8) if identity.unknown else ""
    return RaterSpec(use, dict(parameters), name, identity, shared, nonce, rater)


def _rebuilt(  # noqa: PLR0913, PLR0917 - what a pickle holds
    use: str,
    parameters: Mapping[str, Any],
    name: str,
    identity: Identity,
    shared: Identity,
    nonce: str,
) -> RaterSpec:
    rater = RATERS.build(use, parameters)
    return RaterSpec(use, parameters, name, identity, shared, nonce, rater)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
