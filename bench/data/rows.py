"""Loads articles from a file, a folder, the package or the hub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, overload
from urllib.parse import urlsplit

from bench.article import Article
from bench.data.columns import read_articles
from bench.data.content_kinds import refuse_irregular
from bench.data.drafts import value_in
from bench.data.fingerprint import Fingerprint
from bench.data.hub import HUB, hub_rows
from bench.data.local_copy import LocalCopy
from bench.data.presets import PRESETS, Preset
from bench.data.recognition import recognised
from bench.data.shape import Shape
from bench.data.shard_articles import ShardArticles, bounds
from bench.data.shards import only_file, split_files
from bench.data.shipped import shipped_dataset, shipped_datasets
from bench.data.storage import fetched_file
from bench.data.stored import ArticleBatch, StoredArticles, needs_table
from bench.data.tables import JSON_LINES, ending, read_table, stem
from bench.data.urls import is_url, local_path
from bench.errors import ConfigError, DataError, UnknownNameError, unknown_name

_SMALL = 8 << 20  # maximum bytes of a file whose articles are kept in memory
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Dataset(Sequence[Article]):
    """Named articles in a fixed order, with notes on repairs."""

    name: str
    articles: Sequence[Article]
    notes: tuple[str, ...] = ()
    clustered_by: str = "cluster"
    """The column that the labels of clusters come from."""
    whole: Dataset | None = None
    """The dataset that this is a shard of."""

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        return self.articles[index]  # type: ignore[return-value]  # the overloads say which

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)

    def __len__(self) -> int:
        return len(self.articles)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the content, independent of the order and formatting of the rows."""
        if isinstance(self.articles, StoredArticles):
            return self.articles.fingerprint
        with Fingerprint() as fingerprint:
            for article in self.articles:
                fingerprint.add(article.digest())
            return fingerprint.value()

    @property
    def declared(self) -> Dataset:
        """All the articles that were declared: of a shard, those of the other shards, too."""
        return self.whole or self

    def shard(self, number: int, count: int) -> Dataset:
        """One of ``count`` parts of consecutive articles; ``number`` is from 1 on.

        Raises:
            DataError: there are fewer articles than shards.
        """
        if len(self) < count:
            raise DataError(f"{self.name}: {len(self)} articles cannot be cut into {count} shards")
        part = ShardArticles(self.articles, *bounds(len(self), number, count))
        return replace(self, articles=part, whole=self)

    def batches(self, size: int) -> Iterator[ArticleBatch]:
        """All articles in order, ``size`` at a time."""
        rows: Iterator[Any] = (
            self.articles.packed()
            if isinstance(self.articles, StoredArticles | ShardArticles)
            else iter(self.articles)
        )
        while batch := tuple(islice(rows, size)):
            yield ArticleBatch(batch)


def load_dataset(  # noqa: PLR0913 - an option each, all by name
    spec: str | Path,
    *,
    split: str | None = None,
    limit: int | None = None,
    columns: Mapping[str, str] | None = None,
    group_by: str | None = None,
    cluster: str | None = None,
    preset: str | None = None,
    subset: str | None = None,
    revision: str | None = None,
    streaming: bool = False,
) -> Dataset:
    """Load articles from a file, a folder, another store, the package or the hub.

    Args:
        spec: a file of rows (JSON lines, JSON, CSV, TSV or Parquet), a folder that holds one named
            after the split, a URL of either that ``fsspec`` knows, a shipped name, a preset, or
            ``owner/name`` of a hub dataset.
        split: the dataset split; by default that of the preset, or ``test``.
        limit: use only the first ``limit`` articles.
        columns: the column of each article field; overrides the preset.
        group_by: the column that identifies articles, if each row is one question; "" to override
            that of the preset.
        cluster: the column that says which articles belong together, such as their source; by
            default that of the preset, or the articles' own field ``cluster``; "" for none.
        preset: read the rows like those of this well-known dataset.
        subset: the configuration of a hub dataset.
        revision: the branch, tag or commit of a hub dataset.
        streaming: fetch only the rows that are needed.

    Raises:
        UnknownNameError: unknown file, folder, name or preset.
        ConfigError: a column or article field does not exist, or a library is missing.
        DataError: the rows cannot be loaded or are invalid; one line for each fault.
    """
    if not isinstance(spec, str | Path):
        kind = type(spec).__name__
        raise ConfigError(f"dataset: must be a path, a URL or a name, not a {kind}; name a file")
    remote = isinstance(spec, str) and is_url(spec) and not spec.startswith(HUB)
    path = None if remote else _local(spec)
    named = PRESETS.get(str(spec)) if path is None else None
    chosen = named if preset is None else _preset(preset)
    split = split or (chosen.split if chosen else "test")
    columns = _with_cluster(columns or {}, cluster)
    shape = chosen.shape(columns, group_by) if chosen else Shape(columns, group_by or None)
    by = shape.columns.get("cluster") or "cluster"
    if path is None and not remote:
        repository = named.hub if named else str(spec).removeprefix(HUB)
        rows = hub_rows(
            repository,
            split=split,
            subset=subset or (named.subset if named else None),
            revision=revision or (named.revision if named else None),
            streaming=streaming,
        )
        name = str(spec) if named else repository
        articles, notes = read_articles(
            rows, shape, name.rpartition("/")[2], limit=limit, hasty=streaming
        )
        return Dataset(name, tuple(articles), tuple(notes), by)
    files = [] if path is None else _files(path, split)
    if path is not None and len(files) > 1:
        return _of_shards(path, files, shape, limit)
    source = _fetched(str(spec), split) if path is None else LocalCopy(files[0])
    with source.errors_renamed():
        return _of_file(source, split, shape, limit)


