"""Selects the models, scores and articles of a comparison."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations, permutations

from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.models.base import Role
from bench.runs.finished import FinishedRun


@dataclass(frozen=True)
class ComparedModel:
    """One model of one run, with a unique label."""

    run: FinishedRun
    name: str
    label: str


def chosen(
    runs: Sequence[FinishedRun], names: Sequence[str], baseline: str | None = None
) -> list[ComparedModel]:
    """Select the models to compare, with unique labels.

    Raises:
        UnknownNameError: a name is unknown or ambiguous.
        ConfigError: a run is given more than once.
    """
    everyone = labelled([(run, name) for run in runs for name in names_in(run)])
    labels = [c.label for c in everyone]
    wanted = [*names, *([baseline] if baseline else [])]
    for name in wanted:
        if name not in labels:
            raise UnknownNameError(unknown_name("model", name, labels))
    if names:
        return [c for c in everyone if c.label in wanted]
    return [c for c in everyone if role_of(c) == "model" or c.label == baseline]


def labelled(models: Sequence[tuple[FinishedRun, str]]) -> list[ComparedModel]:
    """Label each model by its name, or by ``RUN:NAME`` where several share the name.

    Raises:
        ConfigError: a run is given more than once.
    """
    shared = Counter(name for _, name in models)
    runs = list({id(run): run for run, _ in models}.values())
    of_runs = dict(zip(map(id, runs), run_labels(runs), strict=True))
    found = [
        ComparedModel(run, name, name if shared[name] == 1 else f"{of_runs[id(run)]}:{name}")
        for run, name in models
    ]
    labels = Counter(c.label for c in found)
    twice = next((c for c in found if labels[c.label] > 1), None)
    if twice:
        raise ConfigError(f"{twice.run.location}: the run is given twice; give each run once")
    return found


def names_in(run: FinishedRun) -> list[str]:
    """The models of a run over all tasks."""
    return list(dict.fromkeys(n for t in run.results.tasks.values() for n in t.models))


def scores_in_common(
    runs: Sequence[FinishedRun],
    compared_models: Sequence[ComparedModel],
    tasks: Sequence[str],
    scores: Sequence[str],
    baseline: str | None,
) -> Iterator[tuple[str, str, list[ComparedModel]]]:
    """Each task and score that at least two models have, one of them the baseline if given."""
    for task, score in _what(runs, compared_models, tasks, scores):
        present = [c for c in compared_models if has_score(c, task, score)]
        if len(present) > 1 and (baseline is None or baseline in [c.label for c in present]):
            yield task, score, present


def run_labels(runs: Sequence[FinishedRun]) -> list[str]:
    """The name of each run, or its path where several share the name."""
    shared = Counter(run.name for run in runs)
    return [run.name if shared[run.name] == 1 else run.location for run in runs]


def role_of(compared_model: ComparedModel) -> Role:
    """Its role: model, floor or ceiling."""
    tasks = compared_model.run.results.tasks.values()
    return next(
        t.models[compared_model.name].role for t in tasks if compared_model.name in t.models
    )


def has_score(compared_model: ComparedModel, task: str, score: str) -> bool:
    """Whether its run has the score."""
    return score in _scores_of(compared_model, task)


def _scores_of(compared_model: ComparedModel, task: str) -> set[str]:
    result = compared_model.run.results.tasks.get(task)
    model = result.models.get(compared_model.name) if result else None
    return set(model.scores) if model else set()


def _what(
    runs: Sequence[FinishedRun],
    compared_models: Sequence[ComparedModel],
    tasks: Sequence[str],
    scores: Sequence[str],
) -> list[tuple[str, str]]:
    """The tasks and scores to compare."""
    known = list(dict.fromkeys(t for run in runs for t in run.results.tasks))
    for task in tasks:
        if task not in known:
            raise UnknownNameError(unknown_name("task", task, known))
    found = []
    for task in [t for t in known if not tasks or t in tasks]:
        ordered = sorted(runs, key=lambda run: task not in run.results.tasks)
        if "all" in scores:
            names = sorted({s for c in compared_models for s in _scores_of(c, task)})
        else:
            names = [_score_named(ordered, s) for s in scores]
            names = names or [ordered[0].results.tasks[task].primary]
        found += [(task, name) for name in dict.fromkeys(names)]
    return found


def _score_named(runs: Sequence[FinishedRun], wanted: str) -> str:
    """The full name of a score in the first run that has it."""
    for run in runs:
        with suppress(UnknownNameError):
            return run.score_named(wanted)
    return runs[0].score_named(wanted)  # raises, and names what there is


def articles_of(
    compared_models: Sequence[ComparedModel], task: str, score: str
) -> list[tuple[str, ...]]:
    """The articles that each model is compared on, in order of their ids.

    Only articles that all runs have, and on which the model has a score. An article on which one
    model failed stays in the comparison of two others.
    """
    own = [frozenset(c.run.scored_articles(task, c.name, score)) for c in compared_models]
    runs: dict[int, frozenset[str]] = {}
    for compared_model, articles in zip(compared_models, own, strict=True):
        runs[id(compared_model.run)] = runs.get(id(compared_model.run), frozenset()) | articles
    shared = frozenset.intersection(*runs.values())
    return [tuple(sorted(articles & shared)) for articles in own]


def largest_difference(run: FinishedRun, score: str) -> float:
    """The largest difference that there can be between two values of a score; inf if unknown."""
    low, high = run.results.range_of(score)
    return math.inf if low is None or high is None else high - low


def pairs_of(
    compared_models: Sequence[ComparedModel], task: str, score: str, baseline: str | None
) -> Iterator[tuple[ComparedModel, ComparedModel, tuple[str, ...]]]:
    """The pairs that share at least two articles, with these; of the baseline only, if given."""
    own = articles_of(compared_models, task, score)
    articles = dict(zip(compared_models, own, strict=True))
    pick = permutations if baseline else combinations
    for one, other in pick(compared_models, 2):
        shared = in_common(articles[one], articles[other])
        if len(shared) > 1 and (not baseline or other.label == baseline):
            yield one, other, shared


def in_common(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    """The articles in both, in order."""
    if a == b:
        return a
    there = frozenset(b)
    return tuple(article for article in a if article in there)
