from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from bench.comparison.changes import changes
from bench.errors import BenchError, ConfigError, UnknownNameError
from bench.reports.render import render, view_of
from tests.comparison.made_runs import make_run

OLD = {"a": ["Why did the bridge fall?", "Who paid?", "When?"], "b": ["x", "y", "z"]}
NEW = {"a": ["Why did the old bridge fall?", "Who paid?", "Where to now?"], "b": ["x", "y", "z"]}


def shown(found, limit=5, width=100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, markup=False).print(
        view_of(replace(found, limit=limit))
    )
    return out.getvalue()


@pytest.fixture
def before(tmp_path):
    return make_run(tmp_path / "before", {"a": [0.5, 0.5, 0.5], "b": [0.1, 0.2, 0.3]}, written=OLD)


@pytest.fixture
def now(tmp_path):
    return make_run(tmp_path / "now", {"a": [0.6, 0.5, 0.1], "b": [0.1, 0.2, 0.3]}, written=NEW)


def test_largest_change_of_the_score_comes_first_and_only_changed_articles_come(now, before):
    a, b = changes(now, before).models
    assert [row.article for row in a.rows] == ["a002", "a000"]
    assert [row.change for row in a.rows] == pytest.approx([-0.4, 0.1])
    assert (a.articles, b.rows) == (3, ())
    assert a.means == pytest.approx((0.5, 0.4))


def test_former_and_current_items_are_below_each_other(now, before):
    text = shown(changes(now, before))
    assert (
        "a · questions · 2 of 3 articles with different items · coverage@0.5 0.500 → 0.400" in text
    )
    lines = [line.strip() for line in text.splitlines()]
    place = lines.index("- Why did the bridge fall?")
    assert lines[place + 1] == "+ Why did the old bridge fall?"
    assert {"- When?", "+ Where to now?"} <= set(lines)
    assert "the same items in both runs: b (questions)" in lines


def test_articles_beyond_the_limit_are_counted(now, before):
    text = shown(changes(now, before), limit=1)
    assert "1 more article; --worst 2 shows all" in text
    assert "bridge" not in text


def test_words_that_changed_are_set_off_where_colours_are(now, before):
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=True, color_system="standard")
    console.print(view_of(changes(now, before)))
    assert "\x1b[1;7;32mold" in out.getvalue()


def test_run_beside_itself_has_no_differences(now):
    text = shown(changes(now, now))
    assert "no differences" in text
    assert "a, b (questions)" in text


def test_another_order_is_told_from_other_items(tmp_path, before):
    run = make_run(tmp_path / "now", {"a": [0.5, 0.5, 0.5]}, written={"a": OLD["a"]})
    for path, items in ((before.path, ["p", "q"]), (run.path, ["q", "p"])):
        rewrite(path, 1, items=items)
    assert "the same items in a different order" in shown(changes(run, before))


def test_failing_or_writing_nothing_is_a_change_and_is_said(now, before):
    rewrite(before.path, 0, items=[], status="empty")
    rewrite(now.path, 0, items=[], status="error", error="too\x1b[2J long")
    text = shown(changes(now, before))
    assert "- wrote nothing" in text
    assert "+ failed: too\\x1b[2J long" in text


def test_hostile_items_are_shown_and_obeyed_by_nobody(now, before):
    rewrite(now.path, 1, items=["\x1b[31mred\u202e", "two\nlines\r", "[bold]marked[/bold]"])
    text = shown(changes(now, before))
    assert "+ \\x1b[31mred\\u202e" in text
    assert "+ two\\nlines\\r" in text
    assert "[bold]marked[/bold]" in text
    assert not {"\x1b", "\u202e", "\r"} & set(text)


def test_models_that_only_one_run_has_are_told(tmp_path, before):
    scores = {"a": [0.5, 0.5, 0.5], "new": [0.1, 0.1, 0.1]}
    run = make_run(tmp_path / "now", scores, written={"a": OLD["a"]})
    assert list(changes(run, before).notes) == [
        f"only {before.path} has b (questions)",
        f"only {run.path} has new (questions)",
    ]


def test_runs_that_are_not_comparable_are_refused_in_the_words_of_compare(tmp_path, now, before):
    digests = {f"a{n:03}": "another text" for n in range(3)}
    other = make_run(tmp_path / "x", {"a": [0.5] * 3}, written={"a": OLD["a"]}, digests=digests)
    with pytest.raises(BenchError, match=r"3 of 3 shared articles changed \(e\.g\. 'a000'"):
        changes(now, other)
    other = make_run(tmp_path / "y", {"a": [0.5] * 3}, written={"a": OLD["a"]}, items=4)
    with pytest.raises(BenchError, match=r"y were asked for 4 items, those of \S+ for 16"):
        changes(now, other)
    other = make_run(tmp_path / "z", {"a": [0.5] * 3}, task="summary")
    with pytest.raises(ConfigError, match="no model in common on any task"):
        changes(now, other)


def test_predictions_that_are_gone_are_an_error(tmp_path, now):
    bare = make_run(tmp_path / "bare", {"a": [0.5, 0.5, 0.5]})
    with pytest.raises(BenchError, match=r"a\.questions\.jsonl: is missing"):
        changes(now, bare)


def test_one_model_and_one_article_can_be_asked_for(now, before):
    (one,) = changes(now, before, "a", "a000").models
    assert [row.article for row in one.rows] == ["a000"]
    with pytest.raises(UnknownNameError, match="unknown model shared by both runs 'c'"):
        changes(now, before, "c")
    message = "no model has a prediction for article 'a9' in both runs"
    with pytest.raises(UnknownNameError, match=message):
        changes(now, before, None, "a9")


def test_data_has_all_of_it(now, before):
    record = json.loads(render(changes(now, before), "json"))
    last, first = record["models"][0]["changes"]
    assert last["removed"] == ["When?"]
    assert last["added"] == ["Where to now?"]
    assert first["rewritten"] == [{"before": OLD["a"][0], "now": NEW["a"][0]}]
    assert (first["score_before"], first["score_now"]) == (0.5, 0.6)
    assert (
        len(json.loads(render(changes(now, before, limit=1), "json"))["models"][0]["changes"]) == 1
    )


def rewrite(path, number, **changed) -> None:
    file = path / "predictions" / "a.questions.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    rows[number].update(changed)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
