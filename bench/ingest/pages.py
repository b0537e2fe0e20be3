"""One published page, as plain text or HTML, read into an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from bench.article import Article
from bench.errors import DataError
from bench.ingest.article_id import article_id
from bench.ingest.files import read_file
from bench.ingest.layout.blocks import PageBlock
from bench.ingest.layout.completeness import gaps
from bench.ingest.layout.declared import Declared
from bench.ingest.layout.decoding import decode, line_of
from bench.ingest.layout.explanation import explained, summary
from bench.ingest.layout.headings import Headings
from bench.ingest.layout.markup import looks_like_html, read_html
from bench.ingest.layout.plain_text import text_blocks
from bench.ingest.layout.prose import is_byline_or_date
from bench.ingest.layout.sections import Problem, Sections, find_sections

_DEFAULT_HEADINGS = Headings()


@dataclass(frozen=True)
class Provenance:
    """Where the pages come from. A value given here overrides what a page declares.

    Attributes:
        source: a URL or a name; by default the page's canonical URL, else its file name.
        license: the terms of use of the text.
        language: a tag such as ``en``; by default what the page declares, else ``en``.
    """

    source: str | None = None
    license: str = ""
    language: str | None = None


_NOTHING_GIVEN = Provenance()


@dataclass(frozen=True)
class Page:
    """The article of one page.

    Attributes:
        name: the name of the page in messages.
        article: the article.
        notes: warnings about parts that were skipped, one line each.
    """

    name: str
    article: Article
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageReader:
    """Reads pages with the same options.

    Attributes:
        encoding: the encoding of pages that declare none and have no byte order mark; by default
            UTF-8.
        headings: the lines that announce the bullets and the questions.
        given: source, license and language.
        partial: whether to accept a page without bullets or without questions.
    """

    encoding: str | None = None
    headings: Headings = _DEFAULT_HEADINGS
    given: Provenance = _NOTHING_GIVEN
    partial: bool = False

    def read(self, data: bytes, name: str) -> Page:
        """Extract the article of one page.

        A page has a title, a few bullets (below a heading that announces them, or marked as
        bullets below the title), paragraphs, and reader questions (below a heading, or at least
        three in a row), in any order. Menus, bylines, captions, notices and calls to action are
        skipped. Where an HTML page does not show a part but declares it in JSON-LD (title, body,
        questions), the declared one is used.

        Args:
            data: the bytes of the page; whether it is plain text or HTML is detected.
            name: the name of the page in messages, and its source if there is no other.

        Raises:
            DataError: the page is not text, or a part is missing; one line for each fault.
        """
        text = decode(data, name, self.encoding)
        blocks, declared = self._parsed(text, name)
        found = find_sections(blocks, self.headings, declared)
        notes = tuple(_notes(name, text, blocks, declared, found))
        if problems := self._serious(found.problems):
            lines = [f"{_location(name, text, each)}: {each.message}" for each in problems]
            raise DataError([*lines, *notes])
        article = Article(
            id=article_id(found.title),
            title=found.title,
            text="\n\n".join(found.paragraphs),
            summary=found.bullets,
            questions=found.questions,
            source=self.given.source or declared.source or PurePath(name).name,
            license=self.given.license,
            language=self.given.language or declared.language or "en",
            extra=declared.extra,
        )
        return Page(name, article, notes)

    def explain(self, data: bytes, name: str) -> list[str]:
        """What became of each block of a page, and why; one line each.

        Args:
            data: as for ``read``.
            name: as for ``read``.

        Raises:
            DataError: the page is not text.
        """
        text = decode(data, name, self.encoding)
        blocks, declared = self._parsed(text, name)
        found = find_sections(blocks, self.headings, declared)
        lines = map(str, explained(blocks, found, self.headings))
        notes = _notes(name, text, blocks, declared, found)
        return [*(f"{name}: {line}" for line in (*lines, *summary(found, declared))), *notes]

    def each(self, files: Iterable[str | DataError]) -> Iterator[Page | DataError]:
        """Read each file; yield the page, or the error if it cannot be used."""
        for name in files:
            try:
                if isinstance(name, DataError):
                    raise name
                yield self.read(*read_file(name))
            except DataError as error:
                yield error

    def _parsed(self, text: str, name: str) -> tuple[list[PageBlock], Declared]:
        if not looks_like_html(text):
            known = self.headings.is_heading
            return text_blocks(text, lambda t: known(t) or is_byline_or_date(t)), Declared()
        try:
            return read_html(text)
        except ValueError:
            raise DataError(f"{name}: broken HTML; save the page as plain text") from None

    def _serious(self, problems: Sequence[Problem]) -> list[Problem]:
        lacking = [problem for problem in problems if problem.optional]
        forgiven = lacking if self.partial and len(lacking) == 1 else []
        return [problem for problem in problems if problem not in forgiven]


def _notes(
    name: str, text: str, blocks: Sequence[PageBlock], declared: Declared, found: Sections
) -> Iterator[str]:
    """Warnings about a page: broken scripts, and signs that its text is incomplete."""
    for what, at in declared.broken:
        yield f"{name}{f':{line_of(text, at)}' if at >= 0 else ''}: {what}"
    for sign in gaps(blocks, declared, found.paragraphs):
        yield f"{name}: the text may be incomplete: {sign}"


def _location(name: str, text: str, problem: Problem) -> str:
    """The page, with the line of the problem if it can be determined."""
    line = problem.line
    if not line and problem.beside and text.count(problem.beside) == 1:
        line = line_of(text, text.index(problem.beside))
    return f"{name}:{line}" if line else name
