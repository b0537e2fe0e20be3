"""What every engine promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

Block_contra = TypeVar("Block_contra", contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)
Answer = TypeVar("Answer")
Block = TypeVar("Block")


class Work(Protocol[Block_contra, Answer_co]):
    """Something to be done to blocks; made in the driver, pickled, and done in a worker."""

    def begin(self) -> None:
        """Get ready: called once in each worker before its first block, and may be slow."""

    def __call__(self, block: Block_contra, /) -> Answer_co:
        """The answer to a block, which depends on that block alone."""


@dataclass(frozen=True)
class Resources:
    """What one worker takes of the machine it is on.

    Attributes:
        cpus: cores.
        gpus: devices, or a share of one.
        memory: bytes; None for whatever it turns out to be.
        replicas: at most so many workers; None for as many as there is room for.
    """

    cpus: float = 1
    gpus: float = 0
    memory: int | None = None
    replicas: int | None = None


ONE_CORE = Resources()


@dataclass(frozen=True)
class Lost:
    """Stands for the answer to a block on which one worker after the other died."""

    block: Any
    reason: str


class Engine(ABC):
    """Spreads work. A context manager: leaving it ends every worker.

    Args:
        on_event: told each event, in the thread that draws the answers.

    Attributes:
        events: what went wrong and was mended, one sentence each.
    """

    def __init__(self, on_event: Callable[[str], None] | None = None) -> None:
        self.events: list[str] = []
        self._on_event = on_event

    @abstractmethod
    def map(
        self, work: Work[Block, Answer], blocks: Iterable[Block], resources: Resources = ONE_CORE
    ) -> Generator[Answer | Lost, None, None]:
        """Answers in the order of the blocks, which are drawn only a few ahead of them.

        The same ``work`` given again finds the workers that have begun it; another one takes its
        place there. Close the iterator if it is not drawn to its end.

        Raises:
            Exception: whatever the work raised; nothing of it is tried again.
            ConfigError: there are no such resources.
            WorkersDiedError: workers die before they have begun.
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
        """Take note of an event, and pass it on."""
        self.events.append(event)
        if self._on_event:
            self._on_event(event)
