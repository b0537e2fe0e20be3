"""Models that draw articles themselves and give outputs as they are ready."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.errors import RunFailedError
from bench.runs.config_file import ConfigFile
from bench.runs.plan import make_plan
from bench.runs.run import execute
from tests.conftest import ROOT
from tests.runs.test_run import METRICS, Silent, predictions, result_bytes

MODULE = """
import time
from bench.models.base import Output

class Backwards:
    tasks = ("summary",)
    version = 1
    streams = True

    def stream(self, articles, task):
        drawn = list(articles)
        for article in reversed(drawn):
            yield article.id, [article.title]

    def predict(self, articles, task):
        raise AssertionError("is asked through stream")

class Breaks(Backwards):
    def stream(self, articles, task):
        for article in articles:
            if article.id == "the-orchard":
                raise RuntimeError("no apples")
            yield article.id, [article.title]

class Never(Backwards):
    def stream(self, articles, task):
        raise RuntimeError("does not begin")

class Silent(Backwards):
    def stream(self, articles, task):
        for article in articles:
            if article.id != "the-orchard":
                yield article.id, [article.title]

class Odd(Backwards):
    def stream(self, articles, task):
        for article in articles:
            yield article.id, Output(("\\ud800",) if article.id == "the-orchard" else ("x",))

class Unloadable(Backwards):
    def load(self):
        raise RuntimeError("no weights")

class Tells(Backwards):
    told = 0
    def events(self):
        self.told += 1
        return ["found something out"] if self.told == 2 else []

class Slow(Backwards):
    def stream(self, articles, task):
        drawn = list(articles)
        for article in drawn[1:]:
            yield article.id, [article.title]
        time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _module(tmp_path, monkeypatch):
    (tmp_path / "streaming.py").write_text(MODULE)
    monkeypatch.delitem(sys.modules, "streaming", raising=False)


def run(articles, model, output="out", **changes):
    text = (
        f"name: c\ndataset: {articles}\ntasks: [summary]\nmodels: ['streaming:{model}']\n{METRICS}"
    )
    Path("c.yaml").write_text(text)
    file = ConfigFile(Path("c.yaml"))
    plan = make_plan(file.config.changed(resamples=100, batch_size=2, **changes), file)
    return execute(plan, Path(output), Silent())


def statuses(model):
    return {row["article"]: row["status"] for row in predictions(f"{model}.summary")}


def test_rows_stand_in_the_order_of_the_articles_in_the_end(articles, rows):
    run(articles, "Backwards")
    assert [row["article"] for row in predictions("Backwards.summary")] == [r["id"] for r in rows]


def test_missing_articles_alone_are_asked_for(articles, rows):
    run(articles, "Backwards")
    before = result_bytes("out")
    file = Path("out/predictions/Backwards.summary.jsonl")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[4], lines[1]]))
    Path("out/run.json").unlink()  # as where a run was killed
    run(articles, "Backwards")
    assert [row["article"] for row in predictions("Backwards.summary")] == [r["id"] for r in rows]
    assert result_bytes("out") == before


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["local", "processes"])
def test_every_engine_says_the_same(articles, engine):
    run(articles, "Backwards", engine=engine)
    assert set(statuses("Backwards").values()) == {"ok"}


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("Breaks", "RuntimeError: no apples"),
        ("Silent", "TypeError: the model gave no output"),
        ("Odd", "TypeError: the model's items.0"),
    ],
)
def test_one_article_fails_alone(articles, model, reason):
    run(articles, model)
    found = statuses(model)
    assert [name for name, status in found.items() if status == "error"] == ["the-orchard"]
    (failed,) = [row for row in predictions(f"{model}.summary") if row["status"] == "error"]
    assert failed["error"].startswith(reason)


@pytest.mark.parametrize(
    ("model", "reason"), [("Never", "does not begin"), ("Unloadable", "no weights")]
)
def test_model_that_does_not_begin_fails_on_every_article(articles, rows, model, reason):
    run(articles, model)
    found = predictions(f"{model}.summary")
    assert [row["article"] for row in found] == [row["id"] for row in rows]
    assert all(reason in row["error"] for row in found)


@pytest.mark.parametrize("model", ["Odd", "Breaks"])
def test_first_failure_ends_a_run_that_is_to_stop(articles, model):
    with pytest.raises(RunFailedError, match=f"{model} failed on"):
        run(articles, model, on_error="stop")


def test_facts_that_a_model_finds_out_are_in_the_record(articles):
    run(articles, "Tells")
    record = json.loads(Path("out/run.json").read_text())
    assert record["events"] == ["Tells: found something out"]


@pytest.mark.slow
def test_received_answers_survive_a_kill(articles):
    Path("c.yaml").write_text(
        f"name: c\ndataset: {articles}\ntasks: [summary]\nmodels: ['streaming:Slow']\n{METRICS}"
    )
    file = Path("results/c/predictions/Slow.summary.jsonl")
    with subprocess.Popen(
        [sys.executable, "-m", "bench", "run", "c.yaml"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path.cwd()}"},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as process:
        end = time.monotonic() + 60
        while time.monotonic() < end and not (
            file.exists() and file.read_bytes().count(b"\n") == 5
        ):
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert file.read_bytes().count(b"\n") == 5
