"""``bench validate``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bench.cli.article_options import (
    ClusterOption,
    ColumnsOption,
    DatasetOption,
    GroupByOption,
    LimitOption,
    PresetOption,
    SplitOption,
    reading,
)
from bench.cli.options import OUTPUT, ModelsOption, RatersOption, TasksOption, chosen_raters
from bench.cli.output import models_at_work, print_notes, print_result
from bench.errors import DataError


def validate(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="CONFIG|DATASET",
            help="Config (YAML file or name; default: default) or dataset (file, folder, URL, name"
            " from `bench list datasets`, or OWNER/NAME on the Hugging Face hub).",
            show_default=False,
        ),
    ] = None,
    model: ModelsOption = None,
    task: TasksOption = None,
    rater: RatersOption = None,
    imports: Annotated[
        bool,
        typer.Option(
            "--import",
            help="Import and build models, metrics and raters that do not come with this package,"
            " too. This runs their code.",
        ),
    ] = False,
    dataset: DatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    cluster: ClusterOption = None,
    preset: PresetOption = None,
    limit: LimitOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Run directory in which answered calls are counted (default: results/CONFIG).",
        ),
    ] = None,
    format: Annotated[
        Literal["table", "json"],
        typer.Option("--format", "-f", help="Output format.", rich_help_panel=OUTPUT),
    ] = "table",
) -> None:
    """Check a config or a dataset without running anything.

    For a config: every fault in it, what would run, and a report on its dataset. For a dataset:
    the report. A name that is both is taken as a config; write ./NAME for a folder. Errors that a
    run would stop at go to standard error, one line each, and the exit code is 2.

    Code that does not come with this package (`module:Class`, entry points, measures of `evaluate`)
    is neither imported nor checked, and notes name it; --import imports and checks it. Running a
    config runs the code that it names.

    Examples:
      bench validate my.yaml --dataset articles.jsonl
      bench validate my.yaml --import
      bench validate articles.csv --columns text=article,summary=highlights
      bench validate nextfin --format json | jq .findings
    """
    from bench.api.validating import validate as checked
    from bench.reports.audit import error_lines

    with models_at_work():
        found = checked(
            "default" if subject is None else subject,
            models=model,
            tasks=task,
            raters=chosen_raters(rater),
            dataset=dataset,
            limit=limit,
            importing=imports,
            output=output,
            **reading(columns, group_by, split, preset, cluster),
        )
    print_notes(found.notes)
    print_result(found, format)
    if found.errors:
        raise DataError(error_lines(found.audit))
