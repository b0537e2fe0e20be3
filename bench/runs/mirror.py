"""A run whose directory lies in another store: done in a copy here, which is put there.

The copy has one place for each URL, so that a run that was killed goes on from what stands in it
and in the store. Prediction files, and whose they are, are put there as the run goes, everything
else at its end, ``results.json`` last.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.data.files import replacing
from bench.data.storage import Store
from bench.data.urls import is_url, local_path, redacting_errors
from bench.errors import BenchError, OccupiedError, StorageError
from bench.runs.directory import sole_writer
from bench.runs.fetched import OWNER, PREDICTIONS, RECORD, RESULTS, is_part, parts
from bench.runs.owner import DEFAULT, Policy
from bench.runs.plan import Plan
from bench.runs.results import Results
from bench.runs.run import Progress, execute

PAUSE = 60.0
"""Seconds at least between two puts of one growing file."""
_SHARE = 0.1  # of the time may go into putting
_MARK = ".running"


class Mirror:
    """The copy of a run directory.

    Args:
        url: of the run directory.
        directory: where the copy is.

    Raises:
        StorageError: the store cannot be read or written.
    """

    def __init__(self, url: str, directory: Path) -> None:
        self.directory = directory
        self._store = Store(url)
        self._store.copied_to(directory)
        self._digests: dict[str, str] = {}  # of what the store holds
        self._states: dict[str, tuple[int, int]] = {}  # of files here when they were put there
        self._next = 0.0

    @property
    def has_rows(self) -> bool:
        """Whether anything was done."""
        return any(name.startswith(PREDICTIONS) for name in self._own())

    def begin(self) -> None:
        """Bring together what an earlier run left here and there.

        Rows here and rows there are both kept: which of them count is decided by their keys.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        mark = self.directory.with_name(_MARK)
        mark.touch()
        self._store.put(mark, _MARK)  # what may not be written to is told now, not after the run
        there = parts(self._store)
        begun_here = not {OWNER, RECORD} & set(there)
        for name in self._own():
            if not name.startswith(PREDICTIONS) and not (name == OWNER and begun_here):
                (self.directory / name).unlink()
        joined = [self._take(name) for name in there]
        if any(joined):  # which the results there are not about
            (self.directory / RESULTS).unlink(missing_ok=True)

    def keep(self) -> None:
        """Put the predictions there that are new, unless that was done a moment ago."""
        began = time.monotonic()
        if began < self._next:
            return
        self._next = began + PAUSE  # also where it fails
        own = self._own()
        if OWNER in own:  # whose run this is must not be said by the record of another
            self._remove(RESULTS)
            self._remove(RECORD)
        self._put([name for name in own if name == OWNER or name.startswith(PREDICTIONS)])
        spent = time.monotonic() - began
        self._next = time.monotonic() + max(PAUSE, spent / _SHARE)

    def finish(self) -> None:
        """Make the store hold what stands here."""
        own = self._own()
        for name in sorted(set(self._digests) - {*own, OWNER}):
            self._remove(RESULTS)
            self._remove(name)
        self._put(own)
        if OWNER not in own:
            self._remove(OWNER)
        self._store.remove(_MARK)

    def refuse(self) -> None:
        """Leave the store as it was found."""
        self._store.remove(_MARK)

    def begin_stage(self) -> None:
        """Let the next ``keep`` put what is new at once."""
        self._next = 0.0

    def _put(self, names: list[str]) -> None:
        changed = [name for name in names if self._has_changed(name)]
        if changed and (RESULTS in names or not (self.directory / RESULTS).exists()):
            self._remove(RESULTS)  # it is no longer of what stands beside it
        for name in sorted({*changed, *({RESULTS} & set(names) if changed else ())}, key=_rank):
            file = self.directory / name
            self._store.put(file, name)
            self._digests[name], self._states[name] = _digest(file), _state(file)

    def _has_changed(self, name: str) -> bool:
        file = self.directory / name
        if self._states.get(name) == _state(file):
            return False
        return self._digests.get(name) != _digest(file)

    def _remove(self, name: str) -> None:
        if self._digests.pop(name, None):
            self._store.remove(name)

    def _take(self, name: str) -> bool:
        """Fetch a file; whether its rows were joined with others that stand here."""
        file = self.directory / name
        there = file.with_name(f"{file.name}.fetched")
        self._store.fetch(name, there)
        self._digests[name] = _digest(there)
        if file.exists() and file.suffix != ".jsonl":
            there.unlink()  # what this machine wrote is newer
        elif file.exists() and _digest(file) != self._digests[name]:
            with replacing(file) as part, part.open("wb") as joined:
                for source in (file, there):
                    with source.open("rb") as lines:
                        joined.writelines(line for line in lines if line.endswith(b"\n"))
            there.unlink()
            return True
        else:
            there.replace(file)
            self._states[name] = _state(file)
        return False

    def _own(self) -> list[str]:
        """The files of the run that stand here, as paths from the directory."""
        files = (f for f in self.directory.rglob("*") if f.is_file())
        names = (file.relative_to(self.directory).as_posix() for file in files)
        return sorted(filter(is_part, names), key=_rank)


