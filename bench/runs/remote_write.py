"""Writes run directories in other stores: works in a local copy and uploads it.

Each URL has its own local copy, so that a killed run continues from the rows in the copy and in the
store. Files of predictions and ratings, and ``owner.json``, are uploaded during the run, everything
else at its end, ``results.json`` last.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bench.data.files import replacing
from bench.data.storage import Store
from bench.data.urls import is_url, local_path
from bench.errors import BenchError, OccupiedError, StorageError
from bench.runs.directory import sole_writer
from bench.runs.files import FOLDERS, OWNER, RECORD, RESULTS, is_run_file
from bench.runs.owner import DEFAULT, Policy
from bench.runs.plan import Plan
from bench.runs.remote_read import run_files_in
from bench.runs.results import Results
from bench.runs.run import Progress, execute

PAUSE = 60.0
"""Minimum seconds between two uploads of one growing file."""
_SHARE = 0.1  # of the time that uploads may take
_MARK = ".running"


class RemoteRun:
    """A run directory in a store and its local copy.

    Args:
        url: the URL of the run directory.
        directory: the local copy.

    Attributes:
        copy: the same, for messages.

    Raises:
        StorageError: the store cannot be read or written.
    """

    def __init__(self, url: str, directory: Path) -> None:
        self.directory = directory
        self._store = Store(url)
        self.copy = self._store.copy_at(directory)
        self._digests: dict[str, str] = {}  # of the files in the store
        self._states: dict[str, tuple[int, int]] = {}  # of local files when they were uploaded
        self._next = 0.0

    @property
    def has_rows(self) -> bool:
        """Whether the local copy holds files of predictions or ratings."""
        return any(name.startswith(FOLDERS) for name in self._own())

    def download(self) -> None:
        """Merge the local copy with the store.

        Local and remote rows are both kept: their keys decide which are used.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        mark = self.directory.with_name(_MARK)
        mark.touch()
        self._store.put(mark, _MARK)  # fails now, not after the run, if writing is not allowed
        remote_files = run_files_in(self._store)
        begun_here = not {OWNER, RECORD} & set(remote_files)
        for name in self._own():
            if not name.startswith(FOLDERS) and not (name == OWNER and begun_here):
                (self.directory / name).unlink()
        joined = [self._take(name) for name in remote_files]
        if any(joined):  # the remote results do not cover the local rows
            (self.directory / RESULTS).unlink(missing_ok=True)

    def upload_predictions(self) -> None:
        """Upload new predictions and ratings, unless the last upload was a moment ago."""
        began = time.monotonic()
        if began < self._next:
            return
        self._next = began + PAUSE  # also where it fails
        own = self._own()
        if OWNER in own:  # the record of another run must not claim this one
            self._remove(RESULTS)
            self._remove(RECORD)
        self._put([name for name in own if name == OWNER or name.startswith(FOLDERS)])
        spent = time.monotonic() - began
        self._next = time.monotonic() + max(PAUSE, spent / _SHARE)

    def upload_all(self) -> None:
        """Make the store equal to the local copy."""
        own = self._own()
        for name in sorted(set(self._digests) - {*own, OWNER}):
            self._remove(RESULTS)
            self._remove(name)
        self._put(own)
        if OWNER not in own:
            self._remove(OWNER)
        self._store.remove(_MARK)

    def release(self) -> None:
        """Leave the store unchanged."""
        self._store.remove(_MARK)

    def upload_soon(self) -> None:
        """Let the next ``upload_predictions`` run at once."""
        self._next = 0.0

    def _put(self, names: list[str]) -> None:
        changed = [name for name in names if self._has_changed(name)]
        if changed and (RESULTS in names or not (self.directory / RESULTS).exists()):
            self._remove(RESULTS)  # it does not match the new files
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
        """Fetch a file; return whether its rows were merged with local ones."""
        file = self.directory / name
        fetched = file.with_name(f"{file.name}.fetched")
        self._store.fetch(name, fetched)
        self._digests[name] = _digest(fetched)
        if file.exists() and file.suffix != ".jsonl":
            fetched.unlink()  # the local file is newer
        elif file.exists() and _digest(file) != self._digests[name]:
            with replacing(file) as part, part.open("wb") as joined:
                for source in (file, fetched):
                    with source.open("rb") as lines:
                        joined.writelines(line for line in lines if line.endswith(b"\n"))
            fetched.unlink()
            return True
        else:
            fetched.replace(file)
            self._states[name] = _state(file)
        return False

    def _own(self) -> list[str]:
        """The local files of the run, as paths relative to the directory."""
        files = (f for f in self.directory.rglob("*") if f.is_file())
        names = (file.relative_to(self.directory).as_posix() for file in files)
        return sorted(filter(is_run_file, names), key=_rank)


