"""Many pages read into articles, with faults and repeats counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.errors import DataError
from bench.ingest.pages import PageReader
from bench.ingest.repeats import Repeat, SeenArticles


@dataclass(frozen=True)
class IngestResult:
    """The articles of many pages.

    Attributes:
        articles: in the order of their pages, with distinct ids.
        pages: the number of pages.
        broken: the number of pages that could not be used.
        faults: the reasons, one line each.
        notes: parts that were skipped and pages that repeat others, one line each.
        exact_repeats: the number of pages that repeat another exactly; they are not in
            ``articles``.
        near_repeats: the number of articles that repeat another in part.
    """

    articles: tuple[Article, ...]
    pages: int
    broken: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    exact_repeats: int
    near_repeats: int


def read_pages(
    reader: PageReader,
    files: Sequence[str | DataError],
    on_page: Callable[[], object] = lambda: None,
) -> IngestResult:
    """Read many pages; a faulty page does not affect the others.

    Args:
        reader: the options for every page.
        files: from ``find_pages``.
        on_page: called after each page.
    """
    seen = SeenArticles(by_address=reader.given.source is None)
    articles: list[Article] = []
    repeats: list[Repeat] = []
    faults: list[str] = []
    notes: list[str] = []
    broken = 0
    for page in reader.each(files):
        on_page()
        if isinstance(page, DataError):
            broken += 1
            faults.extend(page.problems)
            continue
        notes.extend(page.notes)
        article, repeat = seen.add(page.article, page.name)
        if repeat:
            repeats.append(repeat)
            notes.append(repeat.line)
        if not (repeat and repeat.exact):
            articles.append(article)
    exact = sum(repeat.exact for repeat in repeats)
    return IngestResult(
        articles=tuple(articles),
        pages=len(files),
        broken=broken,
        faults=tuple(faults),
        notes=tuple(notes),
        exact_repeats=exact,
        near_repeats=len(repeats) - exact,
    )
