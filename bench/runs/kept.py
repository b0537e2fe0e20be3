"""Models and tasks of an earlier run that stay in the results of a run that does not name them.

Their predictions are scored again beside the others. Their code is not loaded: ``run.json`` holds
what has to be known of each model.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.article import Article
from bench.component import Identity
from bench.errors import BenchError, DataError
from bench.models.kept import KeptModel
from bench.models.spec import ModelSpec
from bench.runs.config import ModelEntry, TaskOptions
from bench.runs.dataset_summary import summarise_dataset
from bench.runs.directory import TRAITS, recorded_config
from bench.runs.earlier import EarlierJob, EarlierRun
from bench.runs.owner import Policy
from bench.runs.plan import Plan, configured_task
from bench.runs.prediction_index import PredictionIndex, Wanted
from bench.runs.predictions import prediction_key
from bench.runs.readable import tokenizers_of
from bench.tasks import TASKS, Task, TaskName

Check = Callable[[Plan], None]
"""Raises a DataError if references cannot be scored."""


def with_earlier(
    plan: Plan, earlier: EarlierRun | None, policy: Policy, index: PredictionIndex, check: Check
) -> Plan:
    """The plan that is scored, with notes on the earlier run.

    If the policy is to keep, models and tasks of the earlier run that the plan does not name are
    added, unless they cannot be scored together with it. Their rows are indexed.
    """
    if earlier is None:
        return plan
    notes = _replaced(plan, earlier)
    if policy.keep:
        whole = _with_kept(plan, earlier, policy, index, check)
        return replace(whole, notes=(*whole.notes, *notes))
    return replace(plan, notes=(*plan.notes, *notes, *_gone(plan, earlier)))


def _with_kept(
    plan: Plan, earlier: EarlierRun, policy: Policy, index: PredictionIndex, check: Check
) -> Plan:
    kept, notes = [], []
    for job in earlier.except_of(plan.config):
        candidate = _KeptJob(plan, earlier, job, index)
        reason = candidate.obstacle()
        if reason is None:
            kept.append(candidate)
        else:
            notes.append(_not_kept(job, earlier.directory, reason))
    try:
        whole = _extended(plan, earlier, kept)
        check(whole)
    except DataError as error:  # in a task that only the earlier run has
        own = {task.name for task in plan.tasks}
        for one in kept:
            if one.task.name not in own:
                notes.append(_not_kept(one.job, earlier.directory, error.problems[0]))
        kept = [one for one in kept if one.task.name in own]
        whole = _extended(plan, earlier, kept)
    notes = [
        *_kept_notes(plan, kept),
        *_outdated(plan, earlier, policy, [one.job for one in kept]),
        *notes,
    ]
    return replace(whole, notes=(*whole.notes, *notes))


class _KeptJob:
    """A model and task of an earlier run, and which of its predictions a plan can score."""

    def __init__(
        self, plan: Plan, earlier: EarlierRun, job: EarlierJob, index: PredictionIndex
    ) -> None:
        self.job = job
        self.task = _task(job.task, plan, earlier)
        self._plan, self._earlier = plan, earlier
        self._rows = index.rows(job.model, self.task.name)

    def obstacle(self) -> str | None:
        """Why its predictions cannot be scored with the plan; None if they can."""
        if not self._rows.file.path.exists():
            return "its predictions are missing"
        if self.job.is_reference and self._plan.config.references == "best":
            return "its output is among the references"
        before = self._earlier.items(self.task.name)
        if before != self.task.items:
            return f"it was asked for {before} {self.task.noun}s, not for {self.task.items}"
        unchanged = self._earlier.fingerprint == self._plan.dataset.fingerprint
        wanted = self._asked if unchanged else sum(1 for _ in self._samples())
        try:
            for keys in self._keys(unchanged):
                if len(self._rows.select(keys)) == wanted:
                    return None
        except BenchError as error:
            return str(error)
        return f"its predictions are {'incomplete' if unchanged else 'of other articles'}"

    def spec(self) -> ModelSpec:
        """The model, represented by its predictions."""
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
        model = ModelSpec(entry.use, entry.parameters, seed, self.job.model, identity, "", kept)
        return replace(model, samples=self.samples)

    @property
    def samples(self) -> int:
        """The largest number of samples of an article."""
        return int(self.job.counts.get("samples", 1))

    def _has_row(self, article: Article, task: Task) -> bool:
        return bool(self._rows.done([article.id], task.sample))

    @property
    def _asked(self) -> int:
        """The number of outputs that the model was asked for."""
        skipped = self._earlier.config.on_error == "skip"
        counts = self.job.counts
        asked = counts.get("asked", counts["articles"] + (counts["failed"] if skipped else 0))
        return int(asked)

    def _usable(self) -> Iterator[Article]:
        return (article for article in self._plan.dataset if self.task.references(article))

    def _keys(self, unchanged: bool) -> Iterator[Iterator[Wanted]]:
        """The keys that the rows may have, in one or two alternatives.

        Any key, if the rows and all they depend on are unchanged since they were scored. The output
        of another program does not depend on the texts.
        """
        settled = unchanged or self.job.entry.use == "recorded"
        if settled and self._earlier.complete:
            yield ((article.id, of.sample, None) for article, of in self._samples())
        if set(TRAITS) <= self.job.facts.keys():
            spec, fingerprint = self.spec(), self._plan.dataset.declared.fingerprint
            yield (
                (article.id, of.sample, prediction_key(spec, of, article, fingerprint))
                for article, of in self._samples()
            )

    def _samples(self) -> Iterator[tuple[Article, Task]]:
        """Each article with the task of each of its samples."""
        for sample in range(self.samples):
            of = replace(self.task, sample=sample)
            yield from ((article, of) for article in self._usable())


def _task(name: TaskName, plan: Plan, earlier: EarlierRun) -> Task:
    """The plan's task, or the earlier run's as the plan's metrics allow."""
    planned = next((task for task in plan.tasks if task.name == name), None)
    if planned:
        return planned
    options = plan.config.tasks.get(name) or earlier.config.tasks.get(name) or TaskOptions()
    if options.primary not in {*plan.score_columns, *plan.rated_scores}:
        options = options.model_copy(update={"primary": None})
    config = plan.config.model_copy(update={"tasks": {**plan.config.tasks, name: options}})
    return configured_task(name, config, plan.metrics)


