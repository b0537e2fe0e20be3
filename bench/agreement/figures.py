"""Makes figures of values and their resamples, and says why one is undefined."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from bench.agreement.findings import Figure
from bench.stats.interval import Interval
from bench.stats.sample import FloatArray

UNKNOWN_LENGTH = "the length of items is not known"
CONSTANT_MEASURE = "the measure gives all items the same value"
_DEFINED = 0.5
"""Share of the resamples that must have a value for there to be an interval."""


class FigureMaker:
    """Makes figures with percentile intervals.

    Args:
        confidence: of the intervals.
    """

    def __init__(self, confidence: float) -> None:
        self._ends = [100 * (1 - confidence) / 2, 100 * (1 + confidence) / 2]

    def of(
        self,
        name: str,
        value: float,
        draws: Mapping[str, FloatArray],
        cases: Mapping[str, bool],
    ) -> Figure:
        """A figure of articles and systems.

        Args:
            name: what it is: as ``bench.stats.agreement.Agreement`` names it.
            value: NaN if undefined.
            draws: the values of the resamples, by what is resampled.
            cases: what may leave it undefined.
        """
        if math.isnan(value):
            return Figure(None, reason=_undefined(name, cases))
        by_articles = None if cases["one_article"] else self.interval(draws["articles"])
        by_systems = None if cases["one_system"] else self.interval(draws["systems"])
        both = None if cases["one_article"] else self.interval(draws["both"])
        reason = ""
        if cases["one_article"]:
            reason = "all items are of one article or cluster: no interval"
        elif both is None:
            reason = "undefined in most resamples: no interval"
        elif cases["one_system"]:
            reason = "all items are of one system: only articles are resampled"
        return Figure(float(value), both, by_articles, by_systems, reason)

    def of_articles(
        self, value: float | None, draws: Sequence[float | None], reason: str, *, enough: bool
    ) -> Figure:
        """A figure that depends on the articles only.

        Args:
            value: None if undefined.
            draws: the values of the resamples.
            reason: why it is undefined.
            enough: whether there is more than one article or cluster.
        """
        if value is None:
            return Figure(None, reason=reason)
        known = np.array([math.nan if one is None else one for one in draws], np.float64)
        interval = self.interval(known) if enough else None
        return Figure(value, interval, interval)

    def interval(self, draws: FloatArray) -> Interval | None:
        """The percentile interval of resamples; None if most of them are undefined (NaN)."""
        known = draws[~np.isnan(draws)]
        if not len(known) or len(known) < _DEFINED * len(draws):
            return None
        low, high = np.percentile(known, self._ends)
        return Interval(float(low), float(high))


def _undefined(name: str, cases: Mapping[str, bool]) -> str:
    level = name.partition(".")[0]
    reasons = (
        (level == "system" and cases["few_systems"], "fewer than three systems"),
        (cases["one_item"], "only one item has a value"),
        (cases["constant_people"], "people rated all items alike"),
        (level == "accuracy", "no two items of one article that people rated differently"),
        (cases["constant_measure"], CONSTANT_MEASURE),
        (level == "length_controlled" and cases["no_length"], UNKNOWN_LENGTH),
        (level == "length_controlled", "nothing varies within articles but with length"),
        (level == "within", "no article in which both vary"),
    )
    return next(
        (reason for holds, reason in reasons if holds), "the means of all systems are equal"
    )
