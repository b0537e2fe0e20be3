"""An invented article and the shapes its page may have."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bench.article import Article

TITLE = "Harbour Bridge to Close for Two Years"
BULLETS = (
    "The harbour bridge closes to all traffic for two years.",
    "Divers found cracks in two of its nine piers.",
    "Repairs will cost 40 million crowns, twice the planned sum.",
)
PARAGRAPHS = (
    "Coast News - The harbour council voted on Tuesday to close the old bridge to all traffic for"
    " two years, after divers found cracks in two of its nine piers.",
    "“We have no choice,” said the mayor, Ines Kolb. Repairs will cost 40 million crowns — twice"
    " the sum set aside last spring.",
    "Ferries will carry people across every ten minutes. Will that be enough? The town’s shop"
    " owners doubt it.",
    "Nobody in the town hall could say on Tuesday who pays for the ferries: the port, the state,"
    " or the town itself?",
    "Work begins in March, once the ice has gone.",
)
QUESTIONS = (
    "Why does the harbour bridge have to close?",
    "How much will the repairs cost the town?",
    "Who will pay for the ferries?",
    "When does the work begin?",
)


def is_harbour(article: Article) -> bool:
    """Whether it is the article, whole and with nothing added; shows the parts if it is not."""
    assert article.title == TITLE
    assert article.summary == BULLETS
    assert tuple(article.text.split("\n\n")) == PARAGRAPHS
    assert article.questions == QUESTIONS
    return True


def lines(items: Sequence[str], mark: str = "") -> str:
    return "\n".join(f"{mark}{item}" for item in items)


def apart(items: Sequence[str], mark: str = "") -> str:
    return "\n\n".join(f"{mark}{item}" for item in items)


def text_page(
    *,
    title: str = TITLE,
    summary: str = "Key points\n" + lines(BULLETS, "• "),
    body: str = apart(PARAGRAPHS),
    questions: str = "Questions\n\n" + apart(QUESTIONS),
    order: str = "title summary body questions",
) -> str:
    parts = {"title": title, "summary": summary, "body": body, "questions": questions}
    return "\n\n".join(parts[name] for name in order.split()) + "\n"


def tags(name: str, items: Sequence[str]) -> str:
    return "".join(f"<{name}>{escape(item)}</{name}>" for item in items)


def html_page(
    *,
    head: str = "",
    title: str = f"<h1>{TITLE}</h1>",
    summary: str = f"<h2>Key points</h2><ul>{tags('li', BULLETS)}</ul>",
    body: str = tags("p", PARAGRAPHS),
    questions: str = f"<h2>Questions</h2><ol>{tags('li', QUESTIONS)}</ol>",
) -> str:
    content = "\n".join([title, summary, body, questions])
    return f"<!DOCTYPE html>\n<html>\n<head>{head}</head>\n<body>{content}</body>\n</html>\n"
