"""What trackers of experiments receive: a run for each model, with parameters and scores."""

from __future__ import annotations

import re
from typing import Any

from bench.exchange.exported import Export

_OUTSIDE = re.compile(r"[^\w./ -]", re.ASCII)


def parameters_of(export: Export, name: str) -> dict[str, str]:
    """The facts about a model and the run, by name."""
    models = export.of(name)
    found = {
        "run": export.run.name,
        "model": models[0].shown_id,
        "role": models[0].result.role,
        "model_signature": models[0].signature,
        "dataset": export.dataset,
        "dataset_fingerprint": export.fingerprint,
        "articles": str(export.run.results.dataset.articles),
        "confidence": str(export.run.results.confidence),
    }
    found |= {f"version/{package}": version for package, version in export.versions.items()}
    found |= {f"source/{key}": value for key, value in models[0].source.items()}
    for model in models:
        for score in model.scores.values():
            metric = export.run.results.metric_of(score.name)
            found[f"signature/{plain_name(metric)}"] = score.facts.signature
    return {key: value for key, value in found.items() if value}


def scores_of(export: Export, name: str) -> dict[str, float]:
    """The scores of a model by ``task/score``, with bounds, standard errors and counts."""
    found: dict[str, float] = {}
    for model in export.of(name):
        found[f"{model.task}/articles"] = float(model.result.articles)
        found[f"{model.task}/failed"] = float(model.result.failed)
        for score in model.scores.values():
            key = f"{model.task}/{plain_name(score.name)}"
            values: dict[str, Any] = {
                key: score.mean,
                f"{key}_low": score.low,
                f"{key}_high": score.high,
                f"{key}_stderr": score.error,
                f"{key}_n": score.articles,
            }
            found |= {name: float(value) for name, value in values.items() if value is not None}
    return found


def plain_name(text: str) -> str:
    """A name with the characters that every tracker accepts: ``coverage@0.5`` has ``_at_``."""
    return _OUTSIDE.sub("_", text.replace("@", "_at_"))
