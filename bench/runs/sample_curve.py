"""The expected best and worst of k samples of a model."""

from __future__ import annotations

from dataclasses import dataclass

from bench.runs.finished import FinishedRun
from bench.stats.variance import best_and_worst_of

_LONGEST = 20  # k


@dataclass(frozen=True)
class SampleCurve:
    """What one would see of a model by choosing among k samples of each article.

    Attributes:
        model: its name.
        task: the task.
        score: the score by which the samples are chosen.
        best: the mean over articles of the expected best of 1, 2, ... samples.
        worst: of the expected worst.
    """

    model: str
    task: str
    score: str
    best: tuple[float, ...]
    worst: tuple[float, ...]


def sample_curve(run: FinishedRun, task: str, model: str, score: str) -> SampleCurve | None:
    """The curve up to the number of samples that every article has, and at most 20.

    None unless every article has several samples and the model has the score.
    """
    found = run.results.tasks[task].models[model]
    if found.samples == 1 or score not in found.scores:
        return None
    own = run.values(task, model, score).by_sample
    if min(map(len, own)) == 1:
        return None
    high, low = best_and_worst_of(own, _LONGEST).T.tolist()
    if not run.results.facts(score).higher_is_better:
        high, low = low, high
    return SampleCurve(model, task, score, tuple(high), tuple(low))
