"""A run in a history: what it is recorded with, and what comes back."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime

import numpy as np
import pytest

import bench
from bench.errors import ConfigError, RunDirectoryError
from bench.histories import record as recording
from bench.histories.dates import current_commit, date_of_directory, parsed_date
from bench.histories.entry import RecordedEntry
from bench.histories.file import read_rows
from bench.histories.record import row_of
from bench.histories.row import packed_values
from bench.metrics import metric_named
from bench.runs.opening import finished_run
from tests.comparison.made_runs import make_run, scores_of
from tests.conftest import ROOT

BASELINE = ROOT / "results" / "baseline-insights"


@pytest.fixture
def no_ci(monkeypatch):
    for name in ("GITHUB_SHA", "CI_COMMIT_SHA"):
        monkeypatch.delenv(name, raising=False)


def test_recorded_scores_are_those_of_the_run():
    run = finished_run(BASELINE)
    entry = RecordedEntry(row_of(run, commit="abc", date="2026-01-31"), "history.jsonl")
    assert (entry.commit, entry.date) == ("abc", datetime(2026, 1, 31, tzinfo=UTC))
    assert entry.dataset == "insights"
    opened = entry.opened()
    for task, result in run.results.tasks.items():
        assert entry.tasks()[task] == result.primary
        for model, own in result.models.items():
            assert entry.models(task)[model] == own.role
            for score, found in own.scores.items():
                measured = entry.measured(task, model, score)
                assert measured == (found.mean, found.low, found.high, own.articles)
            key = task, model, result.primary
            assert opened.scored_articles(*key) == run.scored_articles(*key)
            assert np.array_equal(opened.values(*key).values, run.values(*key).values)


def test_scores_that_are_no_means_are_kept_with_their_statistics(tmp_path):
    metric = metric_named("bleu")
    statistics = metric.statistics(
        bench.metrics.Block([["a b c d e"], ["x"]], [["a b c d f"], ["x y"]], ["a", "b"])
    )
    run = make_run(tmp_path / "run", {"mine": statistics}, metric=metric, task="summary", items=4)
    row = row_of(run, commit="")
    opened = RecordedEntry(row, "history.jsonl").opened()
    key = "summary", "mine", "bleu"
    own = opened.values(*key)
    assert np.array_equal(own.statistics, run.values(*key).statistics)
    articles = own.articles
    assert opened.sample(*key, articles).estimate == run.sample(*key, articles).estimate


def test_articles_that_a_model_lacks_stay_missing(tmp_path):
    articles = {"some": ["a000", "a003"]}
    run = make_run(
        tmp_path / "run", {"mine": scores_of(5), "some": scores_of(2)}, articles=articles
    )
    opened = RecordedEntry(row_of(run, commit=""), "history.jsonl").opened()
    assert opened.scored_articles("questions", "some", "coverage@0.5") == ("a000", "a003")
    assert len(opened.scored_articles("questions", "mine", "coverage@0.5")) == 5


@pytest.mark.parametrize("missing", [(), ("a1",)])
def test_each_score_keeps_its_own_articles(tmp_path, missing):
    ids = [f"a{n}" for n in range(6)]
    rows = [
        {"id": i, "title": "t", "text": f"Text {i}. The end.", "summary": ["The end."]} for i in ids
    ]
    rows[2]["text"] = rows[5]["text"] = ""  # which `fragments` needs
    recorded = _written(
        tmp_path / "mine.jsonl",
        [{"id": i, "items": [f"The end of {i}."]} for i in ids if i not in missing],
    )
    config = {
        "dataset": "articles",
        "tasks": ["summary"],
        "models": [{"use": "recorded", "file": recorded, "name": "mine"}],
        "metrics": ["bleu", "fragments", "rougeL"],
        "on_error": "skip",
    }
    run = bench.run(
        config,
        dataset=_written(tmp_path / "articles.jsonl", rows),
        output=tmp_path / "run",
        progress=False,
    )
    file = tmp_path / "h.jsonl"
    assert bench.record(run, file, metrics=["all"])
    (row,) = read_rows(str(file))
    opened = RecordedEntry(row, str(file)).opened()
    sizes = set()
    for score in run.results.scores:
        key = "summary", "mine", score
        assert opened.scored_articles(*key) == run.scored_articles(*key)
        assert np.array_equal(opened.values(*key).values, run.values(*key).values)
        sizes.add(len(run.scored_articles(*key)))
    assert sizes == {4 - len(missing), 6 - len(missing)}
    assert bench.check(run, history=file).verdicts


def test_large_datasets_keep_means_only(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "MOST_ARTICLES", 4)
    run = make_run(tmp_path / "run", {"mine": scores_of(5)})
    row = row_of(run, commit="")
    assert row.articles is None
    entry = RecordedEntry(row, "history.jsonl")
    assert entry.measured("questions", "mine", "coverage@0.5").articles == 5
    assert entry.opened().scored_articles("questions", "mine", "coverage@0.5") == ()


def test_clusters_are_kept(tmp_path):
    rows = [
        {
            "id": f"a{n}",
            "title": "t",
            "text": f"Text {n}. The end.",
            "summary": ["The end."],
            "cluster": f"c{n // 2}",
        }
        for n in range(4)
    ]
    run = bench.run(
        {"dataset": "articles", "tasks": ["summary"], "models": ["lead"], "metrics": ["rouge1"]},
        dataset=_written(tmp_path / "articles.jsonl", rows),
        output=tmp_path / "run",
        progress=False,
    )
    opened = RecordedEntry(row_of(run, commit=""), "history.jsonl").opened()
    ids = [row["id"] for row in rows]
    assert opened.units(ids) == run.units(ids)
    assert len(set(opened.units(ids))) == 2


def _written(path, rows):
    from tests.conftest import write_rows

    write_rows(path, rows)
    return str(path)


def test_damaged_scores_of_articles_are_told(tmp_path):
    row = row_of(make_run(tmp_path / "run", {"mine": scores_of(5)}), commit="")
    model = row.tasks["questions"].models["mine"]
    model.values["coverage@0.5"] = "AAAA"
    entry = RecordedEntry(row, "history.jsonl")
    with pytest.raises(RunDirectoryError, match=r"history.jsonl: run 'run' .* record it again"):
        entry.opened()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"values": {"coverage@0.5": packed_values(np.full(5, 0.9))}}, "another mean"),
        ({"on": [0, 1, 2, 3, 9]}, "index out of range"),
        ({"on": [0, 1, 2, 3, 3]}, "an article is repeated"),
        ({"on": []}, "no article has it"),
        ({"on": [0, 1]}, "not those of 2 articles"),
        ({"indices": {"coverage@0.5": [0, 1]}}, "not those of 2 articles"),
        ({"indices": {"coverage@0.5": [0, 1, 2, 3, 9]}}, "index out of range"),
    ],
)
def test_scores_of_articles_that_contradict_the_row_are_told(tmp_path, change, reason):
    row = row_of(make_run(tmp_path / "run", {"mine": scores_of(5)}), commit="")
    task = row.tasks["questions"]
    task.models["mine"] = task.models["mine"].model_copy(update=change)
    with pytest.raises(RunDirectoryError, match=reason):
        RecordedEntry(row, "history.jsonl").opened()


def test_commit_comes_from_ci_or_git(tmp_path, monkeypatch, no_ci):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert current_commit() is None
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    assert current_commit() is None  # no commit yet
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    assert current_commit() == head.stdout.strip()
    monkeypatch.setenv("CI_COMMIT_SHA", "c" * 40)
    assert current_commit() == "c" * 40
    monkeypatch.setenv("GITHUB_SHA", "\x1b[31m; rm -rf /")
    assert current_commit() == "c" * 40
    monkeypatch.setenv("GITHUB_SHA", "d" * 40)
    assert current_commit() == "d" * 40


def test_commit_is_unknown_without_git(tmp_path, monkeypatch, no_ci):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert current_commit() is None


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("nightly-20260131", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:30:15", datetime(2026, 1, 31, 12, 30, 15, tzinfo=UTC)),
        ("run_20260131-1230", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("run-2026-01-31-5000", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31_12-75", datetime(2026, 1, 31, tzinfo=UTC)),
        ("20261331-of-20260131", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-13-31", None),
        ("run-120260131", None),
        ("mine", None),
    ],
)
def test_date_of_a_run_is_in_its_name_or_when_it_finished(tmp_path, name, date):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "results.json").write_text("")
    os.utime(folder / "results.json", (1_700_000_000, 1_700_000_000))
    assert date_of_directory(folder) == (date or datetime.fromtimestamp(1_700_000_000, UTC))


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "0001-01-01T00:00:00+14:00", "\x1b"])
def test_invalid_dates_are_refused(text):
    with pytest.raises(ValueError, match="invalid date"):
        parsed_date(text)


def test_dates_are_in_utc():
    assert parsed_date("2026-01-31T12:00:00+02:00") == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert parsed_date("2026-01-31T12:00:00Z").hour == 12


def test_run_is_recorded_once_for_each_commit_and_date(tmp_path):
    file = tmp_path / "history.jsonl"
    assert bench.record(BASELINE, file, commit="abc", date="2026-01-31")
    assert not bench.record(BASELINE, file, commit="abc", date="2026-01-31T00:00:00Z")
    assert bench.record(BASELINE, file, commit="abd", date="2026-01-31", outcome="fail")
    assert bench.record(BASELINE, file, commit="abd", date="2026-02-01", metrics=["coverage@0.5"])
    rows = read_rows(str(file))
    assert [(one.commit, one.outcome) for one in rows] == [
        ("abc", None),
        ("abd", "fail"),
        ("abd", None),
    ]
    kept = [set(one.tasks["questions"].models["template"].values) for one in rows]
    assert kept[0] == {"set_rougeL.f1"}
    assert kept[2] == {"set_rougeL.f1", "coverage@0.5"}


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"commit": "a b"}, "--commit 'a b'"), ({"commit": "abc", "date": "soon"}, "--date: invalid")],
)
def test_commit_or_date_that_cannot_be_one_is_refused(tmp_path, options, reason):
    with pytest.raises(ConfigError, match=reason):
        bench.record(BASELINE, tmp_path / "history.jsonl", **options)
    assert not (tmp_path / "history.jsonl").exists()
