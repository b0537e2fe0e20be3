"""Progress on standard error, in a terminal, a notebook or a log file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from bench.data.urls import masked_within
from bench.display import count
from bench.reports.terminal import console, printable

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_PATIENCE = 30.0  # seconds between two lines in a file
_TICK = 1.0  # seconds between two looks at what is done


@contextmanager
def progress_bars() -> Iterator[_ProgressBars]:
    """A bar for each model and task on standard error; periodic lines if it is a file."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
    )
    error = console(error=True)
    ended = Event()
    with Progress(*columns, console=error, transient=True, disable=not error.is_terminal) as bars:
        shown = _ProgressBars(bars)
        clock = Thread(target=shown.keep_telling, args=(ended,), daemon=True)
        clock.start()
        try:
            yield shown
        finally:
            ended.set()
            clock.join()


class _ProgressBars:
    """The bars, as a ``Progress`` for ``bench.runs``."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._current: TaskID | None = None
        self._label, self._articles, self._found, self._done = "", 0, 0, 0
        self._is_loading: Callable[[], bool] = _never
        self._events: set[str] = set()
        self._began = self._told = time.monotonic()
        self._lock = Lock()  # a thread of its own tells how far the others are

    def start(self, label: str, articles: int, done: int = 0) -> None:
        with self._lock:
            self._current = self._bars.add_task(label, total=articles, completed=done, rate="")
            self._label, self._articles, self._found, self._done = label, articles, done, done
            self._began = time.monotonic()
            self._is_loading = _never

    @property
    def stage(self) -> str:
        """How far the current stage is; "" before the first."""
        done = f"{printable(self._label)}: {self._done} of {count(self._articles, 'article')} done"
        return done if self._current is not None else ""

    def watch(self, is_loading: Callable[[], bool]) -> None:
        """Ask this whether the model of the stage is being loaded."""
        self._is_loading = is_loading

    def tell(self, event: str) -> None:
        line = printable(masked_within(event))
        if line not in self._events:
            self._events.add(line)
            self._bars.console.print(f"note: {line}", style="yellow", soft_wrap=True)

    def advance(self, articles: int) -> None:
        if self._current is None:
            return
        with self._lock:
            self._done += articles
            self._bars.update(self._current, advance=articles, rate=self._state())
        self._tell_now_and_then()

    def keep_telling(self, ended: Event) -> None:
        """Tell what is done until the run ends, also while no article is finished."""
        while not ended.wait(_TICK):
            with self._lock:
                waits = self._current is not None and self._done == self._found < self._articles
                if self._current is not None and waits:
                    self._bars.update(self._current, rate=self._state())
            self._tell_now_and_then()

    def _tell_now_and_then(self) -> None:
        """A line if none was printed for a while, where there are no bars."""
        with self._lock:
            is_open = self._current is not None and self._done < self._articles
            now = time.monotonic()
            if not (self._bars.disable and is_open and now - self._told > _PATIENCE):
                return
            self._told = now
            line = f"{printable(self._label)}: {self._done}/{self._articles}, {self._state()}"
            if self._done > self._found:
                left = (self._articles - self._done) / self._rate()
                line += f", {left:z.0f} s left"
            print(line, file=sys.stderr, flush=True)

    def _state(self) -> str:
        """The rate, or what is awaited before the first article is done."""
        if self._done > self._found:
            rate = self._rate()
            return f"{rate:z.1f}/s" if rate >= 1 else f"{1 / rate:z.1f} s each"
        what = "loading the model" if self._is_loading() else "no article done yet"
        return f"{what}, {time.monotonic() - self._began:z.0f} s so far"

    def _rate(self) -> float:
        return (self._done - self._found) / max(time.monotonic() - self._began, 1e-9)


def _never() -> bool:
    return False
