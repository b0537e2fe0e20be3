"""The stage in which raters compare the lists of two models, each pair in both orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from bench.article import Article
from bench.data.ratings import Preference
from bench.display import count
from bench.engines import Engine
from bench.errors import RunFailedError
from bench.raters.base import RatingAnswer, RatingRequest
from bench.raters.spec import RaterSpec
from bench.runs.directory import withdraw_results
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex
from bench.runs.preference_rows import (
    EQUAL_LISTS,
    Compared,
    StoredPreferences,
    preference_file,
    settle,
)
from bench.runs.progress import Progress
from bench.runs.rated_units import windows
from bench.runs.rating_work import RateRequest, RateResult, RatingWork
from bench.tasks import Task

Question = tuple[Compared, str, RatingRequest]
"""A comparison, its key and its request."""
_EQUAL = RatingAnswer(choice="tie", reason=EQUAL_LISTS)


def compare_lists(  # noqa: PLR0913, PLR0917 - the parts of a run
    plan: Plan,
    index: PredictionIndex,
    progress: Progress,
    engine: Engine,
    spec: RaterSpec,
    settled: Callable[[str], None],
    stops: list[str],
) -> None:
    """Let a rater compare the lists of all its pairs of models, where there is no row yet.

    Args:
        plan: the run.
        index: of its predictions.
        progress: receives the progress.
        engine: receives events.
        spec: the rater.
        settled: called with the key of each question that has a row now.
        stops: receives a line if the rater stops early.

    Raises:
        RunFailedError: the rater failed on a comparison and ``on_error`` is ``stop``.
    """
    for task in plan.tasks:
        if spec.comparisons(task.name):
            stage = _PreferenceStage(plan, index, engine, spec, task, settled)
            stop = stage.carry_out(progress)
            if stop is not None:
                stops.append(stop)
                engine.tell(stop)
                return


class _PreferenceStage:
    """The comparisons of one rater in one task."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a run
        self,
        plan: Plan,
        index: PredictionIndex,
        engine: Engine,
        spec: RaterSpec,
        task: Task,
        settled: Callable[[str], None],
    ) -> None:
        self._settled = settled
        self._plan, self._index, self._engine = plan, index, engine
        self._spec, self._task = spec, task
        self._file = preference_file(index.directory, spec.name, task.name)
        self._models = {
            model.name: model
            for model, of in plan.jobs
            if of is task and (model.role == "model" or model.name == self._baseline)
        }

    @property
    def _baseline(self) -> str | None:
        return getattr(self._spec.rater, "baseline", None)

    def carry_out(self, progress: Progress) -> str | None:
        """Ask what is missing; returns why the rater stops, None if it goes on."""
        pairs = list(self._spec.rater.pairs(list(self._models)))
        if not pairs:
            self._engine.tell(f"{self._task.name}: {self._spec.name} has no pair of models")
            return None
        wanted = {where: key for where, key, _ in self._questions(pairs)}
        articles = {where.article for where in wanted}
        withdraw = partial(withdraw_results, self._index.directory)
        stored = settle(self._file, wanted, articles, withdraw)
        if stored.discarded:
            number = count(stored.discarded, "stored preference")
            self._engine.tell(
                f"{self._task.name}: {number} of {self._spec.name} discarded: the rater, the lists"
                " or the articles have changed"
            )
        label = f"{self._task.name}: lists, compared by {self._spec.name}"
        progress.start(label, len(wanted), len(stored.answered))
        if len(stored.answered) == len(wanted):
            return None
        self._prepare(pairs, stored)
        withdraw()
        for step in self._ask(pairs, stored):
            if isinstance(step, str):
                return step
            progress.advance(step)
        return None

    def _prepare(self, pairs: Sequence[tuple[str, str]], stored: StoredPreferences) -> None:
        """Settle what need not be asked, and announce the rest."""
        missing = stored.missing
        lengths: dict[str, int] = {}
        for where, key, request in self._questions(pairs):
            if key in missing and request.items == request.against:
                stored.by_key.setdefault(key, self._row(where, key, _EQUAL))
            elif key in missing:
                lengths[key] = request.length
        if lengths:
            for line in self._spec.announce(len(lengths), sum(lengths.values())):
                self._engine.tell(f"{self._spec.name}: {line}")

    def _ask(
        self, pairs: Sequence[tuple[str, str]], stored: StoredPreferences
    ) -> Iterator[int | str]:
        """Write the missing rows; yields how many more there are, and why it stops."""
        missing = stored.missing
        asked: dict[str, RatingRequest] = {}

        def questions() -> Iterator[tuple[str, RatingRequest]]:
            for _, key, request in self._questions(pairs):
                if key in missing and key not in asked:
                    asked[key] = request
                    yield key, request

        waiting: dict[str, list[Compared]] = {}
        for where, key in stored.wanted.items():
            if where not in stored.answered:
                waiting.setdefault(key, []).append(where)
        with self._file.appending() as write:

            def add(rows: Sequence[Preference]) -> int:
                write(b"".join(row.model_dump_json().encode() + b"\n" for row in rows))
                return len(rows)

            for key in waiting.keys() & stored.by_key.keys():
                yield add([_copied(stored.by_key[key], where) for where in waiting.pop(key)])
            for result in self._results(questions()):
                for event in result.events:
                    self._engine.tell(f"{self._spec.name}: {event}")
                for key, answer in result.answers.items():
                    first, *others = waiting.pop(key)
                    row = self._row(first, key, answer)
                    added = add([row, *(_copied(row, where) for where in others)])
                    if row.status != "error":
                        self._settled(key)
                    yield added
                    self._stop_at_failure(row)
                if result.stopped is not None:
                    left = count(len(waiting), "comparison")
                    yield (
                        f"{self._spec.name} stopped: {result.stopped}; {left} without an answer;"
                        " the same command goes on where it stopped"
                    )
                    return

    def _results(self, questions: Iterator[tuple[str, RatingRequest]]) -> Iterator[RateResult]:
        work = RatingWork(self._spec)
        try:
            if self._spec.rater.streams:
                yield from work.stream(questions)
                return
            work.begin()
            size = self._spec.requests_per_batch(self._plan.config.batch_size)
            while some := dict(islice(questions, size)):
                yield work(RateRequest(some))
        finally:
            work.end()

    def _questions(self, pairs: Sequence[tuple[str, str]]) -> Iterator[Question]:
        """All comparisons, both orders of each pair, article by article."""
        every = [
            windows(self._plan, self._index, model, self._task) for model in self._models.values()
        ]
        for together in zip(*every, strict=True):
            lists = {
                name: {one.article.id: one for one in window.lists if one.sample == 0}
                for name, window in zip(self._models, together, strict=True)
            }
            articles = {
                one.article.id: one.article for own in lists.values() for one in own.values()
            }
            for id_, article in articles.items():
                items = {
                    name: tuple(own[id_].items.values())
                    for name, own in lists.items()
                    if id_ in own
                }
                yield from self._of_article(article, items, pairs)

    def _of_article(
        self,
        article: Article,
        items: dict[str, tuple[str, ...]],
        pairs: Sequence[tuple[str, str]],
    ) -> Iterator[Question]:
        for a, b in pairs:
            if a not in items or b not in items:
                continue
            for dimension in self._spec.comparisons(self._task.name):
                for first, second in ((a, b), (b, a)):
                    lists = items[first], items[second]
                    request = RatingRequest(article, self._task, dimension, *lists)
                    where = Compared(article.id, first, second, dimension)
                    yield where, self._spec.key(request), request

    def _row(self, where: Compared, key: str, answer: RatingAnswer) -> Preference:
        is_ok = answer.status == "ok"
        return Preference(
            task=self._task.name,
            rater=self._spec.name,
            **where._asdict(),
            raw=answer.raw,
            reason=answer.reason,
            status=answer.status,
            error=None if is_ok else answer.error or "(no reason)",
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            cost=answer.cost,
            lost_samples=answer.lost_samples,
            key=key,
            choice=answer.choice if is_ok else None,
        )

    def _stop_at_failure(self, row: Preference) -> None:
        if row.status == "error" and self._plan.config.on_error == "stop":
            raise RunFailedError(
                f"{row.rater} failed on {row.dimension} of {row.first} and {row.second}, article"
                f" {row.article!r} ({row.task}): {row.error}"
            )


def _copied(row: Preference, where: Compared) -> Preference:
    """The answer for other models with the same lists, which costs nothing."""
    free = {n: 0 for n in ("tokens_in", "tokens_out", "cost") if getattr(row, n) is not None}
    return row.model_copy(update={**where._asdict(), **free})
