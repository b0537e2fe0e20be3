"""The leaderboard of one or more runs, with the range of ranks of each model."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison.combined import CombinedRuns
from bench.comparison.compare import compare_each
from bench.comparison.findings import ScoreComparison
from bench.runs.finished import FinishedRun
from bench.runs.judges.measured import measured_judges
from bench.runs.leaderboard import Leaderboard, Ranks, columns_of


def leaderboard_of(
    combined: CombinedRuns, runs: Sequence[FinishedRun] = (), *, ranks: bool = True
) -> Leaderboard:
    """The leaderboard of comparable runs; the judges of several runs are not pooled.

    Args:
        combined: the runs together.
        runs: the runs; without them no judge is measured.
        ranks: whether to compute the ranks for every score shown.
    """
    results = combined.results
    found = measured_judges(runs[0]) if len(runs) == 1 else ()
    judges = tuple(one for one in found if one.task in results.tasks)
    return Leaderboard(results, _ranks(combined) if ranks else {}, judges)


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
