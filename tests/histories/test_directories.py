"""Run directories as entries of a history: read quickly, and never trusted."""

from __future__ import annotations

import json
import os
import shutil

import pytest

import bench
from bench.errors import RunDirectoryError
from bench.histories import directories
from bench.histories.directories import UnreadableRunError, directory_entry
from bench.histories.entry import RecordedEntry
from bench.histories.record import row_of
from bench.runs.opening import finished_run
from tests.conftest import ROOT

BASELINE = ROOT / "results" / "baseline"


@pytest.fixture
def run(tmp_path):
    return shutil.copytree(BASELINE, tmp_path / "runs" / "2026-01-31")


def edited(run, change):
    results = json.loads((run / "results.json").read_text())
    change(results)
    (run / "results.json").write_text(json.dumps(results))
    record = json.loads((run / "run.json").read_text())
    del record["digests"]
    (run / "run.json").write_text(json.dumps(record))


def without_direction(results):
    for facts in results["metrics"].values():
        del facts["higher_is_better"]


def test_directory_and_row_of_a_run_say_the_same():
    entry = directory_entry(BASELINE)
    row = RecordedEntry(row_of(finished_run(BASELINE), commit=""), "h.jsonl")
    assert entry.dataset == row.dataset
    assert entry.tasks() == row.tasks()
    assert (entry.run, entry.date) == (row.run, row.date)
    for task in entry.tasks():
        assert entry.models(task) == row.models(task)
        for model in entry.models(task):
            assert list(entry.scores(task, model)) == list(row.scores(task, model))
            for score in entry.scores(task, model):
                key = task, model, score
                assert entry.measured(*key) == row.measured(*key)
                assert entry.use(*key) == row.use(*key)
                assert entry.higher_is_better(score) == row.higher_is_better(score)
                assert entry.advisory(score) == row.advisory(score)


def test_missing_scores_are_missing():
    for entry in (
        directory_entry(BASELINE),
        RecordedEntry(row_of(finished_run(BASELINE), commit=""), "h.jsonl"),
    ):
        assert entry.measured("poems", "lead", "rougeL.f1") is None
        assert entry.measured("summary", "nobody", "rougeL.f1") is None
        assert entry.measured("summary", "lead", "nothing") is None
        assert entry.models("poems") == {}


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda run: (run / "results.json").write_text("{"), "is not as the run wrote it"),
        (lambda run: edited(run, lambda r: r.pop("metrics")), "cannot be read (KeyError"),
        (lambda run: edited(run, without_direction), "cannot be read (KeyError"),
        (lambda run: edited(run, lambda r: r.update(tasks=[])), "cannot be read"),
        (lambda run: edited(run, lambda r: r["tasks"].update(poems={})), "unknown task 'poems'"),
        (lambda run: edited(run, lambda r: r["dataset"].update(articles="x")), "not a whole"),
        (lambda run: edited(run, lambda r: r["dataset"].update(name=["x"])), "not a string"),
        (lambda run: (run / "run.json").write_text('{"finished": false}'), "has not finished"),
        (lambda run: (run / "run.json").write_text("[]"), "cannot be read"),
    ],
)
def test_damaged_directory_is_skipped_with_its_reason(run, damage, reason):
    damage(run)
    with pytest.raises(UnreadableRunError) as caught:
        directory_entry(run)
    assert reason in str(caught.value)
    found = bench.history(run.parent, BASELINE)
    assert len(found.runs) == 1
    assert found.notes[0].startswith(f"{run}: skipped: ")


def test_only_wanted_scores_are_read_until_another_one_is_asked_for(run, monkeypatch):
    whole = directory_entry(run, None)
    entry = directory_entry(run, frozenset({"rouge1.f1"}))
    opened = []
    read = directories._all_results
    monkeypatch.setattr(directories, "_all_results", lambda d: opened.append(1) or read(d))
    for score in (*entry.tasks().values(), "rouge1.f1"):
        for task in entry.tasks():
            for model in entry.models(task):
                assert entry.measured(task, model, score) == whole.measured(task, model, score)
    assert not opened
    other = "summary", "lead", "rouge2.f1"
    assert entry.measured(*other) == whole.measured(*other)
    assert list(entry.scores("summary", "lead")) == list(whole.scores("summary", "lead"))
    assert len(opened) == 1


def test_history_of_primary_scores_reads_no_others(run, monkeypatch):
    def refused(_):
        raise AssertionError("all scores were read")

    monkeypatch.setattr(directories, "_all_results", refused)
    assert bench.history(run).scores
    assert bench.history(run, metrics=["rouge1", "rouge2.recall"]).scores


def test_results_that_change_between_two_reads_are_an_error(run):
    entry = directory_entry(run)
    (run / "results.json").write_text((run / "results.json").read_text().replace("0.1", "0.2"))
    with pytest.raises(RunDirectoryError, match="has changed since it was read"):
        entry.measured("summary", "lead", "rouge2.f1")


@pytest.mark.parametrize("value", ["x", None, True, 1e300, [1], {}])
def test_value_that_is_no_score_is_an_error_that_names_it(run, value):
    def change(results):
        model = results["tasks"]["summary"]["models"]["lead"]
        model["scores"][results["tasks"]["summary"]["primary"]]["mean"] = value

    edited(run, change)
    with pytest.raises(RunDirectoryError, match=r"summary, lead, rougeLsum\.f1: is not a score"):
        bench.history(run.parent)


def test_numbers_that_are_not_finite_are_refused(run):
    text = (run / "results.json").read_text().replace('"mean": 0.', '"mean": NaN, "x": 0.', 1)
    edited(run, lambda _: None)
    (run / "results.json").write_text(text)
    with pytest.raises(UnreadableRunError, match="cannot be read"):
        directory_entry(run)


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_link_out_of_the_directory_is_not_followed(run, tmp_path):
    secret = tmp_path / "secret.json"
    shutil.move(run / "results.json", secret)
    (run / "results.json").symlink_to(secret)
    with pytest.raises(UnreadableRunError, match="a link that leads out of the run directory"):
        directory_entry(run)


def test_run_is_read_once_from_several_arguments(run):
    assert len(bench.history(run, run.parent, run / "results.json").runs) == 1


def test_folders_of_predictions_and_hidden_ones_are_not_searched(run):
    shutil.copytree(run, run.parent / ".old" / "run")
    shutil.copytree(BASELINE, run / "predictions" / "run")
    assert len(bench.history(run.parent).runs) == 1
