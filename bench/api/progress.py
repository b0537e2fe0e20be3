"""Who is told how far a function has come."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from bench.runs.run import Progress


def reported(wanted: bool | Progress) -> AbstractContextManager[Progress]:
    """Bars and notes on standard error, nothing, or the given object."""
    if not isinstance(wanted, bool):
        return nullcontext(wanted)
    if not wanted:
        return nullcontext(_Silent())
    from bench.reports.progress import progress_bars

    return progress_bars()


class _Silent:
    """Progress that nobody wants to see."""

    def start(self, label: str, articles: int, done: int) -> None:
        pass

    def advance(self, articles: int) -> None:
        pass

    def tell(self, event: str) -> None:
        pass
