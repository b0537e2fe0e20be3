"""A worker, seen from the driver."""

from __future__ import annotations

import pickle
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any


class DiedError(Exception):
    """A worker died; the message is what it did: "was killed by signal 9"."""

    def __init__(self, how: str, *, idle: bool = False) -> None:
        super().__init__(how)
        self.idle = idle


class Remote(ABC):
    """A worker, seen from the driver."""

    work: object = None
    """What it has begun."""
    idle = False
    name: str

    @abstractmethod
    def begin(self, work: bytes) -> bytes:
        """Ask it to get ready; blocks until it is.

        Raises:
            DiedError: it died meanwhile.
        """

    @abstractmethod
    def do(self, block: bytes) -> bytes:
        """Ask it to do a block; likewise."""

    @abstractmethod
    def close(self) -> None:
        """End it at once; whoever waits for it gets a ``DiedError``. May be called twice."""


def driver_path() -> list[str]:
    """Where the driver finds its modules, so that workers find them too."""
    return [entry or str(Path.cwd()) for entry in sys.path]


def opened(reply: bytes) -> tuple[Any, BaseException | None]:
    """What a worker replied: an answer or an error.

    Raises:
        DiedError: it ran out of memory, which is no fault of the work.
    """
    answer, error = pickle.loads(reply)
    if isinstance(error, MemoryError):
        raise DiedError("ran out of memory")
    return answer, error
