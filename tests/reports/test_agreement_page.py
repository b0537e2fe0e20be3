"""The page of ``bench agree --format html`` in a real browser."""

from __future__ import annotations

import random

import pytest

import bench
from bench.reports.agreement_page import page_of


@pytest.fixture(scope="module")
def page() -> str:
    chance = random.Random(1)
    heads = [{"article": f"a{n}", "system": f"s{m}"} for n in range(6) for m in range(4)]
    ratings = [
        {**head, "rater": rater, "clear": chance.randint(1, 5), "useful": chance.randint(1, 5)}
        for head in heads
        for rater in ("ann", "bob")
    ]
    measures = [{**head, "ours": chance.random(), "theirs": chance.random()} for head in heads]
    return page_of(bench.agree(ratings, measures=measures, resamples=100))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("theme", "width"), [("light", 1200), ("dark", 360)])
def test_page_is_quiet_accessible_and_fits(visit, page, tmp_path, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "agreement.html"
    file.write_text(page, encoding="utf-8")
    reader = visit(file, theme, width)
    reader.page.goto(file.as_uri())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    options = {"runOnly": {"type": "tag", "values": rules}, "resultTypes": ["violations"]}
    found = Axe().run(reader.page, options=options)
    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    assert reader.complaints == []
