"""``bench validate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bench.cli.options import (
    ColumnsOption,
    DatasetOption,
    GroupByOption,
    LimitOption,
    ModelOption,
    Narrowing,
    PresetOption,
    SplitOption,
    TaskOption,
    reading,
)
from bench.cli.output import models_at_work, print_notes, print_result
from bench.errors import ConfigError, DataError, UnknownNameError, unknown_name
from bench.reports.terminal import printable

if TYPE_CHECKING:
    from bench.data.audit import Audit
    from bench.data.rows import Dataset
    from bench.runs.plan import Plan


def validate(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONFIG|DATASET]",
            help="A YAML file or the name of a shipped config, `default` if not given; or articles:"
            " a file, folder, name from `bench list datasets`, or owner/name of the hub.",
            show_default=False,
        ),
    ] = None,
    model: ModelOption = None,
    task: TaskOption = None,
    dataset: DatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    limit: LimitOption = None,
    imports: Annotated[
        bool,
        typer.Option(
            "--import",
            help="Import and make models and metrics that do not come with this package, too: this"
            " runs their code.",
        ),
    ] = False,
    format: Annotated[
        Literal["table", "json"],
        typer.Option("--format", "-f", help="A table for people, or the report on the articles."),
    ] = "table",
) -> None:
    """Say what a run would do, without doing it, and what is wrong with the articles.

    Of a config: every fault in it, what would run, and the report on its data set. Of a data set:
    the report. A name that both have is the config's; write ./NAME for a folder. What a run would
    fail for goes to standard error, one line each, and the exit code is 2.

    Code that does not come with this package (`module:Class`, entry points, measures of `evaluate`)
    is not imported and not checked, and notes name it; with --import it is. Running a config runs
    the code that it names.

    Examples:
      bench validate my.yaml --dataset articles.jsonl

      bench validate my.yaml --import

      bench validate articles.csv --columns text=article,summary=highlights

      bench validate nextfin --format json | jq .findings
    """
    from bench.reports.audit import error_lines

    read = reading(columns, group_by, split, preset)
    if subject is None or _is_config(subject):
        with models_at_work():
            narrowing = Narrowing(model, task, dataset, limit, reading=read)
            plan = narrowing.plan(subject, importing=imports)
        lines = [*_lines(plan), ""]
        audit = _audit_of_plan(plan)
    else:
        if model or dataset:
            raise ConfigError(f"{subject}: is no config, which --model and --dataset would change")
        articles = _articles(subject, limit, read)
        print_notes(articles.notes)
        lines = []
        audit = _audit(articles, task)
    for line in lines if format == "table" else ():
        print(printable(line))
    print_result(audit, format)
    if audit.errors:
        raise DataError(error_lines(audit))


def _is_config(subject: str) -> bool:
    from bench.data.shipped import shipped_configs

    return Path(subject).suffix in {".yaml", ".yml"} or subject in shipped_configs()


def _articles(spec: str, limit: int | None, read: dict[str, Any]) -> Dataset:
    from bench.data.rows import load_dataset
    from bench.data.shipped import shipped_configs

    try:
        return load_dataset(spec, limit=limit, **read)
    except UnknownNameError as error:
        if f"unknown dataset {spec!r}" not in str(error):
            raise
        config = unknown_name("config", spec, shipped_configs())
        raise UnknownNameError([*error.problems, config]) from error


def _audit(dataset: Dataset, tasks: list[str] | None) -> Audit:
    from bench.data.audit import audit
    from bench.tasks import TASKS, task_named

    return audit(dataset, map(task_named, dict.fromkeys(tasks or TASKS)))


def _audit_of_plan(plan: Plan) -> Audit:
    """Of its articles, as its metrics would read them."""
    from bench.data.audit import audit
    from bench.runs.readable import tokenizers_of
    from bench.tasks import task_named

    tasks = map(task_named, plan.config.tasks)
    best = plan.config.references == "best"
    return audit(plan.dataset, tasks, tokenizers_of(plan.metrics.values()), best=best)


def _lines(plan: Plan) -> list[str]:
    data = plan.dataset
    lines = [f"dataset   {data.name}: {data.fingerprint}", f"articles  {len(data)}"]
    for task in plan.tasks:
        names = [spec.name for spec, of in plan.jobs if of is task]
        lines += [
            f"task      {task.name}: {task.items} {task.noun}s asked for, by {task.primary}",
            f"  articles  {plan.count(task)}",
            f"  models    {', '.join(names)}",
        ]
    calls = sum(plan.count(task) for _, task in plan.jobs)
    return [
        *lines,
        f"metrics   {', '.join(plan.metrics)}",
        *(f"note      {note}" for note in plan.notes),
        f"calls     {calls} (an article read by a model for a task)",
        f"output    results/{plan.config.name}",
    ]
