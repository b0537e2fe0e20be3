"""``scores.parquet``: every score of every article.

With statistics of scores that are not means, and the scores of the samples where an article has
several.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bench.data.parquet_limits import excess
from bench.errors import RunDirectoryError
from bench.metrics.base import FloatArray
from bench.runs.article_scores import ArticleScores, Key, Samples, joined_scores
from bench.text.arrow_arrays import lists_array, numbers_array, numbers_of, strings_array

_COLUMNS = ("task", "model", "metric", "article", "digest", "value", "statistics")
_WITH_SAMPLES = (*_COLUMNS, "samples")
_LARGEST = 1e15  # of a score or a statistic
_GROUP = 100_000  # rows written together; the writer keeps some kB for each group


class ScoreWriter:
    """Writes ``scores.parquet`` in batches: a row for each task, model, score and article.

    Args:
        file: the file.
        samples: whether articles may have several samples, and the file a column for them.
    """

    def __init__(self, file: Path, *, samples: bool = False) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._arrow = pa
        self._schema = _schema(pa, _WITH_SAMPLES if samples else _COLUMNS)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(
        self, scores: Iterable[tuple[Key, ArticleScores]], digests: Mapping[str, str]
    ) -> None:
        """Add the scores of a batch of articles.

        Args:
            scores: the scores by task, model and score name.
            digests: the digest of each article, so that runs can be compared.
        """
        rows = list(scores)
        if not rows:
            return
        lengths = [len(of.articles) for _, of in rows]
        indices = {article: index for index, article in enumerate(digests)}
        alike = {of.articles for _, of in rows}  # few: the scores of a model share their articles
        indexed = {one: np.array([indices[a] for a in one], np.int32) for one in alike}
        articles = np.concatenate([indexed[of.articles] for _, of in rows])
        arrays = [
            *(
                self._repeated(names, lengths)
                for names in zip(*(key for key, _ in rows), strict=True)
            ),
            self._chosen(articles, list(digests)),
            self._chosen(articles, list(digests.values())),
            numbers_array(np.concatenate([of.values for _, of in rows])),
            self._lists([of.statistics for _, of in rows], lengths),
        ]
        if len(self._schema) > len(arrays):
            arrays.append(
                self._samples([of.samples or (None,) * len(of.articles) for _, of in rows])
            )
        self._waiting.append(self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema))
        if sum(map(len, self._waiting)) >= _GROUP:
            self._flush()

    def copy(self, table: Any) -> None:
        """Add rows of another such file; one without a column for samples has none."""
        self._flush()
        for name in self._schema.names[len(table.column_names) :]:
            nothing = self._arrow.nulls(len(table), self._schema.field(name).type)
            table = table.append_column(self._schema.field(name), nothing)
        if len(table):
            self._writer.write_table(table.cast(self._schema))

    def _flush(self) -> None:
        if self._waiting:
            table = self._arrow.Table.from_batches(self._waiting, schema=self._schema)
            # One group, so that all scores of an article are read together.
            self._writer.write_table(table.unify_dictionaries(), row_group_size=len(table))
            self._waiting = []

    def _repeated(self, names: Sequence[str], lengths: Sequence[int]) -> Any:
        """A column that repeats each name ``lengths`` times."""
        codes = {name: code for code, name in enumerate(dict.fromkeys(names))}
        each = np.repeat(np.array([codes[name] for name in names], np.int32), lengths)
        return self._chosen(each, list(codes))

    def _chosen(self, indices: NDArray[np.int32], texts: Sequence[str]) -> Any:
        values = strings_array(texts)
        return self._arrow.DictionaryArray.from_arrays(numbers_array(indices), values)

    def _lists(self, statistics: Sequence[FloatArray | None], lengths: Sequence[int]) -> Any:
        """A column of lists, null for scores that are means."""
        widths = [0 if rows is None else rows.shape[1] for rows in statistics]
        numbers = [rows.ravel() for rows in statistics if rows is not None]
        return lists_array(
            np.repeat(widths, lengths).tolist(),
            numbers_array(np.concatenate(numbers) if numbers else np.zeros(0)),
            np.repeat([rows is None for rows in statistics], lengths).tolist(),
        )

    def _samples(self, samples: Sequence[Samples]) -> Any:
        """A column of lists, null for articles with one sample."""
        each = [own for of in samples for own in of]
        several = [own for own in each if own is not None]
        return lists_array(
            [0 if own is None else len(own) for own in each],
            numbers_array(np.concatenate(several) if several else np.zeros(0)),
            [own is None for own in each],
        )


def _schema(arrow: Any, columns: Sequence[str] = _COLUMNS) -> Any:
    text, number = arrow.dictionary(arrow.int32(), arrow.string()), arrow.float64()
    kinds = [*[text] * 5, number, arrow.list_(number), arrow.list_(number)]
    return arrow.schema(list(zip(columns, kinds, strict=False)))


def read_scores(
    file: Path, score: str | None = None
) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
    """Read the scores, in order of the ids, and the digest of each article.

    Args:
        file: written by ``ScoreWriter``.
        score: read only this score, and the digests of articles that have it.

    Raises:
        RunDirectoryError: missing, broken, or written before runs could be compared.
    """
    with _opened(file) as stored:
        table = stored.read() if score is None else _rows_with(score, stored)
        table.validate(full=True)
        return _parsed(table)


def read_score_blocks(
    file: Path, is_whole: Callable[[dict[Key, ArticleScores]], bool]
) -> Iterator[tuple[dict[Key, ArticleScores], dict[str, str]]]:
    """Read the scores and digests of some articles at a time, in the order of the file.

    Args:
        file: written by ``ScoreWriter``.
        is_whole: whether scores are all that their articles have; if not, the next ones are read
            with them. The last scores are given as they are.

    Raises:
        RunDirectoryError: as ``read_scores`` raises it.
    """
    import pyarrow as pa

    with _opened(file) as stored:
        waiting: list[Any] = []
        for group in range(stored.num_row_groups):
            table = stored.read_row_group(group)
            table.validate(full=True)
            waiting.append(table)
            scores, digests = _parsed(pa.concat_tables(waiting))
            if is_whole(scores) or group == stored.num_row_groups - 1:
                yield scores, digests
                waiting = []


def names_with_statistics(file: Path) -> frozenset[str]:
    """The scores that are not means of those of articles.

    Raises:
        RunDirectoryError: as ``read_scores`` raises it.
    """
    found: set[str] = set()
    with _opened(file) as stored:
        for group in range(stored.num_row_groups):
            table = stored.read_row_group(group, columns=["metric", "statistics"])
            table.validate(full=True)
            if table["statistics"].null_count < len(table):
                known = table["statistics"].is_valid()
                found.update(table["metric"].filter(known).unique().to_pylist())
    return frozenset(found)


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """The file, if it has the columns of scores; faults in it are errors that name it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as stored:
            columns = tuple(stored.schema_arrow.names)
            if columns not in (_COLUMNS, _WITH_SAMPLES):
                raise RunDirectoryError(f"{file}: written by an older version; run again")
            if not stored.schema_arrow.equals(_schema(pa, columns)):
                raise RunDirectoryError(f"{file}: has columns of other types; run again")
            if reason := excess(stored.metadata, file.stat().st_size):
                raise RunDirectoryError(f"{file}: is not read: {reason}; run again to write it")
            yield stored
    except FileNotFoundError as error:
        raise RunDirectoryError(f"{file}: is missing; run again to write it") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise RunDirectoryError(f"{file}: cannot be read ({reason:.200}); run again") from error


