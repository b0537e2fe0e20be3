"""``bench.ingest_pages``: from saved pages to a dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.api.progress import reported
from bench.article import Article
from bench.data.folder import WrittenDataset, write_dataset
from bench.data.storage import folder_at
from bench.data.urls import masked
from bench.display import count
from bench.errors import DataError
from bench.ingest.batch import IngestResult, read_pages
from bench.ingest.files import find_pages, read_file
from bench.ingest.layout.headings import Headings
from bench.ingest.pages import PageReader, Provenance
from bench.runs.run import Progress

_LISTED = 20
"""Articles that are listed one by one; of more, only the totals."""


@dataclass(frozen=True, repr=False)
class IngestedDataset:
    """A dataset that was made from pages; ``print()`` shows what it holds.

    Attributes:
        result: the articles, and the faults and notes of their pages.
        files: the files of the dataset.
        folder: the path or URL of their folder.
    """

    result: IngestResult
    files: WrittenDataset
    folder: str

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles that were written."""
        return self.result.articles

    @property
    def faults(self) -> tuple[str, ...]:
        """Why pages were not used, a line for each fault."""
        return self.result.faults

    @property
    def notes(self) -> tuple[str, ...]:
        """What was skipped on pages, and which pages repeat others."""
        return self.result.notes

    def __repr__(self) -> str:
        return f"<IngestedDataset {self._rows}: {count(len(self.articles), 'article')}>"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """What the dataset holds, and what pages lacked."""
        if len(self.articles) <= _LISTED:
            for article in self.articles:
                yield f"{article.title}: {_counts([article])}"
        else:
            yield _counts(self.articles)
        if shortfalls := self._shortfalls():
            yield f"{count(self.result.pages, 'page')} read: {', '.join(shortfalls)}"
        yield f"{count(len(self.articles), 'article')} written to {self._rows}"
        if self.files.card_kept:
            card = f"{self.folder}/{self.files.card.name}"
            yield f"{card} already exists and is kept; --force replaces it"

    @property
    def _rows(self) -> str:
        return f"{self.folder}/{self.files.rows.name}"

    def _shortfalls(self) -> list[str]:
        """Counts of pages that did not become a complete article."""
        counts = {
            "without bullets": sum(not article.summary for article in self.articles),
            "without questions": sum(not article.questions for article in self.articles),
            "skipped as exact repeats": self.result.exact_repeats,
            "kept although similar to another": self.result.near_repeats,
            "broken": self.result.broken,
        }
        return [f"{number} {what}" for what, number in counts.items() if number]


def explain_pages(
    pages: str | Path | Sequence[str | Path],
    *,
    encoding: str | None = None,
    summary_headings: Sequence[str] = (),
    questions_headings: Sequence[str] = (),
) -> Iterator[str]:
    """Say what becomes of each block of saved pages, and why; one line each.

    Args:
        pages: as for ``ingest_pages``.
        encoding: as for ``ingest_pages``.
        summary_headings: as for ``ingest_pages``.
        questions_headings: as for ``ingest_pages``.

    Raises:
        DataError: a page cannot be read.
        ConfigError: a heading cannot be used.
    """
    reader = PageReader(encoding, Headings.with_more(summary_headings, questions_headings))
    given = [pages] if isinstance(pages, str | Path) else pages
    for file in find_pages([str(page) for page in given]):
        if isinstance(file, DataError):
            raise file
        yield from reader.explain(*read_file(file))


def ingest_pages(  # noqa: PLR0913 - an option each, all by name
    pages: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    split: str = "test",
    source: str | None = None,
    license: str = "",
    language: str | None = None,
    encoding: str | None = None,
    summary_headings: Sequence[str] = (),
    questions_headings: Sequence[str] = (),
    partial: bool = False,
    keep_going: bool = False,
    force: bool = False,
    progress: bool | Progress = True,
) -> IngestedDataset:
    """Convert saved pages into article rows and a dataset card.

    Args:
        pages: files (HTML or plain text), folders of them, or patterns.
        output: folder of the dataset, or its URL.
        split: name of the split, which is the name of the file.
        source: source of the pages; the address of each page, else its file name, if not given.
        license: terms of the text: an identifier such as ``cc-by-4.0``, an address, or words.
        language: language of the text, such as ``de``; what a page declares, else ``en``, if not
            given.
        encoding: encoding of the pages; what a page declares, else UTF-8, if not given.
        summary_headings: lines that announce bullets, besides the known ones; ``*`` matches any
            words.
        questions_headings: lines that announce reader questions, likewise.
        partial: accept pages without bullets or without questions, but not without both.
        keep_going: write the valid pages even if others are faulty; ``faults`` then has the
            reasons.
        force: replace existing rows and an existing card.
        progress: as for ``run``.

    Raises:
        DataError: pages are faulty, a line for each fault; with ``keep_going`` only if all are.
        ConfigError: an option cannot be used, or the folder cannot be written.
    """
    reader = PageReader(
        encoding,
        Headings.with_more(summary_headings, questions_headings),
        Provenance(source=source, license=license, language=language),
        partial,
    )
    given = [pages] if isinstance(pages, str | Path) else pages
    files = find_pages([str(page) for page in given])
    with reported(progress) as reporter:
        reporter.start("reading pages", len(files), 0)
        result = read_pages(reader, files, lambda: reporter.advance(1))
    if result.faults and not (keep_going and result.articles):
        raise DataError(result.faults)
    with folder_at(str(output)) as folder:
        written = write_dataset(result.articles, folder, split=split, force=force)
    return IngestedDataset(result, written, masked(str(output).rstrip("/")))


def _counts(articles: Sequence[Article]) -> str:
    counts = {
        "paragraph": sum(len(article.text.split("\n\n")) for article in articles),
        "bullet": sum(len(article.summary) for article in articles),
        "question": sum(len(article.questions) for article in articles),
    }
    return ", ".join(count(number, noun) for noun, number in counts.items())
