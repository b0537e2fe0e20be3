"""The stage between generation and scoring: every rater rates what the models wrote.

``rated_units`` says what there is to rate, ``rating_index`` which answers there are,
``rating_work`` is the work on the rest, and this module sends it to an engine and writes the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import islice

from bench.data.ratings import Rating
from bench.display import count
from bench.engines import Engine, LocalEngine, Lost, Resources
from bench.errors import RunFailedError, WorkersDiedError
from bench.models.spec import ModelSpec
from bench.raters.base import RatingAnswer, RatingRequest
from bench.raters.spec import RaterSpec
from bench.runs.directory import withdraw_results
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex
from bench.runs.preferring import compare_lists
from bench.runs.progress import Progress
from bench.runs.rated_units import WHOLE_LIST, RatedUnit, UnitId, units_of, windows
from bench.runs.rating_index import RatingIndex, RatingRows
from bench.runs.rating_work import RateRequest, RateResult, RatingWork
from bench.runs.received_answers import keeping_received
from bench.runs.written_files import WrittenFiles
from bench.tasks import Task

Job = tuple[ModelSpec, Task]


def rate(  # noqa: PLR0913, PLR0917 - the parts of a run
    plan: Plan,
    index: PredictionIndex,
    progress: Progress,
    engine: Engine,
    stack: ExitStack,
    stops: list[str],
) -> dict[str, RatingIndex]:
    """Let every rater rate what there is no row for yet.

    Args:
        plan: the run.
        index: of its predictions.
        progress: receives the progress.
        engine: where raters work.
        stack: closes the indexes that are returned.
        stops: receives a line for each rater that stops early.

    Returns:
        The index of each rater, by its name.

    Raises:
        RunFailedError: a rater failed on an item and ``on_error`` is ``stop``.
    """
    found = {}
    for spec in plan.raters:
        ratings = stack.enter_context(RatingIndex(index.directory, spec.name))
        found[spec.name] = ratings
        with keeping_received(index.directory, spec, stops) as settled:
            stage = _Stage(plan, index, spec, ratings, engine, settled)
            stage.carry_out(progress)
            compare_lists(plan, index, progress, engine, spec, settled, stops)
            stops += stage.stops
    return found


class _Stage:
    """The work of one rater on all models and tasks of a run."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a run
        self,
        plan: Plan,
        index: PredictionIndex,
        spec: RaterSpec,
        ratings: RatingIndex,
        engine: Engine,
        settled: Callable[[str], None],
    ) -> None:
        self._settled = settled
        self._plan, self._index, self._spec, self._ratings = plan, index, spec, ratings
        self._own_engine = engine
        self._engine = engine if spec.rater.distributable else LocalEngine(engine.tell)
        self._work = RatingWork(spec)
        self._batch_size = spec.requests_per_batch(plan.config.batch_size)
        self._written = WrittenFiles(index.directory, spec)
        self._alone: set[str] = set()  # keys of questions on which workers died
        self.stops: list[str] = []
        """Why the rater stopped early; empty unless it did."""

    def carry_out(self, progress: Progress) -> None:
        """Settle the stored rows of all jobs, then ask for what is missing, job by job."""
        jobs = [(m, task) for m, task in self._plan.jobs if self._spec.dimensions(task.name)]
        for job in jobs:
            self._settle(job)
        questions, characters = self._ratings.unanswered()
        if questions:
            for line in self._spec.announce(questions, characters):
                self._own_engine.tell(f"{self._spec.name}: {line}")
        for model, task in jobs:
            rows = self._ratings.rows(model.name, task.name)
            label = f"{task.name}: {model.name}, rated by {self._spec.name}"
            progress.start(label, rows.wanted, len(rows))
            if watch := getattr(progress, "watch", None):  # progress of others need not have it
                watch(lambda: self._work.is_loading)
            if len(rows) < rows.wanted and not self.stops:
                for step in self._rate((model, task), rows):
                    progress.advance(step)
        self._work.end()

    def _settle(self, job: Job) -> None:
        model, task = job
        rows = self._ratings.rows(model.name, task.name)
        wanted = (
            (window.articles, units_of(self._spec, task, window.lists))
            for window in windows(self._plan, self._index, model, task)
        )
        withdraw = partial(withdraw_results, self._index.directory)
        rows.settle(wanted, model.samples, withdraw)
        if rows.discarded:
            number = count(rows.discarded, "stored rating")
            are = "is" if rows.discarded == 1 else "are"
            self._own_engine.tell(
                f"{task.name}: {number} of {model.name} by {self._spec.name} {are} discarded: the"
                " rater, the items or the articles have changed"
            )

    def _rate(self, job: Job, rows: RatingRows) -> Iterator[int]:
        """Write the missing rows of a model and task; yields how many more there are."""
        model, task = job
        withdraw_results(self._index.directory)
        with rows.appending() as append:
            for window in windows(self._plan, self._index, model, task):
                missing = rows.missing(window.articles)
                if not missing:
                    continue
                units = list(units_of(self._spec, task, window.lists))
                pending: dict[str, list[RatedUnit]] = defaultdict(list)
                for unit in units:
                    if unit.id in missing:
                        pending[unit.key].append(unit)
                if not self._spec.rater.batched:
                    known = self._shared(model, pending)
                    append(known)
                    yield len(known)
                with closing(self._results(units, pending)) as results:
                    for result in results:
                        written = self._rows(model, pending, result)
                        append(written)
                        for key, answer in result.answers.items():
                            if answer.status != "error":
                                self._settled(key)
                        self._written.look()
                        for event in result.events:
                            self._own_engine.tell(f"{self._spec.name}: {event}")
                        self._stop_at_failure(job, written)
                        yield len(written)
                        if result.stopped is not None:
                            self._note_stop(result.stopped)
                            return

    def _shared(
        self, model: ModelSpec, pending: dict[str, list[RatedUnit]]
    ) -> list[tuple[UnitId, Rating]]:
        """Rows of questions that were answered about another list; they are no longer pending."""
        found: list[tuple[UnitId, Rating]] = []
        for key in list(pending):
            known = self._ratings.answer_to(key)
            if known is not None:
                found += [(unit.id, self._copied(known, model, unit)) for unit in pending.pop(key)]
        return found

    def _results(
        self, units: Sequence[RatedUnit], pending: dict[str, list[RatedUnit]]
    ) -> Generator[RateResult, None, None]:
        """The results for all pending questions; failures once workers die before they begin."""
        if self._spec.rater.streams:
            questions = ((key, own[0].request) for key, own in list(pending.items()))
            yield from self._work.stream(questions)
            return
        while pending:
            is_lost = False
            try:
                requests = self._requests(units, pending)
                mapped = self._engine.map(self._work, requests, self._resources)
                with closing(mapped) as results:
                    for result in results:
                        if isinstance(result, Lost):
                            asked: RateRequest = result.request
                            if len(asked.questions) > 1:
                                self._alone.update(asked.questions)
                                is_lost = True
                                break  # send them again one by one: most are innocent
                            yield self._work.lost(asked, result.reason)
                        else:
                            self._batch_size = result.batch_size or self._batch_size
                            yield result
            except WorkersDiedError as death:
                yield self._work.lost(RateRequest(_questions(pending.values())), str(death))
            if not is_lost:
                return

    def _requests(
        self, units: Sequence[RatedUnit], pending: dict[str, list[RatedUnit]]
    ) -> Iterator[RateRequest]:
        """Requests of questions of similar length, which hold all pending ones.

        A rater that reads batches always gets the same ones, also where a part is answered.
        """
        batched = self._spec.rater.batched
        chosen = {unit.key: unit.request for unit in units if batched or unit.key in pending}
        for key in self._alone & chosen.keys():
            if key in pending:
                yield RateRequest({key: chosen[key]})
            del chosen[key]
        ordered = iter(sorted(chosen.items(), key=lambda item: (-item[1].length, item[0])))
        while some := dict(islice(ordered, self._batch_size)):
            done = frozenset(key for key in some if key not in pending)
            if len(done) < len(some):
                yield RateRequest(some, done)

    def _rows(
        self, model: ModelSpec, pending: dict[str, list[RatedUnit]], result: RateResult
    ) -> list[tuple[UnitId, Rating]]:
        """A row for each unit that a question stands for; only the first bears its cost."""
        found: list[tuple[UnitId, Rating]] = []
        for key, answer in result.answers.items():
            if units := pending.pop(key, None):
                row = self._row(model, units[0], answer)
                found.append((units[0].id, row))
                found += [(unit.id, self._copied(row, model, unit)) for unit in units[1:]]
        return found

    def _row(self, model: ModelSpec, unit: RatedUnit, answer: RatingAnswer) -> Rating:
        article, sample, position, dimension = unit.id
        is_ok = answer.status == "ok"
        return Rating(
            task=unit.request.task.name,
            article=article,
            rater=self._spec.name,
            dimension=dimension,
            sample=sample,
            raw=answer.raw,
            reason=answer.reason,
            status=answer.status,
            error=None if is_ok else answer.error or "(no reason)",
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            cost=answer.cost,
            lost_samples=answer.lost_samples,
            key=unit.key,
            model=model.name,
            item=None if position == WHOLE_LIST else position,
            value=answer.value if is_ok else None,
        )

    def _copied(self, row: Rating, model: ModelSpec, unit: RatedUnit) -> Rating:
        """The answer for another unit of the same question, which costs nothing."""
        article, sample, position, dimension = unit.id
        free = {n: 0 for n in ("tokens_in", "tokens_out", "cost") if getattr(row, n) is not None}
        where = {"article": article, "sample": sample, "dimension": dimension, "model": model.name}
        item = None if position == WHOLE_LIST else position
        return row.model_copy(update={**where, "item": item, **free})

    def _stop_at_failure(self, job: Job, rows: Iterable[tuple[UnitId, Rating]]) -> None:
        if self._plan.config.on_error != "stop":
            return
        for _, row in rows:
            if row.status == "error":
                model, task = job
                raise RunFailedError(
                    f"{self._spec.name} failed on {row.dimension} of {model.name}, article"
                    f" {row.article!r} ({task.name}): {row.error}"
                )

    def _note_stop(self, reason: str) -> None:
        left = count(self._ratings.unanswered()[0], "question")
        line = (
            f"{self._spec.name} stopped: {reason}; {left} without an answer; the same command goes"
            " on where it stopped"
        )
        self.stops.append(line)
        self._own_engine.tell(line)

    @property
    def _resources(self) -> Resources:
        entries = self._plan.config.raters
        needs = next((e.resources for e in entries if e.label == self._spec.name), None)
        return needs.declared() if needs else Resources()


def _questions(pending: Iterable[Sequence[RatedUnit]]) -> dict[str, RatingRequest]:
    return {own[0].key: own[0].request for own in pending}
