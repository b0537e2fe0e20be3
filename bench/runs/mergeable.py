"""Why some runs cannot be merged: what differs between them, and what only the whole can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bench.runs.finished import FinishedRun
from bench.runs.run_metric import NeedsMetricError

_DECLARE = "run each part of one dataset with --shard I/N, or leave the model out"


def reasons_against(runs: Sequence[FinishedRun]) -> list[str]:
    """Why runs cannot be merged, one line each; empty if they can."""
    if len(runs) < 2:
        return ["merging takes two runs or more"]
    unknown = [line for run in runs for line in _unknown(run)]
    if unknown:
        return unknown
    first, *others = runs
    found = [
        f"{run.location} against {first.location}: {line}"
        for run in others
        for line in _differences(first, run)
    ]
    return found or [*_of_the_whole(runs), *_foreign(first)]


def _unknown(run: FinishedRun) -> Iterator[str]:
    """What the run should have kept, or has beyond what can be added up."""
    if not run.has_record:
        yield f"{run.location}: has lost run.json, which names its models and metrics"
    elif not run.record.clustered_by or not run.has_references:
        yield (
            f"{run.location}: was written by an older version, which did not keep what shows equal"
            " texts; run again"
        )
    for stop in run.record.unrated if run.has_record else ():
        yield f"{run.location}: is not rated to the end ({stop}); run it again before it is merged"


def _differences(first: FinishedRun, run: FinishedRun) -> Iterator[str]:
    """How a run differs from the first one in what all runs must share."""
    here, there = run.results, first.results
    for key in ("on_error", "confidence", "resamples"):
        if getattr(here, key) != getattr(there, key):
            yield f"{key} is {getattr(here, key)}, not {getattr(there, key)}"
    if run.record.clustered_by != first.record.clustered_by:
        yield f"clusters by {run.record.clustered_by!r}, not by {first.record.clustered_by!r}"
    for name in sorted({*here.metrics, *there.metrics}):
        own, other = here.metrics.get(name), there.metrics.get(name)
        if own is None or other is None:
            only = own or other
            if only and only.rater:
                continue  # nothing could be rated in one of them
            yield f"{'does not have' if own is None else 'alone has'} the metric {name}"
        elif own.signature != other.signature:
            yield f"{name} is {own.signature}, not {other.signature}"
    yield from _tasks_differ(first, run)
    raters, known_raters = ([e.label for e in r.record.config.raters] for r in (run, first))
    if raters != known_raters:
        yield f"raters are {_listed(raters)}, not {_listed(known_raters)}"
    models, known = run.record.models, first.record.models
    for model in sorted({*models, *known}):
        if model not in models or model not in known:
            yield f"{'does not have' if model not in models else 'alone has'} the model {model}"
        elif models[model].signature != known[model].signature:
            yield f"{model} is {models[model].signature}, not {known[model].signature}"


def _tasks_differ(first: FinishedRun, run: FinishedRun) -> Iterator[str]:
    """How the tasks of a run differ from those of the first one."""
    own, other = ({*one.record.config.tasks} for one in (run, first))
    if own != other:
        yield f"tasks are {_listed(own)}, not {_listed(other)}"
    here, there = run.results.tasks, first.results.tasks
    for name in sorted({*here} & {*there}):
        for key in ("items", "primary"):
            value, known = getattr(here[name], key), getattr(there[name], key)
            if value != known:
                yield f"{name}: {key} is {value}, not {known}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _of_the_whole(runs: Sequence[FinishedRun]) -> Iterator[str]:
    """Models whose output depends on the whole dataset, if the runs declare different ones."""
    drawing = {
        name for run in runs for name, facts in run.record.models.items() if facts.sees_dataset
    }
    if drawing and len({run.record.whole for run in runs}) > 1:
        names = ", ".join(sorted(drawing))
        yield f"{names}: depends on the whole dataset, which the runs do not declare; {_DECLARE}"


def _foreign(run: FinishedRun) -> Iterator[str]:
    """Metrics whose sums only their own code can turn into scores."""
    facts = run.results.metrics
    for score in sorted(run.results.scores):
        if facts[run.results.metric_of(score)].rater:
            continue
        if score in run.summed_scores:
            try:
                run.metric(run.results.metric_of(score))
            except NeedsMetricError as error:
                yield str(error)
