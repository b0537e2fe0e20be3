"""Histories as a reader sees them: in a terminal, on a page, in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from rich.console import Console

import bench
from bench.histories.entry import RecordedEntry
from bench.histories.over_time import history_of
from bench.reports.history import view
from bench.reports.history_chart import chart_lines, spark_line
from bench.reports.history_page import history_page
from bench.reports.render import render
from tests.history_runs import article_scores, row
from tests.reports.hostile import PAYLOADS


def made(models, **options):
    count = len(next(iter(models.values())))
    rows = [
        row(n, {name: own[n] for name, own in models.items()}, intervals=True) for n in range(count)
    ]
    changed = options.pop("changed", {})
    rows = [
        one.model_copy(update=changed) if n >= count // 2 else one for n, one in enumerate(rows)
    ]
    return history_of([RecordedEntry(one, "h.jsonl") for one in rows], **options)


@pytest.fixture(scope="module")
def history():
    levels = np.zeros(90)
    levels[30:] -= 0.2
    return made(
        {
            "mine": article_scores(levels),
            "steady": article_scores(np.zeros(90), noise=0),
            "slow": article_scores(np.linspace(0, 0.2, 90)),
        }
    )


@pytest.fixture(scope="module")
def broken():
    other = {"outcome": "fail", "on_error": "score-zero"}
    levels = article_scores(np.zeros(20), noise=0)
    dataset = row(0, {"mine": levels[0]}).dataset.model_copy(update={"fingerprint": "sha256:b"})
    return made({"mine": levels}, changed={**other, "dataset": dataset})


def parsed(page):
    """The tags of a page with their attributes."""
    found = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, dict(attrs)))

    Parser().feed(page)
    return found


def shown(history, width=80, encoding="utf-8"):
    class Stream(io.StringIO):
        @property
        def encoding(self):
            return encoding

    stream = Stream()
    Console(file=stream, width=width, color_system=None, legacy_windows=False).print(view(history))
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_view_fits_the_terminal(history, width):
    text = shown(history, width)
    assert max(map(len, text.splitlines())) <= width
    assert "90 runs · 2026-01-01 to 2026-03-31" in text
    assert history.runs[30].commit[: 10 if width > 40 else 2] in text
    assert "Slow drift" in text


def test_view_in_ascii_has_no_other_character_of_its_own(history):
    text = shown(history, encoding="ascii").replace("·", "-")
    assert "*" in text
    assert re.findall(r"[^\x00-\x7f]", text.replace("…", "")) == []


def test_spark_line_follows_the_score(history):
    mine, steady, slow = history.scores
    assert spark_line(steady, 10) == "▅" * 10
    rising = spark_line(slow, 5)
    assert (rising[0], rising[-1], sorted(rising)) == ("▁", "█", list(rising))
    line = spark_line(mine, 9)
    assert line[0] > line[-1]
    assert set(spark_line(mine, 9, ascii_only=True)) <= set("_.:-=+*#")


def test_break_is_a_bar_in_the_line(broken):
    assert spark_line(broken.scores[0], 10) == "▅▅▅▅▅|▅▅▅▅▅"
    text = " ".join(shown(broken).split())
    assert "not comparable from" in text
    assert "mine coverage@0.5: the dataset changed" in text
    assert "┊" in text


def test_chart_has_intervals_and_marks_changes(history):
    mine, steady, _ = history.scores
    lines = chart_lines(mine, 80)
    assert len(lines) == 9
    assert "│" in lines[0] + lines[3]
    assert lines[-1].strip() == "▼"
    assert lines[-1].index("▼") == 8 + 30 * 71 // 90
    assert "▼" not in "".join(chart_lines(steady, 80))


def test_chart_of_one_run_and_of_equal_runs_is_drawn():
    one = made({"mine": article_scores([0.0])})
    assert chart_lines(one.scores[0], 40)
    equal = made({"mine": np.full((5, 4), 0.5)})
    assert chart_lines(equal.scores[0], 40)
    assert "One run: nothing to compare." in shown(one)
    assert "No score changed, and none drifts." in shown(equal)


def test_tables_for_programs_have_every_run(history):
    record = json.loads(render(history, "json"))
    assert len(record["runs"]) == 90
    assert [len(one["points"]) for one in record["scores"]] == [90, 90, 90]
    (change,) = record["scores"][0]["changes"]
    assert change["run"] == 30
    assert {"before", "after", "difference", "low", "high", "p", "p_articles"} <= set(change)
    rows = list(csv.DictReader(io.StringIO(render(history, "csv"))))
    assert len(rows) == 270
    assert [row["commit"] for row in rows if row["change"]] == [history.runs[30].commit]
    assert float(rows[0]["mean"]) == history.scores[0].points[0].mean


def test_printing_shows_the_same_as_the_command(history):
    assert "Changes" in str(history)
    assert history._repr_html_().startswith("<div>")


def test_page_needs_no_script_and_no_network(history, broken):
    for one in (history, broken):
        elements = parsed(history_page(one))
        assert "script" not in {tag for tag, _ in elements}
        (policy,) = (of["content"] for tag, of in elements if "http-equiv" in of)
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
        links = [of.get("href") or of.get("src") for _, of in elements]
        assert all(link.startswith("#score-") for link in links if link)
    page = history_page(history)
    assert page.count("<svg") == 3
    assert page.count('class="fall"') == 1
    assert history_page(broken).count('class="break"') == 1


@pytest.mark.slow
def test_page_of_many_runs_stays_small():
    page = history_page(made({"mine": article_scores(np.zeros(1000), articles=4)}))
    assert len(page) < 100_000


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_of_a_history_is_inert(payload):
    changed = {"run": payload[:900], "commit": payload[:90]}
    scores = article_scores(np.r_[np.zeros(5), np.full(5, 0.2)], noise=0)
    model = payload[:90]
    hostile = made({model: scores}, changed=changed)
    assert hostile.changes
    page = history_page(hostile)
    for tag, attributes in parsed(page):
        assert tag not in {"script", "img", "iframe", "link", "b"}
        assert not any(name.startswith("on") or "javascript" in name for name in attributes)
    for text in (shown(hostile), page, render(hostile, "markdown")):
        assert not set("\x1b\x07\u202e\u2066\u200b\x00") & set(text)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("theme", "width"), [("light", 1200), ("dark", 360)])
def test_page_is_quiet_accessible_and_fits(visit, history, tmp_path, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "history.html"
    file.write_text(history_page(history), encoding="utf-8")
    reader = visit(file, theme, width)
    reader.page.goto(file.as_uri())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    options = {"runOnly": {"type": "tag", "values": rules}, "resultTypes": ["violations"]}
    found = Axe().run(reader.page, options=options)
    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    assert reader.complaints == []
    assert reader.page.locator("svg").count() == 3


def test_history_of_real_runs_can_be_written(tmp_path):
    from bench.api.histories import write_history
    from bench.errors import ConfigError
    from tests.conftest import ROOT

    found = bench.history(ROOT / "results" / "baseline-insights")
    for ending in (".html", ".md", ".csv", ".json", ".tex"):
        assert write_history(found, str(tmp_path / f"h{ending}")) > 0
    with pytest.raises(ConfigError, match="ends in none of"):
        write_history(found, "history.txt")
