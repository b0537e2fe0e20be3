"""The articles with the worst scores, of one model or on average."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench.article import Article
from bench.display import Displayed, count
from bench.errors import ConfigError
from bench.runs.alignment import Alignments, aligned_items
from bench.runs.finished import FinishedRun


@dataclass(frozen=True)
class WorstArticle:
    """An article with bad scores.

    Attributes:
        article: its id.
        score: the score of the model, or the mean over the competitors that have one.
        scores: the score of each competitor and of the model; None if it has none.
        states: ``failed`` or ``empty`` for each model that wrote nothing usable.
        title: the title of the article, if known.
    """

    article: str
    score: float
    scores: Mapping[str, float | None]
    states: Mapping[str, str] = field(default_factory=dict)
    title: str = ""

    def best_other(self, model: str, *, higher_is_better: bool) -> tuple[str, float] | None:
        """The best other model on this article, and its score.

        Where lower is better, models that wrote nothing for the article do not count.
        """
        others = [
            (v, n)
            for n, v in self.scores.items()
            if n != model and v is not None and (higher_is_better or n not in self.states)
        ]
        choose = max if higher_is_better else min
        value, name = choose(others, default=(None, ""), key=lambda other: other[0])
        return None if value is None else (name, value)


@dataclass(frozen=True)
class Worst:
    """The worst articles of a task, worst first.

    Attributes:
        task: the task.
        score: the score that ranks them.
        higher_is_better: whether higher scores are better.
        model: the model whose scores rank them; None for the mean over all competitors.
        articles: the number of ranked articles.
        unscored: by model, the number of articles without the score.
        values: by model, its scores.
        rows: the worst articles.
        silent: models that wrote nothing for any article.
    """

    task: str
    score: str
    higher_is_better: bool
    model: str | None
    articles: int
    unscored: Mapping[str, int]
    values: Mapping[str, Sequence[float]]
    rows: tuple[WorstArticle, ...]
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, repr=False)
class WorstArticles(Displayed):
    """The worst articles of one or more tasks of a run.

    Attributes:
        tasks: one entry a task.
        alignments: by task, the aligned items of the model for each of its articles, if requested.
    """

    tasks: tuple[Worst, ...]
    alignments: Mapping[str, Alignments] = field(default_factory=dict)

    def __repr__(self) -> str:
        shown = ", ".join(f"{one.task}: {count(len(one.rows), 'article')}" for one in self.tasks)
        return f"<WorstArticles; {shown}; print() shows them>"


def worst(run: FinishedRun, task: str, count: int, model: str | None = None) -> Worst:
    """The articles with the worst primary scores of a task.

    Args:
        run: a finished run.
        task: one of its tasks.
        count: the maximum number of articles.
        model: the model whose scores rank them (default: the mean over all competitors).

    Raises:
        ConfigError: no article has such a score.
    """
    result = run.results.tasks[task]
    score = result.primary
    higher = run.results.facts(score).higher_is_better
    competitors = [n for n, m in result.models.items() if m.role == "model"]
    shown = list(dict.fromkeys([*([model] if model else []), *sorted(competitors)]))
    stored = run.scores_of(score)
    found = {n: stored[task, n, score] for n in shown if (task, n, score) in stored}
    by_article = {
        n: dict(zip(s.articles, s.values.tolist(), strict=True)) for n, s in found.items()
    }
    ranked_by = [model] if model else competitors
    badness = _means([by_article.get(n, {}) for n in ranked_by])
    if not badness:
        who = model or "no competitor"
        raise ConfigError(f"{run.location}: {task}: {who} has {'no' if model else 'a'} {score}")
    sign = 1 if higher else -1
    order = sorted(badness, key=lambda article: (sign * badness[article], article))[:count]
    states = _states(run, task, shown, set(order))
    rows = tuple(
        WorstArticle(
            article,
            badness[article],
            {n: by_article.get(n, {}).get(article) for n in shown},
            states.get(article, {}),
        )
        for article in order
    )
    missing = {n: result.articles - len(by_article.get(n, {})) for n in shown}
    unscored = {n: number for n, number in missing.items() if number}
    values = {n: tuple(of.values()) for n, of in by_article.items()}
    silent = frozenset(n for n in shown if run.results.is_silent(result.models[n]))
    return Worst(task, score, higher, model, len(badness), unscored, values, rows, silent)


def with_articles(
    found: WorstArticles,
    run: FinishedRun,
    articles: Callable[[], Iterable[Article]],
    *,
    aligned: bool,
) -> WorstArticles:
    """Add the titles of the articles and, if requested, the aligned items of the model.

    Args:
        found: the worst articles.
        run: their run.
        articles: returns the articles of the run.
        aligned: whether to align the items of the model with the references.

    Raises:
        RunDirectoryError: the articles or predictions cannot be read.
    """
    wanted = {row.article for one in found.tasks for row in one.rows}
    known = {article.id: article for article in articles() if article.id in wanted}
    tasks, alignments = [], {}
    for one in found.tasks:
        rows = [
            replace(row, title=known[row.article].title) if row.article in known else row
            for row in one.rows
        ]
        tasks.append(replace(one, rows=tuple(rows)))
        if aligned and one.model:
            available = [known[row.article] for row in rows if row.article in known]
            alignments[one.task] = Alignments(
                tuple(aligned_items(run, one.model, one.task, available))
            )
    return WorstArticles(tuple(tasks), alignments)


def models_of(found: Worst) -> list[str]:
    """The models with scores, best first, and those that wrote nothing last."""
    sign = -1 if found.higher_is_better else 1

    def sort_key(name: str) -> tuple[bool, float, str]:
        mean = math.fsum(found.values[name]) / max(len(found.values[name]), 1)
        return name in found.silent, sign * mean, name

    return sorted(found.values, key=sort_key)


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each article over the models that have a score on it."""
    by_article: dict[str, list[float]] = {}
    for own in scores:
        for article, value in own.items():
            by_article.setdefault(article, []).append(value)
    return {article: math.fsum(values) / len(values) for article, values in by_article.items()}


def _states(
    run: FinishedRun, task: str, models: Sequence[str], articles: set[str]
) -> dict[str, dict[str, str]]:
    """The models that failed on the articles or wrote nothing, by article."""
    said = {"error": "failed", "empty": "empty"}
    found: dict[str, dict[str, str]] = {}
    for name in models:
        result = run.results.tasks[task].models[name]
        if result.failed or result.empty:
            for row in run.rows(task, name):
                if row.article in articles and row.status in said:
                    found.setdefault(row.article, {})[name] = said[row.status]
    return found
