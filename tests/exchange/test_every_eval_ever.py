"""Every Eval Ever: documents, instances, and the package's own schemas."""

from __future__ import annotations

import hashlib
import json
from importlib import util
from pathlib import Path

import pytest

from tests.exchange.conftest import HOSTILE


@pytest.fixture
def documents(exports):
    files = exports("every-eval-ever", date="2026-01-31")
    return {name: text for name, text in files.items() if name.endswith(".json")}, files


def document_of(documents, model, task):
    (found,) = (
        json.loads(text)
        for name, text in documents[0].items()
        if f"-{task}/" in name and f"/{model}/" in name
    )
    return found


def test_document_has_scores_with_intervals_signature_and_fingerprint(documents, run):
    found = document_of(documents, "lead", "summary")
    (result,) = (
        one
        for one in found["evaluation_results"]
        if one["metric_config"]["metric_name"] == "rougeL.f1"
    )
    score = run.results.tasks["summary"].models["lead"].scores["rougeL.f1"]
    assert result["score_details"]["score"] == score.mean
    uncertainty = result["score_details"]["uncertainty"]
    interval = uncertainty["confidence_interval"]
    assert (interval["lower"], interval["upper"]) == (score.low, score.high)
    assert interval["confidence_level"] == 0.95
    assert uncertainty["num_samples"] == 6
    values = run.values("summary", "lead", "rougeL.f1").values
    assert uncertainty["standard_error"]["value"] == pytest.approx(values.std(ddof=1) / 6**0.5)
    config = result["metric_config"]
    assert config["additional_details"]["metric_signature"].startswith("rougeL|tokenizer:")
    assert (config["min_score"], config["max_score"], config["lower_is_better"]) == (0, 1, False)
    details = result["source_data"]["additional_details"]
    assert details["fingerprint"] == run.results.dataset.fingerprint
    assert found["eval_library"]["additional_details"]["numpy"]
    assert found["retrieved_timestamp"] == "1769817600.0"
    assert found["model_info"]["developer"] == "unknown"


def test_range_without_an_end_is_infinite_and_its_direction_is_kept(documents):
    found = document_of(documents, "wild", "questions")
    (config,) = (
        one["metric_config"]
        for one in found["evaluation_results"]
        if one["metric_config"]["metric_name"] == "count_difference"
    )
    assert (config["min_score"], config["max_score"]) == (0, "Infinity")
    assert config["lower_is_better"] is True


def test_instances_have_outputs_references_and_failures(documents):
    found = document_of(documents, "wild", "questions")
    listed = found["detailed_evaluation_results"]
    text = documents[1][listed["file_path"]]
    assert listed["checksum"] == hashlib.sha256(text.encode()).hexdigest()
    rows = [json.loads(line) for line in text.splitlines()]
    assert listed["total_rows"] == len(rows) == 5
    assert rows[0]["sample_id"] == "the-harbour"
    assert rows[0]["input"]["reference"][0] == "Why did the council sell the harbour?"
    assert rows[0]["output"]["raw"][0].startswith(HOSTILE)
    assert "no answer" in rows[1]["error"]
    assert rows[1]["evaluation"]["score"] == 0.0
    ids = {one["evaluation_result_id"] for one in found["evaluation_results"]}
    assert {row["evaluation_result_id"] for row in rows} <= ids


def test_model_with_an_id_on_the_hub_is_listed_under_its_owner(exports):
    files = exports("every-eval-ever", models=["lead"], model_ids={"lead": "me/lead-3"})
    for name in files:
        assert name.startswith("data/articles-summary/me/lead-3/")
    (document,) = (json.loads(text) for name, text in files.items() if name.endswith(".json"))
    assert document["model_info"]["id"] == "me/lead-3"
    assert document["model_info"]["developer"] == "me"


def test_texts_of_articles_are_not_exported(documents):
    assert not any("promised to keep all the staff" in t for t in documents[1].values())


def test_documents_and_instances_follow_the_schemas_of_the_package(documents):
    jsonschema = pytest.importorskip("jsonschema")
    found = util.find_spec("every_eval_ever")
    if found is None or not found.submodule_search_locations:
        pytest.skip("every-eval-ever is not installed: it needs Python 3.12")
    folder = Path(found.submodule_search_locations[0]) / "schemas"
    for name, text in documents[1].items():
        kind = "eval" if name.endswith(".json") else "instance_level_eval"
        schema = json.loads((folder / f"{kind}.schema.json").read_text("utf-8"))
        rows = [text] if name.endswith(".json") else text.splitlines()
        for row in rows:
            jsonschema.Draft7Validator(schema).validate(json.loads(row))
