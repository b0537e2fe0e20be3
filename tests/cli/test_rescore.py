"""A score whose metric was edited is not comparable; scoring both sides again makes it so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.data.rows import Dataset
from bench.runs.opening import finished_run
from bench.runs.references import write_references

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


def test_gate_never_blames_a_model_for_an_edited_metric(runs, bench):
    refused = bench("check", "after", "--baseline", "before")
    assert refused.returncode == 2
    assert "not comparable: the metric's code changed ('Share')" in refused.stderr
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
    assert "before: the predictions of lead (summary) are missing" in done.stderr


@pytest.fixture
def moved(here, articles, tmp_path):
    """A run whose articles are no longer where they were, and where they are now."""
    (tmp_path / "small.yaml").write_text(
        f"name: small\ndataset: {articles}\nmodels: [lead, textrank, oracle]\nresamples: 100\n"
        "metrics: [rouge1, set_rougeL, bleu]\n"
    )
    assert here("run", "small.yaml", "--output", "run").returncode == 0
    assert here("run", "small.yaml", "--output", "other").returncode == 0
    return articles.rename(tmp_path / "elsewhere.jsonl")


VERBS = [
    ("check", "run", "--baseline", "other"),
    ("compare", "run", "--format", "json"),
    ("compare", "run", "other", "--format", "json"),
    ("leaderboard", "run", "--format", "json"),
]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: " ".join(verb[:3]))
def test_metrics_that_read_no_text_need_only_the_kept_references(here, moved, verb):
    plain, again = here(*verb), here(*verb, "--rescore")
    assert again.returncode == 0, again.stderr
    if verb[0] != "check":
        assert again.stdout == plain.stdout


def test_run_without_texts_still_checks_its_articles(here, moved):
    done = here("leaderboard", "run", "--rescore", "--format", "json")
    found, stored = json.loads(done.stdout), json.loads(Path("run/results.json").read_text())
    assert found == stored


def test_metric_that_reads_texts_asks_for_them(here, articles, tmp_path):
    (tmp_path / "small.yaml").write_text(
        f"name: small\ndataset: {articles}\nmodels: [lead, textrank]\nresamples: 100\n"
        "metrics: [rouge1, unsupported]\n"
    )
    assert here("run", "small.yaml", "--output", "run").returncode == 0
    moved = articles.rename(tmp_path / "elsewhere.jsonl")
    refused = here("compare", "run", "--rescore")
    assert refused.returncode == 2
    assert "say where they are with --dataset" in refused.stderr
    assert "run: unsupported cannot be scored again without the texts" in refused.stderr
    for verb in (("compare", "run"), ("check", "run", "--baseline", "run/results.json")):
        done = here(*verb, "--rescore", "--dataset", moved)
        assert done.returncode == 0, done.stderr


def test_metric_of_ones_own_sees_that_there_is_no_text(here, articles, tmp_path):
    (tmp_path / "textual.py").write_text(
        "import numpy as np\nfrom bench.metrics import Metric\n\nclass Textual(Metric):\n"
        "    range = (0.0, None)\n\n    def statistics(self, block):\n"
        "        return np.array([[float(len(text))] for text in block.texts])\n"
    )
    (tmp_path / "small.yaml").write_text(
        f"name: small\ndataset: {articles}\nmodels: [lead, textrank]\nresamples: 100\n"
        "metrics: [rouge1, 'textual:Textual']\n"
    )
    assert here("run", "small.yaml", "--output", "run").returncode == 0
    articles.unlink()
    done = here("leaderboard", "run", "--rescore", "--format", "json")
    assert "there is no score by 'Textual'" in done.stderr


@pytest.mark.parametrize("verb", VERBS[:2], ids=lambda verb: verb[0])
def test_data_set_is_read_only_to_score_again(here, moved, verb):
    done = here(*verb, "--dataset", moved)
    assert done.returncode == 2
    assert "--dataset applies only with --rescore" in done.stderr
    moved.write_text(moved.read_text().replace("Friday", "Monday"))
    done = here(*verb, "--rescore", "--dataset", moved)
    assert done.returncode == 2
    assert "has changed since the run" in done.stderr


def test_references_of_other_articles_are_refused(here, moved):
    kept = list(finished_run(Path("run")).references())
    write_references(Path("run/references.parquet"), Dataset("other", kept[:-1] + kept[:1]))
    done = here("compare", "run", "--rescore", "--allow-modified")
    assert done.returncode == 2
    assert "references.parquet holds other articles than results.json says" in done.stderr
