"""Trackers: what their libraries receive. Stand-ins record the calls."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import bench


@pytest.fixture
def install(monkeypatch):
    """Install a module that stands for a library."""

    def call(name, **attributes):
        module = ModuleType(name)
        vars(module).update(attributes)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return call


def test_wandb_receives_an_offline_run_for_each_model(install, run):
    begun, logged, finished = [], [], []

    def init(**options):
        begun.append(options)
        return SimpleNamespace(log=logged.append, finish=lambda: finished.append(True))

    install("wandb", init=init, Settings=dict)
    assert bench.export(run, "wandb", "out") == ["out/wandb"]
    assert [one["name"] for one in begun] == ["lead", "wild"]
    assert {one["mode"] for one in begun} == {"offline"}
    assert len(finished) == 2
    config = begun[0]["config"]
    assert config["dataset_fingerprint"] == run.results.dataset.fingerprint
    assert config["signature/coverage_at_0.5"].startswith("coverage@0.5|")
    assert config["version/numpy"]
    score = run.results.tasks["summary"].models["lead"].scores["rougeL.f1"]
    assert logged[0]["summary/rougeL.f1"] == score.mean
    assert logged[0]["summary/rougeL.f1_low"] == score.low
    assert logged[0]["summary/rougeL.f1_high"] == score.high
    assert logged[0]["summary/rougeL.f1_stderr"] > 0
    assert logged[0]["summary/rougeL.f1_n"] == 6
    assert "questions/coverage_at_0.5" in logged[1]
    assert all(isinstance(value, float) for row in logged for value in row.values())


def test_trackio_receives_a_run_for_each_model_in_a_local_store(install, run, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", "mine")
    begun, logged = [], []

    def init(**options):
        begun.append({**options, "store": os.environ["TRACKIO_DIR"]})
        return SimpleNamespace(log=logged.append, finish=lambda: None)

    target = Path("out").resolve()
    install("trackio", init=init, utils=SimpleNamespace(TRACKIO_DIR=target))
    assert bench.export(run, "trackio", "out") == [str(target)]
    assert [one["name"] for one in begun] == ["lead", "wild"]
    assert {one["store"] for one in begun} == {str(target)}
    assert not {"space_id", "server_url", "dataset_id"} & begun[0].keys()
    assert len(logged) == 2
    assert os.environ["TRACKIO_DIR"] == "mine"


def test_trackio_with_another_store_in_this_process_is_refused(install, run):
    install("trackio", init=None, utils=SimpleNamespace(TRACKIO_DIR=Path("elsewhere")))
    with pytest.raises(bench.BenchError, match="already logs to"):
        bench.export(run, "trackio", "out")


def test_mlflow_receives_parameters_and_scores_in_a_local_store(install, run):
    calls = []

    class Client:
        def __init__(self, tracking_uri):
            self.uri = tracking_uri

        def get_experiment_by_name(self, name):
            return None

        def create_experiment(self, name, artifact_location):
            calls.append(("experiment", name))
            return "1"

        def create_run(self, experiment, start_time, run_name):
            calls.append(("run", run_name, start_time))
            return SimpleNamespace(info=SimpleNamespace(run_id=run_name))

        def log_batch(self, run_id, metrics=(), params=()):
            assert len(metrics) <= 1000
            assert len(params) <= 100
            calls.extend(("score", run_id, *metric) for metric in metrics)
            calls.extend(("parameter", run_id, *param) for param in params)

        def set_terminated(self, run_id, status, end_time):
            calls.append((status, run_id))

    entities = install(
        "mlflow.entities", Metric=lambda *given: given, Param=lambda key, value: (key, value)
    )
    install("mlflow", MlflowClient=Client, entities=entities)
    (uri,) = bench.export(run, "mlflow", "out")
    assert uri == f"sqlite:///{Path('out/mlflow.db').resolve()}"
    when = 1769817600000
    assert ("run", "lead", when) in calls
    score = run.results.tasks["summary"].models["lead"].scores["rougeL.f1"]
    assert ("score", "lead", "summary/rougeL.f1", score.mean, when, 0) in calls
    assert ("parameter", "wild", "model", "wild") in calls
    assert ("FINISHED", "wild") in calls
    names = [call[2] for call in calls if call[0] in ("score", "parameter")]
    assert not any("@" in name for name in names)


@pytest.mark.parametrize("name", ["mlflow", "wandb", "trackio"])
def test_missing_library_names_its_extra(run, name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(bench.BenchError, match=rf"pip install 'qgbench\[{name}\]'"):
        bench.export(run, name, "out")
    with pytest.raises(bench.BenchError, match="local directory"):
        bench.export(run, name, "s3://bucket/out")


def test_broken_library_says_what_it_lacks(run, tmp_path):
    Path("wandb.py").write_text("import a_package_that_is_missing\n")
    with pytest.raises(bench.BenchError, match=r"wandb cannot be imported.*a_package"):
        bench.export(run, "wandb", "out")
    sys.modules.pop("wandb", None)
