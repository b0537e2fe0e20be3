"""Renderables that depend on the width and encoding of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement

_UNBOUNDED = 100_000  # columns, more than any table has
Make = Callable[[Console, ConsoleOptions], Iterable[RenderableType]]


class Fitted:
    """Parts that depend on the terminal; ``make`` creates them."""

    def __init__(self, make: Make) -> None:
        self._make = make

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self._make(console, options)


def room_beside(part: RenderableType, console: Console, options: ConsoleOptions) -> int:
    """The number of free columns beside an unfolded part; negative if it does not fit."""
    wide = options.update(width=_UNBOUNDED)
    return options.max_width - Measurement.get(console, wide, part).maximum


def shortened_in_the_middle(name: str, width: int) -> str:
    """Shorten a name to at most ``width`` columns: its beginning, an ellipsis and its end."""
    if cell_len(name) <= width:
        return name
    ends = max(1, (width - 1) // 2)
    head, tail = name[: max(1, width - 1 - ends)], name[-ends:]
    while len(head + tail) > 2 and cell_len(head) + 1 + cell_len(tail) > width:
        is_head = len(head) > 1 and (cell_len(head) >= cell_len(tail) or len(tail) == 1)
        head, tail = (head[:-1], tail) if is_head else (head, tail[1:])
    return f"{head}…{tail}"
