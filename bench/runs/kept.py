"""Models and tasks of an earlier run that stay in the results of one that does not name them.

Their predictions are scored again beside the others. None of their code is loaded: what has to be
known of a model stands in ``run.json``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from bench.article import Article
from bench.component import Identity
from bench.data.urls import redact
from bench.errors import BenchError, DataError
from bench.models.kept import KeptModel
from bench.models.spec import ModelSpec
from bench.runs.config import ModelEntry, TaskOptions
from bench.runs.directory import TRAITS
from bench.runs.earlier import EarlierJob, EarlierRun
from bench.runs.owner import Policy
from bench.runs.plan import Plan, configured_task
from bench.runs.predictions import prediction_file, prediction_key
from bench.runs.readable import tokenizers_of
from bench.runs.row_index import RowIndex
from bench.runs.survey import survey
from bench.tasks import TASKS, Task, TaskName

Check = Callable[[Plan], None]
"""What raises a DataError where references cannot be scored."""


@contextmanager
def with_earlier(
    plan: Plan, earlier: EarlierRun | None, policy: Policy, check: Check
) -> Iterator[Plan]:
    """The plan as it is to be scored, with notes on what an earlier run left.

    Where the policy is to keep, models and tasks of the earlier run that the plan does not name are
    added, but for what cannot be scored together with it. The plan holds only inside the context.
    """
    if earlier is None:
        yield plan
        return
    notes = _replaced(plan, earlier)
    if policy.keep:
        with _with_kept(plan, earlier, policy, check) as whole:
            yield replace(whole, notes=(*whole.notes, *notes))
    else:
        yield replace(plan, notes=(*plan.notes, *notes, *_gone(plan, earlier)))


@contextmanager
def _with_kept(plan: Plan, earlier: EarlierRun, policy: Policy, check: Check) -> Iterator[Plan]:
    with ExitStack() as stack:
        kept, notes = [], []
        for job in earlier.except_of(plan.config):
            rows = stack.enter_context(_Rows(plan, earlier, job))
            reason = rows.obstacle()
            if reason is None:
                kept.append(rows)
            else:
                notes.append(_not_kept(job, earlier.directory, reason))
        try:
            whole = _extended(plan, earlier, kept)
            check(whole)
        except DataError as error:  # of a task that only the earlier run has
            own = {task.name for task in plan.tasks}
            for rows in (r for r in kept if r.task.name not in own):
                notes.append(_not_kept(rows.job, earlier.directory, error.problems[0]))
            kept = [rows for rows in kept if rows.task.name in own]
            whole = _extended(plan, earlier, kept)
        notes = [
            *_kept_notes(plan, kept),
            *_outdated(plan, earlier, policy, [rows.job for rows in kept]),
            *notes,
        ]
        yield replace(whole, notes=(*whole.notes, *notes))


class _Rows:
    """The predictions of an earlier job, and which of them a plan can score."""

    def __init__(self, plan: Plan, earlier: EarlierRun, job: EarlierJob) -> None:
        self.job = job
        self.task = _task(job.task, plan, earlier)
        self._plan, self._earlier = plan, earlier
        self._stack = ExitStack()
        self._index: RowIndex | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def obstacle(self) -> str | None:
        """Why they cannot be scored with the plan; None where they can."""
        file = prediction_file(self._earlier.directory, self.job.model, self.task.name)
        if not file.path.exists():
            return "its predictions are missing"
        if self.job.is_reference and self._plan.config.references == "best":
            return "its output is among the references"
        before = self._earlier.items(self.task.name)
        if before != self.task.items:
            return f"it was asked for {before} {self.task.noun}s, not for {self.task.items}"
        unchanged = self._earlier.fingerprint == self._plan.dataset.fingerprint
        wanted = self._asked if unchanged else sum(1 for _ in self._usable())
        try:
            for keys in self._keys(unchanged):
                index = self._stack.enter_context(RowIndex(file)).match(keys)
                if len(index) == wanted:
                    self._index = index
                    return None
        except BenchError as error:
            return str(error)
        return f"its predictions are {'incomplete' if unchanged else 'of other articles'}"

    def entrant(self) -> ModelSpec:
        """The model, which only gives its predictions."""
        facts, entry = self.job.facts, self.job.entry
        kept = KeptModel(
            (self.task.name,),
            facts["role"],
            facts.get("heeds_items", entry.use != "recorded"),
            self._has_row,
            self.job.cost,
            facts.get("sees_references", False),
            facts.get("sees_dataset", False),
            self.job.is_reference,
        )
        identity = Identity(self.job.signature)
        seed = self._earlier.config.seed
        return ModelSpec(entry.use, entry.parameters, seed, self.job.model, identity, "", kept)

    def _has_row(self, article: Article, _: Task) -> bool:
        return self._index is not None and bool(self._index.among([article.id]))

    @property
    def _asked(self) -> int:
        """For how many articles the model was asked."""
        skipped = self._earlier.config.on_error == "skip"
        counts = self.job.counts
        asked = counts.get("asked", counts["articles"] + (counts["failed"] if skipped else 0))
        return int(asked)

    def _usable(self) -> Iterator[Article]:
        return (article for article in self._plan.dataset if self.task.references(article))

    def _keys(self, unchanged: bool) -> Iterator[Iterator[tuple[str, str | None]]]:
        """The keys that the rows may have.

        Any, where nothing was written since they were scored and nothing they depend on changed:
        what another program wrote depends on no text.
        """
        settled = unchanged or self.job.entry.use == "recorded"
        if settled and self._earlier.complete:
            yield ((article.id, None) for article in self._usable())
        if set(TRAITS) <= self.job.facts.keys():
            entrant, fingerprint = self.entrant(), self._plan.dataset.fingerprint
            yield (
                (article.id, prediction_key(entrant, self.task, article, fingerprint))
                for article in self._usable()
            )


def _task(name: TaskName, plan: Plan, earlier: EarlierRun) -> Task:
    """The plan's task, or the earlier run's as the plan's metrics allow."""
    planned = next((task for task in plan.tasks if task.name == name), None)
    if planned:
        return planned
    options = plan.config.tasks.get(name) or earlier.config.tasks.get(name) or TaskOptions()
    if options.primary not in plan.places:
        options = options.model_copy(update={"primary": None})
    config = plan.config.model_copy(update={"tasks": {**plan.config.tasks, name: options}})
    return configured_task(name, config, plan.metrics)


