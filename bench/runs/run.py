"""The whole of a run: generate, score, write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from bench.data.files import replacing, write_atomic
from bench.engines import Engine, LocalEngine, engine_named
from bench.runs.directory import run_record, sole_writer, withdraw_results
from bench.runs.generate import Generation, generate
from bench.runs.plan import Plan
from bench.runs.results import Results
from bench.runs.score import ScoredBlock, score
from bench.runs.scores import ArticleScores, Key, ScoreWriter, article_scores
from bench.runs.summarise import summarise
from bench.runs.tally import Tally
from bench.tasks import Task


class Progress(Protocol):
    """Who is told how far a run has come."""

    def start(self, label: str, articles: int, done: int) -> None:
        """One model on one task begins, with so many articles done by an earlier run."""

    def advance(self, articles: int) -> None:
        """So many more of its articles are done."""

    def tell(self, event: str) -> None:
        """Something went wrong and was mended."""


def execute(plan: Plan, directory: Path, progress: Progress) -> Results:
    """Do what is planned, keeping what an earlier run into the same directory has finished.

    ``results.json`` is written last and goes before other files change, so where it stands
    everything else does too.

    Raises:
        DataError: a reference that the tokenizer would reduce to nothing.
        RunDirectoryError: another process is writing there.
        RunFailedError: a model failed on an article and ``on_error`` is ``stop``.
        ConfigError: the engine is not to be had.
    """
    options = plan.config.engine
    given = {k: v for k, v in (("workers", options.workers), ("address", options.address)) if v}
    with engine_named(options.use, on_event=progress.tell, **given) as engine:
        return execute_on(engine, plan, directory, progress)


def execute_on(engine: Engine, plan: Plan, directory: Path, progress: Progress) -> Results:
    """The same on an engine that is there already."""
    if any(getattr(m, "tokenizer", None) == "rouge-score" for m in plan.metrics.values()):
        plan.survey.refuse_dropped()
    with sole_writer(directory):
        _generate(plan, directory, progress, engine)
        tallies = _score(plan, directory, progress, engine)
        results = summarise(plan, tallies)
        write_atomic(directory / "run.json", run_record(plan, results, engine.events))
        write_atomic(directory / "results.json", results.to_json())
    return results


def _generate(plan: Plan, directory: Path, progress: Progress, engine: Engine) -> None:
    here = LocalEngine(engine.tell)
    for entrant in plan.entrants:
        generation = Generation(entrant, plan.dataset)  # one for all its tasks: it is loaded once
        for task in [task for of, task in plan.jobs if of is entrant]:
            chosen = engine if entrant.spread else here
            steps = generate(plan, directory, generation, (entrant, task), chosen)
            label = f"{task.name}: {entrant.name}"
            progress.start(label, plan.count_for(entrant, task), next(steps))
            for step in steps:
                progress.advance(step)


def _score(plan: Plan, directory: Path, progress: Progress, engine: Engine) -> list[Tally]:
    found: list[Tally] = []
    with (
        replacing(directory / "scores.parquet") as file,
        ScoreWriter(file) as writer,
    ):
        for task in plan.tasks:
            tallies = {
                entrant.name: Tally(entrant, task, plan.metrics)
                for entrant, of in plan.jobs
                if of == task
            }
            progress.start(f"{task.name}: scores", plan.count(task), 0)
            for block in score(plan, directory, task, engine):
                writer.write(_rows(plan, task, block), block.digests)
                for name, model in block.models.items():
                    tallies[name].add(model)
                progress.advance(len(block.digests))
            found += tallies.values()
        withdraw_results(directory)
    return found


def _rows(plan: Plan, task: Task, block: ScoredBlock) -> Iterator[tuple[Key, ArticleScores]]:
    for model, own in block.models.items():
        for name, statistics in own.statistics.items():
            metric = plan.metrics[name]
            columns = article_scores(metric, own.articles, statistics)
            for score_name, column in zip(metric.scores(name), columns, strict=True):
                yield (task.name, model, score_name), column
