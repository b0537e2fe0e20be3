"""``bench run``."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.article_options import (
    ClusterOption,
    ColumnsOption,
    DatasetOption,
    GroupByOption,
    LimitOption,
    PresetOption,
    ShardOption,
    SplitOption,
    reading,
)
from bench.cli.execution_options import (
    BatchSizeOption,
    BlockSizeOption,
    EngineOption,
    MaxCallsOption,
    MaxCostOption,
    OnErrorOption,
    RayAddressOption,
    WorkersOption,
    engine_options,
)
from bench.cli.options import (
    FILES,
    AllowModifiedOption,
    ConfidenceChange,
    ConfigArgument,
    FormatOption,
    ModelsOption,
    OnVersionChangeOption,
    OverwriteOption,
    RatersOption,
    SamplesOption,
    SeedOption,
    TasksOption,
    chosen_raters,
)
from bench.cli.output import (
    models_at_work,
    print_note,
    print_notes,
    print_results,
    raise_failures,
    raise_stops,
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
    model: ModelsOption = None,
    task: TasksOption = None,
    rater: RatersOption = None,
    seed: SeedOption = None,
    samples: SamplesOption = None,
    dataset: DatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    cluster: ClusterOption = None,
    preset: PresetOption = None,
    limit: LimitOption = None,
    shard: ShardOption = None,
    confidence: ConfidenceChange = None,
    on_error: OnErrorOption = None,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    ray_address: RayAddressOption = None,
    batch_size: BatchSizeOption = None,
    block_size: BlockSizeOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Run directory, or a URL such as s3://bucket/run (default: results/CONFIG, or a"
            " similar name if that holds a run on other articles).",
            rich_help_panel=FILES,
        ),
    ] = None,
    max_calls: MaxCallsOption = None,
    max_cost: MaxCostOption = None,
    overwrite: OverwriteOption = False,
    allow_modified: AllowModifiedOption = False,
    on_version_change: OnVersionChangeOption = None,
    format: FormatOption = "table",
) -> None:
    """Run models on articles, score what they write and show the leaderboards.

    Without arguments: all models that need no weights, both tasks, and the published page that
    comes with the package.

    The same command continues a run that was stopped, on any engine. Results do not depend on the
    engine or on the number of workers.

    A run directory belongs to one config and one dataset. A run on other articles (--dataset,
    --split, --limit, --shard) gets a directory of its own; an --output that is taken is refused.
    With --model or --task, the other models and tasks of an earlier run stay in the results.
    Prediction files that were edited since a run finished are refused: --allow-modified accepts
    them, --overwrite replaces them.

    The number of calls of a judge, and about what they cost, are printed before the first one. At
    --max-calls or --max-cost all judges stop, every answer is kept, and the exit code is 4; the
    same command goes on.

    Examples:
      bench run
      bench run --task questions --model template --model title-questions
      bench run my.yaml --dataset articles.jsonl --limit 100 --output results/mine
      bench run briefs --engine processes --workers 4
      bench run briefs --shard 2/5
      bench run -d qa.csv --columns text=context,questions=question --group-by context
    """
    from bench.api.running import base_config, planned
    from bench.runs.owner import Policy
    from bench.runs.rating_limits import limit_spending

    with models_at_work():
        plan = planned(
            config,
            models=model,
            tasks=task,
            raters=chosen_raters(rater),
            dataset=dataset,
            limit=limit,
            shard=shard,
            seed=seed,
            samples=samples,
            batch_size=batch_size,
            on_error=on_error,
            on_version_change=on_version_change,
            confidence=confidence,
            block_size=block_size,
            engine=engine_options(engine, workers, ray_address),
            **reading(columns, group_by, split, preset, cluster),
        )
        limit_spending(plan, max_calls, max_cost)
        policy = Policy(
            keep=bool(model or task) and not overwrite,
            overwrite=overwrite,
            allow_modified=allow_modified,
            configured=base_config(config).models,
        )
        print_notes(plan.notes)
        directory = output or _own_directory(plan, policy)
        results = _execute(plan, directory, policy)
    print_results(results, format, directory if plan.raters else None)
    _say_what_next(plan, directory)
    raise_failures(results.only((e.name, t.name) for e, t in plan.jobs), directory)
    if plan.raters:
        raise_stops(directory)


def _own_directory(plan: Plan, policy: Policy) -> str:
    from bench.runs.owner import choose_directory

    directory, occupied = choose_directory(plan, Path("results"), policy)
    if occupied:
        taken = Path("results") / plan.config.name
        print_note(f"{taken} belongs to another run: {occupied}; this one goes to {directory}")
    return str(directory)


def _execute(plan: Plan, directory: str, policy: Policy) -> Results:
    from bench.runs.remote_write import execute_at

    done = ""
    try:
        with progress_bars() as progress:
            try:
                return execute_at(plan, directory, progress, policy)
            finally:
                done = progress.stage
    except KeyboardInterrupt:
        shown = printable(masked(directory))
        line = f"stopped; finished articles are kept in {shown}; the same command continues the run"
        print("\n".join(filter(None, (done, line))), file=sys.stderr)
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
