"""Counts that a run keeps of each model: truncated input and output, and speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import load_run

MODEL = """
from bench.models.base import Model, Output

class Cut(Model):
    tasks = ("summary",)
    def predict(self, articles, task):
        kinds = ("input", "output", "both", "neither")
        for article in articles:
            kind = kinds[sum(map(ord, article.id)) % 4]
            yield Output((article.title,), truncated=kind, tokens_in=9, tokens_out=50)

class Plain(Model):
    tasks = ("summary",)
    def predict(self, articles, task):
        return [[article.title] for article in articles]
"""


@pytest.fixture
def directory(bench, articles, tmp_path):
    (tmp_path / "mine.py").write_text(MODEL)
    models = [{"use": "mine:Cut"}, {"use": "mine:Plain"}]
    Path("c.yaml").write_text(json.dumps({"name": "c", "dataset": str(articles), "models": models}))
    done = bench("run", "c.yaml", "-o", "out")
    assert done.returncode == 0, done.stderr
    return Path("out")


def test_truncated_rows_are_counted_by_what_was_truncated(directory):
    rows = [
        json.loads(line)["truncated"]
        for line in (directory / "predictions" / "Cut.summary.jsonl").read_text().splitlines()
    ]
    found = load_run(directory).results.tasks["summary"].models
    assert found["Cut"].truncated == len([kind for kind in rows if kind != "neither"]) > 0
    assert found["Cut"].truncated_input == len([k for k in rows if k in ("input", "both")])
    assert found["Cut"].truncated_output == len([k for k in rows if k in ("output", "both")])
    stored = json.loads((directory / "results.json").read_text())["tasks"]["summary"]["models"]
    assert "truncated_input" in stored["Cut"]
    assert "truncated_input" not in stored["Plain"]


def test_speed_is_read_from_the_record_and_not_from_the_results(directory):
    lines = (directory / "predictions" / "Cut.summary.jsonl").read_text().splitlines()
    seconds = sum(json.loads(line)["seconds"] for line in lines)
    models = load_run(directory).results.tasks["summary"].models
    assert models["Cut"].tokens_per_second == pytest.approx(50 * len(lines) / seconds, rel=0.05)
    assert models["Plain"].tokens_per_second is None
    assert "seconds" not in (directory / "results.json").read_text()


def test_near_duplicates_of_summaries_are_a_column(directory, bench):
    shown = bench("show", "out", "--format", "markdown").stdout
    assert "near\\_duplicates" in shown
