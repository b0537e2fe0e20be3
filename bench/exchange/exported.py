"""What of a run is exported: models with their scores, and the facts to read them by."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from bench.article import Article
from bench.data.hub import HUB
from bench.data.presets import PRESETS
from bench.data.tables import ending
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.histories.dates import checked_date, date_of_directory
from bench.runs.leaderboard import ordered, ranked
from bench.runs.public import Run
from bench.runs.results import MetricFacts, ModelResult, Score
from bench.runs.run_metric import NeedsMetricError
from bench.runs.sources import source_of
from bench.stats.units import adjusted_squares, units_of
from bench.text.characters import whole_characters

_HUB = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)
_CHECKPOINTS = ("checkpoint", "model")


@dataclass(frozen=True)
class ExportedScore:
    """One score of one model on one task.

    Attributes:
        name: the score, such as ``rougeL.f1``.
        mean: its mean over articles.
        low: the lower bound of its interval; None without an interval.
        high: the upper bound.
        error: the standard error of the mean, over clusters of articles where there are any; None
            if it is unknown.
        articles: the number of articles.
        facts: how to read it.
        range: the lowest and highest possible value.
    """

    name: str
    mean: float
    low: float | None
    high: float | None
    error: float | None
    articles: int
    facts: MetricFacts
    range: tuple[float | None, float | None]

    @property
    def described(self) -> dict[str, Any]:
        """The facts about the score as plain values, without those that are unknown."""
        lowest, highest = self.range
        found = {
            "n": self.articles,
            "low": self.low,
            "high": self.high,
            "stderr": self.error,
            "higher_is_better": self.facts.higher_is_better,
            "lowest": lowest,
            "highest": highest,
            "signature": self.facts.signature,
            "rater": self.facts.rater,
        }
        return {key: value for key, value in found.items() if value is not None}


@dataclass(frozen=True)
class ExportedModel:
    """A model on a task.

    Attributes:
        name: its name in the run.
        task: the task.
        primary: the name of the task's primary score.
        items: the number of items that it was asked for; None if unlimited.
        result: its counts.
        scores: its scores, by name.
        signature: its identity; "" if unknown.
        source: where its outputs were imported from; empty if the run made them.
        hub_id: its name on the hub; "" if unknown.
    """

    name: str
    task: str
    primary: str
    items: int | None
    result: ModelResult
    scores: dict[str, ExportedScore]
    signature: str
    source: dict[str, str]
    hub_id: str

    @property
    def shown_id(self) -> str:
        """Its name on the hub, or else in the run."""
        return self.hub_id or self.name


@dataclass(frozen=True, eq=False)
class Export:
    """A run, and what of it is exported.

    Attributes:
        run: the run.
        models: its models, those of a task after another, best first.
        date: when the run was made.
        is_dated: whether somebody gave the date; formats in which it is optional omit it otherwise.
        dataset_id: the dataset's ``owner/name`` on the hub; "" if it is not from there.
    """

    run: Run
    models: tuple[ExportedModel, ...]
    date: datetime
    is_dated: bool
    dataset_id: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the models."""
        return tuple(dict.fromkeys(model.name for model in self.models))

    def of(self, name: str) -> list[ExportedModel]:
        """A model on each of its tasks."""
        return [model for model in self.models if model.name == name]

    @property
    def dataset(self) -> str:
        """The name of the dataset."""
        return whole_characters(self.run.results.dataset.name)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the dataset."""
        return self.run.results.dataset.fingerprint

    @property
    def timestamp(self) -> float:
        """The date in seconds since 1970."""
        return self.date.astimezone(UTC).timestamp()

    @property
    def versions(self) -> dict[str, str]:
        """The recorded versions of Python and of the packages that scored."""
        return dict(self.run.record.versions) if self.run.has_record else {}

    @property
    def version(self) -> str:
        """The version of this package that scored the run."""
        return self.versions.get("qgbench", "unknown")

    @cached_property
    def references(self) -> dict[str, Article]:
        """The articles of the run with titles and references, without texts, by id."""
        run = self.run
        return {one.id: one for one in (run.references() if run.has_references else run.articles())}


def exported(  # noqa: PLR0913 - an option each
    run: Run,
    *,
    models: Sequence[str] = (),
    task: str | None = None,
    metric: str | None = None,
    date: str | None = None,
    dataset_id: str | None = None,
    model_ids: Mapping[str, str] | None = None,
) -> Export:
    """Select what of a run is exported.

    Args:
        run: the run.
        models: names; every model that is not a floor or ceiling if empty.
        task: only this task.
        metric: the score that counts as the primary one.
        date: when the run was made (ISO 8601); from its directory if None.
        dataset_id: the ``owner/name`` of the dataset on the hub; the config's if None.
        model_ids: by name of a model, its ``owner/name`` on the hub; the checkpoint of the config,
            or the model that was imported, if not given.

    Raises:
        UnknownNameError: the run has no such model, task or score.
        ConfigError: nothing is left to export, or the date or id is none.
    """
    chosen = run.narrowed(task, metric)
    given = model_ids or {}
    for name in (*models, *given):
        if name not in chosen.models:
            raise UnknownNameError(unknown_name("model of this run", name, chosen.models))
    for name, owned in given.items():
        if not _HUB.fullmatch(owned):
            raise ConfigError(f"--model-id {name}={owned}: must be NAME=OWNER/NAME of the model")
    found = tuple(_models(chosen, models, given))
    if not found:
        raise ConfigError(
            f"{run.location}: has only floors and ceilings; name the models to export: --model"
            f" {' --model '.join(chosen.models)}"
        )
    when = date_of_directory(run.shown or run.path) if date is None else checked_date(date)
    if dataset_id is not None and not _HUB.fullmatch(dataset_id):
        raise ConfigError(f"--dataset-id {dataset_id}: must be OWNER/NAME of a dataset on the hub")
    return Export(chosen, found, when, date is not None, dataset_id or _dataset_id(run))


def _models(run: Run, wanted: Sequence[str], ids: Mapping[str, str]) -> Iterator[ExportedModel]:
    signatures = run.signatures if run.has_record else {}
    for task, result in ordered(run.results):
        for name, model in ranked(run.results, task):
            if name in wanted or (not wanted and model.role == "model"):
                source = source_of(run.record, name) if run.has_record else {}
                yield ExportedModel(
                    name=name,
                    task=task,
                    primary=result.primary,
                    items=result.items,
                    result=model,
                    scores={
                        score: _score(run, task, name, score, value, model)
                        for score, value in sorted(model.scores.items())
                    },
                    signature=signatures.get(name, ""),
                    source=source,
                    hub_id=ids.get(name) or _model_id(run, name, source),
                )


def _score(  # noqa: PLR0913, PLR0917 - what names one score
    run: Run, task: str, model: str, name: str, score: Score, result: ModelResult
) -> ExportedScore:
    return ExportedScore(
        name=name,
        mean=score.mean,
        low=score.low,
        high=score.high,
        error=_standard_error(run, task, model, name),
        articles=score.n or result.articles,
        facts=run.results.facts(name),
        range=run.results.range_of(name),
    )


def _standard_error(run: Run, task: str, model: str, score: str) -> float | None:
    """The standard error of a mean, robust to clusters; None if it cannot be computed."""
    articles = run.scored_articles(task, model, score)
    units = units_of(len(articles), run.units(articles))
    if len(units) < 2:
        return None
    try:
        parts = units.contributions(run.sample(task, model, score, articles))
    except NeedsMetricError:
        return None
    deviations = parts - parts.sum() / len(articles) * units.sizes
    return math.sqrt(adjusted_squares(deviations, units.sizes)) / len(articles)


def _dataset_id(run: Run) -> str:
    if not run.has_record:
        return ""
    name = run.record.config.dataset
    found = PRESETS[name].hub if name in PRESETS else name.removeprefix(HUB)
    is_file = found == name and ending(PurePath(name)) is not None
    return found if _HUB.fullmatch(found) and not is_file and not Path(name).exists() else ""


def _model_id(run: Run, name: str, source: dict[str, str]) -> str:
    """The name of a model on the hub, as far as the record of the run says it."""
    given = [source.get("model", "")]
    if run.has_record:
        entries = [entry for entry in run.record.config.models if entry.label == name]
        given += [str((e.model_extra or {}).get(key, "")) for e in entries for key in _CHECKPOINTS]
    return next((one for one in given if _HUB.fullmatch(one)), "")
