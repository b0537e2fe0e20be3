"""The second stage: predictions against references, a block of articles at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from bench.article import Article
from bench.data.stored import ArticleBlock
from bench.engines import Engine, Lost
from bench.errors import RunFailedError
from bench.metrics import Encoders, Metric
from bench.models.spec import ModelSpec
from bench.runs.config import Config
from bench.runs.model_block import ModelBlock, ModelScorer, joined
from bench.runs.named_metrics import named_metrics
from bench.runs.plan import Plan
from bench.runs.predictions import prediction_file
from bench.runs.row_index import RowIndex
from bench.tasks import Task


@dataclass(frozen=True)
class ToScore:
    """Some articles, and each model's rows for them as they stand in its file, None for none."""

    articles: ArticleBlock
    rows: Mapping[str, Sequence[bytes | None]]


@dataclass(frozen=True)
class ScoredBlock:
    """All models on some articles.

    Attributes:
        digests: of each article's content, by id, in order of the ids.
        models: by name.
    """

    digests: dict[str, str]
    models: dict[str, ModelBlock]


class Scoring:
    """The work of scoring one task, wherever it is done."""

    def __init__(self, config: Config, task: Task) -> None:
        self._config = config
        self._task = task
        self._metrics: dict[str, Metric] = {}

    def begin(self) -> None:
        """Make the metrics."""
        self._metrics = named_metrics(self._config)

    def __call__(self, block: ToScore) -> ScoredBlock:
        """Statistics of every model that has rows, each article of the block on its own."""
        articles, encoders = self._usable(block), Encoders()  # one for the references of all models
        scorer = self._scorer()
        return ScoredBlock(
            {article.id: article.digest() for article in articles},
            {
                name: scorer.score(articles, _by_article(block, lines), encoders)
                for name, lines in block.rows.items()
            },
        )

    def lost(self, block: ToScore, reason: str) -> ScoredBlock:
        """What stands for scores that nobody could work out: every model of it failed there."""
        self.begin()
        articles, scorer = self._usable(block), self._scorer()
        return ScoredBlock(
            {article.id: article.digest() for article in articles},
            {
                name: scorer.failed(articles, _by_article(block, lines), reason)
                for name, lines in block.rows.items()
            },
        )

    def _scorer(self) -> ModelScorer:
        return ModelScorer(self._config, self._task, self._metrics)

    def _usable(self, block: ToScore) -> list[Article]:
        usable = [article for article in block.articles if self._task.references(article)]
        return sorted(usable, key=lambda article: article.id)


def score(plan: Plan, directory: Path, task: Task, engine: Engine) -> Iterator[ScoredBlock]:
    """Score every model on one task, block by block in the order of the data set.

    Raises:
        RunFailedError: a prediction cannot be scored and ``on_error`` is ``stop``.
    """
    scoring = Scoring(plan.config, task)
    with ExitStack() as stack:
        indices = {
            spec: stack.enter_context(
                RowIndex(prediction_file(directory, spec.name, task.name))
            ).read()
            for spec, of in plan.jobs
            if of == task
        }
        for block in _scored(scoring, engine, _to_score(plan, task, indices)):
            if plan.config.on_error == "stop":
                _stop_at_failures(task, block)
            yield block


def _scored(scoring: Scoring, engine: Engine, blocks: Iterable[ToScore]) -> Iterator[ScoredBlock]:
    """The scores of each block; of one on which workers died, part by part.

    So it is found out which model's row of which article is to blame, and no other fails with it.
    """
    waiting: deque[ToScore] = deque()  # drawn by the engine and not answered yet
    fresh = iter(blocks)

    def drawn() -> Iterator[ToScore]:
        yield from tuple(waiting)
        for block in fresh:
            waiting.append(block)
            yield block

    while True:
        lost: Lost | None = None
        with closing(engine.map(scoring, drawn())) as answers:
            for answer in answers:
                block = waiting.popleft()
                if isinstance(answer, Lost):
                    lost = answer
                    break
                yield answer
        if lost is None:
            return
        parts = _parts(block)
        if parts:
            yield _whole(block, list(_scored(scoring, engine, parts)))
        else:
            yield scoring.lost(block, lost.reason)


def _parts(block: ToScore) -> list[ToScore]:
    """The block model by model; one of a single model article by article."""
    if len(block.rows) > 1:
        return [ToScore(block.articles, {name: lines}) for name, lines in block.rows.items()]
    if len(block.articles) < 2:
        return []
    ((name, lines),) = block.rows.items()
    found = sorted(zip(block.articles, lines, strict=True), key=lambda pair: pair[0].id)
    return [ToScore(ArticleBlock((article,)), {name: [line]}) for article, line in found]


def _whole(block: ToScore, parts: Sequence[ScoredBlock]) -> ScoredBlock:
    """The block again from the scores of its parts."""
    digests = {article: digest for part in parts for article, digest in part.digests.items()}
    return ScoredBlock(
        digests,
        {name: joined([p.models[name] for p in parts if name in p.models]) for name in block.rows},
    )


def _stop_at_failures(task: Task, block: ScoredBlock) -> None:
    reasons = {name: model.reason for name, model in block.models.items() if model.reason}
    if reasons:
        raise RunFailedError(
            f"{task.name}: {name} failed on {why}" for name, why in reasons.items()
        )


def _to_score(plan: Plan, task: Task, indices: Mapping[ModelSpec, RowIndex]) -> Iterator[ToScore]:
    for block in plan.dataset.blocks(plan.config.block_size):
        ids = block.ids()
        rows = {}
        for spec, index in indices.items():
            found = index.lines(ids)
            if spec.selects:  # rows of an earlier run may be of articles it is not made for now
                found = [
                    line if spec.applies(article, task) else None
                    for article, line in zip(block, found, strict=True)
                ]
            rows[spec.name] = found
        yield ToScore(block, rows)


def _by_article(block: ToScore, lines: Sequence[bytes | None]) -> dict[str, bytes | None]:
    return dict(zip(block.articles.ids(), lines, strict=True))
