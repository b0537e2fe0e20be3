"""The columns of leaderboards."""

from __future__ import annotations

import bench as public
from bench.metrics import STANDARD
from bench.runs.leaderboard import columns_of


def columns(articles, metrics=STANDARD):
    config = {"dataset": str(articles), "models": ["lead", "title-questions"]}
    found = public.run(config, metrics=metrics, progress=False).results
    return {task: columns_of(found, task) for task in ("summary", "questions")}


def test_chrf_stands_beside_rouge_l(articles):
    found = columns(articles)
    for own in found.values():
        assert own.index("set_chrf.f1") == own.index("set_rougeL.f1") + 1
    summary, questions = found["summary"], found["questions"]
    assert summary.index("chrf") == summary.index("rougeLsum.recall") + 1
    assert questions.index("greedy_chrf.f1") == questions.index("greedy_rougeL.f1") + 1
    without = [name for name in STANDARD if "chrf" not in name]
    assert not any("chrf" in name for own in columns(articles, without).values() for name in own)