@contextmanager
def mirrored(url: str) -> Iterator[Mirror]:
    """A copy of the run directory at ``url``, put there when all went well, and then gone.

    What was done until something went wrong is put there too, but no ``results.json``; the copy
    stays then.

    Raises:
        StorageError: the store cannot be read or written.
        RunDirectoryError: another process on this machine is writing there.
    """
    store = Store(url)
    home = _cache() / hashlib.sha256(store.shown.encode()).hexdigest()[:16]
    store.copied_to(home)
    with redacting_errors(), sole_writer(home):
        mirror = Mirror(url, home / store.name)
        interrupted = mirror.has_rows
        try:
            mirror.begin()
        except BenchError:
            if not mirror.has_rows:
                shutil.rmtree(home, ignore_errors=True)
            raise
        try:
            yield mirror
        except OccupiedError:
            mirror.refuse()
            if not interrupted:
                shutil.rmtree(home, ignore_errors=True)
            raise
        except BaseException:
            mirror.begin_stage()
            with suppress(BenchError):  # what went wrong first is what has to be told
                mirror.keep()
            raise
        try:
            mirror.finish()
        except StorageError as error:
            kept = "nothing is lost: the same command, given here, goes on from what is done"
            raise StorageError([*error.problems, kept]) from None
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def run_directory(place: str) -> Iterator[Path]:
    """A directory to write a run into, whether ``place`` is a path or a URL.

    Raises:
        BenchError: as ``mirrored`` does.
    """
    if is_url(place):
        with mirrored(place) as mirror:
            yield mirror.directory
    else:
        yield local_path(place)


def execute_at(plan: Plan, place: str, progress: Progress, policy: Policy = DEFAULT) -> Results:
    """Do what is planned into a directory or a URL.

    Raises:
        BenchError: as ``execute`` and ``mirrored`` do.
    """
    if not is_url(place):
        return execute(plan, local_path(place), progress, policy)
    with mirrored(place) as mirror:
        return execute(plan, mirror.directory, _Keeping(mirror, progress), policy)


class _Keeping:
    """Progress that puts predictions into the store as they come."""

    def __init__(self, mirror: Mirror, progress: Progress) -> None:
        self._mirror, self._progress = mirror, progress

    def start(self, label: str, articles: int, done: int) -> None:
        self._mirror.begin_stage()
        self._keep()
        self._progress.start(label, articles, done)

    def advance(self, articles: int) -> None:
        self._progress.advance(articles)
        self._keep()

    def tell(self, event: str) -> None:
        self._progress.tell(event)

    def _keep(self) -> None:
        try:
            self._mirror.keep()
        except BenchError as error:  # the run goes on; its end tries again
            self._progress.tell(f"{error}; tried again later")


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "qgbench" / "runs"


def _rank(name: str) -> tuple[bool, bool, bool, str]:
    return name == RESULTS, name != OWNER, not name.startswith(PREDICTIONS), name


def _state(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
