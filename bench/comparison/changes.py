"""Changes between two runs: the articles with different items, and the effect on the scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.comparison.comparable import obstacles
from bench.comparison.rewrites import Line, lines
from bench.display import Displayed, count
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError, unknown_name
from bench.metrics.base import MAX_ITEMS
from bench.runs.article_scores import ArticleScores, Key
from bench.runs.excerpt import excerpt
from bench.runs.finished import FinishedRun


@dataclass(frozen=True)
class RunOutput:
    """The output of a model for an article in one run; ``score`` is None if it is not scored."""

    items: tuple[str, ...]
    status: Literal["ok", "empty", "error"]
    error: str | None
    score: float | None
    most: int = MAX_ITEMS
    """The number of items that are scored."""

    def after(self, earlier: RunOutput | None) -> RunOutput:
        """This sample after the earlier ones of the article: the items of all, one after another.

        The status is that of the worst.
        """
        if earlier is None:
            return self
        worst = max(earlier, self, key=lambda one: ("ok", "empty", "error").index(one.status))
        scored = earlier.items[: earlier.most] + self.items[: self.most]
        return replace(worst, items=scored, most=earlier.most + self.most)


@dataclass(frozen=True)
class ArticleChange:
    """An article that a model wrote for in both runs."""

    article: str
    before: RunOutput
    now: RunOutput

    @property
    def differs(self) -> bool:
        """Whether the items or the status differ."""
        before, now = self.before, self.now
        return (before.items, before.status) != (now.items, now.status)

    @property
    def difference(self) -> list[Line]:
        """The items of both runs side by side."""
        before, now = (excerpt(side.items, side.most).items for side in (self.before, self.now))
        return lines(before, now)

    @property
    def note(self) -> str:
        """A note on long predictions that are shown in part; "" if all are shown in full."""
        sides = (("before", self.before), ("now", self.now))
        notes = ((name, excerpt(side.items, side.most).note) for name, side in sides)
        return "; ".join(f"{name}: {note}" for name, note in notes if note)

    @property
    def change(self) -> float | None:
        """The change of the score; None if either run lacks it."""
        before, now = self.before.score, self.now.score
        return None if before is None or now is None else now - before


@dataclass(frozen=True)
class ModelChanges:
    """One model on one task in both runs.

    Attributes:
        task: the task.
        model: its name.
        score: the score that measures the changes: the primary score of the task.
        articles: the number of articles with a prediction in both runs.
        means: its mean score before and now; None where a run lacks it.
        rows: the articles with different items, by the size of the change in score.
    """

    task: str
    model: str
    score: str
    articles: int
    means: tuple[float | None, float | None]
    rows: tuple[ArticleChange, ...]


@dataclass(frozen=True, repr=False)
class Changes(Displayed):
    """Two runs side by side.

    Attributes:
        before: the earlier run.
        now: the later run.
        models: the changes of each model.
        notes: models and articles that only one of the runs has.
        limit: the number of articles shown per model; None for the default of a format.
    """

    before: str
    now: str
    models: tuple[ModelChanges, ...]
    notes: tuple[str, ...]
    limit: int | None = None

    def __repr__(self) -> str:
        articles = sum(len(one.rows) for one in self.models)
        models = count(len(self.models), "model")
        return f"<Changes of {models} on {count(articles, 'article')}; print() shows them>"


def changes(
    now: FinishedRun,
    before: FinishedRun,
    model: str | None = None,
    article: str | None = None,
    limit: int | None = None,
) -> Changes:
    """Find the outputs that differ between two runs, for every task and model that both have.

    Args:
        now: the later run.
        before: the run to compare with.
        model: only this model.
        article: only this article.
        limit: the number of articles shown per model, largest changes first.

    Raises:
        RunDirectoryError: the runs are not comparable; the reasons are those of ``bench compare``.
        ConfigError: they have no model on the same task.
        UnknownNameError: one of the runs lacks the model or the article.
    """
    pairs = [
        (task, name)
        for task, result in sorted(now.results.tasks.items(), key=lambda t: t[0] != "summary")
        if task in before.results.tasks
        for name in result.models
        if name in before.results.tasks[task].models
    ]
    if model is not None and model not in (known := {name for _, name in pairs}):
        raise UnknownNameError(unknown_name("model shared by both runs", model, known))
    if not pairs:
        raise ConfigError(
            f"{before.location} and {now.location}: the runs have no model in common on any task"
        )
    _refuse_obstacles(now, before, dict.fromkeys(task for task, _ in pairs))
    notes = list(_only_one_has(now, before, pairs))
    found = []
    for task in dict.fromkeys(task for task, _ in pairs):
        score = now.results.tasks[task].primary
        stored = [run.scores_of(score) for run in (before, now)]
        for name in [n for t, n in pairs if t == task and model in (None, n)]:
            old, new = (
                _written(run, (task, name, score), scores)
                for run, scores in zip((before, now), stored, strict=True)
            )
            apart = len(old.keys() ^ new.keys())
            if apart:
                verb = "has" if apart == 1 else "have"
                only = f"{count(apart, 'article')} {verb} a prediction in one run only"
                notes.append(f"{name} ({task}): {only}")
            shared = [a for a in old if a in new and article in (None, a)]
            rows = [ArticleChange(a, old[a], new[a]) for a in shared]
            changed = [row for row in rows if row.differs]
            changed.sort(key=lambda row: (row.change is None, -abs(row.change or 0), row.article))
            means = _mean(before, task, name, score), _mean(now, task, name, score)
            found.append(ModelChanges(task, name, score, len(shared), means, tuple(changed)))
    if article is not None and not any(one.articles for one in found):
        raise UnknownNameError(f"no model has a prediction for article {article!r} in both runs")
    return Changes(before.location, now.location, tuple(found), tuple(notes), limit)


def _refuse_obstacles(now: FinishedRun, before: FinishedRun, tasks: Mapping[str, None]) -> None:
    reasons: list[str] = []
    for task in tasks:
        score = now.results.tasks[task].primary
        before.score_named(score)
        reasons += obstacles(now, before, task, score)
    if reasons:
        raise RunDirectoryError(dict.fromkeys(reasons))


def _only_one_has(
    now: FinishedRun, before: FinishedRun, pairs: Sequence[tuple[str, str]]
) -> Iterator[str]:
    for run in (before, now):
        for task, result in run.results.tasks.items():
            alone = [name for name in result.models if (task, name) not in pairs]
            if alone:
                yield f"only {run.location} has {', '.join(alone)} ({task})"


def _written(
    run: FinishedRun, key: Key, scores: Mapping[Key, ArticleScores]
) -> dict[str, RunOutput]:
    """The output of a model for each article."""
    task, model, _ = key
    if not run.has_rows(task, model):
        file = run.prediction_file(task, model).path.relative_to(run.path)
        raise RunDirectoryError(f"{run.location}/{file}: is missing; run again to write it")
    of = scores.get(key)
    values = dict(zip(of.articles, of.values.tolist(), strict=True)) if of else {}
    most = run.results.max_items
    found: dict[str, RunOutput] = {}
    for row in sorted(run.rows(task, model), key=lambda row: row.sample):
        own = RunOutput(row.items, row.status, row.error, values.get(row.article), most)
        found[row.article] = own.after(found.get(row.article) if row.sample else None)
    return found


def _mean(run: FinishedRun, task: str, model: str, score: str) -> float | None:
    found = run.results.tasks[task].models[model].scores.get(score)
    return found.mean if found else None
