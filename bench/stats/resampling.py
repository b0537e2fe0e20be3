"""Exact sums over random halves of the articles, with shared draws for all models and metrics.

Values are rounded so that no sum of them needs more than 53 bits. Sums therefore do not depend on
the order of the articles, other columns, the number of threads or the processor, and results are
bitwise reproducible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray

_CELLS = 4_000_000  # cells of a block of draws: 32 MB of weights at a time


def swap_sums(columns: FloatArray, resamples: int, seed: int) -> tuple[FloatArray, bool]:
    """Sums over random halves of the articles: each is in or out with equal chance.

    If there are at most ``resamples`` possible halves, each is used once.

    Args:
        columns: shape (articles, columns).
        resamples: the number of draws.
        seed: any integer; the same seed and number of articles give the same draws.

    Returns:
        The sums, shape (columns, halves), and whether these are all possible halves.
    """
    articles = len(columns)
    if 2**articles <= resamples:
        ways = np.arange(2**articles)[:, None] >> np.arange(articles) & 1
        return _weighted_sums(columns, iter([ways]), len(ways)), True
    generator = np.random.default_rng(seed % 2**64)

    def halves(draws: int) -> NDArray[Any]:
        packed = generator.integers(0, 256, size=(draws, (articles + 7) // 8), dtype=np.uint8)
        return np.unpackbits(packed, axis=1, count=articles)

    sizes = _blocks(resamples, articles)
    return _weighted_sums(columns, (halves(draws) for draws in sizes), resamples), False


def resolution(columns: FloatArray) -> FloatArray:
    """The rounding unit of each column, shape (columns,).

    A power of two, about 2^-53 times the number of articles and the largest value.
    """
    largest = np.abs(columns).max(axis=0, initial=0.0)
    _, exponent = np.frexp(largest * len(columns) * 4)
    return np.asarray(np.ldexp(1.0, np.maximum(exponent - 53, -1022)), np.float64)


def _weighted_sums(
    columns: FloatArray, weights: Iterator[NDArray[Any]], resamples: int
) -> FloatArray:
    unit = resolution(columns)
    whole = np.rint(columns / unit)
    sums = np.empty((columns.shape[1], resamples))
    start = 0
    for block in weights:
        sums[:, start : start + len(block)] = (block.astype(np.float64) @ whole).T
        start += len(block)
    sums *= unit[:, None]
    return sums


def _blocks(resamples: int, articles: int) -> Iterator[int]:
    size = max(1, _CELLS // max(articles, 1))
    for start in range(0, resamples, size):
        yield min(size, resamples - start)
