"""The results of a power analysis."""

from __future__ import annotations

from dataclasses import dataclass

from bench.comparison.more_samples import SamplingAdvice
from bench.display import Displayed
from bench.runs.judges.findings import JudgeFindings

Bounds = tuple[float, float | None]
"""The 95 % range of a prediction; the upper end is None if no number is enough."""


@dataclass(frozen=True)
class PairPower:
    """One pair of models.

    Attributes:
        model: the first model.
        other: the second model.
        articles: the number of articles on which both have a score.
        difference: the observed difference, first minus second.
        spread: standard deviation of the paired differences over articles, or over clusters.
        detectable: the smallest true difference that this many articles can detect; None if they
            are too few for a test.
        needed: number of articles needed to detect the effect (by default the observed
            difference); None if no number is enough.
        detectable_range: as far as the spread is known.
        needed_range: as far as the spread is known, and the observed difference if that is the
            effect.
        power: the probability that this many articles detect the effect.
        power_range: as far as the spread and the effect are known.
        units: articles, or clusters of articles.
    """

    model: str
    other: str
    articles: int
    difference: float
    spread: float
    detectable: float | None = 0.0
    needed: int | None = None
    detectable_range: Bounds | None = None
    needed_range: Bounds | None = None
    power: float | None = None
    power_range: Bounds | None = None
    units: int = 0


@dataclass(frozen=True)
class GatePower:
    """How ``bench check`` would judge another model of equal quality, for one check.

    Attributes:
        margin: the loss that is tolerated, in units of the score.
        share: the same as a share of the score; None if that is 0.
        passes: the probability that it passes with this many articles.
        fails: the probability that it fails.
        inconclusive: the probability of neither.
        needed: number of articles with which it passes as often as wanted; None if no number is
            enough.
        needed_range: as far as the spread is known.
    """

    margin: float
    share: float | None
    passes: float
    fails: float
    inconclusive: float
    needed: int | None
    needed_range: Bounds | None


@dataclass(frozen=True)
class ScorePower:
    """All pairs on one score of one task.

    Attributes:
        task: the task.
        score: the score.
        articles: the largest number of articles that a pair has in common.
        pairs: all pairs, or each model with the baseline.
        spread: for the median pair.
        detectable: for the median pair; None if the articles are too few for a test.
        needed: number of articles needed for the median pair; None without an effect.
        curve: numbers of articles, and the detectable difference of the median pair at each.
        band: the range of each detectable difference of the curve.
        detectable_range: for the median pair.
        needed_range: for the median pair; None without an effect.
        units: articles, or clusters of articles, of the pair with the most articles.
        gate: for the median pair; None without a margin.
        sampling: whether more samples would help; None unless articles have several samples.
        advisory: why the score is only shown; "" if it may decide.
    """

    task: str
    score: str
    articles: int
    pairs: tuple[PairPower, ...]
    spread: float
    detectable: float | None
    needed: int | None
    curve: tuple[tuple[int, float], ...]
    band: tuple[Bounds, ...] = ()
    detectable_range: Bounds | None = None
    needed_range: Bounds | None = None
    units: int = 0
    gate: GatePower | None = None
    sampling: SamplingAdvice | None = None
    advisory: str = ""


@dataclass(frozen=True, repr=False)
class PowerReport(Displayed):
    """The result of ``bench power``."""

    alpha: float
    power: float
    effect: float | None
    scores: tuple[ScorePower, ...]
    judges: tuple[JudgeFindings, ...] = ()
    """What more labels of people would do for the scores of judges."""
    not_compared: str = ""
    """Why no models are compared; "" if some are."""
