"""``scores.parquet``: every score of every article, and what resamples those that are no means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np

from bench.errors import RunDirectoryError
from bench.metrics import Metric
from bench.metrics.base import FloatArray
from bench.stats import Sample

_COLUMNS = ("task", "model", "metric", "article", "digest", "value", "statistics")
_GROUP = 100_000  # rows that are written together; the writer keeps some kB for each such group
Key = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class ArticleScores:
    """One score of one model on one task.

    Attributes:
        articles: ids, in order of the ids.
        values: of each article alone, shape (articles,).
        statistics: what is summed where the score of many is no mean, shape (articles, k).
    """

    articles: tuple[str, ...]
    values: FloatArray
    statistics: FloatArray | None

    def on(self, articles: Sequence[str]) -> ArticleScores:
        """The same for some of the articles, in the order given."""
        place = {article: row for row, article in enumerate(self.articles)}
        rows = np.array([place[article] for article in articles], dtype=np.intp)
        chosen = None if self.statistics is None else self.statistics[rows]
        return ArticleScores(tuple(articles), self.values[rows], chosen)

    def sample(self, metric: Metric, column: int) -> Sample:
        """The form in which it is resampled; ``column`` is the score's place in its metric."""
        if self.statistics is None:
            return Sample(self.values)
        return Sample(self.values, self.statistics, lambda s, n: metric.of_sums(s, n)[..., column])


def article_scores(
    metric: Metric, articles: Sequence[str], statistics: FloatArray
) -> list[ArticleScores]:
    """Each score of a metric, from the statistics of some articles, in order of their ids.

    Results then do not depend on the order in which a file has the articles.
    """
    order = sorted(range(len(articles)), key=articles.__getitem__)
    names = tuple(articles[row] for row in order)
    ordered = statistics[order]
    kept = None if metric.is_mean else ordered
    return [ArticleScores(names, column, kept) for column in metric.values(ordered).T]


class ScoreWriter:
    """Writes ``scores.parquet`` block by block: a row for each task, model, score and article.

    Args:
        file: where to.
    """

    def __init__(self, file: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._arrow = pa
        text, self._number = pa.dictionary(pa.int32(), pa.string()), pa.float64()
        kinds = [*[text] * 5, self._number, pa.list_(self._number)]
        self._schema = pa.schema(list(zip(_COLUMNS, kinds, strict=True)))
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def write(
        self, scores: Iterable[tuple[Key, ArticleScores]], digests: Mapping[str, str]
    ) -> None:
        """Add the scores of a block of articles.

        Args:
            scores: by task, model and score.
            digests: of each article's content, so that runs can tell whether they scored the same.
        """
        placed: dict[tuple[str, ...], list[Any]] = {}  # the scores of a block share their articles
        batches = []
        for key, of in scores:
            if of.articles not in placed:
                contents = [digests[article] for article in of.articles]
                placed[of.articles] = [self._encoded(of.articles), self._encoded(contents)]
            batches.append(self._batch(key, of, placed[of.articles]))
        self._waiting += batches
        if sum(map(len, self._waiting)) >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            table = self._arrow.Table.from_batches(self._waiting, schema=self._schema)
            self._writer.write_table(table.unify_dictionaries())
            self._waiting = []

    def _encoded(self, texts: Sequence[str]) -> Any:
        return self._arrow.array(texts, self._arrow.string()).dictionary_encode()

    def _batch(self, key: Key, of: ArticleScores, placed: Sequence[Any]) -> Any:
        pa = self._arrow
        count = len(of.articles)
        same = [pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), [k]) for k in key]
        lists = (
            pa.nulls(count, pa.list_(self._number))
            if of.statistics is None
            else pa.array(of.statistics.tolist(), pa.list_(self._number))
        )
        arrays = [*same, *placed, pa.array(of.values), lists]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def read_scores(
    file: Path, score: str | None = None
) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
    """What a ``ScoreWriter`` wrote: the scores, in order of the ids, and each article's digest.

    Args:
        file: where from.
        score: read only this score, and the digests of articles that have it.

    Raises:
        RunDirectoryError: missing, broken, or written before runs could be compared.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        only = [("metric", "==", score)] if score else None
        table = pq.read_table(file, columns=list(_COLUMNS), filters=only)
    except FileNotFoundError as error:
        raise RunDirectoryError(f"{file}: is missing; run again to write it") from error
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise RunDirectoryError(f"{file}: cannot be read ({reason}); run again") from error
    if table.column_names != list(_COLUMNS):
        raise RunDirectoryError(f"{file}: written by an older version; run again")
    table = table.combine_chunks()
    text = {name: table[name].cast(pa.string()) for name in _COLUMNS[:5]}
    articles = np.array(text["article"].to_pylist(), dtype=object)
    values = table["value"].to_numpy()
    parts: dict[Key, list[ArticleScores]] = defaultdict(list)
    for key, start, end in _runs(text):
        statistics = _statistics(table["statistics"].slice(start, end - start))
        part = ArticleScores(tuple(articles[start:end]), values[start:end], statistics)
        parts[key].append(part)
    scores = {key: _whole(found) for key, found in parts.items()}
    return scores, dict(zip(articles, text["digest"].to_pylist(), strict=True))


def _whole(parts: Sequence[ArticleScores]) -> ArticleScores:
    """The scores of all blocks, in order of the ids."""
    if len(parts) == 1:
        return parts[0]
    articles = tuple(article for part in parts for article in part.articles)
    order = sorted(range(len(articles)), key=articles.__getitem__)
    values = np.concatenate([part.values for part in parts])[order]
    held = [part.statistics for part in parts if part.statistics is not None]
    statistics = np.concatenate(held)[order] if held else None
    return ArticleScores(tuple(articles[row] for row in order), values, statistics)


def _runs(text: Mapping[str, Any]) -> Iterator[tuple[Key, int, int]]:
    """Where each task, model and score begins and ends."""
    columns = [text[name].combine_chunks().dictionary_encode() for name in _COLUMNS[:3]]
    codes = np.stack([column.indices.to_numpy() for column in columns])
    if codes.shape[1] == 0:
        return
    changes = np.flatnonzero((codes[:, 1:] != codes[:, :-1]).any(axis=0)) + 1
    ends = [0, *changes.tolist(), codes.shape[1]]
    for start, end in pairwise(ends):
        task, model, score = (
            column.dictionary[int(code)].as_py()
            for column, code in zip(columns, codes[:, start], strict=True)
        )
        yield (task, model, score), start, end


def _statistics(column: Any) -> FloatArray | None:
    if len(column) == 0 or column.null_count:
        return None
    return np.array(column.to_pylist(), np.float64)
