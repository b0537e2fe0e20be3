"""Reads run directories in other stores: fetches them into a local copy."""

from __future__ import annotations

from collections.abc import Callable

from bench.data.local_copy import LocalCopy
from bench.data.storage import Store, scratch
from bench.data.urls import is_url, local_path, name_parts
from bench.runs.files import (
    FILES,
    FOLDERS,
    OWNER,
    PREDICTIONS,
    RECORD,
    REFERENCES,
    RESULTS,
    is_run_file,
)

_DATING = (RECORD, RESULTS)
"""The files whose time tells when a run finished."""


def run_files_in(store: Store) -> list[str]:
    """The files of a run in a store, as paths relative to its directory."""
    names = [name for name in store.names() if name in FILES]
    below = [f"{folder}/{name}" for folder in FOLDERS for name in store.inside(folder).names()]
    return [*names, *filter(is_run_file, below)]


def directory_of(location: str) -> str:
    """The run directory, where a path or URL is that of its ``results.json``; or the same."""
    if not is_url(location):
        path = local_path(location)
        return str(path.parent) if path.name == RESULTS and path.is_file() else location
    if name_parts(location)[-1] != RESULTS:
        return location
    address, mark, query = location.partition("?")
    return address.rstrip("/").removesuffix(f"/{RESULTS}") + mark + query


def fetch_run(source: str) -> tuple[LocalCopy, Callable[[str], None]]:
    """A run, of which only the small JSON files are fetched.

    Args:
        source: a path, or a URL.

    Returns:
        The directory, or its ``results.json`` if ``source`` is that; and what fetches another file
        of the run, by its path relative to the directory, if there is one. A missing directory
        gives a copy that does not exist.

    Raises:
        StorageError: the store cannot be read.
    """
    if not is_url(source):
        return LocalCopy(local_path(source)), lambda _: None
    if (directory := directory_of(source)) != source:
        copy, fetch_more = fetch_run(directory)
        return copy.inside(copy.path / RESULTS), fetch_more
    store = Store(source)
    copy = store.copy_at(scratch() / store.name)
    waiting = set(run_files_in(store))
    for folder in FOLDERS:
        if any(name.startswith(folder) for name in waiting):
            (copy.path / folder).mkdir(parents=True)  # shows that a run was begun

    def fetch(name: str) -> None:
        if name in waiting:
            store.fetch(name, copy.path / name, dated=name in _DATING)
            waiting.discard(name)

    for name in (RECORD, RESULTS, OWNER):
        fetch(name)
    return copy, fetch


def fetch_runs(source: str) -> LocalCopy:
    """A directory of run directories, or one run directory, without predictions.

    Args:
        source: a path, or a URL; or that of the ``results.json`` of a run.

    Raises:
        StorageError: the store cannot be read.
    """
    source = directory_of(source)
    if not is_url(source):
        return LocalCopy(local_path(source))
    store = Store(source)
    copy = store.copy_at(scratch() / store.name)
    for name in store.below():
        folder, _, file = name.rpartition("/")
        inner = f"{folder.rpartition('/')[2]}/{file}"
        if is_run_file(inner) and inner.startswith(f"{PREDICTIONS}/"):
            (copy.path / folder).mkdir(parents=True, exist_ok=True)  # shows that a run was begun
        elif is_run_file(file) and file != REFERENCES:
            store.fetch(name, copy.path / name, dated=file in _DATING)
    return copy
