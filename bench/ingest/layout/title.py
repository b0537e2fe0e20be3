"""Finding the title in the blocks of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.ingest.layout.blocks import PageBlock
from bench.ingest.layout.prose import is_furniture, opens_body, word_count

_TITLE_WORDS = 3  # fewer make the name of a site or a section
_BULLET_WORDS = 4


def find_title(
    blocks: Sequence[PageBlock], declared: str, is_label: Callable[[str], bool], questions: int
) -> tuple[str, int]:
    """The title and the index of its block, -1 if it is not a block; empty if not found.

    The first heading of level 1, else the declared title, else the first line of some length
    above all bullets and paragraphs.

    Args:
        blocks: the page.
        declared: the title in the head of a page in HTML.
        is_label: whether a line announces bullets or questions.
        questions: the index at which the reader questions begin, -1 if there are none.
    """
    marked_up = [i for i, b in enumerate(blocks) if b.level == 1 and not is_label(b.text)]
    if marked_up:
        in_article = [i for i in marked_up if blocks[i].scope in {"article", "main"}]
        index = (in_article or marked_up)[0]
        return _with_broken_lines(blocks, index), index
    if declared:
        same = (i for i, b in enumerate(blocks) if b.text.casefold() == declared.casefold())
        return declared, next(same, -1)
    candidates = _lines_above(blocks, is_label, questions)
    titles = [i for i in candidates if blocks[i].level] or candidates
    long_enough = [i for i in titles if word_count(blocks[i].text) >= _TITLE_WORDS]
    if not titles:
        return "", -1
    index = long_enough[0] if long_enough else titles[-1]
    return blocks[index].text, index


def _with_broken_lines(blocks: Sequence[PageBlock], index: int) -> str:
    title = blocks[index].verbatim
    for block in blocks[index + 1 :]:
        if not (block.continues and block.level == 1):
            break
        title += f" {block.text}"
    return title


def _lines_above(
    blocks: Sequence[PageBlock], is_label: Callable[[str], bool], questions: int
) -> list[int]:
    """The lines above the first list or paragraph, without labels, bylines, dates and menus."""
    above: list[int] = []
    for index, block in enumerate(blocks):
        announces = is_label(block.text) and not block.item
        following = blocks[index + 1] if index + 1 < len(blocks) else block
        if index == questions or _is_content(block) or (announces and _is_content(following)):
            break
        if not (block.item or is_label(block.text) or is_furniture(block.text)):
            above.append(index)
    return above


def _is_content(block: PageBlock) -> bool:
    """Whether it is a bullet or a paragraph; a menu entry is neither."""
    is_bullet = block.item and word_count(block.text) >= _BULLET_WORDS
    return is_bullet or opens_body(block.text)
