"""The report in a real browser: what a reader sees, sorts, follows and shares."""

from __future__ import annotations

import json
import re
from itertools import combinations, pairwise
from urllib.parse import quote, urlencode

import pytest

from bench.agreement.known import known_spans
from bench.metrics.sets import reaches
from bench.runs.alignment import aligned_items
from bench.runs.articles import dataset_of
from bench.runs.opening import finished_run
from bench.runs.results import read_results
from tests.conftest import ROOT
from tests.reports.hostile import PAYLOADS

BRIEFS = ROOT / "results" / "baseline-briefs"
ARTICLE = "a-salt-mine-61-ancient-shovels-and-a-quarrel-over-home"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
VIEWS = {
    "overview": "",
    "articles": "#/articles?task=questions&model=template&other=transform&order=gap",
    "article": f"#/article/{ARTICLE}?task=questions&model=template",
    "two models": f"#/article/{ARTICLE}?task=summary&model=lsa&other=lead",
    "run": "#/run",
}


@pytest.fixture(scope="module")
def results():
    return read_results(BRIEFS)


def rows(page):
    return page.locator(".task:not(.aside) .board tbody tr")


def names(page):
    return rows(page).evaluate_all("nodes => nodes.map(n => n.dataset.model)")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_quiet_accessible_and_fits(visit, briefs_page, view, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    reader = visit(briefs_page, theme, width)
    page = reader.go(VIEWS[view])
    for summary in page.locator("main details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options)
    told = [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert reader.complaints == []
    assert all(url.startswith(("file:", "about:")) for url in reader.requests)


@pytest.mark.parametrize("task", ["summary", "questions"])
def test_every_number_is_that_of_results_json(visit, briefs_page, results, task):
    models = results.tasks[task].models
    scores = sorted({score for model in models.values() for score in model.scores})
    query = urlencode({"task": task, "cols": ",".join(scores)})
    page = visit(briefs_page).go(f"#/overview?{query}")
    shown = rows(page).evaluate_all(
        """nodes => nodes.map(row => [row.dataset.model, [...row.querySelectorAll('td[data-score]')]
            .map(cell => [cell.dataset.score, [...cell.querySelectorAll('data')]
                .map(d => [d.value, d.textContent])])])"""
    )
    assert {name for name, _ in shown} == set(models)
    for name, cells in shown:
        assert {score for score, _ in cells} == set(models[name].scores)
        for score, numbers in cells:
            own = models[name].scores[score]
            wanted = [v for v in (own.mean, own.low, own.high) if v is not None]
            assert [float(value) for value, _ in numbers] == wanted
            plain = [text.replace("\u2212", "-") for _, text in numbers]
            assert all(
                abs(float(t) - v) <= 0.0005 + 1e-12 for t, v in zip(plain, wanted, strict=True)
            )


@pytest.mark.parametrize("task", ["summary", "questions"])
def test_known_agreement_stands_beside_the_scores(visit, briefs_page, results, task):
    primary = results.tasks[task].primary
    query = urlencode({"task": task, "cols": f"{primary},rouge1.f1"})
    page = visit(briefs_page).go(f"#/overview?{query}")
    host = page.locator(".task:not(.aside) .knownAgreement")
    lines = host.locator("li").all_inner_texts()
    assert lines == [f"{name} · {known_spans(name, task)}" for name in (primary, "rouge1.f1")]
    assert re.search(r"\[0\.\d\d, 0\.\d\d\], n = \d", lines[0])
    assert "share of item pairs alike (chance 0.50)" in host.inner_text()
    above = page.locator(".task:not(.aside) .part.board").bounding_box()
    assert host.bounding_box()["y"] < above["y"] + above["height"] + 400


def test_every_column_sorts_both_ways_by_mouse_and_keyboard(visit, briefs_page):
    reader = visit(briefs_page)
    page = reader.go()
    heads = page.locator(".task:not(.aside) .board thead th")
    for place in range(heads.count()):
        heads.nth(place).locator("button").click()
        orders = [heads.nth(place).get_attribute("aria-sort"), names(page)]
        page.keyboard.press("Enter")  # the button kept the focus
        assert {orders[0], heads.nth(place).get_attribute("aria-sort")} == {
            "ascending",
            "descending",
        }
    assert reader.complaints == []


def test_sorting_by_a_score_puts_the_better_end_first_and_is_in_the_link(
    visit, briefs_page, results
):
    page = visit(briefs_page).go()
    page.locator("[id='sort-summary-rouge1.f1']").click()
    models = results.tasks["summary"].models
    best = sorted(models, key=lambda name: -models[name].scores["rouge1.f1"].mean)
    assert names(page) == best
    assert "sort=rouge1.f1" in page.url
    page.reload()
    assert names(page) == best


@pytest.mark.parametrize(
    ("score", "compared"), [("rougeLsum.f1", []), ("rouge2.f1", ["all"])], ids=["primary", "other"]
)
def test_ranks_are_those_of_compare(visit, briefs_page, score, compared):
    from bench.comparison.compare import compare

    page = visit(briefs_page).go(f"#/overview?task=summary&score={score}")
    every = compare([finished_run(BRIEFS)], scores=compared).scores
    (found,) = (one for one in every if (one.task, one.score) == ("summary", score))
    wanted = {
        s.label: str(s.rank.best) + (f"–{s.rank.worst}" if s.rank.worst != s.rank.best else "")
        for s in found.standings
    }
    shown = rows(page).evaluate_all(
        "nodes => nodes.map(n => [n.dataset.model, n.querySelector('.rank').textContent])"
    )
    assert {name: rank for name, rank in shown if rank} == wanted


def test_differences_to_a_chosen_model_are_those_of_compare(visit, briefs_page):
    from bench.comparison.compare import compare

    page = visit(briefs_page).go("#/overview?task=summary")
    page.locator("#base-summary").select_option("lead")
    table = page.locator(".task:not(.aside) .pairs tbody tr")
    shown = {row.locator("th").inner_text(): row for row in table.all()}
    for pair in compare([finished_run(BRIEFS)], tasks=["summary"]).scores[0].pairs:
        if "lead" in (pair.model, pair.other):
            other = pair.other if pair.model == "lead" else pair.model
            sign = -1 if pair.model == "lead" else 1
            value = shown.pop(other).locator("data").get_attribute("value")
            assert float(value) == pytest.approx(sign * pair.difference.difference, abs=1e-15)
    assert shown == {}


def test_models_are_filtered_as_one_types(visit, briefs_page):
    page = visit(briefs_page).go()
    page.locator("#filter-summary").press_sequentially("LEX")
    assert names(page) == ["lexrank"]
    assert page.locator("#filter-summary").evaluate("n => n === document.activeElement")
    assert "q=LEX" in page.url


def test_columns_are_chosen_and_kept_in_the_link(visit, briefs_page):
    page = visit(briefs_page).go()
    page.locator(".task:not(.aside) .columns summary").click()
    page.locator("#column-summary-distinct1").check()
    page.locator("[id='column-summary-rouge1.f1']").uncheck()
    heads = ".task:not(.aside) .board thead button"
    before = page.locator(heads).all_inner_texts()
    assert any("distinct1" in head for head in before)
    assert not any("rouge1.f1" in head for head in before)
    page.reload()
    assert page.locator(heads).all_inner_texts() == before


@pytest.mark.parametrize("view", ["overview", "articles", "two models"])
def test_link_leads_back_to_the_same_view(visit, briefs_page, view):
    reader = visit(briefs_page)
    first = reader.go(VIEWS[view]).locator("main").inner_text()
    link = reader.page.evaluate("location.hash")
    again = visit(briefs_page)
    assert again.go(link).locator("main").inner_text() == first


def test_selection_on_an_article_is_in_the_link(visit, briefs_page):
    reader = visit(briefs_page)
    page = reader.go(VIEWS["article"])
    page.locator("#article-task").select_option("summary")
    page.locator("#article-model").select_option("lsa")
    page.locator("#article-other").select_option("lead")
    page.locator(".panels.many-2").wait_for()
    reader.settle()
    again = visit(briefs_page).go(page.evaluate("location.hash"))
    assert again.locator("main").inner_text() == page.locator("main").inner_text()


@pytest.mark.parametrize("order", ["worst", "best", "gap"])
def test_articles_come_in_the_order_of_their_scores(visit, briefs_page, order):
    run = finished_run(BRIEFS)
    score = "set_rougeL.f1"
    own, other = (run.values("questions", m, score) for m in ("template", "transform"))
    key = {
        "worst": own.values,
        "best": -own.values,
        "gap": -abs(own.values - other.values),
    }[order]
    second = "&other=transform" if order == "gap" else ""
    page = visit(briefs_page).go(f"#/articles?task=questions&model=template&order={order}{second}")
    shown = page.locator(".list tbody th small").all_inner_texts()
    keys = dict(zip(own.articles, key.tolist(), strict=True))
    assert len(shown) == 36
    found = [keys[article] for article in shown]
    assert all(a <= b + 1e-6 for a, b in pairwise(found))


def test_articles_are_found_by_title_and_walked_in_order(visit, briefs_page):
    reader = visit(briefs_page)
    page = reader.go("#/articles?task=questions&model=template")
    page.locator("#find").press_sequentially("court")
    reader.until("document.querySelectorAll('.list tbody tr').length < 36")
    titles = page.locator(".list tbody th a").all_inner_texts()
    assert titles
    assert all("court" in title.lower() for title in titles)
    page.locator("#find").fill("")
    reader.until("document.querySelectorAll('.list tbody tr').length === 36")
    titles = page.locator(".list tbody th a").all_inner_texts()
    page.locator(".list tbody th a").first.press("Enter")
    walked = [page.locator("h1", has_text=titles[0]).inner_text()]
    page.locator("#next").click()
    walked.append(page.locator("h1", has_text=titles[1]).inner_text())
    page.keyboard.press("ArrowRight")
    walked.append(page.locator("h1", has_text=titles[2]).inner_text())
    assert walked == titles[:3]


@pytest.mark.parametrize(("task", "model"), [("summary", "lsa"), ("questions", "transform")])
def test_article_shows_the_alignment_of_the_terminal(visit, briefs_page, task, model):
    run = finished_run(BRIEFS)
    article = next(a for a in dataset_of(run) if a.id == ARTICLE)
    (one,) = aligned_items(run, model, task, [article])
    page = visit(briefs_page).go(f"#/article/{ARTICLE}?task={task}&model={model}")
    shown = page.locator(".pairs-drawn li")
    texts = shown.evaluate_all(
        "nodes => nodes.map(n => [...n.querySelectorAll('.item p')].map(p => p.textContent))"
    )
    said = shown.locator(".said").all_inner_texts()
    references = one.task.references(article)
    wanted, words = [], []
    for reference, match in zip(references, one.alignment.matches, strict=True):
        wanted.append([reference] + ([one.items[match[0]]] if match else []))
        close = match and reaches(match[1], 0.5)
        mark = "matched" if close else "weak" if match and match[1] else "missed"
        words.append(f"{match[1]:.2f} {mark}" if match else "missed")
    assert texts == wanted
    assert said == words
    assert page.locator(".extras li p").all_inner_texts() == [
        one.items[item] for item in one.alignment.extra
    ]


def test_cell_of_the_similarities_shows_its_two_items(visit, briefs_page):
    page = visit(briefs_page).go(VIEWS["article"])
    page.locator(".matrix summary").click()
    page.locator(".cells tbody tr").nth(1).locator("button").nth(2).press("Enter")
    said = page.locator(".chosen").inner_text()
    assert page.locator(".pairs-drawn li").nth(1).locator(".item p").first.inner_text() in said
    page.locator(".matrix svg .mark-rect path").first.click(force=True)
    assert "Page 1" in page.locator(".chosen").inner_text()


def test_point_of_the_distribution_opens_its_article(visit, briefs_page):
    page = visit(briefs_page).go("#/overview?task=questions")
    page.locator(".task:not(.aside) .spread svg .mark-symbol path").first.click(force=True)
    page.locator(".walk").wait_for()
    assert "#/article/" in page.url


def test_theme_is_the_systems_until_chosen_and_then_kept(visit, briefs_page):
    page = visit(briefs_page, "dark").go()
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.locator("#theme").click()
    light = page.evaluate(background)
    assert light == "rgb(255, 255, 255)" != dark
    page.reload()
    assert page.evaluate(background) == light


def test_print_shows_all_tasks_in_black_on_white_without_controls(visit, briefs_page):
    reader = visit(briefs_page, "dark")
    page = reader.go()
    reader.until("document.querySelectorAll('.task.aside figure[data-drawn]').length > 4")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1032, "height": 700})  # a landscape sheet inside its margins
    assert page.evaluate("document.documentElement.scrollWidth") <= 1032
    assert page.locator("table.board:visible").count() == 2
    assert page.locator("select:visible, input:visible, nav:visible").count() == 0
    assert page.locator(".task figure:visible").count() >= 8
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_one_article_has_no_intervals_and_the_page_says_so(visit, one_article_page):
    reader = visit(one_article_page)
    for task in ("summary", "questions"):
        page = reader.go(f"#/overview?task={task}")
        said = page.locator("main").inner_text()
        assert "1 article: no intervals and no tests; a difference may be due to chance." in said
        assert page.locator(".task:not(.aside) .board small").count() == 0
    assert reader.complaints == []


def test_nothing_that_a_model_or_page_wrote_runs(visit, hostile_page):
    reader = visit(hostile_page)
    page = reader.go("#/articles?model=__proto__")
    links = page.locator(".list tbody a").evaluate_all("ns => ns.map(n => n.getAttribute('href'))")
    for link in ["#/overview", "#/run", *links, f"#/article/{quote(PAYLOADS[1])}-no-such"]:
        for model in ("__proto__", "constructor"):
            reader.move(re.sub(r"model=[^&]*", f"model={model}", link))
            assert page.evaluate("window.__pwned") is None
            assert page.locator("iframe, object, embed, img, link, base").count() == 0
            assert page.locator("a:not([href^='#'])").count() == 0
    assert reader.complaints == []
    assert all(url.startswith(("file:", "about:")) for url in reader.requests)


def test_hostile_text_is_shown_as_it_was_written(visit, hostile_page):
    page = visit(hostile_page).go("#/articles?model=__proto__&order=data")
    said = page.locator("main").inner_text()
    assert "<script>window.__pwned = 1</script>" in said
    assert "user\\u202egnp.exe\\u202c" in said
    assert "\\u001b[31mred" in said
    assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]", said)
    assert page.title() == "</title><script>window.__pwned = 1</script>"


