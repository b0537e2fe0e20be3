"""A run directory that lost a file, or half of one: each verb says which, and what helps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

LOOKING = {
    "show": ("show", "RUN"),
    "items": ("show", "RUN", "--model", "lead", "--task", "summary"),
    "worst": ("show", "RUN", "--worst", "1"),
    "diff": ("show", "sound", "--diff", "RUN"),
    "compare": ("compare", "RUN", "--task", "summary", "--resamples", "100"),
    "several": ("compare", "sound", "RUN", "--resamples", "100"),
    "power": ("power", "RUN", "--task", "summary"),
    "leaderboard": ("leaderboard", "RUN"),
    "report": ("report", "RUN", "--format", "markdown"),
    "page": ("report", "RUN", "--output", "page.html"),
    "check": ("check", "RUN", "--baseline", "sound", "--resamples", "100"),
    "baseline": ("check", "sound", "--baseline", "RUN", "--resamples", "100"),
}


@pytest.fixture
def run(finished, tmp_path):
    """A finished run, and a copy of it to be damaged."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    shutil.copytree("sound", "torn")
    return Path("torn")


def of(run, verb):
    return [str(run) if part == "RUN" else part for part in LOOKING[verb]]


GARBAGE = {
    "half": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "bytes": lambda data: b"\xff\xfe\x00" + data,
    "text": lambda data: b"<html>404</html>",
    "array": lambda data: b"[]",
    "no end": lambda data: b"[" * 100_000,
    "long number": lambda data: data.replace(b'"resamples": 100', b'"resamples": ' + b"9" * 5000),
    "no key": lambda data: json.dumps(dict(list(json.loads(data).items())[-2:])).encode(),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["results.json", "run.json"])
@pytest.mark.parametrize("garbage", GARBAGE)
def test_file_that_is_torn_or_no_json_is_named_with_what_helps(here, run, name, garbage):
    file = run / name
    file.write_bytes(GARBAGE[garbage](file.read_bytes()))
    for verb in ("check", "leaderboard") if garbage != "no key" else ("check",):
        done = here(*of(run, verb))
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"error: torn/{name}: cannot be read")
        assert "the run directory is damaged; restore the file, or " in line
        assert "run again" in line
        assert "set_int_max_str_digits" not in line


@pytest.mark.slow
@pytest.mark.parametrize("name", ["results.json", "run.json"])
def test_suggested_fix_works(here, run, name):
    (run / name).write_text("{")
    if name == "run.json":
        (run / name).unlink()  # as the message says
    before = {file: file.read_bytes() for file in run.glob("predictions/*.jsonl")}
    assert here("run", "small.yaml", "--output", run).returncode == 0
    assert here("compare", run, "--task", "summary").returncode == 0
    assert {file: file.read_bytes() for file in before} == before


@pytest.mark.slow
def test_results_that_are_missing_are_said_to_be_so(here, run):
    (run / "results.json").unlink()
    reason = "results.json is missing: its run did not finish or the file was deleted; run it again"
    assert here("show", run).stderr == f"error: torn: {reason}\n"
    done = here("leaderboard", ".")
    assert done.returncode == 0
    assert f"note: torn: skipped: {reason}" in done.stderr


def test_run_that_has_neither_may_not_have_finished(here, run):
    (run / "results.json").unlink()
    (run / "run.json").unlink()
    done = here("show", run)
    assert done.returncode == 2
    assert "its run did not finish or results.json and run.json were deleted" in done.stderr
    (run / "owner.json").write_text("{}")
    assert "its run did not finish; start it again" in here("show", run).stderr


@pytest.mark.slow
@pytest.mark.parametrize("verb", LOOKING)
def test_record_that_is_missing_is_named_and_not_needed_where_that_is_asked_for(here, run, verb):
    (run / "run.json").unlink()
    refused = here(*of(run, verb))
    assert refused.returncode == 2
    assert "torn/run.json: is missing, although the run wrote it" in refused.stderr
    done = here(*of(run, verb), "--allow-modified")
    assert done.returncode == 0, done.stderr
    assert "run.json: is missing, although the run wrote it; its config, models" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("verb", LOOKING)
def test_torn_record_is_no_obstacle_where_that_is_asked_for(here, run, verb):
    (run / "run.json").write_text('{"config": {"name": "small", "seed": -1}}')
    assert here(*of(run, verb)).returncode == 2
    done = here(*of(run, verb), "--allow-modified")
    assert done.returncode == 0, done.stderr
    assert "note: torn/run.json: " in done.stderr


@pytest.mark.slow
def test_items_are_matched_by_the_tokens_of_the_metrics_without_a_record(here, run, articles):
    config = Path("small.yaml")
    config.write_text(config.read_text() + "tokenizer: unicode\nstemmer: false\n")
    assert here("run", config, "--output", "other").returncode == 0
    verb = ("show", "other", "--model", "textrank", "--dataset", articles, "--allow-modified")
    whole = here(*verb)
    Path("other/run.json").unlink()
    assert here(*verb).stdout == whole.stdout


def test_scoring_again_says_that_it_needs_the_record(here, run):
    (run / "run.json").unlink()
    done = here("compare", run, "--rescore", "--allow-modified")
    assert done.returncode == 2
    assert "torn/run.json: cannot be read, and names the metrics" in done.stderr


def test_foreign_file_of_the_same_name_is_no_run(here, run):
    Path("another_tool").mkdir()
    Path("another_tool/results.json").write_text("[1]")
    assert here("leaderboard", ".").returncode == 0
