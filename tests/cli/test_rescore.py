"""A score whose metric was edited is not comparable; scoring both sides again makes it so."""

from __future__ import annotations

import json

import pytest

METRIC = """
import numpy as np
from bench.metrics import Metric

class Share(Metric):
    description = "share of {n} letters"

    def statistics(self, block):
        return np.array([[{value}] for p in block.predictions])
"""


@pytest.fixture
def runs(bench, articles, tmp_path):
    """A baseline, and a run of the same models whose metric was edited in between."""
    config = tmp_path / "mine.yaml"
    config.write_text(
        f"name: mine\ndataset: {articles}\nmodels: [lead, title]\n"
        "tasks: {summary: {primary: Share}}\nmetrics: ['share:Share', rouge1]\n"
    )
    (tmp_path / "share.py").write_text(METRIC.format(n=1, value="1.0"))
    assert bench("run", config, "--output", "before").returncode == 0
    (tmp_path / "share.py").write_text(METRIC.format(n=1, value="0.5"))
    assert bench("run", config, "--output", "after").returncode == 0


def test_a_gate_never_blames_a_model_for_an_edited_metric(runs, bench):
    refused = bench("check", "after", "--baseline", "before")
    assert refused.returncode == 2
    assert "not comparable: the metric's code changed (Share)" in refused.stderr
    assert "--rescore" in refused.stderr
    passed = bench("check", "after", "--baseline", "before", "--rescore")
    assert passed.returncode == 0, passed.stderr
    assert "2 pass, 0 fail, 0 inconclusive (2 compared exactly)" in passed.stdout


@pytest.mark.parametrize("verb", ["compare", "leaderboard"])
def test_tables_score_again_too(runs, bench, verb):
    refused = bench(verb, "after", "before", "--format", "json")
    assert refused.returncode == 2
    assert "the metric's code changed" in refused.stderr
    shown = bench(verb, "after", "before", "--format", "json", "--rescore")
    assert shown.returncode == 0, shown.stderr
    assert "0.5" in shown.stdout
    assert json.loads(shown.stdout)


def test_scoring_again_changes_no_run_directory(runs, bench, tmp_path):
    before = {f: f.read_bytes() for f in (tmp_path / "before").rglob("*") if f.is_file()}
    assert bench("check", "after", "--baseline", "before", "--rescore").returncode == 0
    after = {f: f.read_bytes() for f in (tmp_path / "before").rglob("*") if f.is_file()}
    assert after == before


def test_unchanged_code_gives_the_same_results(runs, bench, tmp_path):
    shown = bench("leaderboard", "after", "--rescore", "--format", "json")
    assert json.loads(shown.stdout) == json.loads((tmp_path / "after/results.json").read_text())


def test_predictions_that_are_gone_are_named(runs, bench, tmp_path):
    (tmp_path / "before/predictions/lead.summary.jsonl").unlink()
    done = bench("check", "after", "--baseline", "before", "--rescore")
    assert done.returncode == 2
    assert "before: the predictions of lead (summary) are not there" in done.stderr
