"""What is shown of several samples."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import bench
from bench.comparison.combined import combine_runs
from bench.reports.page.overview import Overview
from bench.reports.remarks import sampling_remark
from bench.reports.render import render
from bench.runs.results import ModelResult, Score
from bench.stats import best_and_worst_of
from tests.comparison.test_more_samples import SCORE, sampled_run

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")


def test_show_has_every_sample_with_a_label():
    run = sampled_run(3)
    found = run.alignment("one", "a01")
    assert [one.sample for one in found.articles] == [0, 1, 2]
    items = run.items_of_samples("summary", "one")["a01"]
    assert [one.items for one in found.articles] == [items[k] for k in range(3)]
    text = str(found)
    for k in (1, 2, 3):
        assert f"one · summary · a01 · sample {k} of 3" in text
    data = json.loads(render(found, "json"))
    assert [one["sample"] for one in data["articles"]] == [0, 1, 2]
    rows = list(csv.DictReader(io.StringIO(render(found, "csv"))))
    assert [row["sample"] for row in rows if row["reference"]] == ["0", "1", "2"]


def test_show_says_nothing_of_samples_where_there_is_one():
    found = sampled_run(1).alignment("one", "a01")
    assert "sample" not in str(found)
    data = json.loads(render(found, "json"))
    assert "sample" not in data["articles"][0]
    assert "curves" not in data
    assert "sample" not in render(found, "csv")


def test_show_has_the_best_and_worst_of_all_samples():
    run = sampled_run(3)
    found = run.alignment("one", "a01")
    high, low = best_and_worst_of(run.values("summary", "one", SCORE).by_sample).T
    (curve,) = json.loads(render(found, "json"))["curves"]
    assert curve["best"] == pytest.approx(high)
    assert curve["worst"] == pytest.approx(low)
    assert f"best of 3 samples {high[-1]:.3f}, worst {low[-1]:.3f}" in str(found)


def test_best_is_the_lowest_where_lower_is_better():
    run = sampled_run(3)
    facts = run.results.metrics["rouge1"].model_copy(update={"higher_is_better": False})
    run.results.metrics["rouge1"] = facts
    curve = run.sample_curve("one")
    assert curve.best[-1] < curve.best[0] == curve.worst[0] < curve.worst[-1]


def test_leaderboard_shows_the_noise_of_sampling_where_it_matters():
    run = sampled_run(3)
    score = run.results.tasks["summary"].models["one"].scores[SCORE]
    text = " ".join(str(run).split())
    assert (
        f"one: 3 samples of each article; sd {score.sd_between_samples:.3f} between samples,"
        f" {score.sd_between_articles:.3f} between articles" in text
    )
    assert "sample" not in str(sampled_run(1))


@pytest.mark.parametrize(("samples", "told"), [(0.1, True), (0.04, False), (0.0, False)])
def test_little_noise_is_not_shown(samples, told):
    score = Score(mean=0.5, sd_between_articles=0.2, sd_between_samples=samples)
    model = ModelResult(
        role="model", articles=9, samples=2, outputs=18, failed=0, empty=0, truncated=0,
        scores={"s": score},
    )  # fmt: skip
    words = sampling_remark("m", model, "s")
    assert words.startswith("m: 2 samples of each article")
    assert ("sd" in words) == told
    noise = samples**2 / 2
    assert score.share_of_sampling(2) == pytest.approx(noise / (0.04 + noise))


def test_page_has_the_curves():
    run = sampled_run(4)
    combined = combine_runs([run])
    ids = run.scored_articles("summary", "one", SCORE)
    (task,) = Overview(combined, ids, ids).record()["tasks"]
    number = [score["name"] for score in task["scores"]].index(SCORE)
    curves = task["samples"][number]
    assert [task["models"][one["model"]]["label"] for one in curves] == ["one", "two"] or [
        task["models"][one["model"]]["label"] for one in curves
    ] == ["two", "one"]
    for one in curves:
        name = task["models"][one["model"]]["label"]
        wanted = best_and_worst_of(run.values("summary", name, SCORE).by_sample)
        np.testing.assert_allclose(np.array([one["best"], one["worst"]]).T, wanted)


@pytest.mark.slow
def test_report_of_a_run_with_samples_is_written(tmp_path):
    run = sampled_run(4)
    text = Path(bench.report(run, tmp_path / "r.html")).read_text(encoding="utf-8")
    assert "Best and worst of several samples" in text
    single = sampled_run(1)
    (task,) = Overview(combine_runs([single]), ["a00"], ["a00"]).record()["tasks"]
    assert task["samples"] == [[], [], []]


def test_changes_show_the_items_of_all_samples():
    before, now = sampled_run(2, seed=1), sampled_run(2, seed=2)
    row = bench.diff(now, before, model="one").models[0].rows[0]
    items = now.items_of_samples("summary", "one")[row.article]
    assert row.now.items == items[0] + items[1]


def test_verification_compares_first_samples():
    assert bench.verify(sampled_run(3), articles=None).is_right


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_curves_are_drawn(visit, tmp_path, theme, width):
    run = sampled_run(4)
    reader = visit(Path(bench.report(run, tmp_path / "r.html")), theme, width)
    page = reader.go(f"#/overview?score={SCORE}")
    part = page.locator(".task:not(.aside) .part.samples")
    assert part.locator("h3").text_content() == f"Best and worst of several samples: {SCORE}"
    part.locator("details > summary").click()
    shown = part.locator("tbody tr").evaluate_all(
        "nodes => nodes.map(n => [...n.children].map(c => c.textContent))"
    )
    wanted = [
        [name, str(k), f"{best:.3f}", f"{worst:.3f}"]
        for name in [row[0] for row in shown[::4]]
        for k, (best, worst) in enumerate(
            best_and_worst_of(run.values("summary", name, SCORE).by_sample), 1
        )
    ]
    assert shown == wanted
    assert len(wanted) == 8
    assert part.locator("svg path").count() >= 4
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert reader.complaints == []


def test_page_without_samples_has_no_such_part(visit, tmp_path):
    reader = visit(Path(bench.report(sampled_run(1), tmp_path / "r.html")))
    assert reader.go().locator(".part.samples").count() == 0
    assert reader.complaints == []
