"""The contract of every engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

Request_contra = TypeVar("Request_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
Result = TypeVar("Result")
Request = TypeVar("Request")


class Work(Protocol[Request_contra, Result_co]):
    """A function of requests: created in the driver, pickled, and called in workers."""

    def begin(self) -> None:
        """Prepare; called once in each worker before its first request, and may be slow."""

    def __call__(self, request: Request_contra, /) -> Result_co:
        """The result of a request, which depends on that request alone."""


@dataclass(frozen=True)
class Resources:
    """What one worker needs.

    Attributes:
        cpus: cores.
        gpus: devices, or a fraction of one.
        memory: bytes; None if unknown.
        replicas: the maximum number of workers; None for no maximum.
    """

    cpus: float = 1
    gpus: float = 0
    memory: int | None = None
    replicas: int | None = None


ONE_CORE = Resources()


@dataclass(frozen=True)
class Lost:
    """Replaces the result of a request on which several workers died in turn.

    Attributes:
        request: the request.
        reason: how the workers died.
    """

    request: Any
    reason: str


class Engine(ABC):
    """Maps work over requests. A context manager: leaving it ends every worker.

    Args:
        on_event: called with each event, in the thread that draws the results.

    Attributes:
        events: what went wrong and was repaired, one sentence each.
    """

    def __init__(self, on_event: Callable[[str], None] | None = None) -> None:
        self.events: list[str] = []
        self._on_event = on_event

    @abstractmethod
    def map(
        self,
        work: Work[Request, Result],
        requests: Iterable[Request],
        resources: Resources = ONE_CORE,
    ) -> Generator[Result | Lost, None, None]:
        """Yield the results in the order of the requests, which are drawn a few ahead.

        If the same ``work`` is mapped again, it finds the workers that have started it; other work
        replaces it there. Close the iterator if you stop before its end.

        Raises:
            Exception: whatever the work raised; the request is not tried again.
            ConfigError: the resources are not available.
            WorkersDiedError: workers die before they start.
        """

    @abstractmethod
    def close(self) -> None:
        """End every worker."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def tell(self, event: str) -> None:
        """Record an event and pass it on."""
        self.events.append(event)
        if self._on_event:
            self._on_event(event)
