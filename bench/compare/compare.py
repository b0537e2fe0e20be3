"""Which differences between models are real."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice

from bench.compare.comparable import obstacles
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError, unknown_name
from bench.models.base import Role
from bench.runs.finished import FinishedRun
from bench.stats import (
    Bootstrap,
    Difference,
    Interval,
    Rank,
    Sample,
    difference,
    holm,
    randomisation_p_values,
    ranks,
)
from bench.stats.bootstrap import CONFIDENCE, RESAMPLES


@dataclass(frozen=True)
class Contestant:
    """One model of one run; ``label`` tells it from the others."""

    run: FinishedRun
    name: str
    label: str


@dataclass(frozen=True)
class Standing:
    """One model's score on the articles that all share; no rank where not all pairs were tested."""

    label: str
    role: Role
    failed: int
    """Articles of its run that it failed on."""
    on_error: str
    """What its run did with these."""
    score: float
    interval: Interval | None
    rank: Rank | None


@dataclass(frozen=True)
class PairResult:
    """One model against another on the same articles.

    Attributes:
        model: the one.
        other: the other.
        difference: the one's score less the other's, with its interval and p-value.
        corrected_p: the p-value after Holm's correction over all tests that are shown; None
            without a test.
        significant: whether the corrected p-value is at or below alpha.
        wins: articles on which the one did better.
        losses: articles on which the other did.
    """

    model: str
    other: str
    difference: Difference
    corrected_p: float | None
    significant: bool
    wins: int
    losses: int


@dataclass(frozen=True)
class ScoreComparison:
    """All that was compared on one score of one task.

    Attributes:
        task: the task.
        score: the score.
        higher_is_better: which way it goes.
        articles: how many every model has a score on.
        left_out: how many more some of them have.
        standings: best first.
        pairs: better first within each, or each against the baseline.
    """

    task: str
    score: str
    higher_is_better: bool
    articles: int
    left_out: int
    standings: tuple[Standing, ...]
    pairs: tuple[PairResult, ...]


@dataclass(frozen=True)
class Comparison:
    """What ``bench compare`` found, and how it looked."""

    confidence: float
    resamples: int
    seed: int
    baseline: str | None
    tests: int
    """How many p-values were corrected together."""
    scores: tuple[ScoreComparison, ...]

    @property
    def alpha(self) -> float:
        """The level of the tests."""
        return round(1 - self.confidence, 12)


