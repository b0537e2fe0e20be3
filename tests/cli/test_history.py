"""`bench history` and what `bench check` has to do with histories."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from tests.comparison.made_runs import make_run, scores_of
from tests.conftest import ROOT

BASELINE = ROOT / "results" / "baseline-insights"


@pytest.fixture
def runs(tmp_path):
    """Six runs of a deterministic model, which becomes worse in the fifth."""
    for number in range(6):
        scores = scores_of(30) - (0.1 if number >= 4 else 0.0)
        make_run(tmp_path / "runs" / f"2026-02-0{number + 1}", {"mine": scores})
    return tmp_path / "runs"


def test_history_of_directories(bench, runs):
    done = bench("history", runs)
    assert done.returncode == 0, done.stderr
    assert "6 runs · 2026-02-01 to 2026-02-06" in done.stdout
    assert "2026-02-05" in done.stdout
    assert "*=" in done.stdout
    assert bench("history", runs, "--since", "2026-02-05").stdout.count("No score changed") == 1
    record = json.loads(bench("history", runs, "-f", "json").stdout)
    assert [change["run"] for change in record["scores"][0]["changes"]] == [4]


def test_directories_are_recorded_once(bench, runs):
    done = bench("history", runs, "--record", "h.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "h.jsonl: 6 runs recorded\n"
    assert bench("history", runs, "--record", "h.jsonl").stderr == (
        "h.jsonl: 0 runs recorded, 6 known already\n"
    )
    from_file = json.loads(bench("history", "h.jsonl", "-f", "json").stdout)
    from_directories = json.loads(bench("history", runs, "-f", "json").stdout)
    assert from_file["scores"] == from_directories["scores"]
    assert {one["commit"] for one in from_file["runs"]} == {None}


def test_one_directory_is_recorded_with_its_commit(bench, runs, monkeypatch):
    monkeypatch.setenv("GITHUB_SHA", "a" * 40)
    assert bench("history", runs / "2026-02-01", "--record", "h.jsonl").returncode == 0
    options = ("--record", "h.jsonl", "--commit", "abc", "--date", "2026-03-01T10:00:00+01:00")
    assert bench("history", runs / "2026-02-01", *options).returncode == 0
    rows = [json.loads(line) for line in Path("h.jsonl").read_text().splitlines()]
    assert [(one["commit"], one["date"]) for one in rows] == [
        ("a" * 40, "2026-02-01T00:00:00Z"),
        ("abc", "2026-03-01T09:00:00Z"),
    ]


def test_page_is_written(bench, runs):
    done = bench("history", runs, "-o", "h.html")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("h.html: 0.0 MB")
    assert Path("h.html").read_text().startswith("<!doctype html>")


@pytest.mark.slow
def test_gate_against_a_history_from_the_first_run_on(bench, runs):
    gate = ("--against", "history", "--record", "h.jsonl", "--margin", "0.02")
    first = bench("check", runs / "2026-02-01", *gate)
    assert first.returncode == 2
    assert "no such history; add --update to begin it with this run" in first.stderr
    assert bench("check", runs / "2026-02-01", *gate, "--update").returncode == 0
    codes = [bench("check", runs / f"2026-02-0{n}", *gate).returncode for n in range(2, 7)]
    assert codes == [0, 0, 0, 1, 1]  # a loss stays one, although it is recorded
    outcomes = [json.loads(line)["outcome"] for line in Path("h.jsonl").read_text().splitlines()]
    assert outcomes == ["accepted", "pass", "pass", "pass", "fail", "fail"]
    accepted = bench("check", runs / "2026-02-06", *gate, "--update", "--commit", "abc")
    assert accepted.returncode == 0
    assert "h.jsonl: recorded (accepted)" in accepted.stderr
    now = bench("check", runs / "2026-02-05", "--history", "h.jsonl", "--margin", "0.02")
    assert now.returncode == 0, now.stdout + now.stderr
    assert "against h.jsonl" in " ".join(now.stdout.split())


def test_scores_of_articles_are_recorded_for_all_scores_on_request(bench):
    options = ("--record", "h.jsonl", "--metric", "all")
    assert bench("history", BASELINE, *options).returncode == 0
    model = json.loads(Path("h.jsonl").read_text())["tasks"]["summary"]["models"]["lead"]
    assert set(model["values"]) == set(model["scores"])


def test_gate_against_a_baseline_can_be_recorded(bench, runs):
    options = ("--baseline", runs / "2026-02-01", "--record", "h.jsonl", "--commit", "abc")
    done = bench("check", runs / "2026-02-05", *options)
    assert done.returncode == 1
    assert "h.jsonl: recorded (fail)" in done.stderr
    again = bench("check", runs / "2026-02-05", *options)
    assert "h.jsonl: has this run already" in again.stderr


def test_run_without_a_baseline_is_recorded_and_reported(bench, runs):
    gate = ("--missing-baseline", "pass", "--record", "h.jsonl", "--junit", "j.xml")
    done = bench("check", runs / "2026-02-01", "--baseline", "none", *gate)
    assert (done.returncode, done.stdout) == (0, "")
    assert "none: no such baseline" in done.stderr
    assert "h.jsonl: recorded\n" in done.stderr
    (row,) = map(json.loads, Path("h.jsonl").read_text().splitlines())
    assert (row["run"], row["outcome"]) == ("2026-02-01", None)
    (suite,) = ET.parse("j.xml").getroot()
    assert (suite.get("tests"), suite.get("skipped"), suite.get("failures")) == ("1", "1", "0")
    assert "no such baseline" in suite.find("testcase/skipped").get("message")
    later = ("check", runs / "2026-02-02", "--history", "h.jsonl", "--margin", "0.02")
    assert bench(*later).returncode == 0


def test_data_has_no_verdict_where_there_was_no_baseline(bench, runs):
    gate = ("check", runs / "2026-02-01", "-b", "none", "--missing-baseline", "pass", "-f")
    assert bench(*gate, "json").stdout == ""
    assert ET.fromstring(bench(*gate, "junit").stdout).find(".//skipped") is not None


@pytest.mark.slow
def test_checked_scores_keep_their_articles(bench, tmp_path):
    gate = ("--baseline", BASELINE, "--record", "h.jsonl")
    assert bench("check", BASELINE, *gate, "--metric", "rougeL").returncode == 0
    model = json.loads(Path("h.jsonl").read_text())["tasks"]["summary"]["models"]["lead"]
    assert set(model["values"]) == {"rougeLsum.f1", "rougeL.f1"}
    done = bench("check", BASELINE, "--history", "h.jsonl", "--metric", "rougeL")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "give --baseline RUN, or --against history"),
        (("--against", "baseline"), "give --baseline RUN, or"),
        (("--against", "history"), "needs --history FILE, or --record FILE"),
        (("--against", "history", "--baseline", "x", "--history", "y"), "not both"),
        (("--baseline", "x", "--history", "y"), "--history applies only with --against history"),
        (("--history", "y", "--rescore"), "--rescore applies to a --baseline only"),
        (
            ("--history", "y", "--baseline-digest", "ab"),
            "--baseline-digest applies to a --baseline",
        ),
        (("--baseline", "x", "--commit", "abc"), "--commit and --date apply only with --record"),
        (("--baseline", BASELINE, "--record", "h.jsonl", "--date", "soon"), "invalid date"),
        (("--baseline", BASELINE, "--record", "s3://b/h.jsonl"), "URLs do not support"),
    ],
)
def test_options_that_do_not_go_together_are_refused(bench, options, reason):
    done = bench("check", BASELINE, *options)
    assert done.returncode == 2
    assert reason in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("h.jsonl",), "no such history"),
        (("none",), "no such run or history"),
        ((BASELINE, "--commit", "abc"), "apply only with --record"),
        ((BASELINE, "--since", "soon"), "--since 'soon'"),
        ((BASELINE, "-o", "h.txt"), "ends in none of"),
        ((ROOT / "results", "--record", "h.jsonl", "--commit", "abc"), "apply to one run"),
        ((BASELINE, "--record", "h.jsonl", "--since", "2026-01-31"), "--since: without effect"),
        ((BASELINE, "--record", "h.jsonl", "--model", "lead"), "--model: without effect"),
        ((BASELINE, "--record", "h.jsonl", "--task", "summary"), "--task: without effect"),
        ((BASELINE, "--record", "h.jsonl", "--confidence", "0.9"), "--confidence: without effect"),
        (
            (BASELINE, "--record", "h.jsonl", "-o", "h.html", "-f", "json"),
            "--output, --format: without effect on what --record appends; remove them",
        ),
        ((ROOT / "pyproject.toml",), "invalid JSON"),
    ],
)
def test_errors_are_one_line_that_names_the_fix(bench, arguments, reason):
    done = bench("history", *arguments)
    assert done.returncode == 2
    assert reason in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not Path("h.jsonl").exists()


def test_history_files_are_not_recorded_again(bench, runs):
    bench("history", runs, "--record", "h.jsonl")
    done = bench("history", "h.jsonl", "--record", "other.jsonl")
    assert done.returncode == 2
    assert "only run directories can be recorded" in done.stderr


def test_skipped_runs_are_noted(bench, runs):
    (runs / "2026-02-03" / "results.json").write_text("{")
    done = bench("history", runs)
    assert done.returncode == 0
    assert "2026-02-03: skipped: " in " ".join(done.stdout.split())
    done = bench("history", runs, "-f", "csv")
    assert "2026-02-03: skipped: " in " ".join(done.stderr.split())
    assert np.isfinite(len(done.stdout))
