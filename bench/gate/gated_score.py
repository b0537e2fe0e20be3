"""One model and score of a run against a baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench.comparison.compared_models import largest_difference
from bench.display import count
from bench.gate.margins import Margin
from bench.gate.verdict import Method, Outcome, Verdict
from bench.runs.finished import FinishedRun
from bench.runs.results import ModelResult
from bench.stats import Sample


@dataclass(frozen=True, eq=False)
class GatedScore:
    """One model and score to check."""

    run: FinishedRun
    baseline: FinishedRun
    task: str
    model: str
    score: str
    margin: Margin

    @property
    def present(self) -> ModelResult | None:
        """The model in the run, if the run has it with the score."""
        task = self.run.results.tasks.get(self.task)
        model = task.models.get(self.model) if task else None
        return model if model and self.score in model.scores else None

    @property
    def higher_is_better(self) -> bool:
        """The direction of the score."""
        return self.baseline.results.facts(self.score).higher_is_better

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that the baseline and the run have in common."""
        there = self.baseline.scored_articles(self.task, self.model, self.score)
        here = set(self.run.scored_articles(self.task, self.model, self.score))
        return tuple(article for article in there if article in here)

    def samples(self, articles: tuple[str, ...]) -> tuple[Sample, Sample]:
        """The samples of the run and of the baseline."""
        key = (self.task, self.model, self.score)
        return self.run.sample(*key, articles), self.baseline.sample(*key, articles)

    @property
    def largest_difference(self) -> float:
        """The largest difference that there can be between two such scores; inf if unknown."""
        return largest_difference(self.baseline, self.score)

    @property
    def new_failures(self) -> str:
        """Words on articles that the model failed on and did not before; "" without any."""
        now = self.present
        before = self.baseline.results.tasks[self.task].models[self.model]
        if now is None or now.failed <= before.failed:
            return ""
        return f"; it failed on {count(now.failed, now.counted)}, and on {before.failed} before"

    def unchanged(self, articles: tuple[str, ...]) -> bool:
        """Whether the predictions for these articles, all samples of each, are unchanged."""
        here = self.run.items_of_samples(self.task, self.model)
        there = self.baseline.items_of_samples(self.task, self.model)
        if here is None or there is None:
            return False
        return all(here.get(article) == there.get(article) for article in articles)

    def equal(self, articles: tuple[str, ...]) -> bool:
        """Whether the score is unchanged on every article."""
        now, before = self.samples(articles)
        return np.array_equal(now.columns, before.columns)

    @property
    def fault(self) -> str | None:
        """The fault that kept the metric from scoring the model in the run, if any."""
        task = self.run.results.tasks.get(self.task)
        model = task.models.get(self.model) if task else None
        return model.faults.get(self.baseline.results.metric_of(self.score)) if model else None

    def missing(self) -> str | None:
        """What the run lacks, in words; None if nothing."""
        results = self.run.results
        if self.task not in results.tasks:
            return f"the run lacks the task {self.task}"
        if self.model not in results.tasks[self.task].models:
            return "the run lacks the model"
        if self.present is None:
            return f"the run lacks its score {self.score}"
        wanted = self.baseline.scored_articles(self.task, self.model, self.score)
        lacking = sorted(set(wanted) - set(self.articles))
        if lacking:
            return (
                f"the run lacks {len(lacking)} of {count(len(wanted), 'article')} ({lacking[0]!r})"
            )
        return None

    def verdict(self, outcome: Outcome, method: Method, reason: str, **facts: Any) -> Verdict:
        """Create a verdict on this score."""
        verdict = Verdict(self.task, self.model, self.score, outcome, method, reason)
        return replace(verdict, **facts)