def test_raw_text_is_collapsed_inert_and_marks_what_was_dropped(visit, hostile_page):
    reader = visit(hostile_page)
    page = reader.go("#/articles?model=__proto__&order=data")
    links = page.locator(".list tbody th a").evaluate_all(
        "nodes => nodes.map(n => n.getAttribute('href'))"
    )
    for link, payload in list(zip(links, PAYLOADS, strict=True))[:4]:
        page = reader.go(link)
        raw = page.locator("details.raw")
        assert raw.get_attribute("open") is None
        raw.locator("summary").click()
        assert payload in raw.locator("pre").inner_text()
        assert payload in raw.locator("pre del").first.inner_text()
        assert raw.locator("pre span").first.inner_text() == f"Who wrote {payload}?"
        assert raw.locator("pre :not(del):not(span)").count() == 0
    assert not page.evaluate("Boolean(window.__pwned)")
    assert reader.complaints == []


def test_model_without_raw_text_has_no_such_part(visit, one_article_page):
    page = visit(one_article_page).go("#/articles?model=lead")
    page.locator(".list tbody th a").first.click()
    assert page.locator("details.raw").count() == 0


def test_failed_and_empty_articles_say_so(visit, hostile_page):
    page = visit(hostile_page).go("#/articles?model=plain&order=data")
    links = page.locator(".list tbody a").evaluate_all("ns => ns.map(n => n.getAttribute('href'))")
    page = visit(hostile_page).go(links[3])
    assert "Failed: </style></title></textarea><svg" in page.locator(".notice").inner_text()
    page = visit(hostile_page).go(links[2])
    assert "The model wrote nothing." in page.locator(".notice").inner_text()


