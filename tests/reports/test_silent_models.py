"""A model that wrote nothing at all is never marked as the best, however good its score looks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from bench.comparison.combined import combine_runs
from bench.comparison.compare import compare
from bench.comparison.leaderboards import leaderboard_of
from bench.reports.render import render
from bench.runs.finished import FinishedRun
from bench.runs.leaderboard import Leaderboard, best_of, ranked
from bench.runs.opening import finished_run
from bench.runs.results import ModelResult, Score, with_positions
from bench.runs.worst import models_of, worst
from tests.conftest import write_rows

SILENT = ("blank", "empty", "failed")
LOWER = ("near_duplicates", "count_difference")


@pytest.fixture
def run(here, articles, rows) -> FinishedRun:
    """Two systems that repeat themselves, and three that write nothing, each in its own way."""
    outputs = {
        "good": lambda row: {"items": [*row["questions"], row["questions"][0]]},
        "worse": lambda _: {"items": ["Why?"] * 4},
        "empty": lambda _: {"items": []},
        "blank": lambda _: {"items": [""] * 4},
        "failed": lambda _: {"items": [], "status": "error", "error": "no"},
    }
    files = [
        write_rows(Path(f"{name}.jsonl"), [{"article": r["id"], **made(r)} for r in rows[:5]])
        for name, made in outputs.items()
    ]
    done = here(
        *("score", *files, "-d", articles, "-t", "questions", "-o", "run"),
        *("--metric", "near_duplicates", "--metric", "count_difference"),
    )
    assert Path("run/results.json").exists(), done.stderr
    return finished_run(Path("run"))


def test_silent_model_comes_last_where_less_is_better(run):
    rows = ranked(run.results, "questions")
    assert [name for name, _ in rows] == ["good", "worse", *SILENT]
    assert rows[2][1].scores["near_duplicates"].mean == 0


@pytest.mark.parametrize("score", LOWER)
def test_silent_model_is_not_the_best(run, score):
    rows = ranked(run.results, "questions")
    best = min(m.scores[score].mean for name, m in rows if name not in SILENT)
    assert best_of(run.results, rows, score) == best


def test_silent_model_is_not_marked_in_a_terminal(run, here, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    lines = here("show", run.path).stdout.splitlines()
    marked = {line.split()[0] for line in lines if "\x1b[1;32m" in line}
    assert marked == {"good", "worse"}


@pytest.mark.parametrize(("form", "mark"), [("markdown", "**"), ("latex", r"\textbf")])
def test_silent_model_is_not_marked_in_tables_to_paste(run, form, mark):
    combined = combine_runs([run])
    text = render(leaderboard_of(combined), form)
    for name in SILENT:
        (line,) = [
            line for line in text.splitlines() if name in line and ("|" in line or "&" in line)
        ]
        assert not any(sign in line for sign in (mark, "†", "dagger"))
    assert mark in next(line for line in text.splitlines() if "good" in line)


@pytest.mark.parametrize("score", LOWER)
def test_silent_model_holds_no_rank_and_is_below_those_that_do(run, score):
    (found,) = compare([run], scores=[score]).scores
    assert {s.label for s in found.standings if s.rank is None} == set(SILENT)
    assert {s.label for s in found.standings[:2]} == {"good", "worse"}
    assert max(s.rank.worst for s in found.standings if s.rank) == 2


def test_silent_model_holds_no_rank_in_data(run):
    combined = combine_runs([run])
    text = render(leaderboard_of(combined), "csv")
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["model"] in SILENT]
    assert {(r["best_rank"], r["worst_rank"]) for r in rows} == {("", "")}


def test_silent_model_is_not_the_best_other_of_an_article(run):
    found = worst(run, "questions", 2, "worse")
    assert found.rows[0].best_other("worse", higher_is_better=False)[0] == "good"
    assert models_of(found)[-3:] == list(SILENT)


@pytest.mark.parametrize("on_error", ["score-zero", "skip"])
def test_silent_models_are_recognized(on_error):
    def silent(articles: int, failed: int, empty: int) -> bool:
        return model("model", 0.0, articles, failed, empty).is_silent(on_error)

    assert silent(6, 0, 6)
    assert not silent(6, 0, 5)
    if on_error == "skip":  # failed articles are not among those with a score
        assert silent(2, 4, 2)
        assert not silent(2, 4, 1)
        assert not silent(3, 3, 0)
    else:
        assert silent(6, 4, 2)
        assert not silent(6, 4, 1)
    assert not silent(0, 0, 0)


def model(
    role: str, mean: float, articles: int = 6, failed: int = 0, empty: int = 0
) -> ModelResult:
    return ModelResult(
        role=role,
        articles=articles,
        failed=failed,
        empty=empty,
        truncated=0,
        scores={"s": Score(mean=mean)},
    )


def test_silent_model_has_no_position_where_less_is_better():
    models = {
        "model": model("model", 0.4),
        "silent": model("model", 0.0, empty=6),
        "floor": model("floor", 0.8),
        "silent-floor": model("floor", 0.0, empty=6),
        "ceiling": model("ceiling", 0.3),
        "silent-ceiling": model("ceiling", 0.0, empty=6),
    }
    found = with_positions(models, {"s": False}, "score-zero")
    positions = {name: m.scores["s"].position for name, m in found.items()}
    assert positions["model"] == pytest.approx(0.8)
    assert positions["silent"] is positions["silent-floor"] is None
    higher = with_positions(models, {"s": True}, "score-zero")
    assert higher["silent"].scores["s"].position == pytest.approx(0.8 / 0.5)


def test_task_without_models_is_not_shown(run):
    (task,) = run.results.tasks.values()
    nothing = task.model_copy(update={"models": {}})
    results = run.results.model_copy(update={"tasks": {"questions": task, "summary": nothing}})
    assert "summary" not in render(Leaderboard(results))
    for form in ("markdown", "latex"):
        combined = combine_runs([FinishedRun(run.path, results)])
        assert "summary" not in render(leaderboard_of(combined, ranks=False), form)


@pytest.mark.slow
def test_silent_model_is_not_the_best_on_the_page(run, here, visit):
    """The table, its best cells and ranks, the sentence above it, and sorting by a column."""
    assert here("report", run.path, "-o", "report.html").returncode == 0
    reader = visit(Path("report.html").resolve())
    page = reader.go("#/overview?task=questions")
    rows = page.locator("table.board tbody tr")
    names = "nodes => nodes.map(n => n.dataset.model)"
    assert rows.evaluate_all(names) == ["good", "worse", *SILENT]
    marked = "nodes => nodes.filter(n => n.querySelector('.best')).map(n => n.dataset.model)"
    assert set(rows.evaluate_all(marked)) == {"good", "worse"}
    ranked_by = "nodes => nodes.filter(n => n.querySelector('.rank').textContent).length"
    assert rows.evaluate_all(ranked_by) == 2
    assert page.locator(".verdict").inner_text().startswith("good has the best near_duplicates")
    page.locator("[id='sort-questions-count_difference']").click()
    assert rows.evaluate_all(names)[2:] == list(SILENT)
    assert reader.complaints == []
