"""The models and tasks of the last finished run in a directory, from its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import RunDirectoryError
from bench.runs.config import Config, ModelEntry, TaskOptions
from bench.runs.files import RECORD, RESULTS
from bench.runs.record import read_record
from bench.runs.results import read_results
from bench.tasks import TASKS, TaskName, task_named


@dataclass(frozen=True)
class EarlierJob:
    """A model and task of an earlier run.

    Attributes:
        model: the name of the model.
        task: the name of the task.
        entry: the entry of the model in the config of that run.
        facts: the model in ``run.json``.
        counts: the counts of the model on the task in ``run.json``.
        cost: the cost of the predictions; None if unknown.
    """

    model: str
    task: TaskName
    entry: ModelEntry
    facts: Mapping[str, Any]
    counts: Mapping[str, Any]
    cost: float | None

    @property
    def signature(self) -> str:
        """The signature of the model that wrote the predictions."""
        return str(self.counts.get("signature", self.facts["signature"]))

    @property
    def is_reference(self) -> bool:
        """Whether the model returns references."""
        return bool(self.facts.get("is_reference", False))


@dataclass(frozen=True)
class EarlierRun:
    """The last finished run in a directory, from ``run.json``.

    Attributes:
        directory: the run directory.
        config: the config of that run.
        fingerprint: the fingerprint of its dataset.
        jobs: the models and tasks that were scored, in order.
        complete: whether the predictions in the directory are the scored ones.
    """

    directory: Path
    config: Config
    fingerprint: str
    jobs: tuple[EarlierJob, ...]
    complete: bool

    def items(self, task: TaskName) -> int:
        """The number of items that models were asked for."""
        return self.config.tasks.get(task, TaskOptions()).items or TASKS[task].items

    def except_of(self, config: Config) -> list[EarlierJob]:
        """The jobs that the config does not name."""
        named = {entry.label for entry in config.models}
        return [j for j in self.jobs if j.model not in named or j.task not in config.tasks]


def earlier_run(directory: Path) -> EarlierRun | None:
    """The last finished run in a directory; None without one.

    Raises:
        RunDirectoryError: its record cannot be read.
    """
    file = directory / RECORD
    if not file.exists():
        return None
    record = read_record(directory)
    entries = {entry.label: entry for entry in record.config.models}
    complete = record.finished and (directory / RESULTS).exists()
    costs = _costs(directory) if complete else {}
    jobs = [
        EarlierJob(
            name,
            task_named(task).name,
            entries[name],
            record.models[name].model_dump(exclude_unset=True),
            counts.model_dump(exclude_unset=True),
            counts.cost if "cost" in counts.model_fields_set else costs.get((task, name)),
        )
        for task, scored in record.counts.items()
        for name, counts in scored.items()
        if task in TASKS and name in entries and name in record.models
    ]
    return EarlierRun(
        directory=directory,
        config=record.config,
        fingerprint=record.dataset.fingerprint if record.dataset else "",
        jobs=tuple(jobs),
        complete=complete,
    )


def _costs(directory: Path) -> dict[tuple[str, str], float | None]:
    """The costs by task and model, for records without them."""
    try:
        tasks = read_results(directory).tasks
    except RunDirectoryError:
        return {}
    return {
        (task, name): m.cost for task, found in tasks.items() for name, m in found.models.items()
    }
