"""``bench power``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import (
    AllowModifiedOption,
    MetricOption,
    ModelOption,
    RunArgument,
    TableFormatOption,
    TaskOption,
)
from bench.cli.output import opened_run, print_result


def power(
    run: RunArgument,
    model: ModelOption = None,
    task: TaskOption = None,
    metric: MetricOption = None,
    baseline: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Only pairs with this model.")
    ] = None,
    effect: Annotated[
        float | None,
        typer.Option(
            help="A difference of scores that you would like to be able to show.", min=0.0
        ),
    ] = None,
    power: Annotated[
        float, typer.Option("--power", help="Wanted chance of finding it.", min=0.1, max=0.999)
    ] = 0.8,
    alpha: Annotated[
        float, typer.Option("--alpha", help="Level of the test.", min=1e-9, max=0.5)
    ] = 0.05,
    allow_modified: AllowModifiedOption = False,
    format: TableFormatOption = "table",
) -> None:
    """Say how small a difference this many articles can show, and how many it would take.

    From the spread of the differences between models over a run's articles. Ask before buying
    annotations or compute: a gate that cannot see the loss you fear is no gate.

    Examples:
      bench power results/mine

      bench power results/mine --effect 0.01

      bench power results/mine --baseline mine --effect 0.02 --power 0.9 --format json
    """
    from bench.comparison.power import power_of

    report = power_of(
        opened_run(run, allow_modified),
        models=model or (),
        tasks=task or (),
        scores=metric or (),
        baseline=baseline,
        effect=effect,
        power=power,
        alpha=alpha,
    )
    print_result(report, format)
