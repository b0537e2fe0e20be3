"""Finding the paragraphs of the article in the blocks of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.ingest.layout.blocks import PageBlock, Region, Scope
from bench.ingest.layout.prose import is_sidelight, reads_as_prose, word_count

_SUBSTANTIAL = 8  # words; less may be a slogan or a label


@dataclass(frozen=True)
class Body:
    """The paragraphs.

    Attributes:
        paragraphs: in reading order.
        divided: the lines on which text begins before and after the reader questions, if either
            may be the article.
    """

    paragraphs: tuple[str, ...] = ()
    divided: tuple[int, int] | None = None


@dataclass(frozen=True)
class _TextPart:
    """Blocks that form at most one paragraph."""

    text: str
    index: int
    line: int
    scope: Scope
    item: bool
    accepted: bool


def find_body(
    blocks: Sequence[PageBlock],
    *,
    title: int,
    lists: Sequence[Region],
    questions: Region | None,
    is_label: Callable[[str], bool],
) -> Body:
    """The paragraphs below the title, without lists, subheadings, captions, menus and notices.

    Args:
        blocks: the page.
        title: the index of the title, -1 if it is not among the blocks.
        lists: the bullets and reader questions.
        questions: the list of reader questions, which usually ends a page.
        is_label: whether a line announces a list or repeats the title.
    """
    taken = {index for region in lists for index in range(region.start, region.stop)}
    taken |= _sidelights(blocks, title)
    below = range(title + 1, len(blocks))
    free = [index for index in below if index not in taken and not blocks[index].level]
    pieces = _in_scope(_pieces(blocks, free, is_label))
    at = questions.start if questions else len(blocks)
    before = _without_ends([piece for piece in pieces if piece.index < at])
    after = _without_ends([piece for piece in pieces if piece.index > at])
    if all(piece.scope == "article" for piece in before + after):
        return Body(tuple(piece.text for piece in before + after))
    return _one_side(before, after)


def _sidelights(blocks: Sequence[PageBlock], title: int) -> set[int]:
    """The blocks in sections such as "Related articles"."""
    found: set[int] = set()
    for index, block in enumerate(blocks):
        if is_sidelight(block.text) and index not in found:
            found.update(range(index, _end_of_sidelight(blocks, index, title)))
    return found


def _end_of_sidelight(blocks: Sequence[PageBlock], heading: int, title: int) -> int:
    """The end of its box, else of the list below it, else the next heading of its rank."""
    box = blocks[heading].path[:-1]
    holds = [at >= 0 and blocks[at].path[: len(box)] == box for at in (title, heading - 1)]
    start = stop = heading + 1
    if box and not any(holds):
        while stop < len(blocks) and blocks[stop].path[: len(box)] == box:
            stop += 1
        if stop > start:
            return stop
    while stop < len(blocks) and _is_listed(blocks[stop]):
        stop += 1
    level = blocks[heading].level
    while stop == start and level and stop < len(blocks) and not 0 < blocks[stop].level <= level:
        start, stop = start + 1, stop + 1
    return stop


def _is_listed(block: PageBlock) -> bool:
    return not block.level and (block.item or block.link or block.continues)


def _pieces(
    blocks: Sequence[PageBlock], free: Sequence[int], is_label: Callable[[str], bool]
) -> list[_TextPart]:
    groups: list[list[int]] = []
    for index in free:
        if groups and blocks[index].continues and groups[-1][-1] == index - 1:
            groups[-1].append(index)
        else:
            groups.append([index])
    pieces: list[_TextPart] = []
    for group in groups:
        first = blocks[group[0]]
        text = " ".join(blocks[index].verbatim for index in group)
        is_menu = all(blocks[index].link for index in group)
        accepted = not (is_menu or is_label(text)) and (
            reads_as_prose(text) or (first.item and _leads_to_item(pieces[-1:]))
        )
        pieces.append(_TextPart(text, group[0], first.line, first.scope, first.item, accepted))
    return pieces


def _leads_to_item(piece: Sequence[_TextPart]) -> bool:
    """Whether an item without a full stop may follow: after a colon, or another such item."""
    return any(p.accepted and (p.item or p.text.endswith((":", "："))) for p in piece)


def _in_scope(pieces: list[_TextPart]) -> list[_TextPart]:
    """The pieces in the element that holds the article, if it holds any."""
    for scopes in ({"article"}, {"main"}, {"page"}):
        inside = [piece for piece in pieces if piece.scope in scopes]
        if any(piece.accepted for piece in inside):
            return inside
    return []


def _without_ends(pieces: Sequence[_TextPart]) -> list[_TextPart]:
    """The accepted pieces without isolated short ones at the ends (a slogan, a greeting).

    Empty if all are short: any number of slogans in a footer is not a body.
    """
    long = [i for i, p in enumerate(pieces) if p.accepted and word_count(p.text) >= _SUBSTANTIAL]
    if not long:
        return []
    first, last = long[0], long[-1]
    while first > 0 and pieces[first - 1].accepted:
        first -= 1
    while last + 1 < len(pieces) and pieces[last + 1].accepted:
        last += 1
    return [piece for piece in pieces[first : last + 1] if piece.accepted]


def _one_side(before: list[_TextPart], after: list[_TextPart]) -> Body:
    """The body above or below the questions, whichever side has most of the words."""
    words_before, words_after = (sum(word_count(p.text) for p in side) for side in (before, after))
    if words_after * 2 < words_before:
        return Body(tuple(piece.text for piece in before))
    if words_before * 4 < words_after:
        return Body(tuple(piece.text for piece in before + after))  # an introduction comes first
    return Body(divided=(before[0].line, after[0].line)) if before and after else Body()
