"""``bench agree``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.cli.article_options import (
    ClusterOption,
    ColumnsOption,
    DatasetOption,
    GroupByOption,
    PresetOption,
    SplitOption,
    reading,
)
from bench.cli.completion import names_of
from bench.cli.metric_option import metric_entry
from bench.cli.options import OUTPUT, STATISTICS, ConfidenceOption
from bench.cli.output import print_result
from bench.limits import RESAMPLES
from bench.reports.render import FORMATS

if TYPE_CHECKING:
    Format = str
else:
    Format = Literal[tuple(name for name in FORMATS if name != "junit")]


def agree(
    ratings: Annotated[
        list[str],
        typer.Argument(
            metavar="RATINGS...",
            help="Files of people's ratings; NAME=FILE names the system that a file rates.",
            show_default=False,
        ),
    ],
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measures",
            metavar="FILE",
            help="Values of measures for the rated items (repeatable).",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            metavar="NAME",
            help="Compute this metric or score on the rated items (repeatable; needs --dataset;"
            " default: the primary score of the task, without --measures).",
            autocompletion=names_of("metrics"),
        ),
    ] = None,
    dimension: Annotated[
        list[str] | None,
        typer.Option("--dimension", metavar="NAME", help="Use only this dimension (repeatable)."),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            "--task",
            "-t",
            metavar="NAME",
            help="Task that was rated: summary or questions. Required if the articles have"
            " references for both.",
            autocompletion=names_of("tasks"),
        ),
    ] = None,
    dataset: DatasetOption = None,
    split: SplitOption = None,
    columns: ColumnsOption = None,
    group_by: GroupByOption = None,
    cluster: ClusterOption = None,
    preset: PresetOption = None,
    confidence: ConfidenceOption = 0.95,
    resamples: Annotated[
        int,
        typer.Option(
            "--resamples",
            metavar="N",
            min=100,
            max=RESAMPLES,
            help="Number of resamples of articles and systems, and of swaps in tests.",
            rich_help_panel=STATISTICS,
        ),
    ] = 1000,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", metavar="N", help="Random seed of these.", rich_help_panel=STATISTICS
        ),
    ] = 0,
    format: Annotated[
        Format,
        typer.Option(
            "--format",
            "-f",
            help="Output format; html is a page with charts.",
            rich_help_panel=OUTPUT,
        ),
    ] = "table",
) -> None:
    """How far do measures agree with people's ratings?

    A row of ratings has article, system (or model), item (an index, a text, or absent for the whole
    list), dimension, rater and value, and cluster where articles belong together. Instead of
    dimension and value there may be a column of numbers for each dimension, or an object of them
    under `human`. Rows of measures are alike, with measure instead of dimension. A file ends in
    .csv, .tsv, .jsonl, .json or .parquet.

    For each measure and dimension: the share of pairs of items of one article that the measure
    orders as people do, correlations over systems and over items, and what is left when length is
    controlled for, each with its interval. Length, a random measure, and one rater against the
    others are always there. Differences between measures are tested.

    Examples:
      bench agree ratings.csv --measures scores.csv
      bench agree ratings.jsonl --dataset articles.jsonl --task questions --metric set_rougeL
      bench agree ratings.csv --measures scores.csv --format html > agreement.html
    """
    from bench.api.agreeing import agree as agreement

    found = agreement(
        ratings,
        measures=measures or None,
        dataset=dataset,
        task=task,
        metrics=[metric_entry(one) for one in metric or ()],
        dimensions=dimension or (),
        resamples=resamples,
        seed=seed,
        confidence=confidence,
        **reading(columns, group_by, split, preset, cluster),
    )
    if format == "html":
        from bench.reports.agreement_page import page_of
        from bench.reports.terminal import write_data

        write_data(page_of(found))
    else:
        print_result(found, format)
