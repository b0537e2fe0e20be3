"""What holds for every page: an article in any shape is read back, the rest is a DataError."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.article import Article
from bench.errors import DataError
from bench.ingest.pages import PageReader
from tests.ingest.harbour import apart, html_page, lines, tags, text_page

WORDS = """
    bridge council harbour ferry mayor pier water town crown cost plan vote repair traffic diver
    winter station market engineer newspaper well-known two-year NATO-led Kolb’s “old” a to of 40
    1,932 Coast
"""
SOME_WORDS = st.sampled_from(WORDS.split())


def sentence(least: int, most: int, end: str) -> st.SearchStrategy[str]:
    # The first word is one that every reader takes for the first of a sentence.
    return st.lists(SOME_WORDS, min_size=least, max_size=most).map(
        lambda words: " ".join(["The", *words]) + end
    )


# Long enough to be wrapped at any width, in the middle of a sentence.
CERTAIN = (
    "That is all that was known on Monday about the old bridge and the people who have crossed it"
    " on their way to work and to school on each and every day of the last ninety or so years."
)
PARAGRAPH = st.lists(
    st.one_of(sentence(6, 20, "."), sentence(6, 20, "?"), sentence(6, 20, ".”")), max_size=5
).map(lambda sentences: " ".join([*sentences, CERTAIN]))
ARTICLES = st.fixed_dictionaries(
    {
        "title": st.lists(SOME_WORDS, min_size=3, max_size=12).map(
            lambda w: f"News: {' '.join(w)}"
        ),
        "bullets": st.lists(sentence(5, 30, "."), min_size=2, max_size=6),
        "paragraphs": st.lists(PARAGRAPH, min_size=1, max_size=6),
        "questions": st.lists(sentence(3, 25, "?"), min_size=3, max_size=16),
    }
)
Parts = dict[str, list[str]]


def numbered(items: list[str]) -> list[str]:
    return [f"{number}. {item}" for number, item in enumerate(items, start=1)]


def plain(article: Parts) -> str:
    return text_page(
        title=f"Coast News\n\n{article['title']}",
        summary="Summarized by Coast AI\n" + lines(article["bullets"], "  • "),
        body=apart([*article["paragraphs"], "Explore more stories at coast.example."]),
        questions="Insights\n\n" + apart([*article["questions"], "Search\nNeed help?"]),
    )


def without_blank_lines(article: Parts) -> str:
    return text_page(
        title=article["title"],
        summary="In brief:\n" + lines(article["bullets"], "- "),
        body=lines(article["paragraphs"]),
        questions="FAQ\n" + lines(article["questions"]),
    )


def with_numbers(article: Parts) -> str:
    return text_page(
        title=article["title"],
        summary="Highlights\n\n" + apart(numbered(article["bullets"])),
        body=apart(article["paragraphs"]),
        questions="Questions\n\n" + lines(numbered(article["questions"])),
    )


def wrapped(article: Parts, width: int) -> str:
    wrap = partial(textwrap.fill, width=width)
    hang = partial(wrap, subsequent_indent="    ")
    return text_page(
        title=wrap(article["title"]),
        summary="Key points\n\n" + lines([hang(f"  • {b}") for b in article["bullets"]]),
        body=apart([wrap(p) for p in article["paragraphs"]]),
        questions="Questions\n\n" + lines([hang(q) for q in numbered(article["questions"])]),
    )


def wrapped_flat(article: Parts, width: int) -> str:
    wrap = partial(textwrap.fill, width=width)
    return text_page(
        title=wrap(article["title"]),
        summary="Key points\n\n" + lines([wrap(f"• {b}") for b in article["bullets"]]),
        body=apart([wrap(p) for p in article["paragraphs"]]),
        questions="Questions\n\n" + apart([wrap(q) for q in article["questions"]]),
    )


def html(article: Parts) -> str:
    return html_page(
        head=f"<title>{article['title']} | Coast News</title>",
        title=f"<h1>{article['title']}</h1>",
        summary=f"<h2>Key points</h2><ul>{tags('li', article['bullets'])}</ul>",
        body=tags("p", article["paragraphs"]),
        questions=f"<h2>Questions</h2><ol>{tags('li', article['questions'])}</ol>",
    )


WIDTHS = (60, 72, 80, 100)
SHAPES: dict[str, Callable[[Parts], str]] = {
    "plain": plain,
    "without blank lines": without_blank_lines,
    "with numbers": with_numbers,
    "html": html,
    **{f"wrapped to {width}": partial(wrapped, width=width) for width in WIDTHS},
    **{f"wrapped flat to {width}": partial(wrapped_flat, width=width) for width in WIDTHS},
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=20)  # of each of twelve shapes
@given(article=ARTICLES, end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_article_in_any_shape_is_read_back(shape, article, end):
    page = SHAPES[shape](article).replace("\n", end)
    read = PageReader().read(page.encode(), "page").article
    assert read.title == article["title"]
    assert list(read.summary) == article["bullets"]
    assert read.text.split("\n\n") == article["paragraphs"]
    assert list(read.questions) == article["questions"]


SCRAPS = """
    <p> <li> <ul> </ul> <h1> <h2> <br> <article> <aside> <div> <a> <pre> </p> <!-- --> <title>
    <meta charset=utf-16> &#0; &#xD800; &nbsp; • - 1. ** ## === Summary Insights FAQ Why? Key
    points The bridge is closed today for all the traffic, they said. https://a.example ? . “ ”
    \u200b \u202e é 日本
"""
FRAGMENTS = st.sampled_from([*SCRAPS.split(), "\n", "\n\n", "\t", " ", "\r", "\u2028"])


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@example(b"\xff\xfe")
@example(b"<meta charset=undefined>x")
@example(b"<!doctype html>")
def test_any_bytes_are_an_article_or_a_data_error(data):
    check_whole_or_refused(data)


@given(st.lists(FRAGMENTS, max_size=80).map("".join))
def test_any_scraps_of_a_page_are_an_article_or_a_data_error(page):
    check_whole_or_refused(page.encode())


@given(st.lists(FRAGMENTS, max_size=20).map("".join), st.integers(0, 1000))
def test_article_with_scraps_in_it_is_whole_or_a_data_error(scraps, at):
    page = html_page()
    at %= len(page)
    check_whole_or_refused((page[:at] + scraps + page[at:]).encode())


def check_whole_or_refused(data: bytes) -> None:
    try:
        article = PageReader().read(data, "page").article
    except DataError as error:
        lines_said = error.problems
    else:
        check_whole(article)
        return
    assert lines_said
    assert all(line.startswith("page") and "\n" not in line for line in lines_said)


def check_whole(article: Article) -> None:
    assert article.id
    assert article.title
    assert article.text.strip() == article.text != ""
    assert article.summary
    assert all(item == " ".join(item.split()) != "" for item in article.summary)
    assert article.questions
    assert all(any(mark in item for mark in "?？؟") for item in article.questions)
