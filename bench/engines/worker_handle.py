"""The driver's handle of a worker."""

from __future__ import annotations

import pickle
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any


class DiedError(Exception):
    """A worker died; the message completes "worker N ...", as in "was killed by signal 9"."""

    def __init__(self, how: str, *, idle: bool = False) -> None:
        super().__init__(how)
        self.idle = idle


class WorkerHandle(ABC):
    """A worker as the driver controls it."""

    work: object = None
    """The work that it has begun."""
    idle = False
    name: str

    @abstractmethod
    def begin(self, work: bytes) -> bytes:
        """Make it begin the work, and wait for its reply.

        Raises:
            DiedError: it died.
        """

    @abstractmethod
    def do(self, request: bytes) -> bytes:
        """Make it process a request, and wait for its reply; raises like ``begin``."""

    @abstractmethod
    def close(self) -> None:
        """End it at once; a thread that waits for it gets a ``DiedError``. May be called twice."""


def driver_path() -> list[str]:
    """The module search path of the driver, for its workers."""
    return [entry or str(Path.cwd()) for entry in sys.path]


def read_reply(reply: bytes) -> tuple[Any, BaseException | None]:
    """Read the reply of a worker: a result or an error.

    Raises:
        DiedError: it ran out of memory, which another worker may not.
    """
    result, error = pickle.loads(reply)
    if isinstance(error, MemoryError):
        raise DiedError("ran out of memory")
    return result, error
