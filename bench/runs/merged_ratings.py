"""Joins the ratings of the runs of disjoint parts of a dataset.

A rating is of one article, and so is a preference between the lists of two models, so that their
rows are joined as they are. The scores that come from them are computed over all articles, as a run
computes them.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from bench.data.files import naming, replacing
from bench.data.ratings import Rating
from bench.raters import HUMAN
from bench.runs.add_ratings import lists_of, lists_written
from bench.runs.article_scores import joined_scores
from bench.runs.files import RATINGS, RECORD
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import REFERENCE, preference_scores
from bench.runs.human_ratings import Job, RateableList, human_scores
from bench.runs.rated_results import files_to_seal, labels_in, rated_results
from bench.runs.rated_units import WHOLE_LIST
from bench.runs.rating_files import (
    HUMAN_FACTS,
    HumanFacts,
    read_human_facts,
    write_human_facts,
)
from bench.runs.rating_index import fault_of
from bench.runs.rating_scores import RatedScore
from bench.runs.results import MetricFacts, Results
from bench.runs.strict_json import read_json


def join_ratings(
    runs: Sequence[FinishedRun], directory: Path, results: Results, jobs: Sequence[Job]
) -> tuple[Results, list[str]]:
    """Write the ratings of some runs one after another, and add the scores that come from them.

    Args:
        runs: the runs.
        directory: the joint run, with its references and scores.
        results: its results without ratings.
        jobs: its tasks and models.

    Returns:
        The results with ratings, and the names of the files of ratings.

    Raises:
        RunDirectoryError: a file of a run cannot be read or has changed since the run.
    """
    raters = sorted({rater for run in runs for rater in run.raters})
    _join_files(runs, directory)
    scores = [score for rater in raters if rater != HUMAN for score in _scores(runs, rater, jobs)]
    lists = ((job, partial(_lists, runs, *job)) for job in jobs)
    by_people, _ = human_scores(directory, lists)
    models = {name: list(task.models) for name, task in results.tasks.items()}
    preferred, _ = preference_scores(directory, models, partial(_written, runs))
    labels = labels_in(directory, results)
    results = rated_results(directory, results, [*scores, *by_people, *preferred], labels)
    compared = {entry.label for run in runs for entry in run.record.config.raters}
    return results, files_to_seal(directory, sorted({*raters, *compared, HUMAN}), jobs)


def facts_of_ratings(runs: Sequence[FinishedRun]) -> dict[str, Any]:
    """What ``run.json`` says of the raters of some runs, and of what their ratings took."""
    records = [read_json(run.path / RECORD, run.path)[1] for run in runs]
    raters = {name: of for record in records for name, of in record.get("raters", {}).items()}
    took = [record["ratings"] for record in records if "ratings" in record]
    return {"raters": raters, "ratings": _added_up(took)} if raters else {}


def _added_up(values: Sequence[Any]) -> Any:
    """The sums of the numbers in some mappings, key by key."""
    if not all(isinstance(value, Mapping) for value in values):
        return sum(values)
    keys = dict.fromkeys(key for value in values for key in value)
    return {key: _added_up([value[key] for value in values if key in value]) for key in keys}


def _join_files(runs: Sequence[FinishedRun], directory: Path) -> None:
    for name in sorted({name for run in runs for name in run.seal.written(RATINGS)}):
        own = [run.stored(name) for run in runs if run.seal.expects(name)]
        if name == HUMAN_FACTS:
            facts = {k: v for file in own for k, v in _facts(file).items()}
            write_human_facts(directory, HumanFacts(dimensions=facts))
            continue
        target = directory / name
        with naming(target), replacing(target) as part, part.open("wb") as joined:
            for file in own:
                with file.open("rb") as rows:
                    shutil.copyfileobj(rows, joined)


def _facts(file: Path) -> dict[str, MetricFacts]:
    return dict(read_human_facts(file.parent.parent).dimensions)


def _lists(runs: Iterable[FinishedRun], task: str, model: str) -> Iterator[RateableList]:
    own = (run for run in runs if model in _models(run, task))
    return chain.from_iterable(lists_of(run, task, model) for run in own)


def _written(
    runs: Iterable[FinishedRun], task: str, model: str
) -> Iterator[tuple[str, Sequence[str]]]:
    own = (run for run in runs if model in {*_models(run, task), REFERENCE})
    return chain.from_iterable(lists_written(run, task, model) for run in own)


def _models(run: FinishedRun, task: str) -> set[str]:
    return {*run.results.tasks[task].models} if task in run.results.tasks else set()


def _scores(runs: Sequence[FinishedRun], rater: str, jobs: Sequence[Job]) -> Iterator[RatedScore]:
    """The scores of a rater of the config."""
    facts = {
        name: own for run in runs for name, own in run.results.metrics.items() if own.rater == rater
    }
    answers = {job: _answers(runs, rater, *job) for job in jobs}
    for name in sorted(facts):
        stored = [run.scores_of(name) for run in runs]
        dimension = name.removeprefix(f"{rater}.")
        for job in jobs:
            own = answers[job][dimension]
            parts = [scores[*job, name] for scores in stored if (*job, name) in scores]
            if own.wanted or parts:
                yield RatedScore(
                    *job,
                    name,
                    facts[name],
                    joined_scores(parts) if parts else None,
                    failed=own.failed,
                    unparsed=own.unparsed,
                    lost_samples=own.lost_samples,
                    fault=own.fault,
                )


@dataclass
class _Answers:
    """The answers of a rater for one model, task and dimension.

    Attributes:
        wanted: how many there are.
        failed: how many the rater failed on.
        unparsed: how many are not ratings.
        lost_samples: how many samples of averaged answers are missing from these.
        first: the first failure in order of articles; None if there is none.
    """

    wanted: int = 0
    failed: int = 0
    unparsed: int = 0
    lost_samples: int = 0
    first: Rating | None = None

    def add(self, row: Rating) -> None:
        """Count an answer."""
        self.wanted += 1
        self.unparsed += row.status == "unparsed"
        self.lost_samples += row.lost_samples
        if row.status == "error":
            self.failed += 1
            if self.first is None or _order(row) < _order(self.first):
                self.first = row

    @property
    def fault(self) -> str:
        """Why the first failed; "" if none did."""
        return fault_of(self.first, self.wanted, self.failed) if self.first else ""


def _order(row: Rating) -> tuple[str, int, int]:
    return row.article, row.sample, row.item if isinstance(row.item, int) else WHOLE_LIST


def _answers(runs: Sequence[FinishedRun], rater: str, task: str, model: str) -> dict[str, _Answers]:
    """The answers of a rater by dimension."""
    found: defaultdict[str, _Answers] = defaultdict(_Answers)
    for run in runs:
        if model not in _models(run, task):
            continue
        samples = run.results.tasks[task].models[model].samples
        articles = {article.id for article in run.references()}
        for row in run.ratings(rater, task, model):
            if row.article in articles and row.sample < samples:
                found[row.dimension].add(row)
    return found
