"""Where the runs of a history are read from: files, directories and URLs."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

import bench
from bench.api.histories import runs_to_record, write_history
from bench.errors import ConfigError
from bench.histories.read import is_history_file, read_entries
from tests.conftest import ROOT
from tests.history_runs import article_scores, row
from tests.history_runs import write_history as write_rows

BASELINE = ROOT / "results" / "baseline"
FILES = ("run.json", "results.json", "scores.parquet")
LAKE = "memory://lake/runs"


@pytest.fixture
def runs(memory, tmp_path):
    """Two runs without a date in their names, here and in the store."""
    for name, days in (("alpha", 5), ("beta", 10)):
        written = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        for file in FILES:
            shutil.copy(BASELINE / file, folder)
            os.utime(folder / file, (written.timestamp(), written.timestamp()))
            memory.pipe_file(f"/lake/runs/{name}/{file}", (folder / file).read_bytes())
            memory.store[f"/lake/runs/{name}/{file}"].modified = written
    return tmp_path / "runs"


def test_runs_in_a_store_have_the_dates_and_the_order_of_local_ones(runs):
    here, there = read_entries([str(runs)]), read_entries([LAKE])
    assert [entry.run for entry in there] == ["beta", "alpha"]
    assert [(entry.run, entry.date) for entry in there] == [
        (entry.run, entry.date) for entry in here
    ]


def test_run_in_a_store_is_recorded_once(runs, tmp_path):
    file = tmp_path / "h.jsonl"
    assert bench.record(f"{LAKE}/alpha", file, commit="abc")
    assert not bench.record(f"{LAKE}/alpha/results.json", file, commit="abc")
    assert not bench.record(runs / "alpha", file, commit="abc")


def test_run_counts_once_whatever_it_is_called(runs, tmp_path):
    (tmp_path / "link").symlink_to(runs)
    given = [
        (LAKE, LAKE),
        (LAKE, f"{LAKE}/", f"{LAKE}/alpha", f"{LAKE}/beta/results.json"),
        (str(runs), str(tmp_path / "link"), str(runs / "alpha" / ".." / "beta")),
        (str(runs), f"file://{runs}/alpha/results.json", str(runs / "beta" / "results.json")),
    ]
    for locations in given:
        assert len(read_entries(locations)) == 2


def test_signed_url_of_results_names_the_run(memory, runs, monkeypatch):
    """A query stays at the end of a web address."""
    asked = []

    class Web:
        protocol = ("http", "https")

        def find(self, path):
            asked.append(path)
            return [f"https://host/alpha/{file}" for file in FILES]

        def get_file(self, path, part):
            asked.append(path)
            memory.get_file(f"/lake/runs/alpha/{path.rpartition('/')[2].partition('?')[0]}", part)

    monkeypatch.setattr("bench.data.storage._opened", lambda url, shown: (Web(), url))
    (entry,) = read_entries(["https://host/alpha/results.json?sig=hush"])
    assert entry.run == "alpha"
    assert "hush" not in entry.id
    assert asked[0] == "https://host/alpha?sig=hush"


def test_errors_of_urls_have_no_secrets():
    url = "https://me:hush@host/h.jsonl?sig=hush"
    for attempt in (
        lambda: runs_to_record([url], print),
        lambda: write_history(bench.history(BASELINE), url),
        lambda: bench.record(BASELINE, url),
    ):
        with pytest.raises(ConfigError, match=r"^https://\*\*\*@host/h\.jsonl\?\*\*\*: ") as error:
            attempt()
        assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    ("location", "is_file"),
    [
        ("h.jsonl", True),
        ("h.ndjson", True),
        ("s3://bucket/h.jsonl", True),
        ("https://host/h.jsonl?sig=a/b", True),
        ("https://host/runs?file=h.jsonl", False),
        ("https://host/run/results.json?sig=h.jsonl", False),
        ("s3://bucket/runs", False),
        ("runs", False),
    ],
)
def test_history_file_is_known_by_its_name(location, is_file):
    assert is_history_file(location) is is_file


def test_file_whose_name_only_ends_like_results_is_a_history(tmp_path):
    scores = article_scores([0.0], articles=8)
    file = write_rows(tmp_path / "team-results.json", [row(0, {"mine": scores[0]})])
    for location in (str(file), f"file://{file}"):
        (entry,) = read_entries([location])
        assert entry.is_recorded
        with pytest.raises(ConfigError, match="only run directories can be recorded"):
            runs_to_record([location], print)