def _of_file(source: LocalCopy, split: str, shape: Shape, limit: int | None) -> Dataset:
    file = source.path
    refuse_irregular(file)
    name = file.parent.resolve().name if stem(file) == split else stem(file)
    labels = shape.columns.get("cluster")
    by = labels or "cluster"
    as_it_is = shape == Shape(_with_cluster({}, labels)) and not needs_table(file)
    if ending(file) in JSON_LINES and as_it_is:
        stored = StoredArticles(file, limit, source, cluster=labels)
        small = file.stat().st_size <= _SMALL
        return Dataset(name, tuple(stored) if small else stored, (), by)
    articles, notes = _of_tables([file], shape, stem(file), limit)
    return Dataset(name, tuple(articles), tuple(notes), by)


def _with_cluster(columns: Mapping[str, str], cluster: str | None) -> Mapping[str, str]:
    """The columns with that of the labels of clusters.

    Raises:
        ConfigError: both name one, and not the same.
    """
    if cluster is None:
        return columns
    if columns.get("cluster", cluster) != cluster:
        raise ConfigError(
            f"the labels of clusters are read from {cluster!r} by `cluster` and from"
            f" {columns['cluster']!r} by `columns`; name one of them only"
        )
    return {**columns, "cluster": cluster}


def _of_shards(folder: Path, files: Sequence[Path], shape: Shape, limit: int | None) -> Dataset:
    name = folder.resolve().name
    articles, notes = _of_tables(files, shape, name, limit)
    by = shape.columns.get("cluster") or "cluster"
    return Dataset(name, tuple(articles), (f"{name}: {len(files)} files", *notes), by)


def _of_tables(
    files: Sequence[Path], shape: Shape, name: str, limit: int | None
) -> tuple[list[Article], list[str]]:
    """The articles of tables, with columns recognised if the user named none."""
    rows = [row for file in files for row in read_table(file)]
    try:
        shape, recognised_notes = recognised([row.values for row in rows], shape)
    except DataError as error:
        raise DataError(f"{files[0]}: {problem}" for problem in error.problems) from error
    articles, notes = read_articles(rows, shape, name, limit=limit)
    read_as = dict.fromkeys(row.note for row in rows if row.note)
    return articles, [*(f"{name}: {note}" for note in (*read_as, *recognised_notes)), *notes]


def groups_dataset(spec: str, column: str, reading: Mapping[str, Any]) -> bool | None:
    """Whether the rows of a dataset can be merged by a column; an id must be repeated.

    Args:
        spec: as for ``load_dataset``.
        column: the column.
        reading: ``split``, ``columns`` and ``preset``, as for ``load_dataset``.

    Returns:
        None if the dataset has no such column.
    """
    path = None if is_url(spec) else _local(spec)
    if path is None or reading.get("preset"):
        return True
    files = _files(path, reading.get("split") or "test")
    rows = [row.values for file in files for row in read_table(file)]
    if not rows or column.partition(".")[0] not in rows[0]:
        return None
    if column != (reading.get("columns") or {}).get("id", "id"):
        return True
    return len({str(value_in(row, column)) for row in rows}) < len(rows)


def _local(spec: str | Path) -> Path | None:
    """The file or folder of a dataset; None for one of the hub.

    A name that looks like a path in an existing folder, or like a file of rows, is not looked up
    on the hub.

    Raises:
        UnknownNameError: it is neither.
    """
    path = local_path(str(spec))
    if folder := shipped_dataset(str(spec)):
        return folder
    if _is_there(path):
        return path
    if isinstance(spec, str):
        bare = spec.removeprefix(HUB)
        meant = bare != spec or not (ending(path) or _is_there(path.parent))
        if spec in PRESETS or (meant and _HUB_NAME.fullmatch(bare)):
            return None
    line = unknown_name("dataset", str(spec), [*shipped_datasets(), *PRESETS])
    raise UnknownNameError(f"{line} (no such file or folder either)")


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have, such as one that is too long
        return False


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise UnknownNameError(unknown_name("preset", name, PRESETS))
    return PRESETS[name]


def _files(path: Path, split: str) -> list[Path]:
    """The files of a split in a folder, or the file itself.

    Raises:
        DataError: no such file, or more than one.
    """
    return split_files(path, split) if path.is_dir() else [path]


def _fetched(url: str, split: str) -> LocalCopy:
    """A copy of the file at a URL, or of the file of a split in the folder there."""
    is_file = ending(PurePosixPath(urlsplit(url).path))
    return fetched_file(
        url, None if is_file else lambda folder, names: only_file(folder, names, split)
    )
