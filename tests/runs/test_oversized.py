"""What one model wrote, however much, never costs another; long lists are cut and counted."""

from __future__ import annotations

import json

import pytest

LONG = [f"Why did {n} of them leave?" for n in range(1200)]
DEADLY = """
import os, signal
import numpy as np
from bench.metrics import Metric

class Trap(Metric):
    def statistics(self, block):
        for items in block.predictions:
            if any("springs the trap" in item for item in items):
                {deed}
        return np.ones((len(block.predictions), 1))
"""


@pytest.fixture
def written(tmp_path, articles, rows):
    """Files of rows: what an innocent and a hostile system wrote for the questions."""

    def write(name, odd, items):
        asked = [row for row in rows if row["questions"]]
        lines = [
            {"article": row["id"], "items": items if row["id"] == odd else row["questions"][:2]}
            for row in asked
        ]
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))

    write("good.jsonl", None, [])
    write("long.jsonl", "the-railway", LONG)
    write("trap.jsonl", "the-railway", ["What springs the trap?"])
    return write


def scored(bench, *options, code=0):
    done = bench("score", *options, "-d", "articles.jsonl", "-t", "questions", "--format", "json")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout), done.stderr


def models_of(results):
    return results["tasks"]["questions"]["models"]


def config(tmp_path, **keys):
    models = [{"use": "recorded", "name": n, "file": f"{n}.jsonl"} for n in ("good", "trap")]
    keys = {
        "name": "c",
        "dataset": "articles.jsonl",
        "tasks": ["questions"],
        "models": models,
    } | keys
    (tmp_path / "c.yaml").write_text(json.dumps(keys))


def test_long_list_is_cut_counted_and_kept(here, tmp_path, written):
    done = here(
        "score", "good.jsonl", "long.jsonl", "-d", "articles.jsonl", "-t", "questions", "-o", "out"
    )
    assert done.returncode == 0
    assert "long: 1 list cut to 1,000 items" in done.stdout
    assert "good: " not in done.stdout
    models = models_of(json.loads((tmp_path / "out/results.json").read_text()))
    assert models["long"]["cut"] == 1
    assert "cut" not in models["good"]
    kept = (tmp_path / "out/predictions/long.questions.jsonl").read_text().splitlines()
    assert [len(json.loads(line)["items"]) for line in kept] == [2, 1200, 2, 2, 2]


@pytest.mark.slow
def test_cut_is_the_same_for_every_metric_and_is_part_of_the_signature(here, tmp_path, written):
    written("short.jsonl", "the-railway", LONG[:1000])
    results, _ = scored(here, "long.jsonl", "short.jsonl")
    assert models_of(results)["long"]["scores"] == models_of(results)["short"]["scores"]
    assert not any("max_items" in m["signature"] for m in results["metrics"].values())
    wide, _ = scored(here, "long.jsonl", "--max-items", "1200", "-o", "wide")
    assert "cut" not in models_of(wide)["long"]
    assert all(m["signature"].endswith("|max_items:1200") for m in wide["metrics"].values())
    narrow = here(
        "score",
        "long.jsonl",
        "--max-items",
        "1",
        "-d",
        "articles.jsonl",
        "-t",
        "questions",
        "-o",
        "narrow",
    )
    assert "long: 5 lists cut to 1 item\n" in narrow.stdout
    refused = here("compare", "wide", "narrow")
    assert refused.returncode == 2
    assert "max_items is" in refused.stderr


@pytest.mark.slow
def test_every_engine_cuts_alike(bench, written):
    local, _ = scored(bench, "good.jsonl", "long.jsonl")
    processes, _ = scored(bench, "good.jsonl", "long.jsonl", "--workers", "2", "--block-size", "2")
    assert local == processes


