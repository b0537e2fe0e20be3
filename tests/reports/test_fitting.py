"""Leaderboards take the form that fits the terminal."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from bench.reports.render import view_of
from bench.runs.leaderboard import Leaderboard
from bench.runs.results import DatasetFacts, MetricFacts, ModelResult, Results, Score, TaskResult

SCORES = (
    "set_rougeL.f1",
    "set_rougeL.precision",
    "set_rougeL.recall",
    "greedy_rougeL.f1",
    "coverage@0.5",
    "near_duplicates",
    "count_difference",
    "asked_for",
)


def made(models: dict[str, Score | None], articles: int = 30) -> Results:
    """Results in which every score of a model is the same."""
    found = {
        name: ModelResult(
            role="floor" if name == "floor" else "model",
            articles=articles,
            failed=0,
            empty=0,
            truncated=0,
            scores=dict.fromkeys(SCORES, score) if score else {},
        )
        for name, score in models.items()
    }
    names = {name.rpartition(".")[0] or name for name in SCORES} | {"coverage@0.5"}
    fact = MetricFacts(signature="s", higher_is_better=True, range=(0, 1))
    return Results(
        on_error="skip",
        confidence=0.95,
        resamples=1,
        dataset=DatasetFacts(name="d", fingerprint="f", articles=articles),
        metrics=dict.fromkeys(names, fact),
        tasks={
            "questions": TaskResult(
                primary=SCORES[0], articles=articles, left_out=0, items=16, models=found
            )
        },
    )


def shown(results: Results, width: int, *, encoding: str = "utf-8", terminal: bool = True) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
    console = Console(
        file=file, width=width, force_terminal=terminal, color_system=None, highlight=False
    )
    console.print(view_of(Leaderboard(results)))
    file.flush()
    return file.buffer.getvalue().decode(encoding)


@pytest.fixture
def results() -> Results:
    return made(
        {
            "better": Score(mean=0.5, low=0.4, high=0.6),
            "worse": Score(mean=0.3, low=0.2, high=0.4),
            "floor": Score(mean=0.1, low=0.0, high=0.2),
        }
    )


def drawn(text: str, model: str) -> str:
    line = next(line for line in text.splitlines() if line.startswith(model))
    return "".join(c if c in "├─●┤" else " " for c in line).rstrip()


def test_intervals_are_drawn_on_one_axis_where_there_is_room(results):
    text = shown(results, 140)
    better, worse, floor = (drawn(text, model) for model in ("better", "worse", "floor"))
    assert worse.index("├") < worse.index("●") < worse.index("┤") <= better.index("├") + 1
    assert floor.index("┤") <= worse.index("├") + 1
    assert "0.00" in text.split("better")[0]
    assert "0.60" in text.split("better")[0]


@pytest.mark.parametrize("width", [50, 80, 100, 120, 200])
def test_no_line_is_folded_and_no_number_is_cut(results, width):
    text = shown(results, width)
    assert "…" not in text
    table = [line for line in text.splitlines() if line.startswith(("better", "worse", "floor"))]
    assert len(table) == 3
    assert max(map(len, table)) <= width
    assert all("0.400–0.600" in line for line in table if line.startswith("better"))


def test_scores_that_do_not_fit_are_named_and_those_asked_for_go_last(results):
    text = shown(results, 60)
    columns, _, named = text.partition("Not shown at this width")
    assert "asked" in columns
    assert "count_difference" in named
    assert "difference" not in columns
    assert "Not shown" not in shown(results, 140)


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_no_heading_is_split_inside_a_word_and_the_primary_score_stays(results, width):
    text = shown(results, width)
    heading = text.split("better")[0]
    assert not re.search(r"\w-\s", heading)
    assert all("0.500" in line for line in text.splitlines() if line.startswith("better"))


def test_bars_without_intervals_begin_where_the_metric_does():
    text = shown(made({"a": Score(mean=0.5), "b": Score(mean=0.25)}, articles=1), 140)
    lines = {line[0]: line.count("█") for line in text.splitlines() if line[:2] in ("a ", "b ")}
    assert lines["a"] == 2 * lines["b"] > 0
    assert "├" not in text


def test_model_without_interval_or_score_is_drawn_as_far_as_it_can_be():
    text = shown(
        made({"a": Score(mean=0.5, low=0.4, high=0.6), "b": Score(mean=0.45), "c": None}), 140
    )
    assert drawn(text, "b ").strip() == "●"
    assert drawn(text, "c ") == ""


def test_pipe_gets_no_drawings(results):
    text = shown(results, 200, terminal=False)
    assert not set("├●█") & set(text)


def test_encoding_without_line_drawing_gets_plain_characters(results):
    text = shown(results, 140, encoding="ascii")
    assert "|-" in text
    assert "*" in text
