"""Work on workers that may die.

Each worker has at most one request, and one thread in the driver that waits for it. So it is known
on which request a worker died.
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

from bench.engines.base import ONE_CORE, Engine, Lost, Request, Resources, Result, Work
from bench.engines.worker_handle import DiedError, WorkerHandle, read_reply
from bench.errors import WorkersDiedError

TRIES = 3
"""Number of workers that may die on a request, or before they start, until it fails."""
AHEAD = 2
"""Requests drawn for each worker: one in progress, one waiting or completed early."""
_WAKE_UP = 1.0  # seconds between two checks for events and new room while waiting
_ROOM_CHECK = 5.0  # seconds between two checks of how much room there is


@dataclass(order=True)
class _Job:
    index: float
    request: Any = field(compare=False, default=None)
    deaths: int = field(compare=False, default=0)
    result: Future[Any] = field(compare=False, default_factory=Future)


class Pool(Engine):
    """An engine whose workers are other processes, kept from one map to the next."""

    def __init__(self, on_event: Callable[[str], None] | None = None) -> None:
        super().__init__(on_event)
        self.spare: list[WorkerHandle] = []
        self.pending_events: SimpleQueue[str] = SimpleQueue()
        """Events from the threads of workers, to be reported by the driver's thread."""

    @abstractmethod
    def room(self, resources: Resources) -> int:
        """How many workers fit, at least one.

        Raises:
            ConfigError: no worker will ever fit.
        """

    @abstractmethod
    def start_worker(self, resources: Resources) -> WorkerHandle:
        """Start a worker without waiting for it."""

    def map(
        self,
        work: Work[Request, Result],
        requests: Iterable[Request],
        resources: Resources = ONE_CORE,
    ) -> Generator[Result | Lost, None, None]:
        """See ``Engine.map``."""
        workers = _Workers(self, work, resources)
        try:
            yield from workers.results(iter(requests))
        finally:
            workers.dismiss()
            self.flush()

    def flush(self) -> None:
        """Report the events since the last call."""
        while not self.pending_events.empty():
            self.tell(self.pending_events.get())

    def close(self) -> None:
        """End every worker."""
        while self.spare:
            self.spare.pop().close()


class _Workers:
    """The workers of one map, each with its thread in the driver."""

    def __init__(self, pool: Pool, work: object, resources: Resources) -> None:
        self._pool = pool
        self._work = work
        self._pickled = pickle.dumps(work, protocol=5)
        self._resources = resources
        self._queue: PriorityQueue[_Job] = PriorityQueue()
        self._threads: list[Thread] = []
        self._workers: set[WorkerHandle] = set()
        self._lock = Lock()
        self._dismissed = False
        self._broken: Future[None] = Future()
        self._room = 0
        self._room_checked = 0.0

    def results(self, requests: Iterator[Any]) -> Iterator[Any]:
        """Yield the results in order, drawing at most ``AHEAD`` requests for each worker."""
        window: deque[_Job] = deque()
        drawn = 0
        while True:
            self._update_room()
            while len(window) < AHEAD * self._room:
                try:
                    job = _Job(drawn, next(requests))
                except StopIteration:
                    break
                drawn += 1
                window.append(job)
                self._queue.put(job)
            self._start_threads(len(window))
            if not window:
                return
            wait({window[0].result, self._broken}, _WAKE_UP, FIRST_COMPLETED)
            self._pool.flush()
            if window[0].result.done():
                yield window.popleft().result.result()
            elif self._broken.done():
                self._broken.result()

    def _update_room(self) -> None:
        if not self._room or time.monotonic() > self._room_checked + _ROOM_CHECK:
            self._room = self._pool.room(self._resources)
            self._room_checked = time.monotonic()
            while len(self._pool.spare) > self._room:
                self._pool.spare.pop().close()

    def _start_threads(self, jobs: int) -> None:
        """Start a thread for each job while there is room for its worker."""
        while len(self._threads) < min(self._room, jobs):
            thread = Thread(target=self._serve_with_worker, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve_with_worker(self) -> None:
        """Send jobs to one worker, and replace it when it dies."""
        deaths = 0
        try:
            while not self._dismissed:
                worker = self._take()
                fresh = worker.work is None
                try:
                    self._begin(worker)
                except DiedError as death:
                    deaths += fresh
                    when = "before it started" if fresh else "while it was idle"
                    self._discard_worker(worker, f"{death} {when}")
                    if deaths == TRIES:
                        raise WorkersDiedError(
                            f"{TRIES} workers died before they started; the last one {death}"
                        ) from None
                else:
                    deaths = 0
                    if self._process_jobs(worker):
                        return
        except BaseException as error:  # noqa: BLE001 - raised in the driver
            with self._lock:
                if not self._broken.done():
                    self._broken.set_exception(error)

    def _take(self) -> WorkerHandle:
        with self._lock:
            worker = self._pool.spare.pop() if self._pool.spare else None
            worker = worker or self._pool.start_worker(self._resources)
            worker.idle = False
            self._workers.add(worker)
            if self._dismissed:
                worker.close()
            return worker

    def _begin(self, worker: WorkerHandle) -> None:
        if worker.work is not self._work:
            worker.work = None
            _, error = read_reply(worker.begin(self._pickled))
            if error:
                self._discard_worker(worker)
                raise error
            worker.work = self._work

    def _process_jobs(self, worker: WorkerHandle) -> bool:
        """Send the worker one job after the other; return whether it survived them all."""
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
                result, error = read_reply(worker.do(pickle.dumps(job.request, protocol=5)))
            except DiedError as death:
                self._retry_or_give_up(job, worker, death)
                return False
            except BaseException as fault:  # noqa: BLE001 - the request cannot be pickled
                error = fault
            worker.idle = True
            if error:
                job.result.set_exception(error)
            else:
                job.result.set_result(result)

    def _retry_or_give_up(self, job: _Job, worker: WorkerHandle, death: DiedError) -> None:
        """Queue the job again, unless too many workers died on it."""
        if death.idle:
            self._discard_worker(worker, f"{death} while it was idle")
        else:
            job.deaths += 1
            if job.deaths == TRIES:
                self._discard_worker(worker, f"{death}; its batch failed after {TRIES} tries")
                reason = f"{TRIES} workers died on its batch; the last one {death}"
                job.result.set_result(Lost(job.request, reason))
                return
            again = f"its batch is repeated, try {job.deaths + 1} of {TRIES}"
            self._discard_worker(worker, f"{death}; {again}")
        self._queue.put(job)

    def _discard_worker(self, worker: WorkerHandle, how: str | None = None) -> None:
        """Close a worker that died or failed, and report how."""
        worker.close()
        with self._lock:
            self._workers.discard(worker)
            if how and not self._dismissed:
                self._pool.pending_events.put(f"worker {worker.name} {how}")

    def dismiss(self) -> None:
        """Keep idle workers for the next map, and end the others."""
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
