"""Reads run directories in other stores: fetches them into a local copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.data.storage import Store, scratch
from bench.data.urls import is_url, local_path
from bench.runs.files import FILES, OWNER, PREDICTIONS, RECORD, REFERENCES, RESULTS, is_run_file


def run_files_in(store: Store) -> list[str]:
    """The files of a run in a store, as paths relative to its directory."""
    names = [name for name in store.names() if name in FILES]
    below = [f"{PREDICTIONS}/{name}" for name in store.inside(PREDICTIONS).names()]
    return [*names, *filter(is_run_file, below)]


def fetch_run(source: str, *, predictions: bool = True) -> Path:
    """The local path of a run directory or its ``results.json``.

    Args:
        source: a path, which is returned as it is, or a URL, which is fetched.
        predictions: whether to fetch the predictions; otherwise their folder is empty.

    Raises:
        StorageError: the store cannot be read. A missing directory gives an empty copy.
    """
    if not is_url(source):
        return local_path(source)
    if source.endswith(f"/{RESULTS}"):
        return fetch_run(source.removesuffix(f"/{RESULTS}"), predictions=predictions) / RESULTS
    store = Store(source)
    copy = scratch() / store.name
    store.copied_to(copy)
    for name in run_files_in(store):
        _fetch(store, name, copy, predictions)
    return copy


def fetch_lazily(source: str) -> tuple[Path, Callable[[str], None]]:
    """The local path of a run, of which only the small JSON files have been fetched.

    Args:
        source: a path, or a URL.

    Returns:
        The directory, or the path of its ``results.json`` if ``source`` is that; and what fetches
        another file of the run, by its path relative to the directory, if there is one.

    Raises:
        StorageError: the store cannot be read.
    """
    if not is_url(source):
        return local_path(source), lambda _: None
    if source.endswith(f"/{RESULTS}"):
        copy, fetch_more = fetch_lazily(source.removesuffix(f"/{RESULTS}"))
        return copy / RESULTS, fetch_more
    store = Store(source)
    copy = scratch() / store.name
    store.copied_to(copy)
    waiting = set(run_files_in(store))
    if any(name.startswith(PREDICTIONS) for name in waiting):
        (copy / PREDICTIONS).mkdir(parents=True, exist_ok=True)  # shows that a run was begun

    def fetch(name: str) -> None:
        if name in waiting:
            store.fetch(name, copy / name)
            waiting.discard(name)

    for name in (RECORD, RESULTS, OWNER):
        fetch(name)
    return copy, fetch


def fetch_runs(source: str) -> Path:
    """The local path of a directory of run directories, or of one, without predictions.

    Raises:
        StorageError: the store cannot be read.
    """
    if not is_url(source):
        return local_path(source)
    store = Store(source)
    copy = scratch() / store.name
    store.copied_to(copy)
    for name in store.below():
        if is_run_file("/".join(name.split("/")[-2:])) or is_run_file(name.rpartition("/")[2]):
            _fetch(store, name, copy, predictions=False)
    return copy


def _fetch(store: Store, name: str, copy: Path, predictions: bool) -> None:
    file = copy / name
    if file.parent.name == PREDICTIONS and not predictions:
        file.parent.mkdir(parents=True, exist_ok=True)  # its existence shows that a run was begun
    elif file.name != REFERENCES or predictions:
        store.fetch(name, file)
