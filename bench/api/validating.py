"""``bench.validate``: what a run would do, and what is wrong with the articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.api.running import planned
from bench.data.audit import audit
from bench.data.rows import Dataset, load_dataset
from bench.data.shipped import shipped_configs
from bench.errors import ConfigError, UnknownNameError, unknown_name
from bench.reports.validation import Validation
from bench.runs.config import Config
from bench.runs.discarded import answered_calls
from bench.runs.readable import tokenizers_of
from bench.tasks import TASKS, task_named


def validate(  # noqa: PLR0913 - an option each, all by name
    subject: str | Path | Mapping[str, Any] | Config = "default",
    *,
    models: Sequence[Any] | None = None,
    tasks: Sequence[str] | None = None,
    raters: Sequence[Any] | None = None,
    dataset: str | Path | None = None,
    limit: int | None = None,
    importing: bool = False,
    output: str | Path | None = None,
    **reading: Any,
) -> Validation:
    """Check a config or a dataset without running anything.

    Args:
        subject: a config, as for ``run``; or a dataset: a file, folder, name or URL. A name that
            both have is the config's.
        models: check only these models of a config.
        tasks: check only these tasks.
        raters: check only these raters of a config.
        dataset: check the config with this dataset.
        limit: read only the first ``limit`` articles.
        importing: import models, metrics and raters that do not come with this package, too: this
            runs their code.
        output: the run directory of the config, in which answered calls are counted (default:
            ``results/NAME``).
        reading: ``split``, ``columns``, ``group_by``, ``cluster``, ``preset``: how the dataset is
            read.

    Returns:
        The plan of a config, and the report on the articles; ``errors`` are what a run would fail
        for.

    Raises:
        BenchError: the config or the dataset cannot be used, a line for each fault.
    """
    if is_config(subject):
        changes = {"dataset": None if dataset is None else str(dataset), "limit": limit, **reading}
        plan = planned(
            subject, models=models, tasks=tasks, raters=raters, importing=importing, **changes
        )
        chosen = map(task_named, plan.config.tasks)
        best = plan.config.references == "best"
        found = audit(plan.dataset, chosen, tokenizers_of(plan.metrics.values()), best=best)
        directory = Path(output or f"results/{plan.config.name}")
        return Validation(found, plan, answered=answered_calls(plan, directory))
    if models or raters is not None or dataset is not None or output is not None:
        raise ConfigError(
            f"{subject}: not a config; --model, --rater, --dataset and --output apply to configs"
            " only, remove them"
        )
    articles = _articles(str(subject), limit, reading)
    found = audit(articles, map(task_named, dict.fromkeys(tasks or TASKS)))
    return Validation(found, notes=tuple(articles.notes))


def is_config(subject: Any) -> bool:
    """Whether something names, or is, a config rather than a dataset."""
    if not isinstance(subject, str | Path):
        return True
    return Path(subject).suffix in {".yaml", ".yml"} or str(subject) in shipped_configs()


def _articles(spec: str, limit: int | None, reading: Mapping[str, Any]) -> Dataset:
    try:
        return load_dataset(spec, limit=limit, **reading)
    except UnknownNameError as error:
        if f"unknown dataset {spec!r}" not in str(error):
            raise
        config = unknown_name("config", spec, shipped_configs())
        raise UnknownNameError([*error.problems, config]) from error
