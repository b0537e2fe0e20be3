from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from rich.console import Console

from bench.errors import ConfigError
from bench.metrics import metric_named
from bench.reports.render import render, view_of
from bench.runs.worst import WorstArticles, worst
from tests.comparison.made_runs import make_run

SCORES = {"good": [0.9, 0.4, 0.8, 0.6], "bad": [0.1, 0.5, 0.2, 0.0], "floor-x": [0, 0, 0, 0]}


def shown(found, width=100, *, terminal=False, encoding="utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=file, width=width, force_terminal=terminal, color_system=None).print(
        view_of(WorstArticles((found,)))
    )
    file.flush()
    return file.buffer.getvalue().decode(encoding)


@pytest.fixture
def run(tmp_path):
    return make_run(tmp_path / "run", SCORES)


def test_articles_with_the_lowest_mean_come_first_without_a_model(run):
    found = worst(run, "questions", 2)
    assert [row.article for row in found.rows] == ["a003", "a001"]
    assert [row.score for row in found.rows] == pytest.approx([0.3, 0.45])
    assert dict(found.rows[0].scores) == {"bad": 0.0, "good": 0.6}


def test_scores_of_the_model_alone_count_and_the_best_other_is_named(run):
    found = worst(run, "questions", 4, "good")
    assert [row.article for row in found.rows] == ["a001", "a003", "a002", "a000"]
    assert found.rows[0].best_other("good", higher_is_better=True) == ("bad", 0.5)


def test_reference_model_can_be_shown_but_is_not_ranked(run):
    found = worst(run, "questions", 1, "floor-x")
    assert found.rows[0].best_other("floor-x", higher_is_better=True) == ("good", 0.9)
    assert "floor-x" not in worst(run, "questions", 1).values


def test_highest_score_is_the_worst_where_lower_is_better(tmp_path):
    metric = metric_named("near_duplicates")
    run = make_run(tmp_path / "run", {"a": [0.0, 0.7, 0.2], "b": [0.1, 0.0, 0.3]}, metric=metric)
    found = worst(run, "questions", 3, "a")
    assert [row.article for row in found.rows] == ["a001", "a002", "a000"]
    assert found.rows[1].best_other("a", higher_is_better=False) == ("b", 0.3)


def test_equal_scores_are_in_the_order_of_the_ids(tmp_path):
    run = make_run(tmp_path / "run", {"a": [0.5] * 5})
    ids = [row.article for row in worst(run, "questions", 3).rows]
    assert ids == ["a000", "a001", "a002"]


def test_articles_that_a_model_has_no_score_on_are_counted_not_ranked(tmp_path):
    run = make_run(tmp_path / "run", {"a": [0.5, 0.1, 0.3], "b": [0.4]}, articles={"b": ["a000"]})
    found = worst(run, "questions", 3, "b")
    assert [row.article for row in found.rows] == ["a000"]
    assert "b: 2 articles without coverage@0.5, not included." in shown(found)


def test_article_that_failed_or_was_left_empty_is_said(tmp_path):
    run = make_run(
        tmp_path / "run", {"a": [0.0, 0.0, 0.3]}, failed=1, written={"a": ["x", "y", "z"]}
    )
    file = tmp_path / "run/predictions/a.questions.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    rows[0].update(items=[], status="error", error="no")
    rows[1].update(items=[], status="empty")
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = worst(run, "questions", 3, "a")
    assert [dict(row.states) for row in found.rows] == [{"a": "failed"}, {"a": "empty"}, {}]
    assert "failed 0.000" in shown(found)
    assert "empty" in shown(worst(run, "questions", 3))


def test_model_without_any_score_is_an_error(tmp_path):
    run = make_run(tmp_path / "run", {"a": [0.5], "floor-b": [0.5]})
    (tmp_path / "run/scores.parquet").unlink()
    make_run(tmp_path / "other", {"a": [0.5]})
    (tmp_path / "other/scores.parquet").rename(tmp_path / "run/scores.parquet")
    with pytest.raises(ConfigError, match=r"questions: floor-b has no coverage@0\.5"):
        worst(run, "questions", 1, "floor-b")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("model", [None, "model-number-3"])
def test_no_line_is_wider_than_the_terminal_and_every_score_is_whole(tmp_path, width, model):
    rng = np.random.default_rng(0)
    run = make_run(tmp_path / "run", {f"model-number-{n}": rng.random(9) for n in range(5)})
    found = worst(run, "questions", 3, model)
    text = shown(found, width, terminal=True)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for row in found.rows:
        assert f"{row.score:.3f}" in text


def test_bars_are_for_terminals_and_plain_where_the_encoding_is(run):
    found = worst(run, "questions", 2, "good")
    assert "█" in shown(found, terminal=True).split("\n\n")[0]
    assert "█" not in shown(found).split("\n\n")[0]
    plain = view_of(WorstArticles((found,)))
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    Console(file=file, width=100, force_terminal=True, color_system=None).print(plain)
    file.flush()
    assert "==" in file.buffer.getvalue().decode()


def test_data_has_every_digit_and_every_model(run):
    found = WorstArticles((worst(run, "questions", 2),))
    record = json.loads(render(found, "json"))["tasks"]["questions"]
    assert [row["article"] for row in record["worst"]] == ["a003", "a001"]
    assert record["worst"][1]["scores"] == {"good": 0.4, "bad": 0.5}
    rows = list(csv.DictReader(io.StringIO(render(found, "csv"))))
    assert {(r["article"], r["model"], float(r["value"])) for r in rows} == {
        ("a003", "good", 0.6),
        ("a003", "bad", 0.0),
        ("a001", "good", 0.4),
        ("a001", "bad", 0.5),
    }
