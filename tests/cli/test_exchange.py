"""``bench export`` and ``bench import``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.exchange.conftest import log_of_inspect, write_json


@pytest.fixture
def exported_run(bench, articles):
    done = bench("run", "-d", articles, "-m", "lead", "-m", "textrank", "-t", "summary", "-o", "r")
    assert done.returncode == 0, done.stderr
    return "r"


@pytest.fixture
def log():
    answers = {
        f"the-{topic}": f"1. Why was the {topic} sold?"
        for topic in ("harbour", "railway", "orchard", "library", "bakery")
    }
    return log_of_inspect(answers)


def test_export_prints_the_files_that_it_writes(bench, exported_run):
    done = bench("export", exported_run, "--to", "lm-eval")
    assert done.returncode == 0, done.stderr
    files = done.stdout.splitlines()
    assert len(files) == 4
    assert all(file.startswith("exports/r/lm-eval/") and Path(file).exists() for file in files)


def test_export_of_one_file_goes_to_standard_output(bench, exported_run):
    options = ("--to", "hub", "--dataset-id", "me/x", "--output", "-")
    done = bench("export", exported_run, *options, "-m", "lead")
    assert done.returncode == 0, done.stderr
    (entry,) = yaml.safe_load(done.stdout)
    assert entry["dataset"] == {"id": "me/x", "task_id": "summary"}
    refused = bench("export", exported_run, *options)
    assert refused.returncode == 2
    assert "choose one model with --model" in refused.stderr
    assert not Path("exports").exists()


def test_export_gives_models_the_ids_of_the_hub(bench, exported_run):
    options = ("export", exported_run, "--to", "model-index", "-m", "lead", "-o", "-")
    done = bench(*options, "--model-id", "lead=me/lead-3")
    assert "- name: me/lead-3\n" in done.stdout
    for wrong in ("lead", "=me/x", "lead=x", "led=me/x"):
        refused = bench(*options, "--model-id", wrong)
        assert refused.returncode == 2
        assert len(refused.stderr.splitlines()) == 1
    assert "is given twice" in bench(*options, *["--model-id", "lead=me/x"] * 2).stderr


def test_export_to_an_unknown_format_is_one_line(bench, exported_run):
    done = bench("export", exported_run, "--to", "modelindex")
    assert done.returncode == 2
    assert done.stderr.startswith("error: unknown format 'modelindex'; did you mean 'model-index'")
    assert len(done.stderr.splitlines()) == 1


def test_export_of_a_changed_run_is_refused_unless_allowed(bench, exported_run):
    file = Path(exported_run, "predictions/lead.summary.jsonl")
    file.write_text(file.read_text().replace("council", "COUNCIL", 1))
    options = ("export", exported_run, "--to", "lm-eval")
    assert bench(*options).returncode == 2
    done = bench(*options, "--allow-modified")
    assert done.returncode == 0
    assert "accepted" in done.stderr


def test_import_shows_scores_and_show_says_where_they_come_from(bench, articles, log):
    file = write_json("log.json", log)
    done = bench("import", f"gpt={file}", "-d", articles, "-t", "questions", "-o", "imported")
    assert done.returncode == 0, done.stderr
    assert "gpt" in done.stdout
    assert "read as results of inspect: openai-gpt-x (5)" in done.stderr
    line = "gpt: imported from inspect 0.3.285, model openai/gpt-x, task ask"
    assert line in bench("show", "imported").stdout
    assert line in bench("show", "imported", "-m", "gpt").stdout
    data = bench("show", "imported", "-f", "json")
    assert json.loads(data.stdout)["tasks"]["questions"]["models"]["gpt"]["articles"] == 5
    assert line in data.stderr


def test_import_without_output_keeps_nothing(bench, articles, log):
    before = set(Path().iterdir())
    file = write_json("log.json", log)
    done = bench("import", file, "-d", articles, "-t", "questions")
    assert done.returncode == 0, done.stderr
    assert set(Path().iterdir()) - before == {Path(file)}


def test_import_of_failed_samples_exits_with_four(bench, articles, log):
    log["samples"][0] |= {"output": {}, "error": {"message": "rate limit"}}
    file = write_json("log.json", log)
    options = ("import", file, "-d", articles, "-t", "questions", "-o", "imported")
    done = bench(*options)
    assert done.returncode == 4
    assert "failed on 1 of 5 articles" in done.stderr
    assert "rate limit" in done.stderr
    assert bench(*options, "--on-error", "skip").returncode == 0


def test_import_needs_the_task_of_articles_with_both(bench, articles, log):
    done = bench("import", write_json("log.json", log), "-d", articles, "-o", "imported")
    assert done.returncode == 2
    assert "--task summary or --task questions" in done.stderr
    assert not Path("imported").exists()


def test_source_that_somebody_forged_is_shown_as_data(bench, articles, log):
    log["eval"]["task"] = "x\x1b[31m\nerror: [bold]red[/bold]\u202e"
    file = write_json("log.json", log)
    bench("import", file, "-d", articles, "-t", "questions", "-o", "imported")
    shown = bench("show", "imported").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\nerror:" not in shown
    assert "[bold]red[/bold]" in shown
    record = json.loads(Path("imported/run.json").read_text())
    record["config"]["models"][0]["source"] = {"program": 3, "version": ["x"], "file": {}}
    Path("imported/run.json").write_text(json.dumps(record))
    assert bench("show", "imported").returncode == 0
