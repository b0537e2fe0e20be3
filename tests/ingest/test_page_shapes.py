"""Pages of many shapes: bullets and questions are exact, and nothing is lost silently."""

from __future__ import annotations

import json

import pytest

from bench.errors import DataError
from bench.ingest.pages import PageReader
from tests.benchmarks.pages import judged, published
from tests.ingest.page_shapes import (
    ANSWERS,
    ASKED,
    BODY,
    BULLETS,
    FAQ,
    KEY,
    QUESTIONS,
    SHAPES,
    TITLE,
    page,
    paragraphs,
    script,
)


@pytest.mark.parametrize("name", SHAPES)
def test_lists_of_the_shape(name):
    shape = SHAPES[name]
    article = PageReader().read(shape.html.encode(), "p.html").article
    assert article.title == TITLE
    assert article.summary == shape.bullets
    assert article.questions == shape.questions
    assert article.text.split("\n\n")[0] == BODY[0]
    assert not any(text in article.text for text in (*shape.questions, *ANSWERS))
    assert BODY[-1] in article.text


@pytest.mark.parametrize("name", published())
def test_lists_of_the_published_page(name):
    assert judged(published()[name]) == "exact"


def notes(html: str) -> tuple[str, ...]:
    return PageReader().read(html.encode(), "p.html").notes


@pytest.mark.parametrize("value", [False, "False", "false", "http://schema.org/False"])
@pytest.mark.parametrize("wrap", [lambda node: node, lambda node: {"hasPart": [node]}])
def test_paid_article_is_reported(value, wrap):
    node = {
        "@type": "NewsArticle",
        **wrap({"@type": "WebPageElement", "isAccessibleForFree": value}),
    }
    node["@type"] = "NewsArticle"
    (note,) = notes(page(KEY, paragraphs(), ASKED, head=script(json.dumps(node))))
    assert note == "p.html: the text may be incomplete: declared as paid (isAccessibleForFree)"


@pytest.mark.parametrize("value", [True, "True", None, "true"])
def test_free_article_is_not_reported(value):
    node = {"@type": "NewsArticle", "isAccessibleForFree": value}
    assert notes(page(KEY, paragraphs(), ASKED, head=script(json.dumps(node)))) == ()


@pytest.mark.parametrize(
    "notice",
    [
        "Continue reading",
        "Continue reading with a subscription",
        "Subscribe to continue reading",
        "Sign in to read the full story",
        "To read the full article, become a member.",
        "To continue reading, subscribe today",
        "This article is for subscribers only",
        "You have reached your limit of free articles.",
        "Unlock this article",
        "Read the full story",
        "Jetzt abonnieren und weiterlesen",
        "Weiterlesen mit Plus",
        "Il vous reste 80 % de cet article à lire. La suite est réservée aux abonnés.",
        "Article réservé aux abonnés",
        "Sigue leyendo",
        "Contenido exclusivo para suscriptores",
        "Articolo riservato agli abbonati",
    ],
)
@pytest.mark.parametrize("tag", ["p", "a", "button"])
def test_notice_of_a_cut_page_is_reported(notice, tag):
    html = page(KEY, paragraphs(), f"<div><{tag}>{notice}</{tag}></div>", ASKED)
    (note,) = notes(html)
    assert note.startswith("p.html: the text may be incomplete: it says ")
    assert notice not in PageReader().read(html.encode(), "p.html").article.text


@pytest.mark.parametrize("end", ["…", "...", "[...]"])
def test_text_that_stops_in_a_sentence_is_reported(end):
    cut = [*BODY[:2], f"{BODY[2][:90]}{end}"]
    (note,) = notes(page(KEY, paragraphs(cut), ASKED))
    assert note.startswith("p.html: the text may be incomplete: its last paragraph ends with ")


@pytest.mark.parametrize(
    "text",
    [
        "Continue reading the main story",
        "Continue reading habits, the librarian said, are formed long before school and last for a"
        " whole life, and that is why the town will not close its branches on the islands, whatever"
        " the council may decide in the spring about money for books and for music.",
        "Members only voted once.",
        "Keep reading the signs, the captain told them.",
        "Read the full story of the harbour in the museum.",
    ],
)
def test_whole_page_is_not_reported(text):
    html = page(KEY, paragraphs([*BODY[:2], text, *BODY[2:]]), ASKED)
    assert notes(html) == ()
    kept = text in PageReader().read(html.encode(), "p.html").article.text
    assert kept == text.endswith(".")


@pytest.mark.parametrize("content", ["{{FAQ}}", '{"@type": FAQPage}', "var faq = 3", '{"a": "b'])
def test_unreadable_script_is_reported_also_where_the_page_is_refused(content):
    with pytest.raises(DataError) as caught:
        notes(page(KEY, paragraphs(), head=script(content)))
    missing, broken = caught.value.problems
    assert "--questions-heading" in missing
    assert broken.startswith("p.html:1: invalid JSON-LD is ignored (")


def test_missing_bullets_name_the_option():
    with pytest.raises(DataError, match="--summary-heading"):
        notes(page(paragraphs(), ASKED))


def test_declared_questions_without_a_question_mark_are_counted():
    entries = [*FAQ["mainEntity"], {"@type": "Question", "name": "How the vote went"}]
    head = script(json.dumps({**FAQ, "mainEntity": entries}))
    (note,) = notes(page(KEY, paragraphs(), head=head))
    assert note == "p.html: 1 question of JSON-LD without a question mark skipped"


def test_question_of_a_forum_page_is_not_a_reader_question():
    forum = {"@type": "QAPage", "mainEntity": {"@type": "Question", "name": "Does it float?"}}
    article = (
        PageReader(partial=True)
        .read(page(KEY, paragraphs(), head=script(json.dumps(forum))).encode(), "p.html")
        .article
    )
    assert article.questions == ()


def test_explanation_names_the_role_of_each_block():
    html = page("<p>By Ann Lee</p>", KEY, paragraphs(), "<p>Subscribe now</p>", ASKED)
    lines = PageReader().explain(html.encode(), "p.html")
    told = "\n".join(lines)
    assert f"title (first heading of level 1): {TITLE}" in told
    assert "heading (announces the bullets): Key points" in told
    assert f"bullet (below 'Key points'): {BULLETS[0]}" in told
    assert f"question (below 'Reader questions'): {QUESTIONS[0]}" in told
    assert told.count(": body (paragraph of the article): ") == len(BODY)
    assert "skipped (byline, date, caption, notice or call to action): By Ann Lee" in told
    assert lines[-1].endswith("3 bullets, 4 paragraphs, 4 questions")


def test_explanation_of_a_page_that_is_refused():
    lines = PageReader().explain(page(paragraphs()).encode(), "p.html")
    assert lines[-1].endswith("0 bullets, 4 paragraphs, 0 questions")


def test_explanation_says_what_comes_from_the_metadata():
    html = page(KEY, paragraphs(), head=script(json.dumps(FAQ)))
    assert any(
        "questions from the metadata" in line for line in PageReader().explain(html.encode(), "p")
    )
