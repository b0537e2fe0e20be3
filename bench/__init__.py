"""Compare models that write article summaries and reader questions.

>>> import bench
>>> bench.score([["Why now?"]], [["Why now?", "Who pays?"]])["set_rougeL.recall"]
0.5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.api.agreeing import agree
    from bench.api.comparing import check, compare, diff, leaderboard, power
    from bench.api.exchanging import export, import_run
    from bench.api.histories import history, record
    from bench.api.ingesting import ingest_pages
    from bench.api.merging import merge
    from bench.api.names import names
    from bench.api.rating import import_ratings, rate, rating_outlook, rating_report
    from bench.api.reporting import report
    from bench.api.running import run
    from bench.api.scoring import score_files
    from bench.api.validating import validate
    from bench.api.verifying import verify
    from bench.article import Article
    from bench.data.rows import load_dataset
    from bench.errors import BenchError, CutWarning, TextWarning, TokenizerWarning
    from bench.evaluate import evaluate_module
    from bench.metrics.list_scores import Scores
    from bench.metrics.lists import score
    from bench.reports.render import render
    from bench.runs.config import Config
    from bench.runs.loading import load_run
    from bench.runs.public import Run
    from bench.text.items import items_from as parse_items

__version__ = "0.1.0"
__all__ = [
    "Article",
    "BenchError",
    "Config",
    "CutWarning",
    "Run",
    "Scores",
    "TextWarning",
    "TokenizerWarning",
    "__version__",
    "agree",
    "check",
    "compare",
    "diff",
    "evaluate_module",
    "export",
    "history",
    "import_ratings",
    "import_run",
    "ingest_pages",
    "leaderboard",
    "load_dataset",
    "load_run",
    "merge",
    "names",
    "parse_items",
    "power",
    "rate",
    "rating_outlook",
    "rating_report",
    "record",
    "render",
    "report",
    "run",
    "score",
    "score_files",
    "validate",
    "verify",
]

_HOMES = {
    "Article": "bench.article",
    "BenchError": "bench.errors",
    "Config": "bench.runs.config",
    "CutWarning": "bench.errors",
    "Run": "bench.runs.public",
    "Scores": "bench.metrics.list_scores",
    "TextWarning": "bench.errors",
    "TokenizerWarning": "bench.errors",
    "agree": "bench.api.agreeing",
    "check": "bench.api.comparing",
    "compare": "bench.api.comparing",
    "diff": "bench.api.comparing",
    "evaluate_module": "bench.evaluate",
    "export": "bench.api.exchanging",
    "history": "bench.api.histories",
    "import_ratings": "bench.api.rating",
    "import_run": "bench.api.exchanging",
    "ingest_pages": "bench.api.ingesting",
    "leaderboard": "bench.api.comparing",
    "load_dataset": "bench.data.rows",
    "load_run": "bench.runs.loading",
    "merge": "bench.api.merging",
    "names": "bench.api.names",
    "parse_items": "bench.text.items:items_from",
    "power": "bench.api.comparing",
    "rate": "bench.api.rating",
    "rating_outlook": "bench.api.rating",
    "rating_report": "bench.api.rating",
    "record": "bench.api.histories",
    "render": "bench.reports.render",
    "report": "bench.api.reporting",
    "run": "bench.api.running",
    "score": "bench.metrics.lists",
    "score_files": "bench.api.scoring",
    "validate": "bench.api.validating",
    "verify": "bench.api.verifying",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'bench' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute or name)


def __dir__() -> list[str]:
    return __all__
