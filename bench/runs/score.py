"""The second stage: predictions against references, article by article, then as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.article import Article
from bench.errors import DataError
from bench.metrics import Block, Encoders, Metric
from bench.metrics.base import BLOCK, FloatArray
from bench.models.base import Role
from bench.models.entrant import Entrant
from bench.runs.plan import Plan
from bench.runs.predictions import Prediction, prediction_file
from bench.runs.results import (
    DatasetFacts,
    MetricFacts,
    ModelResult,
    Results,
    Score,
    TaskResult,
)
from bench.runs.scores import ArticleScores, article_scores, write_scores
from bench.stats import Interval, Sample, intervals
from bench.tasks import Task
from bench.text.encoder import TooManyTokensError
from bench.text.tokens import tokenizer_named

BOUND_DIGITS = 9
"""Decimals kept of the bounds of an interval: far below what ten thousand draws can tell."""


@dataclass(frozen=True)
class Scored:
    """The scores of one model on one task, article by article.

    Attributes:
        articles: ids, in the order of the data set.
        statistics: by metric, shape (articles, statistics); none without articles.
        predictions: of all articles that the model is made for, the failed ones too.
    """

    entrant: Entrant
    task: Task
    articles: tuple[str, ...]
    statistics: dict[str, FloatArray]
    predictions: Sequence[Prediction]


def score_all(plan: Plan, directory: Path) -> list[Scored]:
    """Score every model on every task.

    Raises:
        DataError: a reference that the tokenizer would reduce to nothing.
    """
    _refuse_what_the_tokenizer_drops(plan)
    return [scored for task in plan.tasks for scored in _score_task(plan, directory, task)]


def summarise(plan: Plan, scored: list[Scored]) -> Results:
    """The scores over all articles and their intervals, in the form of ``results.json``."""
    return Results(
        on_error=plan.config.on_error,
        dataset=DatasetFacts(
            name=plan.dataset.name,
            fingerprint=plan.dataset.fingerprint,
            articles=len(plan.dataset),
        ),
        metrics={
            name: MetricFacts(
                signature=plan.signature(name),
                higher_is_better=metric.higher_is_better,
                range=metric.range,
            )
            for name, metric in plan.metrics.items()
        },
        confidence=plan.config.confidence,
        resamples=plan.config.resamples,
        tasks={
            task.name: TaskResult(
                primary=task.primary,
                articles=len(plan.usable(task)),
                left_out=len(plan.dataset) - len(plan.usable(task)),
                items=task.items if any(e.heeds_items for e in plan.entrants) else None,
                models=placed(
                    _model_results(plan, [s for s in scored if s.task == task]),
                    {score: m.higher_is_better for score, (m, _) in plan.places.items()},
                ),
            )
            for task in plan.tasks
        },
    )


def placed(
    models: Mapping[str, ModelResult], higher_is_better: Mapping[str, bool]
) -> dict[str, ModelResult]:
    """The results with the position of each score between the best floor and the ceiling.

    Args:
        models: by name.
        higher_is_better: which way each score goes, by its name.
    """

    def best(role: Role, score: str) -> float | None:
        choose = max if higher_is_better[score] else min
        own = (m.scores for m in models.values() if m.role == role)
        return choose((scores[score].mean for scores in own if score in scores), default=None)

    ends = {score: (best("floor", score), best("ceiling", score)) for score in higher_is_better}
    return {
        name: model.model_copy(
            update={"scores": {s: _placed(v, *ends[s]) for s, v in model.scores.items()}}
        )
        for name, model in models.items()
    }


def _placed(score: Score, floor: float | None, ceiling: float | None) -> Score:
    if floor is None or ceiling is None or floor == ceiling:
        return score.model_copy(update={"position": None})
    return score.model_copy(update={"position": (score.mean - floor) / (ceiling - floor)})


def write_all(plan: Plan, scored: list[Scored], file: Path) -> None:
    """Write every score of every article: ``scores.parquet``."""
    rows = (
        ((one.task.name, one.entrant.name, score), of)
        for one in scored
        for score, of in _by_score(plan, one).items()
    )
    write_scores(rows, {a.id: a.digest() for a in plan.dataset}, file)


def _score_task(plan: Plan, directory: Path, task: Task) -> list[Scored]:
    articles = [plan.dataset[index] for index in plan.usable(task)]
    entrants = [entrant for entrant, of in plan.jobs if of == task]
    written = {e.name: _read(plan, directory, e, task) for e in entrants}
    parts: dict[str, list[dict[str, FloatArray]]] = {e.name: [] for e in entrants}
    for start in range(0, len(articles), BLOCK):
        some = articles[start : start + BLOCK]
        encoders = Encoders()  # the block's references are read once for all models
        for name, rows in written.items():
            kept = [article for article in some if _counts(plan, rows, article)]
            if kept and plan.config.references == "best":
                parts[name].append(measure_best(plan.metrics, task, kept, rows, encoders))
            elif kept:
                parts[name].append(measure(plan.metrics, task, kept, rows, encoders))
    return [
        Scored(
            entrant=entrant,
            task=task,
            articles=tuple(a.id for a in articles if _counts(plan, written[entrant.name], a)),
            statistics=_joined(parts[entrant.name]),
            predictions=list(written[entrant.name].values()),
        )
        for entrant in entrants
    ]


def measure(
    metrics: Mapping[str, Metric],
    task: Task,
    articles: Sequence[Article],
    rows: Mapping[str, Prediction],
    encoders: Encoders,
) -> dict[str, FloatArray]:
    """Statistics of one model's predictions for a block of articles, by metric.

    Raises:
        DataError: a single article is too long to be scored.
    """
    block = Block(
        predictions=[rows[article.id].items for article in articles],
        references=[task.references(article) for article in articles],
        texts=[f"{article.title}\n{article.text}" for article in articles],
        encoders=encoders,
    )
    try:
        return {name: metric.statistics(block) for name, metric in metrics.items()}
    except TooManyTokensError as error:
        if len(articles) == 1:
            raise DataError(f"article {articles[0].id!r} is too long to score: {error}") from error
    middle = len(articles) // 2
    halves = (articles[:middle], articles[middle:])
    first, second = (measure(metrics, task, half, rows, Encoders()) for half in halves)
    return {name: np.concatenate([first[name], second[name]]) for name in metrics}


def measure_best(
    metrics: Mapping[str, Metric],
    task: Task,
    articles: Sequence[Article],
    rows: Mapping[str, Prediction],
    encoders: Encoders,
) -> dict[str, FloatArray]:
    """The same against the reference list of each article that gives the best score.

    The best F1 decides, as in ``rouge_score``'s ``score_multi``, or a metric's only score; each
    metric decides for itself.
    """
    lists = [[task.references(a), *task.alternatives(a)] for a in articles]
    key = "summary" if task.name == "summary" else "questions"
    versions = [
        article.model_copy(update={key: items})
        for article, own in zip(articles, lists, strict=True)
        for items in own
    ]
    measured = measure(metrics, task, versions, rows, encoders)
    ends = np.cumsum([len(own) for own in lists])
    starts = ends - [len(own) for own in lists]
    found = {}
    for name, metric in metrics.items():
        values = metric.values(measured[name])
        column = values[:, metric.fields.index("f1") if "f1" in metric.fields else 0]
        ranked = column if metric.higher_is_better else -column
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        best = [start + int(np.argmax(ranked[start:end])) for start, end in spans]
        found[name] = measured[name][best]
    return found


def _joined(parts: Sequence[Mapping[str, FloatArray]]) -> dict[str, FloatArray]:
    """The statistics of all blocks; empty where a model failed on every article."""
    names = parts[0] if parts else ()
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _read(plan: Plan, directory: Path, entrant: Entrant, task: Task) -> dict[str, Prediction]:
    wanted = {article.id for article in plan.articles_for(entrant, task)}
    rows = prediction_file(directory, entrant.name, task.name).read()
    return {row.article: row for row in rows if row.article in wanted}


def _counts(plan: Plan, rows: Mapping[str, Prediction], article: Article) -> bool:
    row = rows.get(article.id)
    return row is not None and (row.status != "error" or plan.config.on_error != "skip")


def _by_score(plan: Plan, scored: Scored) -> dict[str, ArticleScores]:
    """The scores of one model, by name."""
    found: dict[str, ArticleScores] = {}
    for name, statistics in scored.statistics.items():
        metric = plan.metrics[name]
        columns = article_scores(metric, scored.articles, statistics)
        found.update(zip(metric.scores(name), columns, strict=True))
    return found


def _intervals(plan: Plan, scored: Sequence[Scored]) -> dict[str, dict[str, Interval | None]]:
    """Of each model, by score; models that were scored on the same articles share the draws."""
    alike: dict[tuple[str, ...], list[tuple[str, str, Sample]]] = defaultdict(list)
    for one in scored:
        for score, of in _by_score(plan, one).items():
            sample = of.sample(*plan.places[score])
            alike[of.articles].append((one.entrant.name, score, sample))
    found: dict[str, dict[str, Interval | None]] = defaultdict(dict)
    options = plan.config
    for named in alike.values():
        bounds = intervals(
            [sample for _, _, sample in named],
            confidence=options.confidence,
            resamples=options.resamples,
            seed=options.seed,
        )
        for (model, score, _), interval in zip(named, bounds, strict=True):
            found[model][score] = interval
    return found


def _model_results(plan: Plan, scored: Sequence[Scored]) -> dict[str, ModelResult]:
    bounds = _intervals(plan, scored)
    return {s.entrant.name: _model_result(plan, s, bounds[s.entrant.name]) for s in scored}


def _model_result(plan: Plan, scored: Scored, bounds: Mapping[str, Interval | None]) -> ModelResult:
    scores = {}
    for name, statistics in scored.statistics.items():
        metric = plan.metrics[name]
        for score, mean in zip(metric.scores(name), metric.aggregate(statistics), strict=True):
            interval = bounds[score]
            scores[score] = Score(
                mean=float(mean),
                low=None if interval is None else _bound(interval.low, mean),
                high=None if interval is None else _bound(interval.high, mean),
            )
    tokens_in, tokens_out = (
        [tokens for row in scored.predictions if (tokens := getattr(row, name)) is not None]
        for name in ("tokens_in", "tokens_out")
    )
    return ModelResult(
        role=scored.entrant.role,
        articles=len(scored.articles),
        failed=_count(scored.predictions, "error"),
        empty=_count(scored.predictions, "empty"),
        truncated=sum(p.truncated != "neither" for p in scored.predictions),
        tokens_in=sum(tokens_in) if tokens_in else None,
        tokens_out=sum(tokens_out) if tokens_out else None,
        cost=scored.entrant.cost(sum(tokens_in), sum(tokens_out)) if tokens_in else None,
        scores=scores,
    )


def _bound(value: float, mean: float) -> float:
    """A bound to so many decimals that other hardware gives the same; never past the mean so."""
    return float(mean) if abs(value - mean) < 10**-BOUND_DIGITS else round(value, BOUND_DIGITS)


def _count(predictions: Sequence[Prediction], status: str) -> int:
    return sum(prediction.status == status for prediction in predictions)


def _refuse_what_the_tokenizer_drops(plan: Plan) -> None:
    if all(getattr(m, "tokenizer", None) != "rouge-score" for m in plan.metrics.values()):
        return
    places, texts = zip(*_references(plan), strict=True)
    plain = tokenizer_named("rouge-score").plain(texts)
    dropped = [
        f"{plan.dataset.name}: {place}: {text[:40]!r} has no letter a-z and no digit, all that the"
        " tokenizer 'rouge-score' knows; set `tokenizer: unicode` in the config"
        for place, text, words in zip(places, texts, plain, strict=True)
        if not words.strip() and any(map(str.isalnum, text))
    ]
    if dropped:
        more = len(dropped) - 5
        raise DataError(dropped[:5] + ([f"... and {more} more"] if more > 0 else []))


def _references(plan: Plan) -> Iterator[tuple[str, str]]:
    for task in plan.tasks:
        for article in plan.dataset:
            for number, item in enumerate(task.references(article), start=1):
                yield f"article {article.id!r}, {task.noun} {number}", item
