"""The work of one rater, in whatever process it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bench.faults import ANYTHING
from bench.raters.base import RatingAnswer, RatingRequest, RatingStoppedError
from bench.raters.spec import RaterSpec
from bench.runs.loaded_work import LoadedWork


@dataclass(frozen=True)
class RateRequest:
    """Questions that a rater answers together.

    Attributes:
        questions: by key.
        done: keys of those among them that need no new answer.
    """

    questions: Mapping[str, RatingRequest]
    done: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RateResult:
    """The answers to a request.

    Attributes:
        answers: by key; without those that were done, or that the rater did not get to.
        stopped: why the rater stops; None if it goes on.
        events: what it reported meanwhile.
        batch_size: the number of questions that it reads at once next; None for that of the run.
    """

    answers: Mapping[str, RatingAnswer]
    stopped: str | None = None
    events: tuple[str, ...] = ()
    batch_size: int | None = field(default=None, compare=False)


class RatingWork(LoadedWork):
    """The work of one rater on all tasks and models.

    Args:
        spec: the rater.
    """

    def __init__(self, spec: RaterSpec) -> None:
        super().__init__()
        self._spec = spec

    def _load(self) -> None:
        self._spec.rater.load()

    def _unload(self) -> None:
        self._spec.unload()

    def __call__(self, request: RateRequest) -> RateResult:
        """The answers to the questions that are not done."""
        keys = list(request.questions)
        stopped = None
        if self._fault:
            answers = [self._spec.failed(self._fault) for _ in keys]
        else:
            answers, stopped = self._spec.rate(list(request.questions.values()))
        given = dict(zip(keys, answers, strict=False))  # fewer where the rater stopped
        own = {key: answer for key, answer in given.items() if key not in request.done}
        return self._result(RateResult(own, stopped))

    def stream(self, questions: Iterator[tuple[str, RatingRequest]]) -> Iterator[RateResult]:
        """The answer to each question as soon as there is one, in any order."""
        self.begin()
        waiting: dict[str, None] = {}

        def drawn() -> Iterator[tuple[str, RatingRequest]]:
            for key, request in questions:
                waiting[key] = None
                yield key, request

        while True:
            error = self._fault
            answers = iter(()) if error else self._spec.stream(drawn())
            while not error:  # no `yield` in `try`: what closes this generator is no fault
                try:
                    key, answer = next(answers)
                except StopIteration:
                    break
                except RatingStoppedError as stop:
                    yield self._result(RateResult({}, str(stop)))
                    return
                except ANYTHING as raised:
                    error = raised
                else:
                    del waiting[key]
                    yield self._result(RateResult({key: answer}))
            if not waiting:
                following = next(questions, None) if error else None
                if following is None:
                    yield self._result(RateResult({}))
                    return
                waiting[following[0]] = None
            error = error or TypeError("the rater gave no answer")
            failed = self._spec.failed(error)
            yield RateResult(dict.fromkeys(waiting, failed))
            waiting.clear()

    def lost(self, request: RateRequest, reason: str) -> RateResult:
        """The result of a request on which workers died: the rater failed on its questions."""
        failed = RatingAnswer.failed(reason)
        return RateResult({key: failed for key in request.questions if key not in request.done})

    def _result(self, result: RateResult) -> RateResult:
        size = self._spec.requests_per_batch(0) or None
        return replace(result, events=tuple(self._spec.events()), batch_size=size)
