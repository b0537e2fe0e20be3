"""Where models do worst: the articles with the worst scores, of one model or on average."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.errors import ConfigError
from bench.report.escape import latex, markdown
from bench.report.tables import Cell, Column, Row, Table, join_csv
from bench.runs.finished import FinishedRun


@dataclass(frozen=True)
class WorstArticle:
    """An article on which models do badly.

    Attributes:
        article: its id.
        score: the model's, or the mean over the competitors that have one.
        scores: of each competitor, and of the model where it is none; None where it has none.
        states: of each model that wrote nothing usable: ``failed`` or ``empty``.
        title: of the article, where it can be read.
        alignment: what the model wrote beside what the page says, as data.
    """

    article: str
    score: float
    scores: Mapping[str, float | None]
    states: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    alignment: Mapping[str, Any] | None = None

    def best_other(self, model: str, *, higher_is_better: bool) -> tuple[str, float] | None:
        """The best of the others on this article, and its score.

        Where lower is better, one that wrote nothing for the article is not it.
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
        score: what they are ranked by.
        higher_is_better: of that score.
        model: whose articles they are; None for all competitors together.
        articles: how many are ranked.
        unscored: model to how many articles it has no such score on.
        values: model to its score on each article that it has one on.
        rows: the worst.
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


def worst(run: FinishedRun, task: str, count: int, model: str | None = None) -> Worst:
    """The articles with the worst primary scores of a task.

    Args:
        run: a finished run.
        task: one of its tasks.
        count: how many articles at most.
        model: whose scores count; the mean over all competitors if not given.

    Raises:
        ConfigError: nobody whose scores count has such a score on any article.
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
        raise ConfigError(f"{run.path}: {task}: {who} has {'no' if model else 'a'} {score}")
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


def worst_table(found: Worst) -> Table:
    """One row an article: of one model with the best other beside it, else with every model."""
    heads = [Column("rank", "rank"), Column("article", "article", numeric=False)]
    heads += [Column("title", "title", numeric=False)]
    if found.model:
        heads += [
            Column(found.score, "score", ".3f"),
            Column("state", "state", numeric=False),
            Column("best other", "best_other", numeric=False),
            Column("its score", "best_other_score", ".3f"),
        ]
    else:
        heads += [Column("mean", "mean", ".3f"), *(Column(n, n, ".3f") for n in models_of(found))]
    rows = []
    for rank, row in enumerate(found.rows, 1):
        cells: list[Cell] = [rank, row.article, row.title, row.score]
        if found.model:
            other = row.best_other(found.model, higher_is_better=found.higher_is_better)
            cells += [row.states.get(found.model, ""), *(other or (None, None))]
        else:
            cells += [row.scores[n] for n in models_of(found)]
        rows.append(Row(tuple(cells)))
    return Table(tuple(heads), tuple(rows))


def models_of(found: Worst) -> list[str]:
    """The models with scores, best first, those that wrote nothing last."""
    sign = -1 if found.higher_is_better else 1

    def place(name: str) -> tuple[bool, float, str]:
        mean = math.fsum(found.values[name]) / max(len(found.values[name]), 1)
        return name in found.silent, sign * mean, name

    return sorted(found.values, key=place)


def title_of(found: Worst) -> str:
    """What the table shows, in words."""
    whose = f"where {found.model} is worst" if found.model else "worst on average"
    better = "higher" if found.higher_is_better else "lower"
    told = f"{len(found.rows)} of {found.articles} articles {whose}"
    return f"{found.task} · {told} · {found.score} ({better} is better)"


def to_json(tasks: Sequence[Worst]) -> str:
    """All of it, every digit."""
    record = {"version": 1, "tasks": {found.task: _record(found) for found in tasks}}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def to_csv(tasks: Sequence[Worst]) -> str:
    """One row a task, article and model."""
    keys = ("task", "score", "rank", "article", "title", "mean", "model", "value", "state")
    rows = [
        Row((f.task, f.score, rank, row.article, row.title, row.score, n, value, row.states.get(n)))
        for f in tasks
        for rank, row in enumerate(f.rows, 1)
        for n, value in row.scores.items()
    ]
    return join_csv([Table(tuple(Column(key, key) for key in keys), tuple(rows))])


def to_markdown(tasks: Sequence[Worst]) -> str:
    """A heading and a table for each task."""
    return "\n".join(
        f"### {markdown(title_of(f))}\n\n{worst_table(f).to_markdown()}" for f in tasks
    )


def to_latex(tasks: Sequence[Worst]) -> str:
    """A table for each task, its heading in a comment."""
    return "\n".join(f"% {latex(title_of(f))}\n{worst_table(f).to_latex()}" for f in tasks)


FORMS: dict[str, Callable[[Sequence[Worst]], str]] = {
    "json": to_json,
    "csv": to_csv,
    "markdown": to_markdown,
    "latex": to_latex,
}
"""By the name of ``--format``."""


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean on each article over those who have a score there."""
    gathered: dict[str, list[float]] = {}
    for own in scores:
        for article, value in own.items():
            gathered.setdefault(article, []).append(value)
    return {article: math.fsum(values) / len(values) for article, values in gathered.items()}


def _states(
    run: FinishedRun, task: str, models: Sequence[str], articles: set[str]
) -> dict[str, dict[str, str]]:
    """Which of the models failed on the articles or wrote nothing; read only where any did."""
    said = {"error": "failed", "empty": "empty"}
    found: dict[str, dict[str, str]] = {}
    for name in models:
        result = run.results.tasks[task].models[name]
        if result.failed or result.empty:
            for row in run.rows(task, name):
                if row.article in articles and row.status in said:
                    found.setdefault(row.article, {})[name] = said[row.status]
    return found


def _record(found: Worst) -> dict[str, Any]:
    return {
        "score": found.score,
        "higher_is_better": found.higher_is_better,
        "model": found.model,
        "articles": found.articles,
        "unscored": dict(found.unscored),
        "worst": [
            {
                "article": row.article,
                "title": row.title,
                "score": row.score,
                "scores": dict(row.scores),
                "states": dict(row.states),
                **({"alignment": dict(row.alignment)} if row.alignment else {}),
            }
            for row in found.rows
        ],
    }
