"""List marks: bullets and numbers at the start of lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.text import labels
from bench.text.asking import asks
from bench.text.chatter import is_chatter
from bench.text.numbering import Number, families_of, number_at
from bench.text.wrapping import BULLET, HASHES, ends_with_colon, unwrapped

_HEADING = re.compile(rf"\s*{HASHES}")
_BOLD = re.compile(r"\s*(\*\*|__)[^*_\n]{1,80}\1\s?:?\s*\Z")
_WORD = re.compile(r"[^\W_]")
_BESIDE_ITEM = re.compile(
    rf"\s*[>(\[]?[*_]{{0,3}}(?:{labels.alternatives(labels.ANSWER)}|a|r)"
    r"(?:\s?\#?\d{1,3})?[*_]{0,2}\s?(?:[:：\]]|(?<=\s[aA])\.(?=\s)|(?<=^A)\.(?=\s))",
    re.IGNORECASE,
)
_BESIDE_AT_END = re.compile(
    rf"(?<=[?？؟])[\s*_]*+[(\[–—-]?\s?[*_]{{0,3}}(?:{labels.alternatives(labels.ANSWER)}|a)"
    r"(?:\s?\d{1,3})?[*_]{0,2}\s?[:：].*",
    re.IGNORECASE,
)
_BOLD_QUESTION = re.compile(r"\s*(\*\*|__)[^*_]{1,500}[?？؟]\1(?=\s+\S)")
_STOPS = (".", "?", "!", "…", "。", "？", "！", "؟", "։", "।", "፧", "።")
_AFTER_STOPS = " \t\"'”’»」』)]*_`"
BULLETS = re.compile(rf"\s*{BULLET}+")
_CIRCLE = re.compile(r"\s*o\s+(?=[A-Z])")
"""The second bullet of word processors, as plain text; a mark only on several lines."""
_COUNT = re.compile(r"\s*(\d{1,3})\s+(?=[^\W\d])")
"""A number without punctuation; a mark only if such numbers count all lines."""
_BEGINS_SENTENCE = re.compile(r"[*_]{0,3}[\"“'«„¿(]{0,2}[^\W_a-zß-öø-ÿ]")
_WORDS_OF_TOPIC = 4
_FEWEST = 2


def worded(items: Iterable[str]) -> list[str]:
    """The items with a letter or digit."""
    return [item for item in items if _WORD.search(item)]


def mark_ends(lines: Sequence[str]) -> list[int | None]:
    """The end of the list mark of each line; None without one.

    Numbers are marks only if they are consecutive, since a sentence may start with a number.
    """
    numbers = [_numbers(line) for line in lines]
    accepted: list[set[str]] = []
    deeper = [found for found in numbers if found]
    while deeper:
        families = families_of(found[len(accepted)] for found in deeper)
        if not families:
            break
        accepted.append(families)
        deeper = [found for found in deeper if len(found) > len(accepted)]
    counts = [_COUNT.match(line) for line in lines]
    are_counted = len(filled := worded(lines)) >= _FEWEST and [
        int(match[1]) for match in counts if match
    ] == list(range(1, len(filled) + 1))
    circles = [_CIRCLE.match(line) for line in lines]
    has_circles = sum(map(bool, circles)) >= _FEWEST
    ends: list[int | None] = []
    for line, found, circle, count in zip(lines, numbers, circles, counts, strict=True):
        bullets = BULLETS.match(line) or (circle if has_circles else None)
        bullets = (count if are_counted else None) or bullets
        end = bullets.end() if bullets else None
        for number, families in zip(found, accepted, strict=False):
            if not any(family in families for family, _ in number.families):
                break
            end = number.end
        ends.append(end)
    return ends


@dataclass
class _Item:
    """An item that is read from marked lines.

    Attributes:
        parts: its lines.
        level: how its mark is written and indented.
        has_words: whether a line has a letter or digit.
    """

    parts: list[str]
    level: tuple[str, int]
    has_words: bool = False

    def add(self, line: str) -> None:
        """Add a line."""
        self.parts.append(line)
        self.has_words = self.has_words or _WORD.search(line) is not None

    @property
    def text(self) -> str:
        return " ".join(self.parts)


def marked(lines: Sequence[str], ends: Sequence[int | None]) -> list[str]:
    """The items of lines, some of which have list marks."""
    items: list[_Item] = []
    continues = False
    are_questions = any(map(asks, lines))
    for line, end in zip(lines, ends, strict=True):
        is_beside = end is None or (are_questions and end <= _bullet_end(line))
        if is_beside and _BESIDE_ITEM.match(line, _bullet_end(line)):
            continues = False
        elif end is not None:
            items.append(_Item([], _level(line, end)))
            items[-1].add(line[end:])
            continues = True
        elif not _WORD.search(line) or _HEADING.match(line):
            continues = continues and not items[-1].has_words  # a mark on its own line
            if continues:
                items[-1].parts = [""]
        elif continues and _continues(items[-1], line):
            items[-1].add(line)
        else:
            continues = False
    texts = _without_remarks(items)
    return [*_before_second(lines, ends), *(_asked_in_headings(lines, texts) or texts)]


def unmarked(lines: Sequence[str]) -> list[str]:
    """The items of lines without list marks."""
    filled = [line for line in lines if _WORD.search(line)]
    items = [line for line in filled if not _HEADING.match(line)] or filled
    if headings := _asked_in_headings(lines, items):
        return headings
    items = items[1:] if len(items) > 1 and ends_with_colon(items[0]) else items
    asking = sum(map(asks, items))
    if asking in {0, len(items)}:
        return items
    items = [line for line in items if not _BESIDE_ITEM.match(line)]
    if asking < _FEWEST:
        return items
    if all(map(_is_topic, items[::2])) and all(map(asks, items[1::2])) and len(items) % 2 == 0:
        return items[1::2]
    headed = [
        line for line in items if asks(line) or not (_BOLD.match(line) or ends_with_colon(line))
    ]
    return _without_paragraphs(headed, lines)


def is_beside_item(line: str) -> bool:
    """Whether a line is an answer or a remark: ``Answer: They.``."""
    return _BESIDE_ITEM.match(line) is not None


def without_answer(item: str) -> str:
    """The question without an answer behind it: ``Who? Answer: They.``, ``**Who?** They.``."""
    bold = _BOLD_QUESTION.match(item)
    if bold and not asks(item):
        return bold[0]
    return _BESIDE_AT_END.sub("", item)


def _numbers(line: str) -> list[Number]:
    """The numbers at the start of a line."""
    found: list[Number] = []
    while number := number_at(line, found[-1].end if found else 0):
        if found and number.end == found[-1].end:
            break
        found.append(number)
    return found


def _bullet_end(line: str) -> int:
    bullets = BULLETS.match(line)
    return bullets.end() if bullets else 0


def _asked_in_headings(lines: Sequence[str], items: Sequence[str]) -> list[str]:
    """The headings that ask, if no other item does: their answers are below them."""
    headings = [line for line in lines if _HEADING.match(line) and asks(line)]
    return headings if headings and not any(map(asks, items)) else []


def _level(line: str, end: int) -> tuple[str, int]:
    mark = line[:end]
    indent = len(mark) - len(mark.lstrip())
    shape = "".join("1" if c.isdigit() else "a" if c.isalpha() else c for c in mark.strip()[:8])
    return re.sub(r"(.)\1+", r"\1", shape), indent


def _continues(item: _Item, line: str) -> bool:
    """Whether an unmarked line continues an item."""
    if not item.has_words:
        return True
    if asks(item.parts[-1]) and not asks(line):
        return False
    return line[0].isspace() or not _ended(item.parts[-1])


def _without_topics(items: Sequence[_Item]) -> list[str]:
    """The texts of items, without the line with a topic above each question."""
    below = [" ".join(item.parts[1:]).strip() for item in items]
    if len(items) >= _FEWEST and all(
        _is_topic(item.parts[0]) and asks(text) and _BEGINS_SENTENCE.match(text)
        for item, text in zip(items, below, strict=True)
    ):
        return below
    return [item.text for item in items]


def _is_topic(line: str) -> bool:
    """Whether a line is a few words that are no sentence."""
    words = unwrapped(line.strip()).rstrip(" :：")
    is_short = _WORD.search(words) is not None and len(words.split()) <= _WORDS_OF_TOPIC
    return is_short and not asks(words) and not _ended(words)


def _without_remarks(items: Sequence[_Item]) -> list[str]:
    """The items without answers to questions, and without headings of questions."""
    texts = _without_topics(items)
    asking = [asks(without_answer(text)) for text in texts]
    levels: dict[tuple[str, int], list[bool]] = {}
    for item, is_asking in zip(items, asking, strict=True):
        levels.setdefault(item.level, []).append(is_asking)
    if len(levels) > 1 and any(all(found) for found in levels.values()):
        questions = {level for level, found in levels.items() if any(found)}
        texts = [text for item, text in zip(items, texts, strict=True) if item.level in questions]
    return texts


def _without_paragraphs(items: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The questions without statements that blank lines separate from them, or that answer them.

    If a blank line follows every item, it does not mean anything.
    """
    known = set(items)
    at = [number for number, line in enumerate(lines) if line in known]
    gaps = [later - number > 1 for number, later in pairwise(at)]
    if all(gaps) or not any(gaps):
        return list(items)
    kept = []
    for index, (before, after) in enumerate(zip([True, *gaps], [*gaps, True], strict=True)):
        line = lines[at[index]]
        is_answer = index > 0 and not before and after and asks(lines[at[index - 1]])
        if asks(line) or not ((before and after) or is_answer):
            kept.append(line)
    return kept


def _before_second(lines: Sequence[str], ends: Sequence[int | None]) -> list[str]:
    """The first item of a list that starts with 2 because the prompt ended with 1."""
    start = next(index for index, end in enumerate(ends) if end is not None)
    number = number_at(lines[start])
    before = [line for line in worded(lines[:start]) if not _HEADING.match(line)][-1:]
    is_item = number and any(value == 2 for _, value in number.families)
    introduces = any(ends_with_colon(line) or is_chatter(line) for line in before)
    return before if is_item and not introduces else []


def _ended(line: str) -> bool:
    return line.rstrip(_AFTER_STOPS).endswith(_STOPS)
