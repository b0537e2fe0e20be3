"""The first stage: every model reads the articles that it has no prediction for.

``batching`` forms the requests, ``generation`` is the work on them, and this module sends the
requests to an engine and writes the rows.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from functools import partial

from bench.engines import Engine, Lost, Resources
from bench.errors import RunFailedError, WorkersDiedError
from bench.models.spec import ModelSpec
from bench.runs.batching import WINDOW, missing, pacer_for, requests
from bench.runs.directory import withdraw_results
from bench.runs.discarded import note_of_discarded
from bench.runs.generation import GenerateResult, Generation
from bench.runs.origins import OriginRecord, origin_file, read_origin
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex, PredictionRows, Wanted
from bench.runs.predictions import prediction_key
from bench.runs.samples import samples_of, tasks_of_samples
from bench.tasks import Task


def generate(
    plan: Plan,
    index: PredictionIndex,
    generation: Generation,
    job: tuple[ModelSpec, Task],
    engine: Engine,
) -> Iterator[int]:
    """Write the missing predictions of a model for a task, batch by batch.

    Args:
        plan: the run.
        index: of its directory.
        generation: the work of the model.
        job: the model and the task.
        engine: where the model works.

    Yields:
        How many more outputs are done, one for each sample of each article: first those of earlier
        runs, then those of each batch.

    Raises:
        RunFailedError: the model failed on an article and ``on_error`` is ``stop``.
    """
    spec, task = job
    rows = index.rows(spec.name, task.name)
    withdraw = partial(withdraw_results, index.directory, (task.name, spec.name))
    if rows.file.path.exists():
        origin = read_origin(origin_file(index.directory, spec.name, task.name))
        rows.prune(_keys(plan, spec, task), withdraw)
        if rows.discarded and spec.use != "recorded":  # a new version is noted elsewhere
            engine.tell(note_of_discarded(spec, task, origin, rows.discarded))
    yield len(rows)
    if rows.complete:
        return
    withdraw()
    record = OriginRecord(index.directory, spec, task, fresh=not len(rows))
    with rows.appending() as append:
        for number, of in enumerate(tasks_of_samples(spec, task)):
            own = spec.for_sample(number)
            work = generation if own is spec else Generation(own, plan.dataset)
            with closing(_results(plan, (own, of), work, rows, engine)) as results:
                for result in results:
                    append(result.rows, number)
                    record.look()
                    for event in result.events:
                        engine.tell(f"{spec.name}: {event}")
                    if result.failure and plan.config.on_error == "stop":
                        article, reason = result.failure
                        what = f"{task.name}, sample {number}" if number else task.name
                        raise RunFailedError(
                            f"{spec.name} failed on article {article!r} ({what}): {reason}"
                        )
                    yield len(result.rows)
            if work is not generation:
                work.end()
    if spec.streams:
        rows.sort(name for batch in plan.dataset.batches(WINDOW) for name in batch.ids())


def _results(
    plan: Plan,
    job: tuple[ModelSpec, Task],
    generation: Generation,
    rows: PredictionRows,
    engine: Engine,
) -> Generator[GenerateResult, None, None]:
    """The results for all articles without a row; failures once workers die before they begin."""
    spec, task = job
    if spec.streams:
        yield from generation.stream(task, missing(plan, spec, task, rows))
        return
    pacer = pacer_for(plan, spec)
    while True:
        try:
            grouped = pacer.group(requests(plan, spec, task, rows, pacer))
            with closing(engine.map(generation, grouped, resources(plan, spec))) as results:
                for result in results:
                    if isinstance(result, Lost) and len(result.request.batches) > 1:
                        pacer.one_at_a_time()
                        break  # send again what has no row yet: most batches are innocent
                    if isinstance(result, Lost):
                        yield generation.lost(result.request, result.reason)
                    else:
                        pacer.observe(result.batches, result.seconds)
                        pacer.batch_size = result.batch_size or pacer.batch_size
                        yield result
                else:
                    return
        except WorkersDiedError as death:
            for request in requests(plan, spec, task, rows, pacer):
                yield generation.lost(request, str(death))
            return


def resources(plan: Plan, spec: ModelSpec) -> Resources:
    """What a worker of the model needs."""
    entry = next(entry for entry in plan.config.models if entry.label == spec.name)
    return entry.resources.declared() if entry.resources else Resources()


def _keys(plan: Plan, spec: ModelSpec, task: Task) -> Iterator[Wanted]:
    fingerprint = plan.dataset.declared.fingerprint
    for article, of in samples_of(plan.dataset, spec, task):
        yield article.id, of.sample, prediction_key(spec, of, article, fingerprint)
