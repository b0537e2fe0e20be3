"""The blocks of a plain-text page: tells line breaks that end a paragraph from wrapping."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from bench.ingest.layout.blocks import INVISIBLE, PageBlock, is_mark, split_mark, tidy
from bench.ingest.layout.prose import is_question

_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\u2028\u2029]")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_EMPHASISED = re.compile(r"(\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1")
_UNDERLINE = re.compile(r"={3,}")
_ENDS_SENTENCE = re.compile(r"[.?!:;。？！؟][\"'”’»)\]]*$")
# "St." and "U.S." end no sentence.
_SENTENCE_INSIDE = re.compile(r"(?:[?!]|\w{3}\.)[\"'”’»)\]]*\s")

_NARROWEST, _WIDEST = 40, 120  # the widths, in characters, that text is wrapped to
_LONGEST_QUESTION = 20  # lines
_UNFILLED = 10  # how far the longest line of a wrapped run may stay below the width
_SUSPENDED_HYPHEN = frozenset({"and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "e"})


def text_blocks(text: str, stands_alone: Callable[[str], bool]) -> list[PageBlock]:
    """The blocks of a plain-text page.

    A blank line ends a block. A line break inside a run of lines is undone where the next word
    would not have fitted in the run's width, which is how an editor or a mail program wraps; else
    it ends a paragraph too.

    Args:
        text: the page.
        stands_alone: says of a line that it is never part of a paragraph (known headings, bylines).
    """
    runs = list(_runs(_lines(text)))
    shown_width = max((run.own_width for run in runs), default=0)
    # Few lines are as long as they may be, so the lines of other runs may be a little longer.
    widths = [run.widest for run in runs if run.widest <= shown_width + _UNFILLED]
    page_width = max(widths, default=0) if shown_width else 0
    return [
        block
        for number, run in enumerate(runs)
        for block in _Paragraphs(run, number, page_width, stands_alone).blocks()
    ]


@dataclass(frozen=True)
class _TextLine:
    """A line with words in it, or one with only a mark or an underline."""

    number: int
    indent: int
    width: int
    text: str
    mark: str = ""

    @property
    def verbatim(self) -> str:
        return f"{self.mark} {self.text}" if self.mark else self.text

    @cached_property
    def is_mark(self) -> bool:
        """Whether it is only a mark, as in lists copied from a browser."""
        return not self.mark and is_mark(self.text)

    @property
    def kind_of_mark(self) -> str:
        return "number" if self.mark.strip("(.)").isdigit() else self.mark

    @property
    def starts_lower(self) -> bool:
        """Whether it may continue a sentence; true for scripts without capitals."""
        return not self.mark and self.text[0].isalnum() and not self.text[0].isupper()

    @property
    def ends_sentence(self) -> bool:
        return bool(_ENDS_SENTENCE.search(self.text))

    def fills(self, width: int, following: _TextLine) -> bool:
        """Whether the first word of the next line would not have fitted."""
        return self.width + 1 + len(following.verbatim.split(maxsplit=1)[0]) > width


def _lines(text: str) -> Iterator[_TextLine | None]:
    """The lines of a text; None for a line that separates paragraphs."""
    for number, raw in enumerate(_LINE_ENDS.split(text), start=1):
        shown = tidy(raw)
        if not (is_mark(shown) or _UNDERLINE.fullmatch(shown) or any(map(str.isalnum, shown))):
            yield None
            continue
        spaced = INVISIBLE.sub("", raw).expandtabs(8).rstrip()
        mark, rest = split_mark(shown)
        yield _TextLine(number, len(spaced) - len(spaced.lstrip()), len(spaced), rest, mark)


@dataclass(frozen=True)
class _LineRun:
    """Lines without a blank line between them."""

    lines: Sequence[_TextLine]

    @cached_property
    def widest(self) -> int:
        # A long address alone on its line says nothing about the width.
        return max((line.width for line in self.lines if " " in line.text), default=0)

    @cached_property
    def own_width(self) -> int:
        """The width the run is wrapped to if it shows that it is wrapped, else 0.

        It shows it where a line that is full stops amid a sentence. Without that, the longest of
        several one-line paragraphs would always swallow the next one.
        """
        shown = any(
            following.starts_lower and not line.ends_sentence and line.fills(self.widest, following)
            for line, following in pairwise(self.lines)
        )
        return self.widest if shown and _NARROWEST <= self.widest <= _WIDEST else 0

    @cached_property
    def kinds_of_marks(self) -> Counter[str]:
        """How many lines have each kind of mark."""
        return Counter(line.kind_of_mark for line in self.lines)

    @cached_property
    def indent_of_paragraphs(self) -> int | None:
        """How deep a first line of a paragraph begins at least, if first lines are indented."""
        margin = min(line.indent for line in self.lines)
        deeper = [line for line in self.lines if line.indent > margin + 1]
        if not deeper or len(deeper) == len(self.lines):
            return None
        hanging = any(line.mark or line.is_mark for line in self.lines) or any(
            line.starts_lower for line in deeper
        )
        return None if hanging else margin + 2


def _runs(lines: Iterable[_TextLine | None]) -> Iterator[_LineRun]:
    run: list[_TextLine] = []
    for line in (*lines, None):
        if line is not None:
            run.append(line)
        elif run:
            yield _LineRun(tuple(run))
            run = []


@dataclass(frozen=True)
class _Paragraphs:
    """A run of lines, divided into paragraphs and items."""

    run: _LineRun
    number: int
    page_width: int
    stands_alone: Callable[[str], bool]

    @cached_property
    def width(self) -> int:
        """The width the run is wrapped to; 0 if it is not.

        A short run need not show it: it is taken to be wrapped as the rest of the page is.
        """
        fits = self.run.widest <= self.page_width
        return self.run.own_width or (self.page_width if fits else 0)

    def blocks(self) -> Iterator[PageBlock]:
        parts: list[_TextLine] = []
        waiting = ""  # a mark on a line of its own, which belongs to the next line
        for line in self.run.lines:
            if parts and self._goes_on(parts, line):
                parts.append(line)
                continue
            if parts:
                level = 1 if _UNDERLINE.fullmatch(line.text) else 0
                yield _block(parts, self.number, level)
            if line.is_mark or _UNDERLINE.fullmatch(line.text):
                parts, waiting = [], line.text if line.is_mark else ""
            else:
                parts, waiting = [replace(line, mark=line.mark or waiting)], ""
        if parts:
            yield _block(parts, self.number)

    def _goes_on(self, parts: Sequence[_TextLine], line: _TextLine) -> bool:
        """Whether ``line`` belongs to the paragraph or item that ``parts`` began."""
        first, previous = parts[0], parts[-1]
        if any(self.stands_alone(each.verbatim) for each in (previous, line)):
            return False
        full = self.width > 0 and previous.fills(self.width, line)
        if line.mark or line.is_mark:
            return full and self._is_text_after_all(first, previous, line)
        if first.mark and line.indent > first.indent:
            return True
        indent = self.run.indent_of_paragraphs
        if indent is not None and line.indent >= indent:
            return False
        return full and not self._is_next_question(parts, line)

    def _is_text_after_all(self, first: _TextLine, previous: _TextLine, line: _TextLine) -> bool:
        """Whether an apparent mark is a dash or a number at which a sentence was wrapped."""
        alike = self.run.kinds_of_marks[line.kind_of_mark]
        is_bullet = not re.match(r"[-–—*+(\d]", line.mark or line.text)
        is_list = line.mark and (alike > 1 or first.kind_of_mark == line.kind_of_mark)
        return not (is_bullet or is_list or previous.ends_sentence)

    def _is_next_question(self, parts: Sequence[_TextLine], line: _TextLine) -> bool:
        """Whether there is one question per line, the longest of which fills its line."""
        asked = is_question(parts[-1].text) and is_question(self.run.lines[-1].text)
        return (
            asked
            and line.text[0].isupper()
            and not _SENTENCE_INSIDE.search(_joined(parts[-_LONGEST_QUESTION:]))
        )


def _block(parts: Sequence[_TextLine], number: int, level: int = 0) -> PageBlock:
    text = _joined(parts)
    if heading := _MARKDOWN_HEADING.match(text):
        words, level = text[heading.end() :], len(heading[1])
        text = words[0] + words[1:].rstrip("#").rstrip()
    if emphasised := _EMPHASISED.fullmatch(text):
        text = emphasised[2]
    mark = parts[0].mark
    return PageBlock(text, parts[0].number, level, mark, item=bool(mark), path=(number,))


def _joined(parts: Sequence[_TextLine]) -> str:
    text = [parts[0].text]
    for before, after in pairwise(parts):
        text += ["" if _is_one_word(before.text, after.verbatim) else " ", after.verbatim]
    return "".join(text)


def _is_one_word(before: str, after: str) -> bool:
    """Whether a line was broken at a hyphen inside a word, or at a dash typed as ``--``."""
    if re.search(r"\S--$", before) or re.match(r"--\S", after):
        return True
    first_word = after.split(maxsplit=1)[0].lower()
    compound = re.search(r"\w-$", before) and first_word[0].isalpha()
    return bool(compound) and first_word not in _SUSPENDED_HYPHEN
