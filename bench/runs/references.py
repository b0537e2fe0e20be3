"""``references.parquet``: the references of the articles, without their texts.

One row for each article, in the order of the dataset: id, title, language, the digest of the whole
article, the reference lists, and what articles can belong together by: the label of its cluster,
or else of its text. Reading a finished run needs nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.article import Article
from bench.data.clusters import Clusters
from bench.data.files import replacing
from bench.data.parquet_limits import excess
from bench.data.rows import Dataset
from bench.display import count
from bench.errors import RunDirectoryError
from bench.runs.files import REFERENCES
from bench.runs.results import DatasetFacts
from bench.text.arrow_arrays import lists_array, strings_array
from bench.text.words import label_of_text
from bench.validation import plain_reason

_GROUP = 5000  # articles written together
_AT_ONCE = 500  # articles read together
_LONGEST_LABEL = 200  # characters
_ITEMS = ("summary", "questions")
_COLUMNS = ("id", "title", "language", "digest", *_ITEMS, "alternatives")
_CLUSTER, _LABELS, _TEXT = "cluster", "item_labels", "text_label"  # columns of some runs


def write_references(
    file: Path,
    dataset: Dataset,
    clusters: Clusters | None = None,
    *,
    labelled: bool = False,
    cluster_labels: bool = False,
) -> None:
    """Write the references of all articles; the same articles give the same bytes.

    Args:
        file: the file.
        dataset: the articles.
        clusters: the articles that belong together, if any do.
        labelled: whether any reference item has a label.
        cluster_labels: whether any article has the label of a cluster.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow.parquet as pq

    schema = _schema(
        clustered=clusters is not None or cluster_labels,
        labelled=labelled,
        by_text=not cluster_labels,
    )
    with (
        replacing(file) as part,
        pq.ParquetWriter(part, schema, compression="zstd") as writer,
    ):
        for batch in dataset.batches(_GROUP):
            writer.write_table(_table(batch, schema, clusters))


def _schema(*, clustered: bool = False, labelled: bool = False, by_text: bool = False) -> Any:
    import pyarrow as pa

    text, items = pa.string(), pa.list_(pa.string())
    others = pa.list_(pa.struct([(name, items) for name in _ITEMS]))
    kinds = (text, text, text, text, items, items, others)
    columns = list(zip(_COLUMNS, kinds, strict=True))
    if clustered:
        columns.append((_CLUSTER, text))
    if labelled:
        labels = pa.struct([("task", text), ("name", text), ("values", items)])
        columns.append((_LABELS, pa.list_(labels)))
    if by_text:
        columns.append((_TEXT, text))
    return pa.schema(columns)


def _check_schema(file: Path, schema: Any) -> None:
    names = schema.names
    known = _schema(clustered=_CLUSTER in names, labelled=_LABELS in names, by_text=_TEXT in names)
    if schema != known:
        raise RunDirectoryError(f"{file}: has other columns than a run writes; run again")


def _stored(label: str | None) -> str | None:
    """A label as it is stored; of a text that serves as one only the digest."""
    if label is None or len(label) <= _LONGEST_LABEL:
        return label
    return f"sha256:{hashlib.sha256(label.encode()).hexdigest()}"


def _table(articles: Sequence[Article], schema: Any, clusters: Clusters | None) -> Any:
    """A row for each article."""
    import pyarrow as pa

    others = [other for article in articles for other in article.alternatives]
    parts = [_lists([getattr(other, name) for other in others]) for name in _ITEMS]
    pairs = pa.StructArray.from_arrays(parts, list(_ITEMS))
    columns = [
        strings_array([article.id for article in articles]),
        strings_array([article.title for article in articles]),
        strings_array([article.language for article in articles]),
        strings_array([article.digest() for article in articles]),
        *(_lists([getattr(article, name) for article in articles]) for name in _ITEMS),
        lists_array([len(article.alternatives) for article in articles], pairs),
    ]
    if _CLUSTER in schema.names:
        labels = [clusters.label(one) if clusters else one.cluster for one in articles]
        columns.append(strings_array([_stored(label or None) for label in labels]))
    if _LABELS in schema.names:
        columns.append(pa.array(map(_labels, articles), schema.field(_LABELS).type))
    if _TEXT in schema.names:
        columns.append(strings_array([label_of_text(article.text) for article in articles]))
    return pa.Table.from_arrays(columns, schema=schema)


def _labels(article: Article) -> list[dict[str, Any]]:
    return [
        {"task": task, "name": name, "values": values}
        for task, labels in article.item_labels.items()
        for name, values in labels.items()
    ]


def _lists(lists: Sequence[Sequence[str]]) -> Any:
    return lists_array([len(items) for items in lists], strings_array(list(chain(*lists))))


