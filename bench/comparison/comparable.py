"""Which runs may be compared, and in plain words why others may not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bench.component import UNKNOWN
from bench.runs.directory import versions_of_scorers
from bench.runs.finished import FinishedRun


def obstacles(run: FinishedRun, other: FinishedRun, task: str, score: str) -> list[str]:
    """Why a score of one run says nothing against that of another; empty if it does.

    Args:
        run: one run, which has the task and the score.
        other: another, which has them too.
        task: the task.
        score: the score.
    """
    found = [
        *_measured_otherwise(run, other, run.results.metric_of(score)),
        *_asked_otherwise(run, other, task),
        *_failures_treated_otherwise(run, other, [task]),
        *other_articles(run, other),
    ]
    return [not_comparable(run, other, reason) for reason in found]


def table_obstacles(run: FinishedRun, other: FinishedRun) -> list[str]:
    """Why two runs cannot stand in one table; empty if they can.

    A pair of models can be compared on the articles that both have; the means of one table are
    over the same articles.
    """
    here, there = run.results, other.results
    found: list[str] = []
    if here.dataset.fingerprint != there.dataset.fingerprint:
        found += list(other_articles(run, other)) or [
            f"it has {there.dataset.articles} articles, and that {here.dataset.articles}: run both"
            " on the same ones; `bench compare` compares them on those that both have"
        ]
    if here.confidence != there.confidence:
        found.append(
            f"its intervals are of {100 * there.confidence:g} %, and those of"
            f" {100 * here.confidence:g} %; run one of them again with --confidence"
        )
    for metric in sorted(here.metrics.keys() & there.metrics.keys()):
        found += _measured_otherwise(run, other, metric)
    for task in sorted(here.tasks.keys() & there.tasks.keys()):
        found += _asked_otherwise(run, other, task)
    found += _failures_treated_otherwise(run, other, [*here.tasks, *there.tasks])
    return [not_comparable(run, other, reason) for reason in found]


def not_comparable(run: FinishedRun, other: FinishedRun, reason: str) -> str:
    """One line for a reason why two runs cannot be compared."""
    return f"{other.location} and {run.location} are not comparable: {reason}"


def version_notes(runs: Sequence[FinishedRun]) -> list[str]:
    """A line for each run that was scored with other versions of what scores than the first."""
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
    """Why their articles do not pair up, if they do not."""
    if run.results.dataset.fingerprint == other.results.dataset.fingerprint:
        return
    shared = run.digests.keys() & other.digests.keys()
    changed = sorted(i for i in shared if run.digests[i] != other.digests[i])
    names = [f"{r.results.dataset.name!r}" for r in (run, other)]
    if not shared:
        what = f"of {names[1]} is in {names[0]}" if names[0] != names[1] else "is in both"
        yield f"no article {what}: run both on the same data set"
    elif changed:
        yield (
            f"{len(changed)} of {len(shared)} shared articles read differently, {changed[0]!r} for"
            " one: the data set was changed in between; run the older one again"
        )


def _measured_otherwise(run: FinishedRun, other: FinishedRun, name: str) -> Iterator[str]:
    here, there = (r.results.metrics[name].signature for r in (run, other))
    if UNKNOWN in here or UNKNOWN in there:
        yield f"the code of the metric {name!r} cannot be identified, so nobody knows what it is"
        return
    if here == there:
        return
    if _without_code(here) == _without_code(there):
        yield f"the metric's code changed ({name}); score both with today's code: --rescore"
        return
    parts = [dict(p.partition(":")[::2] for p in s.split("|")[1:]) for s in (here, there)]
    changed = [
        f"{key} is {parts[1].get(key, 'unsaid')} there and {parts[0].get(key, 'unsaid')} here"
        for key in sorted(parts[0].keys() | parts[1].keys())
        if parts[0].get(key) != parts[1].get(key)
    ]
    what = ", ".join(changed) or "another measure has that name there"
    yield f"{name} was measured in another way ({what}); score one of them again"


def _without_code(signature: str) -> str:
    """A signature without the digests of code, its own and that of what it is built on."""
    return re.sub(r"([|,])code:[0-9a-f]+", "", signature)


def _asked_otherwise(run: FinishedRun, other: FinishedRun, task: str) -> Iterator[str]:
    here, there = (r.results.tasks[task] for r in (run, other))
    if None not in (here.items, there.items) and here.items != there.items:
        yield (
            f"{task}: its models were asked for {there.items} items, and {here.items} here; run"
            f" one of them again with `items: {here.items}`"
        )


def _failures_treated_otherwise(
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
            f"articles that a model failed on are treated by {other.results.on_error!r} there and"
            f" by {run.results.on_error!r} here; run one of them again with --on-error"
        )
