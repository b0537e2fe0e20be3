"""The articles of a finished run: its references, and their texts if these can be read safely.

A run directory may come from anybody. No URL, hub name or preset in its record is followed. Texts
come from a dataset that the user names, from one shipped with this package, or from a local file
that the record names; the last two only if they are the articles that the run scored.
"""

from __future__ import annotations

import gzip
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.article import Article
from bench.data.parquet_limits import excess
from bench.data.presets import PRESETS
from bench.data.rows import Dataset
from bench.data.shipped import shipped_dataset
from bench.data.tables import ending, stem
from bench.errors import BenchError, RunDirectoryError
from bench.runs.config import Config
from bench.runs.finished import FinishedRun

_LARGEST = 8 << 30  # bytes of a file that only the record names, unpacked
_LARGEST_WHOLE = 1 << 29  # of one that is not JSON lines, and is read into memory
_CHUNK = 1 << 20


@dataclass(frozen=True)
class RunArticles:
    """The articles of a run in the order of the dataset.

    Attributes:
        articles: with their references.
        note: why they have no text; None if they have.
    """

    articles: Iterable[Article]
    note: str | None = None


def articles_of(
    run: FinishedRun, given: str | None = None, reading: Mapping[str, Any] | None = None
) -> RunArticles:
    """The articles of a run for display, with their texts if available.

    Args:
        run: the run.
        given: the dataset that the user names; otherwise the one in the record of the run.
        reading: options for reading it that differ from the config of the run.

    Raises:
        RunDirectoryError: the named dataset cannot be read or has changed since the run, or the
            run kept no references and its articles are unavailable.
    """
    if given is None:
        run.check_references()
    if given is not None or reading or not run.has_references:
        return RunArticles(dataset_of(run, given, reading))
    found = _named(run)
    if isinstance(found, Dataset):
        return RunArticles(found)
    return RunArticles(
        run.references(),
        f"{run.location}: the texts are not shown: {found}; name them with --dataset",
    )


def dataset_of(
    run: FinishedRun, given: str | None = None, reading: Mapping[str, Any] | None = None
) -> Dataset:
    """The articles of a run with their texts.

    Args:
        run: the run, whose fingerprint the articles must have.
        given: the path of the dataset, if it has moved.
        reading: options for reading it that differ from the config of the run.

    Raises:
        RunDirectoryError: they cannot be read, or have changed since the run.
    """
    config = run.record.config
    if given is None:
        found = _named(run, reading)
        if isinstance(found, str):
            raise RunDirectoryError(
                f"{run.location}: its articles cannot be read; say where they are with --dataset"
                f" ({found})"
            )
        return found
    changes = {"preset": config.preset or config.dataset} if config.dataset in PRESETS else {}
    try:
        dataset = config.changed(**{**changes, **(reading or {})}).articles(given)
    except BenchError as error:
        raise RunDirectoryError(
            f"{run.location}: its articles cannot be read; say where they are with --dataset"
            f" ({error})"
        ) from error
    if dataset.fingerprint != run.results.dataset.fingerprint:
        raise RunDirectoryError(
            f"{run.location}: {given} has changed since the run; run again, or pass the original"
            " dataset with --dataset"
        )
    return dataset


def whole_split_of(run: FinishedRun, given: str | None = None) -> Dataset:
    """The articles of the whole split that a run with a limit took its articles from.

    Args:
        run: the run.
        given: the path of the dataset, if it has moved.

    Raises:
        RunDirectoryError: they cannot be read, or its articles have changed since the run.
    """
    dataset_of(run, given)  # the articles of the run are among them
    config = run.record.config
    if given is not None and config.dataset in PRESETS:
        config = config.changed(preset=config.preset or config.dataset)
    source = given if given is not None else _local_source(config)
    try:
        return config.model_copy(update={"limit": None, "shard": None}).articles(source)
    except BenchError as error:
        raise RunDirectoryError(
            f"{run.location}: the articles after the first {config.limit} cannot be read ({error})"
        ) from error


def _named(run: FinishedRun, reading: Mapping[str, Any] | None = None) -> Dataset | str:
    """The dataset that the config of a run names, or why it is not read."""
    if not run.has_record:
        return "run.json, which names them, cannot be read"
    config, results = run.record.config, run.results
    name = config.dataset
    try:
        config = config.changed(**(reading or {}))
        source = _local_source(config)
        if isinstance(source, str):
            return source
        dataset = config.articles(source)
        same = dataset.fingerprint == results.dataset.fingerprint
    except Exception as error:  # noqa: BLE001 - a file that somebody else names may hold anything
        what = type(error).__name__ if not isinstance(error, BenchError) else "not article rows"
        return f"{name[:200]} cannot be read ({what})"
    return dataset if same else f"{name[:200]} has changed since the run"


def _local_source(config: Config) -> Path | str:
    """The shipped folder or local file that a config names, or why there is none to read."""
    name, split = config.dataset, config.split or "test"
    if "://" in name:
        return "they were read from a URL"
    if folder := shipped_dataset(name):
        return folder
    path = Path(name)
    if path.is_dir():
        files = [f for f in path.glob(f"{split}.*") if ending(f) and stem(f) == split]
        if len(files) != 1:
            return f"{name[:200]} has no single file of the split {split!r}"
        path = files[0]
    if not path.exists():
        return f"{name[:200]} is not a local file"
    return _harmless(path) or path


def _harmless(file: Path) -> str | None:
    """Why a file that only the record of a run names is not read; None if it is."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode) or not found.st_size:
        return f"{file} is not a regular file with content"
    size = found.st_size
    if ending(file) == ".parquet":
        import pyarrow.parquet as pq

        with pq.ParquetFile(file) as stored:
            groups = (stored.metadata.row_group(i) for i in range(stored.metadata.num_row_groups))
            size = max(size, sum(group.total_byte_size for group in groups))
            if reason := excess(stored.metadata, found.st_size):
                return f"{file} is not read: {reason}"
    elif file.name.lower().endswith(".gz"):
        size = 0
        with gzip.open(file) as unpacked:
            while size <= _LARGEST and (chunk := unpacked.read(_CHUNK)):
                size += len(chunk)
    largest = _LARGEST if ".jsonl" in str(ending(file)) else _LARGEST_WHOLE
    return f"{file} is larger than {largest:,} bytes" if size > largest else None
