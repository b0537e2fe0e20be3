"""What a history shows: the scores of each run, and where they changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bench.display import Displayed
from bench.stats import Interval

ChangeMethod = Literal["exact", "runs", "articles"]


@dataclass(frozen=True)
class RunOfHistory:
    """One run.

    Attributes:
        run: its name.
        commit: of what was run; None if unknown.
        date: when.
        outcome: the verdict of the gate on it; None if it was not checked.
    """

    run: str
    commit: str | None
    date: datetime
    outcome: str | None

    @property
    def label(self) -> str:
        """The commit, shortened, or the name of the run."""
        return self.commit[:10] if self.commit else self.run


@dataclass(frozen=True)
class ScorePoint:
    """A score of one run.

    Attributes:
        run: the index of the run.
        mean: the score.
        low, high: bounds of its interval; None without one.
        level: the level around which it varies by chance.
    """

    run: int
    mean: float
    low: float | None
    high: float | None
    level: float


@dataclass(frozen=True)
class LineBreak:
    """Runs on either side are not comparable.

    Attributes:
        run: the index of the first run of the new line.
        reason: why, in words.
    """

    run: int
    reason: str


@dataclass(frozen=True)
class LevelChange:
    """A score has another level from a run on.

    Attributes:
        run: the index of the first run with the new level.
        last: the index of the last run with the old one.
        before, after: the levels.
        method: ``exact`` where runs repeat their scores exactly, so that the change is certain;
            ``runs`` if it is larger than what runs differ by chance; ``articles`` if too few runs
            tell, so that only the paired test over articles does.
        p_value: of no change on these articles, corrected for all runs and lines; None if exact.
        interval: of the difference over articles like these; None without the scores of articles.
        p_articles: of no difference over articles like these, by the test of ``compare``, corrected
            for all changes; None likewise.
        significant: whether it would show on other articles, too: ``p_articles`` is small enough.
        changed: the number of articles whose score changed; None likewise.
        articles: the number of articles.
    """

    run: int
    last: int
    before: float
    after: float
    method: ChangeMethod
    p_value: float | None = None
    interval: Interval | None = None
    p_articles: float | None = None
    significant: bool = False
    changed: int | None = None
    articles: int = 0

    @property
    def difference(self) -> float:
        """The new level minus the old one."""
        return self.after - self.before


@dataclass(frozen=True)
class LevelDrift:
    """A score moves slowly; no single run shows it.

    Attributes:
        start, end: the indices of the first and the last run.
        first, last: the levels there.
        p_value: of no drift, corrected for all lines.
    """

    start: int
    end: int
    first: float
    last: float
    p_value: float

    @property
    def difference(self) -> float:
        """The last level minus the first."""
        return self.last - self.first


@dataclass(frozen=True)
class ScoreHistory:
    """One score of one model over time.

    Attributes:
        dataset: the name of the dataset.
        task, model, score: the score.
        role: of the model: ``model``, ``floor`` or ``ceiling``.
        higher_is_better: its direction.
        points: one for each run that has it, in order of time.
        breaks: where runs are not comparable.
        changes: where its level changed.
        drifts: where it moves slowly.
        noise: standard deviation of a run around its level since the last break; 0 if runs repeat
            it exactly, None if too few runs tell.
        correlation: of the noise of one run with that of the next.
        advisory: why the score is only shown; "" if it may decide.
    """

    dataset: str
    task: str
    model: str
    score: str
    role: str
    higher_is_better: bool
    points: tuple[ScorePoint, ...]
    breaks: tuple[LineBreak, ...]
    changes: tuple[LevelChange, ...]
    drifts: tuple[LevelDrift, ...]
    noise: float | None
    correlation: float
    advisory: str = ""

    @property
    def name(self) -> str:
        """Task, model and score."""
        return f"{self.task} · {self.model} · {self.score}"

    def is_better(self, difference: float) -> bool:
        """Whether a difference is an improvement."""
        return (difference > 0) == self.higher_is_better


@dataclass(frozen=True, repr=False)
class History(Displayed):
    """Scores over many runs, and where they changed.

    Attributes:
        runs: in order of time.
        scores: one for each dataset, task, model and score.
        confidence: of all scores, that none is said to have changed that did not.
        tests: the number of lines that were tested.
        notes: what is left out, and why.
    """

    runs: tuple[RunOfHistory, ...]
    scores: tuple[ScoreHistory, ...]
    confidence: float
    tests: int
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[tuple[ScoreHistory, LevelChange], ...]:
        """All changes with their score, in order of time."""
        found = [(one, change) for one in self.scores for change in one.changes]
        return tuple(sorted(found, key=lambda pair: pair[1].run))

    @property
    def drifts(self) -> tuple[tuple[ScoreHistory, LevelDrift], ...]:
        """All drifts with their score, in order of time."""
        found = [(one, drift) for one in self.scores for drift in one.drifts]
        return tuple(sorted(found, key=lambda pair: pair[1].start))
