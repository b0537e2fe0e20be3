"""The recent level of a short history."""

from __future__ import annotations

import numpy as np
import pytest

import bench
from bench.histories.entry import RecordedEntry
from bench.histories.level import recent_level
from bench.histories.over_time import history_of
from bench.histories.record import row_of
from tests.comparison.made_runs import make_run


@pytest.mark.slow
def test_level_of_few_runs_does_not_reach_across_a_change(tmp_path):
    def made(sentences, name):
        models = [{"use": "lead", "k": sentences}]
        options = {"models": models, "tasks": ["summary"], "progress": False}
        return bench.run("insights", **options, output=tmp_path / name)

    history = tmp_path / "h.jsonl"
    for sentences, name in ((4, "2026-01-01"), (1, "2026-01-02")):
        bench.record(made(sentences, name), history)
    again = bench.check(made(1, "2026-01-03"), history=history, margins=0.01)
    assert again.outcome == "pass"
    assert any("that of the last 1 run, which differs" in note for note in again.notes)
    assert bench.check(made(4, "2026-01-04"), history=history, margins=0.01).outcome == "pass"


@pytest.mark.parametrize("base", [0.3, 0.1234567895])  # the second is between two roundings
def test_level_begins_where_the_history_shows_the_last_change(tmp_path, base):
    noise = 3e-12 * (np.array([0, 0, 0, 0, 1, 1, 0, 2, 0, 1, 1, 1]) - 1)
    means = base + np.where(np.arange(12) < 8, 0.0, 0.1) + noise
    runs = [
        make_run(tmp_path / f"2026-01-{day:02}", {"mine": np.full(10, mean)})
        for day, mean in enumerate(means, 1)
    ]
    entries = [RecordedEntry(row_of(run, commit=""), "h.jsonl") for run in runs]
    (shown,) = history_of(entries).scores
    assert [(change.run, change.method) for change in shown.changes] == [(8, "exact")]
    (level,) = recent_level(runs[-1], entries[:-1], "h.jsonl").spread.values()
    assert level.runs == 3