@pytest.mark.slow
def test_file_asks_for_nothing_and_allows_only_its_own_scripts(briefs_page, hostile_page):
    for file in (briefs_page, hostile_page):
        html = file.read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
        assert "default-src &#39;none&#39;" in policy
        assert "unsafe-eval" not in policy
        assert "unsafe-inline" not in policy.split("style-src")[0]
        head, body = html.split("<body>", 1)
        assert not re.search(r"<(link|script)[^>]*\s(src|href)=|@import|url\(", head)
        assert not re.search(r"<script[^>]*\ssrc=", body.split("<script>")[0])
    facts = re.search(r'id="facts">(.*?)</script>', hostile_page.read_text("utf-8"), re.DOTALL)[1]
    assert json.loads(facts)["title"] == "</title><script>window.__pwned = 1</script>"


def test_no_name_covers_another_where_quality_is_drawn_against_speed(visit, briefs_page, results):
    page = visit(briefs_page).go("#/overview?task=summary")
    boxes = page.locator(".task:not(.aside) .resources .mark-text.role-mark text").evaluate_all(
        "nodes => nodes.map(n => n.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == len(results.tasks["summary"].models)
    for one, other in combinations(boxes, 2):
        beside = one["right"] <= other["left"] or other["right"] <= one["left"]
        assert beside or one["bottom"] <= other["top"] + 2 or other["bottom"] <= one["top"] + 2
