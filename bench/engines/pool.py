"""Work spread over workers that may die.

Each worker has one block in hand and one thread in the driver that waits for it. So it is always
plain on which block a worker died, and no block is charged with the death of another's worker.
"""

from __future__ import annotations

import pickle
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from queue import PriorityQueue, SimpleQueue
from threading import Lock, Thread
from typing import Any

from bench.engines.base import ONE_CORE, Answer, Block, Engine, Lost, Resources, Work
from bench.engines.remote import DiedError, Remote, opened
from bench.errors import WorkersDiedError

TRIES = 3
"""Workers that may die on a block, or before they have begun, until it is given up."""
AHEAD = 2
"""Blocks drawn for each worker: one in hand, one that waits for it or has been answered early."""
_LOOK_UP = 1.0  # seconds after which the driver looks up from waiting: events, new room
_LOOK_ROUND = 5.0  # seconds between two looks at how much room there is


@dataclass(order=True)
class _Job:
    index: float
    block: Any = field(compare=False, default=None)
    deaths: int = field(compare=False, default=0)
    answer: Future[Any] = field(compare=False, default_factory=Future)


class Pool(Engine):
    """An engine with workers elsewhere, which it keeps from one map to the next."""

    def __init__(self, on_event: Callable[[str], None] | None = None) -> None:
        super().__init__(on_event)
        self.spare: list[Remote] = []
        self.told: SimpleQueue[str] = SimpleQueue()
        """Events of threads that are not the driver's own."""

    @abstractmethod
    def room(self, resources: Resources) -> int:
        """How many workers there is room for, at least one.

        Raises:
            ConfigError: there will be room for none.
        """

    @abstractmethod
    def hire(self, resources: Resources) -> Remote:
        """A new worker, without waiting for it."""

    def map(
        self, work: Work[Block, Answer], blocks: Iterable[Block], resources: Resources = ONE_CORE
    ) -> Generator[Answer | Lost, None, None]:
        """See ``Engine.map``."""
        crew = _Crew(self, work, resources)
        try:
            yield from crew.answers(iter(blocks))
        finally:
            crew.dismiss()
            self.flush()

    def flush(self) -> None:
        """Tell what has happened since the last time."""
        while not self.told.empty():
            self.tell(self.told.get())

    def close(self) -> None:
        """End every worker."""
        while self.spare:
            self.spare.pop().close()


class _Crew:
    """The workers of one map, each with its thread."""

    def __init__(self, pool: Pool, work: object, resources: Resources) -> None:
        self._pool = pool
        self._work = work
        self._pickled = pickle.dumps(work, protocol=5)
        self._resources = resources
        self._queue: PriorityQueue[_Job] = PriorityQueue()
        self._threads: list[Thread] = []
        self._workers: set[Remote] = set()
        self._lock = Lock()
        self._dismissed = False
        self._broken: Future[None] = Future()
        self._room = 0
        self._looked = 0.0

    def answers(self, blocks: Iterator[Any]) -> Iterator[Any]:
        """Answers in order, at most ``AHEAD`` blocks in hand for each worker."""
        window: deque[_Job] = deque()
        drawn = 0
        while True:
            self._look_round()
            while len(window) < AHEAD * self._room:
                try:
                    job = _Job(drawn, next(blocks))
                except StopIteration:
                    break
                drawn += 1
                window.append(job)
                self._queue.put(job)
            self._staff(len(window))
            if not window:
                return
            wait({window[0].answer, self._broken}, _LOOK_UP, FIRST_COMPLETED)
            self._pool.flush()
            if window[0].answer.done():
                yield window.popleft().answer.result()
            elif self._broken.done():
                self._broken.result()

    def _look_round(self) -> None:
        if not self._room or time.monotonic() > self._looked + _LOOK_ROUND:
            self._room = self._pool.room(self._resources)
            self._looked = time.monotonic()
            while len(self._pool.spare) > self._room:
                self._pool.spare.pop().close()

    def _staff(self, jobs: int) -> None:
        """A worker for each block in hand, while there is room."""
        while len(self._threads) < min(self._room, jobs):
            thread = Thread(target=self._attend, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _attend(self) -> None:
        """Keep one worker busy, and replace it when it dies."""
        deaths = 0
        try:
            while not self._dismissed:
                worker = self._take()
                fresh = worker.work is None
                try:
                    self._begin(worker)
                except DiedError as death:
                    deaths += fresh
                    when = "before it had begun" if fresh else "while it was idle"
                    self._bury(worker, f"{death} {when}")
                    if deaths == TRIES:
                        raise WorkersDiedError(
                            f"{TRIES} workers died before they had begun; the last one {death}"
                        ) from None
                else:
                    deaths = 0
                    if self._work_off(worker):
                        return
        except BaseException as error:  # noqa: BLE001 - raised in the driver
            with self._lock:
                if not self._broken.done():
                    self._broken.set_exception(error)

    def _take(self) -> Remote:
        with self._lock:
            worker = self._pool.spare.pop() if self._pool.spare else None
            worker = worker or self._pool.hire(self._resources)
            worker.idle = False
            self._workers.add(worker)
            if self._dismissed:
                worker.close()
            return worker

    def _begin(self, worker: Remote) -> None:
        if worker.work is not self._work:
            worker.work = None
            _, error = opened(worker.begin(self._pickled))
            if error:
                self._bury(worker)
                raise error
            worker.work = self._work

    def _work_off(self, worker: Remote) -> bool:
        """Give it one block after the other; whether it has outlived them."""
        while True:
            worker.idle = True
            job = self._queue.get()
            with self._lock:
                if self._dismissed:
                    if worker in self._workers:
                        self._pool.spare.append(worker)
                    return True
                worker.idle = False
            try:
                answer, error = opened(worker.do(pickle.dumps(job.block, protocol=5)))
            except DiedError as death:
                self._charge(job, worker, death)
                return False
            except BaseException as fault:  # noqa: BLE001 - of a block that cannot be pickled
                error = fault
            worker.idle = True
            if error:
                job.answer.set_exception(error)
            else:
                job.answer.set_result(answer)

    def _charge(self, job: _Job, worker: Remote, death: DiedError) -> None:
        if death.idle:
            self._bury(worker, f"{death} while it was idle")
        else:
            job.deaths += 1
            if job.deaths == TRIES:
                self._bury(worker, f"{death}; its block is given up after {TRIES} tries")
                reason = f"{TRIES} workers died on its block; the last one {death}"
                job.answer.set_result(Lost(job.block, reason))
                return
            again = f"its block is done again, try {job.deaths + 1} of {TRIES}"
            self._bury(worker, f"{death}; {again}")
        self._queue.put(job)

    def _bury(self, worker: Remote, how: str | None = None) -> None:
        worker.close()
        with self._lock:
            self._workers.discard(worker)
            if how and not self._dismissed:
                self._pool.told.put(f"worker {worker.name} {how}")

    def dismiss(self) -> None:
        """Keep the workers that are idle for the next map, and end those that are not."""
        with self._lock:
            self._dismissed = True
            for worker in [worker for worker in self._workers if not worker.idle]:
                self._workers.discard(worker)
                worker.close()
        for _ in self._threads:
            self._queue.put(_Job(-1))
        for thread in self._threads:
            thread.join()
        for worker in [spare for spare in self._pool.spare if spare.work is not self._work]:
            self._pool.spare.remove(worker)
            worker.close()
