"""Results for model repositories of the hub: ``.eval_results/*.yaml``.

The format has one value for a task of a dataset, which is the primary score. It has no field for
intervals or counts, so ``notes`` says them.
"""

from __future__ import annotations

from typing import Any

from bench.errors import ConfigError
from bench.exchange.exported import Export, ExportedModel
from bench.exchange.texts import folder_name, folders_of, yaml_text
from bench.histories.dates import shown_date


def files(export: Export) -> dict[str, str]:
    """A file for each model, by path.

    Raises:
        ConfigError: the dataset's id on the hub is unknown, or no model has a primary score.
    """
    if not export.dataset_id:
        raise ConfigError(
            f"{export.run.location}: the hub lists results by the id of a dataset on it, and"
            f" {export.dataset!r} is not from there; give --dataset-id OWNER/NAME"
        )
    name = folder_name(export.dataset_id.replace("/", "-"))
    found: dict[str, str] = {}
    for model, folder in folders_of(export.names).items():
        entries = [_entry(export, of) for of in export.of(model) if of.primary in of.scores]
        if entries:
            found[f"{folder}/.eval_results/{name}.yaml"] = yaml_text(entries)
    if not found:
        raise ConfigError(
            f"{export.run.location}: no model has the primary score of a task; choose another"
            " with --metric"
        )
    return found


def _entry(export: Export, model: ExportedModel) -> dict[str, Any]:
    dataset = {"id": export.dataset_id, "task_id": model.task}
    revision = export.run.record.config.revision if export.run.has_record else None
    dataset |= {"revision": revision} if revision else {}
    return {
        "dataset": dataset,
        "value": model.scores[model.primary].mean,
        **({"date": shown_date(export.date)} if export.is_dated else {}),
        "notes": _notes(export, model),
    }


def _notes(export: Export, model: ExportedModel) -> str:
    score = model.scores[model.primary]
    parts = [score.name]
    if score.low is not None and score.high is not None:
        level = 100 * export.run.results.confidence
        parts.append(f"{level:g} % interval {score.low:z.4f} to {score.high:z.4f}")
    if score.error is not None:
        parts.append(f"standard error {score.error:z.4f}")
    parts += [
        f"{score.articles} articles ({export.fingerprint})",
        score.facts.signature,
        f"qgbench {export.version}",
    ]
    return ", ".join(parts)
