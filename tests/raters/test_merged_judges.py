"""Runs with a judge, merged: its ratings and preferences are those of one run."""

from __future__ import annotations

import pytest

import bench
from tests.raters.judge_server import choice
from tests.raters.test_judged_runs import config, rows, run


@pytest.mark.slow
def test_parts_that_a_judge_rated_give_the_results_of_the_whole(judge_server, tmp_path):
    judge_server.opinion = lambda question: 1 + len(question.item) % 5
    given = {"limit": 4, "models": ["lead", "textrank", "lsa"]}

    def judged(name, **changes):
        return run(config(judge_server, **given, **changes), tmp_path / name)

    whole = judged("whole")
    parts = [judged(str(n), shard=f"{n}/2").path for n in (1, 2)]
    found = bench.merge(*parts, output=tmp_path / "merged")
    own, other = ((one.path / "results.json").read_bytes() for one in (found, whole))
    assert own == other
    assert sorted(map(str, rows(found.path))) == sorted(map(str, rows(whole.path)))
    assert found.judges() == whole.judges()


@pytest.mark.slow
def test_preferences_of_parts_are_joined(judge_server, tmp_path):
    judge_server.opinion = lambda question: choice("A" if len(question.lists[0]) > 60 else "B")
    given = {"limit": 4, "models": ["lead", "textrank", "lsa"]}

    def judged(name, **changes):
        return run(config(judge_server, {"pairwise": True}, **given, **changes), tmp_path / name)

    whole = judged("whole")
    parts = [judged(str(n), shard=f"{n}/2").path for n in (1, 2)]
    found = bench.merge(*parts, output=tmp_path / "merged")
    own, other = (
        sorted(str(row) for row in one.preferences("j", "summary")) for one in (found, whole)
    )
    assert own
    assert own == other
    assert found.judges() == whole.judges()
