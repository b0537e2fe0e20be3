"""What stays in a run directory when a run is narrowed, and what does not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.small_runs import (
    FRAGILE,
    SLOW,
    content,
    killed,
    models,
    notes,
    results,
    write_config,
)
from tests.conftest import write_rows


@pytest.fixture
def config(articles: Path) -> Path:
    """Four models that take a moment, on both tasks."""
    return write_config(articles)


def test_narrowing_by_model_keeps_the_others_scored_as_before(here, config):
    assert here("run", config).returncode == 0
    whole = content("results/small")
    done = here("run", config, "-m", "lead", "-m", "template")
    assert done.returncode == 0, done.stderr
    assert "note: summary: kept from an earlier run: title, oracle" in notes(done)
    for name in ("results.json", "scores.parquet"):
        assert content("results/small")[name] == whole[name]
    assert all(name in done.stdout for name in ("lead", "title", "oracle", "template"))
    record = json.loads(Path("results/small/run.json").read_text())
    before = json.loads(whole["run.json"])
    for key in ("models", "counts"):
        assert record[key] == before[key]
    assert record["config"] == before["config"]


def test_narrowing_by_task_keeps_the_other_task(here, config):
    assert here("run", config).returncode == 0
    whole = content("results/small")
    for task in ("summary", "questions"):
        done = here("run", config, "-t", task)
        assert done.returncode == 0, done.stderr
        assert content("results/small")["results.json"] == whole["results.json"]
        assert content("results/small")["scores.parquet"] == whole["scores.parquet"]


@pytest.mark.slow
def test_one_model_after_the_other_gives_what_all_at_once_give(here, config):
    assert here("run", config, "-o", "whole").returncode == 0
    for name in ("template", "oracle", "lead", "title"):
        assert here("run", config, "-m", name).returncode == 0
    assert content("results/small")["results.json"] == content("whole")["results.json"]
    assert set(content("results/small")) == set(content("whole"))


def test_kept_predictions_need_none_of_their_code(here, articles):
    Path("gone.py").write_text(
        "class First:\n    tasks = ('summary',)\n\n"
        "    def predict(self, articles, task):\n"
        "        return [[article.title] for article in articles]\n"
    )
    config = write_config(articles, "[lead, 'gone:First']")
    assert here("run", config).returncode == 0
    before = content("results/small")["results.json"]
    Path("gone.py").unlink()
    sys.modules.pop("gone", None)
    done = here("run", config, "-m", "lead")
    assert done.returncode == 0, done.stderr
    assert content("results/small")["results.json"] == before


def test_kept_predictions_are_scored_with_the_current_metrics(here, config):
    assert here("run", config).returncode == 0
    config.write_text(config.read_text().replace("[rouge1, set_rougeL]", "[rouge2]"))
    assert here("run", config, "-m", "lead").returncode == 0
    found = results()["tasks"]
    assert set(found["questions"]["models"]["template"]["scores"]) == {
        "rouge2.f1",
        "rouge2.precision",
        "rouge2.recall",
    }
    assert {
        row["metric"].split(".")[0]
        for row in pq.read_table("results/small/scores.parquet").to_pylist()
    } == {"rouge2"}


def test_predictions_of_another_item_count_are_left_out_and_named(here, config):
    assert here("run", config).returncode == 0
    kept = content("results/small")
    config.write_text(config.read_text() + "tasks: {summary: {items: 2}, questions: {}}\n")
    done = here("run", config, "-m", "lead")
    assert done.returncode == 0, done.stderr
    words = "summary: title is left out of the results, for it was asked for 4 bullets, not for 2"
    assert words in notes(done)
    assert models() == {"summary": ["lead"], "questions": ["template"]}
    file = "predictions/title.summary.jsonl"
    assert content("results/small")[file] == kept[file]


def test_edited_references_are_scored_anew_and_edited_texts_need_the_model(here, config, rows):
    assert here("run", config).returncode == 0
    rows[0]["summary"] = ["Another bullet."]
    write_rows(Path("articles.jsonl"), rows)
    done = here("run", config, "-m", "lead")
    # What an oracle writes are the references.
    assert "summary: oracle is left out" in notes(done)
    assert models() == {"summary": ["lead", "title"], "questions": ["template"]}
    assert here("run", config, "-o", "whole").returncode == 0
    title = [
        results(run)["tasks"]["summary"]["models"]["title"] for run in ("whole", "results/small")
    ]
    means = [{s: v["mean"] for s, v in one["scores"].items()} for one in title]
    assert means[0] == means[1]
    rows[1]["text"] += " A last word."
    write_rows(Path("articles.jsonl"), rows)
    done = here("run", config, "-m", "lead")
    assert "summary: title is left out of the results, for its predictions are of other" in notes(
        done
    )


@pytest.mark.slow
@pytest.mark.parametrize("broken", [b"", None, b"no row\n"])
def test_missing_and_broken_predictions_are_left_out_and_named(here, config, broken):
    assert here("run", config).returncode == 0
    file = Path("results/small/predictions/title.summary.jsonl")
    file.unlink()
    if broken is not None:
        file.write_bytes(broken)
        refused = here("run", config, "-m", "lead")
        assert refused.returncode == 2
        assert f"{file}: is not as the last run wrote it" in refused.stderr
    done = here("run", config, "-m", "lead", "--allow-modified")
    assert done.returncode == 0, done.stderr
    assert "summary: title is left out of the results, for " in notes(done)
    assert models()["summary"] == ["lead", "oracle"]


@pytest.mark.slow
def test_narrowed_run_that_is_killed_keeps_the_others_when_it_goes_on(here, articles):
    slow = f"{{use: '{SLOW}', name: slow, log: asked.txt}}"
    config = write_config(articles, f"[title, oracle, {slow}]")
    assert here("run", config, "-m", "title", "-m", "oracle").returncode == 0
    config.write_text(config.read_text().replace("log:", "seconds: 0.3, log:") + "batch_size: 1\n")
    killed(config, "asked.txt", 2, "-m", "title", "-m", "slow")
    assert models()["summary"] == ["oracle", "title"]  # nothing that they are about was touched
    Path("results/small/results.json").unlink()
    done = here("run", config, "-m", "slow", "-t", "summary")
    assert done.returncode == 0, done.stderr
    assert models()["summary"] == ["oracle", "slow", "title"]


@pytest.mark.slow
def test_rows_that_another_run_has_begun_to_replace_are_not_kept(here, articles):
    slow = f"{{use: '{SLOW}', name: slow, log: asked.txt}}"
    random = "random-sentences"
    config = write_config(articles, f"[{random}, {slow}, lead]")
    assert here("run", config, "-t", "summary").returncode == 0
    Path("asked.txt").unlink()
    config.write_text(config.read_text().replace("log:", "seconds: 0.3, log:") + "batch_size: 1\n")
    killed(config, "asked.txt", 2, "-t", "summary", "--seed", "1")
    assert not Path("results/small/results.json").exists()
    done = here("run", config, "-t", "summary", "-m", "lead")
    assert f"summary: {random} is left out" in notes(done)
    assert models()["summary"] == ["lead"]


def test_directories_of_an_older_version_are_narrowed_too(here, config):
    assert here("run", config).returncode == 0
    before = content("results/small")["results.json"]
    file = Path("results/small/run.json")
    record = json.loads(file.read_text())
    old = {"signature", "role", "tasks"}
    record["models"] = {n: {k: m[k] for k in old} for n, m in record["models"].items()}
    counts = {"articles", "failed", "empty", "truncated"}
    record["counts"] = {
        task: {n: {k: m[k] for k in counts} for n, m in found.items()}
        for task, found in record["counts"].items()
    }
    file.write_text(json.dumps(record))
    assert here("run", config, "-m", "lead").returncode == 0
    assert content("results/small")["results.json"] == before


def test_model_removed_from_the_config_is_named_and_its_predictions_stay(here, articles):
    assert here("run", write_config(articles)).returncode == 0
    done = here("run", write_config(articles, "[lead, template]"))
    assert done.returncode == 0, done.stderr
    words = "no longer in the config: title, oracle; their predictions stay in results/small"
    assert words in notes(done)
    assert models() == {"summary": ["lead"], "questions": ["template"]}
    assert "predictions/title.summary.jsonl" in content("results/small")
    again = here("run", write_config(articles, "[lead, template]"))
    assert "no longer" not in again.stderr


@pytest.mark.slow
def test_failures_of_a_kept_model_do_not_fail_the_run(here, articles):
    config = write_config(articles, f"[lead, '{FRAGILE}']")
    assert here("run", config).returncode == 4
    done = here("run", config, "-m", "lead")
    assert done.returncode == 0, done.stderr
    assert "Fragile: 1 failed of 6" in done.stdout


def test_counts_of_tokens_and_costs_are_carried_over(here, articles):
    Path("counting.py").write_text(
        "from bench.models.base import Output\n\n\n"
        "class Paid:\n    tasks = ('summary',)\n\n"
        "    def cost(self, tokens_in, tokens_out):\n        return tokens_in * 0.5\n\n"
        "    def predict(self, articles, task):\n"
        "        return [Output(('a b',), tokens_in=3, tokens_out=2) for _ in articles]\n"
    )
    config = write_config(articles, "[lead, 'counting:Paid']")
    assert here("run", config).returncode == 0
    for _ in range(2):
        assert here("run", config, "-m", "lead").returncode == 0
        paid = results()["tasks"]["summary"]["models"]["Paid"]
        assert (paid["tokens_in"], paid["tokens_out"], paid["cost"]) == (18, 12, 9.0)


@pytest.mark.slow
def test_task_that_no_selected_model_does_is_not_shown(here, config):
    done = here("run", config, "-m", "lead", "-o", "out")
    assert list(results("out")["tasks"]) == ["summary"]
    assert "questions" not in done.stdout
    none = here("run", config, "-m", "lead", "-t", "questions")
    assert none.returncode == 2
    assert "nothing to do" in none.stderr


@pytest.mark.slow
def test_changed_configuration_is_named(here, articles):
    config = write_config(articles, "[lead, title, {use: lead, name: long, k: 3}]")
    assert here("run", config).returncode == 0
    assert "differently" not in here("run", config, "-m", "title").stderr
    write_config(articles, "[lead, title, {use: lead, name: long, k: 4}]")
    done = here("run", config, "-m", "title", "--seed", "1")
    assert "configured differently now: long; their kept predictions are from the" in notes(done)
    assert "kept predictions were written with seed 0, not 1" in notes(done)
    done = here("run", config, "-m", "long", "--seed", "1")
    assert "differently" not in done.stderr


@pytest.mark.slow
def test_model_on_one_task_leaves_what_an_earlier_version_wrote_for_the_other(here, articles):
    config = write_config(articles, "[{use: random-sentences, name: m}]")
    assert here("run", config).returncode == 0
    whole = results()["tasks"]["questions"]
    done = here("run", config, "-t", "summary", "--seed", "1")
    assert "questions: what an earlier version of m wrote is kept" in notes(done)
    assert results()["tasks"]["questions"] == whole
    counts = json.loads(Path("results/small/run.json").read_text())["counts"]
    assert counts["summary"]["m"]["signature"] != counts["questions"]["m"]["signature"]


@pytest.mark.slow
def test_same_bytes_on_another_engine(here, config):
    assert here("run", config).returncode == 0
    before = content("results/small")["results.json"]
    assert here("run", config, "-m", "lead", "--workers", "2").returncode == 0
    assert content("results/small")["results.json"] == before


@pytest.mark.slow
def test_kept_task_whose_references_cannot_be_scored_now_is_left_out(here, articles, rows):
    for row in rows:
        row["questions"] = ["市は港を売った?"]
    write_rows(articles, rows)
    config = write_config(articles)
    config.write_text(config.read_text() + "tokenizer: unicode\n")
    assert here("run", config).returncode == 0
    write_config(articles)
    done = here("run", config, "-m", "lead", "-t", "summary")
    assert done.returncode == 0, done.stderr
    assert "questions: template is left out of the results, for articles: article" in notes(done)
    assert models() == {"summary": ["lead", "oracle", "title"]}
