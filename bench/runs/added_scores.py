"""Adds scores that come from ratings to the ``scores.parquet`` of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.data.files import naming, replacing
from bench.runs.article_scores import ArticleScores, Key
from bench.runs.scores import ScoreWriter


def add_scores(file: Path, added: Sequence[tuple[Key, ArticleScores]], dropped: str = "") -> None:
    """Write the file again with more scores; the others stay as they are.

    Args:
        file: written by ``ScoreWriter``, which holds the digests of all articles of the scores.
        added: by task, model and name.
        dropped: the beginning of the names of scores that are left out; "" for none.
    """
    import pyarrow.parquet as pq

    digests: dict[str, str] = {}
    with naming(file), pq.ParquetFile(file) as stored:
        samples = "samples" in stored.schema_arrow.names
        samples = samples or any(scores.samples for _, scores in added)
        with replacing(file) as part, ScoreWriter(part, samples=samples) as writer:
            for group in range(stored.num_row_groups):
                table = stored.read_row_group(group)
                names = (table[name].to_pylist() for name in ("article", "digest"))
                digests.update(zip(*names, strict=True))
                writer.copy(_without(table, dropped))
            writer.write(added, digests)


def _without(table: Any, dropped: str) -> Any:
    import pyarrow.compute as pc

    if not dropped:
        return table
    named = pc.starts_with(table["metric"].cast("string"), dropped)
    return table.filter(pc.invert(named))
