"""The kept predictions of a finished run, scored again with today's code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.article import Article
from bench.component import Identity
from bench.data.files import write_atomic
from bench.data.rows import Dataset
from bench.display import count
from bench.engines import LocalEngine
from bench.errors import RunDirectoryError
from bench.metrics import Metric
from bench.models.kept import KeptModel
from bench.models.spec import ModelSpec
from bench.runs.articles import dataset_of, whole_split_of
from bench.runs.dataset_summary import summarise_dataset
from bench.runs.directory import run_record
from bench.runs.files import PREDICTIONS, RATINGS, RECORD
from bench.runs.finished import FinishedRun
from bench.runs.human_intervals import people_behind
from bench.runs.named_code import refuse_foreign_code
from bench.runs.named_metrics import named_metrics
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex, PredictionRows
from bench.runs.rated_results import rated_results
from bench.runs.rating_scores import RatedScore
from bench.runs.readable import tokenizers_of
from bench.runs.references import kept_dataset
from bench.runs.run import Progress, score_predictions
from bench.runs.seal import record_text
from bench.runs.split import is_whole, split_statistics
from bench.runs.summarise import summarise
from bench.runs.vectors import encoders_of
from bench.tasks import TASKS, Task


@contextmanager
def rescored(
    run: FinishedRun, progress: Progress, dataset: str | None = None
) -> Iterator[FinishedRun]:
    """Score the predictions of a run with the current code of its metrics.

    No model is run, and the run directory does not change. The run that is yielded is valid only
    inside the context.

    Args:
        run: the run.
        progress: receives the progress.
        dataset: the path of the dataset, if it has moved.

    Raises:
        RunDirectoryError: its predictions or articles are missing or have changed.
        ConfigError: a metric of its config cannot be used, or is foreign code.
    """
    with TemporaryDirectory() as scratch:
        directory = Path(scratch) / run.name
        _copy_predictions(run, directory)
        _copy_ratings(run, directory)
        with PredictionIndex(directory) as index, LocalEngine() as engine:
            plan = _plan(run, index, dataset)
            accumulators = score_predictions(plan, index, progress, engine)
        kept = _stored_ratings(run)
        results = rated_results(directory, summarise(plan, accumulators), kept, run.units)
        write_atomic(directory / RECORD, record_text(run_record(plan, results, ())))
        yield FinishedRun(directory, results, shown=run.path, metrics=plan.metrics, copy=run.copy)


def _stored_ratings(run: FinishedRun) -> list[RatedScore]:
    """The scores that come from ratings, which stay as they are: no rater is asked."""
    found = []
    for (task, model, name), values in run.all_scores.items():
        facts = run.results.metrics.get(name)
        if facts is not None and facts.rater is not None:
            score = run.results.tasks[task].models[model].scores[name]
            counts = (score.failed, score.unparsed, score.lost_samples)
            people = people_behind(run, task, model, name, values.articles)
            found.append(RatedScore(task, model, name, facts, values, *counts, raters=people))
    return found


def _plan(run: FinishedRun, index: PredictionIndex, dataset: str | None) -> Plan:
    if not run.has_record:
        raise RunDirectoryError(
            f"{run.location}/{RECORD}: cannot be read, and names the metrics; without it the run"
            " cannot be scored again"
        )
    config = run.record.config
    refuse_foreign_code(config, run.path)
    metrics = named_metrics(config)
    _check_encoders(run, metrics)
    articles = _articles(run, dataset, metrics)
    tasks: list[Task] = []
    specs: list[ModelSpec] = []
    for name, result in run.results.tasks.items():
        task = replace(TASKS[name], items=result.items or TASKS[name].items, primary=result.primary)
        tasks.append(task)
        for model, found in result.models.items():
            rows = index.rows(model, name).read(found.samples)
            if not len(rows):
                raise RunDirectoryError(
                    f"{run.location}: the predictions of {model} ({name}) are missing, so they"
                    " cannot be scored again"
                )
            kept = KeptModel(
                (task.name,),
                found.role,
                result.items is not None,
                partial(_has_row, rows),
                found.cost,
            )
            identity = Identity(run.signatures.get(model, model))
            use = next((entry.use for entry in config.models if entry.label == model), model)
            spec = ModelSpec(use, {}, config.seed, model, identity, "", kept)
            specs.append(replace(spec, samples=found.samples))
    tokenizers, best = tokenizers_of(metrics.values()), config.references == "best"
    found_there = summarise_dataset(articles, tasks, specs, tokenizers, best=best)
    split = split_statistics(metrics, lambda: _whole_split(run, articles, dataset))
    metrics = split.described(metrics) if split else metrics
    of = (tuple(tasks), tuple(specs), metrics, (), found_there)
    return Plan(config, articles, *of, split=split)


def _check_encoders(run: FinishedRun, metrics: Mapping[str, Metric]) -> None:
    """Refuse encoders that a run names by path and that are not those that it was scored with.

    Raises:
        RunDirectoryError: the digest of one is in no signature of the run.
    """
    signatures = [facts.signature for facts in run.results.metrics.values()]
    for digest, encoder in encoders_of(metrics).items():
        if not any(f",{digest}|" in signature for signature in signatures):
            raise RunDirectoryError(
                f"{run.location}: the encoder {encoder.folder.name!r} is not the one that the run"
                " was scored with; run again"
            )


def _whole_split(run: FinishedRun, articles: Dataset, given: str | None) -> Dataset:
    """The articles of the whole split, if they can be read safely.

    Raises:
        RunDirectoryError: the run has only a part of them, and they are not available.
    """
    config = run.record.config
    if is_whole(config, articles):
        return articles
    try:
        return whole_split_of(run, given)
    except RunDirectoryError as error:
        needed = (
            f"{run.location}: scored only {count(len(articles), 'article')} of the split, and a"
            " metric of it needs the references of the whole split"
        )
        raise RunDirectoryError([*error.problems, needed]) from error


def _articles(run: FinishedRun, given: str | None, metrics: Mapping[str, Metric]) -> Dataset:
    """The articles, without their texts if these are unavailable and no metric reads them.

    Raises:
        RunDirectoryError: texts that are needed are unavailable, or no references were kept.
    """
    run.check_references()
    try:
        return dataset_of(run, given)
    except RunDirectoryError as error:
        reading = [name for name, metric in metrics.items() if metric.needs_text]
        if given is not None or not run.has_references:
            raise
        if reading:
            needed = (
                f"{run.location}: {', '.join(reading)} cannot be scored again without the texts"
            )
            raise RunDirectoryError([*error.problems, needed]) from error
    return kept_dataset(list(run.references()), run.results.dataset)


def _has_row(rows: PredictionRows, article: Article, task: Task) -> bool:
    return bool(rows.done([article.id], task.sample))


def _copy_ratings(run: FinishedRun, directory: Path) -> None:
    """Copy the rows of raters, which are not asked again but may be compared with people."""
    run.check_ratings()
    for name in run.seal.written(RATINGS):
        (directory / RATINGS).mkdir(exist_ok=True)
        shutil.copyfile(run.file(name), directory / name)


def _copy_predictions(run: FinishedRun, directory: Path) -> None:
    (directory / PREDICTIONS).mkdir(parents=True)
    for task, result in run.results.tasks.items():
        for model in result.models:
            source = run.prediction_file(task, model).path
            if not source.exists():
                continue
            name = source.relative_to(run.path)
            try:
                for _ in run.rows(task, model):
                    pass  # raises for an unreadable row, naming its line
                shutil.copyfile(source, directory / name)
            except OSError as error:
                raise RunDirectoryError(
                    f"{run.location}: its predictions cannot be read, so they cannot be scored"
                    " again"
                ) from error
