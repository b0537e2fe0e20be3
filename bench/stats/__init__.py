"""Intervals, paired tests, corrections, ranks and power, computed from arrays.

The unit is the article. No distribution of scores is assumed: everything is resampled from the
observed scores. Resampling uses sums of stored per-article statistics, so that ten thousand draws
never touch a text, and all models and metrics share one set of draws.
"""

from bench.stats.bootstrap import Bootstrap, Interval, intervals
from bench.stats.corrections import holm
from bench.stats.paired import Difference, difference, differences, randomisation_p_values
from bench.stats.planning import detectable, needed, power
from bench.stats.ranking import Rank, ranks
from bench.stats.sample import Sample

__all__ = [
    "Bootstrap",
    "Difference",
    "Interval",
    "Rank",
    "Sample",
    "detectable",
    "difference",
    "differences",
    "holm",
    "intervals",
    "needed",
    "power",
    "randomisation_p_values",
    "ranks",
]
