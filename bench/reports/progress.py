"""Progress on standard error, in a terminal, a notebook or a log file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.data.urls import masked_within
from bench.reports.terminal import console, printable

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_PATIENCE = 30.0  # seconds between two lines in a file


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
    with Progress(*columns, console=error, transient=True, disable=not error.is_terminal) as bars:
        yield _ProgressBars(bars)


class _ProgressBars:
    """The bars, as a ``Progress`` for ``bench.runs``."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._current: TaskID | None = None
        self._label, self._articles, self._found, self._done = "", 0, 0, 0
        self._began = self._told = time.monotonic()

    def start(self, label: str, articles: int, done: int = 0) -> None:
        self._current = self._bars.add_task(label, total=articles, completed=done, rate="")
        self._label, self._articles, self._found, self._done = label, articles, done, done
        self._began = time.monotonic()

    def tell(self, event: str) -> None:
        self._bars.console.print(
            f"note: {printable(masked_within(event))}", style="yellow", soft_wrap=True
        )

    def advance(self, articles: int) -> None:
        if self._current is None:
            return
        self._done += articles
        now = time.monotonic()
        rate = (self._done - self._found) / max(now - self._began, 1e-9)
        shown = f"{rate:.1f}/s" if rate >= 1 else f"{1 / max(rate, 1e-9):.1f} s each"
        self._bars.update(self._current, advance=articles, rate=shown)
        if self._bars.disable and now - self._told > _PATIENCE:
            self._told = now
            left = (self._articles - self._done) / max(rate, 1e-9)
            line = f"{self._label}: {self._done}/{self._articles}, {shown}, {left:.0f} s left"
            print(line, file=sys.stderr, flush=True)
