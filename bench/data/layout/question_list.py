"""Finding the reader questions in the blocks of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from bench.data.layout.blocks import Block, Region
from bench.data.layout.prose import bare_question, is_one_question, is_question, word_count

_LEAST_WITHOUT_HEADING = 3  # questions in a row that announce themselves
_LONGEST_ANSWER = 4  # paragraphs


def find_questions(blocks: Sequence[Block], is_heading: Callable[[str], bool]) -> list[Region]:
    """The question lists of a page, the longest first: a menu entry can be called "Insights" too.

    Under a heading stand questions only, or questions with an answer each. Where no heading has
    any below it, three or more questions in a row will do.
    """
    found = [
        region
        for index, block in enumerate(blocks)
        if is_heading(block.text) and (region := _under(blocks, index)).items
    ]
    return sorted(found or _in_a_row(blocks), key=lambda region: -len(region.items))


def _under(blocks: Sequence[Block], heading: int) -> Region:
    start = heading + 1
    if _is_introduction(blocks, start):
        start += 1
    stop = _end_of_run(blocks, start)
    listed = range(start, stop)
    if len(listed) == 1:
        answered, end = _answered(blocks, start)
        if len(answered) > 1:
            return Region(heading, end, _questions(blocks, answered))
    return Region(heading, stop, _questions(blocks, listed))


def _is_introduction(blocks: Sequence[Block], index: int) -> bool:
    """Whether one line comes between ("Tap a question to see its answer") and then questions."""
    if index + 2 >= len(blocks) or is_question(blocks[index].text):
        return False
    following = blocks[index + 1 : index + 3]
    return word_count(blocks[index].text) >= 3 and all(is_one_question(b.text) for b in following)


def _end_of_run(blocks: Sequence[Block], start: int) -> int:
    """Where the questions end that begin at ``start``; list items end with their list."""
    stop = start
    while (
        stop < len(blocks)
        and is_question(blocks[stop].text)
        and blocks[stop].item == blocks[start].item
    ):
        stop += 1
    return stop


def _answered(blocks: Sequence[Block], start: int) -> tuple[list[int], int]:
    """Where questions with an answer each stand, and where the last answer ends."""
    questions, longest, allowed = [start], 1, _LONGEST_ANSWER
    while True:
        first = following = questions[-1] + 1
        while following - first < allowed and _is_answer(blocks, following):
            following += 1
        if following == first or not _is_alike(blocks, start, following):
            # The body may follow the last answer at once.
            return questions, min(following, first + longest)
        longest = max(longest, following - first)
        allowed = min(longest + 1, _LONGEST_ANSWER)
        questions.append(following)


def _is_alike(blocks: Sequence[Block], question: int, index: int) -> bool:
    """Whether at ``index`` stands a question that is marked up like the first one."""
    if index >= len(blocks) or not is_one_question(blocks[index].text):
        return False
    one, other = blocks[question], blocks[index]
    return (one.level, one.item) == (other.level, other.item)


def _is_answer(blocks: Sequence[Block], index: int) -> bool:
    if index >= len(blocks) or blocks[index].level or is_question(blocks[index].text):
        return False
    text = blocks[index].text
    return text.endswith((".", "!", "”", '"', "。")) or word_count(text) >= 8


def _in_a_row(blocks: Sequence[Block]) -> Iterator[Region]:
    for asks, indices in groupby(range(len(blocks)), lambda i: is_one_question(blocks[i].text)):
        run = list(indices)
        if asks and len(run) >= _LEAST_WITHOUT_HEADING:
            yield Region(run[0], run[-1] + 1, _questions(blocks, run))


def _questions(blocks: Sequence[Block], indices: Sequence[int]) -> tuple[str, ...]:
    return tuple(bare_question(blocks[index].text) for index in indices)
