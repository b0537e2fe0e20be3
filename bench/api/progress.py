"""Where a function reports its progress."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from bench.runs.run import Progress, Silent


def reported(wanted: bool | Progress) -> AbstractContextManager[Progress]:
    """Bars and notes on standard error, nothing, or the given object."""
    if not isinstance(wanted, bool):
        return nullcontext(wanted)
    if not wanted:
        return nullcontext(Silent())
    from bench.reports.progress import progress_bars

    return progress_bars()
