"""``bench.agree``: how far measures agree with people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import ConfigError, DataError
from bench.limits import RESAMPLES as MOST_RESAMPLES

if TYPE_CHECKING:
    from bench.agreement.findings import AgreementReport
    from bench.agreement.sources import Rows

FEWEST_RESAMPLES = 100


def agree(  # noqa: PLR0913 - an option each, all by name
    ratings: Rows,
    *,
    measures: Rows | None = None,
    dataset: str | Path | None = None,
    task: str | None = None,
    metrics: Sequence[Any] = (),
    dimensions: Sequence[str] = (),
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    **reading: Any,
) -> AgreementReport:
    """How far measures agree with people's ratings of items or of whole lists.

    Args:
        ratings: files (CSV, TSV, JSON lines, JSON, Parquet), or rows: mappings or a data frame.
            Long form: ``article``, ``system`` (or ``model``), ``item`` (an index, a text, or absent
            for the whole list), ``dimension``, ``rater``, ``value``, and ``cluster`` where articles
            belong together. Or a column of numbers for each dimension, or an object of them under
            ``human``. Rows that name no system are of the system that the file is named after.
        measures: files or rows in the same forms, with ``measure`` instead of ``dimension``.
        dataset: the articles, with their references; for ``metrics``, and for clusters.
        task: the task that was rated: ``"summary"`` or ``"questions"``.
        metrics: metrics or scores of this package to compute on the rated items; with a dataset
            and no measures, the primary score of the task.
        dimensions: only these; all if empty.
        resamples: draws of articles and systems, and swaps of each test.
        seed: of the draws, the swaps and the measure ``random``.
        confidence: of the intervals.
        reading: how the dataset is read: ``split``, ``columns``, ``cluster`` ..., as in a config.

    Returns:
        For each measure and dimension values with intervals and a verdict, how far raters agree,
        and tests of the differences between measures.

    Raises:
        DataError: a row is invalid or contradicts another, or nothing matches.
        ConfigError: options that do not go together.
        UnknownNameError: no such dimension, task, metric or dataset.
    """
    from bench.agreement.agree import agreement_with
    from bench.agreement.analysis import Measure
    from bench.agreement.computed import clusters_of, computed_measures
    from bench.agreement.measures import read_measures
    from bench.agreement.ratings import read_ratings
    from bench.data.rows import load_dataset
    from bench.tasks import task_named

    task = None if task is None else task_named(task).name
    _check(resamples, confidence, dataset, metrics)
    rated = read_ratings(ratings, task, dimensions)
    found: list[Measure] = []
    notes: list[str] = []
    if measures is not None:
        rated, table, more = read_measures(measures, rated, task)
        found += [Measure(name, "file", values) for name, values in table.items()]
        notes += more
    clusters = None
    if dataset is not None:
        articles = load_dataset(dataset, **reading)
        clusters = clusters_of(articles)
        known = {article.id for article in articles}
        if not any(item.article in known for item in rated.items):
            raise DataError(
                f"no rated article is in the dataset {dataset}: for example"
                f" {rated.items[0].article!r:.80}; ids must be equal"
            )
        if metrics or measures is None:
            named = task or _only_task(articles)
            computed, more = computed_measures(rated.items, articles, named, metrics)
            notes += more
            taken = {measure.name for measure in found}
            if twice := [name for name in computed if name in taken]:
                raise ConfigError(f"measure {twice[0]!r} is in a file and computed; rename one")
            found += [Measure(name, "computed", values) for name, values in computed.items()]
    return agreement_with(
        rated,
        found,
        clusters=clusters,
        resamples=resamples,
        seed=seed,
        confidence=confidence,
        notes=notes,
    )


def _check(
    resamples: int, confidence: float, dataset: str | Path | None, metrics: Sequence[Any]
) -> None:
    problems = []
    if not FEWEST_RESAMPLES <= resamples <= MOST_RESAMPLES:
        problems.append(
            f"resamples: {resamples}: must be from {FEWEST_RESAMPLES} to {MOST_RESAMPLES:,}"
        )
    if not 0 < confidence < 1:
        problems.append(f"confidence: {confidence}: must be between 0 and 1")
    if metrics and dataset is None:
        problems.append("metrics are computed from articles: give the dataset too (--dataset)")
    if problems:
        raise ConfigError(problems)


def _only_task(articles: Sequence[Any]) -> str:
    """The task that the articles have references for."""
    from bench.tasks import TASKS

    usable = [name for name, task in TASKS.items() if any(map(task.references, articles))]
    if len(usable) != 1:
        raise ConfigError(f"give the task that was rated: --task {' or --task '.join(TASKS)}")
    return usable[0]
