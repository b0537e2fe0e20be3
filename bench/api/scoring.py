"""``bench.score_files``: what other programs wrote, scored like a run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.api.running import executed, planned
from bench.data.rows import groups_dataset, load_dataset
from bench.data.urls import is_url
from bench.errors import ConfigError
from bench.models.prediction_systems import Columns, entries_of, has_column, system_name
from bench.models.recorded_files import ID
from bench.runs.owner import Policy
from bench.runs.plan import Plan
from bench.runs.public import Run
from bench.runs.run import Progress
from bench.tasks import TASKS, task_named

Files = str | Path | Sequence[str | Path] | Mapping[str, str | Path]
READING = (
    *("split", "columns", "group_by", "cluster", "preset"),
    *("subset", "revision", "streaming"),
)
"""The keys of a config that say which rows of a dataset are read and how."""


def score_files(  # noqa: PLR0913 - an option each, all by name
    predictions: Files,
    dataset: str | Path,
    *,
    task: str | None = None,
    metrics: Sequence[Any] | None = None,
    prediction_columns: Columns | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    allow_modified: bool = False,
    progress: bool | Progress = True,
    **options: Any,
) -> Run:
    """Score the predictions of other programs.

    Args:
        predictions: one file or several (JSON lines, JSON, CSV, TSV or Parquet), each with the
            output of one system, named after its file; or a mapping from names to files. A row has
            ``article`` (an id) and either ``items`` (a list) or ``raw`` (text that is parsed); for
            other layouts see ``prediction_columns`` and ``group_by``. A file with a column
            ``system`` has the output of several.
        dataset: the articles with their references: a name, file, folder or URL.
        task: ``"summary"`` or ``"questions"``; may be left out where the articles have references
            for one of them only.
        metrics: names, entries as in a config, or objects; those of a run if not given.
        prediction_columns: the columns that hold ``article``, ``prediction`` and ``system``, by
            these names; an empty one for ``article`` aligns rows with articles by order. Or a list
            of columns, each with the output of one system.
        output: the run directory, a path or URL. Systems that were scored into it before stay.
        overwrite: replace a run of another dataset or task in ``output``.
        allow_modified: accept files in ``output`` that have changed since the run finished.
        progress: as for ``run``.
        options: any other key of a config: ``tokenizer``, ``stemmer``, ``max_items``, ``split``,
            ``columns``, ``cluster``, ``on_error`` ...; ``group_by`` applies to each file that has
            the column.

    Returns:
        The finished run. An article without a row counts as failed; ``failures`` says so.

    Raises:
        BenchError: a file, the dataset or an option cannot be used, a line for each fault.
    """
    plan = planned_scores(
        predictions,
        dataset,
        task=task,
        metrics=metrics,
        prediction_columns=prediction_columns,
        **options,
    )
    policy = Policy(
        keep=not overwrite, overwrite=overwrite, allow_modified=allow_modified, one_task=True
    )
    return executed(plan, output, policy, progress)


def planned_scores(  # noqa: PLR0913 - an option each
    predictions: Files,
    dataset: str | Path,
    *,
    task: str | None = None,
    metrics: Sequence[Any] | None = None,
    prediction_columns: Columns | None = None,
    sources: Mapping[str, Mapping[str, str]] | None = None,
    **changes: Any,
) -> Plan:
    """What ``score_files`` would do; nothing is scored.

    Args:
        predictions: as for ``score_files``.
        dataset: as for ``score_files``.
        task: as for ``score_files``.
        metrics: as for ``score_files``.
        prediction_columns: as for ``score_files``.
        sources: by name of a system, the facts about where its file comes from, for ``run.json``.
        changes: keys of the config; None leaves a key as it is.

    Raises:
        BenchError: anything of it cannot be used.
    """
    where = str(dataset)
    systems = _systems(predictions)
    group_by: str = changes.get("group_by") or ""
    grouped = [file for _, file in systems if group_by and has_column(file, group_by)]
    in_dataset = groups_dataset(where, group_by, changes) if group_by else None
    if group_by and not grouped and in_dataset is None:
        raise ConfigError(
            f"--group-by {group_by}: neither the dataset nor a file of predictions has this column"
        )
    if grouped and not in_dataset:
        changes["group_by"] = None
    elif in_dataset and group_by not in ID:
        grouped = []  # it identifies articles in the dataset only
    reading = {key: changes[key] for key in READING if changes.get(key) is not None}
    named = task_named(task).name if task is not None else _only_task(where, reading)
    models = [
        {"use": "recorded", **entry}
        for name, file in systems
        for entry in entries_of(
            name, file, prediction_columns, group_by if file in grouped else None
        )
    ]
    _refuse_repeated([(str(entry["name"]), str(entry["file"])) for entry in models])
    if sources is not None:
        for entry in models:
            entry["source"] = dict(sources[str(entry["name"])])
    config = {"name": "score", "dataset": where, "tasks": [named], "models": models}
    return planned(config, metrics=metrics, **changes)


def _only_task(dataset: str, reading: Mapping[str, Any]) -> str:
    """The task that the articles have references for."""
    articles = load_dataset(dataset, **reading)
    usable = [name for name, task in TASKS.items() if any(map(task.references, articles))]
    if len(usable) != 1:
        raise ConfigError(f"give the task of the items: --task {' or --task '.join(TASKS)}")
    return usable[0]


def _systems(predictions: Files) -> list[tuple[str, str]]:
    """Name and file of each argument.

    Raises:
        ConfigError: a name that cannot be used.
    """
    if isinstance(predictions, Mapping):
        systems = [(name, str(file)) for name, file in predictions.items()]
    else:
        given = [predictions] if isinstance(predictions, str | Path) else predictions
        pairs = [given_name(str(argument)) for argument in given]
        systems = [(name or _file_name(file), file) for name, file in pairs]
    return systems


def _refuse_repeated(systems: Sequence[tuple[str, str]]) -> None:
    names = [name for name, _ in systems]
    for name, file in systems:
        if names.count(name) > 1:
            raise ConfigError(
                f"{file}: two files are called {name!r}; name one of them: OTHER={file}"
            )


def given_name(argument: str) -> tuple[str, str]:
    """Name and file of an argument ``NAME=FILE``; the name is "" for an existing file.

    Raises:
        ConfigError: the name cannot be used.
    """
    name, _, file = argument.partition("=")
    if not file or "/" in name or Path(argument).exists():
        return "", argument
    if not re.fullmatch(r"\w[\w@.-]*", name):
        raise ConfigError(f"{argument}: invalid system name {name!r}; use letters, digits, . - _")
    return name, file


def _file_name(file: str) -> str:
    path = urlsplit(file).path if is_url(file) else file
    return system_name(Path(path.removesuffix(".gz")).stem)
