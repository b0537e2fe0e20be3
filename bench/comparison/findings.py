"""The results of a comparison: standings, pairs, and the settings."""

from __future__ import annotations

from dataclasses import dataclass

from bench.display import Displayed
from bench.models.base import Role
from bench.stats import Difference, Interval, Rank, level_of


@dataclass(frozen=True)
class Standing:
    """One model's score on its articles.

    ``rank`` is None if not all pairs were tested, or if the model wrote nothing.
    """

    label: str
    role: Role
    articles: int
    failed: int
    """The number of articles of its run, or of outputs, on which it failed."""
    on_error: str
    """How its run handled them."""
    score: float
    interval: Interval | None
    rank: Rank | None
    silent: bool = False
    """Whether its output is empty for every article."""
    conservative: bool = False
    """Whether the interval allows for scores too rare to be seen."""
    counted: str = "article"
    """What ``failed`` counts: articles, or outputs where an article has several samples."""


@dataclass(frozen=True)
class PairResult:
    """A pair of models, compared on the articles that both have.

    Attributes:
        model: the first model.
        other: the second model.
        articles: the number of articles on which both have a score.
        difference: first minus second, with its interval and p-value.
        corrected_p: the p-value corrected over all tests of the comparison; None without a test.
        significant: whether the corrected p-value is at or below alpha.
        wins: the number of articles on which the first is better.
        losses: the number of articles on which the second is better.
        holm_p: the p-value after Holm's correction, whichever correction decides.
        simultaneous: the interval of the difference that holds together with those of all other
            pairs; 0 is outside exactly where the difference is significant. None without a test,
            after Holm's correction, and where so few articles leave it without an end.
        units: the number of articles, or of clusters of articles, that were tested.
    """

    model: str
    other: str
    articles: int
    difference: Difference
    corrected_p: float | None
    significant: bool
    wins: int
    losses: int
    holm_p: float | None = None
    simultaneous: Interval | None = None
    units: int = 0


@dataclass(frozen=True)
class ScoreComparison:
    """The comparison on one score of one task.

    Attributes:
        task: the task.
        score: the score.
        higher_is_better: the direction of the score.
        articles: the number of articles on which every model has a score.
        left_out: the number of articles that only some models have; pairs that have them use
            them.
        standings: best first.
        pairs: the better model first in each, or each model against the baseline.
        advisory: why the score is only shown; "" if it may decide.
    """

    task: str
    score: str
    higher_is_better: bool
    articles: int
    left_out: int
    standings: tuple[Standing, ...]
    pairs: tuple[PairResult, ...]
    advisory: str = ""


@dataclass(frozen=True, repr=False)
class Comparison(Displayed):
    """The result of ``bench compare``, with its settings."""

    confidence: float
    resamples: int
    """The number of sign flips behind the corrected p-values; 0 where nothing was tested."""
    seed: int
    baseline: str | None
    tests: int
    """The number of p-values that are corrected together."""
    scores: tuple[ScoreComparison, ...]
    correction: str = "max-t"
    """The correction for testing many pairs: ``max-t`` or ``holm``."""

    @property
    def alpha(self) -> float:
        """The significance level of the tests."""
        return level_of(self.confidence)