def _extended(plan: Plan, earlier: EarlierRun, kept: Sequence[_KeptJob]) -> Plan:
    if not kept:
        return plan
    added = {rows.task.name: rows.task for rows in kept}
    tasks = {**added, **{task.name: task for task in plan.tasks}}
    ordered = tuple(tasks[name] for name in TASKS if name in tasks)
    own = {task.name for task in plan.tasks}
    planned = (replace(spec, limited_to=frozenset(own)) for spec in plan.model_specs)
    entries = {entry.label: entry for entry in plan.config.models}
    known = [entry.label for entry in earlier.config.models]
    kept_entries = {rows.job.model: rows.job.entry for rows in kept}
    order = [*(name for name in known if name in {*entries, *kept_entries}), *entries]
    specs = [*planned, *(rows.spec() for rows in kept)]
    specs.sort(key=lambda spec: order.index(spec.name))
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
        model_specs=tuple(specs),
        dataset_summary=summarise_dataset(
            plan.dataset,
            ordered,
            specs,
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
    """Notes on systems of other programs whose predictions have changed since the earlier run."""
    before = {(job.model, job.task): job.signature for job in earlier.jobs}
    return [
        f"{task.name}: {spec.name} is a new version; it replaces the earlier one"
        for spec, task in plan.jobs
        if spec.use == "recorded"
        and before.get((spec.name, task.name), spec.signature) != spec.signature_for(task.name)
    ]


def _gone(plan: Plan, earlier: EarlierRun) -> list[str]:
    """A note on what the earlier run had and the config does not name."""
    named = {entry.label for entry in plan.config.models}
    jobs = earlier.except_of(plan.config)
    gone = dict.fromkeys(job.model if job.model not in named else job.task for job in jobs)
    where = f"predictions stay in {earlier.directory}"
    return [f"no longer in the config: {', '.join(gone)}; their {where}"] if gone else []


def _kept_notes(plan: Plan, kept: Sequence[_KeptJob]) -> list[str]:
    by_task: dict[str, list[str]] = defaultdict(list)
    specs = {spec.name: spec for spec in plan.model_specs}
    older = []
    for rows in kept:
        by_task[rows.task.name].append(rows.job.model)
        spec = specs.get(rows.job.model)
        if spec and spec.signature_for(rows.task.name) != rows.job.signature:
            older.append(f"{rows.task.name}: what an earlier version of {rows.job.model} wrote")
    notes = [f"{task}: kept from an earlier run: {', '.join(n)}" for task, n in by_task.items()]
    return [*notes, *(f"{line} is kept; run it on this task to replace it" for line in older)]


def _outdated(
    plan: Plan, earlier: EarlierRun, policy: Policy, kept: Sequence[EarlierJob]
) -> list[str]:
    """Notes on kept models that are configured differently now."""
    now = {entry.label: _parameters(entry) for entry in policy.configured}
    entries = {job.model: _parameters(job.entry) for job in kept}
    changed = [name for name, entry in entries.items() if now.get(name, entry) != entry]
    notes = []
    if changed:
        notes.append(
            f"configured differently now: {', '.join(changed)}; their kept predictions are from the"
            " earlier configuration until they are run again"
        )
    before, seed = earlier.config.seed, plan.config.seed
    if kept and before != seed:
        notes.append(f"kept predictions were written with seed {before}, not {seed}")
    return notes


def _parameters(entry: ModelEntry) -> str:
    return json.dumps(recorded_config(entry.model_dump(mode="json", exclude={"resources"})))


def _not_kept(job: EarlierJob, directory: Path, reason: str) -> str:
    return (
        f"{job.task}: {job.model} is left out of the results, for {reason}; its predictions stay"
        f" in {directory}, and a run that names it scores it again"
    )
