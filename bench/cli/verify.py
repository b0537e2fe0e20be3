"""``bench verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import AllowModifiedOption, FormatOption, RunArgument
from bench.cli.output import opened_run, print_result
from bench.errors import ConfigError
from bench.reports.progress import progress_bars


def verify(
    run: RunArgument,
    sample: Annotated[
        int,
        typer.Option(
            "--sample",
            metavar="N",
            min=1,
            help="Number of articles to check for each model and task, drawn at random.",
        ),
    ] = 20,
    every: Annotated[bool, typer.Option("--all", help="Check every article.")] = False,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Random seed of the sample.")
    ] = 0,
    allow_modified: AllowModifiedOption = False,
    format: FormatOption = "table",
) -> None:
    """Check the scores of a run against the packages that define them.

    The scores are computed again from the stored predictions and references: ROUGE with
    rouge-score, BLEU and chrF with sacrebleu, assignments with scipy. The largest difference of
    each metric is shown. Metrics that no package defines are listed and not checked.

    Exit codes: 0 equal, 1 a difference above 1e-9, 2 the run cannot be read.

    Examples:
      bench verify results/mine
      bench verify results/mine --all --format json
    """
    from bench.api.verifying import verify as verify_run

    opened = opened_run(run, allow_modified)
    if not opened.results.tasks:
        raise ConfigError(f"{opened.location}: contains no results to verify")
    jobs = sum(len(task.models) for task in opened.results.tasks.values())
    with progress_bars() as bars:
        bars.start("models", jobs)
        found = verify_run(
            opened, articles=None if every else sample, seed=seed, progress=bars.advance
        )
    print_result(found, format)
    if not found.is_right:
        raise typer.Exit(1)
