"""Finished runs side by side: leaderboards, comparisons, verdicts, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bench.data.urls import masked
from bench.errors import ConfigError, NotComparedError
from bench.runs.finished import FinishedRun

if TYPE_CHECKING:
    from bench.comparison.changes import Changes
    from bench.comparison.findings import Comparison
    from bench.comparison.power import PowerReport
    from bench.gate.margins import Margins
    from bench.gate.verdict import GateReport
    from bench.runs.leaderboard import Leaderboard
    from bench.runs.public import Run
    from bench.runs.run import Progress

AnyRun = FinishedRun | str | Path
"""A run, or its directory or URL."""


def leaderboard(
    *runs: AnyRun, task: str | None = None, metric: str | None = None, ranks: bool = True
) -> Leaderboard:
    """One leaderboard of comparable runs.

    Args:
        runs: one or more. A model that several of them have is called ``RUN:MODEL``.
        task: only this task.
        metric: the score to sort by; each task's primary score if not given.
        ranks: whether the ranks that models may hold are computed.

    Raises:
        RunDirectoryError: the runs are not comparable, with the reasons.
        UnknownNameError: there is no such task or score.
    """
    from bench.comparison.combined import combine_runs
    from bench.comparison.leaderboards import leaderboard_of

    opened = [opened_run(run).narrowed(task, metric) for run in runs]
    combined = combine_runs(opened)
    return leaderboard_of(combined, opened, ranks=ranks)


def compare(  # noqa: PLR0913 - an option each, all by name
    *runs: AnyRun,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    metrics: Sequence[str] = (),
    baseline: str | None = None,
    rescore: bool = False,
    dataset: str | None = None,
    confidence: float = 0.95,
    correction: Literal["max-t", "holm"] = "max-t",
    resamples: int | None = None,
    seed: int = 0,
) -> Comparison:
    """Compare models, within one run or across several.

    Args:
        runs: one or more. A model that several of them have is called ``RUN:MODEL``.
        models: names; every competitor (no floors and ceilings) if not given.
        tasks: names; every task that two of the models share if not given.
        metrics: scores (``"rougeL.recall"``) or metrics (``"rougeL"``: its F1); each task's
            primary score if not given.
        baseline: compare every model with this one only.
        rescore: score the predictions of every run with today's code first.
        dataset: the articles of the runs, for ``rescore``, if they have moved.
        confidence: level of the intervals; the tests are at one minus this.
        correction: for testing many pairs: step-down max-T, or Holm's.
        resamples: random sign flips; as many as the tests need if not given.
        seed: seed of the sign flips.

    Returns:
        For each score: ranks, and for each pair the difference with its interval and p-values.

    Raises:
        RunDirectoryError: the runs are not comparable, with the reasons.
        UnknownNameError: there is no such model, task, score or correction.
        ConfigError: fewer than two models to compare.
    """
    from bench.comparison.compare import compare as compare_runs

    with scored([opened_run(run) for run in runs], rescore=rescore, dataset=dataset) as compared:
        return compare_runs(
            compared,
            models=models,
            tasks=tasks,
            scores=metrics,
            baseline=baseline,
            confidence=confidence,
            correction=correction,
            resamples=resamples,
            seed=seed,
        )


def check(  # noqa: PLR0913 - an option each, all by name
    run: AnyRun,
    baseline: AnyRun | None = None,
    *,
    history: str | Path | None = None,
    recent: int = 10,
    margins: Margins | Mapping[str, float | str] | float | str | None = None,
    metrics: Sequence[str] = (),
    rescore: bool = False,
    dataset: str | None = None,
    confidence: float = 0.95,
    simultaneous: bool = True,
    per_check: bool = False,
    resamples: int | None = None,
    seed: int = 0,
    note: Callable[[str], None] = lambda _: None,
) -> GateReport:
    """Check a run against a baseline, or the recent level of a history: has quality dropped?

    Args:
        run: the run to check.
        baseline: the run to check it against.
        history: instead of a baseline, a history file (or run directories) whose recent level is
            the baseline: the mean of runs since a score last changed, without runs that failed.
        recent: the most runs that make up the level.
        margins: tolerated losses: a number or ``"2%"`` for every score, or a mapping from scores
            to these; they override those of the run's config.
        metrics: scores to check besides the primary ones.
        rescore: score the predictions of both with today's code first.
        dataset: the articles of the runs, for ``rescore``, if they have moved.
        confidence: the chance that no verdict of the gate is wrong is at least this.
        simultaneous: False means the same as ``per_check``.
        per_check: let the confidence be that of each check by itself.
        resamples: random sign flips; as many as needed if not given.
        seed: seed of the sign flips.
        note: called with a line for each thing of the history that is left out.

    Returns:
        Verdicts, worst first; ``outcome`` is ``"pass"``, ``"fail"`` or ``"inconclusive"``.

    Raises:
        RunDirectoryError: the runs are not comparable, with the reasons.
        UnknownNameError: there is no such score.
        ConfigError: neither a baseline nor a history is given, or both are.
    """
    from bench.gate.check import check as check_run
    from bench.gate.margins import EVERY, Margins
    from bench.gate.margins import margins as parsed

    if (baseline is None) == (history is None):
        raise ConfigError("give either a baseline or a history to check against")
    checked = opened_run(run)
    configured = checked.record.config.margins
    if isinstance(margins, Margins):
        tolerated = margins
    else:
        given = {} if margins is None else margins
        given = given if isinstance(given, Mapping) else {EVERY: given}
        tolerated = parsed({**configured, **given})
    options: dict[str, Any] = {
        "margins": tolerated,
        "scores": metrics,
        "confidence": confidence,
        "simultaneous": simultaneous,
        "per_check": per_check,
        "resamples": resamples,
        "seed": seed,
    }
    if baseline is None:
        from bench.histories.gate import check_against_history
        from bench.histories.read import read_entries

        if rescore:
            raise ConfigError("rescore applies to a baseline only, not to a history")
        entries = read_entries([str(history)], note, [*metrics, *tolerated.named])
        return check_against_history(
            checked, entries, masked(str(history)), recent=recent, **options
        )
    both = [checked, opened_run(baseline)]
    with scored(both, rescore=rescore, dataset=dataset) as (now, then):
        return check_run(now, then, **options)


def power(  # noqa: PLR0913 - an option each, all by name
    run: AnyRun,
    *,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    metrics: Sequence[str] = (),
    baseline: str | None = None,
    effect: float | None = None,
    margin: Mapping[str, float | str] | float | str | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
) -> PowerReport:
    """How small a difference this many articles can show, and how many it would take.

    Args:
        run: a run with at least two models and two articles, or with a judge and ratings of people.
        models: as for ``compare``.
        tasks: as for ``compare``.
        metrics: as for ``compare``.
        baseline: compare every model with this one only.
        effect: a true difference that you would like to detect, in the unit of the score.
        margin: the loss that ``check`` would tolerate, as its ``margins``, to predict verdicts.
        power: the wanted probability of detecting the difference, or of passing the check.
        alpha: level of the two-sided test.

    Raises:
        UnknownNameError: there is no such model, task or score.
        NotComparedError: fewer than two models or articles, and no judged score with ratings of
            people.
    """
    from bench.comparison.power import PowerReport, power_of
    from bench.gate.margins import EVERY
    from bench.gate.margins import margins as parsed
    from bench.runs.judges.findings import JudgeFindings
    from bench.runs.judges.measured import measured_judges

    opened, margin_of = opened_run(run), None
    if margin is not None:
        tolerated = parsed(margin if isinstance(margin, Mapping) else {EVERY: margin})
        named = tolerated.by_score(opened)

        def margin_of(score: str, value: float) -> float:
            return named.get(score, tolerated.other).of(value)

    found = (one for one in measured_judges(opened) if not tasks or one.task in tasks)
    judges = tuple(one for one in found if isinstance(one, JudgeFindings))
    try:
        report = power_of(
            opened,
            models=models,
            tasks=tasks,
            scores=metrics,
            baseline=baseline,
            effect=effect,
            margin=margin_of,
            power=power,
            alpha=alpha,
        )
    except NotComparedError as error:
        if not any(one.has_labels for one in judges):
            raise
        report = PowerReport(alpha, power, effect, (), not_compared=str(error))
    return replace(report, judges=judges)


def diff(
    run: AnyRun,
    before: AnyRun,
    *,
    model: str | None = None,
    article: str | None = None,
    limit: int | None = None,
) -> Changes:
    """Which outputs differ between two runs, and what that did to the scores.

    Args:
        run: the run that is looked at.
        before: the run that it is compared with.
        model: only this model.
        article: only this article.
        limit: how many articles of each model are shown, those with the largest changes first.

    Raises:
        RunDirectoryError: the runs are not comparable.
        UnknownNameError: not both have the model or the article.
    """
    from bench.comparison.changes import changes

    return changes(opened_run(run), opened_run(before), model, article, limit)


def opened_run(run: AnyRun) -> Run:
    """The run itself, or read from its directory or URL."""
    from bench.runs.loading import as_run, load_run

    return as_run(run) if isinstance(run, FinishedRun) else load_run(run)


@contextmanager
def scored(
    runs: Sequence[FinishedRun],
    *,
    rescore: bool,
    dataset: str | None = None,
    progress: Progress | None = None,
) -> Iterator[Sequence[FinishedRun]]:
    """The runs, their predictions scored again with today's code if that is wanted."""
    if not rescore:
        yield runs
        return
    from bench.reports.progress import progress_bars
    from bench.runs.rescore import rescored

    with ExitStack() as stack:
        shown = progress or stack.enter_context(progress_bars())
        yield [stack.enter_context(rescored(run, shown, dataset)) for run in runs]
