"""Verdicts of the gate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from bench.display import Displayed, count
from bench.stats import Interval

Outcome = Literal["pass", "fail", "inconclusive"]
Method = Literal["exact", "interval", "corrected", "missing", "too few"]


@dataclass(frozen=True)
class Verdict:
    """The verdict on one model and score.

    Attributes:
        task: the task.
        model: the model.
        score: the score.
        outcome: pass, fail or inconclusive.
        method: by the paired test, which the interval inverts; by the test of a judge's score that
            people correct; exactly, for a single article or unchanged predictions; because
            something is missing; or untested, with two to five articles.
        reason: the reason, in words.
        articles: the number of common articles.
        before: the score of the baseline on these.
        now: the score of the run; None if it is missing.
        interval: of the difference ``now`` - ``before``; None where nothing was tested, and where
            so few articles leave it without an end. The margin is outside it exactly where the
            verdict is not inconclusive.
        margin: the tolerated loss, in units of the score.
        p_value: two-sided, of the loss being the margin; None where nothing was tested.
        p_adjusted: the same, corrected over the whole gate; it decides.
        conservative: whether the interval allows for changes too rare to be seen.
        units: the number of articles, or of clusters of articles, that were tested.
        changed: how many of these have another score than before.
        labels: the number of articles that people rated in both runs; None unless the score is that
            of a judge, corrected by people. ``before`` is then the corrected score of the baseline,
            and ``now`` that plus the corrected difference.
    """

    task: str
    model: str
    score: str
    outcome: Outcome
    method: Method
    reason: str
    articles: int = 0
    before: float | None = None
    now: float | None = None
    interval: Interval | None = None
    margin: float = 0.0
    p_value: float | None = None
    p_adjusted: float | None = None
    conservative: bool = False
    units: int = 0
    changed: int = 0
    labels: int | None = None

    @property
    def difference(self) -> float | None:
        """The score of the run minus that of the baseline."""
        return None if self.now is None or self.before is None else self.now - self.before


@dataclass(frozen=True, repr=False)
class GateReport(Displayed):
    """All verdicts, worst first, with notes."""

    run: str
    baseline: str
    confidence: float
    """Confidence level of the whole gate, or of each check."""
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]
    per_check: bool = False
    """Whether the confidence level is that of each check by itself."""

    def count(self, outcome: Outcome) -> int:
        """The number of verdicts with this outcome."""
        return Counter(verdict.outcome for verdict in self.verdicts)[outcome]

    @property
    def outcome(self) -> Outcome:
        """The worst of all verdicts."""
        found = {verdict.outcome for verdict in self.verdicts}
        return "fail" if "fail" in found else "inconclusive" if "inconclusive" in found else "pass"

    @property
    def summary(self) -> str:
        """The outcome in one line."""
        counts = [f"{self.count(name)} {name}" for name in get_args(Outcome)]
        exact = sum(verdict.method == "exact" for verdict in self.verdicts)
        how = f" ({exact} compared exactly)" if exact else ""
        checks = count(len(self.verdicts), "check")
        return f"{self.outcome.upper()}: {checks}, {', '.join(counts)}{how}"