@pytest.mark.slow
@pytest.mark.parametrize("deed", ["raise MemoryError", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_only_the_guilty_row_fails(bench, tmp_path, written, deed):
    (tmp_path / "mine.py").write_text(DEADLY.format(deed=deed))
    metrics = ("--metric", "mine:Trap", "--metric", "set_rougeL")
    alone, _ = scored(bench, "good.jsonl", *metrics)
    engines = [("--workers", "1")]
    engines += [] if "kill" in deed else [(), ("--workers", "1", "--block-size", "1")]
    found = []
    for options in engines:
        results, said = scored(bench, "good.jsonl", "trap.jsonl", *metrics, *options, code=4)
        assert "trap failed on 1 of 5 articles (questions), 'the-railway' for one: " in said
        assert "good failed" not in said
        found.append(results)
    assert all(results == found[0] for results in found)
    models = models_of(found[0])
    assert models["good"] == models_of(alone)["good"]
    assert (models["trap"]["failed"], models["trap"]["articles"]) == (1, 5)
    assert models["trap"]["scores"]["set_rougeL.recall"]["mean"] == pytest.approx(4 / 5 * 2 / 3)


@pytest.mark.parametrize("on_error", ["skip", "stop"])
def test_policy_for_failures_holds_for_what_cannot_be_scored(here, tmp_path, written, on_error):
    (tmp_path / "mine.py").write_text(DEADLY.format(deed="raise MemoryError"))
    config(tmp_path, metrics=["mine:Trap", "set_rougeL"], on_error=on_error)
    done = here("run", "c.yaml", "-o", "out", "--format", "json")
    assert done.returncode == 4
    assert "'the-railway' for one: out of memory while it was scored" in done.stderr
    if on_error == "stop":
        assert not (tmp_path / "out/results.json").exists()
    else:
        trap = models_of(json.loads(done.stdout))["trap"]
        assert (trap["failed"], trap["articles"]) == (1, 4)


def test_more_tokens_than_can_be_numbered_fail_that_article_only(
    here, tmp_path, written, monkeypatch
):
    monkeypatch.setattr("bench.text.encoder.MOST", 3000)
    written("many.jsonl", "the-railway", [" ".join(map(str, range(3500)))])
    written("most.jsonl", "the-railway", [" ".join(map(str, range(2900)))])
    config(tmp_path, dataset="one.jsonl")
    (tmp_path / "one.jsonl").write_text(
        (tmp_path / "articles.jsonl").read_text().splitlines()[1] + "\n"
    )
    for name in ("many", "most", "good"):
        lines = (tmp_path / f"{name}.jsonl").read_text().splitlines()
        (tmp_path / f"{name}.jsonl").write_text(lines[1] + "\n")
    done = here(
        "score",
        "most.jsonl",
        "many.jsonl",
        "good.jsonl",
        "-d",
        "one.jsonl",
        "-t",
        "questions",
        "--format",
        "json",
    )
    assert done.returncode == 4
    models = models_of(json.loads(done.stdout))
    assert [models[name]["failed"] for name in ("most", "many", "good")] == [0, 1, 0]
    assert (
        "many failed on 1 of 1 article (questions), 'the-railway' for one: too long" in done.stderr
    )
    assert models["good"]["scores"]["set_rougeL.precision"]["mean"] == 1


def test_answer_too_long_for_a_row_fails_that_article_only(here, written, monkeypatch):
    monkeypatch.setattr("bench.runs.predictions.LONGEST_ROW", 3000)
    files = ("good.jsonl", "long.jsonl", "-d", "articles.jsonl", "-t", "questions")
    done = here("score", *files, "--format", "json")
    assert done.returncode == 4
    assert "long failed on 1 of 5 articles (questions), 'the-railway' for one: " in done.stderr
    assert "a row of more than 3,000 is not read" in done.stderr
    models = models_of(json.loads(done.stdout))
    assert [models[name]["failed"] for name in ("good", "long")] == [0, 1]


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from bench.cli import main
main()
"""


@pytest.mark.slow
def test_hostile_predictions_are_scored_within_two_gigabytes(python, tmp_path, written):
    written("items.jsonl", "the-orchard", [f"Why {n}?" for n in range(200_000)])
    written("letters.jsonl", "the-orchard", ["x" * 2_000_000, "river " * 100_000])
    written("all.jsonl", None, [])
    (tmp_path / "limited.py").write_text(LIMITED)
    done = python(
        *("limited.py", "score", "good.jsonl", "items.jsonl", "letters.jsonl"),
        *("-d", "articles.jsonl", "-t", "questions", "-o", "out", "--format", "json"),
        OPENBLAS_NUM_THREADS="1",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    models = models_of(json.loads(done.stdout))
    assert {name: model.get("cut", 0) for name, model in models.items()} == {
        "good": 0,
        "items": 1,
        "letters": 0,
    }
