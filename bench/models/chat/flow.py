"""Runs asynchronous work for a synchronous caller."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, suppress
from threading import Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Context = TypeVar("Context")
_LOOK_UP = 1.0  # seconds until an interrupt is noticed on systems where it does not end a wait


def flow(
    items: Iterable[Item],
    opened: Callable[[], AbstractAsyncContextManager[Context]],
    work: Callable[[Context, Item], Awaitable[Result]],
    ahead: int,
) -> Iterator[tuple[Item, Result]]:
    """Yield each item with its result, in order of completion.

    The event loop runs in a separate thread, so that it continues while the caller is busy, and the
    caller may have its own loop. Items are drawn in the thread of the caller. Closing the iterator
    cancels all pending work.

    Args:
        items: drawn one by one.
        opened: the context that all work shares.
        work: processes an item.
        ahead: maximum number of pending items.

    Raises:
        Exception: any exception of the work or the context.
    """
    with _Loop(opened, work) as loop:
        under_way = 0
        for item in items:
            loop.start(item)
            under_way += 1
            while under_way >= ahead or (under_way and loop.has_result()):
                yield loop.result()
                under_way -= 1
        for _ in range(under_way):
            yield loop.result()


class _Loop(Generic[Context, Item, Result]):
    """An event loop in a thread."""

    def __init__(
        self,
        opened: Callable[[], AbstractAsyncContextManager[Context]],
        work: Callable[[Context, Item], Awaitable[Result]],
    ) -> None:
        self._opened = opened
        self._work = work
        self._results: queue.SimpleQueue[tuple[Item, Future[Result]]] = queue.SimpleQueue()
        self._ready: Future[tuple[asyncio.AbstractEventLoop, Context]] = Future()
        self._tasks: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Loop[Context, Item, Result]:
        self._thread.start()
        self._loop, self._context = self._ready.result()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(RuntimeError):  # the loop has already ended
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def start(self, item: Item) -> None:
        self._loop.call_soon_threadsafe(self._start, item)

    def has_result(self) -> bool:
        return not self._results.empty()

    def result(self) -> tuple[Item, Result]:
        while True:
            try:
                item, result = self._results.get(timeout=_LOOK_UP)
            except queue.Empty:
                if not self._thread.is_alive() and self._results.empty():
                    raise self._ended() from self._fault
                continue
            try:
                return item, result.result()
            except asyncio.CancelledError as error:
                raise self._ended() from error

    @staticmethod
    def _ended() -> RuntimeError:
        return RuntimeError("the event loop ended before its work")

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - raised in the caller's thread
            self._fault = error
            if not self._ready.done():
                self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        async with self._opened() as context:
            self._ready.set_result((asyncio.get_running_loop(), context))
            await self._over.wait()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, item: Item) -> None:
        task = asyncio.ensure_future(self._do(item))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, item: Item) -> None:
        result: Future[Result] = Future()
        try:
            result.set_result(await self._work(self._context, item))
        except BaseException as error:
            result.set_exception(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._results.put((item, result))
