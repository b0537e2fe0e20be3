"""``bench run``."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.options import (
    AllowModifiedOption,
    BatchSizeOption,
    BlockSizeOption,
    ColumnsOption,
    ConfidenceChange,
    ConfigArgument,
    DatasetOption,
    EngineOption,
    GroupByOption,
    LimitOption,
    ModelOption,
    Narrowing,
    OnErrorOption,
    OnVersionChangeOption,
    OverwriteOption,
    PresetOption,
    RayAddressOption,
    SeedOption,
    SplitOption,
    TableFormatOption,
    TaskOption,
    WorkersOption,
    engine_options,
    reading,
)
from bench.cli.output import (
    models_at_work,
    print_notes,
    print_results,
    raise_failures,
)
from bench.data.urls import masked
from bench.reports.progress import progress_bars
from bench.reports.terminal import console, printable

if TYPE_CHECKING:
    from bench.runs.owner import Policy
    from bench.runs.plan import Plan
    from bench.runs.results import Results


def run(
    config: ConfigArgument = None,
    model: ModelOption = None,
    task: TaskOption = None,
    dataset: DatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    preset: PresetOption = None,
    limit: LimitOption = None,
    seed: SeedOption = None,
    batch_size: BatchSizeOption = None,
    on_error: OnErrorOption = None,
    on_version_change: OnVersionChangeOption = None,
    confidence: ConfidenceChange = None,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    ray_address: RayAddressOption = None,
    block_size: BlockSizeOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Run directory, or a URL such as s3://bucket/run. Without it results/<config"
            " name>, or one beside it where that holds a run of other articles.",
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    allow_modified: AllowModifiedOption = False,
    format: TableFormatOption = "table",
) -> None:
    """Run the models over the articles, score what they write, show the leaderboards.

    Without arguments: every model that needs no weights, both tasks, the published page that comes
    with the package.

    A run that was stopped goes on where it stopped when the same command is given again, on any
    engine. No result depends on the engine or on the number of workers.

    A run directory belongs to one config and one data set: a run of other articles (--dataset,
    --split, --limit) gets a directory of its own, or is refused where --output names one that is
    taken. With --model or --task, the other models and tasks of an earlier run stay in the results.
    Prediction files that were edited since a run finished are refused; --allow-modified uses them,
    --overwrite makes their predictions again.

    Examples:
      bench run

      bench run --task questions --model template --model title-questions

      bench run my.yaml --dataset articles.jsonl --limit 100 --output results/mine

      bench run briefs --engine processes --workers 4

      bench run --dataset qa.csv --columns text=context,questions=question --group-by context
    """
    from bench.runs.config import ConfigFile, find_config
    from bench.runs.owner import Policy

    read = reading(columns, group_by, split, preset)
    narrowing = Narrowing(
        models=model,
        tasks=task,
        dataset=dataset,
        limit=limit,
        seed=seed,
        batch_size=batch_size,
        on_error=on_error,
        on_version_change=on_version_change,
        confidence=confidence,
        block_size=block_size,
        engine=engine_options(engine, workers, ray_address),
        reading=read,
    )
    with models_at_work():
        plan = narrowing.plan(config)
        policy = Policy(
            keep=bool(model or task) and not overwrite,
            overwrite=overwrite,
            allow_modified=allow_modified,
            configured=ConfigFile(find_config(config)).config.models,
        )
        print_notes(plan.notes)
        directory = output or _own_directory(plan, policy)
        results = _execute(plan, directory, policy)
    print_results(results, format)
    _say_what_next(plan, directory)
    raise_failures(results.only((e.name, t.name) for e, t in plan.jobs), directory)


def _own_directory(plan: Plan, policy: Policy) -> str:
    from bench.runs.owner import choose_directory

    directory, occupied = choose_directory(plan, Path("results"), policy)
    if occupied:
        taken = Path("results") / plan.config.name
        print_notes([f"{taken} belongs to another run: {occupied}; this one goes to {directory}"])
    return str(directory)


def _execute(plan: Plan, directory: str, policy: Policy) -> Results:
    from bench.runs.remote_write import execute_at

    try:
        with progress_bars() as progress:
            return execute_at(plan, directory, progress, policy)
    except KeyboardInterrupt:
        shown = printable(masked(directory))
        line = f"stopped; what is done is kept in {shown}: the same command goes on from there"
        print(line, file=sys.stderr)
        raise typer.Exit(130) from None


def _say_what_next(plan: Plan, directory: str) -> None:
    spec, task = plan.jobs[-1]
    models = [(e, t) for e, t in plan.jobs if e.role == "model"]
    if models:
        spec, task = next(((e, t) for e, t in models if t.name == "questions"), models[0])
    article = plan.dataset_summary.first[task.name]
    say, shown = console(error=True), printable(masked(directory))
    say.print(f"\nResults: {shown}", soft_wrap=True)
    show = ["bench", "show", shown, "--model", spec.name, "--task", task.name]
    say.print(f"Next:    {join([*show, '--article', printable(article)])}", soft_wrap=True)
