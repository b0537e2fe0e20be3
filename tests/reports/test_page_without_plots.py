"""The report without the extra ``report``: all but the plots, and what to install for them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.reports.page.assemble import page_script, plot_library, policy
from tests.conftest import ROOT
from tests.reports.conftest import bench

BRIEFS = ROOT / "results" / "baseline-briefs"
REMEDY = "pip install 'qgbench[report]'"
ARTICLE = "#/article/a-salt-mine-61-ancient-shovels-and-a-quarrel-over-home"


@pytest.fixture(scope="module")
def plain_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("plain") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "vl_convert", None)
        bench("report", BRIEFS, "-o", file)
    return file


@pytest.mark.slow
def test_page_holds_its_own_script_alone(plain_page, briefs_page):
    text = plain_page.read_text(encoding="utf-8")
    assert text.count("<script>") == 1
    assert page_script() in text
    assert policy([page_script()]).replace("'", "&#39;") in text
    assert len(text) < briefs_page.stat().st_size / 2
    assert briefs_page.read_text(encoding="utf-8").count("<script>") == 2


def test_library_is_there_when_it_is_installed(monkeypatch):
    assert "vegaEmbed" in plot_library()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert plot_library() == ""


def test_line_in_place_of_a_plot_says_how_to_get_it(visit, plain_page):
    reader = visit(plain_page)
    page = reader.go()
    figures = page.locator(".task:not(.aside) figure")
    texts = figures.evaluate_all("nodes => nodes.map(node => node.textContent)")
    assert len(texts) > 3
    assert set(texts) == {f"Plots need {REMEDY}; then write the report again."}
    assert reader.complaints == []


@pytest.mark.parametrize(
    "query", ["?task=questions&model=template", "?task=summary&model=lsa&other=lead"]
)
def test_tables_articles_and_alignments_are_the_same(visit, plain_page, briefs_page, query):
    def read(file: Path, hash_: str, selector: str) -> list[str]:
        found = visit(file).go(hash_).locator(selector)
        return found.evaluate_all("nodes => nodes.map(node => node.textContent)")

    for hash_, selector in (
        ("", ".task:not(.aside) .board tr"),
        (ARTICLE + query, ".pairs-drawn li"),
    ):
        whole = read(briefs_page, hash_, selector)
        assert len(whole) > 3
        assert read(plain_page, hash_, selector) == whole
