"""Where the level of a series of runs changed, and where it drifts.

All runs are over the same articles, so what differs between two runs of an unchanged model is the
noise of its sampling, which is estimated from the runs themselves. A model that repeats its scores
exactly has none: any other score is a change, without a test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from bench.stats.f_tail import f_tail, normal_quantile
from bench.stats.sample import FloatArray
from bench.stats.segments import Fits, Stretch, partition, refined

FEWEST_RUNS = 6
"""Runs from which their noise is estimated from the runs."""
_SPIKE = 2.5  # standard deviations from its neighbours at which a single run is an outlier
_MOST_CORRELATED = 0.9
_CLOSE = 0.02  # correlations that need no second search
_KINDS = 2  # of changes, which share the level: steps and slopes
_NORMAL = 1.4826  # of the median absolute deviation


@dataclass(frozen=True)
class LevelStep:
    """The level changed.

    Attributes:
        index: the first run with the new level.
        before, after: the level on either side.
        p_value: of no change, corrected for all runs at which it could have been; None where it is
            exact.
    """

    index: int
    before: float
    after: float
    p_value: float | None = None


@dataclass(frozen=True)
class Drift:
    """The level moves slowly.

    Attributes:
        start, end: the first run, and the one after the last.
        first, last: the fitted value of both ends.
        p_value: of no slope, corrected likewise.
    """

    start: int
    end: int
    first: float
    last: float
    p_value: float


@dataclass(frozen=True, eq=False)
class LevelChanges:
    """Steps and drifts of a series.

    Attributes:
        steps: in order.
        drifts: in order.
        levels: the fitted level of each run.
        noise: standard deviation of a run around its level; 0 if all repeat it exactly, None if
            there are too few runs to tell.
        correlation: of the noise of one run with that of the next, 0 or more.
    """

    steps: tuple[LevelStep, ...]
    drifts: tuple[Drift, ...]
    levels: FloatArray
    noise: float | None
    correlation: float = 0.0


def level_changes(
    values: Sequence[float] | FloatArray,
    states: Sequence[object] | None = None,
    *,
    alpha: float = 0.05,
) -> LevelChanges:
    """Find where a series changed.

    Args:
        values: one for each run, in order of time.
        states: what is equal for runs with exactly the same scores; the values by default.
        alpha: the chance to find any change in a series that has none.
    """
    series = np.asarray(values, np.float64)
    exact = _exact_cuts(list(series.tolist() if states is None else states))
    if exact is not None:
        return _exact_changes(series, exact)
    if len(series) < FEWEST_RUNS:
        return LevelChanges((), (), np.full(len(series), series.mean()), None)
    return _noisy_changes(series, alpha)


def repeats_exactly(states: Sequence[object]) -> bool:
    """Whether runs repeat their scores exactly, so that changes need no test."""
    return _exact_cuts(list(states)) is not None


def _exact_cuts(states: list[object]) -> list[int] | None:
    """The indices of changed states of a series that repeats itself exactly; None if it is noisy.

    Single runs after which a series returns to what it was are left out, and so is a last run of
    which nobody knows yet whether it will, if there were such runs before.
    """
    if len(states) < 2 or len(set(states)) * 4 > 3 * len(states) + 4:
        return None  # not half of them can be repeated
    blocks = [[state, len(list(run))] for state, run in groupby(states)]
    kept: list[list[object]] = []
    glitches, position = 0, 0
    while position < len(blocks):
        back = _returns(blocks, position) if kept else 0
        if back:
            kept[-1][1] = _size(kept[-1]) + sum(map(_size, blocks[position : position + back + 1]))
            glitches += 1
            position += back + 1
        else:
            kept.append(list(blocks[position]))
            position += 1
    if glitches and len(kept) > 1 and _size(kept[-1]) == 1:
        kept[-2][1] = _size(kept[-2]) + 1
        kept.pop()
    repeated = sum(_size(block) for block in kept if _size(block) > 1)
    again = len(kept) - len({block[0] for block in kept})
    if repeated * 2 < len(states) or (again >= 2 and again * 4 >= len(kept)):
        return None
    return [int(end) for end in np.cumsum([_size(block) for block in kept])[:-1]]


def _size(block: list[object]) -> int:
    assert isinstance(block[1], int)
    return block[1]


def _returns(blocks: list[list[object]], position: int) -> int:
    """How many single runs, one or two, lie between equal states; 0 if it is another case."""
    for length in (1, 2):
        between = blocks[position : position + length]
        after = position + length
        single = after < len(blocks) and all(_size(one) == 1 for one in between)
        if single and blocks[after][0] == blocks[position - 1][0]:
            return length
    return 0


def _exact_changes(series: FloatArray, cuts: list[int]) -> LevelChanges:
    edges = [0, *cuts, len(series)]
    levels = [float(np.median(series[a:b])) for a, b in pairwise(edges)]
    steps = tuple(
        LevelStep(cut, levels[number], levels[number + 1]) for number, cut in enumerate(cuts)
    )
    sizes = np.diff(edges)
    return LevelChanges(steps, (), np.repeat(levels, sizes), 0.0)


def _noisy_changes(series: FloatArray, alpha: float) -> LevelChanges:
    fits = Fits(_without_spikes(series))
    search = _Search(fits, alpha)
    by_differences = search.correlation_of_differences()
    correlation = max(0.0, by_differences - 1.5 / math.sqrt(len(series)))
    stretches = search.stretches(correlation)
    by_residuals = search.correlation_of_residuals(stretches)
    refined_correlation = max(by_residuals, (by_residuals + by_differences) / 2)
    if abs(refined_correlation - correlation) > _CLOSE:
        correlation = refined_correlation
        stretches = search.stretches(correlation)
    return search.described(stretches, correlation)


def _without_spikes(series: FloatArray) -> FloatArray:
    """The series with single outliers moved towards their neighbours."""
    padded = np.pad(series, 2, mode="reflect" if len(series) > 2 else "edge")
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)
    rest = series - smooth
    noise = _noise_of_differences(series)
    return np.asarray(smooth + np.clip(rest, -_SPIKE * noise, _SPIKE * noise), np.float64)


def _noise_of_differences(series: FloatArray) -> float:
    """The standard deviation of unrelated noise, from the differences of consecutive runs."""
    differences = np.diff(series)
    robust = _NORMAL * float(np.median(np.abs(differences)))
    plain = float(np.sqrt(np.mean(differences**2)))
    return (robust or plain) / math.sqrt(2)


class _Search:
    """Looks for changes of a noisy series at a level."""

    def __init__(self, fits: Fits, alpha: float) -> None:
        self._fits, self._alpha = fits, alpha
        self._count = len(fits.values)
        most = 3 * math.sqrt(2) * _noise_of_differences(fits.values)
        self._differences = np.clip(np.diff(fits.values), -most, most)  # steps hardly touch them

    def correlation_of_differences(self) -> float:
        """The correlation of consecutive runs, from differences, which steps hardly touch."""
        clipped = self._differences
        squares = float((clipped**2).mean())
        if squares == 0:
            return 0.0
        product = float((clipped[1:] * clipped[:-1]).mean())
        return self._bounded(1 + 2 * product / squares)

    def correlation_of_residuals(self, stretches: Sequence[Stretch]) -> float:
        """The same from what the stretches do not explain, corrected for its bias."""
        rest = self._fits.values - self._fits.fitted(stretches)
        squares = float((rest**2).sum())
        if squares == 0:
            return 0.0
        found = float((rest[1:] * rest[:-1]).sum()) / squares
        parameters = _parameters(stretches)
        return self._bounded(found + (parameters + (1 + 3 * max(found, 0.0))) / self._count)

    def _bounded(self, correlation: float) -> float:
        return min(max(correlation, 0.0), _MOST_CORRELATED)

    def stretches(self, correlation: float) -> list[Stretch]:
        """The stretches between which each change is significant."""
        inflation = (1 + correlation) / (1 - correlation)
        squares = float((self._differences**2).mean()) / 2 / (1 - correlation)
        penalty = self._threshold() * squares * inflation
        found = partition(self._fits, max(penalty, 1e-300))
        while True:
            chances = self._chances(found, inflation)
            if not chances:
                return found
            worst = max(chances, key=lambda one: chances[one])
            if chances[worst] <= self._alpha:
                return found
            found = self._without(found, *worst)

    def described(self, found: Sequence[Stretch], correlation: float) -> LevelChanges:
        """The changes between and within stretches."""
        inflation = (1 + correlation) / (1 - correlation)
        chances = self._chances(found, inflation)
        variance = self._variance(found)
        steps, drifts = [], []
        for number, (one, other) in enumerate(pairwise(found)):
            before, after = self._fits.ends(one)[1], self._fits.ends(other)[0]
            spread = sum((4 if each.slopes else 1) / len(each) for each in (one, other))
            error = math.sqrt(variance * inflation * spread) or 1e-300
            if not (one.slopes or other.slopes) or abs(after - before) > 3 * error:
                steps.append(LevelStep(other.start, before, after, chances["cut", number]))
        for number, one in enumerate(found):
            if one.slopes:
                chance = chances["slope", number]
                drifts.append(Drift(one.start, one.end, *self._fits.ends(one), chance))
        levels = self._fits.fitted(found)
        return LevelChanges(tuple(steps), tuple(drifts), levels, math.sqrt(variance), correlation)

    def _variance(self, stretches: Sequence[Stretch]) -> float:
        freedom = max(1, self._count - _parameters(stretches))
        return sum(map(self._fits.error, stretches)) / freedom

    def _chances(
        self, stretches: Sequence[Stretch], inflation: float
    ) -> dict[tuple[str, int], float]:
        """The chance of each cut, slope and stretch between others if it were none."""
        freedom = max(1, self._count - _parameters(stretches))
        scale = max(self._variance(stretches) * inflation, 1e-300)
        errors = [self._fits.error(one) for one in stretches]
        found = {}
        for number, one in enumerate(stretches):
            if one.slopes:
                flat = self._fits.error(Stretch(one.start, one.end))
                found["slope", number] = self._chance((flat - errors[number]) / scale, 1, freedom)
        for number in range(len(stretches) - 1):
            joined = self._joined(stretches[number], stretches[number + 1])
            saved = self._fits.error(joined) - errors[number] - errors[number + 1]
            more = _parameters(stretches[number : number + 2]) - _parameters([joined])
            found["cut", number] = self._chance(saved / scale, max(more, 1), freedom)
        for number in range(1, len(stretches) - 1):
            three = stretches[number - 1 : number + 2]
            whole = self._joined(three[0], three[2])
            saved = (self._fits.error(whole) - sum(errors[number - 1 : number + 2])) / scale
            alone = f_tail(2, freedom, max(saved, 0.0) / 2)
            places = self._count * math.log2(self._count)  # where it could be, and how long
            found["between", number] = min(1.0, _KINDS * alone * places)
        return found

    def _joined(self, one: Stretch, other: Stretch) -> Stretch:
        return Stretch(one.start, other.end, one.slopes or other.slopes)

    def _without(self, stretches: Sequence[Stretch], kind: str, number: int) -> list[Stretch]:
        found = list(stretches)
        if kind == "slope":
            found[number] = Stretch(found[number].start, found[number].end)
        elif kind == "between":
            found[number - 1 : number + 2] = [self._joined(found[number - 1], found[number + 1])]
        else:
            found[number : number + 2] = [self._joined(found[number], found[number + 1])]
        return refined(self._fits, found)

    def _chance(self, saved: float, parameters: int, freedom: int) -> float:
        """Of saving so much in any of the runs, by sampling noise alone."""
        alone = f_tail(parameters, freedom, max(saved, 0.0) / parameters)
        return min(1.0, _KINDS * chance_anywhere(alone, self._count))

    def _threshold(self) -> float:
        """The square of the statistic that is significant at the level, for many runs."""
        low, high = 1.0, 40.0
        for _ in range(60):
            middle = (low + high) / 2
            alone = f_tail(1, math.inf, middle**2)
            if _KINDS * chance_anywhere(alone, self._count) > self._alpha:
                low = middle
            else:
                high = middle
        return high**2


def _parameters(stretches: Sequence[Stretch]) -> int:
    return sum(2 if one.slopes else 1 for one in stretches)


def chance_anywhere(alone: float, count: int) -> float:
    """The p-value of the largest of the statistics of all cuts of a series.

    The smaller of Bonferroni's bound and the tail of the largest of a standardised Brownian bridge
    (Csorgo and Horvath 1997, 1.3.26), which allows for neighbouring cuts being alike.

    Args:
        alone: the p-value of one cut.
        count: runs.
    """
    bound = min(1.0, alone * max(1, count - 1))
    if not 0 < alone < 0.2 or count < 4:
        return bound
    z = -normal_quantile(alone / 2)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    width = 2 * math.log(count - 1)
    tail = z * density * ((1 - 1 / z**2) * width + 4 / z**2)
    return min(bound, max(alone, tail))
