"""The leaderboard of one or more runs, with the range of ranks of each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.comparison.combined import CombinedRuns
from bench.comparison.compare import compare_each
from bench.comparison.compared_models import run_labels
from bench.comparison.findings import ScoreComparison
from bench.runs.finished import FinishedRun
from bench.runs.judges.findings import JudgeFindings, PairFindings
from bench.runs.judges.measured import measured_judges
from bench.runs.leaderboard import Leaderboard, Ranks, columns_of


def leaderboard_of(
    combined: CombinedRuns, runs: Sequence[FinishedRun] = (), *, ranks: bool = True
) -> Leaderboard:
    """The leaderboard of comparable runs.

    The judges of several runs are not pooled, since each may have been asked other questions; what
    was found about them is given for each run.

    Args:
        combined: the runs together.
        runs: the runs; without them no judge is measured.
        ranks: whether to compute the ranks for every score shown.
    """
    results = combined.results
    judges = tuple(one for one in judges_of(runs) if one.task in results.tasks)
    return Leaderboard(results, _ranks(combined) if ranks else {}, judges)


def judges_of(
    runs: Sequence[FinishedRun], task: str | None = None
) -> list[JudgeFindings | PairFindings]:
    """What was found about the judges of each run, by task; what is the same is given once.

    Args:
        runs: the runs; several are named in the findings.
        task: only this task; all if None.
    """
    found: list[JudgeFindings | PairFindings] = []
    for run, label in zip(runs, run_labels(runs), strict=True):
        for one in measured_judges(run, task):
            if not any(one == replace(other, run="") for other in found):
                found.append(replace(one, run=label if len(runs) > 1 else ""))
    tasks = list(dict.fromkeys(one.task for one in found))
    return sorted(found, key=lambda one: tasks.index(one.task))


def compare_shown(combined: CombinedRuns) -> dict[tuple[str, str], ScoreComparison]:
    """The comparison of competitors on every score, the same wherever it is shown.

    Primary scores are one family, as in ``bench compare RUN``; any other score belongs to the
    family of all scores, as in ``bench compare RUN --metric all``.
    """
    results = combined.results
    primary = [(task, result.primary) for task, result in results.tasks.items()]
    every = [
        (task, score)
        for task, result in results.tasks.items()
        for score in sorted({name for model in result.models.values() for name in model.scores})
    ]
    models = list(combined.compared_models.values())
    found = compare_each(models, every, confidence=results.confidence)
    if set(found) <= set(primary):
        return found
    return found | compare_each(models, primary, confidence=results.confidence)


def _ranks(combined: CombinedRuns) -> Ranks:
    results = combined.results
    found = compare_shown(combined)
    shown = [(task, score) for task in results.tasks for score in columns_of(results, task)]
    return {
        key: {standing.label: standing.rank for standing in found[key].standings if standing.rank}
        for key in shown
        if key in found
    }
