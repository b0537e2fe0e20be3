"""``bench merge``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import FILES, AllowModifiedOption, FormatOption, OverwriteOption
from bench.cli.output import opened_run, print_results


def merge(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN RUN...",
            help="Run directories or URLs, in the order of their articles.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Directory of the joint run, or a URL.",
            show_default=False,
            rich_help_panel=FILES,
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="Name of the dataset (default: that of the runs, or that of the directory if they"
            " differ).",
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    allow_modified: AllowModifiedOption = False,
    format: FormatOption = "table",
) -> None:
    """Join the runs of parts of a dataset into the run over all of it.

    The parts are shards of one dataset (`bench run --shard 2/5`) or datasets of their own without
    a common article. Config, models and metrics must be the same. results.json is then the one that
    a single run writes, byte by byte; the scores of the articles are added up, and no text is
    scored again.

    Ratings and preferences of raters and people are joined, and what comes from them is computed
    over all articles. A part that a rater has not finished is refused.

    Equal texts and labels of clusters are found across the parts. A model that draws from the whole
    dataset, such as other-article, can only be merged from shards, which declare it.

    Examples:
      bench run briefs --shard 1/2 && bench run briefs --shard 2/2
      bench merge results/briefs-1-of-2 results/briefs-2-of-2 --output results/briefs
    """
    from bench.api.merging import merge as merge_runs

    opened = [opened_run(run, allow_modified) for run in runs]
    found = merge_runs(*opened, output=output, name=name, overwrite=overwrite)
    print_results(found.results, format)
