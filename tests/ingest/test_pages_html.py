"""What a page in HTML is read as, however it is marked up."""

from __future__ import annotations

import pytest

from bench.article import Article
from bench.errors import DataError
from bench.ingest.pages import PageReader
from tests.ingest.harbour import (
    BULLETS,
    PARAGRAPHS,
    QUESTIONS,
    TITLE,
    html_page,
    is_harbour,
    tags,
    text_page,
)


def read(page: str) -> Article:
    return PageReader().read(page.encode(), "page.html").article


ANSWER = "<p>That is for the council to say.</p>"
SHAPES = {
    "a news site": f"""<!DOCTYPE html><html lang="en-GB"><head><title>{TITLE} | Coast News</title>
        <style>p {{ color: red }}</style></head><body class="has-cookie-banner">
        <nav><ul><li><a href="/">Home</a><li>Insights<li>Highlights</ul></nav>
        <header><h1>Coast News</h1></header>
        <main><article><h1>{TITLE}</h1><p class="byline">By Jane Doe</p><time>3 March 2026</time>
        <aside><h2>Key takeaways</h2><ul>{tags("li", BULLETS)}</ul></aside>
        <figure><img src="b.png" alt="The bridge."><figcaption>The bridge is closed.</figcaption>
        </figure>{tags("p", PARAGRAPHS)}<p>Explore more stories at coast.example.</p></article>
        <section><h2>People also ask</h2><ul>{tags("li", QUESTIONS)}</ul></section></main>
        <aside><p>Subscribe to the paper and never miss a story again.</p></aside>
        <footer><p>Need help? Write to us, we answer every letter.</p></footer></body></html>""",
    "nothing but div": f"""<div>Coast News</div><div><h1>{TITLE}</h1></div><div>By Jane Doe</div>
        <div><div>Summary</div>{tags("div", BULLETS)}</div><div>{tags("div", PARAGRAPHS)}</div>
        <div><div>Questions</div>{tags("div", QUESTIONS)}</div>
        <div>Search</div><div>Need help?</div>""",
    "nothing closed": f"""<html><body><h1>{TITLE}<h2>Key facts</h2><ul><li>{"<li>".join(BULLETS)}
        </ul><p>{"<p>".join(PARAGRAPHS)}<h2>Questions<ul><li>{"<li>".join(QUESTIONS)}""",
    "lists of line breaks": f"""<h1>{TITLE}</h1><p><b>Key points:</b><br>• {"<br>• ".join(BULLETS)}
        </p>{tags("p", PARAGRAPHS)}<p><b>FAQ</b></p><p>{"<br/>".join(QUESTIONS)}</p>""",
    "lists of line breaks, unmarked": f"""<h1>{TITLE}</h1><div><b>In brief</b><br>
        {"<br>".join(BULLETS)}</div>{tags("p", PARAGRAPHS)}
        <p><b>Questions</b><br>{"<br>".join(QUESTIONS)}</p>""",
    "paragraphs of line breaks": f"""<div><h1>{TITLE}</h1><b>TL;DR</b><ul>{tags("li", BULLETS)}</ul>
        {"<br><br>".join(PARAGRAPHS)}<br><br>Insights<br><br>{"<br><br>".join(QUESTIONS)}</div>""",
    "a box of paragraphs": f"""<article><h1>{TITLE}</h1>
        <section><h2>Summary</h2>{tags("p", BULLETS)}</section>{tags("p", PARAGRAPHS)}
        <section><h2>Insights</h2>{tags("p", QUESTIONS)}</section></article>""",
    "a box below its heading": f"""<article><h1>{TITLE}</h1><h3>Highlights</h3>
        <div>{tags("p", BULLETS)}</div><div>{tags("p", PARAGRAPHS)}</div>
        <h3>Insights</h3>{tags("p", QUESTIONS)}</article>""",
    "an outline": f"""<h1>{TITLE}</h1><h2>Summary</h2>{tags("p", BULLETS)}
        <h2>The full story</h2>{tags("p", PARAGRAPHS)}<h2>Insights</h2>{tags("p", QUESTIONS)}""",
    "details that unfold": f"""<main><h1>{TITLE}</h1><h2>At a glance</h2><ul>{tags("li", BULLETS)}
        </ul>{tags("p", PARAGRAPHS)}<h2>Frequently asked questions (FAQ)</h2>"""
    + "".join(f"<details><summary>{q}</summary>{ANSWER}</details>" for q in QUESTIONS)
    + "<p>Subscribe to our newsletter.</p></main>",
    "buttons that unfold": f"""<main><h1>{TITLE}</h1><h2>At a glance</h2><ul>{tags("li", BULLETS)}
        </ul>{tags("p", PARAGRAPHS)}<h2>FAQ</h2>"""
    + "".join(f"<h3><button>{q}</button></h3><div hidden>{ANSWER}</div>" for q in QUESTIONS),
    "definitions above the body": f"<h1>{TITLE}</h1><h2>FAQ</h2><dl>"
    + "".join(f"<dt>{q}<dd>Ask the council.<dd>Or ask the port." for q in QUESTIONS)
    + f"</dl>{tags('p', PARAGRAPHS)}<h2>TL;DR</h2><ul>{tags('li', BULLETS)}</ul>",
    "boxes amid the body": f"""<article><h1>{TITLE}</h1>{tags("p", PARAGRAPHS[:2])}
        <aside><h4>Key points</h4><ul>{tags("li", BULLETS)}</ul></aside>{tags("p", PARAGRAPHS[2:3])}
        <div><h4>Related questions</h4><ul>{tags("li", QUESTIONS)}</ul></div>
        {tags("p", PARAGRAPHS[3:])}</article><p>Comments are closed, thank you all.</p>""",
    "a nested list": f"""<h1>{TITLE}</h1><h2>Key points</h2><ul><li>{BULLETS[0]}
        <ul><li>{BULLETS[1]}</li></ul></li><li>{BULLETS[2]}</li></ul><ul><li>Share<li>Save</ul>
        {tags("p", PARAGRAPHS)}<h2>Insights</h2><ul>{tags("li", QUESTIONS)}</ul>Need help?""",
    "a table as the frame": f"""<table><tr><td>Home<td>News<td>Insights</tr><tr><td>
        <font size=5><h1>{TITLE}</h1></font><b>Key points</b><ul>{tags("li", BULLETS)}</ul>
        {tags("p", PARAGRAPHS)}<b>Questions</b><ul>{tags("li", QUESTIONS)}</ul></table>""",
    "no headings": f"""<h1>{TITLE}</h1><ul><li><a href=#1>Jump to the comments below</a></ul>
        <ul>{tags("li", BULLETS)}</ul>{tags("p", PARAGRAPHS)}<ul>{tags("li", QUESTIONS)}</ul>
        <p>Search</p><p>Need help?</p>""",
    "a text file in a browser": f"<html><body><pre>{text_page()}</pre></body></html>",
    "upper case, and XHTML": '<?xml version="1.0" encoding="utf-8"?>\n'
    + html_page(
        summary=f"<H2>KEY POINTS</H2><UL>{tags('LI', BULLETS)}</UL>", body=tags("P", PARAGRAPHS)
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_article_is_found_in(shape):
    assert is_harbour(read(SHAPES[shape]))


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>{}</script>",
        "<style>{}</style>",
        "<noscript><p>{}</p></noscript>",
        "<template><p>{}</p></template>",
        "<nav><p>{}</p></nav>",
        "<footer><p>{}</p></footer>",
        "<p hidden>{}</p>",
        "<div aria-hidden='true'><p>{}</p></div>",
        "<div style='color: red; display: none'><p>{}</p></div>",
        "<div role=dialog><p>{}</p></div>",
        "<!-- {} -->",
        "<svg><title>{}</title></svg>",
        "<p>Photo: {}</p>",
        "<h3>{}</h3>",
        "<p><a href='/next'>{}</a></p>",
    ],
)
def test_hidden_text_and_markup_are_no_body(unseen):
    secret = unseen.format("The bridge was sold in secret to the port on Monday.")
    body = tags("p", PARAGRAPHS[:2]) + secret + tags("p", PARAGRAPHS[2:])
    assert is_harbour(read(html_page(body=body)))


