"""``bench import``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.article_options import (
    ClusterOption,
    ColumnsOption,
    GroupByOption,
    PresetOption,
    RequiredDatasetOption,
    SplitOption,
    reading,
)
from bench.cli.execution_options import OnErrorOption
from bench.cli.metric_option import metric_entry
from bench.cli.options import (
    FILES,
    AllowModifiedOption,
    ConfidenceChange,
    FormatOption,
    OnlyMetricsOption,
    OutputsTaskOption,
    OverwriteOption,
)
from bench.cli.output import print_notes, print_results, raise_missing_outputs
from bench.reports.progress import progress_bars


def import_results(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Results of lm-eval, inspect or promptfoo, or directories of these; NAME=FILE"
            " names the model.",
            show_default=False,
        ),
    ],
    dataset: RequiredDatasetOption,
    task: OutputsTaskOption = None,
    metric: OnlyMetricsOption = None,
    id_field: Annotated[
        str | None,
        typer.Option(
            "--id",
            metavar="NAME",
            help="Field of a sample with the id of its article: of `doc` (lm-eval), `vars`"
            " (promptfoo) or `metadata` (inspect) (default: id, article or article_id).",
        ),
    ] = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    cluster: ClusterOption = None,
    preset: PresetOption = None,
    confidence: ConfidenceChange = None,
    on_error: OnErrorOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Run directory to write (default: nothing is kept).",
            rich_help_panel=FILES,
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    allow_modified: AllowModifiedOption = False,
    format: FormatOption = "table",
) -> None:
    """Score what models wrote under other evaluation programs, on the references of a dataset.

    lm-eval: samples_TASK_DATE.jsonl (--log_samples); model, version and date are read from the
    results_DATE.json beside it. A sample whose `doc` has no id belongs to the article at the
    position `doc_id`.

    inspect: .eval or .json logs; epochs are samples of an article. promptfoo: the output.json of
    `promptfoo eval`; each provider, and each of several prompts, is a model.

    The ids of samples must be those of the articles. A sample with an error, and an article without
    a sample, count as failed, and the exit code is 4; --on-error skip leaves them out. Samples that
    cannot be read and those of other articles are skipped and counted.

    run.json and `bench show` say where each model comes from: program, version, model, task, date,
    file and its digest. The rows are kept in the run directory, under imported/. Models that were
    imported into it before stay in the leaderboard.

    Examples:
      bench import logs/*.eval --dataset articles.jsonl --task questions --output results/imported
      bench import gpt=output.json --dataset articles.jsonl --task summary --id slug
    """
    from tempfile import TemporaryDirectory

    from bench.api.exchanging import planned_import
    from bench.exchange.imported import kept_rows
    from bench.runs.owner import Policy
    from bench.runs.remote_write import execute_at

    policy = Policy(
        keep=not overwrite, overwrite=overwrite, allow_modified=allow_modified, one_task=True
    )
    with TemporaryDirectory() as scratch:
        directory = output or scratch
        with kept_rows(output) as folder:
            plan = planned_import(
                files,
                dataset,
                folder,
                task=task,
                metrics=metric and [metric_entry(given) for given in metric],
                id_field=id_field,
                on_error=on_error,
                confidence=confidence,
                **reading(columns, group_by, split, preset, cluster),
            )
            print_notes(plan.notes)
            with progress_bars() as progress:
                results = execute_at(plan, directory, progress, policy)
        print_results(results, format)
        own = results.only((e.name, t.name) for e, t in plan.jobs)
        raise_missing_outputs(own, directory, plan.config.on_error)
