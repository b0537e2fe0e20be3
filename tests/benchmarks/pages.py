"""How many pages are read exactly: bullets, questions and body, of many shapes of pages.

Run ``python -m tests.benchmarks.pages`` from the root of the repository. Exits with 1 if fewer than
97 % of the shapes are exact, or if a page loses a part without a fault or a note.
"""

from __future__ import annotations

import sys

from bench.data.rows import load_dataset
from bench.errors import DataError
from bench.ingest.layout.headings import Headings
from bench.ingest.pages import PageReader
from tests.ingest.page_shapes import SHAPES, PageShape, items, page, paragraphs

WANTED = 0.97


def published() -> dict[str, PageShape]:
    """The published page that comes with the package, in three layouts."""
    article = load_dataset("nextfin")[0]
    body = paragraphs(article.text.split("\n\n"))
    bullets = f"<h2>Summarized by NextFin AI</h2>{items(article.summary)}"
    questions = f"<h2>Insights</h2>{items(article.questions)}"
    boxes = "".join(f"<div><span>{q}</span></div>" for q in article.questions)
    pages = {
        "list items": page(bullets, body, questions),
        "boxes": page(bullets, body, f"<section><h3>Insights</h3>{boxes}</section>"),
        "questions first": page(questions, bullets, body),
    }
    return {
        f"published page, {name}": PageShape(html, article.summary, article.questions)
        for name, html in pages.items()
    }


def judged(shape: PageShape) -> str:
    """``exact``, ``refused``, ``reported`` (with a note), or ``silent`` for an unreported loss."""
    try:
        found = PageReader(headings=Headings()).read(shape.html.encode(), "page.html")
    except DataError:
        return "refused"
    lists = (found.article.summary, found.article.questions)
    if lists == (shape.bullets, shape.questions):
        return "exact"
    return "reported" if found.notes else "silent"


def main() -> int:
    """Print the share of exact pages and every other page."""
    verdicts = {name: judged(shape) for name, shape in {**SHAPES, **published()}.items()}
    exact = sum(verdict == "exact" for verdict in verdicts.values())
    for name, verdict in verdicts.items():
        if verdict != "exact":
            print(f"{verdict:8} {name}")
    print(f"{exact} of {len(verdicts)} pages exact ({exact / len(verdicts):.1%})")
    silent = "silent" in verdicts.values()
    return int(silent or exact < WANTED * len(verdicts))


if __name__ == "__main__":
    sys.exit(main())
