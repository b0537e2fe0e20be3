"""``bench compare``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bench.cli.article_options import MovedDatasetOption
from bench.cli.options import (
    STATISTICS,
    AllowModifiedOption,
    BaselineModelOption,
    ConfidenceOption,
    FormatOption,
    ModelsOption,
    ResamplesOption,
    ResamplingSeedOption,
    RescoreOption,
    RunsArgument,
    ScoresOption,
    TasksOption,
)
from bench.cli.output import opened_run, print_result, rescored_runs


def compare(
    runs: RunsArgument,
    model: ModelsOption = None,
    task: TasksOption = None,
    metric: ScoresOption = None,
    baseline: BaselineModelOption = None,
    confidence: ConfidenceOption = 0.95,
    correction: Annotated[
        Literal["max-t", "holm"],
        typer.Option(
            help="Correction for testing many pairs: step-down max-T, or Holm's.",
            rich_help_panel=STATISTICS,
        ),
    ] = "max-t",
    resamples: ResamplesOption = None,
    seed: ResamplingSeedOption = 0,
    rescore: RescoreOption = False,
    allow_modified: AllowModifiedOption = False,
    dataset: MovedDatasetOption = None,
    format: FormatOption = "table",
) -> None:
    """Compare models: which are better, by how much, and is the difference significant?

    Each pair is compared on the articles that both were scored on. Reported are the difference with
    its interval, the p-value of a paired sign-flip test, the p-value corrected for all tests shown,
    an interval that holds together with those of all other pairs, articles won, tied and lost, and
    the effect size (Cohen's d_z). Ranks are the ranks that a model may hold: all of them are right
    at once with the given confidence. A line separates groups of models where all above are
    significantly better than all below.

    Floors and ceilings are skipped unless named. With several runs, a model that more than one of
    them has is called RUN:MODEL.

    Examples:
      bench compare results/mine
      bench compare results/mine --baseline lead --metric rougeLsum --metric rouge2.recall
      bench compare results/monday results/friday --model monday:mine --model friday:mine
      bench compare results/mine --format json | jq '.comparisons[].pairs[] | select(.significant)'
    """
    from bench.api.comparing import compare as compared

    opened = [opened_run(run, allow_modified) for run in runs]
    with rescored_runs(opened, rescore, dataset) as scored:
        found = compared(
            *scored,
            models=model or (),
            tasks=task or (),
            metrics=metric or (),
            baseline=baseline,
            confidence=confidence,
            correction=correction,
            resamples=resamples,
            seed=seed,
        )
    print_result(found, format)
