"""The whole of a run: generate, score, write."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from bench.data.files import write_atomic
from bench.runs.directory import run_record, sole_writer
from bench.runs.generate import generate
from bench.runs.plan import Plan
from bench.runs.results import Results
from bench.runs.score import score_all, summarise, write_all


class Progress(Protocol):
    """Who is told how far a run has come."""

    def start(self, label: str, articles: int, done: int) -> None:
        """One model on one task begins, with so many articles done by an earlier run."""

    def advance(self, articles: int) -> None:
        """So many more of its articles are done."""


def execute(plan: Plan, directory: Path, progress: Progress) -> Results:
    """Do what is planned, keeping what an earlier run into the same directory has finished.

    ``results.json`` is written last, so where it stands everything else does too.

    Raises:
        RunDirectoryError: another process is writing there.
        RunFailedError: a model failed on an article and ``on_error`` is ``stop``.
    """
    with sole_writer(directory):
        for entrant, task in plan.jobs:
            steps = generate(plan, directory, entrant, task)
            articles = len(plan.articles_for(entrant, task))
            progress.start(f"{task.name}: {entrant.name}", articles, next(steps))
            for step in steps:
                progress.advance(step)
        scored = score_all(plan, directory)
        results = summarise(plan, scored)
        write_all(plan, scored, directory / "scores.parquet")
        write_atomic(directory / "run.json", run_record(plan, results))
        write_atomic(directory / "results.json", results.to_json())
    return results