def read_references(file: Path, articles: int) -> Iterator[Article]:
    """Articles without text, in the order of the dataset.

    Args:
        file: written by ``write_references``.
        articles: the expected number.

    Raises:
        RunDirectoryError: it is missing or broken, or has other columns or another number of rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as stored:
            _check_schema(file, stored.schema_arrow)
            number = stored.metadata.num_rows
            if number != articles:
                raise RunDirectoryError(
                    f"{file}: holds {count(number, 'article')}, and results.json says {articles:,}"
                )
            if reason := excess(stored.metadata, file.stat().st_size):
                raise RunDirectoryError(f"{file}: is not read: {reason}; run again to write it")
            for batch in stored.iter_batches(_AT_ONCE):
                for row in batch.to_pylist():
                    yield _article(row)
    except FileNotFoundError as error:
        raise RunDirectoryError(f"{file}: is missing; run again to write it") from error
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(map(str, fault["loc"]))
        raise RunDirectoryError(f"{file}: {key}: {plain_reason(fault)}; run again") from error
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise RunDirectoryError(f"{file}: cannot be read ({reason:.200}); run again") from error


class ReferencesOnly(Article):
    """An article whose text was not kept."""

    whole_digest: str
    """The digest of the article with its text."""
    text_label: str | None = None
    """The label of its text, by which equal texts are found; None if unknown."""

    def digest(self) -> str:
        """The digest of the whole article."""
        return self.whole_digest

    def digest_without_references(self) -> str:
        """Unknown without the text.

        Raises:
            ValueError: always.
        """
        raise ValueError("the digest of what a model saw needs the text of the article")


def read_clusters(file: Path) -> dict[str, str]:
    """The label of each article that has one, by id.

    Raises:
        RunDirectoryError: the file is missing or broken.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    labels: dict[str, str] = {}
    try:
        with pq.ParquetFile(file) as stored:
            _check_schema(file, stored.schema_arrow)
            if _CLUSTER not in stored.schema_arrow.names:
                return {}
            if reason := excess(stored.metadata, file.stat().st_size):
                raise RunDirectoryError(f"{file}: is not read: {reason}; run again to write it")
            for batch in stored.iter_batches(_AT_ONCE, columns=["id", _CLUSTER]):
                pairs = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                labels.update((name, label) for name, label in pairs if label)
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise RunDirectoryError(f"{file}: cannot be read ({reason:.200}); run again") from error
    return labels


def join_references(file: Path, files: Sequence[Path], clusters: Clusters | None) -> None:
    """Write the references of several runs one after another.

    Args:
        file: the file.
        files: those of the runs, which have no article in common.
        clusters: the articles of all runs that belong together.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = {file: set(pq.read_schema(file).names) for file in files}
    declared = {file for file, own in names.items() if _TEXT not in own}
    schema = _schema(
        clustered=bool(declared) or clusters is not None,
        labelled=any(_LABELS in own for own in names.values()),
        by_text=not declared,
    )
    with replacing(file) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for one in files:
            with pq.ParquetFile(one) as stored:
                for group in range(stored.num_row_groups):
                    table = stored.read_row_group(group)
                    columns = {name: table[name] for name in schema.names if name in names[one]}
                    if clusters and not declared:
                        columns[_CLUSTER] = _labels_of_texts(table, clusters)
                    elif one not in declared:
                        columns.pop(_CLUSTER, None)  # made from texts
                    arrays = [
                        columns.get(field.name, pa.nulls(len(table), field.type))
                        for field in schema
                    ]
                    joined = pa.Table.from_arrays(arrays, schema=schema)
                    writer.write_table(joined, row_group_size=_GROUP)


def _labels_of_texts(table: Any, clusters: Clusters) -> Any:
    """The labels of the articles whose text others have, too."""
    import pyarrow as pa

    pairs = zip(*(table[name].to_pylist() for name in ("id", _TEXT)), strict=True)
    return pa.array([label if clusters.holds(own) else None for own, label in pairs], pa.string())


def kept_dataset(articles: Sequence[Article], facts: DatasetFacts) -> Dataset:
    """The references of a run as a dataset without texts.

    Args:
        articles: as ``read_references`` gives them.
        facts: what the run says of its dataset.

    Raises:
        RunDirectoryError: they are not the articles that the run scored.
    """
    dataset = Dataset(facts.name, tuple(articles), (), facts.clustered_by or "cluster")
    if dataset.fingerprint != facts.fingerprint:
        raise RunDirectoryError(
            f"{REFERENCES} holds other articles than results.json says; run again"
        )
    return dataset


def _article(row: dict[str, Any]) -> Article:
    digest = row.pop("digest")
    labels: dict[str, dict[str, list[str]]] = {}
    for one in row.pop(_LABELS, None) or ():
        labels.setdefault(one["task"], {})[one["name"]] = one["values"]
    row[_LABELS] = labels
    return ReferencesOnly.model_validate({**row, "whole_digest": digest})
