"""Work in processes of this machine."""

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
from bench.engines.worker import read_frame, write_frame
from bench.engines.worker_handle import DiedError, WorkerHandle, driver_path


class ProcessesEngine(Pool):
    """Processes as many requests at a time as there are cores, each in its own process.

    It counts cores only: work that needs a GPU gets as many workers as ``replicas`` says, or one.

    Args:
        workers: the number of cores to use; None for all that this process may use.
        on_event: see ``Engine``.
    """

    def __init__(
        self, workers: int | None = None, on_event: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(on_event)
        self._cores = workers or usable_cores()
        self._workers = 0

    def room(self, resources: Resources) -> int:
        """At least one worker, which takes whatever there is."""
        room = 1 if resources.gpus and not resources.replicas else self._cores
        workers = max(1, min(room, resources.replicas or room, int(self._cores / resources.cpus)))
        if workers != self._workers:
            self.close()  # workers started for another number have other numbers of threads
            self._workers = workers
        return workers

    def start_worker(self, resources: Resources) -> WorkerHandle:  # noqa: ARG002 - part of the contract
        """Start a process."""
        return _Process(threads=max(1, min(self._cores, usable_cores()) // self._workers))


class _Process(WorkerHandle):
    """A fresh interpreter that shares two pipes with the driver and no other descriptor.

    It is not forked, because threads of numpy and torch do not survive a fork. It does not import
    the driver's main module, so the numbers of threads are set before any library is imported.
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
                "OMP_NUM_THREADS": str(threads),  # read by BLAS, torch and pyarrow
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
        """See ``WorkerHandle``."""
        return self._ask("begin", self._path, work)

    def do(self, request: bytes) -> bytes:
        """See ``WorkerHandle``."""
        if self._process.poll() is not None:
            raise DiedError(self._how(), idle=True)
        return self._ask("do", request)

    def _ask(self, method: str, *arguments: object) -> bytes:
        try:
            write_frame(self._requests, pickle.dumps((method, arguments), protocol=5))
            return read_frame(self._answers)
        except (EOFError, OSError, ValueError):  # ValueError if the driver closed it meanwhile
            raise DiedError(self._how()) from None

    def _how(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"exited with code {code}"
        return f"was killed by signal {-code} ({signal.Signals(-code).name})"

    def close(self) -> None:
        """See ``WorkerHandle``."""
        self._process.kill()
        self._process.wait()
        if hasattr(
            os, "killpg"
        ):  # processes that the work has started are in the session of the worker
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()


def usable_cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
