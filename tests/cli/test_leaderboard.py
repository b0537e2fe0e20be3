"""`bench leaderboard` as a user meets it."""

from __future__ import annotations

import json
import shlex

import pytest

from tests.comparison.made_runs import make_run, scores_of
from tests.conftest import ROOT


@pytest.fixture
def runs(tmp_path):
    """Two days of one benchmark, another benchmark, and a run that was cut short."""
    lead = scores_of(30, 3)
    make_run(tmp_path / "runs/monday", {"mine": scores_of(30, 1), "lead": lead})
    make_run(tmp_path / "runs/friday", {"mine": scores_of(30, 2, 0.1), "lead": lead})
    (tmp_path / "runs/cut/predictions").mkdir(parents=True)
    return tmp_path / "runs"


def test_runs_below_a_directory_are_one_table(bench, runs):
    done = bench("leaderboard", runs)
    assert done.returncode == 0, done.stderr
    board, _, known = done.stdout.partition("Known agreement: ")
    names = [line.split()[0] for line in board.splitlines()[-3:]]
    assert known.startswith("coverage@0.5 and people order")
    assert names == ["friday:mine", "lead", "monday:mine"]
    assert f"{runs}/cut: skipped: its run did not finish" in done.stderr
    assert bench("leaderboard", runs / "monday", runs / "friday").stdout == done.stdout


def test_every_format_has_all_models_and_ranks_over_them(bench, runs):
    record = json.loads(bench("leaderboard", runs, "-f", "json").stdout)
    models = {"lead", "monday:mine", "friday:mine"}
    assert set(record["tasks"]["questions"]["models"]) == models
    csv = bench("leaderboard", runs, "-f", "csv").stdout.splitlines()
    assert {line.split(",")[1]: line.split(",")[-2:] for line in csv[1:]}["friday:mine"] == [
        "1"
    ] * 2
    assert "| 1 | friday:mine | **" in bench("leaderboard", runs, "-f", "markdown").stdout
    assert "1 & friday:mine & \\textbf{" in bench("leaderboard", runs, "-f", "latex").stdout


def test_one_run_is_shown_as_it_is_and_sorted_by_what_was_asked_for(bench):
    briefs = ROOT / "results" / "baseline-briefs"
    whole = bench("leaderboard", briefs, "-f", "json").stdout
    assert whole == (briefs / "results.json").read_text()
    done = bench("leaderboard", briefs, "-t", "questions", "--metric", "greedy_rougeL")
    assert "by greedy_rougeL.f1" in done.stdout
    assert "summary" not in done.stdout


@pytest.mark.slow
def test_runs_that_do_not_belong_together_are_refused_with_commands_that_work(bench):
    """On the runs of the repository, each on a dataset of its own."""
    done = bench("leaderboard", ROOT / "results")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no article of 'briefs' is in 'nextfin'" in done.stderr
    commands = [line for line in done.stderr.splitlines() if "  bench leaderboard" in line]
    for line, name in zip(commands, ("nextfin", "briefs", "insights"), strict=True):
        arguments = shlex.split(line.partition("bench ")[2], comments=True)
        shown = bench(*arguments)
        assert shown.returncode == 0, shown.stderr
        assert f"summary · {name} · " in shown.stdout


def test_runs_on_one_data_set_that_do_not_belong_together_are_named(bench, runs):
    make_run(runs / "few items", {"mine": scores_of(30, 5)}, items=4)
    done = bench("leaderboard", runs)
    assert f"those of {runs}/few items for 4" in done.stderr
    assert f"bench leaderboard '{runs}/few items'    # few items" in done.stderr
    assert f"bench leaderboard {runs}/friday {runs}/monday    # friday, monday" in done.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--dataset", "maed"], "unknown dataset of these runs 'maed'; did you mean 'made'?"),
        (["--metric", "coverage"], "unknown score 'coverage'; did you mean"),
        (["--task", "question"], "unknown task of these runs 'question'; did you mean"),
        (["nowhere"], "nowhere: no such directory; `bench run` makes runs"),
    ],
)
def test_missing_run_is_reported(bench, runs, options, told):
    done = bench("leaderboard", runs, *options)
    assert done.returncode == 2
    assert told in done.stderr


def test_directory_without_finished_runs_is_told(bench, runs):
    done = bench("leaderboard", runs / "cut")
    assert done.returncode == 2
    assert "contains no finished run" in done.stderr
