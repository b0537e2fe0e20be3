"""Whether more articles or more samples would help more."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import bench
from bench.comparison.compared_models import chosen
from bench.comparison.more_samples import sampling_advice
from bench.reports.render import render
from bench.runs.finished import FinishedRun
from bench.stats import VarianceSplit, split_of_differences
from tests.conftest import write_rows

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

SCORE = "rouge1.f1"


def sampled_run(samples: int, *, articles: int = 12, noise: float = 0.5, seed: int = 0):
    """A run of two systems whose scores vary between articles and between samples."""
    rng = np.random.default_rng(seed)
    words = [f"w{n}" for n in range(20)]
    rows, written = [], {"one": [], "two": []}
    for number in range(articles):
        name = f"a{number:02}"
        rows.append({"id": name, "title": name, "text": "A text.", "summary": [" ".join(words)]})
        rows[-1]["questions"] = []
        level = rng.uniform(0.3, 0.7)
        for found in written.values():
            own = level + rng.uniform(-0.1, 0.1)
            for sample in range(samples):
                share = np.clip(own + noise * rng.uniform(-0.5, 0.5), 0.05, 1)
                items = [" ".join(words[: round(20 * share)])]
                found.append({"article": name, "sample": sample, "items": items})
    write_rows(Path("articles.jsonl"), rows)
    for system, found in written.items():
        write_rows(Path(f"{system}.jsonl"), found)
    return bench.score_files(
        ["one.jsonl", "two.jsonl"],
        "articles.jsonl",
        task="summary",
        metrics=["rouge1"],
        resamples=200,
        progress=False,
    )


def test_advice_follows_the_split():
    run = sampled_run(4)
    advice = sampling_advice("summary", SCORE, chosen([run], []))
    sides = [run.values("summary", name, SCORE).by_sample for name in ("one", "two")]
    split = split_of_differences(*sides)
    assert advice.samples == 4
    assert advice.share == pytest.approx(split.share)
    now = split.standard_error(12, 4)
    assert advice.by_samples == pytest.approx(1 - split.standard_error(12, 8) / now)
    assert advice.by_articles == pytest.approx(1 - 0.5**0.5)
    assert 0 < advice.by_samples < advice.at_most <= 1
    assert advice.best_articles == 48
    assert advice.by_spreading == pytest.approx(1 - split.standard_error(48, 1) / now)


def test_power_says_what_helps_more():
    quiet, noisy = sampled_run(3, noise=0.1), sampled_run(3, noise=0.0)
    assert "more articles help more than more samples" in str(bench.power(quiet))
    assert bench.power(noisy).scores[0].sampling.share == pytest.approx(0)


def test_samples_help_as_much_where_articles_do_not_differ():
    from bench.comparison.more_samples import _advice

    only_luck = _advice(VarianceSplit(0.0, 0.04, 2.0, 30))
    assert "more samples help as much as more articles" in only_luck.words
    assert only_luck.at_most == 1
    some = _advice(VarianceSplit(0.01, 0.04, 2.0, 30))
    assert "more articles help more than more samples" in some.words
    assert _advice(VarianceSplit(0.0, 0.0, 2.0, 30)) is None


def test_power_says_nothing_of_samples_where_each_article_has_one():
    run = sampled_run(1)
    report = bench.power(run)
    assert report.scores[0].sampling is None
    assert "sample" not in str(report)
    assert "sampling" not in json.loads(render(report, "json"))["scores"][0]


def test_power_has_the_advice_in_its_json():
    found = json.loads(render(bench.power(sampled_run(2)), "json"))["scores"][0]["sampling"]
    assert found["samples"] == 2
    assert 0 <= found["share"] <= 1


def test_clusters_are_the_units_of_the_advice(monkeypatch):
    run = sampled_run(4)
    monkeypatch.setattr(FinishedRun, "units", lambda _, ids: [f"c{int(a[1:]) % 4}" for a in ids])
    sides = [run.values("summary", name, SCORE).by_sample for name in ("one", "two")]
    clusters = [number % 4 for number in range(12)]
    share = sampling_advice("summary", SCORE, chosen([run], [])).share
    assert share == pytest.approx(split_of_differences(*sides, clusters).share)
    assert share != pytest.approx(split_of_differences(*sides).share)
