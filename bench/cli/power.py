"""``bench power``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import (
    STATISTICS,
    AllowModifiedOption,
    BaselineModelOption,
    FormatOption,
    ModelsOption,
    RunArgument,
    ScoresOption,
    TasksOption,
)
from bench.cli.output import opened_run, print_result


def power(
    run: RunArgument,
    model: ModelsOption = None,
    task: TasksOption = None,
    metric: ScoresOption = None,
    baseline: BaselineModelOption = None,
    effect: Annotated[
        float | None,
        typer.Option(
            metavar="DIFFERENCE",
            help="Difference of scores to detect.",
            min=0.0,
            rich_help_panel=STATISTICS,
        ),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            metavar="LOSS",
            help="Predict how often another model of equal quality passes `bench check` if this"
            " loss is tolerated: 0.01, or 2% of the score.",
            rich_help_panel=STATISTICS,
        ),
    ] = None,
    power: Annotated[
        float,
        typer.Option(
            "--power",
            metavar="P",
            help="Required probability of detecting the difference, or of passing the check.",
            min=0.1,
            max=0.999,
            rich_help_panel=STATISTICS,
        ),
    ] = 0.8,
    alpha: Annotated[
        float,
        typer.Option(
            "--alpha",
            metavar="LEVEL",
            help="Significance level of the two-sided test.",
            min=1e-9,
            max=0.5,
            rich_help_panel=STATISTICS,
        ),
    ] = 0.05,
    allow_modified: AllowModifiedOption = False,
    format: FormatOption = "table",
) -> None:
    """Estimate which differences these articles can show, and how many articles others need.

    The estimate uses the spread of the differences between models over a run's articles. Run it
    before paying for annotations or compute: too few articles cannot show a loss that matters. What
    it predicts is as uncertain as what was observed: each number has its 95 % range. With --margin
    it predicts the verdicts of bench check.

    Examples:
      bench power results/mine
      bench power results/mine --effect 0.01
      bench power results/mine --margin 2%
      bench power results/mine --baseline mine --effect 0.02 --power 0.9 --format json
    """
    from bench.api.comparing import power as estimated

    report = estimated(
        opened_run(run, allow_modified),
        models=model or (),
        tasks=task or (),
        metrics=metric or (),
        baseline=baseline,
        effect=effect,
        margin=margin,
        power=power,
        alpha=alpha,
    )
    print_result(report, format)
