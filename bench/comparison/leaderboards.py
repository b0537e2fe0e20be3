"""The leaderboard of one or more runs, with the ranks that models may hold."""

from __future__ import annotations

from bench.comparison.compare import compare_each
from bench.comparison.gather import Gathered
from bench.runs.leaderboard import Leaderboard, Ranks, columns_of


def leaderboard_of(gathered: Gathered, *, ranks: bool = True) -> Leaderboard:
    """The leaderboard of comparable runs.

    Args:
        gathered: the runs.
        ranks: whether ranks are computed, on every score that the leaderboards show. Each is what
            ``bench compare --task TASK --metric SCORE`` finds.
    """
    return Leaderboard(gathered.results, _ranks(gathered) if ranks else {})


def _ranks(gathered: Gathered) -> Ranks:
    results = gathered.results
    shown = [(task, score) for task in results.tasks for score in columns_of(results, task)]
    contestants = list(gathered.contestants.values())
    found = compare_each(contestants, shown, confidence=results.confidence)
    return {
        key: {standing.label: standing.rank for standing in one.standings if standing.rank}
        for key, one in found.items()
    }
