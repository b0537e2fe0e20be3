"""Intervals, paired tests, corrections, ranks and power, computed from arrays.

The unit is the article, or a cluster of articles. Differences are tested by flipping the signs of
the units' own differences; all models and metrics share one set of flips. Single scores have the
interval of Student's t on a scale that fits their range. Both use sums of stored per-article
statistics, so that no text is read again. ``docs/statistics.md`` has the methods and their errors.
"""

from bench.stats.bradley_terry import BradleyTerry, bradley_terry
from bench.stats.contrast import Contrasts, contrasts
from bench.stats.corrections import holm
from bench.stats.flips import FEWEST, PairedTest, flips_for, paired_tests
from bench.stats.interval import CONFIDENCE, Interval, level_of
from bench.stats.krippendorff import RaterAgreement
from bench.stats.max_t import family_tests
from bench.stats.means import ScoreInterval, score_interval
from bench.stats.paired import Difference, described
from bench.stats.planning import detectable, needed, power
from bench.stats.prediction_powered import (
    CorrectedMean,
    MoreLabels,
    corrected_mean,
    labels_to_halve,
)
from bench.stats.prospects import (
    Range,
    detectable_range,
    fewest_units,
    needed_range,
    needed_to_pass,
    power_range,
    spread_range,
    verdict_chances,
)
from bench.stats.ranking import Rank, ranks
from bench.stats.rare_changes import RareChanges
from bench.stats.rater_variance import RaterVariance, rater_variance, severity_of
from bench.stats.sample import Sample
from bench.stats.units import DesignEffect, design_effect, units_of
from bench.stats.variance import (
    VarianceSplit,
    best_and_worst_of,
    split_of_differences,
    variance_split,
)
from bench.stats.verdicts import Check, Judgement, judge

__all__ = [
    "CONFIDENCE",
    "FEWEST",
    "BradleyTerry",
    "Check",
    "Contrasts",
    "CorrectedMean",
    "DesignEffect",
    "Difference",
    "Interval",
    "Judgement",
    "MoreLabels",
    "PairedTest",
    "Range",
    "Rank",
    "RareChanges",
    "RaterAgreement",
    "RaterVariance",
    "Sample",
    "ScoreInterval",
    "VarianceSplit",
    "best_and_worst_of",
    "bradley_terry",
    "contrasts",
    "corrected_mean",
    "described",
    "design_effect",
    "detectable",
    "detectable_range",
    "family_tests",
    "fewest_units",
    "flips_for",
    "holm",
    "judge",
    "labels_to_halve",
    "level_of",
    "needed",
    "needed_range",
    "needed_to_pass",
    "paired_tests",
    "power",
    "power_range",
    "ranks",
    "rater_variance",
    "score_interval",
    "severity_of",
    "split_of_differences",
    "spread_range",
    "units_of",
    "variance_split",
    "verdict_chances",
]
