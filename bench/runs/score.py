"""The second stage: predictions against references, a batch of articles at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.article import Article
from bench.data.stored import ArticleBatch
from bench.engines import Engine, Lost
from bench.errors import RunFailedError
from bench.metrics import Encoders, Metric
from bench.models.spec import ModelSpec
from bench.runs.config import Config
from bench.runs.model_scorer import ModelScorer
from bench.runs.model_scores import ModelScores, joined
from bench.runs.named_metrics import named_metrics
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex, PredictionRows
from bench.runs.split import SplitStatistics
from bench.runs.vectors import use_vectors
from bench.tasks import Task


@dataclass(frozen=True)
class ScoreRequest:
    """Predictions to be scored.

    Attributes:
        articles: a batch.
        rows: by model, the line of its prediction file for each article; None if it has none.
    """

    articles: ArticleBatch
    rows: Mapping[str, Sequence[bytes | None]]


@dataclass(frozen=True)
class ScoreResult:
    """The scores of all models on some articles.

    Attributes:
        digests: the digest of each article, by id, in order of the ids.
        models: the scores by model name.
    """

    digests: dict[str, str]
    models: dict[str, ModelScores]


class Scoring:
    """The work of scoring one task, in whatever process it runs."""

    def __init__(
        self,
        config: Config,
        task: Task,
        split: SplitStatistics | None = None,
        vectors: Mapping[str, Path] | None = None,
    ) -> None:
        self._config = config
        self._task = task
        self._split = split
        self._vectors = vectors or {}
        self._metrics: dict[str, Metric] = {}

    def begin(self) -> None:
        """Build the metrics."""
        metrics = named_metrics(self._config)
        if self._vectors:
            use_vectors(metrics, self._vectors)
        self._metrics = self._split.told(metrics, self._task) if self._split else metrics

    def __call__(self, request: ScoreRequest) -> ScoreResult:
        """The statistics of every model that has rows."""
        articles, encoders = (
            self._usable(request),
            Encoders(),
        )  # one for the references of all models
        scorer = self._scorer()
        return ScoreResult(
            {article.id: article.digest() for article in articles},
            {
                name: scorer.score(articles, _by_article(request, lines), encoders)
                for name, lines in request.rows.items()
            },
        )

    def lost(self, request: ScoreRequest, reason: str) -> ScoreResult:
        """The result of a request on which workers died: every model failed on its articles."""
        self.begin()
        articles, scorer = self._usable(request), self._scorer()
        return ScoreResult(
            {article.id: article.digest() for article in articles},
            {
                name: scorer.failed(articles, _by_article(request, lines), reason)
                for name, lines in request.rows.items()
            },
        )

    def _scorer(self) -> ModelScorer:
        return ModelScorer(self._config, self._task, self._metrics)

    def _usable(self, request: ScoreRequest) -> list[Article]:
        usable = [article for article in request.articles if self._task.references(article)]
        return sorted(usable, key=lambda article: article.id)


def score(
    plan: Plan,
    index: PredictionIndex,
    task: Task,
    engine: Engine,
    vectors: Mapping[str, Path] | None = None,
) -> Iterator[ScoreResult]:
    """Score every model on one task, batch by batch in the order of the dataset.

    Args:
        plan: the plan.
        index: the predictions.
        task: the task.
        engine: runs the work.
        vectors: the files of vectors by encoder.

    Raises:
        RunFailedError: a prediction cannot be scored and ``on_error`` is ``stop``.
    """
    scoring = Scoring(plan.config, task, plan.split, vectors)
    rows = {spec: index.rows(spec.name, task.name).read() for spec, of in plan.jobs if of == task}
    for result in _results(scoring, engine, _requests(plan, task, rows)):
        if plan.config.on_error == "stop":
            _stop_at_failures(task, result)
        yield result


def _results(
    scoring: Scoring, engine: Engine, requests: Iterable[ScoreRequest]
) -> Iterator[ScoreResult]:
    """The result of each request; a request on which workers died is scored part by part.

    So only the model and article on which they die fail.
    """
    waiting: deque[ScoreRequest] = deque()  # drawn by the engine, without a result yet
    fresh = iter(requests)

    def drawn() -> Iterator[ScoreRequest]:
        yield from tuple(waiting)
        for request in fresh:
            waiting.append(request)
            yield request

    while True:
        lost: Lost | None = None
        with closing(engine.map(scoring, drawn())) as results:
            for result in results:
                request = waiting.popleft()
                if isinstance(result, Lost):
                    lost = result
                    break
                yield result
        if lost is None:
            return
        parts = _parts(request)
        if parts:
            yield _joined(request, list(_results(scoring, engine, parts)))
        else:
            yield scoring.lost(request, lost.reason)


def _parts(request: ScoreRequest) -> list[ScoreRequest]:
    """The request split by model; a request of a single model split by article."""
    if len(request.rows) > 1:
        return [ScoreRequest(request.articles, {name: of}) for name, of in request.rows.items()]
    if len(request.articles) < 2:
        return []
    ((name, lines),) = request.rows.items()
    found = sorted(zip(request.articles, lines, strict=True), key=lambda pair: pair[0].id)
    return [ScoreRequest(ArticleBatch((article,)), {name: [line]}) for article, line in found]


def _joined(request: ScoreRequest, parts: Sequence[ScoreResult]) -> ScoreResult:
    """The result of a request from the results of its parts."""
    digests = {article: digest for part in parts for article, digest in part.digests.items()}
    models = {
        name: joined([part.models[name] for part in parts if name in part.models])
        for name in request.rows
    }
    return ScoreResult(digests, models)


def _stop_at_failures(task: Task, result: ScoreResult) -> None:
    reasons = {name: model.reason for name, model in result.models.items() if model.reason}
    if reasons:
        raise RunFailedError(
            f"{task.name}: {name} failed on {why}" for name, why in reasons.items()
        )


def _requests(
    plan: Plan, task: Task, indexed: Mapping[ModelSpec, PredictionRows]
) -> Iterator[ScoreRequest]:
    for batch in plan.dataset.batches(plan.config.block_size):
        yield ScoreRequest(
            batch, {spec.name: lines_of(spec, task, rows, batch) for spec, rows in indexed.items()}
        )


def lines_of(
    spec: ModelSpec, task: Task, rows: PredictionRows, batch: ArticleBatch
) -> list[bytes | None]:
    """The rows of a model for each article of a batch; None for those without any."""
    found = rows.lines(batch.ids())
    if not spec.selects:
        return found
    return [  # an earlier run may have rows of articles that it does not apply to now
        line if spec.applies(article, task) else None
        for article, line in zip(batch, found, strict=True)
    ]


def _by_article(request: ScoreRequest, lines: Sequence[bytes | None]) -> dict[str, bytes | None]:
    return dict(zip(request.articles.ids(), lines, strict=True))
