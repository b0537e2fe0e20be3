"""How much articles tell that belong together is shown beside their number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.comparison.combined import combine_runs
from bench.comparison.leaderboards import leaderboard_of
from bench.reports.clusters import in_clusters
from bench.reports.page.overview import Overview
from bench.reports.render import render
from bench.runs.opening import finished_run
from tests.conftest import write_rows
from tests.runs.test_run import go


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((36, 9, 14.2, "source"), "36 articles in 9 sources: as informative as 14"),
        ((36, 9, 36.0, "story"), "36 articles in 9 stories: as informative as 36"),
        ((2000, 1044, 1499.6, "beat"), "2,000 articles in 1,044 clusters: as informative as 1,500"),
        ((36, 35, 30.0, "identical texts"), "36 articles in 35 clusters: as informative as 30"),
        ((36, 1, None, "source"), "36 articles in 1 source"),
        ((36, 1, None, "beat"), "36 articles in 1 cluster"),
        ((36, None, None, ""), "36 articles"),
        ((1, None, None, ""), "1 article"),
    ],
)
def test_words_for_it(arguments, text):
    assert in_clusters(*arguments) == text


@pytest.fixture
def run(articles, rows):
    for number, row in enumerate(rows):
        row["summary"][0] += " Nobody knows what the council will do next." * number
        row["day"] = f"day {number // 2}"
    write_rows(articles, rows)
    go("[lead, title]", articles, extra="metrics: [rouge1]\n", cluster="day")
    return finished_run(Path("out"))


@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_leaderboards_have_it_in_their_titles(run, form):
    effective = round(run.results.tasks["summary"].effective)
    text = render(leaderboard_of(combine_runs([run])), form)
    assert f"6 articles in 3 days: as informative as {effective}" in text
    assert ("over whole clusters" in text) == (form != "table")


@pytest.mark.slow
def test_report_has_it(run, bench):
    overview = Overview(combine_runs([run]), (), ()).record()
    (task,) = (task for task in overview["tasks"] if task["name"] == "summary")
    assert re.fullmatch(r"6 articles in 3 days: as informative as \d", task["informative"])
    assert bench("report", "out", "-o", "report.html").returncode == 0
    assert "task.informative" in Path("report.html").read_text()


def test_data_has_the_numbers(run):
    text = render(leaderboard_of(combine_runs([run])), "json")
    for key in ("clusters", "clustered_by", "design_effect", "effective"):
        assert f'"{key}"' in text
