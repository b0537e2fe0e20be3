"""Runs spread over processes: the same bytes, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.cli.output import raise_failures
from bench.errors import RunFailedError
from bench.runs.results import read_results
from tests.runs.test_run import MODELS, go, predictions, result_bytes

EVERY_KIND = (
    "[lead, textrank, template, random-sentences, other-article, oracle,"
    f" {{use: '{MODELS}:Shout', name: shout}}]"
)
MEASURES = "metrics: [rougeLsum, set_rougeL, bleu, near_duplicates]\nresamples: 200\n"


def two(workers: int = 2) -> dict[str, object]:
    return {"use": "processes", "workers": workers}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workers", "block_size", "batch_size"), [(1, 256, 16), (2, 1, 2), (4, 2, 1)]
)
def test_no_engine_worker_or_block_shows_in_the_result(articles, workers, block_size, batch_size):
    go(EVERY_KIND, articles, "here", extra=MEASURES)
    sizes = {"block_size": block_size, "batch_size": batch_size}
    go(EVERY_KIND, articles, "spread", extra=MEASURES, engine=two(workers), **sizes)
    assert result_bytes("here") == result_bytes("spread")


@pytest.mark.ray
@pytest.mark.slow
def test_ray_that_is_started_here_shows_no_more(articles):
    if os.environ.get("BENCH_RAY") != "required":
        pytest.importorskip("ray", reason="Ray is not installed (BENCH_RAY=required insists)")
    go(EVERY_KIND, articles, "here", extra=MEASURES)
    engine = {"use": "ray", "workers": 2}
    go(EVERY_KIND, articles, "spread", extra=MEASURES, engine=engine, block_size=2, batch_size=2)
    assert result_bytes("here") == result_bytes("spread")


@pytest.mark.slow
def test_killed_worker_costs_nothing_but_time(articles, tmp_path):
    mortal = f"[{{use: '{MODELS}:Mortal', name: mortal, scar: {tmp_path}/scar}}]"
    results = go(mortal, articles, "spread", engine=two(), batch_size=1)
    assert (tmp_path / "scar").exists()
    go(mortal, articles, "here", batch_size=1)
    assert result_bytes("here") == result_bytes("spread")
    assert results.tasks["summary"].models["mortal"].failed == 0
    rows = predictions("mortal.summary", "spread")
    assert sorted(row["article"] for row in rows) == sorted(
        row["article"] for row in predictions("mortal.summary", "here")
    )
    (event,) = json.loads(Path("spread/run.json").read_text())["events"]
    assert "killed by signal 9" in event
    assert "its batch is repeated" in event


@pytest.mark.slow
def test_batch_that_kills_every_worker_fails_its_articles_and_not_the_run(articles):
    results = go(f"[{{use: '{MODELS}:Mortal', name: mortal}}, lead]", articles, engine=two(),
                 batch_size=1)  # fmt: skip
    summary = results.tasks["summary"]
    assert summary.models["mortal"].failed == 1
    assert summary.models["lead"].failed == 0
    (lost,) = [row for row in predictions("mortal.summary") if row["status"] == "error"]
    assert lost["article"] == "the-orchard"
    assert "3 workers died" in lost["error"]


@pytest.mark.slow
def test_model_that_kills_its_workers_as_it_loads_fails_alone(articles):
    both = f"[{{use: '{MODELS}:Unloadable', name: dead}}, lead]"
    models = go(both, articles, engine=two(), tasks=["summary"]).tasks["summary"].models
    assert models["dead"].failed == models["lead"].articles > 0
    assert models["lead"].failed == 0
    rows = predictions("dead.summary")
    assert len(rows) == len({row["article"] for row in rows}) == models["dead"].failed
    assert (
        "3 workers died before they started; the last one exited with code 5" in (rows[0]["error"])
    )


@pytest.mark.slow
@pytest.mark.parametrize("engine", [{"use": "local"}, two()])
def test_fault_without_words_and_a_fork_that_comes_back_cost_no_more_than_they_must(
    articles, engine
):
    both = f"[{{use: '{MODELS}:Wordless', name: wordless}}, {{use: '{MODELS}:Forking', name: f}}]"
    models = go(both, articles, engine=engine, batch_size=1).tasks["summary"].models
    assert models["wordless"].failed == models["wordless"].articles
    assert "WordlessError: (no error message)" in predictions("wordless.summary")[0]["error"]
    assert models["f"].failed == 0
    assert len(predictions("f.summary")) == models["f"].articles


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["local", "processes"])
def test_output_of_a_model_is_kept_off_the_results(articles, engine):
    Path("c.yaml").write_text(
        f"name: c\ndataset: {articles}\nmodels: [{{use: '{MODELS}:Loud', name: loud}}]\n{MEASURES}"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "bench", "run", "c.yaml", "--engine", engine, "-f", "json"]
    with subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    ) as run:  # fmt: skip
        told = run.stdout.read()
        if engine == "local":  # its children are the user's own, and hold the error pipe open
            os.killpg(run.pid, signal.SIGKILL)
        said = run.stderr.read()
    assert json.loads(told)["tasks"]["summary"]["models"]["loud"]["failed"] == 0
    for way in ("object", "descriptor", "child"):
        assert way in said


@pytest.mark.slow
def test_unscorable_output_fails_its_articles_or_stops_the_run_as_configured(articles):
    deadly = f"metrics: [rouge1, 'set_{MODELS}:DeadlySimilarity']\n"
    shout = f"[{{use: '{MODELS}:Shout', name: shout}}]"
    # Each article costs three processes, and tests/runs/test_oversized.py has several.
    few = {"tasks": ["summary"], "limit": 1, "engine": two(1)}
    results = go(shout, articles, extra=deadly, **few)
    model = results.tasks["summary"].models["shout"]
    assert model.failed == results.tasks["summary"].articles == 1
    with pytest.raises(
        RunFailedError, match=r"shout failed on \d of \d .* 3 workers died on its batch"
    ):
        raise_failures(results, "out")
    assert "killed by signal 9" in json.loads(Path("out/run.json").read_text())["events"][0]
    with pytest.raises(RunFailedError, match=r"summary: shout failed on .* 3 workers died"):
        go(shout, articles, "stopped", extra=deadly, on_error="stop", **few)


@pytest.mark.slow
@pytest.mark.parametrize("then", ["local", "processes"])
def test_killed_driver_goes_on_where_it_stopped_on_any_engine(articles, then):
    slow = f"[{{use: '{MODELS}:Slow', name: slow, seconds: 0.2, log: {Path.cwd()}/asked}}]"
    Path("c.yaml").write_text(f"name: c\ndataset: {articles}\nmodels: {slow}\n{MEASURES}")
    command = [sys.executable, "-m", "bench", "run", "c.yaml", "-o", "out", "--batch-size", "1"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    driver = subprocess.Popen([*command, "--workers", "2"], env=environment)
    file = Path("out/predictions/slow.summary.jsonl")
    while not file.exists():
        assert driver.poll() is None
        time.sleep(0.02)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    done = {row["article"] for row in predictions("slow.summary")}
    Path("asked").unlink()
    engine = two() if then == "processes" else {"use": "local"}
    go(slow, articles, extra=MEASURES, batch_size=1, engine=engine)
    asked = [
        line.split()[1] for line in Path("asked").read_text().splitlines() if "summary" in line
    ]
    assert not done & set(asked)
    go(slow.replace("0.2", "0.0"), articles, "whole", extra=MEASURES)
    assert read_results(Path("out")).tasks == read_results(Path("whole")).tasks
