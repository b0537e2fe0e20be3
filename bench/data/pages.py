"""Published pages, as plain text or HTML, read into articles."""

from __future__ import annotations

import glob
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from bench.article import Article
from bench.data.layout.blocks import Block
from bench.data.layout.declared import Declared
from bench.data.layout.decoding import decode, line_of
from bench.data.layout.headings import Headings
from bench.data.layout.markup import looks_like_html, read_html
from bench.data.layout.plain_text import text_blocks
from bench.data.layout.prose import is_byline_or_date
from bench.data.layout.repeats import Repeat, Seen
from bench.data.layout.sections import Problem, find_sections, shown
from bench.errors import DataError
from bench.text.normalization import normalized

STDIN = "-"
_STDIN_NAME = "<stdin>"
_SUFFIXES = (".html", ".htm", ".txt", ".md")
_LONGEST_ID = 80  # characters
_DEFAULT_HEADINGS = Headings()


@dataclass(frozen=True)
class Provenance:
    """Where the pages come from; what is given here overrides what a page says of itself.

    Attributes:
        source: an address or a name; without it the page's canonical address, else its file name.
        license: the terms its text may be used under.
        language: a tag such as ``en``; without it what the page declares, else English.
    """

    source: str | None = None
    license: str = ""
    language: str | None = None


_NOTHING_GIVEN = Provenance()


@dataclass(frozen=True)
class Page:
    """One page, read.

    Attributes:
        name: what it is called in messages.
        article: the article on it.
        notes: what was passed over, one line each.
    """

    name: str
    article: Article
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gathered:
    """What came of many pages.

    Attributes:
        articles: those that were found, in the order of their pages; no two have the same id.
        pages: how many pages there were.
        broken: how many of them could not be used.
        faults: why, one line each.
        notes: what was passed over, and which pages repeat others, one line each.
        left_out: how many pages repeat another exactly, and are not among the articles.
        alike: how many of the articles repeat another in part.
    """

    articles: tuple[Article, ...]
    pages: int
    broken: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: int
    alike: int


@dataclass(frozen=True)
class PageReader:
    """How pages are read.

    Attributes:
        encoding: the pages' encoding, if neither a byte order mark nor the page says it and it is
            not UTF-8.
        headings: which lines announce the bullets and the questions.
        given: source, license and language.
        partial: whether a page that lacks either the bullets or the questions will do.
    """

    encoding: str | None = None
    headings: Headings = _DEFAULT_HEADINGS
    given: Provenance = _NOTHING_GIVEN
    partial: bool = False

    def read(self, data: bytes, name: str) -> Page:
        """The article on one page; see `read_page`."""
        text = decode(data, name, self.encoding)
        blocks, declared = self._parsed(text, name)
        found = find_sections(blocks, self.headings, declared)
        if problems := self._serious(found.problems):
            raise DataError(f"{_place(name, text, each)}: {each.message}" for each in problems)
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
        lines = ((f":{line_of(text, at)}" if at >= 0 else "", what) for what, at in declared.broken)
        return Page(name, article, tuple(f"{name}{line}: {what}" for line, what in lines))

    def gather(
        self, files: Sequence[str | DataError], on_page: Callable[[], object] = lambda: None
    ) -> Gathered:
        """The articles on many pages; a broken page does not lose the others.

        Args:
            files: as `find_pages` gives them.
            on_page: called after each page.
        """
        seen = Seen(by_address=self.given.source is None)
        articles: list[Article] = []
        repeats: list[Repeat] = []
        faults: list[str] = []
        notes: list[str] = []
        broken = 0
        for page in self.each(files):
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
        left_out = sum(repeat.exact for repeat in repeats)
        alike = len(repeats) - left_out
        return Gathered(
            tuple(articles), len(files), broken, tuple(faults), tuple(notes), left_out, alike
        )

    def each(self, files: Iterable[str | DataError]) -> Iterator[Page | DataError]:
        """Every page read, or why it cannot be."""
        for name in files:
            try:
                if isinstance(name, DataError):
                    raise name
                yield self.read(*_read(name))
            except DataError as error:
                yield error

    def _parsed(self, text: str, name: str) -> tuple[list[Block], Declared]:
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


def read_page(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    headings: Headings = _DEFAULT_HEADINGS,
    given: Provenance = _NOTHING_GIVEN,
) -> Article:
    """The article on one page.

    A page has a title, a few bullets (below a heading that announces them, or marked as bullets
    below the title), paragraphs, and reader questions (below a heading, or three and more in a
    row), in any order. Menus, bylines, captions, notices and calls to action are left out. What a
    page in HTML does not show, but declares in JSON-LD (title, body, questions), is taken from
    there.

    Args:
        data: the page as it was saved, plain text or HTML; which one, its content says.
        name: what to call it in messages; the source, if neither page nor caller names one.
        encoding: the page's encoding, if neither a byte order mark nor the page says it and it is
            not UTF-8.
        headings: which lines announce the bullets and the questions.
        given: source, license and language.

    Raises:
        DataError: the page is not text, or one of its parts is missing; one line for each fault.
    """
    return PageReader(encoding, headings, given).read(data, name).article


