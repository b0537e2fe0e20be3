"""Tests which differences between models are statistically significant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from bench.comparison.clusters import other_clusters
from bench.comparison.comparable import not_comparable, obstacles
from bench.comparison.compared_models import (
    ComparedModel,
    articles_of,
    chosen,
    has_score,
    in_common,
    role_of,
    scores_in_common,
)
from bench.comparison.findings import Comparison, PairResult, ScoreComparison, Standing
from bench.errors import ConfigError, RunDirectoryError
from bench.runs.finished import FinishedRun
from bench.stats import (
    Bootstrap,
    Difference,
    Interval,
    Sample,
    difference,
    holm,
    randomisation_p_values,
    ranks,
)
from bench.stats.bootstrap import CONFIDENCE, RESAMPLES

Pair = tuple[int, int]


def compare(  # noqa: PLR0913 - an option each, all by name
    runs: Sequence[FinishedRun],
    *,
    models: Sequence[str] = (),
    tasks: Sequence[str] = (),
    scores: Sequence[str] = (),
    baseline: str | None = None,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare models, within one run or across several.

    Args:
        runs: one or more.
        models: labels or names; by default every competitor (no floors and ceilings).
        tasks: by default every task that at least two of the models have been run on.
        scores: names of scores or metrics; by default each task's primary score.
        baseline: compare every model with this one only.
        confidence: confidence level; the significance level of the tests is 1 - confidence.
        resamples: number of bootstrap draws and of random permutations.
        seed: seed of both.

    Raises:
        UnknownNameError: unknown model, task or score.
        RunDirectoryError: the runs are not comparable; the message has the reasons.
        ConfigError: fewer than two models to compare.
    """
    compared_models = chosen(runs, models, baseline)
    pairings = []
    for task, score, present in scores_in_common(runs, compared_models, tasks, scores, baseline):
        _refuse_obstacles(present, task, score)
        against = next((c for c in present if c.label == baseline), None)
        pairings.append(_Pairing(task, score, present, against))
    if not pairings:
        few = (
            "two models are needed"
            if len(compared_models) < 2
            else "the models have no score in common"
        )
        raise ConfigError(f"nothing to compare: {few}")
    compared = _resampled(pairings, confidence, resamples, seed)
    corrected = _corrected(compared, round(1 - confidence, 12))
    tests = sum(p.corrected_p is not None for c in corrected for p in c.pairs)
    return Comparison(confidence, resamples, seed, baseline, tests, tuple(corrected))


