"""Decides whether runs are comparable, and gives the reasons if they are not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bench.comparison.clusters import other_intervals
from bench.component import UNKNOWN
from bench.display import count
from bench.runs.directory import versions_of_scorers
from bench.runs.finished import FinishedRun


def obstacles(run: FinishedRun, other: FinishedRun, task: str, score: str) -> list[str]:
    """The reasons why a score of two runs is not comparable; empty if it is.

    Args:
        run: a run with the task and the score.
        other: another run with both.
        task: the task.
        score: the score.
    """
    found = [
        *_different_metric(run, other, run.results.metric_of(score)),
        *_different_request(run, other, task),
        *_different_failure_policy(run, other, [task]),
        *other_articles(run, other),
    ]
    return [not_comparable(run, other, reason) for reason in found]


def table_obstacles(run: FinishedRun, other: FinishedRun) -> list[str]:
    """The reasons why two runs cannot share one table; empty if they can.

    Two models are compared on the articles that both have, but all means in a table must be over
    the same articles.
    """
    here, there = run.results, other.results
    found: list[str] = []
    if here.dataset.fingerprint != there.dataset.fingerprint:
        found += list(other_articles(run, other)) or [
            f"{other.location} has {count(there.dataset.articles, 'article')}, {run.location}"
            f" {here.dataset.articles:,}: run both on the same articles; `bench compare` uses the"
            " articles that both have"
        ]
    if here.confidence != there.confidence:
        found.append(
            f"the confidence level of {other.location} is {100 * there.confidence:g} %, that of"
            f" {run.location} {100 * here.confidence:g} %; run one of them again with --confidence"
        )
    if here.dataset.fingerprint == there.dataset.fingerprint:
        found += other_intervals(run, other)
    for metric in sorted(here.metrics.keys() & there.metrics.keys()):
        found += _different_metric(run, other, metric)
    for task in sorted(here.tasks.keys() & there.tasks.keys()):
        found += _different_request(run, other, task)
    found += _different_failure_policy(run, other, [*here.tasks, *there.tasks])
    return [not_comparable(run, other, reason) for reason in found]


def not_comparable(run: FinishedRun, other: FinishedRun, reason: str) -> str:
    """One line for a reason why two runs cannot be compared."""
    return f"{other.location} and {run.location} are not comparable: {reason}"


def version_notes(runs: Sequence[FinishedRun]) -> list[str]:
    """A note on each run that was scored with other library versions than the first."""
    notes = []
    for other in runs[1:]:
        first, there = (versions_of_scorers(run.record) for run in (runs[0], other))
        changed = [
            f"{name} {there[name]} there, {version} in {runs[0].location}"
            for name, version in first.items()
            if there.get(name, version) != version
        ]
        if changed:
            notes.append(f"{other.location} was scored with other versions: {'; '.join(changed)}")
    return notes


def other_articles(run: FinishedRun, other: FinishedRun) -> Iterator[str]:
    """The reasons why their articles do not match."""
    if run.results.dataset.fingerprint == other.results.dataset.fingerprint:
        return
    shared = run.digests.keys() & other.digests.keys()
    changed = sorted(i for i in shared if run.digests[i] != other.digests[i])
    names = [f"{r.results.dataset.name!r}" for r in (run, other)]
    if not shared:
        what = f"of {names[1]} is in {names[0]}" if names[0] != names[1] else "is in both"
        yield f"no article {what}: run both on the same dataset"
    elif changed:
        yield (
            f"{len(changed)} of {count(len(shared), 'shared article')} changed (e.g."
            f" {changed[0]!r}): the dataset was edited between the runs; run the older one again"
        )


def _different_metric(run: FinishedRun, other: FinishedRun, name: str) -> Iterator[str]:
    here, there = (r.results.metrics[name].signature for r in (run, other))
    places = f"in {run.location}", f"in {other.location}"
    yield from different_signature(name, here, there, places)


def different_signature(name: str, here: str, there: str, places: tuple[str, str]) -> Iterator[str]:
    """The reason why two signatures of a metric do not allow a comparison.

    Args:
        name: the metric.
        here: its signature.
        there: its other signature.
        places: where it has each of them, such as "now" and "before".
    """
    if UNKNOWN in here or UNKNOWN in there:
        yield f"the code of the metric {name!r} cannot be identified, so it may have changed"
        return
    if here == there:
        return
    if _without_code(here) == _without_code(there):
        yield f"the metric's code changed ({name!r}); score both again with --rescore"
        return
    parts = [dict(p.partition(":")[::2] for p in s.split("|")[1:]) for s in (here, there)]
    changed = [
        f"{key} is {parts[1].get(key, 'unset')} {places[1]} and {parts[0].get(key, 'unset')}"
        f" {places[0]}"
        for key in sorted(parts[0].keys() | parts[1].keys())
        if parts[0].get(key) != parts[1].get(key)
    ]
    what = ", ".join(changed) or "a different metric with the same name"
    yield f"{name} was computed with other settings ({what}); score one of the runs again"


def _without_code(signature: str) -> str:
    """A signature without digests of code."""
    return re.sub(r"([|,])code:[0-9a-f]+", "", signature)


def _different_request(run: FinishedRun, other: FinishedRun, task: str) -> Iterator[str]:
    here, there = (r.results.tasks[task] for r in (run, other))
    if None not in (here.items, there.items) and here.items != there.items:
        yield (
            f"{task}: the models of {other.location} were asked for {there.items} items, those of"
            f" {run.location} for {here.items}; run one of them again with `items: {here.items}`"
        )


def _different_failure_policy(
    run: FinishedRun, other: FinishedRun, tasks: Sequence[str]
) -> Iterator[str]:
    models = (
        model
        for r in (run, other)
        for task, result in r.results.tasks.items()
        if task in tasks
        for model in result.models.values()
    )
    if any(model.failed for model in models) and run.results.on_error != other.results.on_error:
        yield (
            f"failed articles are handled by on_error: {other.results.on_error!r} in"
            f" {other.location} and {run.results.on_error!r} in {run.location}; run one of them"
            " again with --on-error"
        )
