"""Differences between scores on the same articles, in the form in which signs are flipped."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray, Sample
from bench.stats.units import units_of

Pair = tuple[int, int]
Indices = NDArray[np.intp]

EQUAL = 1e-12
"""Scores that differ by less, relative to the largest, are the same score."""


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Many differences over the same units, each one column less another.

    Attributes:
        columns: what each unit adds to a score, times articles, shape (units, columns).
        sizes: articles of each unit, shape (units, kinds); 0 where a difference lacks the unit.
        plus: the column of each difference, shape (differences,).
        minus: the column that is subtracted; -1 for none.
        kind: the column of ``sizes``.
        estimates: the differences of the scores.
        slack: up to which sums of the differences are the same but for rounding.
        limits: the largest difference that there can be, either way; inf where unknown.
    """

    columns: FloatArray
    sizes: FloatArray
    plus: Indices
    minus: Indices
    kind: Indices
    estimates: FloatArray
    slack: FloatArray
    limits: FloatArray

    def __len__(self) -> int:
        return len(self.plus)

    def sums(self, index: int) -> FloatArray:
        """One difference summed by unit, shape (units,); below the slack it is 0."""
        found = self.columns[:, self.plus[index]]
        if self.minus[index] >= 0:
            found = found - self.columns[:, self.minus[index]]
        noise = self.slack[index] / max(1.0, float(self.sizes[:, self.kind[index]].sum()))
        return np.where(np.abs(found) <= noise, 0.0, found)

    def weights(self, index: int) -> FloatArray:
        """The sizes of the units for one difference, shape (units,)."""
        return np.asarray(self.sizes[:, self.kind[index]], np.float64)

    @cached_property
    def counts(self) -> Indices:
        """Units that each difference has."""
        return np.asarray((self.sizes > 0).sum(axis=0)[self.kind], np.intp)


def contrasts(
    samples: Sequence[Sample],
    pairs: Sequence[Pair],
    *,
    clusters: Sequence[Hashable] | None = None,
    limits: Sequence[float] | None = None,
) -> Contrasts:
    """The differences of pairs of samples.

    Args:
        samples: scores over the same articles in the same order.
        pairs: indices of the samples, the first less the second.
        clusters: the label of each article's cluster; None if each article stands alone.
        limits: the largest difference that there can be for each pair (1 for scores from 0 to 1).
    """
    if len({len(sample) for sample in samples}) > 1:
        raise ValueError("samples must be of the same articles")
    units = units_of(len(samples[0]) if samples else 0, clusters)
    columns = [units.contributions(sample) for sample in samples]
    largest = [float(np.abs(column).max(initial=0.0)) for column in columns]
    statistics = [None if s.of_sums is None else units.sums(s.columns) for s in samples]
    plus, minus, estimates, slack = [], [], [], []
    for a, b in pairs:
        one, other = statistics[a], statistics[b]
        estimates.append(samples[a].estimate - samples[b].estimate)
        slack.append(EQUAL * len(units) * (largest[a] + largest[b]))
        partly = None
        if one is not None and other is not None:
            partly = _where_changed(
                columns[a] - columns[b], (one != other).any(axis=1), estimates[-1] * units.articles
            )
        plus.append(a if partly is None else len(columns))
        minus.append(b if partly is None else -1)
        if partly is not None:
            columns.append(partly)
    return Contrasts(
        columns=np.column_stack(columns) if columns else np.zeros((0, 0)),
        sizes=units.sizes[:, None],
        plus=np.array(plus, np.intp),
        minus=np.array(minus, np.intp),
        kind=np.zeros(len(pairs), np.intp),
        estimates=np.array(estimates, np.float64),
        slack=np.array(slack, np.float64),
        limits=np.full(len(pairs), np.inf) if limits is None else np.asarray(limits, np.float64),
    )


def _where_changed(sums: FloatArray, changed: NDArray[np.bool_], total: float) -> FloatArray | None:
    """The contributions with 0 for units that did not change; None if all did.

    The pseudo-value of an article depends on the others, so an unchanged one would have a small
    difference of its own, and flipping its sign would pretend to evidence that there is not.
    """
    if changed.all():
        return None
    if not changed.any():
        return np.zeros(len(sums))
    found = np.where(changed, sums, 0.0)
    found[changed] += (total - float(found.sum())) / int(changed.sum())
    return found


def merged(parts: Sequence[Contrasts], keys: Sequence[Sequence[Hashable]]) -> Contrasts:
    """Differences over different units as one family, so that they share sign flips.

    Args:
        parts: the differences.
        keys: for each part, what identifies its units (article ids or cluster labels).
    """
    known: dict[Hashable, int] = {}
    rows = [np.array([known.setdefault(key, len(known)) for key in own], np.intp) for own in keys]
    if all(np.array_equal(own, np.arange(len(known))) for own in rows):
        order = None
    else:  # the order of the units must not depend on which part came first
        order = np.argsort(np.array([repr(key) for key in known]), kind="stable")
        row_of = np.empty(len(known), np.intp)
        row_of[order] = np.arange(len(known))
        rows = [row_of[own] for own in rows]
    columns, sizes, plus, minus, kind = [], [], [], [], []
    width, kinds = 0, 0
    for part, own in zip(parts, rows, strict=True):
        columns.append(_spread(part.columns, own, len(known)))
        sizes.append(_spread(part.sizes, own, len(known)))
        plus.append(part.plus + width)
        minus.append(np.where(part.minus < 0, -1, part.minus + width))
        kind.append(part.kind + kinds)
        width += part.columns.shape[1]
        kinds += part.sizes.shape[1]
    return Contrasts(
        columns=np.concatenate(columns, axis=1),
        sizes=np.concatenate(sizes, axis=1),
        plus=np.concatenate(plus),
        minus=np.concatenate(minus),
        kind=np.concatenate(kind),
        estimates=np.concatenate([part.estimates for part in parts]),
        slack=np.concatenate([part.slack for part in parts]),
        limits=np.concatenate([part.limits for part in parts]),
    )


def _spread(block: FloatArray, rows: Indices, count: int) -> FloatArray:
    found = np.zeros((count, block.shape[1]))
    found[rows] = block
    return found
