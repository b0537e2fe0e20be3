"""The layout of lm-eval: results, samples, and the way back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bench

DATE = "2026-01-31T00-00-00.000000"


def scores_of(run, model, task="questions"):
    found = run.results.tasks[task].models[model].scores
    return {name: (s.mean, s.low, s.high, s.n) for name, s in found.items()}


def test_results_have_scores_errors_and_directions_by_task(exports, run):
    found = json.loads(exports("lm-eval")[f"wild/results_{DATE}.json"])
    scores = run.results.tasks["questions"].models["wild"].scores
    task = found["results"]["questions"]
    assert task["set_rougeL.f1,none"] == scores["set_rougeL.f1"].mean
    values = run.values("questions", "wild", "set_rougeL.f1").values
    assert task["set_rougeL.f1_stderr,none"] == pytest.approx(values.std(ddof=1) / 5**0.5)
    assert found["higher_is_better"]["questions"]["count_difference"] is False
    assert found["n-samples"]["questions"] == {"original": 6, "effective": 5}
    own = found["qgbench"]
    assert own["fingerprint"] == run.results.dataset.fingerprint
    assert own["scores"]["questions"]["rougeL.f1"]["low"] == scores["rougeL.f1"].low
    assert own["scores"]["questions"]["rougeL.f1"]["signature"].startswith("rougeL|")
    assert own["versions"]["numpy"]
    assert set(found["results"]) == set(found["configs"]) == {"summary", "questions"}


def test_samples_are_read_by_pandas(exports, run):
    pandas = pytest.importorskip("pandas")
    exports("lm-eval")
    table = pandas.read_json(f"out/wild/samples_questions_{DATE}.jsonl", lines=True)
    assert list(table["doc_id"]) == [0, 1, 2, 3, 4]
    score = run.results.tasks["questions"].models["wild"].scores["set_rougeL.f1"]
    assert table["set_rougeL.f1"].mean() == pytest.approx(score.mean)


@pytest.mark.parametrize("task", ["summary", "questions"])
def test_exported_samples_are_imported_with_equal_scores(exports, run, articles, task):
    exports("lm-eval")
    back = bench.import_run("out", articles, task=task, metrics=run_metrics(run), progress=False)
    assert set(back.models) == ({"lead", "wild"} if task == "summary" else {"wild"})
    for model in back.models:
        assert scores_of(back, model, task) == scores_of(run, model, task)
        before = {row.article: row.items for row in run.predictions(model, task)}
        assert {row.article: row.items for row in back.predictions(model, task)} == before
    (failure,) = [line for line in back.failures if "wild" in line]
    assert "no answer" in failure


def run_metrics(run):
    return ["rougeL", "set_rougeL", "coverage@0.5", "count_difference"]


def test_raw_text_and_samples_come_back_as_they_were(articles, tmp_path):
    rows = [
        {"article": f"the-{topic}", "sample": sample, "raw": f"- Why {topic}?\n- Who {sample}?"}
        for topic in ("harbour", "railway")
        for sample in range(3)
    ]
    Path("mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = bench.score_files(
        "mine.jsonl", articles, task="questions", on_error="skip", progress=False
    )
    bench.export(run, "lm-eval", "out")
    back = bench.import_run(
        "out", articles, task="questions", on_error="skip", progress=False, output="back"
    )

    def outputs(of):
        found = (row for row in of.predictions("mine") if row.status != "error")
        return [(row.article, row.sample, row.items, row.raw) for row in found]

    assert outputs(back) == outputs(run)
    assert scores_of(back, "mine") == scores_of(run, "mine")


def test_same_run_gives_the_same_files_whenever_it_is_exported(exports):
    for to in ("lm-eval", "every-eval-ever", "model-index"):
        assert exports(to, f"first-{to}") == exports(to, f"second-{to}")
