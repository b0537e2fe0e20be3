"""Finding the summary bullets in the blocks of a page."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from bench.ingest.layout.blocks import PageBlock, Region
from bench.ingest.layout.headings import Headings
from bench.ingest.layout.prose import is_question, opens_body, word_count

_FEWEST_WITHOUT_HEADING = 2
_STATEMENT_WORDS = 4  # fewer make a menu entry
_MOST_PARAGRAPHS = 12  # of a summary that has no bullets; more are an article


@dataclass(frozen=True)
class BulletSearch:
    """Searches a page for bullets.

    Attributes:
        blocks: the page.
        title: the index of the title, -1 if it is not on the page.
        headings: which lines announce bullets, which reader questions.
        asked: the indices of the reader questions.
    """

    blocks: Sequence[PageBlock]
    title: int
    headings: Headings
    asked: Set[int]

    def find(self) -> list[Region]:
        """The list under each heading that announces bullets, else a list below the title.

        A region without items is a heading whose summary has no recognisable end.
        """
        under = [
            region
            for index, block in enumerate(self.blocks)
            if self.headings.is_summary(block.text) and (region := self._under(index))
        ]
        clear = [region for region in under if _has_statement(region)]
        return clear or self._below_title() or [region for region in under if not region.items]

    def _under(self, heading: int) -> Region | None:
        start = heading + 1
        if self._is_item(start + 1) and not self._is_item(start) and not self._ends(start):
            start += 1  # "Written by a machine, checked by an editor": one line may come between
        if self._ends(start):
            return None
        if self._is_item(start):
            stop = self._end_of_list(heading, start)
        else:
            stop = self._end_of_paragraphs(heading, start)
        return Region(heading, stop, self._items(start, stop))

    def _end_of_list(self, heading: int, start: int) -> int:
        blocks, first = self.blocks, self.blocks[start]
        shared = _shared(blocks[heading], first)
        # Two lists of the markup may stand side by side, the second one a menu.
        in_list = (
            self._is_item(start + 1) and _shared(first, blocks[start + 1]) > shared
        ) and not first.mark
        stop = start + 1
        while not self._ends(stop) and (blocks[stop].item or blocks[stop].continues):
            if in_list and _shared(first, blocks[stop]) <= shared:
                break
            stop += 1
        return stop

    def _end_of_paragraphs(self, heading: int, start: int) -> int:
        """The end of a summary without bullets; ``start`` if it cannot be determined.

        The summary is the rest of the box of its heading, or the box below the heading, or
        everything up to the next heading.
        """
        shared = _shared(self.blocks[heading], self.blocks[start])
        box = self.blocks[start].path[:shared]
        around_title = self.title < 0 or self.blocks[self.title].path[:shared] == box
        if box and not around_title:
            stop = self._end_of_box(start, shared)
        else:
            stop = self._end_of_box(start, shared + 1)
            if stop - start < 2:
                stop = self._next_heading(heading, start)
        return stop if stop - start <= _MOST_PARAGRAPHS else start

    def _end_of_box(self, start: int, depth: int) -> int:
        box, stop = self.blocks[start].path[:depth], start
        while not self._ends(stop) and self.blocks[stop].path[:depth] == box:
            stop += 1
        return stop

    def _next_heading(self, heading: int, start: int) -> int:
        stop = start
        while not self._ends(stop):
            stop += 1
        if stop == len(self.blocks):
            return start
        # Up to the reader questions the body would be swallowed, if it has not come before.
        is_label = self.headings.is_heading(self.blocks[stop].text) or stop in self.asked
        return start if is_label and self._first_paragraph >= heading else stop

    @cached_property
    def _first_paragraph(self) -> int:
        """The first block that is certainly part of the body."""
        below = range(self.title + 1, len(self.blocks))
        return next((i for i in below if opens_body(self.blocks[i].text)), len(self.blocks))

    def _below_title(self) -> list[Region]:
        start = self.title + 1
        while not self._ends(start) and not self._is_bullet(start):
            if opens_body(self.blocks[start].text):
                return []
            start += 1
        stop = start
        while self._is_bullet(stop) or (stop > start and self._continues(stop)):
            stop += 1
        items = self._items(start, stop)
        return [Region(start, stop, items)] if len(items) >= _FEWEST_WITHOUT_HEADING else []

    def _is_bullet(self, index: int) -> bool:
        if not self._is_item(index) or self._ends(index):
            return False
        block = self.blocks[index]
        statement = word_count(block.text) >= _STATEMENT_WORDS and not is_question(block.text)
        return statement and not block.link and block.scope != "aside"

    def _items(self, start: int, stop: int) -> tuple[str, ...]:
        """One text per item; paragraphs separated only by a line break are joined."""
        # A number in a box of its own is a mark, however the site styles it.
        chosen = [block for block in self.blocks[start:stop] if not block.text.isdigit()]
        if not any(block.item for block in chosen) and all(b.continues for b in chosen[1:]):
            return tuple(block.text for block in chosen)  # a list made of line breaks
        items: list[str] = []
        for block in chosen:
            if items and block.continues and not block.item:
                items[-1] += f" {block.text}"
            else:
                items.append(block.text)
        return tuple(items)

    def _ends(self, index: int) -> bool:
        """Whether the block at an index cannot be a bullet."""
        if index >= len(self.blocks) or index in self.asked:
            return True
        block = self.blocks[index]
        return self.headings.is_heading(block.text) or (block.level > 0 and not block.item)

    def _is_item(self, index: int) -> bool:
        return index < len(self.blocks) and self.blocks[index].item

    def _continues(self, index: int) -> bool:
        return not self._ends(index) and self.blocks[index].continues


def _has_statement(region: Region) -> bool:
    return any(word_count(item) >= _STATEMENT_WORDS for item in region.items)


def _shared(one: PageBlock, other: PageBlock) -> int:
    """The number of boxes that contain both blocks."""
    depth = 0
    for mine, yours in zip(one.path, other.path, strict=False):
        if mine != yours:
            break
        depth += 1
    return depth
