"""How the accuracy of a measure grows with the difference of its values."""

from __future__ import annotations

import numpy as np

from bench.agreement.findings import ReliabilityBin
from bench.stats.agreement import RatedItems, scaled
from bench.stats.sample import FloatArray

_BINS = 5


def reliability_of(items: RatedItems, measure: FloatArray) -> tuple[ReliabilityBin, ...]:
    """Pairs of one article that people did not tie, in bins of the measure's difference.

    The bins hold about as many pairs each, and pairs of equal difference are in one bin; empty with
    fewer than two pairs a bin.

    Args:
        items: the items.
        measure: the value of each.
    """
    order = np.argsort(items.article, kind="stable")
    people, own, exact = items.people[order], scaled(measure)[order], measure[order]
    ends = np.searchsorted(items.article[order], np.arange(items.articles + 1))
    sizes, rights, raw = [], [], []
    for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        rows, columns = np.triu_indices(end - start, 1)
        rows, columns = rows + start, columns + start
        untied = people[rows] != people[columns]
        rows, columns = rows[untied], columns[untied]
        apart = own[rows] - own[columns]
        rights.append((1 + np.sign(apart) * np.sign(people[rows] - people[columns])) / 2)
        sizes.append(np.abs(apart))
        raw.append(np.abs(exact[rows] - exact[columns]))
    size, right, difference = (np.concatenate(parts) for parts in (sizes, rights, raw))
    if len(size) < 2 * _BINS:
        return ()
    edges = np.quantile(size, np.arange(1, _BINS) / _BINS)
    bins = np.searchsorted(edges, size, side="left")
    return tuple(
        ReliabilityBin(
            float(difference[bins == n].min()),
            float(difference[bins == n].max()),
            int((bins == n).sum()),
            float(right[bins == n].mean()),
        )
        for n in np.unique(bins)
    )