def read_pages(
    paths: Iterable[str | Path],
    *,
    encoding: str | None = None,
    headings: Headings = _DEFAULT_HEADINGS,
    given: Provenance = _NOTHING_GIVEN,
) -> list[Article]:
    """The articles on many pages, in the order of ``paths``, all or none.

    Args:
        paths: as for `find_pages`.
        encoding: as for `read_page`, for every page.
        headings: likewise.
        given: likewise.

    Raises:
        DataError: a page cannot be found, read or used, or two have the same article id; one line
            for each fault of all pages.
    """
    problems: list[str] = []
    articles: list[Article] = []
    page_of: dict[str, str] = {}
    for page in PageReader(encoding, headings, given).each(find_pages(paths)):
        if isinstance(page, DataError):
            problems.extend(page.problems)
            continue
        name = page.article.id
        if name in page_of:
            problems.append(
                f"{page.name}: has the article id {shown(name)} already given to "
                f"{page_of[name]}; leave one of them out, or make their titles differ"
            )
        page_of.setdefault(name, page.name)
        articles.append(page.article)
    if problems:
        raise DataError(problems)
    return articles


def find_pages(paths: Iterable[str | Path]) -> list[str | DataError]:
    """The files that are meant, each once, those of a pattern or folder by name.

    Args:
        paths: files, folders (all ``.html``, ``.htm``, ``.txt`` and ``.md`` in them, at any depth),
            patterns such as ``pages/*.html``, or ``-`` for standard input.

    Returns:
        Files, and the error that belongs in the place of a path that leads to none.

    Raises:
        DataError: no path is given.
    """
    found: dict[str, str | DataError] = {}
    for path in map(str, paths):
        try:
            for name in _expanded(path):
                found.setdefault(name if name == STDIN else str(Path(name).resolve()), name)
        except DataError as error:
            found.setdefault(f"\0{path}", error)
    if not found:
        raise DataError(
            "no pages given; name files, folders, patterns such as 'pages/*.html', or -"
        )
    return list(found.values())


def article_id(title: str) -> str:
    """The title as an identifier: its words in lower case, joined by hyphens, cut at a word.

    >>> article_id("Japan’s harbour: “No way back”")
    'japans-harbour-no-way-back'
    """
    plain = normalized("NFC", title).lower().replace("’", "").replace("'", "")
    # Vowel signs and other combining marks are part of a word, though not letters.
    words = "".join(
        c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in plain
    ).split()
    name = words[0][:_LONGEST_ID] if words else ""
    for word in words[1:]:
        if len(name) + 1 + len(word) > _LONGEST_ID:
            break
        name += f"-{word}"
    return name


def _place(name: str, text: str, problem: Problem) -> str:
    """The page and, where it is known or can be found out, the line."""
    line = problem.line
    if not line and problem.beside and text.count(problem.beside) == 1:
        line = line_of(text, text.index(problem.beside))
    return f"{name}:{line}" if line else name


def _expanded(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    if Path(path).is_dir():
        return _in_folder(path)
    # A file may be called "draft[1].txt".
    if not glob.has_magic(path) or Path(path).exists():
        return [path]
    if names := _matches(path):
        return names
    raise DataError(f"{path}: matches no file; check the pattern")


def _in_folder(path: str) -> list[str]:
    """The pages in a folder; not hidden ones, nor the parts that a browser saved beside a page."""
    folder = Path(path)
    names = [
        str(file)
        for file in folder.rglob("*")
        if file.suffix.lower() in _SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not any(
            _is_part_of_page(folder / parent) for parent in file.relative_to(folder).parents
        )
    ]
    if names:
        return sorted(names)
    raise DataError(f"{path}: is a directory; no {', '.join(_SUFFIXES)} file is in it")


def _is_part_of_page(folder: Path) -> bool:
    page = folder.name.removesuffix("_files")
    beside = [folder.with_name(page + end) for end in (".html", ".htm")] if page else []
    return page != folder.name and any(file.is_file() for file in beside)


def _matches(pattern: str) -> list[str]:
    # Not Path.glob, which takes no absolute pattern and finds hidden files.
    found = glob.iglob(pattern, recursive=True)  # noqa: PTH207 - see above
    return sorted(name for name in found if not Path(name).is_dir())


def _read(path: str) -> tuple[bytes, str]:
    if path == STDIN:
        return sys.stdin.buffer.read(), _STDIN_NAME
    name = path if path.isprintable() else ascii(path)
    try:
        return Path(path).read_bytes(), name
    except FileNotFoundError:
        raise DataError(f"{name}: no such file; check the path") from None
    except OSError as error:
        raise DataError(
            f"{name}: cannot be read ({error.strerror}); check its permissions"
        ) from None
