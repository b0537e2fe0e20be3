"""Runs with a judge: rows, resumption, limits and preferences."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import bench
from bench.cli import app
from bench.data.ratings import Rating
from bench.raters.rubric import shipped_rubric
from bench.runs.add_ratings import add_ratings
from bench.runs.finished import FinishedRun
from tests.models.fault_server import CANARY, completion, sends, status
from tests.raters.judge_server import Asked, JudgeServer, choice, verdict


def rows(directory: Path, pattern: str = "j.*.jsonl") -> list[dict[str, Any]]:
    files = sorted((directory / "ratings").glob(pattern))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def config(server: JudgeServer, *raters: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = {"use": "judge", "name": "j", "model": "m", "base_url": server.url}
    return {
        "name": "judged",
        "dataset": "briefs",
        "limit": 3,
        "tasks": ["summary"],
        "models": ["lead", "textrank"],
        "metrics": ["rouge1"],
        "raters": [{**given, "criteria": ["clear"], **rater} for rater in raters or ({},)],
        **changes,
    }


def run(given: dict[str, Any], directory: Path, **options: Any) -> bench.Run:
    return bench.run(given, output=directory, progress=False, **options)


@pytest.mark.slow
def test_judge_rates_each_item_once(judge_server, tmp_path):
    judge_server.opinion = lambda question: 1 + len(question.item) % 5
    found = run(config(judge_server), tmp_path / "run")
    stored = rows(tmp_path / "run")
    assert len(stored) == sum(
        len(row.items) for m in ("lead", "textrank") for row in found.rows("summary", m)
    )
    asked = [question.item for question in judge_server.questions]
    assert len(asked) == len(set(asked))
    own = [r["value"] for r in stored if r["model"] == "lead"]
    scores = found.results.tasks["summary"].models["lead"].scores
    assert scores["j.clear"].mean == pytest.approx(sum(own) / len(own))
    assert all(row["reason"] == "So it seems." and row["tokens_in"] is not None for row in stored)


@pytest.mark.slow
def test_costs_add_up(judge_server, tmp_path):
    given = config(judge_server, {"price_in": 2, "price_out": 10})
    run(given, tmp_path / "run")
    paid = [row["cost"] for row in rows(tmp_path / "run")]
    total = len(judge_server.requests) * (11 * 2 + 7 * 10) / 1e6
    assert sum(paid) == pytest.approx(total)
    counts = json.loads((tmp_path / "run" / "run.json").read_text())["ratings"]["j"]["summary"]
    assert sum(of["cost"] for of in counts.values()) == pytest.approx(total)
    (found,) = bench.load_run(tmp_path / "run").judges()
    assert found.used.cost == pytest.approx(total)
    assert found.used.tokens_in == 11 * len(judge_server.requests)


def test_costs_of_comparisons_add_up(judge_server, tmp_path):
    judge_server.opinion = lambda question: choice("A")
    prices = {"price_in": 2, "price_out": 10}
    found = run(config(judge_server, {"pairwise": True, **prices}), tmp_path / "run")
    total = len(judge_server.requests) * (11 * 2 + 7 * 10) / 1e6
    counts = json.loads((tmp_path / "run" / "run.json").read_text())["ratings"]["j"]["summary"]
    assert counts["lists"]["cost"] == pytest.approx(total)
    assert found.judges()[0].used.cost == pytest.approx(total)


@pytest.mark.slow
def test_command_ends_with_4_at_a_limit_and_says_how_to_go_on(judge_server, tmp_path):
    file = tmp_path / "judged.yaml"
    file.write_text(json.dumps(config(judge_server, {"price_in": 2, "price_out": 10})))
    told = CliRunner().invoke(app, ["validate", str(file)])
    assert "24 calls of m, about" in told.output
    assert "cost about" in told.output
    record = json.loads(CliRunner().invoke(app, ["validate", str(file), "-f", "json"]).stdout)
    assert record["raters"]["j"]["questions"] == 24
    command = ["run", str(file), "-o", str(tmp_path / "run")]
    stopped = CliRunner().invoke(app, [*command, "--max-calls", "4"])
    assert stopped.exception.exit_code == 4
    assert len(judge_server.requests) == 4
    assert "calls of m, about" in stopped.stderr
    assert "the same command goes on where it stopped" in str(stopped.exception)
    assert CliRunner().invoke(app, command).exit_code == 0


@pytest.mark.slow
def test_family_of_a_model_is_no_parameter_unless_it_has_one(judge_server, tmp_path):
    own = {"use": "tests.raters.families:Named", "family": "x"}
    models = [{"use": "lead", "family": "ours"}, own]
    found = run(config(judge_server, models=models), tmp_path / "run")
    assert [row.items for row in found.rows("summary", "Named")] == [("x",)] * 3
    assert "family" not in found.record.models["lead"].signature


@pytest.mark.slow
def test_ratings_are_shown_in_the_order_of_criteria(judge_server, tmp_path, monkeypatch):
    run(config(judge_server, {"criteria": ["clear", "faithful"]}), tmp_path / "run")
    command = ["show", str(tmp_path / "run"), "--model", "lead", "--format", "json"]
    shown = CliRunner().invoke(app, command).stdout
    stored = FinishedRun.ratings
    monkeypatch.setattr(
        FinishedRun, "ratings", lambda *given: iter(list(stored(*given))[::-1])
    )  # answers are stored in order of completion
    assert '"faithful"' in shown
    assert CliRunner().invoke(app, command).stdout == shown


@pytest.mark.slow
def test_disagreements_exclude_other_views(judge_server, tmp_path):
    run(config(judge_server), tmp_path / "run")
    command = ["show", str(tmp_path / "run"), "--disagreements", "3"]
    shown = CliRunner().invoke(app, command)
    assert "No item has ratings of both people and a judge" in " ".join(shown.stdout.split())
    for other in (["--worst", "2"], ["--by", "kind"], ["--raw", "--model", "lead"]):
        refused = CliRunner().invoke(app, [*command, *other])
        assert "--disagreements and" in str(refused.exception)


@pytest.mark.slow
def test_limits_hold_for_all_judges_together(judge_server, tmp_path):
    given = config(judge_server, {}, {"name": "k", "criteria": ["faithful"]})
    stopped = run(given, tmp_path / "run", max_calls=25)
    assert len(judge_server.requests) == 25
    assert [line.partition(" ")[0] for line in stopped.failures] == ["k"]


def test_limits_without_a_judge_or_prices_are_refused(judge_server, tmp_path):
    with pytest.raises(bench.BenchError, match="price_in"):
        run(config(judge_server), tmp_path / "run", max_cost=1)
    with pytest.raises(bench.BenchError, match="the config has none"):
        run({**config(judge_server), "raters": []}, tmp_path / "run", max_calls=1)


@pytest.mark.slow
def test_answers_are_never_asked_for_twice(judge_server, tmp_path):
    given = config(judge_server)
    first = run(given, tmp_path / "run").results
    calls = len(judge_server.requests)
    again = run(given, tmp_path / "run").results
    assert again == first
    more = config(judge_server, {"criteria": ["clear", "faithful"], "concurrency": 2})
    run(more, tmp_path / "run")
    assert len(judge_server.requests) == 2 * calls


@pytest.mark.slow
@pytest.mark.parametrize(
    "limit", [{"max_calls": 5}, {"max_cost": 0.03, "price_in": 5, "price_out": 5}]
)
def test_run_that_reaches_a_limit_goes_on_where_it_stopped(judge_server, tmp_path, limit):
    used = {"prompt_tokens": 400, "completion_tokens": 100}
    judge_server.opinion = lambda question: {**completion(verdict(4)), "usage": used}
    whole = run(config(judge_server), tmp_path / "whole").results
    calls = len(judge_server.requests)
    judge_server.requests.clear()
    stopped = run(config(judge_server, limit), tmp_path / "run")
    made = len(judge_server.requests)
    assert 0 < made < calls
    assert len(rows(tmp_path / "run")) >= made
    assert any("the same command goes on" in line for line in stopped.failures)
    complete = run(config(judge_server), tmp_path / "run")
    assert len(judge_server.requests) == calls
    assert complete.results == whole
    assert complete.failures == []


@pytest.mark.slow
def test_failed_questions_are_asked_again_by_the_next_run(judge_server, tmp_path):
    first = run(config(judge_server), tmp_path / "first")
    item = next(iter(first.rows("summary", "lead"))).items[0]
    calls = len(judge_server.requests)
    judge_server.scripts = {item: [*judge_server.scripts.get(item, []), *[status(400)] * 2]}
    judge_server.restart()
    failed = run(config(judge_server), tmp_path / "run")
    assert [r["item"] for r in rows(tmp_path / "run") if r["status"] == "error"] == [0]
    assert any("failed on 1 of" in note for note in failed.record.notes)
    assert any("1 rating of lead failed" in line for line in failed.failures)
    judge_server.scripts.clear()
    fine = run(config(judge_server), tmp_path / "run")
    assert len(judge_server.requests) == calls + 1
    assert fine.failures == []


def test_lists_are_compared_in_both_orders(judge_server, tmp_path):
    judge_server.opinion = lambda question: choice("A" if len(question.lists[0]) else "B")
    run(config(judge_server, {"pairwise": True}), tmp_path / "run")
    stored = rows(tmp_path / "run", "j.summary.preferences.jsonl")
    assert len(stored) == 3 * 2
    assert {(r["first"], r["second"]) for r in stored} == {
        ("lead", "textrank"),
        ("textrank", "lead"),
    }
    asked = [row for row in stored if row["raw"]]
    assert len(asked) == len(judge_server.requests)
    assert all(row["choice"] == "first" for row in asked)
    run(config(judge_server, {"pairwise": True}), tmp_path / "run")
    assert len(judge_server.requests) == len(asked)


@pytest.mark.slow
def test_baseline_limits_the_pairs(judge_server, tmp_path):
    judge_server.opinion = lambda question: choice("C")
    models = ["lead", "textrank", "lsa"]
    run(
        config(judge_server, {"pairwise": True, "baseline": "lead"}, models=models),
        tmp_path / "run",
    )
    stored = rows(tmp_path / "run", "j.summary.preferences.jsonl")
    assert all("lead" in (row["first"], row["second"]) for row in stored)
    assert len(stored) == 3 * 2 * 2


def test_equal_lists_are_a_tie_without_a_call(judge_server, tmp_path):
    models = ["lead", {"use": "lead", "name": "same"}]
    run(config(judge_server, {"pairwise": True}, models=models), tmp_path / "run")
    stored = rows(tmp_path / "run", "j.summary.preferences.jsonl")
    assert [row["choice"] for row in stored] == ["tie"] * 6
    assert judge_server.requests == []


@pytest.mark.slow
def test_key_is_in_no_file(judge_server, tmp_path):
    def opinion(question: Asked) -> str:
        return json.dumps({"reason": f"Sent with {CANARY}", "value": 4})

    judge_server.opinion = opinion
    found = run(config(judge_server), tmp_path / "run")
    for file in (tmp_path / "run").rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes()
    assert CANARY not in repr(found) + str(found) + repr(found.record)


@pytest.mark.slow
def test_secrets_of_headers_queries_and_errors_are_in_no_file_log_or_error(
    judge_server, tmp_path, monkeypatch, caplog
):
    secrets = {"JUDGE_HEADER": "hdr-canary-5d1e77", "JUDGE_QUERY": "qry-canary-9c2b41"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    parts = {"headers": {"X-Token": "${JUDGE_HEADER}"}, "query": {"sig": "${JUDGE_QUERY}"}}
    everything = " ".join([CANARY, *secrets.values()])
    first = run(config(judge_server, parts), tmp_path / "first")
    item = next(iter(first.rows("summary", "lead"))).items[0]
    judge_server.restart()
    judge_server.scripts = {item: [status(400, f"you sent {everything}")]}
    judge_server.opinion = lambda question: f"No verdict, but {everything}"
    caplog.set_level("DEBUG")
    found = run(config(judge_server, parts), tmp_path / "run")
    assert judge_server.headers[-1]["x-token"] == secrets["JUDGE_HEADER"]
    assert secrets["JUDGE_QUERY"] in judge_server.paths[-1]
    told = [repr(found), str(found), "\n".join(found.failures), caplog.text]
    for file in (tmp_path / "run").rglob("*"):
        told += [file.read_bytes().decode(errors="replace")] if file.is_file() else []
    for secret in (CANARY, *secrets.values()):
        assert not any(secret in text for text in told)


@pytest.mark.slow
def test_results_do_not_depend_on_the_engine(judge_server, tmp_path):
    judge_server.opinion = lambda question: 1 + len(question.item) % 5
    here = run(config(judge_server), tmp_path / "here").results
    engine = {"use": "processes", "workers": 2}
    there = run(config(judge_server, engine=engine), tmp_path / "there").results
    assert there == here


@pytest.mark.slow
def test_first_failure_ends_a_run_that_is_to_stop(judge_server, tmp_path):
    first = run(config(judge_server), tmp_path / "first")
    item = next(iter(first.rows("summary", "lead"))).items[0]
    judge_server.restart()
    judge_server.scripts = {item: [status(400)]}
    with pytest.raises(bench.BenchError, match="j failed on clear of lead"):
        run(config(judge_server, on_error="stop"), tmp_path / "run")


@pytest.mark.slow
def test_samples_that_an_average_lacks_are_counted(judge_server, tmp_path):
    first = run(config(judge_server), tmp_path / "first")
    item = next(iter(first.rows("summary", "lead"))).items[0]
    judge_server.restart()
    judge_server.scripts = {
        item: [sends(completion(verdict(3))), *[sends(completion("Well."))] * 3]
    }
    given = config(judge_server, {"samples": 3, "retries": 2, "concurrency": 1})
    found = run(given, tmp_path / "run")
    lost = [row for row in rows(tmp_path / "run") if "lost_samples" in row]
    assert {row["lost_samples"] for row in lost} == {1}
    assert {row["value"] for row in lost} == {3.5}  # the mean of 3 and 4
    (judge,) = found.judges()
    assert (judge.lost_samples, judge.unparsed, judge.failed) == (len(lost), 0, 0)
    every = 3 * judge.asked
    words = f"means lack {len(lost)} of {every} samples ({len(lost) / every:.1%})"
    assert words in " ".join(str(found).split())
    scores = [
        m.scores["j.clear"].lost_samples for m in found.results.tasks["summary"].models.values()
    ]
    assert sum(scores) == len(lost)
    record = json.loads((tmp_path / "run" / "run.json").read_text())["ratings"]["j"]["summary"]
    assert sum(of.get("lost_samples", 0) for of in record.values()) == len(lost)


@pytest.mark.slow
@pytest.mark.parametrize("rater", ["j", "human"])
def test_leaderboard_of_edited_ratings_says_how_to_score_them(judge_server, tmp_path, rater):
    given = config(judge_server)
    directory = tmp_path / "run"
    lead = next(iter(run(given, directory).rows("summary", "lead")))
    facts = {"task": "summary", "article": lead.article, "rater": "anna", "dimension": "clear"}
    add_ratings(directory, [Rating(**facts, model="lead", item=0, value=2)], shipped_rubric())
    file = directory / "ratings" / f"{rater}.lead.summary.jsonl"
    file.write_text(re.sub(r'"value":[0-9.]+', '"value":5.0', file.read_text()))
    refused = CliRunner().invoke(app, ["leaderboard", str(directory)])
    told = str(refused.exception)
    whose = "people's ratings" if rater == "human" else "ratings"
    assert f"{file}: is not as the run wrote it; {whose} have changed since" in told
    assert f"`bench run` on the same config with --output {directory} --allow-modified" in told
    path = tmp_path / "judged.yaml"
    path.write_text(json.dumps(given))
    again = ["run", str(path), "--output", str(directory), "--allow-modified"]  # as it says
    assert CliRunner().invoke(app, again).exit_code == 0
    assert CliRunner().invoke(app, ["leaderboard", str(directory)]).exit_code == 0


@pytest.mark.slow
def test_findings_do_not_depend_on_the_order_of_answers(judge_server, tmp_path, monkeypatch):
    judge_server.opinion = lambda question: 1 + len(question.item) % 5
    found = run(config(judge_server, limit=4, models=["lead", "textrank", "lsa"]), tmp_path / "run")
    ratings = FinishedRun.ratings
    seen = set()
    for seed in range(12):

        def mixed(self, *of, seed=seed):
            rows = list(ratings(self, *of))
            return iter(random.Random(seed).sample(rows, len(rows)))

        monkeypatch.setattr(FinishedRun, "ratings", mixed)
        seen.add(repr(bench.load_run(found.path).judges()))
    assert len(seen) == 1
