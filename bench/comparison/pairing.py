"""Which models are compared on a score, in which pairs, and on which articles."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison.clusters import joint_units
from bench.comparison.compared_models import (
    ComparedModel,
    articles_of,
    in_common,
    largest_difference,
)
from bench.errors import ConfigError
from bench.stats import Sample


class Pairing:
    """The models, the articles of each, and the pairs to compare."""

    def __init__(
        self,
        task: str,
        score: str,
        compared_models: Sequence[ComparedModel],
        baseline: ComparedModel | None,
    ) -> None:
        self.task, self.score = task, score
        if len(compared_models) < 2:
            raise ConfigError(f"{task}: fewer than two of the models have the score {score}")
        facts = compared_models[0].run.results.facts(score)
        self.higher_is_better, self.advisory = facts.higher_is_better, facts.advisory
        known = [set(c.run.scored_articles(task, c.name, score)) for c in compared_models]
        self.common = len(set.intersection(*known))
        self.left_out = len(set.union(*known)) - self.common
        articles = dict(
            zip(compared_models, articles_of(compared_models, task, score), strict=True)
        )
        empty = next((c.label for c, own in articles.items() if not own), None)
        if empty:
            raise ConfigError(
                f"{task}: no article has a {score} of both {empty} and the other models"
            )
        samples = {c: c.run.sample(task, c.name, score, articles[c]) for c in compared_models}
        sign = -1 if self.higher_is_better else 1
        order = sorted(
            samples, key=lambda c: (is_silent(c, task), sign * samples[c].estimate, c.label)
        )
        self.compared_models = order
        self.articles = [articles[c] for c in order]
        self.samples = [samples[c] for c in order]
        against = order.index(baseline) if baseline else None
        count = len(order)
        pairs = [
            (a, b)
            for a in range(count)
            for b in range(count)
            if (a < b if against is None else a != b == against)
        ]
        shared = {(a, b): in_common(self.articles[a], self.articles[b]) for a, b in pairs}
        self.pairs = {pair: found for pair, found in shared.items() if found}
        if not self.pairs:
            raise ConfigError(f"{task}: no two models have a {score} on the same article")

    def sample(self, index: int, articles: tuple[str, ...]) -> Sample:
        """The score of a model on some of its articles."""
        if articles == self.articles[index]:
            return self.samples[index]
        compared_model = self.compared_models[index]
        return compared_model.run.sample(self.task, compared_model.name, self.score, articles)

    def units(self, articles: tuple[str, ...]) -> list[str]:
        """The unit that each article belongs to."""
        return joint_units([c.run for c in self.compared_models], articles)

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """The lowest and the highest score that there can be."""
        return self.compared_models[0].run.results.range_of(self.score)

    @property
    def largest_difference(self) -> float:
        """The largest difference that there can be between two scores; inf if unknown."""
        return largest_difference(self.compared_models[0].run, self.score)


def is_silent(compared_model: ComparedModel, task: str) -> bool:
    """Whether the output of a model is empty for every article."""
    results = compared_model.run.results
    return results.is_silent(results.tasks[task].models[compared_model.name])
