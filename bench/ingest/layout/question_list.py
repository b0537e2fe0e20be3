"""Finding the reader questions in the blocks of a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

from bench.ingest.layout.blocks import PageBlock, Region
from bench.ingest.layout.prose import (
    bare_question,
    is_furniture,
    is_one_question,
    is_question,
    opens_body,
    word_count,
)
from bench.text.sentences import sentences

_LEAST_WITHOUT_HEADING = 3  # questions in a row that announce themselves
_LONGEST_ANSWER = 4  # paragraphs
_LEAST_PARAGRAPHS = 3  # of an article
_UNFOLDS = re.compile(
    r"(?:(?:show|hide|see|read|view)\ )?(?:the\ |full\ )*(?:answer|more|less)", re.I
)


def find_questions(
    blocks: Sequence[PageBlock], is_heading: Callable[[str], bool], declared: Sequence[str] = ()
) -> list[Region]:
    """The question lists of a page, the longest first: a menu entry can be called "Insights" too.

    A heading is followed by questions only, or by questions with an answer each. Otherwise the
    questions that the page declares are used, else three or more questions in a row.
    """
    found = [
        region
        for index, block in enumerate(blocks)
        if is_heading(block.text) and (region := _under(blocks, index)).items
    ]
    found = found or _as_declared(blocks, declared) or list(_in_a_row(blocks))
    return sorted(found, key=lambda region: -len(region.items))


def _under(blocks: Sequence[PageBlock], heading: int) -> Region:
    start = heading + 1
    if _is_introduction(blocks, start):
        start += 1
    stop = _end_of_run(blocks, start)
    listed = range(start, stop)
    if listed:
        answered, end = _answered(blocks, start)
        if len(answered) > len(listed) and (
            len(listed) == 1
            or _is_one_list(blocks, heading, answered)
            or _follows_body(blocks, heading)
        ):
            return Region(heading, end, _questions(blocks, answered))
    if not listed and len(led := _leading_questions(blocks, start)) > 1:
        return Region(heading, start + len(led), led)
    return Region(heading, stop, _questions(blocks, listed))


def _is_one_list(blocks: Sequence[PageBlock], heading: int, answered: Sequence[int]) -> bool:
    """Whether questions, some without an answer, are certainly one list.

    They are headings, items of one list, or all in the box of their heading, if that has a box.
    """
    first = blocks[answered[0]]
    if first.level:
        return True
    box = first.path[:-1] if first.item else blocks[heading].path[:-1]
    paths = [blocks[index].path for index in answered]
    return len(box) > 1 and all(path[: len(box)] == box for path in paths)


def _follows_body(blocks: Sequence[PageBlock], heading: int) -> bool:
    """Whether the article is above the heading, so that text below it answers questions."""
    return sum(opens_body(block.text) for block in blocks[:heading]) >= _LEAST_PARAGRAPHS


def _leading_questions(blocks: Sequence[PageBlock], start: int) -> tuple[str, ...]:
    """The questions of paragraphs that consist of a question and its answer."""
    asked: list[str] = []
    for block in blocks[start:]:
        first, *rest = sentences(bare_question(block.text)) or [""]
        if block.level or not rest or not is_question(first):
            break
        asked.append(first)
    return tuple(asked)


def _is_introduction(blocks: Sequence[PageBlock], index: int) -> bool:
    """Whether one line ("Tap a question to see its answer") precedes the questions."""
    if index + 2 >= len(blocks) or is_question(blocks[index].text):
        return False
    if word_count(blocks[index].text) < 3 or not is_one_question(blocks[index + 1].text):
        return False
    return is_one_question(blocks[index + 2].text) or len(_answered(blocks, index + 1)[0]) > 1


def _end_of_run(blocks: Sequence[PageBlock], start: int) -> int:
    """The end of the questions that begin at ``start``; list items end with their list."""
    stop = start
    while (
        stop < len(blocks)
        and is_question(blocks[stop].text)
        and blocks[stop].item == blocks[start].item
    ):
        stop += 1
    return stop


def _answered(blocks: Sequence[PageBlock], start: int) -> tuple[list[int], int]:
    """The indices of questions, each with its answer if it has one, and the end of the last."""
    questions, longest, allowed = [start], 1, _LONGEST_ANSWER
    while True:
        first = questions[-1] + 1
        following = _end_of_answer(blocks, start, first, allowed)
        if not _is_alike(blocks, start, following):
            # The body may follow the last answer at once.
            return questions, min(following, first + longest)
        longest = max(longest, following - first)
        allowed = min(longest + 1, _LONGEST_ANSWER)
        questions.append(following)


def _end_of_answer(blocks: Sequence[PageBlock], question: int, start: int, allowed: int) -> int:
    """The end of the answer that begins at ``start``; items of a list in it are not counted."""
    stop, paragraphs = start, 0
    while paragraphs < allowed and _is_answer(blocks, question, stop):
        paragraphs += not blocks[stop].item
        stop += 1
    while stop > start and blocks[stop - 1].item and _is_answer(blocks, question, stop):
        stop += 1
    return stop


def _is_alike(blocks: Sequence[PageBlock], question: int, index: int) -> bool:
    """Whether the block at ``index`` is a question marked up like the first one."""
    if index >= len(blocks) or not is_one_question(blocks[index].text):
        return False
    one, other = blocks[question], blocks[index]
    return (one.level, one.item) == (other.level, other.item)


def _is_answer(blocks: Sequence[PageBlock], question: int, index: int) -> bool:
    if index >= len(blocks) or blocks[index].level or _is_alike(blocks, question, index):
        return False
    if blocks[question].level or blocks[question].item:
        return True  # what tells questions apart here is the markup
    text = blocks[index].text
    if is_question(text):
        return False
    is_list = blocks[index].item or bool(_UNFOLDS.fullmatch(text))
    return is_list or text.endswith((".", "!", "”", '"', "。")) or word_count(text) >= 8


def _as_declared(blocks: Sequence[PageBlock], declared: Sequence[str]) -> list[Region]:
    """The questions that the page declares, with their answers, where it shows most of them.

    A declared question that is shown in other words is one of the list, too.
    """
    named = frozenset(map(_comparable, declared))
    shown = [i for i, block in enumerate(blocks) if _comparable(block.text) in named]
    distinct = {_comparable(blocks[index].text) for index in shown}
    if len(distinct) < 2 or len(distinct) * 2 <= len(named) or len(distinct) < len(shown):
        return []
    gaps = [after - before for before, after in pairwise(shown)]
    if max(gaps) > _LONGEST_ANSWER + 1 and len(_answered(blocks, shown[0])[0]) < len(shown):
        return []
    stop = _answered(blocks, shown[-1])[1]
    stop = min(stop, shown[-1] + max(gaps))
    return [Region(shown[0], stop, tuple(declared))]


def _comparable(text: str) -> str:
    return bare_question(text).casefold().replace("’", "'").rstrip()


def _in_a_row(blocks: Sequence[PageBlock]) -> Iterator[Region]:
    # A heading that asks ("Curious?") announces the questions below it, and is none of them.
    def key(index: int) -> tuple[bool, int, bool]:
        block = blocks[index]
        return is_one_question(block.text), block.level, block.item

    for (asks, _, _), indices in groupby(range(len(blocks)), key):
        run = list(indices)
        beside = any(blocks[index].scope == "aside" for index in run)
        if asks and not beside and len(run) >= _LEAST_WITHOUT_HEADING:
            yield Region(run[0], run[-1] + 1, _questions(blocks, run))


def _questions(blocks: Sequence[PageBlock], indices: Sequence[int]) -> tuple[str, ...]:
    texts = (blocks[index].text for index in indices)
    return tuple(bare_question(text) for text in texts if not is_furniture(text))
