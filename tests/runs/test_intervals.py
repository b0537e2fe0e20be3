"""Intervals from articles to `results.json`."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.runs.opening import finished_run
from bench.runs.scores import read_scores
from bench.stats import score_interval
from tests.conftest import write_rows

RUN = ("run", "--model", "lead", "--model", "title", "--task", "summary")


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(
        "name: mine\ndataset: articles.jsonl\ntasks: [summary]\n"
        "models: [lead, title, {use: random-sentences, name: floor}]\n"
        "metrics: [rouge1, bleu, chrf, count_difference, fragments]\n"
    )
    return file


def test_every_score_has_the_interval_of_its_stored_statistics(bench, articles, config):
    assert bench("run", config, "-o", "out").returncode == 0
    run = finished_run(config.parent / "out")
    record = json.loads((run.path / "results.json").read_text())
    assert (record["confidence"], record["resamples"]) == (0.95, 10_000)
    for model, result in record["tasks"]["summary"]["models"].items():
        for score, found in result["scores"].items():
            scored = run.scored_articles("summary", model, score)
            sample = run.sample("summary", model, score, scored)
            limits = run.results.range_of(score)
            expected = score_interval(sample, limits=limits)
            assert found["mean"] == pytest.approx(sample.estimate)
            assert found["low"] == pytest.approx(expected.interval.low, abs=1e-8)
            assert found["high"] == pytest.approx(expected.interval.high, abs=1e-8)
            assert found["low"] <= found["mean"] <= found["high"]
            assert found.get("conservative", False) == expected.conservative
            low, high = limits
            assert found["low"] >= low
            assert high is None or found["high"] <= high


@pytest.mark.slow
def test_order_of_articles_and_models_beside_change_no_byte(bench, articles, config, rows):
    assert bench("run", config, "-o", "out").returncode == 0
    write_rows(articles, rows[::-1])
    assert bench("run", config, "-o", "turned").returncode == 0
    assert bench("run", config, "-m", "lead", "-o", "alone").returncode == 0
    out, turned, alone = (
        (config.parent / name / "results.json").read_text() for name in ("out", "turned", "alone")
    )
    assert out == turned
    scores = [
        json.loads(text)["tasks"]["summary"]["models"]["lead"]["scores"] for text in (out, alone)
    ]
    for score in scores[0].values():
        score["position"] = None  # there is no floor beside it in the other run
    assert scores[0] == scores[1]


def test_wider_confidence_gives_wider_intervals(bench, articles, rows):
    rows[0]["summary"] = ["Nobody knows what became of it."]
    write_rows(articles, rows)
    widths = []
    for level in ("0.8", "0.99"):
        assert bench(*RUN, "-d", articles, "--confidence", level, "-o", level).returncode == 0
        results = finished_run(articles.parent / level).results
        score = results.tasks["summary"].models["lead"].scores["rougeLsum.f1"]
        widths.append(score.high - score.low)
    assert widths[0] < widths[1]


def test_run_with_a_skipped_article_has_intervals_over_the_others(bench, articles, tmp_path):
    done = bench(
        *("run", "-d", articles, "-o", "out", "--task", "summary", "--on-error", "skip"),
        *("-m", "lead", "-m", "tests.runs.models_of_tests:Fragile"),
    )
    assert done.returncode == 4
    scores, digests = read_scores(tmp_path / "out" / "scores.parquet")
    failing = scores["summary", "Fragile", "rouge1.f1"]
    assert len(failing.articles) == len(digests) - 1
    compared = json.loads(bench("compare", "out", "-f", "json").stdout)["comparisons"][0]
    assert (compared["articles"], compared["left_out"]) == (5, 1)


def test_other_programs_can_read_the_scores(bench, articles, tmp_path):
    import datasets

    assert bench(*RUN, "-d", articles, "-o", "out").returncode == 0
    table = datasets.Dataset.from_parquet(
        str(tmp_path / "out" / "scores.parquet"), cache_dir=str(tmp_path / "cache")
    )
    first = table[0]
    assert (first["task"], first["model"], first["statistics"]) == ("summary", "lead", None)
    values = [r["value"] for r in table if (r["model"], r["metric"]) == ("lead", "rouge1.f1")]
    results = finished_run(tmp_path / "out").results
    mean = results.tasks["summary"].models["lead"].scores["rouge1.f1"].mean
    assert np.mean(values) == pytest.approx(mean)
