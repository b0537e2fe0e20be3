"""``bench ingest``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.report.terminal import printable

if TYPE_CHECKING:
    from bench.article import Article
    from bench.data.folder import WrittenDataset

_LISTED = 20  # articles named one by one; of more only the totals are told


def ingest(
    pages: Annotated[
        list[str],
        typer.Argument(
            metavar="PAGE",
            help="Saved pages, HTML or plain text; a pattern in quotes; - for standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="DIR", help="The data set's folder.", show_default=False
        ),
    ],
    split: Annotated[str, typer.Option(metavar="NAME", help="Write <NAME>.jsonl.")] = "test",
    source: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Where the pages come from; else a page's own address, or its file's name.",
            show_default=False,
        ),
    ] = None,
    text_license: Annotated[
        str,
        typer.Option(
            "--license",
            metavar="TEXT",
            help="Terms of the text: an identifier such as cc-by-4.0, an address, or words.",
            show_default=False,
        ),
    ] = "",
    language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            help="Language of the text, such as de; else what a page declares, or en.",
            show_default=False,
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Encoding of the pages, such as cp1252; else what a page declares, or UTF-8.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace rows and a card that are there already.")
    ] = False,
) -> None:
    """Turn published pages into article rows and a dataset card.

    Example: bench ingest 'pages/*.html' --output datasets/mine

    A page is read as its readers see it: the title; a few bullets, below a
    line such as "Key points" or "Summarized by ..."; the paragraphs; and the
    reader questions, below a line such as "Insights", "FAQ" or "People also
    ask", each ending in a question mark. Menus, bylines, captions and other
    things of the site are left out.

    If any page lacks a part, every fault is printed with its file and line,
    and nothing is written.
    """
    from bench.data.folder import write_dataset
    from bench.data.pages import Provenance, read_pages

    given = Provenance(source=source, license=text_license, language=language)
    articles = read_pages(pages, encoding=encoding, given=given)
    written = write_dataset(articles, output, split=split, force=force)
    for line in _report(articles, written):
        print(printable(line), file=sys.stderr)


def _report(articles: Sequence[Article], written: WrittenDataset) -> Iterator[str]:
    if len(articles) <= _LISTED:
        for article in articles:
            yield f"{article.title}: {_counts([article])}"
    else:
        yield _counts(articles)
    yield f"{_count(len(articles), 'article')} written to {written.rows}"
    if written.card_kept:
        yield f"{written.card} was there already and is kept; --force writes a new one"


def _counts(articles: Sequence[Article]) -> str:
    paragraphs = sum(len(article.text.split("\n\n")) for article in articles)
    bullets = sum(len(article.summary) for article in articles)
    questions = sum(len(article.questions) for article in articles)
    return ", ".join(
        [_count(paragraphs, "paragraph"), _count(bullets, "bullet"), _count(questions, "question")]
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