@contextmanager
def remote_run(url: str) -> Iterator[RemoteRun]:
    """A local copy of the run directory at ``url``, uploaded and then deleted on success.

    After an error the predictions are uploaded, but not ``results.json``, and the copy stays.

    Raises:
        StorageError: the store cannot be read or written.
        RunDirectoryError: another process on this machine is writing there.
    """
    store = Store(url)
    store.check_writable()
    home = _cache() / hashlib.sha256(store.shown.encode()).hexdigest()[:16]
    with store.copy_at(home).errors_renamed(), sole_writer(home), ExitStack() as stack:
        remote = RemoteRun(url, home / store.name)
        stack.enter_context(remote.copy.errors_renamed())
        interrupted = remote.has_rows
        try:
            remote.download()
        except BenchError:
            if not remote.has_rows:
                shutil.rmtree(home, ignore_errors=True)
            raise
        try:
            yield remote
        except OccupiedError:
            remote.release()
            if not interrupted:
                shutil.rmtree(home, ignore_errors=True)
            raise
        except BaseException:
            remote.upload_soon()
            with suppress(BenchError):  # the first error is the one to report
                remote.upload_predictions()
            raise
        try:
            remote.upload_all()
        except StorageError as error:
            kept = "nothing is lost: run the same command on this machine again to continue"
            raise StorageError([*error.problems, kept]) from None
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def run_directory(output: str) -> Iterator[Path]:
    """A local directory to write a run into.

    Args:
        output: a path, or a URL to which the directory is uploaded.

    Raises:
        BenchError: as ``remote_run`` does.
    """
    if is_url(output):
        with remote_run(output) as remote:
            yield remote.directory
    else:
        yield local_path(output)


def execute_at(plan: Plan, output: str, progress: Progress, policy: Policy = DEFAULT) -> Results:
    """Carry out a plan.

    Args:
        plan: the plan.
        output: the run directory, a path or a URL.
        progress: receives the progress.
        policy: what happens to an earlier run in the directory.

    Raises:
        BenchError: as ``execute`` and ``remote_run`` do.
    """
    if not is_url(output):
        return execute(plan, local_path(output), progress, policy)
    with remote_run(output) as remote:
        return execute(plan, remote.directory, _UploadingProgress(remote, progress), policy)


class _UploadingProgress:
    """Passes progress on, and uploads predictions as they come."""

    def __init__(self, remote: RemoteRun, progress: Progress) -> None:
        self._remote, self._progress = remote, progress

    def start(self, label: str, articles: int, done: int) -> None:
        self._remote.upload_soon()
        self._upload()
        self._progress.start(label, articles, done)

    def advance(self, articles: int) -> None:
        self._progress.advance(articles)
        self._upload()

    def tell(self, event: str) -> None:
        self._progress.tell(self._remote.copy.renamed(event))

    def _upload(self) -> None:
        try:
            self._remote.upload_predictions()
        except BenchError as error:  # the upload at the end of the run is another try
            self._progress.tell(f"{error}; the upload is tried again later")


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "qgbench" / "runs"


def _rank(name: str) -> tuple[bool, bool, bool, str]:
    return name == RESULTS, name != OWNER, not name.startswith(FOLDERS), name


def _state(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
