"""``bench compare``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import (
    AllowModifiedOption,
    ArticlesOption,
    ConfidenceOption,
    MetricOption,
    ModelOption,
    ResamplesOption,
    RescoreOption,
    RunsArgument,
    TableFormatOption,
    TaskOption,
)
from bench.cli.output import opened_run, print_result, rescored_runs


def compare(
    runs: RunsArgument,
    model: ModelOption = None,
    task: TaskOption = None,
    metric: MetricOption = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Compare all with this model, not each with each."),
    ] = None,
    rescore: RescoreOption = False,
    dataset: ArticlesOption = None,
    allow_modified: AllowModifiedOption = False,
    confidence: ConfidenceOption = 0.95,
    resamples: ResamplesOption = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.")] = 0,
    format: TableFormatOption = "table",
) -> None:
    """Say which models are better, by how much, and whether that is real.

    Each pair is compared on the articles that both were scored on. For each: the difference, its
    bootstrap interval, the p-value of a paired randomisation test, that p-value corrected for all
    the tests shown, articles won, tied and lost, and the effect size (Cohen's d_z). Ranks are the
    places a model may hold; a line is drawn where all above are better than all below.

    Floors and ceilings are left out unless named. With several runs, a model that more than one of
    them has is called RUN:MODEL.

    Examples:
      bench compare results/mine

      bench compare results/mine --baseline lead --metric rougeLsum --metric rouge2.recall

      bench compare results/monday results/friday --model monday:mine --model friday:mine

      bench compare results/mine --format json | jq '.comparisons[].pairs[] | select(.significant)'
    """
    from bench.comparison.compare import compare as compare_runs

    opened = [opened_run(run, allow_modified) for run in runs]
    with rescored_runs(opened, rescore, dataset) as compared:
        found = compare_runs(
            compared,
            models=model or (),
            tasks=task or (),
            scores=metric or (),
            baseline=baseline,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        )
    print_result(found, format)
