"""Which model writes the better summary and the better set of reader questions.

>>> import bench
>>> bench.score([["Why now?"]], [["Why now?", "Who pays?"]])["set_rougeL.recall"]
0.5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.article import Article
    from bench.data.rows import load_dataset
    from bench.errors import BenchError, CutWarning, TokenizerWarning
    from bench.evaluate import evaluate_module
    from bench.metrics.lists import score
    from bench.text.items import items_from as parse_items

__version__ = "0.1.0"
__all__ = [
    "Article",
    "BenchError",
    "CutWarning",
    "TokenizerWarning",
    "__version__",
    "evaluate_module",
    "load_dataset",
    "parse_items",
    "score",
]

_HOMES = {
    "Article": "bench.article",
    "BenchError": "bench.errors",
    "CutWarning": "bench.errors",
    "TokenizerWarning": "bench.errors",
    "evaluate_module": "bench.evaluate",
    "load_dataset": "bench.data.rows",
    "parse_items": "bench.text.items:items_from",
    "score": "bench.metrics.lists",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'bench' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute or name)
