"""Published pages, as plain text or HTML, read into articles."""

from __future__ import annotations

import glob
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from bench.article import Article
from bench.data.layout.declared import Declared
from bench.data.layout.decoding import decode
from bench.data.layout.headings import Headings
from bench.data.layout.markup import looks_like_html, read_html
from bench.data.layout.plain_text import text_blocks
from bench.data.layout.prose import is_byline_or_date
from bench.data.layout.sections import find_sections, shown
from bench.errors import DataError

STDIN = "-"
_STDIN_NAME = "<stdin>"
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
    row), in any order. Menus, bylines, captions, notices and calls to action are left out.

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
    text = decode(data, name, encoding)
    declared = Declared()
    if looks_like_html(text):
        try:
            blocks, declared = read_html(text)
        except ValueError:
            raise DataError(f"{name}: broken HTML; save the page as plain text") from None
    else:
        blocks = text_blocks(text, lambda t: headings.is_heading(t) or is_byline_or_date(t))
    found = find_sections(blocks, headings, declared.title)
    if found.problems:
        raise DataError(
            f"{name}:{problem.line}: {problem.message}"
            if problem.line
            else f"{name}: {problem.message}"
            for problem in found.problems
        )
    return Article(
        id=article_id(found.title),
        title=found.title,
        text="\n\n".join(found.paragraphs),
        summary=found.bullets,
        questions=found.questions,
        source=given.source or declared.source or PurePath(name).name,
        license=given.license,
        language=given.language or declared.language or "en",
    )


def read_pages(
    paths: Iterable[str | Path],
    *,
    encoding: str | None = None,
    headings: Headings = _DEFAULT_HEADINGS,
    given: Provenance = _NOTHING_GIVEN,
) -> list[Article]:
    """The articles on many pages, in the order of ``paths``, those of a pattern by name.

    Args:
        paths: files, patterns such as ``pages/*.html``, or ``-`` for standard input.
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
    for name in _expanded(paths, problems):
        try:
            data, shown_name = _read(name)
            article = read_page(data, shown_name, encoding=encoding, headings=headings, given=given)
        except DataError as error:
            problems.extend(error.problems)
            continue
        if article.id in page_of:
            problems.append(
                f"{shown_name}: has the article id {shown(article.id)} already given to "
                f"{page_of[article.id]}; leave one of them out, or make their titles differ"
            )
        page_of.setdefault(article.id, shown_name)
        articles.append(article)
    if problems:
        raise DataError(problems)
    if not articles:
        raise DataError("no pages given; name files, patterns such as 'pages/*.html', or -")
    return articles


def article_id(title: str) -> str:
    """The title as an identifier: its words in lower case, joined by hyphens, cut at a word.

    >>> article_id("Japan’s harbour: “No way back”")
    'japans-harbour-no-way-back'
    """
    plain = unicodedata.normalize("NFC", title).lower().replace("’", "").replace("'", "")
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


def _expanded(paths: Iterable[str | Path], problems: list[str]) -> Iterator[str]:
    """The files that are meant, each once; a pattern without a match is a problem."""
    seen: set[str] = set()
    for path in map(str, paths):
        # A file may be called "draft[1].txt".
        is_pattern = path != STDIN and glob.has_magic(path) and not Path(path).exists()
        names = _matches(path) if is_pattern else [path]
        if not names:
            problems.append(f"{path}: matches no file; check the pattern")
        for name in names:
            key = name if name == STDIN else str(Path(name).resolve())
            if key not in seen:
                seen.add(key)
                yield name


def _matches(pattern: str) -> list[str]:
    # Not Path.glob, which takes no absolute pattern and finds hidden files.
    found = glob.iglob(pattern, recursive=True)  # noqa: PTH207
    return sorted(name for name in found if not Path(name).is_dir())


def _read(path: str) -> tuple[bytes, str]:
    if path == STDIN:
        return sys.stdin.buffer.read(), _STDIN_NAME
    name = path if path.isprintable() else ascii(path)
    try:
        return Path(path).read_bytes(), name
    except FileNotFoundError:
        raise DataError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise DataError(f"{name}: is a directory; name its pages, for example '{name}/*'") from None
    except OSError as error:
        raise DataError(
            f"{name}: cannot be read ({error.strerror}); check its permissions"
        ) from None
