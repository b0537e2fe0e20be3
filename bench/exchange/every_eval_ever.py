"""Every Eval Ever: one JSON document for each model and task, and instances beside it.

The schemas are those of the package ``every-eval-ever``, version 0.3.0. Instances have the primary
score of each article. The texts of articles are not part of them: the input is the title.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bench.exchange.exported import Export, ExportedModel, ExportedScore
from bench.exchange.texts import json_text, output_text
from bench.tasks import task_named

SCHEMA_VERSION = "0.3.0"


def files(export: Export) -> dict[str, str]:
    """The documents and instances, by path."""
    found: dict[str, str] = {}
    for model in export.models:
        folder = _folder(export, model)
        name = f"{folder}/{_uuid(export, model)}"
        rows = [json_text(row) for row in _instances(export, model)]
        instances = "".join(f"{row}\n" for row in rows)
        record = _document(export, model)
        if rows:
            found[f"{name}_samples.jsonl"] = instances
            record["detailed_evaluation_results"] = {
                "format": "jsonl",
                "file_path": f"{name}_samples.jsonl",
                "hash_algorithm": "sha256",
                "checksum": hashlib.sha256(instances.encode()).hexdigest(),
                "total_rows": len(rows),
            }
        found[f"{name}.json"] = json_text(record, indent=2) + "\n"
    return found


def _document(export: Export, model: ExportedModel) -> dict[str, Any]:
    stamp = str(export.timestamp)
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": _evaluation_id(export, model),
        **({"evaluation_timestamp": stamp} if export.is_dated else {}),
        "retrieved_timestamp": stamp,
        "source_metadata": {
            "source_name": export.run.name,
            "source_type": "evaluation_run",
            "source_organization_name": "unknown",
            "evaluator_relationship": "other",
            "additional_details": {"dataset_fingerprint": export.fingerprint},
        },
        "eval_library": {
            "name": "qgbench",
            "version": export.version,
            "additional_details": export.versions,
        },
        "model_info": _model_info(model),
        "evaluation_results": [_result(export, model, score) for score in model.scores.values()],
    }


def _model_info(model: ExportedModel) -> dict[str, Any]:
    details = {
        "deployment_type": "unknown",
        "model_availability": "unknown",
        "role": model.result.role,
        "signature": model.signature,
        **{f"imported_{key}": value for key, value in model.source.items()},
    }
    return {
        "name": model.name,
        "id": model.shown_id,
        "developer": _developer(model),
        "additional_details": details,
    }


def _result(export: Export, model: ExportedModel, score: ExportedScore) -> dict[str, Any]:
    lowest, highest = score.range
    uncertainty: dict[str, Any] = {"num_samples": score.articles}
    if score.error is not None:
        uncertainty["standard_error"] = {"value": score.error, "method": "analytic"}
    if score.low is not None and score.high is not None:
        uncertainty["confidence_interval"] = {
            "lower": score.low,
            "upper": score.high,
            "confidence_level": export.run.results.confidence,
            "method": "over articles, or clusters of articles (qgbench)",
        }
    details = {"metric_signature": score.facts.signature}
    details |= {"rater": score.facts.rater} if score.facts.rater else {}
    counts = {"articles": model.result.articles, "failed": model.result.failed}
    return {
        "evaluation_result_id": _result_id(export, model, score.name),
        "evaluation_name": model.task,
        "source_data": _source_data(export),
        "metric_config": {
            "evaluation_description": f"{score.name} of {model.task}",
            "metric_id": f"qgbench.{score.name}",
            "metric_name": score.name,
            "metric_kind": export.run.results.metric_of(score.name),
            "lower_is_better": not score.facts.higher_is_better,
            "score_type": "continuous",
            "min_score": "-Infinity" if lowest is None else lowest,
            "max_score": "Infinity" if highest is None else highest,
            "additional_details": details,
        },
        "score_details": {
            "score": score.mean,
            "details": {key: str(value) for key, value in counts.items()},
            "uncertainty": uncertainty,
        },
    }


def _source_data(export: Export) -> dict[str, Any]:
    details = {"fingerprint": export.fingerprint}
    if not export.dataset_id:
        details["articles"] = str(export.run.results.dataset.articles)
        return {
            "dataset_name": export.dataset,
            "source_type": "other",
            "additional_details": details,
        }
    split = export.run.record.config.split if export.run.has_record else None
    return {
        "dataset_name": export.dataset,
        "source_type": "hf_dataset",
        "hf_repo": export.dataset_id,
        **({"hf_split": split} if split else {}),
        "samples_number": export.run.results.dataset.articles,
        "additional_details": details,
    }


def _instances(export: Export, model: ExportedModel) -> Iterator[dict[str, Any]]:
    """A row for each article that has the primary score."""
    run, task = export.run, model.task
    if model.primary not in model.scores or not run.has_rows(task, model.name):
        return
    scores = run.values(task, model.name, model.primary)
    values = dict(zip(scores.articles, scores.values, strict=True))
    best = model.scores[model.primary].range[model.scores[model.primary].facts.higher_is_better]
    outputs: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    for row in run.rows(task, model.name):
        outputs.setdefault(row.article, []).append(output_text(row))
        if row.error:
            errors[row.article] = row.error
    for article, texts in outputs.items():
        if article not in values:
            continue
        known = export.references.get(article)
        references = list(task_named(task).references(known)) if known else []
        title = known.title if known else ""
        hashed = "\n".join([title, *references])
        yield {
            "schema_version": SCHEMA_VERSION,
            "evaluation_id": _evaluation_id(export, model),
            "model_id": model.shown_id,
            "evaluation_name": task,
            "evaluation_result_id": _result_id(export, model, model.primary),
            "sample_id": article,
            "sample_hash": hashlib.sha256(hashed.encode()).hexdigest(),
            "interaction_type": "single_turn",
            "input": {"raw": title, "reference": references},
            "output": {"raw": texts},
            "answer_attribution": [],
            "evaluation": {
                "score": float(values[article]),
                "is_correct": best is not None and bool(values[article] == best),
            },
            "error": errors.get(article),
            "metadata": {"metric": model.primary},
        }


def _evaluation_id(export: Export, model: ExportedModel) -> str:
    return f"{export.dataset}.{model.task}/{model.shown_id}/{export.timestamp}"


def _result_id(export: Export, model: ExportedModel, score: str) -> str:
    return f"{_evaluation_id(export, model)}#{score}"


def _developer(model: ExportedModel) -> str:
    return model.hub_id.partition("/")[0] or "unknown"


def _folder(export: Export, model: ExportedModel) -> str:
    name = model.shown_id.rpartition("/")[2]
    parts = (f"{export.dataset}-{model.task}", _developer(model), name)
    return "/".join(["data", *(re.sub(r"[^\w.@-]+", "-", part).lstrip(".") for part in parts)])


def _uuid(export: Export, model: ExportedModel) -> UUID:
    """The same for the same results of the same model."""
    facts = [export.fingerprint, model.task, model.name, model.signature, str(export.timestamp)]
    facts += [f"{name}={score.mean!r}" for name, score in model.scores.items()]
    digest = hashlib.sha256(json.dumps(facts).encode()).digest()
    return UUID(bytes=digest[:16], version=4)
