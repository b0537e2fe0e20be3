"""Text graphics of scores: bars, intervals on an axis, distributions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEVELS = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS = "_.:-=+*#"


def level_character(share: float, *, ascii_only: bool = False) -> str:
    """One of ``▁▂▃▄▅▆▇█`` for a share from 0 to 1."""
    levels = _ASCII_LEVELS if ascii_only else _LEVELS
    return levels[min(int(share * len(levels)), len(levels) - 1)]


@dataclass(frozen=True)
class Axis:
    """Maps a range of numbers to a number of characters.

    Attributes:
        low: the number at its left end.
        high: the number at its right end.
        width: characters.
        ascii_only: draw with ASCII characters only.
    """

    low: float
    high: float
    width: int
    ascii_only: bool = False

    @classmethod
    def over(cls, values: Iterable[float], width: int, *, ascii_only: bool = False) -> Self:
        """The smallest axis that holds these values; NaN is ignored."""
        known = [value for value in values if math.isfinite(value)] or [0.0]
        return cls(min(known), max(known), width, ascii_only)

    @property
    def ends(self) -> str:
        """The numbers at both ends, padded to the width of the axis."""
        low, high = f"{self.low:z.2f}", f"{self.high:z.2f}"
        return low + high.rjust(max(self.width - len(low), len(high) + 1))

    def interval(self, value: float, low: float, high: float) -> str:
        """``├──●─┤`` from ``low`` to ``high``, the dot at ``value``."""
        if not all(map(math.isfinite, (value, low, high))):
            return ""
        line, left, right, dot = "-||*" if self.ascii_only else "─├┤●"
        middle, start, end = map(self._character, (value, low, high))
        drawn = [" "] * start + [line] * (end - start + 1)
        drawn[start], drawn[end] = left, right
        drawn[middle] = dot
        return "".join(drawn)

    def bar(self, value: float) -> str:
        """``███▌`` from the left end to ``value``, to one eighth of a character."""
        if not math.isfinite(value):
            return ""
        eighths = round(self._share(value) * self.width * 8)
        if self.ascii_only:
            return "=" * round(eighths / 8)
        return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()

    def distribution(self, values: Sequence[float]) -> str:
        """``▁▂▅▇▂▁``: a histogram with one bin per character."""
        counts = [0] * self.width
        for value in filter(math.isfinite, values):
            counts[self._character(value)] += 1
        levels = _ASCII_LEVELS if self.ascii_only else _LEVELS
        most, steps = max(counts), len(levels) - 1
        return "".join(levels[math.ceil(count * steps / most) if most else 0] for count in counts)

    def _character(self, value: float) -> int:
        return min(int(self._share(value) * self.width), self.width - 1)

    def _share(self, value: float) -> float:
        if self.high <= self.low:
            return 0.0
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