def _rows_with(score: str, stored: Any) -> Any:
    """The rows of one score."""
    import pyarrow as pa

    found = []
    for group in range(stored.num_row_groups):
        table = stored.read_row_group(group)
        table.validate(full=True)
        column = table["metric"].unify_dictionaries().combine_chunks()
        names = column.dictionary.to_pylist()
        code = names.index(score) if score in names else -1
        chosen = np.flatnonzero(numbers_of(column.indices, np.int32) == code)
        found.append(table.take(numbers_array(chosen)))
    return pa.concat_tables(found) if found else stored.read()


def _parsed(table: Any) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
    """The scores and digests of a table.

    Raises:
        ValueError: a value is invalid.
    """
    for name in _COLUMNS[:-1]:
        if table[name].null_count:
            raise ValueError(f"column {name!r} has nulls")
    table = table.unify_dictionaries().combine_chunks()
    articles, digests = (_texts(table[name].combine_chunks()) for name in ("article", "digest"))
    values = numbers_of(table["value"].combine_chunks(), np.float64)
    _check_numbers(values)
    parts: dict[Key, list[ArticleScores]] = defaultdict(list)
    for key, start, end in _runs(table):
        statistics = _statistics(table["statistics"].slice(start, end - start))
        samples = _samples(table.slice(start, end - start))
        part = ArticleScores(tuple(articles[start:end]), values[start:end], statistics, samples)
        parts[key].append(part)
    scores = {key: joined_scores(found) for key, found in parts.items()}
    for (task, model, metric), one in scores.items():
        if len(set(one.articles)) < len(one.articles):
            raise ValueError(f"an article has {metric} of {model} ({task}) twice")
    return scores, dict(zip(articles, digests, strict=True))


def _check_numbers(values: FloatArray) -> None:
    odd = values[~(np.abs(values) <= _LARGEST)]
    if odd.size:
        raise ValueError(f"{odd[0]:g} cannot be a score")


def _texts(column: Any) -> NDArray[np.object_]:
    """The strings of a column; equal strings are one object."""
    texts = np.array(column.dictionary.to_pylist(), dtype=object)
    found: NDArray[np.object_] = texts[numbers_of(column.indices, np.int32)]
    return found


def _runs(table: Any) -> Iterator[tuple[Key, int, int]]:
    """The first row and the end of each task, model and score."""
    columns = [table[name].combine_chunks() for name in _COLUMNS[:3]]
    codes = np.stack([numbers_of(column.indices, np.int32) for column in columns])
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


def _samples(table: Any) -> Samples | None:
    if "samples" not in table.column_names or len(table) == table["samples"].null_count:
        return None
    found = []
    for own in table["samples"].to_pylist():
        if own is not None and (len(own) < 2 or None in own):
            raise ValueError("column 'samples' has a list of fewer than two scores")
        found.append(None if own is None else np.array(own, np.float64))
    _check_numbers(np.concatenate([own for own in found if own is not None]))
    return tuple(found)


def _statistics(column: Any) -> FloatArray | None:
    if len(column) == 0 or column.null_count == len(column):
        return None
    rows = column.to_pylist()
    if column.null_count or len({len(row) for row in rows}) > 1 or None in rows[0]:
        raise ValueError("column 'statistics' has rows of several lengths")
    found = np.array(rows, np.float64)
    _check_numbers(found)
    return found
