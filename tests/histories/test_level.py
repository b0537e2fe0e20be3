"""The recent level of a short history."""

from __future__ import annotations

import pytest

import bench


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
