"""Who is compared: models of one run or several, on which scores, over which articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.models.base import Role
from bench.runs.finished import FinishedRun


@dataclass(frozen=True)
class Contestant:
    """One model of one run; ``label`` tells it from the others."""

    run: FinishedRun
    name: str
    label: str


def chosen(
    runs: Sequence[FinishedRun], names: Sequence[str], baseline: str | None = None
) -> list[Contestant]:
    """The models to be compared, labelled so that no two are called the same.

    Raises:
        UnknownNameError: a name that none has, or that several have.
        ConfigError: a run is given twice.
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


def labelled(models: Sequence[tuple[FinishedRun, str]]) -> list[Contestant]:
    """Models by run and name, each called by its name, or ``RUN:NAME`` where several have that.

    Raises:
        ConfigError: a run is given twice.
    """
    shared = Counter(name for _, name in models)
    places = Counter(run.name for run in {id(run): run for run, _ in models}.values())
    found = [
        Contestant(run, name, name if shared[name] == 1 else f"{_place(run, places)}:{name}")
        for run, name in models
    ]
    labels = Counter(c.label for c in found)
    twice = next((label for label, count in labels.items() if count > 1), None)
    if twice:
        raise ConfigError(f"the run of {twice!r} is given twice")
    return found


def names_in(run: FinishedRun) -> list[str]:
    """The models of a run, of whatever task."""
    return list(dict.fromkeys(n for t in run.results.tasks.values() for n in t.models))


def scores_in_common(
    runs: Sequence[FinishedRun],
    contestants: Sequence[Contestant],
    tasks: Sequence[str],
    scores: Sequence[str],
    baseline: str | None,
) -> Iterator[tuple[str, str, list[Contestant]]]:
    """Each task and score that at least two of the models have, the baseline among them."""
    for task, score in _what(runs, contestants, tasks, scores):
        present = [c for c in contestants if has_score(c, task, score)]
        if len(present) > 1 and (baseline is None or baseline in [c.label for c in present]):
            yield task, score, present


def _place(run: FinishedRun, places: Counter[str]) -> str:
    return run.name if places[run.name] == 1 else run.location


def role_of(contestant: Contestant) -> Role:
    """Whether it is a model, a floor or a ceiling."""
    tasks = contestant.run.results.tasks.values()
    return next(t.models[contestant.name].role for t in tasks if contestant.name in t.models)


def has_score(contestant: Contestant, task: str, score: str) -> bool:
    """Whether its run scored it so."""
    return score in _scores_of(contestant, task)


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
        if "all" in scores:
            names = sorted({s for c in contestants for s in _scores_of(c, task)})
        else:
            names = [run.score_named(s) for s in scores] or [run.results.tasks[task].primary]
        found += [(task, name) for name in dict.fromkeys(names)]
    return found


def articles_of(contestants: Sequence[Contestant], task: str, score: str) -> list[tuple[str, ...]]:
    """The articles that each model is compared on, in order of their ids.

    Of several runs only the articles that all of them have; then those that the model has a score
    on. So what one model failed on is no loss to the comparison of two others.
    """
    own = [frozenset(c.run.scored_articles(task, c.name, score)) for c in contestants]
    runs: dict[int, frozenset[str]] = {}
    for contestant, articles in zip(contestants, own, strict=True):
        runs[id(contestant.run)] = runs.get(id(contestant.run), frozenset()) | articles
    shared = frozenset.intersection(*runs.values())
    return [tuple(sorted(articles & shared)) for articles in own]


def in_common(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    """The articles in both, in their order."""
    if a == b:
        return a
    there = frozenset(b)
    return tuple(article for article in a if article in there)
