"""``bench ingest``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from bench.cli.output import print_notes
from bench.data.urls import masked_within
from bench.errors import ConfigError
from bench.reports.terminal import printable

_LISTED = 20  # notes that are printed; of more, only how many

PAGES = "Pages"


def ingest(
    pages: Annotated[
        list[str],
        typer.Argument(
            metavar="PAGE...",
            help="Saved pages (HTML or plain text), folders of them (all .html, .htm, .txt and .md"
            " files at any depth), quoted patterns, or - for standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder of the dataset, or its URL.",
            show_default=False,
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Print what became of each block of the pages, and why; without --output, nothing"
            " is written.",
        ),
    ] = False,
    split: Annotated[str, typer.Option(metavar="NAME", help="Name of the split.")] = "test",
    partial: Annotated[
        bool,
        typer.Option(
            "--partial",
            help="Accept pages without bullets or without questions, but not without both.",
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
    source: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Source of the pages (default: the address of each page, else its file name).",
            rich_help_panel=PAGES,
        ),
    ] = None,
    text_license: Annotated[
        str,
        typer.Option(
            "--license",
            metavar="TEXT",
            help="Terms of the text: an identifier such as cc-by-4.0, an address, or words.",
            show_default=False,
            rich_help_panel=PAGES,
        ),
    ] = "",
    language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            help="Language of the text, such as de (default: what a page declares, else en).",
            rich_help_panel=PAGES,
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Encoding of the pages, such as cp1252 (default: what a page declares, else"
            " UTF-8).",
            rich_help_panel=PAGES,
        ),
    ] = None,
    summary_heading: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="Line that announces bullets, besides the known ones (Key points, TL;DR, ...); *"
            " matches any words (repeatable).",
            rich_help_panel=PAGES,
        ),
    ] = None,
    questions_heading: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="Line that announces reader questions, besides the known ones (Insights, FAQ,"
            " ...); * matches any words (repeatable).",
            rich_help_panel=PAGES,
        ),
    ] = None,
) -> None:
    """Convert saved pages into article rows and a dataset card.

    A page is read as its readers see it: the title; a few bullets, below a line such as "Key
    points" or "Summarized by ..."; the paragraphs; and the reader questions, below a line such as
    "Insights", "FAQ" or "People also ask", each ending in a question mark. Menus, bylines, captions
    and other parts of the site are skipped. JSON-LD fills in what a page does not show: title,
    body, questions, language, address, date, authors.

    A page with the same text as an earlier one is skipped; one with nearly the same text is kept.
    Both are reported.

    If any page lacks a part, every fault is printed with its file and line, and nothing is written.
    With --keep-going, the other pages are written, the faults are printed last, and the exit code
    is still 2.

    A page that says that its text is paid or goes on elsewhere is reported. --explain shows in
    detail how a page was read.

    Examples:
      bench ingest 'pages/*.html' --output datasets/mine
      bench ingest page.html --explain
      bench ingest pages --output datasets/mine --partial --keep-going
    """
    from bench.api.ingesting import ingest_pages
    from bench.errors import DataError

    if explain:
        _print_explanation(pages, encoding, summary_heading or (), questions_heading or ())
    if output is None:
        if explain:
            return
        raise ConfigError("give the folder of the dataset: --output DIR")
    found = ingest_pages(
        pages,
        output,
        split=split,
        source=source,
        license=text_license,
        language=language,
        encoding=encoding,
        summary_headings=summary_heading or (),
        questions_headings=questions_heading or (),
        partial=partial,
        keep_going=keep_going,
        force=force,
    )
    print_notes(_first(found.notes))
    for line in found.lines():
        print(printable(masked_within(line)), file=sys.stderr)
    if found.faults:
        raise DataError(found.faults)


def _print_explanation(
    pages: list[str],
    encoding: str | None,
    summary_heading: Sequence[str],
    questions_heading: Sequence[str],
) -> None:
    from bench.api.ingesting import explain_pages

    for line in explain_pages(
        pages,
        encoding=encoding,
        summary_headings=summary_heading,
        questions_headings=questions_heading,
    ):
        print(printable(masked_within(line)))


def _first(notes: Sequence[str]) -> list[str]:
    more = len(notes) - _LISTED
    return [*notes[:_LISTED], *([f"... and {more} more such notes"] if more > 0 else [])]