def test_inline_markup_neither_loses_nor_doubles_a_space():
    page = html_page(
        body="<p>The <b>har</b>bour <em>bridge</em>,<br>which <a href=#>the\n council</a> closed"
        "<sup>2</sup>&nbsp;on<span> Tuesday</span>&mdash;&ldquo;too&#32;late&rdquo; &#8212; was"
        "<wbr> un&shy;safe &amp; old<!-- ! -->.</p>"
    )
    expected = "The harbour bridge, which the council closed2 on Tuesday—“too late” — was"
    assert read(page).text == f"{expected} unsafe & old."


def test_bullet_of_several_parts_is_one():
    bullets = "".join(f"<li><p><b>{b[:3]}</b>{b[3:]}</p><p>More soon.</p></li>" for b in BULLETS)
    page = html_page(summary=f"<h2>Key points</h2><ul>{bullets}</ul>")
    assert read(page).summary == tuple(f"{bullet} More soon." for bullet in BULLETS)


@pytest.mark.parametrize(
    ("head", "heading"),
    [
        (f"<title>{TITLE} | Coast News</title>", ""),
        (f"<title>{TITLE} - Coast News</title>", ""),
        (f"<title>{TITLE} — Town — Coast News</title>", ""),
        (f"<title>News</title><meta property=og:title content='{TITLE}'>", ""),
        (f"<title>Coast News</title><meta name=og:title content='{TITLE} | Coast News'>", ""),
        ("<title>Something else</title>", f"<h1><img><span>{TITLE}</span></h1>"),
        ("", f"<h1>{TITLE[:14]}<br>{TITLE[15:]}</h1>"),
        (f"<meta property=og:site_name content=Coast><title>{TITLE}</title>", "<h1>Coast</h1>"),
        ("", f"<h2>{TITLE}</h2>"),
        ("", f"<div>Coast News</div><div>{TITLE}</div>"),
    ],
)
def test_title_is_the_heading_else_what_the_head_declares(head, heading):
    assert is_harbour(read(html_page(head=head, title=heading)))