def compare(  # noqa: PLR0913
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
        models: labels or names; every competitor (no floors and ceilings) if none are given.
        tasks: every task that at least two of the models have been run on, if none are given.
        scores: names of scores or metrics; each task's primary score if none are given.
        baseline: compare all against this model only.
        confidence: of the intervals; the level of the tests is what is left of 1.
        resamples: draws of the bootstrap and the tests.
        seed: of both.

    Raises:
        UnknownNameError: no such model, task or score.
        RunDirectoryError: runs that are not comparable, with the reasons.
        ConfigError: fewer than two models to compare.
    """
    contestants = chosen(runs, models, baseline)
    pairings = []
    for task, score, present in scores_in_common(runs, contestants, tasks, scores, baseline):
        _refuse_obstacles(present, task, score)
        against = next((c for c in present if c.label == baseline), None)
        pairings.append(_Pairing(task, score, present, against))
    if not pairings:
        raise ConfigError("nothing to compare: no two of the models have a score in common")
    compared = _resampled(pairings, confidence, resamples, seed)
    corrected = _corrected(compared, round(1 - confidence, 12))
    tests = sum(p.corrected_p is not None for c in corrected for p in c.pairs)
    return Comparison(confidence, resamples, seed, baseline, tests, tuple(corrected))


def chosen(
    runs: Sequence[FinishedRun], names: Sequence[str], baseline: str | None = None
) -> list[Contestant]:
    """The models to be compared, labelled so that no two are called the same.

    A model is called by its name, or ``RUN:NAME`` where several of the runs have one of that name.

    Raises:
        UnknownNameError: a name that none has, or that several have.
    """
    present = [
        (run, name)
        for run in runs
        for name in dict.fromkeys(n for t in run.results.tasks.values() for n in t.models)
    ]
    shared = Counter(name for _, name in present)
    places = Counter(run.name for run in {id(r): r for r in runs}.values())
    everyone = [
        Contestant(run, name, name if shared[name] == 1 else f"{_place(run, places)}:{name}")
        for run, name in present
    ]
    labels = [c.label for c in everyone]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice:
        raise ConfigError(f"the run of {twice!r} is given twice")
    wanted = [*names, *([baseline] if baseline else [])]
    for name in wanted:
        if name not in labels:
            raise UnknownNameError(unknown_name("model", name, labels))
    if names:
        return [c for c in everyone if c.label in wanted]
    return [c for c in everyone if _role(c) == "model" or c.label == baseline]


def scores_in_common(
    runs: Sequence[FinishedRun],
    contestants: Sequence[Contestant],
    tasks: Sequence[str],
    scores: Sequence[str],
    baseline: str | None,
) -> Iterator[tuple[str, str, list[Contestant]]]:
    """Each task and score that at least two of the models have, the baseline among them."""
    for task, score in _what(runs, contestants, tasks, scores):
        present = [c for c in contestants if score in _scores_of(c, task)]
        if len(present) > 1 and (baseline is None or baseline in [c.label for c in present]):
            yield task, score, present


def _place(run: FinishedRun, places: Counter[str]) -> str:
    return run.name if places[run.name] == 1 else str(run.path)


def _role(contestant: Contestant) -> Role:
    tasks = contestant.run.results.tasks.values()
    return next(t.models[contestant.name].role for t in tasks if contestant.name in t.models)


def _scores_of(contestant: Contestant, task: str) -> set[str]:
    result = contestant.run.results.tasks.get(task)
    model = result.models.get(contestant.name) if result else None
    return set(model.scores) if model else set()


def _what(
    runs: Sequence[FinishedRun],
    contestants: Sequence[Contestant],
    tasks: Sequence[str],
    scores: Sequence[str],
) -> list[tuple[str, str]]:
    """The tasks and scores to be compared."""
    known = list(dict.fromkeys(t for run in runs for t in run.results.tasks))
    for task in tasks:
        if task not in known:
            raise UnknownNameError(unknown_name("task", task, known))
    found = []
    for task in [t for t in known if not tasks or t in tasks]:
        run = next(r for r in runs if task in r.results.tasks)
        if list(scores) == ["all"]:
            names = sorted({s for c in contestants for s in _scores_of(c, task)})
        else:
            names = [run.score_named(s) for s in scores] or [run.results.tasks[task].primary]
        found += [(task, name) for name in dict.fromkeys(names)]
    return found


def _refuse_obstacles(present: Sequence[Contestant], task: str, score: str) -> None:
    first, *others = {id(c.run): c.run for c in present}.values()
    reasons = [reason for run in others for reason in obstacles(first, run, task, score)]
    if reasons:
        raise RunDirectoryError(dict.fromkeys(reasons))


class _Pairing:
    """Models on the articles that all of them have a score on."""

    def __init__(
        self,
        task: str,
        score: str,
        contestants: Sequence[Contestant],
        baseline: Contestant | None,
    ) -> None:
        self.task, self.score = task, score
        facts = contestants[0].run.results.metrics[contestants[0].run.metric_of(score)]
        self.higher_is_better = facts.higher_is_better
        articles = [set(c.run.articles(task, c.name, score)) for c in contestants]
        self.articles = tuple(sorted(set.intersection(*articles)))
        self.left_out = len(set.union(*articles)) - len(self.articles)
        if not self.articles:
            raise ConfigError(f"{task}: no article on which all of the models have a {score}")
        samples = {c: c.run.sample(task, c.name, score, self.articles) for c in contestants}
        sign = -1 if self.higher_is_better else 1
        order = sorted(samples, key=lambda c: (sign * samples[c].estimate, c.label))
        self.contestants = order
        self.samples: list[Sample] = [samples[c] for c in order]
        against = order.index(baseline) if baseline else None
        count = len(order)
        self.pairs = [
            (a, b)
            for a in range(count)
            for b in range(count)
            if (a < b if against is None else a != b == against)
        ]

    def compared(
        self, intervals: Sequence[Interval | None], found: Sequence[Difference]
    ) -> ScoreComparison:
        """The record, from the interval of each model and what was found of each pair."""
        return ScoreComparison(
            task=self.task,
            score=self.score,
            higher_is_better=self.higher_is_better,
            articles=len(self.articles),
            left_out=self.left_out,
            standings=tuple(
                self._standing(c, sample.estimate, interval)
                for c, sample, interval in zip(
                    self.contestants, self.samples, intervals, strict=True
                )
            ),
            pairs=tuple(
                self._pair(a, b, one) for (a, b), one in zip(self.pairs, found, strict=True)
            ),
        )

    def _standing(self, c: Contestant, score: float, interval: Interval | None) -> Standing:
        return Standing(
            label=c.label,
            role=_role(c),
            failed=c.run.results.tasks[self.task].models[c.name].failed,
            on_error=c.run.results.on_error,
            score=score,
            interval=interval,
            rank=None,
        )

    def _pair(self, a: int, b: int, found: Difference) -> PairResult:
        wins, losses = found.higher, found.lower
        if not self.higher_is_better:
            wins, losses = losses, wins
        names = self.contestants[a].label, self.contestants[b].label
        return PairResult(*names, found, None, significant=False, wins=wins, losses=losses)


def _resampled(
    pairings: Sequence[_Pairing], confidence: float, resamples: int, seed: int
) -> list[ScoreComparison]:
    """The records; all tasks and scores over the same articles share their draws."""
    alike: dict[tuple[str, ...], list[_Pairing]] = defaultdict(list)
    for pairing in pairings:
        alike[pairing.articles].append(pairing)
    done = {}
    for group in alike.values():
        samples = [sample for pairing in group for sample in pairing.samples]
        starts = list(accumulate((len(pairing.samples) for pairing in group), initial=0))
        pairs = [
            (start + a, start + b)
            for pairing, start in zip(group, starts, strict=False)
            for a, b in pairing.pairs
        ]
        bootstrap = Bootstrap(samples, resamples=resamples, seed=seed)
        p_values = randomisation_p_values(samples, pairs, resamples=resamples, seed=seed)
        found = iter(
            difference(samples[a], samples[b], bootstrap.difference(a, b, confidence), p_value)
            for (a, b), p_value in zip(pairs, p_values, strict=True)
        )
        for pairing, start in zip(group, starts, strict=False):
            own = [bootstrap.interval(start + i, confidence) for i in range(len(pairing.samples))]
            done[pairing] = pairing.compared(own, list(islice(found, len(pairing.pairs))))
    return [done[pairing] for pairing in pairings]


def _corrected(compared: Sequence[ScoreComparison], alpha: float) -> list[ScoreComparison]:
    """The comparisons with Holm's correction over all of them, and with ranks."""
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
    if comparison.articles < 2 or not all_pairs:
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
    found = ranks(range(len(labels)), better)
    standings = (replace(s, rank=found[i]) for i, s in enumerate(comparison.standings))
    return replace(comparison, standings=tuple(standings))
