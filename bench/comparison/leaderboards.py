"""The leaderboard of one or more runs, with the range of ranks of each model."""

from __future__ import annotations

from bench.comparison.combined import CombinedRuns
from bench.comparison.compare import compare_each
from bench.runs.leaderboard import Leaderboard, Ranks, columns_of


def leaderboard_of(combined: CombinedRuns, *, ranks: bool = True) -> Leaderboard:
    """The leaderboard of comparable runs.

    Args:
        combined: the runs.
        ranks: whether to compute the ranks for every score shown, as ``bench compare --task TASK
            --metric SCORE`` does.
    """
    return Leaderboard(combined.results, _ranks(combined) if ranks else {})


def _ranks(combined: CombinedRuns) -> Ranks:
    results = combined.results
    shown = [(task, score) for task in results.tasks for score in columns_of(results, task)]
    compared_models = list(combined.compared_models.values())
    found = compare_each(compared_models, shown, confidence=results.confidence)
    return {
        key: {standing.label: standing.rank for standing in one.standings if standing.rank}
        for key, one in found.items()
    }
