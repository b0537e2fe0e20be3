"""MLflow: a run for each model in a local SQLite store."""

from __future__ import annotations

from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from bench.exchange.exported import Export
from bench.exchange.formats import tracker_library
from bench.exchange.tracked import parameters_of, scores_of

STORE = "mlflow.db"
"""The file of the store below the output directory."""
_PARAMETERS, _SCORES = 100, 1000  # that one request may have
_LONGEST = 6000  # characters of a parameter


def log(export: Export, directory: Path) -> str:
    """Log each model to the store.

    Returns:
        The URI of the store, for ``mlflow ui --backend-store-uri``.
    """
    library = tracker_library("mlflow")
    entities = import_module("mlflow.entities")
    directory.mkdir(parents=True, exist_ok=True)
    uri = f"sqlite:///{(directory / STORE).resolve()}"
    client = library.MlflowClient(tracking_uri=uri)
    known = client.get_experiment_by_name(export.dataset)
    artifacts = (directory / "artifacts").resolve().as_uri()
    experiment = known.experiment_id if known else None
    if experiment is None:
        experiment = client.create_experiment(export.dataset, artifact_location=artifacts)
    when = int(export.timestamp * 1000)
    for name in export.names:
        run = client.create_run(experiment, start_time=when, run_name=name)
        parameters: list[Any] = [
            entities.Param(key, value[:_LONGEST])
            for key, value in parameters_of(export, name).items()
        ]
        scores: list[Any] = [
            entities.Metric(key, value, when, 0) for key, value in scores_of(export, name).items()
        ]
        for part in _parts(parameters, _PARAMETERS):
            client.log_batch(run.info.run_id, params=part)
        for part in _parts(scores, _SCORES):
            client.log_batch(run.info.run_id, metrics=part)
        client.set_terminated(run.info.run_id, status="FINISHED", end_time=when)
    return uri


def _parts(values: list[Any], most: int) -> list[list[Any]]:
    rest = iter(values)
    return list(iter(lambda: list(islice(rest, most)), []))
