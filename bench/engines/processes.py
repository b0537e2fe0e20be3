"""Work spread over processes of this machine."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable

from bench.engines.base import Resources
from bench.engines.pool import Pool
from bench.engines.remote import DiedError, Remote, driver_path
from bench.engines.worker import read_frame, write_frame


class ProcessesEngine(Pool):
    """Does as many blocks at a time as there are cores, each in a process of its own.

    It knows of cores only: a work that takes a ``gpu`` has as many workers as ``replicas`` says,
    one if it does not say.

    Args:
        workers: how many cores to use; None for all that this process may use.
        on_event: see ``Engine``.
    """

    def __init__(
        self, workers: int | None = None, on_event: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(on_event)
        self._cores = workers or usable_cores()
        self._workers = 0

    def room(self, resources: Resources) -> int:
        """One worker at least: it takes what there is."""
        room = 1 if resources.gpus and not resources.replicas else self._cores
        workers = max(1, min(room, resources.replicas or room, int(self._cores / resources.cpus)))
        if workers != self._workers:
            self.close()  # those started for more or fewer have other numbers of threads
            self._workers = workers
        return workers

    def hire(self, resources: Resources) -> Remote:  # noqa: ARG002 - part of the contract
        """Start a process."""
        return _Process(threads=max(1, min(self._cores, usable_cores()) // self._workers))


class _Process(Remote):
    """A fresh interpreter that reads from and writes to pipes, and no other descriptor of ours.

    It is not forked, since threads of numpy and torch do not survive that, and does not import the
    driver's main module, so the numbers of threads below are there before any library is.
    """

    def __init__(self, threads: int) -> None:
        self._path = driver_path()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P"),
                *(f"-W{option}" for option in sys.warnoptions),
                *("-m", "bench.engines.worker"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                "OMP_NUM_THREADS": str(threads),  # heeded by BLAS, torch and pyarrow
                "RAYON_NUM_THREADS": str(threads),  # by tokenizers
                **os.environ,
                "PYTHONPATH": os.pathsep.join(self._path),
            },
            start_new_session=True,  # an interrupt from the keyboard is the driver's to handle
        )
        assert self._process.stdin
        assert self._process.stdout
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self.name = str(self._process.pid)

    def begin(self, work: bytes) -> bytes:
        """See ``Remote``."""
        return self._ask("begin", self._path, work)

    def do(self, block: bytes) -> bytes:
        """See ``Remote``."""
        if self._process.poll() is not None:
            raise DiedError(self._how(), idle=True)
        return self._ask("do", block)

    def _ask(self, method: str, *arguments: object) -> bytes:
        try:
            write_frame(self._requests, pickle.dumps((method, arguments), protocol=5))
            return read_frame(self._answers)
        except (EOFError, OSError, ValueError):  # ValueError where the driver closed it meanwhile
            raise DiedError(self._how()) from None

    def _how(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"exited with code {code}"
        return f"was killed by signal {-code} ({signal.Signals(-code).name})"

    def close(self) -> None:
        """See ``Remote``."""
        self._process.kill()
        self._process.wait()
        if hasattr(os, "killpg"):  # what the work has started is in the session of the worker
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
