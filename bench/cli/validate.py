"""``bench validate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cli.options import (
    ConfigArgument,
    DatasetOption,
    LimitOption,
    ModelOption,
    Narrowing,
    TaskOption,
)
from bench.report.terminal import printable

if TYPE_CHECKING:
    from bench.runs.plan import Plan


def validate(
    config: ConfigArgument = None,
    model: ModelOption = None,
    task: TaskOption = None,
    dataset: DatasetOption = None,
    limit: LimitOption = None,
) -> None:
    """Check a config and say what a run of it would do, without doing it.

    Example: bench validate my.yaml --dataset articles.jsonl
    """
    plan = Narrowing(model, task, dataset, limit).plan(config)
    for line in _lines(plan):
        print(printable(line))


def _lines(plan: Plan) -> list[str]:
    data = plan.dataset
    lines = [f"dataset   {data.name}: {data.fingerprint}", f"articles  {len(data)}"]
    for task in plan.tasks:
        names = [entrant.name for entrant, of in plan.jobs if of is task]
        lines += [
            f"task      {task.name}: {task.items} {task.noun}s asked for, by {task.primary}",
            f"  articles  {len(plan.usable(task))}",
            f"  models    {', '.join(names)}",
        ]
    calls = sum(len(plan.usable(task)) for _, task in plan.jobs)
    return [
        *lines,
        f"metrics   {', '.join(plan.metrics)}",
        *(f"note      {note}" for note in plan.notes),
        f"calls     {calls} (an article read by a model for a task)",
        f"output    results/{plan.config.name}",
    ]