def compare_each(
    compared_models: Sequence[ComparedModel],
    columns: Iterable[tuple[str, str]],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[tuple[str, str], ScoreComparison]:
    """Compare competitors on each score separately, as ``compare`` does for a single score.

    Args:
        compared_models: models of comparable runs; floors and ceilings are skipped.
        columns: tasks and scores; those that fewer than two competitors share are skipped.
        confidence: 1 - significance level of the tests, corrected within each score.
        resamples: number of random permutations.
        seed: seed of the permutations.
    """
    pairings = []
    for task, score in columns:
        present = [
            c for c in compared_models if role_of(c) == "model" and has_score(c, task, score)
        ]
        with suppress(ConfigError):  # too few models, or articles in common
            pairings.append(_Pairing(task, score, present, None))
    compared = _resampled(pairings, confidence, resamples, seed)
    alpha = round(1 - confidence, 12)
    return {(c.task, c.score): done for c in compared for done in _corrected([c], alpha)}


def _refuse_obstacles(present: Sequence[ComparedModel], task: str, score: str) -> None:
    first, *others = {id(c.run): c.run for c in present}.values()
    reasons = [reason for run in others for reason in obstacles(first, run, task, score)]
    reasons += [
        not_comparable(first, run, reason)
        for run in others
        for reason in other_clusters(first, run)
    ]
    if reasons:
        raise RunDirectoryError(dict.fromkeys(reasons))


class _Pairing:
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
        self.higher_is_better = facts.higher_is_better
        known = [set(c.run.scored_articles(task, c.name, score)) for c in compared_models]
        self.common = len(set.intersection(*known))
        self.left_out = len(set.union(*known)) - self.common
        articles = dict(
            zip(compared_models, articles_of(compared_models, task, score), strict=True)
        )
        empty = next((c.label for c, own in articles.items() if not own), None)
        if empty:
            raise ConfigError(
                f"{task}: {empty} shares no article with a {score} with the other models"
            )
        samples = {c: c.run.sample(task, c.name, score, articles[c]) for c in compared_models}
        sign = -1 if self.higher_is_better else 1
        order = sorted(
            samples, key=lambda c: (_is_silent(c, task), sign * samples[c].estimate, c.label)
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

    def compared(
        self, intervals: Sequence[Interval | None], found: Mapping[Pair, Difference]
    ) -> ScoreComparison:
        """Build the record from the interval of each model and the result of each pair."""
        return ScoreComparison(
            task=self.task,
            score=self.score,
            higher_is_better=self.higher_is_better,
            articles=self.common,
            left_out=self.left_out,
            standings=tuple(
                self._standing(c, sample, interval)
                for c, sample, interval in zip(
                    self.compared_models, self.samples, intervals, strict=True
                )
            ),
            pairs=tuple(self._pair(*pair, found[pair]) for pair in self.pairs),
        )

    def _standing(self, c: ComparedModel, sample: Sample, interval: Interval | None) -> Standing:
        return Standing(
            label=c.label,
            role=role_of(c),
            articles=len(sample),
            failed=c.run.results.tasks[self.task].models[c.name].failed,
            on_error=c.run.results.on_error,
            score=sample.estimate,
            interval=interval,
            rank=None,
            silent=_is_silent(c, self.task),
        )

    def _pair(self, a: int, b: int, found: Difference) -> PairResult:
        wins, losses = found.higher, found.lower
        if not self.higher_is_better:
            wins, losses = losses, wins
        return PairResult(
            model=self.compared_models[a].label,
            other=self.compared_models[b].label,
            articles=len(self.pairs[a, b]),
            difference=found,
            corrected_p=None,
            significant=False,
            wins=wins,
            losses=losses,
        )


def _is_silent(compared_model: ComparedModel, task: str) -> bool:
    results = compared_model.run.results
    return results.is_silent(results.tasks[task].models[compared_model.name])


def _resampled(
    pairings: Sequence[_Pairing], confidence: float, resamples: int, seed: int
) -> list[ScoreComparison]:
    """Build the records; tasks, scores and models over the same articles share their draws."""
    needed: dict[tuple[str, ...], dict[tuple[_Pairing, int], Sample]] = defaultdict(dict)
    for pairing in pairings:
        for index, articles in enumerate(pairing.articles):
            needed[articles][pairing, index] = pairing.samples[index]
        for pair, articles in pairing.pairs.items():
            for index in pair:
                needed[articles][pairing, index] = pairing.sample(index, articles)
    intervals: dict[tuple[_Pairing, int], Interval | None] = {}
    found: dict[_Pairing, dict[Pair, Difference]] = defaultdict(dict)
    for articles, samples in needed.items():
        position = {key: number for number, key in enumerate(samples)}
        every = list(samples.values())
        bootstrap = Bootstrap(every, resamples=resamples, seed=seed)
        for (pairing, index), number in position.items():
            if pairing.articles[index] == articles:
                intervals[pairing, index] = bootstrap.interval(number, confidence)
        wanted = [
            (pairing, pair)
            for pairing in pairings
            for pair, shared in pairing.pairs.items()
            if shared == articles
        ]
        pairs = [(position[pairing, a], position[pairing, b]) for pairing, (a, b) in wanted]
        p_values = randomisation_p_values(every, pairs, resamples=resamples, seed=seed)
        for (pairing, pair), (a, b), p_value in zip(wanted, pairs, p_values, strict=True):
            bounds = bootstrap.difference(a, b, confidence)
            found[pairing][pair] = difference(every[a], every[b], bounds, p_value)
    return [
        pairing.compared(
            [intervals[pairing, index] for index in range(len(pairing.samples))], found[pairing]
        )
        for pairing in pairings
    ]


def _corrected(compared: Sequence[ScoreComparison], alpha: float) -> list[ScoreComparison]:
    """Apply Holm's correction over all comparisons, and add ranks."""
    p_values = [p.difference.p_value for c in compared for p in c.pairs]
    tested = [p for p in p_values if p is not None]
    corrected = iter(holm(tested).tolist())

    def pair(result: PairResult) -> PairResult:
        if result.difference.p_value is None:
            return result
        p_value = next(corrected)
        return replace(result, corrected_p=p_value, significant=p_value <= alpha)

    done = [replace(c, pairs=tuple(pair(p) for p in c.pairs)) for c in compared]
    return [_ranked(c) for c in done]


def _ranked(comparison: ScoreComparison) -> ScoreComparison:
    labels = [s.label for s in comparison.standings]
    all_pairs = len(comparison.pairs) == len(labels) * (len(labels) - 1) // 2
    tested = any(pair.corrected_p is not None for pair in comparison.pairs)
    if not tested or not all_pairs:
        return comparison
    better = [[False] * len(labels) for _ in labels]
    for pair in comparison.pairs:
        if pair.significant:
            ahead = pair.difference.difference > 0
            winner, loser = (
                (pair.model, pair.other)
                if ahead == comparison.higher_is_better
                else (pair.other, pair.model)
            )
            better[labels.index(winner)][labels.index(loser)] = True
    speaking = [i for i, s in enumerate(comparison.standings) if not s.silent]
    found = ranks(speaking, better)
    standings = (
        replace(s, rank=None if s.silent else found[i]) for i, s in enumerate(comparison.standings)
    )
    return replace(comparison, standings=tuple(standings))
