"""Results of every kind for the checks of output formats, from a small run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.comparison.changes import changes
from bench.comparison.compare import compare
from bench.comparison.power import power_of
from bench.data.stored import to_lines
from bench.gate.check import check
from bench.metrics.lists import score
from bench.runs.config import Config
from bench.runs.finished import FinishedRun
from bench.runs.leaderboard import Leaderboard
from bench.runs.loading import as_run
from bench.runs.opening import finished_run
from bench.runs.plan import make_plan
from bench.runs.run import Silent, execute
from bench.testing.samples import ARTICLES

ODD_TITLE = "\x1b[31m=1+1\u202e\r\nA | B & <b>\\textbf{C}</b> _ # $ %"
"""A title with control characters, and with characters that have a meaning in formats."""
_CONFIG = {"name": "sample", "tasks": ["summary"], "metrics": ["rouge1"], "resamples": 100}


@cache
def sample_results() -> Mapping[str, Any]:
    """A result of each kind, by a description for messages."""
    with TemporaryDirectory(prefix="bench-") as scratch:
        run = as_run(_run(Path(scratch)))
        articles = list(run.articles())
        return {
            "a leaderboard": Leaderboard(run.results),
            "a comparison": compare([run], resamples=100),
            "verdicts": check(run, run, resamples=100),
            "a power analysis": power_of(run),
            "differences between runs": changes(run, run),
            "an alignment": run.alignment("lead", articles=articles),
            "the worst articles": run.worst(2, "lead", articles=articles),
            "scores of lists": score([["A ferry sails."]], [["The ferry sails."]]),
        }


def _run(scratch: Path) -> FinishedRun:
    rows = [ARTICLES[0].model_copy(update={"title": ODD_TITLE}), *ARTICLES[1:]]
    file = scratch / "articles.jsonl"
    file.write_text(to_lines(rows), encoding="utf-8")
    models = ["lead", "title", "oracle", {"use": "lead", "name": "lead-1", "k": 1}]
    config = Config.model_validate({**_CONFIG, "dataset": str(file), "models": models})
    execute(make_plan(config), scratch / "sample", Silent())
    return finished_run(scratch / "sample")
