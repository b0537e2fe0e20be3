"""How the scores of a model vary between articles and between samples, added batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import compress

import numpy as np

from bench.metrics import Metric
from bench.metrics.adapter import has_value
from bench.metrics.base import FloatArray
from bench.runs.model_scores import ModelScores
from bench.stats.exact import ExactSums
from bench.stats.variance import VarianceSplit, split_of_sums

_SUMS = 6  # for each score: what ``split_of_sums`` needs


class SampleSpread:
    """The sums of one model from which the variance of each of its scores is split.

    Scores that are not means (BLEU, chrF) are those of each sample alone.

    Args:
        metrics: by name.
    """

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self._metrics = metrics
        self._sums: dict[str, ExactSums] = {}
        self._articles: Counter[str] = Counter()

    def add(self, batch: ModelScores) -> None:
        """Add the scores of one batch."""
        for name, statistics in batch.statistics.items():
            known = has_value(statistics)
            self._articles[name] += int(known.sum())
            values = self._metrics[name].values(statistics[known])
            own = tuple(compress(batch.values.get(name, ()), known))
            sums = np.zeros((_SUMS, *values.shape))
            sums[:] = _sums_of(np.ones(1), values, np.zeros_like(values))
            for row, samples in enumerate(own):
                if samples is not None:
                    mean = samples.mean(axis=0)
                    within = ((samples - mean) ** 2).sum(axis=0)
                    sums[:, row] = _sums_of(np.array([len(samples)]), mean, within)
            flat = np.moveaxis(sums, 0, -1).reshape(len(values), -1)
            self._sums.setdefault(name, ExactSums(flat.shape[1])).add(flat)

    def splits(self) -> dict[str, VarianceSplit]:
        """The split of each score; without those that no article has several samples of."""
        found = {}
        for name, sums in self._sums.items():
            of_scores = sums.totals().reshape(-1, _SUMS)
            for score, own in zip(self._metrics[name].scores(name), of_scores, strict=True):
                split = split_of_sums(self._articles[name], own)
                if split:
                    found[score] = split
        return found


def _sums_of(size: FloatArray, mean: FloatArray, within: FloatArray) -> FloatArray:
    """What an article adds to the sums, shape (sums, ...)."""
    sizes = np.broadcast_to(size, mean.shape)
    return np.stack([sizes, sizes**2, 1 / sizes, sizes * mean, sizes * mean**2, within])
