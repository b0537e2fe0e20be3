"""A series as stretches, each at one level or with one slope: the search behind change points.

Optimal partitioning (Jackson et al. 2005): of all ways to cut the series, the one with the smallest
sum of squared residuals plus a penalty for each cut and for each slope. Sums over any stretch come
from cumulative sums, so that a thousand values take some milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray

SHORTEST = 3
"""Values of a level: one or two that differ may be outliers."""
SHORTEST_SLOPE = 10
"""Values of a slope."""
_EVERY = 200  # values up to which a cut may be anywhere at first
_CELLS = 120  # possible cuts of longer series before they are refined
_REFINED = 20  # cuts that are refined together
_RECENT = 24  # at the end of a longer series, cuts may be anywhere
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Stretch:
    """A part of a series.

    Attributes:
        start: its first index.
        end: the index after its last.
        slopes: whether it has a slope.
    """

    start: int
    end: int
    slopes: bool = False

    def __len__(self) -> int:
        return self.end - self.start


class Fits:
    """Least-squares fits of any stretch of a series.

    Args:
        values: the series.
    """

    def __init__(self, values: FloatArray) -> None:
        count = len(values)
        self.values = values
        self._times = np.linspace(-1.0, 1.0, count) if count > 1 else np.zeros(count)
        centred = values - values.mean()
        rows = np.array(
            [centred, centred**2, self._times, self._times**2, centred * self._times], np.float64
        )
        self._sums = np.concatenate([np.zeros((5, 1)), np.cumsum(rows, axis=1)], axis=1)

    def residuals(self, starts: Indices, ends: Indices) -> tuple[FloatArray, FloatArray]:
        """Sums of squared residuals of stretches around their level, and around their line."""
        return _residuals(self._sums[:, ends] - self._sums[:, starts], np.maximum(ends - starts, 1))

    def sums_at(self, cuts: Indices) -> FloatArray:
        """The sums up to some cuts, whose differences are those of stretches."""
        return np.ascontiguousarray(self._sums[:, cuts])

    def error(self, stretch: Stretch) -> float:
        """The sum of squared residuals of a stretch."""
        level, line = self.residuals(np.array([stretch.start]), np.array([stretch.end]))
        return float((line if stretch.slopes else level)[0])

    def ends(self, stretch: Stretch) -> tuple[float, float]:
        """The fitted first and last value of a stretch."""
        own = self.values[stretch.start : stretch.end]
        if not stretch.slopes:
            return float(own.mean()), float(own.mean())
        slope, level = np.polyfit(np.arange(len(own)), own, 1)
        return float(level), float(level + slope * (len(own) - 1))

    def fitted(self, stretches: Sequence[Stretch]) -> FloatArray:
        """The fitted value of each index."""
        return np.concatenate([np.linspace(*self.ends(one), len(one)) for one in stretches])


def _residuals(sums: FloatArray, sizes: Indices) -> tuple[FloatArray, FloatArray]:
    y, yy, t, tt, ty = sums
    level = np.maximum(yy - y * y / sizes, 0.0)
    spread = np.maximum(tt - t * t / sizes, 1e-15)
    shared = ty - t * y / sizes
    return level, np.maximum(level - shared * shared / spread, 0.0)


def partition(fits: Fits, penalty: float) -> list[Stretch]:
    """The best stretches of a series.

    A long series is cut on a grid first, and then anywhere near these cuts.

    Args:
        fits: of the series.
        penalty: what each cut, and each slope, has to save in the sum of squared residuals.
    """
    count = len(fits.values)
    if count <= _EVERY:
        return refined(fits, _partition(fits, penalty, np.arange(count + 1)))
    step = -(-count // _CELLS)
    grid = np.concatenate([np.arange(0, count - _RECENT, step), np.arange(count - _RECENT, count)])
    found = _partition(fits, penalty, np.append(grid, count))
    around = np.arange(-2 * step, 2 * step + 1)
    near = [[0, count], *(one.end + around for one in found[:-1][:_REFINED])]
    near += [one.end for one in found[:-1][_REFINED:]]
    cuts = np.unique(np.concatenate([np.atleast_1d(np.asarray(each)) for each in near]))
    return refined(fits, _partition(fits, penalty, cuts[(cuts >= 0) & (cuts <= count)]))


def _partition(fits: Fits, penalty: float, cuts: Indices) -> list[Stretch]:
    """The best stretches with some possible cuts, which begin with 0 and end with the end."""
    best = np.full(len(cuts), np.inf)
    best[0] = -penalty
    came_from = np.zeros(len(cuts), np.intp)
    sloped = np.zeros(len(cuts), bool)
    sums = fits.sums_at(cuts)
    for number in range(1, len(cuts)):
        sizes = cuts[number] - cuts[:number]
        level, line = _residuals(sums[:, number : number + 1] - sums[:, :number], sizes)
        line = np.where(sizes >= SHORTEST_SLOPE, line + penalty, np.inf)
        costs = np.where(sizes >= SHORTEST, np.minimum(level, line), np.inf) + best[:number]
        chosen = int(np.argmin(costs))
        best[number] = costs[chosen] + penalty
        came_from[number], sloped[number] = chosen, bool(line[chosen] < level[chosen])
    found = []
    number = len(cuts) - 1
    while number > 0:
        before = int(came_from[number])
        found.append(Stretch(int(cuts[before]), int(cuts[number]), bool(sloped[number])))
        number = before
    return found[::-1]


def refined(fits: Fits, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with each cut where it fits best between its neighbours."""
    found = list(stretches)
    for _ in range(2):
        for number in range(len(found) - 1):
            found[number : number + 2] = _best_cut(fits, found[number], found[number + 1])
    return found


def _best_cut(fits: Fits, one: Stretch, other: Stretch) -> list[Stretch]:
    least = [SHORTEST_SLOPE if each.slopes else SHORTEST for each in (one, other)]
    cuts = np.arange(one.start + least[0], other.end - least[1] + 1)
    if not len(cuts):
        return [one, other]
    before = fits.residuals(np.full_like(cuts, one.start), cuts)[int(one.slopes)]
    after = fits.residuals(cuts, np.full_like(cuts, other.end))[int(other.slopes)]
    cut = int(cuts[int(np.argmin(before + after))])
    return [Stretch(one.start, cut, one.slopes), Stretch(cut, other.end, other.slopes)]
