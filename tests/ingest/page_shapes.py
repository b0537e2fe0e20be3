"""Shapes of published pages, each with the bullets and questions that a reader sees on it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

TITLE = "Ferry crews return to work after a week of strikes"
BULLETS = (
    "Crews of all four ferry lines went back to work on Monday.",
    "The new contract raises wages by five percent over two years.",
    "Islands had been short of fuel and fresh food since Tuesday.",
)
QUESTIONS = (
    "Why did the ferry crews walk out?",
    "What does the new contract give them?",
    "Which islands ran short of fuel?",
    "Could the strike begin again in spring?",
)
ANSWERS = (
    "They wanted higher wages and longer rest between night crossings.",
    "It raises wages by five percent and limits shifts to ten hours.",
    "The three northern islands reported empty filling stations.",
    "The contract has a clause that forbids strikes until next summer.",
)
BODY = (
    "The crews of the four ferry lines returned to their ships on Monday morning, a week after"
    " they had walked out over wages and hours, and the first boat left the harbour at six.",
    "Shops on the northern islands had run out of fresh milk and vegetables by Friday, and the"
    " filling stations there sold petrol only to ambulances and the fire service.",
    "The union said that its members had voted for the contract by a wide margin, although many"
    " of them had hoped for more than five percent in a year of rising prices.",
    "The shipping company expects that all timetables will be back to normal within three days.",
)


@dataclass(frozen=True)
class PageShape:
    """A page and what is on it.

    Attributes:
        html: the page.
        bullets: the bullets in order.
        questions: the reader questions in order.
    """

    html: str
    bullets: tuple[str, ...] = BULLETS
    questions: tuple[str, ...] = QUESTIONS


def paragraphs(texts: Sequence[str] = BODY) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def items(texts: Sequence[str], tag: str = "ul") -> str:
    return f"<{tag}>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + f"</{tag}>"


KEY = f"<h2>Key points</h2>{items(BULLETS)}"
ASKED = f"<h2>Reader questions</h2>{items(QUESTIONS)}"


def page(*parts: str, head: str = "", language: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>"
        f"{''.join(parts)}</article></body></html>"
    )


def script(content: str) -> str:
    return f'<script type="application/ld+json">{content}</script>'


def asked(text: str, answer: str | None = "", kind: str = "Question") -> dict[str, object]:
    node: dict[str, object] = {"@type": kind, "name": text}
    if answer is not None:
        node["acceptedAnswer"] = {"@type": "Answer", "text": answer}
    return node


FAQ = {
    "@context": "https://schema.org",
    "@type": "FAQPage",
    "mainEntity": [asked(q, a) for q, a in zip(QUESTIONS, ANSWERS, strict=True)],
}
BARE_FAQ = {**FAQ, "mainEntity": [asked(q, None) for q in QUESTIONS]}
DUMP = json.dumps(BARE_FAQ)
NODES = [asked(q, None) for q in QUESTIONS]


def _declared(content: str) -> PageShape:
    return PageShape(page(KEY, paragraphs(), head=script(content)))


def _trailing_commas() -> str:
    return DUMP.replace('"}]', '",},]')


JSON_LD = {
    "plain": DUMP,
    "with answers": json.dumps(FAQ),
    "indented": json.dumps(FAQ, indent=2),
    "trailing commas": _trailing_commas(),
    "double commas": DUMP.replace("}, {", "},, {"),
    "byte order mark": "\ufeff" + DUMP,
    "zero-width space": "\u200b" + DUMP,
    "semicolon": DUMP + ";",
    "line comment": "// the questions\n" + DUMP + "\n// end",
    "block comment": "/* the questions */" + DUMP,
    "comment between entries": json.dumps(FAQ, indent=1).replace("},\n", "}, // next\n"),
    "markup comment": f"<!--\n{DUMP}\n-->",
    "CDATA": f"//<![CDATA[\n{DUMP}\n//]]>",
    "CDATA in a block comment": f"/*<![CDATA[*/{DUMP}/*]]>*/",
    "two objects": json.dumps({"@type": "WebSite", "name": "Harbour Post"}) + "\n" + DUMP,
    "two objects with a comma": json.dumps({"@type": "WebSite"}) + ",\n" + DUMP,
    "an array": json.dumps([{"@type": "WebSite"}, BARE_FAQ]),
    "graph of questions": json.dumps({"@context": "x", "@graph": NODES}),
    "graph with a page": json.dumps({"@graph": [{"@type": "NewsArticle", "headline": TITLE}, FAQ]}),
    "graph with references": json.dumps(
        {
            "@graph": [
                {"@type": "FAQPage", "mainEntity": [{"@id": f"#{n}"} for n in range(4)]},
                *({"@id": f"#{n}", **node} for n, node in enumerate(NODES)),
            ]
        }
    ),
    "item list": json.dumps(
        {
            "@type": "FAQPage",
            "mainEntity": {"@type": "ItemList", "itemListElement": NODES},
        }
    ),
    "part of the article": json.dumps({"@type": "NewsArticle", "headline": TITLE, "hasPart": FAQ}),
    "escaped apostrophes": DUMP.replace(
        "ferry crews", r"ferry crews\' friends".replace(" friends", "")
    ).replace("ferry crews\\'", "ferry crews"),
    "vocabulary in the keys": json.dumps(FAQ)
    .replace('"name"', '"schema:name"')
    .replace('"mainEntity"', '"schema:mainEntity"'),
    "names with a language": json.dumps(
        {**FAQ, "mainEntity": [{"@type": "Question", "name": {"@value": q}} for q in QUESTIONS]}
    ),
    "names in lists": json.dumps(
        {**FAQ, "mainEntity": [{"@type": "Question", "name": [q]} for q in QUESTIONS]}
    ),
    "address as type": DUMP.replace('"Question"', '"https://schema.org/Question"'),
    "types in a list": DUMP.replace('"FAQPage"', '["WebPage", "FAQPage"]'),
    "entities": json.dumps(BARE_FAQ).replace("?", "&#63;"),
    "escaped quotation marks": DUMP.replace('"', "&quot;"),
    "line break in a string": DUMP.replace("walk out", "walk\nout"),
    "empty answers": json.dumps({**FAQ, "mainEntity": [asked(q, "") for q in QUESTIONS]}),
}


def accordion(answers: Sequence[str | None], wrapper: str) -> str:
    """Questions with answers in the markup of a site; an answer may be missing."""
    parts = {
        "details": "<details><summary>{q}</summary>{a}</details>",
        "div": "<div class='item'><button>{q}</button><div>{a}</div></div>",
        "h3": "<h3>{q}</h3>{a}",
        "dl": "<dt>{q}</dt><dd>{a}</dd>",
        "section": "<section><h3>{q}</h3><div class='answer'>{a}</div></section>",
        "li": "<li><strong>{q}</strong>{a}</li>",
    }
    outer = {"dl": "dl", "li": "ul"}.get(wrapper, "div")
    shown = [
        parts[wrapper].format(q=escape(q), a=f"<p>{escape(a)}</p>" if a else "")
        for q, a in zip(QUESTIONS, answers, strict=True)
    ]
    return f"<section><h2>FAQ</h2><{outer}>{''.join(shown)}</{outer}></section>"


HEADINGS = {
    "de": ("Das Wichtigste in Kürze", "Häufige Fragen"),
    "de overview": ("Auf einen Blick", "Fragen und Antworten"),
    "fr": ("L’essentiel", "Questions fréquentes"),
    "fr points": ("Points clés", "Foire aux questions"),
    "es": ("Puntos clave", "Preguntas frecuentes"),
    "es claves": ("Las claves", "Preguntas de los lectores"),
    "it": ("In sintesi", "Domande frequenti"),
    "pt": ("Principais pontos", "Perguntas frequentes"),
    "nl": ("In het kort", "Veelgestelde vragen"),
    "sv": ("Sammanfattning", "Vanliga frågor"),
    "da": ("Det vigtigste", "Ofte stillede spørgsmål"),
    "pl": ("W skrócie", "Pytania i odpowiedzi"),
    "tr": ("ÖNE ÇIKANLAR", "SIKÇA SORULAN SORULAR"),
    "ru": ("Главное", "Вопросы и ответы"),
    "ja": ("要点", "よくある質問"),
    "ar": ("أبرز النقاط", "الأسئلة الشائعة"),
}


def _text_with_answers(*missing: int) -> str:
    answered = [
        f"{q}\n\n{a}" if a else q for q, a in zip(QUESTIONS, _without(*missing), strict=True)
    ]
    bullets = "\n".join(f"- {bullet}" for bullet in BULLETS)
    return "\n\n".join([TITLE, f"Key points\n{bullets}", *BODY, "FAQ", *answered])


def _micro(kind: str) -> str:
    if kind == "hidden":
        nodes = "".join(
            f"<div itemscope itemtype='https://schema.org/Question'>"
            f"<meta itemprop='name' content='{q}'><p>{a}</p></div>"
            for q, a in zip(QUESTIONS, ANSWERS, strict=True)
        )
        return f"<div>{nodes}</div>"
    if kind == "RDFa":
        nodes = "".join(
            f'<div property="mainEntity" typeof="Question"><p property="name">{q}</p></div>'
            for q in QUESTIONS
        )
        return f'<div vocab="https://schema.org/" typeof="FAQPage">{nodes}</div>'
    nodes = "".join(
        f"<div itemprop='mainEntity' itemscope itemtype='https://schema.org/Question'>"
        f"<h3 itemprop='name'>{q}</h3>"
        + (
            "<div itemprop='acceptedAnswer' itemscope itemtype='https://schema.org/Answer'>"
            f"<p itemprop='text'>{a}</p></div>"
            if kind == "answers"
            else ""
        )
        + "</div>"
        for q, a in zip(QUESTIONS, ANSWERS, strict=True)
    )
    return f"<div itemscope itemtype='https://schema.org/FAQPage'>{nodes}</div>"


def _without(*numbers: int) -> list[str | None]:
    return [None if n in numbers else answer for n, answer in enumerate(ANSWERS)]


NAV = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
RELATED = (
    "<aside><h2>Related articles</h2><ul><li><a href='/a'>Harbour dredged</a></li></ul></aside>"
)
TEXT_PAGE = "\n\n".join(
    [
        TITLE,
        "Key points\n" + "\n".join(f"• {b}" for b in BULLETS),
        *BODY,
        "Insights\n" + "\n".join(f"{n}. {q}" for n, q in enumerate(QUESTIONS, 1)),
    ]
)

SHAPES: dict[str, PageShape] = {
    "usual": PageShape(page(KEY, paragraphs(), ASKED)),
    "questions first": PageShape(page(ASKED, KEY, paragraphs())),
    "bullets last": PageShape(page(paragraphs(), KEY, ASKED)),
    "numbered": PageShape(
        page(
            f"<h2>Takeaways</h2>{items(BULLETS, 'ol')}",
            paragraphs(),
            f"<h3>FAQ</h3>{items(QUESTIONS, 'ol')}",
        )
    ),
    "bold headings": PageShape(
        page(
            f"<p><strong>Key points</strong></p>{items(BULLETS)}",
            paragraphs(),
            f"<p><b>Reader questions</b></p>{items(QUESTIONS)}",
        )
    ),
    "menu and related articles": PageShape(page(NAV, KEY, paragraphs(), ASKED, RELATED)),
    "line breaks": PageShape(
        page(
            f"<h2>Summary</h2><p>{'<br>'.join(f'• {b}' for b in BULLETS)}</p>",
            paragraphs(),
            f"<h2>Insights</h2><p>{'<br>'.join(QUESTIONS)}</p>",
        )
    ),
    "divisions": PageShape(
        page(
            "<div><div>Key points</div>" + "".join(f"<div>• {b}</div>" for b in BULLETS) + "</div>",
            paragraphs(),
            "<div><div>Questions</div>" + "".join(f"<div>{q}</div>" for q in QUESTIONS) + "</div>",
        )
    ),
    "paragraph questions": PageShape(
        page(KEY, paragraphs(), "<h2>Questions</h2>" + paragraphs(QUESTIONS))
    ),
    "linked questions": PageShape(
        page(
            KEY,
            paragraphs(),
            "<h2>People also ask</h2><ul>"
            + "".join(f"<li><a href='#q'>{q}</a></li>" for q in QUESTIONS)
            + "</ul>",
        )
    ),
    "button questions": PageShape(
        page(
            KEY,
            paragraphs(),
            "<div><h2>Insights</h2>"
            + "".join(f"<button>{q}</button>" for q in QUESTIONS)
            + "</div>",
        )
    ),
    "table of questions": PageShape(
        page(
            KEY,
            paragraphs(),
            "<h2>FAQ</h2><table>"
            + "".join(f"<tr><td>{q}</td></tr>" for q in QUESTIONS)
            + "</table>",
        )
    ),
    "plain text": PageShape(TEXT_PAGE),
    "plain text with dashes": PageShape(TEXT_PAGE.replace("• ", "- ")),
    "Markdown": PageShape(
        f"# {TITLE}\n\n## Key points\n\n"
        + "\n".join(f"* {b}" for b in BULLETS)
        + "\n\n"
        + "\n\n".join(BODY)
        + "\n\n## Reader questions\n\n"
        + "\n".join(f"- {q}" for q in QUESTIONS)
    ),
    "microdata without answers": PageShape(page(KEY, paragraphs(), _micro("questions"))),
    "microdata with answers": PageShape(page(KEY, paragraphs(), _micro("answers"))),
    "RDFa": PageShape(page(KEY, paragraphs(), _micro("RDFa"))),
    "microdata with hidden names": PageShape(page(KEY, paragraphs(), _micro("hidden"))),
    "unknown heading that asks": PageShape(
        page(KEY, paragraphs(), f"<h2>Curious?</h2>{items(QUESTIONS)}")
    ),
    "paragraphs in boxes of microdata": PageShape(page(KEY, _micro("RDFa"), paragraphs())),
    "plain text, first without an answer": PageShape(_text_with_answers(0)),
    "plain text, middle without an answer": PageShape(_text_with_answers(1, 2)),
    "bold questions": PageShape(
        page(
            KEY,
            paragraphs(),
            "<h2>FAQ</h2>"
            + "".join(
                f"<p><strong>{q}</strong>{f'<br>{a}' if a else ''}</p>"
                for q, a in zip(QUESTIONS, _without(0, 2), strict=True)
            ),
        )
    ),
    "labelled questions": PageShape(
        page(
            KEY,
            paragraphs(),
            "<h2>FAQ</h2>"
            + "".join(
                f"<p>Q: {q}</p>" + (f"<p>A: {a}</p>" if a else "")
                for q, a in zip(QUESTIONS, _without(1), strict=True)
            ),
        )
    ),
    "headings with a topic": PageShape(
        page(
            f"<h2>Das Wichtigste zum Streik</h2>{items(BULLETS)}",
            paragraphs(),
            f"<h2>Häufig gestellte Fragen zum Streik</h2>{items(QUESTIONS)}",
        )
    ),
    "no list tag": PageShape(
        page(KEY, paragraphs(), "<div>" + "".join(f"<h4>{q}</h4>" for q in QUESTIONS) + "</div>")
    ),
    "declared and shown": PageShape(
        page(KEY, paragraphs(), accordion(ANSWERS, "h3"), head=script(json.dumps(FAQ)))
    ),
    "declared and shown without a heading": PageShape(
        page(
            KEY,
            paragraphs(),
            "".join(f"<p>{q}</p><p>{a}</p>" for q, a in zip(QUESTIONS, ANSWERS, strict=True)),
            head=script(json.dumps(FAQ)),
        )
    ),
    "declared and shown, one without an answer": PageShape(
        page(
            KEY,
            paragraphs(),
            "".join(
                f"<p>{q}</p>" + (f"<p>{a}</p>" if a else "")
                for q, a in zip(QUESTIONS, _without(1), strict=True)
            ),
            head=script(json.dumps(FAQ)),
        )
    ),
    "paid, declared": PageShape(
        page(
            KEY,
            paragraphs(),
            ASKED,
            head=script(json.dumps({"@type": "NewsArticle", "isAccessibleForFree": False})),
        )
    ),
    "cut with a call": PageShape(
        page(KEY, paragraphs(), "<p>Subscribe to continue reading</p>", ASKED)
    ),
}
SHAPES |= {f"JSON-LD: {name}": _declared(content) for name, content in JSON_LD.items()}
SHAPES |= {
    f"headings: {language}": PageShape(
        page(
            f"<h2>{first}</h2>{items(BULLETS)}",
            paragraphs(),
            f"<h2>{second}</h2>{items(QUESTIONS)}",
            language=language[:2],
        )
    )
    for language, (first, second) in HEADINGS.items()
}
SHAPES |= {
    f"{wrapper}, {name}": PageShape(page(KEY, paragraphs(), accordion(answers, wrapper)))
    for wrapper in ("details", "div", "h3", "dl", "section", "li")
    for name, answers in {
        "all answered": list(ANSWERS),
        "first without an answer": _without(0),
        "middle without an answer": _without(1),
        "last without an answer": _without(3),
        "two without an answer": _without(1, 2),
        "no answers": _without(0, 1, 2, 3),
    }.items()
}