def test_dash_in_a_title_is_not_taken_for_the_end_of_it():
    page = html_page(head="<title>Bridge closes - ferries run</title>", title="")
    assert read(page).title == "Bridge closes - ferries run"


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ("<link rel='canonical' href=' https://a.example/1 '>", "https://a.example/1"),
        ("<meta property='og:url' content='http://a.example/2'>", "http://a.example/2"),
        ("<link rel=canonical href='/1'><meta property=og:url content='http://b.c'>", "http://b.c"),
        ("<link rel=canonical href='javascript:alert(1)'>", "page.html"),
        ("<link rel=canonical href='http://[::1'>", "page.html"),
        ("", "page.html"),
    ],
)
def test_source_is_the_canonical_address(head, source):
    assert read(html_page(head=head)).source == source


@pytest.mark.parametrize(
    ("attribute", "language"),
    [("lang=de-AT", "de"), ("xml:lang='fr'", "fr"), ("lang=''", "en"), ("lang=english", "en")],
)
def test_language_is_the_primary_subtag(attribute, language):
    assert read(html_page().replace("<html>", f"<html {attribute}>")).language == language


def test_summary_without_an_end_is_an_error():
    page = html_page(summary=f"<h2>Summary</h2>{tags('p', BULLETS)}")
    with pytest.raises(DataError, match="cannot tell where the summary below 'Summary' ends"):
        read(page)


@pytest.mark.slow
def test_page_may_nest_without_end():
    page = html_page(body="<div><b>" * 20_000 + tags("p", PARAGRAPHS))
    assert is_harbour(read(page))


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html>",
        "<html>",
        "\ufeff\n<body>",
        "<!-- saved -->\n<div>",
        "<form>",
        "Menu <body>",
    ],
)
def test_html_is_known_by_how_it_begins(start):
    page = html_page().partition("<body>")[2]
    assert is_harbour(read(start + page))


def test_text_that_mentions_a_tag_is_a_text():
    page = text_page(title="How to Use <br> and </p> on the Web")
    assert read(page).title == "How to Use <br> and </p> on the Web"


def test_bullet_may_stand_in_a_cell_of_its_own():
    cells = "".join(f"<tr><td>&bull;</td><td>{bullet}</td></tr>" for bullet in BULLETS)
    flex = "".join(f"<div><span>{n}.</span><div>{q}</div></div>" for n, q in enumerate(QUESTIONS))
    page = html_page(
        summary=f"<p>In short</p><table>{cells}</table>", questions=f"<p>Questions</p>{flex}"
    )
    assert is_harbour(read(page))
