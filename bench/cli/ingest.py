"""``bench ingest``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.output import print_notes
from bench.data.storage import folder_at
from bench.data.urls import redact
from bench.reports.progress import progress_bars
from bench.reports.terminal import printable

if TYPE_CHECKING:
    from bench.article import Article
    from bench.data.folder import WrittenDataset
    from bench.ingest.batch import IngestResult
    from bench.ingest.pages import PageReader

_LISTED = 20  # articles listed one by one; of more, only the totals


def ingest(
    pages: Annotated[
        list[str],
        typer.Argument(
            metavar="PAGE",
            help="Saved pages, HTML or plain text; a folder of them (every .html, .htm, .txt, .md"
            " at any depth); a pattern in quotes; - for standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="The data set's folder, or its URL.",
            show_default=False,
        ),
    ],
    split: Annotated[str, typer.Option(metavar="NAME", help="Write <NAME>.jsonl.")] = "test",
    source: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Source of the pages (default: the address of each page, else its file name).",
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
            help="Language of the text, such as de (default: what a page declares, else en).",
            show_default=False,
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Encoding of the pages, such as cp1252 (default: what a page declares, else"
            " UTF-8).",
            show_default=False,
        ),
    ] = None,
    summary_heading: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="A line that announces bullets, besides the known ones (Key points, TL;DR, ...);"
            " * stands for any words; may be repeated.",
            show_default=False,
        ),
    ] = None,
    questions_heading: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="A line that announces reader questions, besides the known ones (Insights, FAQ,"
            " ...); * stands for any words; may be repeated.",
            show_default=False,
        ),
    ] = None,
    partial: Annotated[
        bool,
        typer.Option(
            "--partial", help="Accept pages without bullets or without questions, but not both."
        ),
    ] = False,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going",
            help="Write the valid pages even if others are faulty; still exit with 2.",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace existing rows and an existing card.")
    ] = False,
) -> None:
    """Turn published pages into article rows and a dataset card.

    Examples:
      bench ingest 'pages/*.html' --output datasets/mine

      bench ingest pages --output datasets/mine --partial --keep-going

    A page is read as its readers see it: the title; a few bullets, below a
    line such as "Key points" or "Summarized by ..."; the paragraphs; and the
    reader questions, below a line such as "Insights", "FAQ" or "People also
    ask", each ending in a question mark. Menus, bylines, captions and other
    parts of the site are skipped. JSON-LD fills in what a page does not
    show: title, body, questions, language, address, date, authors.

    A page with the same text as an earlier one is skipped; one with nearly the
    same text is kept. Both are reported.

    If any page lacks a part, every fault is printed with its file and line,
    and nothing is written. With --keep-going, the other pages are written, the
    faults are printed last, and the exit code is still 2.
    """
    from bench.data.folder import write_dataset
    from bench.errors import DataError
    from bench.ingest.layout.headings import Headings
    from bench.ingest.pages import PageReader, Provenance

    reader = PageReader(
        encoding,
        Headings.with_more(summary_heading or (), questions_heading or ()),
        Provenance(source=source, license=text_license, language=language),
        partial,
    )
    result = _read(reader, pages)
    if result.faults and not (keep_going and result.articles):
        raise DataError(result.faults)
    with folder_at(output) as folder:
        written = write_dataset(result.articles, folder, split=split, force=force)
    print_notes(_first(result.notes))
    for line in _report(result, written):
        print(printable(redact(line)), file=sys.stderr)
    if result.faults:
        raise DataError(result.faults)


def _read(reader: PageReader, pages: Sequence[str]) -> IngestResult:
    from bench.ingest.batch import read_pages
    from bench.ingest.files import find_pages

    files = find_pages(pages)
    with progress_bars() as bars:
        bars.start("reading pages", len(files))
        return read_pages(reader, files, lambda: bars.advance(1))


def _first(notes: Sequence[str]) -> list[str]:
    more = len(notes) - _LISTED
    return [*notes[:_LISTED], *([f"... and {more} more such notes"] if more > 0 else [])]


def _report(result: IngestResult, written: WrittenDataset) -> Iterator[str]:
    articles = result.articles
    if len(articles) <= _LISTED:
        for article in articles:
            yield f"{article.title}: {_counts([article])}"
    else:
        yield _counts(articles)
    if shortfalls := _shortfalls(result):
        yield f"{_count(result.pages, 'page')} read: {', '.join(shortfalls)}"
    yield f"{_count(len(articles), 'article')} written to {written.rows}"
    if written.card_kept:
        yield f"{written.card} already exists and is kept; --force replaces it"


def _shortfalls(result: IngestResult) -> list[str]:
    """Counts of pages that did not become a complete article."""
    articles = result.articles
    counts = {
        "without bullets": sum(not article.summary for article in articles),
        "without questions": sum(not article.questions for article in articles),
        "skipped as exact repeats": result.exact_repeats,
        "kept although similar to another": result.near_repeats,
        "broken": result.broken,
    }
    return [f"{number} {what}" for what, number in counts.items() if number]


def _counts(articles: Sequence[Article]) -> str:
    paragraphs = sum(len(article.text.split("\n\n")) for article in articles)
    bullets = sum(len(article.summary) for article in articles)
    questions = sum(len(article.questions) for article in articles)
    return ", ".join(
        [_count(paragraphs, "paragraph"), _count(bullets, "bullet"), _count(questions, "question")]
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
