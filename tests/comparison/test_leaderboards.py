"""Leaderboards and the report show the tests of ``bench compare``."""

from __future__ import annotations

import pytest

from bench.comparison.combined import combine_runs
from bench.comparison.compare import compare
from bench.comparison.leaderboards import compare_shown, leaderboard_of
from bench.reports.page.overview import Overview
from bench.runs.finished import FinishedRun
from bench.runs.opening import finished_run
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def run() -> FinishedRun:
    return finished_run(ROOT / "results" / "baseline-briefs")


@pytest.fixture(scope="module")
def shown(run):
    return compare_shown(combine_runs([run]))


@pytest.fixture(scope="module")
def every(run):
    """The comparison of all scores."""
    return compare([run], scores=["all"])


def test_primary_scores_are_one_family_and_all_scores_another(run, shown, every):
    primary = {(one.task, one.score): one for one in compare([run]).scores}
    all_scores = {(one.task, one.score): one for one in every.scores}
    assert set(shown) == set(all_scores)
    assert len(primary) == 2
    for key, one in shown.items():
        expected = primary.get(key, all_scores[key])
        assert one.pairs == expected.pairs
        assert one.standings == expected.standings


def test_report_and_the_leaderboard_show_the_same(run, shown):
    combined = combine_runs([run])
    articles = run.scored_articles("summary", "lead", "rougeLsum.f1")
    for task in Overview(combined, articles, articles).record()["tasks"]:
        labels = [model["label"] for model in task["models"]]
        for score, found in zip(task["scores"], task["comparisons"], strict=True):
            if found is None:
                continue
            real = {(labels[p["a"]], labels[p["b"]]): p["real"] for p in found["pairs"]}
            pairs = shown[task["name"], score["name"]].pairs
            assert real == {(pair.model, pair.other): pair.significant for pair in pairs}
    for key, ranks in leaderboard_of(combined).ranks.items():
        assert ranks == {s.label: s.rank for s in shown[key].standings}


def test_interval_of_a_score_is_that_of_the_results(run, every):
    for one in every.scores:
        models = run.results.tasks[one.task].models
        for standing in one.standings:
            score = models[standing.label].scores[one.score]
            assert (score.low, score.high) == pytest.approx(
                (standing.interval.low, standing.interval.high), abs=1e-8
            )
            assert score.conservative == standing.conservative
