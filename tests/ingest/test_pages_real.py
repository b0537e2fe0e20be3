"""Pages as publishers build them: the article among all that stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.article import Article
from bench.errors import ConfigError, DataError
from bench.ingest.layout.headings import Headings
from bench.ingest.pages import PageReader
from tests.ingest.harbour import (
    BULLETS,
    PARAGRAPHS,
    QUESTIONS,
    TITLE,
    html_page,
    is_harbour,
    lines,
    tags,
    text_page,
)

KEY_POINTS = f"<h2>Key points</h2><ul>{tags('li', BULLETS)}</ul>"
ASKED = f"<h2>Questions</h2><ol>{tags('li', QUESTIONS)}</ol>"
BODY = tags("p", PARAGRAPHS)
LONG = "The port has sold its last crane, and the crane will leave for the north on Friday."
ANSWER = f"<p>{LONG}</p><p>Nobody could say more than that on Tuesday evening.</p>"


def read(page: str, **options) -> Article:
    return PageReader(**options).read(page.encode(), "page.html").article


def document(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>"


def cards(count: int) -> str:
    return "".join(
        f"<div class=card><h3><a href=/{n}>Crane {n} is sold</a></h3><p>{LONG}</p></div>"
        for n in range(count)
    )


SHAPES = {
    "a consent banner first": f"""<div id="onetrust-consent-sdk"><div class="cookie-banner">
        <h2>We value your privacy</h2><p>With your leave we and our 204 partners store and read data
        on your device to measure what is read.</p><button>Accept all</button></div></div>
        <main><h1>{TITLE}</h1>{KEY_POINTS}{BODY}{ASKED}</main>""",
    "related articles amid and behind": f"""<article><h1>{TITLE}</h1>{KEY_POINTS}
        {tags("p", PARAGRAPHS[:2])}<div class="related-articles"><h3>Related</h3><p>{LONG}</p></div>
        {tags("p", PARAGRAPHS[2:])}{ASKED}</article>
        <section class="recirc"><h2>More from the harbour</h2>{cards(3)}</section>""",
    "cards below a heading, without names": f"""<div><div><h1>{TITLE}</h1></div><div>{KEY_POINTS}
        {BODY}<h2>More from Coast News</h2>{cards(2)}</div><div>{ASKED}</div></div>""",
    "a related list that interrupts": f"""<h1>{TITLE}</h1>{KEY_POINTS}{tags("p", PARAGRAPHS[:2])}
        <h3>Related articles</h3><ul><li><a href=/1>Crane is sold.</a> {LONG}</li></ul>
        {tags("p", PARAGRAPHS[2:])}{ASKED}""",
    "comments with questions in them": f"""<article><h1>{TITLE}</h1>{KEY_POINTS}{BODY}{ASKED}
        </article><div id="comments"><h2>3 comments</h2><ul><li>Who voted for these people?<li>Why
        was I not asked?<li>Who sold it?<li>Who will buy it?<li>When?</ul><p>{LONG}</p></div>""",
    "adverts and share bars": f"""<div class="story"><h1>{TITLE}</h1>
        <ul class="share-bar"><li>Share this story with all of your friends<li>Send this story by
        electronic mail now</ul>{KEY_POINTS}{PARAGRAPHS[0]}
        <div class="ad-slot"><p>Buy the lamp that lights the harbour at night.</p></div>
        <p>Advertisement. Scroll to continue reading.</p><p>Story continues below the video.</p>
        {tags("p", PARAGRAPHS[1:])}{ASKED}</div>""",
    "captions, bylines, credits": f"""<article><h1>{TITLE}</h1><p class="byline">By our writer in
        the harbour, who has lived there for ten years.</p><div class="image-caption">The bridge in
        winter, as the ferry saw it.</div>{KEY_POINTS}{BODY}<div class="author-bio"><p>Jane Doe is
        a writer. She has lived in the harbour for ten years.</p></div>{ASKED}</article>""",
    "read more, newsletter, subscribe": f"""<article><h1>{TITLE}</h1>{KEY_POINTS}{PARAGRAPHS[0]}
        <p><strong>Read more:</strong> <a href=/1>The crane that nobody wanted.</a></p>
        <p>See also: <a href=/2>How the crane came to the port.</a></p>
        <div class="newsletterSignup"><p>The harbour in your inbox, each morning at six.</p></div>
        <form action=/s><p>The tide tables come with it for nothing, if you ask.</p></form>
        {tags("p", PARAGRAPHS[1:])}<p>Get our morning newsletter delivered to you.</p>{ASKED}
        </article>""",
    "tables of numbers and words": f"""<article><h1>{TITLE}</h1>{KEY_POINTS}
        {tags("p", PARAGRAPHS[:3])}<table><caption>Costs.</caption><tr><th>Pier<th>What was found
        there<tr><td>1<td>The divers found nothing at all that was new.<tr><td>2<td>One crack was
        found.</table>{tags("p", PARAGRAPHS[3:])}{ASKED}</article>""",
    "text for screen readers, pictograms": f"""<main><h1>{TITLE}</h1>{KEY_POINTS}
        <p>{PARAGRAPHS[0]} <span class="sr-only">(opens in a new window)</span></p>
        {tags("p", PARAGRAPHS[1:])}<h2>FAQ</h2>"""
    + "".join(
        f"<button>{q}<i class='material-icons'>expand_more</i><span class='plus-icon'>+</span>"
        f"</button><div class=panel>{ANSWER}</div>"
        for q in QUESTIONS
    )
    + "</main>",
    "list items of many tags": f"""<main><h1>{TITLE}</h1><div class="summary-box"><div><span>At a
        glance</span></div><ul>"""
    + "".join(
        f"<li><div><p><span>{b[:9]}<strong>{b[9:15]}</strong><a href=#x>{b[15:]}</a></span></p>"
        "</div></li>"
        for b in BULLETS
    )
    + f"</ul></div>{BODY}<section><h2><span>Insights</span></h2><ul>"
    + "".join(f"<li><a href='/ask'><p><span>{q}</span></p></a></li>" for q in QUESTIONS)
    + "</ul></section></main>",
    "an accordion of summary elements with lists": f"""<main><h1>{TITLE}</h1>{KEY_POINTS}{BODY}
        <section><h2>People also ask</h2><p>Tap a question to unfold its answer.</p>"""
    + "".join(
        f"<details><summary><h3>{q}</h3></summary><div>{ANSWER}<p>There are three ways:</p>"
        "<ul><li>ferry<li>train<li>bus</ul></div></details>"
        for q in QUESTIONS
    )
    + f"</section></main><footer>{LONG}</footer>",
    "headings that are buttons, answers shown": f"""<main><h1>{TITLE}</h1>{KEY_POINTS}{BODY}
        <h2><button aria-expanded=true>Frequently asked questions</button></h2>"""
    + "".join(f"<div><h3><button>{q}</button></h3><div>{ANSWER}</div></div>" for q in QUESTIONS)
    + "</main>",
    "questions and answers in one paragraph": f"""<main><h1>{TITLE}</h1>{KEY_POINTS}{BODY}
        <h2>Q&amp;A</h2>{"".join(f"<p><b>{q}</b> {LONG}</p>" for q in QUESTIONS)}</main>""",
    "questions and answers in list items": f"""<main><h1>{TITLE}</h1>{KEY_POINTS}{BODY}<h2>FAQ</h2>
        <ul>{"".join(f"<li><b>{q}</b><p>{LONG}</p></li>" for q in QUESTIONS)}</ul></main>""",
    "a widget in front of every answer": f"""<main><h1>{TITLE}</h1>{KEY_POINTS}{BODY}<h2>FAQ</h2>"""
    + "".join(f"<p>{q}</p><p><a href=#>Show answer</a></p><p>{LONG}</p>" for q in QUESTIONS)
    + "</main>",
    "the whole summary folded away": f"""<h1>{TITLE}</h1><details><summary>Key takeaways</summary>
        <ul>{tags("li", BULLETS)}</ul></details>{BODY}<details open><summary>Reader questions
        </summary><ol>{tags("li", QUESTIONS)}</ol></details>""",
    "one question, many words for questions": f"""<h1>{TITLE}</h1>{KEY_POINTS}{BODY}
        <h2>What to know</h2><ul>{tags("li", QUESTIONS)}</ul>""",
    "what to know, as bullets": f"""<h1>{TITLE}</h1><h2>What to know</h2>
        <ul>{tags("li", BULLETS)}</ul>{BODY}{ASKED}""",
    "a web form around everything": f"""<form id="aspnetForm"><div class="social-page"><h1>{TITLE}
        </h1>{KEY_POINTS}{BODY}{ASKED}</div></form>""",
    "headings of the site above all": f"""<header role=banner><p>The harbour has had its newspaper
        since the year 1871.</p><ul><li>Home<li>Insights</ul></header><div id=page>
        <div><h1>{TITLE}</h1></div><div class=text>{PARAGRAPHS[0]}<div>Advertisement</div>
        {tags("p", PARAGRAPHS[1:])}</div><div>{KEY_POINTS}</div><div>{ASKED}</div></div>""",
    "a body with an odd name, and more comments than body": f"""<h1>{TITLE}</h1>{KEY_POINTS}
        <div class="entry social-enabled">{BODY}</div>{ASKED}
        <div class=comment-list>{tags("p", [LONG] * 40)}</div>""",
    "numbers in boxes of their own": f"""<h1>{TITLE}</h1><div><div>3 Key Takeaways</div>"""
    + "".join(f"<div><span>{n}</span><p>{b}</p></div>" for n, b in enumerate(BULLETS, 1))
    + f"</div>{BODY}<h2>FAQ</h2>"
    + "".join(
        f"<h4><span>Q{n}.</span> {q}</h4><p>A. {LONG}</p>" for n, q in enumerate(QUESTIONS, 1)
    ),
    "asked whether it was helpful": f"""<h1>{TITLE}</h1><div><h2>AI summary</h2><p>Written by a
        machine and checked by an editor.</p><ul>{tags("li", BULLETS)}</ul><p>Was this summary
        helpful?</p></div>{BODY}<div><h2>Insights</h2>{tags("p", QUESTIONS)}<p>Was this helpful?</p>
        </div>""",
    "a gallery and a post from elsewhere": f"""<h1>{TITLE}</h1>{KEY_POINTS}<ul class=gallery><li>
        <span>{LONG}</span></ul>{tags("p", PARAGRAPHS[:2])}<blockquote class="twitter-tweet"><p>The
        bridge is shut, people! Go home now.</p></blockquote>{tags("p", PARAGRAPHS[2:])}{ASKED}""",
    "chips to tap": f"""<h1>{TITLE}</h1>{KEY_POINTS}{BODY}<div><span>Ask about this article</span>
        <div class=chips>{"".join(f"<div role=button><b>{q}</b></div>" for q in QUESTIONS)}</div>
        <p>Ask your own question.</p></div>""",
    "the next story below": f"""<article><h1>{TITLE}</h1>{KEY_POINTS}{BODY}{ASKED}</article>
        <article><h1>Another Story of the Port</h1><p>{LONG}</p></article>""",
    "teasers that are articles": f"""<main><h1>{TITLE}</h1>{KEY_POINTS}{BODY}{ASKED}<section>
        <h2>Latest news</h2>{f"<article><h3>Crane sold</h3><p>{LONG}</p></article>" * 4}</section>
        </main>""",
    "definitions of one word": f"""<h1>{TITLE}</h1>{KEY_POINTS}{BODY}<h2>FAQ</h2><dl>"""
    + "".join(f"<dt>{q}</dt><dd>Yes</dd>" for q in QUESTIONS)
    + "</dl>",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_article_is_found_among_all_that_stands_around_it(shape):
    assert is_harbour(read(document(SHAPES[shape])))


@pytest.mark.parametrize("name", ["related-questions", "sidebar", "promo-box", "share"])
def test_list_is_found_in_a_box_of_any_name(name):
    box = '<div class="{}">{}</div>'
    page = html_page(summary=box.format(name, KEY_POINTS), questions=box.format(name, ASKED))
    assert is_harbour(read(page))


def test_term_and_its_definition_are_one_bullet():
    terms = "".join(f"<dt>{word}</dt><dd>{b}</dd>" for word, b in zip("ABC", BULLETS, strict=True))
    page = html_page(summary=f"<h2>At a glance</h2><dl>{terms}</dl>")
    assert read(page).summary == tuple(
        f"{word} {b}" for word, b in zip("ABC", BULLETS, strict=True)
    )


def test_more_headings_can_be_named_and_the_known_ones_stay():
    known = Headings.with_more(["das * wichtigste:"], ["Was fragen Leser?"])
    for summary in ("Das Aller-Wichtigste", "Key points"):
        page = text_page(
            summary=f"{summary}\n{lines(BULLETS, '- ')}",
            questions="Was fragen Leser?\n" + lines(QUESTIONS),
        )
        assert is_harbour(read(page, headings=known)), summary
    assert not known.is_summary("Das ist das Wichtigste. Und noch etwas.")


@pytest.mark.parametrize("heading", ["", " ", "*", "**", "?", ":", "x" * 90])
def test_heading_has_words(heading):
    with pytest.raises(ConfigError, match=r"--questions-heading .* give the words of a heading"):
        Headings.with_more(questions=[heading])


def test_partial_page_lacks_one_list_not_both():
    reader = PageReader(partial=True)
    for lacking in ("summary", "questions"):
        article = reader.read(text_page(**{lacking: ""}).encode(), "page").article
        assert getattr(article, lacking) == ()
        assert tuple(article.text.split("\n\n")) == PARAGRAPHS
    with pytest.raises(DataError, match="no bullets found") as error:
        reader.read(text_page(summary="", questions="").encode(), "page")
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="cannot tell where the summary"):
        reader.read(html_page(summary=f"<h2>Summary</h2>{tags('p', BULLETS)}").encode(), "page")


def test_fault_in_html_names_the_line_where_its_heading_stands_once():
    page = html_page(questions="\n\n<h2>Insights</h2>\n<p>None.</p>")
    with pytest.raises(DataError, match=r"^page\.html:9: no reader questions found below"):
        read(page)
    with pytest.raises(DataError, match=r"^page\.html: no reader questions found below"):
        read(page.replace("<head>", "<head><meta name=x content=Insights>"))


def test_banner_is_no_article():
    page = document(f"<h1>{TITLE}</h1>{KEY_POINTS}{ASKED}<div class=cookie-bar><p>{LONG}</p></div>")
    with pytest.raises(DataError, match="no body found"):
        read(page)


JUNK = st.sampled_from(
    [
        "<script>var LEAK = '<p>LEAK is here, and it is a sentence.</p>';</script>",
        "<script type='application/ld+json'>{LEAK</script>",
        "<style>.LEAK { color: red }</style>",
        "<noscript><p>LEAK is here, and it is a sentence.</p></noscript>",
        "<template><p>LEAK is here, and it is a sentence.</p></template>",
        "<!-- LEAK -->",
        "<p hidden>LEAK is here, and it is a sentence.</p>",
        "<div class='ad'><p>LEAK is here, and it is a sentence of some length.</p></div>",
        "<aside><p>LEAK is here, and it is a sentence of some length.</p></aside>",
        "<nav><ul><li>LEAK is here, and it is a sentence.</ul></nav>",
        "<svg><text>LEAK</text></svg>",
        "<div></div>",
        "<p><a href='/LEAK'>LEAK is here</a></p>",
        "<hr>",
    ]
)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.lists(JUNK, max_size=4).map("".join), min_size=10, max_size=10))
def test_junk_around_an_article_never_leaks_into_it(junk):
    gaps = iter(junk)
    page = document(
        f"{next(gaps)}<article>{next(gaps)}<h1>{TITLE}</h1>{next(gaps)}{KEY_POINTS}{next(gaps)}"
        + "".join(f"<p>{p}</p>{next(gaps)}" for p in PARAGRAPHS)
        + f"{ASKED}</article>{next(gaps)}"
    )
    assert is_harbour(read(page))


@pytest.mark.slow
@settings(max_examples=60)
@given(st.text(alphabet="<>/\"'=!-& \nabpdivscript{}[]:,.?", max_size=200), st.integers(0, 10_000))
def test_scraps_of_markup_never_make_a_script_readable(scraps, at):
    page = document(
        f"<script>LEAK('<p>a sentence that is long enough to be taken for one.</p>')</script>"
        f"<article><h1>{TITLE}</h1>{KEY_POINTS}{BODY}{ASKED}</article>"
    )
    start = page.index("<article>")
    at = start + at % (len(page) - start)
    try:
        article = read(page[:at] + scraps + page[at:])
    except DataError:
        return
    assert "LEAK" not in str(article)
