"""The clusters of articles in a comparison of several runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.data.clusters import SAME_TEXT
from bench.runs.finished import FinishedRun


def joint_units(runs: Sequence[FinishedRun], articles: Sequence[str]) -> list[str]:
    """The unit that each article belongs to by the labels of all runs; the id of one that is alone.

    Clusters of identical texts count only if no run has labels that its dataset declares.
    Articles that belong together in any of the runs belong together.

    Args:
        runs: comparable runs, without ``other_clusters``.
        articles: their ids.

    Raises:
        RunDirectoryError: the labels of a run cannot be read or have changed since.
    """
    distinct = list({id(run): run for run in runs}.values())
    labelled = [run for run in distinct if run.cluster_labels]
    chosen = [run for run in labelled if _is_declared(run)] or labelled
    if len(chosen) < 2:
        return (chosen or distinct)[0].units(articles)
    above: dict[str, str] = {}

    def top(unit: str) -> str:
        while (found := above.get(unit, unit)) != unit:
            above[unit] = above.get(found, found)
            unit = found
        return unit

    for number, run in enumerate(chosen):
        kind = f"cluster-{number}" if number else "cluster"  # as the first run names its units
        for article, label in run.cluster_labels.items():
            own, group = top(f"article {article}"), top(f"{kind} {label}")
            if own.startswith("article "):
                above[own] = group
            elif own != group:
                above[group] = own
    return [top(f"article {article}") for article in articles]


def other_clusters(run: FinishedRun, other: FinishedRun) -> Iterator[str]:
    """The reason why the clusters that two runs declare do not agree."""
    if not (_is_declared(run) and _is_declared(other)):
        return
    here, there = run.cluster_labels, other.cluster_labels
    by = [_by(each) for each in (run, other)]
    forward: dict[str, tuple[str, str]] = {}
    backward: dict[str, tuple[str, str]] = {}
    for article in sorted(here.keys() & there.keys()):
        own, others = here[article], there[article]
        in_there, with_here = forward.setdefault(own, (others, article))
        in_here, with_there = backward.setdefault(others, (own, article))
        if in_there != others or in_here != own:
            place, apart, partner = (
                (run.location, other.location, with_here)
                if in_there != others
                else (other.location, run.location, with_there)
            )
            yield (
                f"the article {article!r} is in different clusters: in {place} it belongs together"
                f" with {partner!r}, in {apart} it does not (clusters by {by[1]} in"
                f" {other.location}, by {by[0]} in {run.location}); run one of them again with the"
                " same --cluster"
            )
            return


def other_intervals(run: FinishedRun, other: FinishedRun) -> Iterator[str]:
    """The reason why the intervals of two runs are not over the same clusters."""
    if run.results.dataset.clusters == other.results.dataset.clusters:
        yield from other_clusters(run, other)
        return
    over = [
        "single articles"
        if (facts := each.results.dataset).clusters is None
        else f"{facts.clusters} clusters by {_by(each)}"
        for each in (run, other)
    ]
    yield (
        f"the intervals of {other.location} are over {over[1]}, those of {run.location} over"
        f" {over[0]}; run one of them again with the same --cluster"
    )


def _by(run: FinishedRun) -> str:
    return repr((run.results.dataset.clustered_by or "")[:60])


def _is_declared(run: FinishedRun) -> bool:
    facts = run.results.dataset
    return facts.clusters is not None and facts.clustered_by != SAME_TEXT
