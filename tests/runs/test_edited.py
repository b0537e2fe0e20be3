"""Predictions that were edited after a run has finished are no model's until somebody says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.errors import RunDirectoryError
from bench.runs.opening import finished_run
from bench.runs.owner import Policy
from bench.runs.run import execute
from tests.runs.test_seal import EDITS, Silence, plan, read_whole, run

__all__ = ["plan", "run"]

EDITED = [name for name in EDITS if name.startswith("predictions/")]


def edit(run, name):
    file = run / name
    file.write_bytes(EDITS[name](file.read_bytes()))
    return file


@pytest.mark.parametrize("name", EDITED)
@pytest.mark.parametrize("models", [(), ("lead",), ("title",)], ids=["all", "lead", "title"])
def test_run_refuses_them_whoever_is_run(run, plan, name, models):
    file = edit(run, name)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    with pytest.raises(RunDirectoryError) as error:
        execute(plan(*models), run, Silence(), Policy(keep=True))
    first, remedy = error.value.problems
    assert first == f"{file}: is not as the last run wrote it"
    for way in ("restore the file", "delete it", "--overwrite", "--allow-modified"):
        assert way in remedy
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", EDITED)
def test_edited_predictions_are_made_again_on_request(run, plan, name):
    results = (run / "results.json").read_bytes()
    file = edit(run, name)
    progress = Silence()
    execute(plan(), run, progress, Policy(overwrite=True))
    assert f"{file}: is not as the last run wrote it; its predictions are made again" in (
        progress.told
    )
    assert (run / "results.json").read_bytes() == results
    read_whole(run)


def test_edited_predictions_are_used_on_request_and_the_run_says_so(run, plan):
    file = edit(run, "predictions/lead.summary.jsonl")
    execute(plan(), run, Silence(), Policy(allow_modified=True))
    line = f"{file}: is not as the last run wrote it; it is used all the same"
    assert line in json.loads((run / "run.json").read_text())["notes"]
    assert "lost" in str(finished_run(run).items("summary", "lead"))
    execute(plan(), run, Silence())  # what was accepted is what the run wrote


def test_deleted_file_is_written_anew(run, plan):
    results = (run / "results.json").read_bytes()
    (run / "predictions/lead.summary.jsonl").unlink()
    execute(plan(), run, Silence())
    assert (run / "results.json").read_bytes() == results


def test_record_without_digests_is_no_way_around(run, plan):
    record = json.loads((run / "run.json").read_text())
    del record["digests"]
    (run / "run.json").write_text(json.dumps(record))
    with pytest.raises(RunDirectoryError, match=r"run\.json has lost its digest"):
        execute(plan(), run, Silence())
    (run / "run.json").write_text(json.dumps({**record, "finished": False}))
    execute(plan(), run, Silence())  # it was killed at that moment
    read_whole(run)


def test_reading_an_edited_file_says_what_changed_and_the_command_that_scores_it(run, plan):
    file = edit(run, "predictions/lead.summary.jsonl")
    with pytest.raises(RunDirectoryError) as error:
        list(finished_run(run).rows("summary", "lead"))
    (told,) = error.value.problems
    assert told.startswith(f"{file}: is not as the run wrote it; predictions have changed since")
    assert f"`bench run` on the same config with --output {run} --allow-modified" in told
    assert "run again to write it" not in told
    execute(plan(), run, Silence(), Policy(allow_modified=True))  # as it says
    assert list(finished_run(run).rows("summary", "lead"))


@pytest.mark.slow
def test_command_line_has_the_ways_out(here, articles):
    config = ("--dataset", articles, "-m", "lead", "-m", "title", "-t", "summary", "-o", "out")
    assert here("run", *config).returncode == 0
    edit(Path("out"), "predictions/lead.summary.jsonl")
    refused = here("run", *config)
    assert refused.returncode == 2
    assert "error: out/predictions/lead.summary.jsonl: is not as the last run" in refused.stderr
    assert here("run", *config, "--allow-modified").returncode == 0
    edit(Path("out"), "predictions/title.summary.jsonl")
    assert here("run", *config, "--overwrite").returncode == 0
    assert here("run", *config).returncode == 0
