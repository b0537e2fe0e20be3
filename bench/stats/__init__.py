"""Is it real: intervals, paired tests, corrections, ranks, power. Arrays in, numbers out.

The unit is one article, and nothing is assumed about how scores spread over articles: all is
resampled from what was observed. What is resampled are sums of stored per-article statistics, so
that ten thousand draws never touch a text, and one set of draws serves every model and metric.
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
