"""What a comparison finds: standings, pairs, and how it looked."""

from __future__ import annotations

from dataclasses import dataclass

from bench.display import Displayed
from bench.models.base import Role
from bench.stats import Difference, Interval, Rank


@dataclass(frozen=True)
class Standing:
    """One model's score on its articles.

    It has no rank where not all pairs were tested, and where it wrote nothing at all.
    """

    label: str
    role: Role
    articles: int
    failed: int
    """Articles of its run that it failed on."""
    on_error: str
    """What its run did with these."""
    score: float
    interval: Interval | None
    rank: Rank | None
    silent: bool = False
    """Whether it wrote nothing for any article."""


@dataclass(frozen=True)
class PairResult:
    """One model against another on the articles that both have.

    Attributes:
        model: the one.
        other: the other.
        articles: how many both have a score on.
        difference: the one's score less the other's, with its interval and p-value.
        corrected_p: the p-value after Holm's correction over all tests that are shown; None
            without a test.
        significant: whether the corrected p-value is at or below alpha.
        wins: articles on which the one did better.
        losses: articles on which the other did.
    """

    model: str
    other: str
    articles: int
    difference: Difference
    corrected_p: float | None
    significant: bool
    wins: int
    losses: int


@dataclass(frozen=True)
class ScoreComparison:
    """All that was compared on one score of one task.

    Attributes:
        task: the task.
        score: the score.
        higher_is_better: which way it goes.
        articles: how many every model has a score on.
        left_out: how many more only some of them have; a pair that both has them uses them.
        standings: best first.
        pairs: better first within each, or each against the baseline.
    """

    task: str
    score: str
    higher_is_better: bool
    articles: int
    left_out: int
    standings: tuple[Standing, ...]
    pairs: tuple[PairResult, ...]


@dataclass(frozen=True, repr=False)
class Comparison(Displayed):
    """What ``bench compare`` found, and how it looked."""

    confidence: float
    resamples: int
    seed: int
    baseline: str | None
    tests: int
    """How many p-values were corrected together."""
    scores: tuple[ScoreComparison, ...]

    @property
    def alpha(self) -> float:
        """The level of the tests."""
        return round(1 - self.confidence, 12)
