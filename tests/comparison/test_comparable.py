from __future__ import annotations

import json

from bench.comparison.comparable import version_notes
from bench.gate.check import check
from tests.comparison.made_runs import make_run, scores_of


def with_versions(path, **versions):
    run = make_run(path, {"mine": scores_of(20)})
    record = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps({**record, "versions": versions}))
    return run


def test_other_versions_of_what_scores_are_a_note_and_no_obstacle(tmp_path):
    then = with_versions(tmp_path / "then", numpy="1.9", python="3.11", scipy="1.14")
    now = with_versions(tmp_path / "now", numpy="2.0", python="3.13", scipy="1.14")
    (note,) = version_notes([now, then])
    assert (
        note
        == f"{then.location} was scored with other versions: numpy 1.9 there, 2.0 in {now.location}"
    )
    report = check(now, then)
    assert report.outcome == "pass"
    assert note in report.notes


def test_runs_that_do_not_say_their_versions_are_no_note(tmp_path):
    run = make_run(tmp_path / "old", {"mine": scores_of(20)})
    assert version_notes([run, with_versions(tmp_path / "new", numpy="2.0")]) == []
