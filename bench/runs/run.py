"""Carries out a plan: generates, scores, summarises, writes.

``bench.runs`` describes the path of one prediction through these stages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import compress, islice
from pathlib import Path

from bench.component import leave_out_files
from bench.data.files import naming, replacing
from bench.engines import Engine, LocalEngine, engine_named
from bench.errors import ConfigError, RunDirectoryError
from bench.identity.watch import Watch
from bench.metrics.adapter import has_value
from bench.raters import HUMAN
from bench.runs.article_scores import ArticleScores, Key, article_scores
from bench.runs.directory import run_record, sole_writer, withdraw_results
from bench.runs.earlier import EarlierRun, earlier_run
from bench.runs.edited import settle_edited
from bench.runs.files import REFERENCES, SCORES
from bench.runs.generate import generate
from bench.runs.generation import Generation
from bench.runs.kept import with_earlier
from bench.runs.origins import accept_versions, settled
from bench.runs.owner import DEFAULT, Policy, claim
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex
from bench.runs.predictions import prediction_file
from bench.runs.progress import Progress, Silent
from bench.runs.rated_results import (
    counts_of,
    files_to_seal,
    labels_in,
    rated_results,
    scores_of_people,
    scores_of_raters,
)
from bench.runs.rating import rate
from bench.runs.rating_scores import RatedScore
from bench.runs.references import write_references
from bench.runs.results import Results
from bench.runs.score import ScoreResult, score
from bench.runs.score_accumulator import ScoreAccumulator
from bench.runs.scores import ScoreWriter
from bench.runs.seal import write_sealed
from bench.runs.summarise import summarise
from bench.runs.vectors import sealed_vectors, write_vectors
from bench.runs.written_files import settled_rater
from bench.tasks import Task

__all__ = ["Progress", "Silent", "execute", "execute_on", "score_predictions"]


def execute(plan: Plan, directory: Path, progress: Progress, policy: Policy = DEFAULT) -> Results:
    """Carry out a plan, keeping the predictions of an earlier run in the directory.

    ``results.json`` is deleted before other files change, and ``run.json``, which holds their
    digests, is written last. So the directory is either unfinished or complete.

    Raises:
        OccupiedError: the directory belongs to another config or dataset.
        DataError: a tokenizer drops most letters of a reference.
        RunDirectoryError: another process is writing there, or predictions were edited.
        RunFailedError: a model or rater failed on an article and ``on_error`` is ``stop``.
        ConfigError: the engine is not available.
    """
    options = plan.config.engine
    given = {k: v for k, v in (("workers", options.workers), ("address", options.address)) if v}
    with engine_named(options.use, on_event=progress.tell, **given) as engine:
        return execute_on(engine, plan, directory, progress, policy)


def execute_on(
    engine: Engine, plan: Plan, directory: Path, progress: Progress, policy: Policy = DEFAULT
) -> Results:
    """Carry out a plan on an engine that is running."""
    _check_obstacles(plan)
    _check_references(plan)
    with sole_writer(directory):
        sealed = sealed_vectors(directory)
        own = tuple(settled_rater(rater, directory) for rater in plan.raters)
        plan = replace(settled(plan, directory), raters=own)
        notes = [
            *claim(plan, directory, policy),
            *settle_edited(directory, policy),
            *accept_versions(plan, directory),
        ]
        for note in notes:
            progress.tell(note)
        plan = replace(plan, notes=(*plan.notes, *notes))
        earlier = _earlier(directory, policy)
        with PredictionIndex(directory) as index, ExitStack() as stack:
            _generate(plan, index, progress, engine)
            whole = with_earlier(plan, earlier, policy, index, _check_references)
            for note in whole.notes[len(plan.notes) :]:
                progress.tell(note)
            stops: list[str] = []
            ratings = rate(whole, index, progress, engine, stack, stops)
            vectors = write_vectors(whole, index, sealed, progress)
            accumulators = score_predictions(whole, index, progress, engine, vectors)
            summary = whole.dataset_summary
            write_references(
                directory / REFERENCES,
                whole.dataset,
                summary.clusters,
                labelled=summary.labelled,
                cluster_labels=summary.cluster_labels,
            )
            scored = _with_notes(whole, accumulators, progress)
            rated = scores_of_raters(scored, ratings)
            by_people, remarks = scores_of_people(scored, index)
            scored = _with_remarks(scored, rated, remarks, progress)
            results = summarise(scored, accumulators)
            labels = labels_in(directory, results)
            results = rated_results(directory, results, [*rated, *by_people], labels)
            record = run_record(scored, results, engine.events, counts_of(scored, ratings), stops)
        jobs = [(task.name, spec.name) for spec, task in scored.jobs]
        files = (prediction_file(directory, model, task).path for task, model in jobs)
        raters = [HUMAN, *(spec.name for spec in scored.raters)]
        rows = [file.relative_to(directory).as_posix() for file in files]
        rows += files_to_seal(directory, raters, jobs)
        rows += [file.relative_to(directory).as_posix() for file in vectors.values()]
        write_sealed(directory, record, results.to_json(), rows)
    return results


def _earlier(directory: Path, policy: Policy) -> EarlierRun | None:
    """The last finished run in the directory, unless it is to be replaced."""
    try:
        return None if policy.overwrite else earlier_run(directory)
    except RunDirectoryError as error:
        if policy.keep:
            remedy = f"{directory}: nothing of it can be kept; --overwrite replaces it"
            raise RunDirectoryError([*error.problems, remedy]) from error
        return None  # nothing of a broken record is needed


def _check_obstacles(plan: Plan) -> None:
    """Refuse to start where a model or rater cannot be had now.

    Raises:
        ConfigError: with the reason of each.
    """
    found = [spec.model.obstacle() for spec in plan.model_specs]
    found += [spec.rater.obstacle() for spec in plan.raters]
    reasons = [reason for reason in found if reason]
    if reasons:
        raise ConfigError(reasons)


def _check_references(plan: Plan) -> None:
    plan.dataset_summary.refuse_dropped()


def _generate(plan: Plan, index: PredictionIndex, progress: Progress, engine: Engine) -> None:
    here = LocalEngine(engine.tell)
    for spec in plan.model_specs:
        generation = Generation(spec, plan.dataset)  # for all its tasks, so that it is loaded once
        for task in [task for of, task in plan.jobs if of is spec]:
            chosen = engine if spec.model.distributable else here
            steps = generate(plan, index, generation, (spec, task), chosen)
            label = f"{task.name}: {spec.name}"
            progress.start(label, plan.outputs_for(spec, task), next(steps))
            if watch := getattr(progress, "watch", None):  # progress of others need not have it
                watch(lambda generation=generation: generation.is_loading)
            for step in steps:
                progress.advance(step)
        generation.end()


def score_predictions(
    plan: Plan,
    index: PredictionIndex,
    progress: Progress,
    engine: Engine,
    vectors: Mapping[str, Path] | None = None,
) -> list[ScoreAccumulator]:
    """Score every indexed prediction, and write ``scores.parquet``.

    Args:
        plan: the plan.
        index: the predictions.
        progress: receives the progress.
        engine: runs the work.
        vectors: the files of vectors, from ``write_vectors``.
    """
    watch = Watch(f for metric in plan.metrics.values() for f in metric.identity.named)
    found: list[ScoreAccumulator] = []
    with (
        naming(index.directory / SCORES),
        replacing(index.directory / SCORES) as file,
        ScoreWriter(file, samples=any(spec.samples > 1 for spec, _ in plan.jobs)) as writer,
    ):
        for task in plan.tasks:
            accumulators = {
                spec.name: ScoreAccumulator(
                    spec, task, plan.metrics, clusters=plan.dataset_summary.clusters
                )
                for spec, of in plan.jobs
                if of == task
            }
            progress.start(f"{task.name}: scores", plan.count(task), 0)
            for result in score(plan, index, task, engine, vectors or {}):
                writer.write(_rows(plan, task, result), result.digests)
                for name, model in result.models.items():
                    accumulators[name].add(model)
                progress.advance(len(result.digests))
            found += accumulators.values()
        withdraw_results(index.directory)
    if written := watch.changed():  # a log that a metric writes is not part of its identity
        for metric in plan.metrics.values():
            leave_out_files(metric, written)
    return found


def _with_notes(plan: Plan, accumulators: Sequence[ScoreAccumulator], progress: Progress) -> Plan:
    """The plan with notes on predictions that a tokenizer cannot read, or not completely."""
    found = [f"{t.task.name}: {t.spec.name} failed on {t.reason}" for t in accumulators if t.reason]
    if not plan.dataset_summary.losses.note:  # one is enough
        models = (t for t in accumulators if t.spec.role == "model")
        lines = (
            f"predictions of {t.spec.name}: {t.losses.advice}" for t in models if t.losses.note
        )
        for line in islice(lines, 1):
            progress.tell(line)
            found.append(line)
    return replace(plan, notes=(*plan.notes, *found))


def _with_remarks(
    plan: Plan, rated: Sequence[RatedScore], remarks: Sequence[str], progress: Progress
) -> Plan:
    """The plan with notes on ratings that failed or do not count."""
    failed = (f"{one.task}: {one.name} of {one.model}: {one.fault}" for one in rated if one.fault)
    for line in (lines := [*failed, *remarks]):
        progress.tell(line)
    return replace(plan, notes=(*plan.notes, *lines))


def _rows(plan: Plan, task: Task, result: ScoreResult) -> Iterator[tuple[Key, ArticleScores]]:
    for model, own in result.models.items():
        for name, statistics in own.statistics.items():
            metric, known = plan.metrics[name], has_value(statistics)
            samples = tuple(compress(own.values.get(name, ()), known))
            articles = tuple(compress(own.articles, known))
            columns = article_scores(metric, articles, statistics[known], samples)
            for score_name, column in zip(metric.scores(name), columns, strict=True):
                yield (task.name, model, score_name), column
