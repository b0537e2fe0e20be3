"""What is taken from the JSON-LD of a page, and what becomes of JSON-LD that is broken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.article import Article
from bench.errors import DataError
from bench.ingest.layout.json_ld import article_data
from bench.ingest.layout.sloppy_json import parse_script
from bench.ingest.pages import Page, PageReader
from tests.ingest.harbour import BULLETS, PARAGRAPHS, QUESTIONS, TITLE, html_page, is_harbour, tags

NEWS: dict[str, Any] = {"@context": "https://schema.org", "@type": "NewsArticle"}
FAQ: dict[str, Any] = {
    "@type": "FAQPage",
    "mainEntity": [
        {"@type": "Question", "name": q, "acceptedAnswer": {"@type": "Answer", "text": "No."}}
        for q in QUESTIONS
    ],
}


def script(content: object) -> str:
    text = content if isinstance(content, str) else json.dumps(content)
    return f'<script type="application/ld+json">{text}</script>'


def page_with(*contents: object, **parts: str) -> Page:
    page = html_page(head="\n".join(map(script, contents)), **parts)
    return PageReader().read(page.encode(), "page.html")


def read(*contents: object, **parts: str) -> Article:
    return page_with(*contents, **parts).article


@pytest.mark.parametrize(
    "around",
    [
        lambda news: news,
        lambda news: [news],
        lambda news: {"@graph": [{"@type": "WebSite", "name": "Coast"}, news]},
        lambda news: [{"@type": "WebPage", "name": "Coast"}, [news]],
        lambda news: {"@type": "WebPage", "mainEntity": news},
        lambda news: {**news, "@type": ["Thing", "ReportageNewsArticle"]},
        lambda news: {**news, "@type": "https://schema.org/Article"},
        lambda news: f"<!--{json.dumps(news)}-->",
        lambda news: f"//<![CDATA[\n{json.dumps(news)};\n//]]>",
    ],
)
def test_article_is_found_in_every_wrapping(around):
    news = {**NEWS, "headline": TITLE, "articleBody": "\n\n".join(PARAGRAPHS)}
    assert is_harbour(read(around(news), title="", body=""))


def test_visible_page_takes_precedence():
    news = {**NEWS, "headline": "Another", "articleBody": "Another body. It is long enough."}
    assert is_harbour(read(news, {**FAQ, "mainEntity": FAQ["mainEntity"][:1]}))


@pytest.mark.parametrize("join", ["\n", "\r\n\r\n", "<br><br>", "</p>\n<p>", "&lt;/p&gt;&lt;p&gt;"])
def test_body_is_text_however_it_is_written(join):
    assert is_harbour(read({**NEWS, "articleBody": join.join(PARAGRAPHS)}, body=""))


def test_entities_tags_and_characters_that_show_nothing_become_text():
    odd = (
        "  <b>Bridge</b>\n&amp; port\u200b \x00closed\ud800 &#8211; &ldquo;for good&rdquo;, a < b  "
    )
    article = read({**NEWS, "headline": odd}, title="")
    assert article.title == "Bridge & port closed – “for good”, a < b"


def test_author_date_source_and_language_are_read():
    article = read(
        {
            **NEWS,
            "inLanguage": {"@type": "Language", "alternateName": "de-AT"},
            "mainEntityOfPage": {"@type": "WebPage", "@id": "https://coast.example/bridge"},
            "publisher": {"@type": "Organization", "name": "Coast News"},
            "author": [{"@type": "Person", "name": "Ada  Roe"}, "Bo Lind", {"name": 3}, None],
            "datePublished": "2026-03-03T10:15:00+01:00",
        }
    )
    assert (article.language, article.source) == ("de", "https://coast.example/bridge")
    assert article.extra == {
        "published": "2026-03-03T10:15:00+01:00",
        "authors": ["Ada Roe", "Bo Lind"],
    }


@pytest.mark.parametrize(
    ("news", "head", "source"),
    [
        ({"url": "https://a.example/1"}, "<link rel=canonical href=https://b.example/2>", 0),
        ({"mainEntityOfPage": "https://a.example/1"}, "", 0),
        ({"url": "/1"}, "<link rel=canonical href=https://b.example/2>", "https://b.example/2"),
        ({"url": "javascript:x", "publisher": {"name": "Coast News"}}, "", "Coast News"),
        ({"publisher": "Coast News"}, "<meta property=og:url content=http://c.d>", "http://c.d"),
        ({"publisher": ["", {"x": 1}]}, "", "page.html"),
    ],
)
def test_source_is_an_address_else_the_publisher(news, head, source):
    page = html_page(head=head + script({**NEWS, **news}))
    read_page = PageReader().read(page.encode(), "page.html").article
    assert read_page.source == (source or "https://a.example/1")


@pytest.mark.parametrize(
    ("said", "language"),
    [("fr-FR", "fr"), ("Deutsch", "sv"), (["nl", "en"], "nl"), (7, "sv"), ("", "sv")],
)
def test_language_that_is_no_tag_is_asked_for_elsewhere(said, language):
    assert read({**NEWS, "inLanguage": said}, title=f"<h1>{TITLE}</h1>").language in {
        "en",
        language,
    }
    page = html_page(
        head="<meta property=og:locale content=sv_SE>" + script({**NEWS, "inLanguage": said})
    )
    assert PageReader().read(page.encode(), "page.html").article.language == language


def test_questions_of_a_faq_page_where_the_page_shows_none():
    faq = {**FAQ, "mainEntity": [*FAQ["mainEntity"], {"@type": "Question", "name": "No question"}]}
    assert is_harbour(read([NEWS, faq], questions=""))
    assert is_harbour(read({**NEWS, "hasPart": FAQ}, questions=""))
    (only,) = read({**FAQ, "mainEntity": FAQ["mainEntity"][0]}, questions="").questions
    assert only == QUESTIONS[0]


def test_questions_that_are_declared_are_known_on_the_page_under_any_heading():
    answer = "<p>The council said on Tuesday that it would let the whole town know in time.</p>"
    shown = "".join(f"<h3>{question}</h3>{answer}" for question in QUESTIONS)
    assert is_harbour(read(FAQ, questions=f"<h2>Good to know</h2>{shown}"))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"@type": NewsArticle}', "expecting value"),
        ('{"headline": "never ends', "unterminated string"),
        ("var x = 1", "expecting value"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_broken_json_is_told_and_passed_over(broken, reason):
    page = page_with({**NEWS, "inLanguage": "fr"}, broken)
    assert is_harbour(page.article)
    assert page.article.language == "fr"
    (note,) = page.notes
    assert note.startswith("page.html:4: invalid JSON-LD is ignored (")
    assert reason in note.lower()


def test_empty_script_is_nothing_to_tell():
    assert page_with("", " \n ").notes == ()


def test_teaser_deep_inside_is_not_the_article():
    teaser = {**NEWS, "headline": "Teaser", "articleBody": "A teaser. It is about another thing."}
    listed = {"@type": "ItemList", "itemListElement": [{"item": teaser}]}
    with pytest.raises(DataError, match="no body found"):
        read(listed, {**NEWS, "mentions": [teaser]}, body="")


def test_first_article_with_a_body_counts_of_several():
    other = {**NEWS, "headline": "A Video"}
    news = {**NEWS, "headline": TITLE, "articleBody": "\n".join(PARAGRAPHS)}
    assert is_harbour(read([other, news, other], title="", body=""))


NAMES = ["name", "headline", "articleBody", "url", "author", "inLanguage", "publisher", "text"]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [*NAMES, "mainEntity", "mainEntityOfPage", "hasPart", "@graph", "@type", "@id"]
            ),
            inner | st.sampled_from(["NewsArticle", "FAQPage", "Question", "Why?", "2026"]),
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_any_json_is_read_as_plain_text_or_nothing(value):
    data = article_data([*parse_script(json.dumps(value)), value])
    said = [data.headline, data.language, data.publisher, *data.paragraphs, *data.questions]
    assert all(text == " ".join(text.split()) for text in [*said, *data.authors, *data.addresses])
    assert all("\x00" not in text for text in said)


@pytest.mark.slow
@given(JSON)
def test_any_json_ld_leaves_what_the_page_shows(value):
    article = read({**NEWS, "hasPart": value, "articleBody": value, "author": value})
    assert (article.title, article.summary, article.questions) == (TITLE, BULLETS, QUESTIONS)
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_tags_in_a_script_are_no_part_of_the_page():
    body = tags("p", PARAGRAPHS[:2]) + script({"a": "<p>LEAK, a sentence.</p>"})
    assert is_harbour(read(body=body + tags("p", PARAGRAPHS[2:])))