def _extended(plan: Plan, earlier: EarlierRun, kept: Sequence[_Rows]) -> Plan:
    if not kept:
        return plan
    added = {rows.task.name: rows.task for rows in kept}
    tasks = {**added, **{task.name: task for task in plan.tasks}}
    ordered = tuple(tasks[name] for name in TASKS if name in tasks)
    own = {task.name for task in plan.tasks}
    planned = (replace(e, limited_to=frozenset(own)) for e in plan.entrants)
    entries = {entry.label: entry for entry in plan.config.models}
    known = [entry.label for entry in earlier.config.models]
    kept_entries = {rows.job.model: rows.job.entry for rows in kept}
    order = [*(name for name in known if name in {*entries, *kept_entries}), *entries]
    entrants = [*planned, *(rows.entrant() for rows in kept)]
    entrants.sort(key=lambda entrant: order.index(entrant.name))
    config = plan.config.model_copy(
        update={
            "models": tuple({**kept_entries, **entries}[name] for name in dict.fromkeys(order)),
            "tasks": _task_options(plan, earlier, ordered),
        }
    )
    return replace(
        plan,
        config=config,
        tasks=ordered,
        entrants=tuple(entrants),
        survey=survey(
            plan.dataset,
            ordered,
            entrants,
            tokenizers_of(plan.metrics.values()),
            best=plan.config.references == "best",
        ),
    )


def _task_options(
    plan: Plan, earlier: EarlierRun, tasks: Sequence[Task]
) -> dict[TaskName, TaskOptions]:
    known = {**earlier.config.tasks, **plan.config.tasks}
    names = dict.fromkeys([*(task.name for task in tasks), *plan.config.tasks])
    return {name: known.get(name, TaskOptions()) for name in names}


def _replaced(plan: Plan, earlier: EarlierRun) -> list[str]:
    """Systems of other programs whose predictions are not those of the earlier run."""
    before = {(job.model, job.task): job.signature for job in earlier.jobs}
    return [
        f"{task.name}: {entrant.name} is a new version; it replaces the earlier one"
        for entrant, task in plan.jobs
        if entrant.use == "recorded"
        and before.get((entrant.name, task.name), entrant.signature) != entrant.signature
    ]


def _gone(plan: Plan, earlier: EarlierRun) -> list[str]:
    """What the earlier run had and the plan's config has no more."""
    named = {entry.label for entry in plan.config.models}
    jobs = earlier.except_of(plan.config)
    gone = dict.fromkeys(job.model if job.model not in named else job.task for job in jobs)
    where = f"predictions stay in {earlier.directory}"
    return [f"no longer in the config: {', '.join(gone)}; their {where}"] if gone else []


def _kept_notes(plan: Plan, kept: Sequence[_Rows]) -> list[str]:
    by_task: dict[str, list[str]] = defaultdict(list)
    signatures = {entrant.name: entrant.signature for entrant in plan.entrants}
    older = []
    for rows in kept:
        by_task[rows.task.name].append(rows.job.model)
        if signatures.get(rows.job.model, rows.job.signature) != rows.job.signature:
            older.append(f"{rows.task.name}: what an earlier version of {rows.job.model} wrote")
    notes = [f"{task}: kept from an earlier run: {', '.join(n)}" for task, n in by_task.items()]
    return [*notes, *(f"{line} is kept; run it on this task to replace it" for line in older)]


def _outdated(
    plan: Plan, earlier: EarlierRun, policy: Policy, kept: Sequence[EarlierJob]
) -> list[str]:
    """What was kept that would be written in another way now."""
    now = {entry.label: _parameters(entry) for entry in policy.configured}
    entries = {job.model: _parameters(job.entry) for job in kept}
    changed = [name for name, entry in entries.items() if now.get(name, entry) != entry]
    notes = []
    if changed:
        notes.append(
            f"configured differently now: {', '.join(changed)}; what is kept is of the earlier"
            " configuration until they are run again"
        )
    before, seed = earlier.config.seed, plan.config.seed
    if kept and before != seed:
        notes.append(f"what is kept was written with seed {before}, not {seed}")
    return notes


def _parameters(entry: ModelEntry) -> str:
    return redact(entry.model_dump_json(exclude={"resources"}))


def _not_kept(job: EarlierJob, directory: Path, reason: str) -> str:
    return (
        f"{job.task}: {job.model} is left out of the results, for {reason}; its predictions stay"
        f" in {directory}, and a run that names it scores it again"
    )
