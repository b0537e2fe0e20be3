"""Items as tables with a row for each article."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray


def by_size(
    article: NDArray[np.intp], articles: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Articles with items, grouped so that padding at most doubles any of them.

    Args:
        article: the article of each item.
        articles: how many articles there are.

    Returns:
        For each group its articles and its items.
    """
    counts = np.bincount(article, minlength=articles)
    groups = np.ceil(np.log2(np.maximum(counts, 1))).astype(np.intp)
    found = []
    for group in np.unique(groups[counts > 0]):
        members = np.flatnonzero((groups == group) & (counts > 0))
        found.append((members, np.flatnonzero(np.isin(article, members))))
    return found


class ArticleGrid:
    """Items by article, padded with items of weight 0 to the size of the largest article.

    Args:
        article: the article of each item.
        system: the system of each item.
        articles: how many articles there are.
    """

    def __init__(self, article: NDArray[np.intp], system: NDArray[np.intp], articles: int) -> None:
        order = np.argsort(article, kind="stable")
        counts = np.bincount(article, minlength=articles)
        slots = np.empty(len(order), np.intp)
        slots[order] = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        self._at = (article, slots)
        self._shape = (articles, int(counts.max(initial=0)))
        self.present = self.padded(np.ones(len(order)))
        self._system = self.padded(system.astype(np.float64)).astype(np.intp)
        self._both = self.present[:, :, None] * self.present[:, None, :]
        alike = self._system[:, :, None] == self._system[:, None, :]
        same = self._both * alike * ~np.eye(self._shape[1], dtype=bool)
        self.same_system = same if same.any() else None
        """Pairs of items of one system; None if there are none."""

    @property
    def cells(self) -> int:
        """The size of a table of all items."""
        return int(self.present.size)

    def padded(self, values: FloatArray) -> FloatArray:
        """Values of items as a table, shape (articles, slots)."""
        table = np.zeros(self._shape)
        table[self._at] = values
        return table

    def items(self, table: FloatArray) -> FloatArray:
        """The values of a table by item."""
        found: FloatArray = table[self._at]
        return found

    def centred(self, table: FloatArray) -> FloatArray:
        """A table less the mean of each article."""
        sizes = np.maximum(self.present.sum(axis=1, keepdims=True), 1)
        means = (table * self.present).sum(axis=1, keepdims=True) / sizes
        return np.asarray((table - means) * self.present, np.float64)

    def signs(self, values: FloatArray) -> FloatArray:
        """Signs of the differences of items of one article, shape (articles, slots, slots)."""
        table = self.padded(values)
        return np.asarray(np.sign(table[:, :, None] - table[:, None, :]) * self._both, np.float64)

    def weights(self, systems: FloatArray) -> FloatArray:
        """The weight of each item, shape (draws, systems) to (articles, draws, slots)."""
        if not systems.shape[1]:
            return np.zeros((self._shape[0], len(systems), self._shape[1]))
        found = systems.T[self._system] * self.present[:, :, None]
        return np.ascontiguousarray(np.swapaxes(found, 1, 2))
