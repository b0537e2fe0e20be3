"""A leaderboard: its models and scores, and their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.display import Displayed, count
from bench.metrics import STANDARD
from bench.runs.judges.findings import JudgeFindings, PairFindings
from bench.runs.results import ModelResult, Results, TaskResult
from bench.stats import Rank
from bench.tasks import task_named

Ranks = Mapping[tuple[str, str], Mapping[str, Rank]]
"""By task and score, the ranks that each model may have."""


@dataclass(frozen=True, repr=False)
class Leaderboard(Displayed):
    """The results of one or more runs, to be shown.

    Attributes:
        results: means and intervals of every model.
        ranks: the ranks that models may have, if computed.
        judges: what was found about the judges, if there are any.
    """

    results: Results
    ranks: Ranks = field(default_factory=dict)
    judges: tuple[JudgeFindings | PairFindings, ...] = ()

    def __repr__(self) -> str:
        tasks = ", ".join(
            f"{task}: {count(len(result.models), 'model')}"
            for task, result in ordered(self.results)
        )
        return f"<Leaderboard of {self.results.dataset.name}; {tasks}; print() shows it>"


def ordered(results: Results) -> list[tuple[str, TaskResult]]:
    """The tasks that have models, in display order."""
    shown = (item for item in results.tasks.items() if item[1].models)
    return sorted(shown, key=lambda item: item[0] != "summary")


def ranked(results: Results, task: str) -> list[tuple[str, ModelResult]]:
    """The models of a task by primary score, best first; ties by name.

    Models that wrote nothing follow the others; models without the score come last.
    """
    result = results.tasks[task]
    metric = results.facts(result.primary)
    sign = -1 if metric.higher_is_better else 1

    def position(item: tuple[str, ModelResult]) -> tuple[bool, bool, float, str]:
        name, model = item
        score = model.scores.get(result.primary)
        mean = sign * score.mean if score else 0.0
        return score is None, results.is_silent(model), mean, name

    return sorted(result.models.items(), key=position)


def columns_of(results: Results, task: str) -> list[str]:
    """The primary score, the default columns of the task, and scores beyond the standard metrics.

    Of a metric beyond the standard with an F1, only the F1 is shown; the JSON has the rest.
    """
    result = results.tasks[task]
    known = sorted({score for model in result.models.values() for score in model.scores})
    asked = [score for score in known if results.metric_of(score) not in STANDARD]
    with_f1 = {results.metric_of(score) for score in asked if score.endswith(".f1")}
    extra = [s for s in asked if s.endswith(".f1") or results.metric_of(s) not in with_f1]
    wanted = dict.fromkeys([result.primary, *task_named(task).columns, *extra])
    return [column for column in wanted if column in known]


def best_of(results: Results, rows: list[tuple[str, ModelResult]], column: str) -> float | None:
    """The best score of a competitor that wrote anything."""
    choose = max if results.facts(column).higher_is_better else min
    own = (m for _, m in rows if m.role == "model" and not results.is_silent(m))
    means = [m.scores[column].mean for m in own if column in m.scores]
    return choose(means, default=None)
