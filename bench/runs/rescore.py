"""The kept predictions of a finished run, scored again with today's code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.article import Article
from bench.component import Identity
from bench.data.files import write_atomic
from bench.data.rows import Dataset
from bench.engines import LocalEngine
from bench.errors import RunDirectoryError
from bench.metrics import Metric
from bench.models.kept import KeptModel
from bench.models.spec import ModelSpec
from bench.runs.articles import dataset_of
from bench.runs.directory import run_record
from bench.runs.fetched import PREDICTIONS, RECORD
from bench.runs.finished import FinishedRun
from bench.runs.named_code import refuse_foreign_code
from bench.runs.named_metrics import named_metrics
from bench.runs.plan import Plan
from bench.runs.predictions import prediction_file
from bench.runs.readable import tokenizers_of
from bench.runs.references import kept_dataset
from bench.runs.row_index import RowIndex
from bench.runs.run import Progress, score_predictions
from bench.runs.seal import record_text
from bench.runs.summarise import summarise
from bench.runs.survey import survey
from bench.tasks import TASKS, Task


@contextmanager
def rescored(
    run: FinishedRun, progress: Progress, dataset: str | None = None
) -> Iterator[FinishedRun]:
    """A run whose predictions are scored with the metrics of its config as their code is now.

    No model is asked for anything, and the run directory stays as it is. The run that is given
    back holds only inside the context.

    Args:
        run: the run.
        progress: who is told how far it has come.
        dataset: where its articles lie now, if not where its config says.

    Raises:
        RunDirectoryError: its predictions or its articles are not there, or have changed.
        ConfigError: a metric of its config cannot be used any more, or is not the user's own code.
    """
    with TemporaryDirectory() as scratch, ExitStack() as stack:
        directory = Path(scratch) / run.name
        _copy_predictions(run, directory)
        plan = _plan(run, directory, dataset, stack)
        with LocalEngine() as engine:
            tallies = score_predictions(plan, directory, progress, engine)
        results = summarise(plan, tallies)
        write_atomic(directory / RECORD, record_text(run_record(plan, results, ())))
        yield FinishedRun(directory, results, shown=run.path, metrics=plan.metrics)


def _plan(run: FinishedRun, directory: Path, dataset: str | None, stack: ExitStack) -> Plan:
    if not run.has_record:
        raise RunDirectoryError(
            f"{run.path / RECORD}: cannot be read, and names the metrics; without it the run cannot"
            " be scored again"
        )
    config = run.record.config
    refuse_foreign_code(config, run.path)
    metrics = named_metrics(config)
    articles = _articles(run, dataset, metrics)
    tasks: list[Task] = []
    entrants: list[ModelSpec] = []
    for name, result in run.results.tasks.items():
        task = replace(TASKS[name], items=result.items or TASKS[name].items, primary=result.primary)
        tasks.append(task)
        for model, found in result.models.items():
            rows = RowIndex(prediction_file(directory, model, name))
            index = stack.enter_context(rows).read()
            if not len(index):
                raise RunDirectoryError(
                    f"{run.place}: the predictions of {model} ({name}) are not there, so they"
                    " cannot be scored again"
                )
            kept = KeptModel(
                (task.name,),
                found.role,
                result.items is not None,
                partial(_has_row, index),
                found.cost,
            )
            identity = Identity(run.signatures.get(model, model))
            use = next((e.use for e in config.models if e.label == model), model)
            entrants.append(ModelSpec(use, {}, config.seed, model, identity, "", kept))
    tokenizers, best = tokenizers_of(metrics.values()), config.references == "best"
    found_there = survey(articles, tasks, entrants, tokenizers, best=best)
    return Plan(config, articles, tuple(tasks), tuple(entrants), metrics, (), found_there)


def _articles(run: FinishedRun, given: str | None, metrics: Mapping[str, Metric]) -> Dataset:
    """The articles, without their texts where these are not to be had and no metric reads them.

    Raises:
        RunDirectoryError: texts that are needed cannot be had, or no references were kept.
    """
    run.check_references()
    try:
        return dataset_of(run, given)
    except RunDirectoryError as error:
        reading = [name for name, metric in metrics.items() if metric.needs_text]
        if given is not None or not run.has_references:
            raise
        if reading:
            needed = f"{run.place}: {', '.join(reading)} cannot be scored again without the texts"
            raise RunDirectoryError([*error.problems, needed]) from error
    return kept_dataset(list(run.references()), run.results.dataset)


def _has_row(index: RowIndex, article: Article, _: Task) -> bool:
    return bool(index.among([article.id]))


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
                    pass  # a row that cannot be read is named here, with its line
                shutil.copyfile(source, directory / name)
            except OSError as error:
                raise RunDirectoryError(
                    f"{run.place}: its predictions cannot be read, so they cannot be scored again"
                ) from error
