"""Run directories in other stores, fetched to be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from bench.data.storage import Store, scratch
from bench.data.urls import is_url, local_path

PREDICTIONS = "predictions"
RECORD, SCORES, RESULTS = "run.json", "scores.parquet", "results.json"
REFERENCES = "references.parquet"
OWNER = "owner.json"
_FILES = (RECORD, SCORES, REFERENCES, RESULTS, OWNER)


def is_part(name: str) -> bool:
    """Whether a path from a run directory is that of a file of the run."""
    return name in _FILES or re.fullmatch(rf"{PREDICTIONS}/[^/\\]+\.jsonl?", name) is not None


def parts(store: Store) -> list[str]:
    """The files of the run in a store, as paths from its directory."""
    names = [name for name in store.names() if name in _FILES]
    below = [f"{PREDICTIONS}/{name}" for name in store.inside(PREDICTIONS).names()]
    return [*names, *filter(is_part, below)]


def fetched_run(place: str, *, predictions: bool = True) -> Path:
    """A run directory, or its ``results.json``, to be read here.

    Args:
        place: a path, which is returned as it is, or a URL.
        predictions: whether what the models wrote is needed; without it the folder is empty.

    Raises:
        StorageError: the store cannot be read. Where nothing is, nothing is in the copy.
    """
    if not is_url(place):
        return local_path(place)
    if place.endswith(f"/{RESULTS}"):
        return fetched_run(place.removesuffix(f"/{RESULTS}"), predictions=predictions) / RESULTS
    store = Store(place)
    copy = scratch() / store.name
    store.copied_to(copy)
    for name in parts(store):
        _fetch(store, name, copy, predictions)
    return copy


def lazily_fetched(place: str) -> tuple[Path, Callable[[str], None]]:
    """A run directory, of which only what says what it is has been fetched.

    Args:
        place: a path, of which nothing needs to be fetched, or a URL.

    Returns:
        The directory, or the path of its ``results.json`` if ``place`` is that; and what fetches
        another file of the run, by its path from the directory, if there is such a file.

    Raises:
        StorageError: the store cannot be read.
    """
    if not is_url(place):
        return local_path(place), lambda _: None
    if place.endswith(f"/{RESULTS}"):
        copy, fetch_more = lazily_fetched(place.removesuffix(f"/{RESULTS}"))
        return copy / RESULTS, fetch_more
    store = Store(place)
    copy = scratch() / store.name
    store.copied_to(copy)
    waiting = set(parts(store))
    if any(name.startswith(PREDICTIONS) for name in waiting):
        (copy / PREDICTIONS).mkdir(parents=True, exist_ok=True)  # says that a run was begun

    def fetch(name: str) -> None:
        if name in waiting:
            store.fetch(name, copy / name)
            waiting.discard(name)

    for name in (RECORD, RESULTS, OWNER):
        fetch(name)
    return copy, fetch


def fetched_runs(place: str) -> Path:
    """A directory of run directories, or one of them, to be read here without predictions.

    Raises:
        StorageError: the store cannot be read.
    """
    if not is_url(place):
        return local_path(place)
    store = Store(place)
    copy = scratch() / store.name
    store.copied_to(copy)
    for name in store.below():
        if is_part("/".join(name.split("/")[-2:])) or is_part(name.rpartition("/")[2]):
            _fetch(store, name, copy, predictions=False)
    return copy


def _fetch(store: Store, name: str, copy: Path, predictions: bool) -> None:
    file = copy / name
    if file.parent.name == PREDICTIONS and not predictions:
        file.parent.mkdir(parents=True, exist_ok=True)  # that it is there says a run was begun
    elif file.name != REFERENCES or predictions:
        store.fetch(name, file)
