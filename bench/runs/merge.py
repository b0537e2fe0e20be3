"""Joins the runs of disjoint parts of a dataset into the run over all of it.

No text is scored again: the stored scores of the articles are added up as a run adds up those of
its batches, so that ``results.json`` is the one that a run over all articles writes, byte by byte.
Nothing that the runs name is imported. What only the whole dataset can tell is refused, unless each
part was run with ``shard``, which declares the whole.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.component import Identity
from bench.data.clusters import SAME_TEXT, ClusterFinder
from bench.data.files import naming, replacing
from bench.data.fingerprint import Fingerprint
from bench.errors import RunDirectoryError
from bench.faults import Fault
from bench.metrics import Metric
from bench.models.kept import KeptModel
from bench.models.spec import ModelSpec
from bench.runs.directory import sole_writer
from bench.runs.files import RECORD, REFERENCES, RESULTS, SCORES
from bench.runs.finished import FinishedRun
from bench.runs.mergeable import reasons_against
from bench.runs.merged_articles import MergedArticles
from bench.runs.merged_ratings import facts_of_ratings, join_ratings
from bench.runs.origins import origin_file, read_origin, write_origin
from bench.runs.owner import remove_run
from bench.runs.predictions import prediction_file
from bench.runs.record import JobCounts, WholeFacts
from bench.runs.references import ReferencesOnly, join_references
from bench.runs.results import ModelResult, Results
from bench.runs.score_accumulator import NO_TEXT, ScoreAccumulator
from bench.runs.score_blocks import ScoreBlocks
from bench.runs.scores import ScoreWriter
from bench.runs.seal import write_sealed
from bench.runs.stored_scores import StoredMetric, counts_of_outputs, scores_of_articles
from bench.runs.summarise import Setting, results_in
from bench.runs.vectors import join_vectors
from bench.tasks import TASKS, Task


def merge_runs(
    runs: Sequence[FinishedRun], directory: Path, name: str = "", *, overwrite: bool = False
) -> Results:
    """Write the run over all articles of some runs.

    Args:
        runs: of disjoint parts of a dataset, in the order of its articles.
        directory: where the joint run is written.
        name: the name of the dataset; by default the one that all runs have, or else the name of
            the directory.
        overwrite: whether to replace a run in the directory.

    Raises:
        RunDirectoryError: the runs cannot be joined, with each reason, or the directory is taken.
    """
    if any(directory.resolve() == run.path.resolve() for run in runs):
        raise RunDirectoryError(f"{directory}: is one of the runs to be merged")
    reasons = reasons_against(runs)
    if reasons:
        raise RunDirectoryError(reasons)
    names = {run.results.dataset.name for run in runs}
    name = name or (names.pop() if len(names) == 1 else directory.resolve().name)
    with MergedArticles() as articles:
        whole = _Whole(runs, name, articles)
        whole.check_files()
        with sole_writer(directory):
            if not overwrite and any((directory / file).exists() for file in (RESULTS, RECORD)):
                raise RunDirectoryError(
                    f"{directory}: holds a run already; give another --output, or --overwrite to"
                    " replace it"
                )
            return _write(whole, runs, directory)


def _write(whole: _Whole, runs: Sequence[FinishedRun], directory: Path) -> Results:
    """Write the joint run, in place of the one in the directory once the scores are added up."""
    with naming(directory / SCORES), replacing(directory / SCORES) as scores:
        results = results_in(whole.setting, whole.add_up(scores))
        remove_run(directory)
    metrics = {n: facts for n, facts in runs[0].results.metrics.items() if not facts.rater}
    results = results.model_copy(update={"metrics": metrics})
    files = [whole.join_rows(directory, task, model) for task, model in whole.jobs]
    join_references(directory / REFERENCES, [run.file(REFERENCES) for run in runs], whole.clusters)
    files += join_vectors(runs, directory)
    jobs = [(task.name, model) for task, model in whole.jobs]
    results, rated = join_ratings(runs, directory, results, jobs)
    files += rated
    write_sealed(directory, whole.record(results), results.to_json(), files)
    return results


class _Whole:
    """What some runs are together.

    Args:
        runs: the runs.
        name: the name of the dataset.
        articles: holds the ids of their articles.

    Raises:
        RunDirectoryError: two of them have an article in common.
    """

    def __init__(self, runs: Sequence[FinishedRun], name: str, articles: MergedArticles) -> None:
        self._runs, self._first, self._name = runs, runs[0], name
        self._articles = articles
        finder = ClusterFinder(self._first.record.clustered_by)
        # Also in parts where no model writes for the task, whose results do not mention it.
        self._referenced: Counter[str] = Counter()
        with Fingerprint() as fingerprint:
            for run in runs:
                by_text = run.results.dataset.clustered_by == SAME_TEXT
                articles.begin(run)
                for stored in run.references():
                    # A label that was made from the text is not one that the article has.
                    update = {"cluster": None} if by_text else {}
                    article = stored.model_copy(update=update)
                    articles.add(article.id)
                    fingerprint.add(article.digest())
                    label = article.text_label if isinstance(article, ReferencesOnly) else None
                    tasks = [task.name for task in self._tasks if task.references(article)]
                    self._referenced.update(tasks)
                    finder.add(article, tasks, label)
            self._fingerprint = fingerprint.value()
        self.clusters = finder.clusters()

    @cached_property
    def _tasks(self) -> list[Task]:
        found = []
        for name, task in TASKS.items():
            own = [run.results.tasks[name] for run in self._runs if name in run.results.tasks]
            if own:
                items = own[0].items or task.items
                found.append(replace(task, items=items, primary=own[0].primary))
        return found

    @property
    def jobs(self) -> list[tuple[Task, str]]:
        """Each model of any run with each of its tasks."""
        found = [
            (task, model)
            for task in self._tasks
            for run in self._runs
            if task.name in run.results.tasks
            for model in run.results.tasks[task.name].models
        ]
        return list(dict.fromkeys(found))

    def _of(self, task: Task, model: str) -> list[tuple[FinishedRun, ModelResult]]:
        """The runs that have a model, each with its result."""
        return [
            (run, run.results.tasks[task.name].models[model])
            for run in self._runs
            if task.name in run.results.tasks and model in run.results.tasks[task.name].models
        ]

    @cached_property
    def _metrics(self) -> dict[str, Metric]:
        """The metrics by name; of those whose run score is a mean, only what is stored."""
        results = self._first.results
        known = {score for run in self._runs for score in run.results.scores}
        found: dict[str, Metric] = {}
        for name, facts in results.metrics.items():
            if facts.rater:
                continue
            scores = tuple(sorted(s for s in known if results.metric_of(s) == name))
            is_mean = not any(run.summed_scores.intersection(scores) for run in self._runs)
            found[name] = StoredMetric(facts, scores) if is_mean else self._first.metric(name)
        return found

    @property
    def setting(self) -> Setting:
        """What the results depend on besides the scores."""
        results = [run.results for run in self._runs]
        usable = {task: self._referenced[task.name] for task in self._tasks}
        return Setting(
            self._first.record.config,
            self._name,
            self._fingerprint,
            sum(one.dataset.articles for one in results),
            self.clusters,
            usable,
            any(task.items is not None for one in results for task in one.tasks.values()),
            self._metrics,
            {name: results[0].metrics[name].signature for name in self._metrics},
        )

    def check_files(self) -> None:
        """Check all files that are joined, so that nothing is replaced if one of them is bad.

        Raises:
            RunDirectoryError: one is missing or has changed since its run.
        """
        for run in self._runs:
            run.stored(SCORES)
            run.check_ratings()
        for task, model in self.jobs:
            for run, _ in self._of(task, model):
                run.checked_rows(task.name, model)

    def add_up(self, file: Path) -> list[ScoreAccumulator]:
        """Add up the scores of all runs, and write those of the articles to a file."""
        found: dict[tuple[str, str], ScoreAccumulator] = {
            (task.name, model): ScoreAccumulator(
                self._spec(task, model), task, self._metrics, clusters=self.clusters
            )
            for task, model in self.jobs
        }
        several = any(one.spec.samples > 1 for one in found.values())
        with ScoreWriter(file, samples=several) as writer:
            for run in self._runs:
                jobs = {
                    (name, model): result
                    for name, of in run.results.tasks.items()
                    for model, result in of.models.items()
                }
                for scores, digests in ScoreBlocks(run, self._articles.numbers).read():
                    for (name, model), result in jobs.items():
                        faults = _faults_of(result)
                        sound = {n: m for n, m in self._metrics.items() if n not in faults}
                        batch = scores_of_articles(scores, name, model, sound)
                        if batch:
                            found[name, model].add(batch)
                    writer.write(scores.items(), digests)
                for job, result in jobs.items():
                    found[job].add(counts_of_outputs(result))
        for task, model in self.jobs:
            found[task.name, model].faults |= self._first_faults(task, model)
        return list(found.values())

    def _spec(self, task: Task, model: str) -> ModelSpec:
        """What stands for a model, whose outputs are scored already."""
        found = [result for _, result in self._of(task, model)]
        kept = KeptModel((task.name,), found[0].role, paid=self._paid(model, found))
        spec = ModelSpec(model, {}, 0, model, Identity(model), "", kept)
        return replace(spec, samples=max(result.samples for result in found))

    def _paid(self, model: str, found: Sequence[ModelResult]) -> float | None:
        """The cost of all outputs, from the prices in the config if it has any."""
        costs = [result.cost for result in found if result.cost is not None]
        entries = (e for e in self._first.record.config.models if e.label == model)
        prices = next((entry.parameters.get("prices") for entry in entries), None)
        if not costs or not isinstance(prices, dict):
            return sum(costs) if costs else None
        read, written = (
            sum(getattr(result, side) or 0 for result in found)
            for side in ("tokens_in", "tokens_out")
        )
        try:
            return float(read * prices["input"] + written * prices["output"]) / 1e6
        except (KeyError, TypeError):
            return sum(costs)

    def _first_faults(self, task: Task, model: str) -> dict[str, Fault]:
        """By metric, the fault on the first article, as a run over all of them would report it."""
        found: dict[str, str] = {}
        for _, result in self._of(task, model):
            for name, fault in _faults_of(result).items():
                found[name] = min(found.get(name, fault), fault, key=_article_of)
        parts = {name: text.partition(": ") for name, text in found.items()}
        return {name: Fault(component, reason) for name, (component, _, reason) in parts.items()}

    def join_rows(self, directory: Path, task: Task, model: str) -> str:
        """Join the predictions of a model; the name of the file that was written."""
        file = prediction_file(directory, model, task.name).path
        file.parent.mkdir(parents=True, exist_ok=True)
        sources = [run.checked_rows(task.name, model) for run, _ in self._of(task, model)]
        with naming(file), replacing(file) as part, part.open("wb") as joined:
            for source in sources:
                with source.open("rb") as rows:
                    shutil.copyfileobj(rows, joined)
        origins = [read_origin(origin_file(s.parent.parent, model, task.name)) for s in sources]
        known = [origin for origin in origins if origin]
        if known:
            whole = known[0]
            for other in known[1:]:
                whole = whole.with_versions(other.versions)
            write_origin(origin_file(directory, model, task.name), whole)
        return file.relative_to(directory).as_posix()

    def record(self, results: Results) -> dict[str, Any]:
        """The content of ``run.json``."""
        records = [run.record for run in self._runs]
        first = records[0]
        sources = {record.config.dataset for record in records}
        source = sources.pop() if len(sources) == 1 else self._name
        config = first.config.model_copy(update={"shard": None, "dataset": source})
        names = ", ".join(run.location for run in self._runs)
        notes = dict.fromkeys(note for record in records for note in record.notes)
        whole = first.whole
        if whole is None or len({record.whole for record in records}) > 1:
            facts = results.dataset
            whole = WholeFacts(fingerprint=facts.fingerprint, articles=facts.articles)
        update = {
            "config": config,
            "dataset": results.dataset,
            "whole": whole,
            "models": {name: f for record in records for name, f in record.models.items()},
            "notes": (f"merged from {names}", *notes),
            "events": tuple(event for record in records for event in record.events),
            "counts": {
                task: {
                    model: self._counts(task, model, result)
                    for model, result in found.models.items()
                }
                for task, found in results.tasks.items()
            },
        }
        kept = first.model_copy(update=update)
        record = kept.model_dump(mode="json", exclude={"finished", "digests"})
        return {**record, **facts_of_ratings(self._runs)}

    def _counts(self, task: str, model: str, result: ModelResult) -> JobCounts:
        counts = [
            run.record.counts[task][model]
            for run in self._runs
            if model in run.record.counts.get(task, {})
        ]
        times = [one.seconds for one in counts if one.seconds is not None]
        return JobCounts(
            articles=result.articles,
            failed=result.failed,
            empty=result.empty,
            truncated=result.truncated,
            seconds=sum(times) if times else None,
            asked=sum(one.asked for one in counts),
            samples=result.samples,
            signature=counts[0].signature if counts else "",
            cost=result.cost,
        )


def _faults_of(result: ModelResult) -> dict[str, str]:
    """The faults of metrics by name; that this part has no texts is none, since others may."""
    return {name: f for name, f in result.faults.items() if not f.endswith(f": {NO_TEXT}")}


def _article_of(fault: str) -> str:
    """The article that a fault names; "" if it names none."""
    found = re.search(r" on article '(.*?)': ", fault)
    return found[1] if found else ""
