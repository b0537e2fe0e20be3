"""``bench.export`` and ``bench.import_run``: runs to and from other tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.api.comparing import AnyRun, opened_run
from bench.api.running import executed
from bench.api.scoring import READING, given_name, planned_scores
from bench.data.rows import load_dataset
from bench.data.urls import is_url, local_path, masked
from bench.errors import ConfigError, DataError
from bench.runs.public import Run
from bench.runs.run import Progress
from bench.tasks import TASKS

if TYPE_CHECKING:
    from bench.exchange.exported import Export
    from bench.exchange.imported import ImportedModel, RowFolder
    from bench.runs.plan import Plan

ImportedFiles = str | Path | Sequence[str | Path] | Mapping[str, str | Path]


def export(  # noqa: PLR0913 - an option each, all by name
    run: AnyRun,
    to: str,
    output: str | Path | None = None,
    *,
    models: Sequence[str] = (),
    task: str | None = None,
    metric: str | None = None,
    date: str | None = None,
    dataset_id: str | None = None,
    model_ids: Mapping[str, str] | None = None,
) -> list[str]:
    """Write a run in the format of another tool, or log it to a tracker.

    Args:
        run: a run, or its directory or URL.
        to: the format: ``"every-eval-ever"``, ``"hub"``, ``"model-index"``, ``"lm-eval"``,
            ``"mlflow"``, ``"wandb"`` or ``"trackio"``. The last three use their own libraries
            without a network, from the extras of these names.
        output: the directory, or the file if there is only one; ``exports/RUN/FORMAT`` if None.
        models: names; every model that is not a floor or ceiling if empty.
        task: only this task.
        metric: the score that counts as primary, where a format has one for a task.
        date: when the run was made (ISO 8601). If None, formats that require it take it from the
            name of the run directory, or from when the run finished.
        dataset_id: the dataset's ``owner/name`` on the hub, if the run read it from elsewhere.
        model_ids: by name of a model, its ``owner/name`` on the hub, unless it is the checkpoint of
            the config or the model that was imported.

    Returns:
        The files that were written, or what the tracker logged to.

    Raises:
        UnknownNameError: there is no such format, model, task or score.
        ConfigError: an option, the output or the library of a tracker cannot be used.
        RunDirectoryError: the run cannot be read.
    """
    from bench.exchange.exported import exported
    from bench.exchange.formats import format_named

    format_named(to)
    found = exported(
        opened_run(run),
        models=models,
        task=task,
        metric=metric,
        date=date,
        dataset_id=dataset_id,
        model_ids=model_ids,
    )
    return written_export(found, to, None if output is None else str(output))


def written_export(export: Export, to: str, output: str | None) -> list[str]:
    """Write an export; see ``export``."""
    from bench.exchange.formats import files_of, format_named, log_to
    from bench.exchange.write import write_files

    target = output if output is not None else f"exports/{export.run.name}/{to}"
    if not format_named(to).tracker:
        return write_files(files_of(export, to), target)
    if is_url(target):
        raise ConfigError(f"{masked(target)}: {to} logs to a local directory; give --output DIR")
    return [log_to(export, to, Path(local_path(target)))]


def import_run(  # noqa: PLR0913 - an option each, all by name
    files: ImportedFiles,
    dataset: str | Path,
    *,
    task: str | None = None,
    metrics: Sequence[Any] | None = None,
    id_field: str | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    progress: bool | Progress = True,
    **options: Any,
) -> Run:
    """Score what models wrote under another program, and record where it comes from.

    Args:
        files: results of lm-eval (``samples_*.jsonl``), inspect (``.eval`` or ``.json`` logs) or
            promptfoo (``output.json``), or directories of these; or a mapping from names of models
            to files with one model each.
        dataset: the articles with their references: a name, file, folder or URL.
        task: ``"summary"`` or ``"questions"``; may be left out where the articles have references
            for one of them only.
        metrics: names, entries as in a config, or objects; those of a run if not given.
        id_field: the field of a sample with the id of its article; ``id``, ``article`` or
            ``article_id`` if None.
        output: the run directory, a path or URL. Models that were imported or scored into it
            before stay.
        overwrite: replace a run of another dataset or task in ``output``.
        progress: as for ``run``.
        options: any other key of a config, as for ``score_files``.

    Returns:
        The finished run; ``failures`` says what could not be read.

    Raises:
        BenchError: a file, the dataset or an option cannot be used, a line for each fault.
    """
    from bench.exchange.imported import kept_rows
    from bench.runs.owner import Policy

    policy = Policy(keep=not overwrite, overwrite=overwrite, one_task=True)
    with kept_rows(None if output is None else str(output)) as folder:
        plan = planned_import(
            files, dataset, folder, task=task, metrics=metrics, id_field=id_field, **options
        )
        return executed(plan, output, policy, progress)


def planned_import(  # noqa: PLR0913 - as ``import_run``
    files: ImportedFiles,
    dataset: str | Path,
    folder: RowFolder,
    *,
    task: str | None = None,
    metrics: Sequence[Any] | None = None,
    id_field: str | None = None,
    **options: Any,
) -> Plan:
    """What ``import_run`` would do; nothing is scored.

    Args:
        files: as for ``import_run``.
        dataset: as for ``import_run``.
        folder: where the rows of each model are written; see ``kept_rows``.
        task: as for ``import_run``.
        metrics: as for ``import_run``.
        id_field: as for ``import_run``.
        options: keys of the config; None leaves a key as it is.

    Returns:
        The plan, whose notes say what was read.

    Raises:
        BenchError: anything of it cannot be used.
    """
    from bench.exchange.imported import recorded_text

    models, notes = _read(files, id_field, task)
    names = [model.name for model in models]
    for model in models:
        if names.count(model.name) > 1:
            raise ConfigError(
                f"{model.source['file']}: two models are called {model.name!r}; name one of them:"
                f" OTHER={model.source['file']}"
            )
    ids = None
    if any(row.article is None for model in models for row in model.rows):
        reading = {key: options[key] for key in READING if options.get(key) is not None}
        ids = [article.id for article in load_dataset(dataset, **reading)]
        notes.append("samples without an id are aligned with the articles by their position")
    texts = {m.name: recorded_text(m, ids, m.source["file"]) for m in models}
    rows = {name: folder.write(name, text) for name, text in texts.items()}
    sources = {model.name: model.source for model in models}
    try:
        plan = planned_scores(rows, dataset, task=task, metrics=metrics, sources=sources, **options)
    except DataError as error:
        raise DataError(
            _with_sources(problem, rows, sources) for problem in error.problems
        ) from error
    return replace(plan, notes=(*notes, *plan.notes))


def _with_sources(
    problem: str, rows: Mapping[str, Path], sources: Mapping[str, Mapping[str, str]]
) -> str:
    """A problem that names the imported file instead of the rows that were read from it."""
    for name, file in rows.items():
        problem = problem.replace(f"{file}:", f"{sources[name]['file']} ({name}):")
    return problem


def _other_task(models: Sequence[ImportedModel], task: str | None) -> str | None:
    """The name of the task of a file in a directory, if it is one of this package but not ``task``.

    The export for lm-eval has a file for each task of a run.
    """
    own = models[0].source.get("task", "")
    return own if task is not None and own in TASKS and own != task else None


def _read(
    files: ImportedFiles, id_field: str | None, task: str | None
) -> tuple[list[ImportedModel], list[str]]:
    """The models in all files, and notes on what was read.

    Args:
        files: as for ``import_run``.
        id_field: as for ``import_run``.
        task: the task, which other files of a directory do not have.

    Raises:
        ConfigError: a name stands for a file of several models.
        DataError: a file cannot be read; a line for each fault.
    """
    from bench.exchange.programs import files_in, read_models

    if isinstance(files, Mapping):
        given = [(str(name), str(file)) for name, file in files.items()]
    else:
        listed = [files] if isinstance(files, str | Path) else files
        given = [given_name(str(file)) for file in listed]
    models: list[ImportedModel] = []
    notes: list[str] = []
    for name, file in given:
        for one in files_in(file):
            try:
                found, remarks = read_models(one, id_field)
                other = _other_task(found, task) if one != file else None
                if other:
                    notes.append(f"{one}: skipped: its task is {other}")
                    continue
            except DataError as error:
                if one == file or not one.endswith(".json"):
                    raise
                notes.append(f"{error}; skipped")  # a directory has other documents, too
                continue
            if name and len(found) > 1:
                several = ", ".join(model.name for model in found)
                raise ConfigError(
                    f"{name}={file}: the file has several models ({several}); import it without a"
                    " name"
                )
            models += [replace(model, name=name or model.name) for model in found]
            notes += remarks
    if not models:
        raise DataError(notes or "no files to import")
    return models, notes
