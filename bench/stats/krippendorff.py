"""Krippendorff's alpha: how far several raters agree, with missing ratings.

Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011): one minus the observed over the
expected disagreement. For each level the disagreement of two values is a squared distance, so that
sums and sums of squares of each unit are enough: for ``interval`` of the values themselves, for
``ordinal`` of their mid-ranks among all pairable values, for ``nominal`` of indicators.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats.sample import FloatArray

Level = Literal["nominal", "ordinal", "interval"]
LEVELS: tuple[Level, ...] = get_args(Level)


class RaterAgreement:
    """Ratings of units by several raters, in a form for computing alpha many times.

    Args:
        ratings: shape (raters, units); NaN where a rater did not rate a unit. The values of
            nominal categories are any numbers, one a category.

    Raises:
        ValueError: not a table, or a value is infinite.

    Attributes:
        units: how many units have ratings of two raters or more; only these count.
    """

    def __init__(self, ratings: ArrayLike) -> None:
        table = np.asarray(ratings, np.float64)
        if table.ndim != 2:
            raise ValueError(f"ratings must have the shape (raters, units), not {table.shape}")
        if np.isinf(table).any():
            raise ValueError("ratings must be finite numbers, or NaN for a missing one")
        present = ~np.isnan(table)
        self._sizes = present.sum(axis=0)
        self._all = len(self._sizes)
        self._kept = self._sizes >= 2
        self.units = int(self._kept.sum())
        present &= self._kept
        _, self._unit = np.nonzero(present)
        self._known, self._codes = np.unique(table[present], return_inverse=True)
        self._fixed: dict[Level, FloatArray] = {}

    @property
    def undefined(self) -> str:
        """Why alpha is undefined; empty if it is not.

        The ratings of a single unit differ by as much as chance would have it, whatever they are.
        """
        if self.units == 0:
            return "no item has ratings of two raters"
        if len(self._known) < 2:
            return "all ratings are equal"
        return "only one item has ratings of two raters" if self.units == 1 else ""

    def alpha(self, level: Level = "ordinal", weights: ArrayLike | None = None) -> float | None:
        """Alpha at a level of measurement.

        Args:
            level: what differences of values mean.
            weights: how often each unit counts, shape (units,), as in a resample; once by default.

        Returns:
            At most 1, 0 if raters agree no better than by chance. None where ``undefined`` says
            why, or would of the units that count.

        Raises:
            ValueError: unknown level, or not one weight a unit.
        """
        if level not in LEVELS:
            raise ValueError(f"level must be one of {', '.join(LEVELS)}, not {level!r}")
        counted = np.ones(self._all) if weights is None else np.asarray(weights, np.float64)
        if counted.shape != (self._all,):
            raise ValueError(f"{counted.shape} weights for {self._all} units")
        by_value: FloatArray = np.bincount(
            self._codes, counted[self._unit], minlength=len(self._known)
        ).astype(np.float64)
        total = float(by_value.sum())
        if np.count_nonzero(by_value) < 2 or counted[self._kept].sum() < 2:
            return None
        observed = float((counted * self._disagreement(level, by_value)).sum())
        expected = _spread(self._scale(level, by_value), by_value, total) / (total - 1)
        return 1 - observed / expected

    def _scale(self, level: Level, by_value: FloatArray) -> FloatArray | None:
        """The number of each distinct value; None where only equality counts."""
        if level == "nominal":
            return None
        if level == "interval":
            from_least = self._known - self._known[0]
            return np.asarray(from_least / from_least[-1], np.float64)  # whose squares stay normal
        ranks = np.cumsum(by_value) - by_value / 2
        return np.asarray(ranks - ranks.mean(), np.float64)

    def _disagreement(self, level: Level, by_value: FloatArray) -> FloatArray:
        """The disagreement within each unit, shape (units,)."""
        if level in self._fixed:
            return self._fixed[level]
        scale = self._scale(level, by_value)
        if scale is None:
            cells, counts = np.unique(
                self._unit * len(self._known) + self._codes, return_counts=True
            )
            same = np.bincount(cells // len(self._known), counts**2, minlength=self._all)
            squares = (self._sizes**2 - same).astype(np.float64)
        else:
            numbers = scale[self._codes]
            sums = np.bincount(self._unit, numbers, minlength=self._all)
            means = sums / np.maximum(self._sizes, 1)
            deviations = (numbers - means[self._unit]) ** 2
            squares = 2 * self._sizes * np.bincount(self._unit, deviations, minlength=self._all)
        shares: FloatArray = np.where(self._kept, squares / np.maximum(self._sizes - 1, 1), 0.0)
        if level != "ordinal":  # ranks alone depend on which units count
            self._fixed[level] = shares
        return shares


def _spread(scale: FloatArray | None, by_value: NDArray[np.float64], total: float) -> float:
    """The sum of the disagreements of all ordered pairs of values."""
    if scale is None:
        return total**2 - float((by_value**2).sum())
    mean = float((by_value * scale).sum()) / total
    return 2 * total * float((by_value * (scale - mean) ** 2).sum())
