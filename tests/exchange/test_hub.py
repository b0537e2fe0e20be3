"""The hub: ``.eval_results`` and ``model-index``, read by its own library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import bench
from bench.exchange.exported import exported


def test_eval_results_have_the_primary_score_of_each_task(exports, run):
    files = exports("hub", dataset_id="me/small")
    (entry,) = yaml.safe_load(files["lead/.eval_results/me-small.yaml"])
    score = run.results.tasks["summary"].models["lead"].scores["rougeL.f1"]
    assert entry["dataset"] == {"id": "me/small", "task_id": "summary"}
    assert entry["value"] == score.mean
    assert "date" not in entry
    for fact in (f"{score.low:.4f} to {score.high:.4f}", "6 articles", "rougeL|", "qgbench"):
        assert fact in entry["notes"]
    assert run.results.dataset.fingerprint in entry["notes"]
    both = yaml.safe_load(files["wild/.eval_results/me-small.yaml"])
    assert [one["dataset"]["task_id"] for one in both] == ["summary", "questions"]


def test_eval_results_have_the_date_and_score_that_are_asked_for(exports, run):
    options = {"dataset_id": "me/small", "date": "2026-01-31T12:00:00+02:00"}
    files = exports("hub", models=["lead"], metric="rougeL.recall", **options)
    (entry,) = yaml.safe_load(files["lead/.eval_results/me-small.yaml"])
    assert entry["date"] == "2026-01-31T10:00:00Z"
    score = run.results.tasks["summary"].models["lead"].scores["rougeL.recall"]
    assert entry["value"] == score.mean


def test_eval_results_need_the_id_of_a_dataset_on_the_hub(run):
    with pytest.raises(bench.BenchError, match="--dataset-id OWNER/NAME"):
        bench.export(run, "hub", "out")
    with pytest.raises(bench.BenchError, match="must be OWNER/NAME"):
        bench.export(run, "hub", "out", dataset_id="small")
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ("owner/name", "owner/name"),
        ("owner/name-v1.5", "owner/name-v1.5"),
        ("hf://datasets/owner/name", "owner/name"),
        ("hf://datasets/owner/name.json", "owner/name.json"),
        ("cnn_dailymail", "abisee/cnn_dailymail"),
        ("squad", "rajpurkar/squad"),
        ("briefs", ""),
        ("folder/rows.jsonl", ""),
        ("folder/rows.csv.gz", ""),
        ("results/2026-01-31-small", ""),  # a folder that exists
        ("s3://bucket/name", ""),
        ("a/b/c", ""),
    ],
)
def test_id_of_the_dataset_is_known_where_the_config_names_the_hub(run, dataset, expected):
    file = run.path / "run.json"
    record = json.loads(file.read_text())
    record["config"]["dataset"] = dataset
    file.write_text(json.dumps(record))
    assert exported(bench.load_run(run.path)).dataset_id == expected


def test_eval_results_are_read_by_the_library_of_the_hub(exports):
    hub = pytest.importorskip("huggingface_hub")
    if not hasattr(hub, "parse_eval_result_entries"):
        pytest.skip("this version of huggingface-hub does not read .eval_results")
    files = exports("hub", dataset_id="me/small", date="2026-01-31")
    for text in files.values():
        data = yaml.safe_load(text)
        entries = hub.parse_eval_result_entries(data)
        assert [e.task_id for e in entries] == [e["dataset"]["task_id"] for e in data]
        assert hub.eval_result_entries_to_yaml(entries) == data


def test_model_index_is_read_by_the_library_of_the_hub(exports, run):
    hub = pytest.importorskip("huggingface_hub")
    exports("model-index")
    card = hub.ModelCard.load("out/lead/README.md")
    assert card.data.model_name == "lead"
    found = {one.metric_type: one for one in card.data.eval_results}
    scores = run.results.tasks["summary"].models["lead"].scores
    assert {name: one.metric_value for name, one in found.items()} == {
        name: score.mean for name, score in scores.items()
    }
    arguments = found["rougeL.f1"].metric_args
    assert arguments["low"] == scores["rougeL.f1"].low
    assert arguments["n"] == 6
    assert arguments["signature"].startswith("rougeL|")
    assert found["rougeL.f1"].task_type == "summarization"
    assert found["rougeL.f1"].dataset_args["fingerprint"] == run.results.dataset.fingerprint


def test_yaml_has_no_tags_anchors_or_second_document(articles, tmp_path):
    name = "!!python/object:x &a *a --- \u2028# {y}"
    run = bench.run(
        models={"m": "lead"},
        tasks=["summary"],
        dataset=articles,
        metrics=["rougeL"],
        progress=False,
    )
    hostile = run.results.dataset.model_copy(update={"name": name})
    object.__setattr__(run, "results", run.results.model_copy(update={"dataset": hostile}))
    bench.export(run, "model-index", "card.md")
    text = Path("card.md").read_text("utf-8")
    start, body, end = text.split("---\n", 1)[0], text[4:-4], text[-4:]
    assert (start, end) == ("", "---\n")
    (index,) = yaml.safe_load(body)["model-index"]
    assert index["results"][0]["dataset"]["name"] == name
    assert "\n---\n" not in body
