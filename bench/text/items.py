r"""Parses the output of a language model into items (bullets or questions).

A text is parsed by the first rule that applies:

* a list in JSON, in Python or in brackets, which begins a line or follows ``name =`` or ``name:``:
  its strings are the items, and the text around it is ignored. In an object the keys decide:
  questions before bullets before summaries before other texts; answers, topics and the like only
  if it has no other text;
* a table in Markdown or with delimiters (CSV): the cells of one column, chosen by its name, are the
  items;
* lines with list marks: each is an item, at any depth; an unmarked line continues the item above
  if it is indented or the sentence of that item has not ended; other lines (headings, a preamble,
  closing words) are ignored, except the line before a list that starts with 2;
* several lines: each is an item, except Markdown headings and a first line that ends with a colon;
* one line: its sentences are the items.

Known artefacts are removed first: reasoning, other turns, further examples, special tokens, markup,
LaTeX, code fences, footnotes, a list that the model then writes anew; and last, what the model says
about its list, or that it writes none. A topic before each question, or a remark after each, is
removed only if all have one. A line of several questions is split at
the separators between them. List marks, emphasis
and quotation marks around an item are removed, and so is a colon at its end; an item that is itself
a list is replaced by its elements. Otherwise items are verbatim, in order, with duplicates; white
space is collapsed, and adjacent string literals are joined.

The result is a normal form: ``items_from("\n".join(items))`` gives the same items, for every text.
So do the same items numbered "1. ", "2. " and so on, up to 999 (a single one only if it contains no
list itself, as in "Who won? 2. Why?"). Therefore a list of one item with several sentences becomes
those sentences.

No text raises an error, and the time is linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.text.around_questions import questions_alone
from bench.text.chatter import without_chatter
from bench.text.continuation import continued, is_complete, next_labels
from bench.text.drafts import last_version
from bench.text.footnotes import without_footnotes
from bench.text.invisible import visible
from bench.text.latex import without_latex
from bench.text.literals import ends_in_string, list_in_item, lists_in
from bench.text.markers import without_markers
from bench.text.marks import BULLETS, mark_ends, marked, unmarked, without_answer, worded
from bench.text.markup import without_markup
from bench.text.numbering import NUMBER
from bench.text.reasoning import Markers, without_reasoning
from bench.text.sections import lines_of_task
from bench.text.sentences import sentences
from bench.text.separators import questions_in
from bench.text.tables import items_of_tables
from bench.text.turns import answer_in, labelled_answer_in
from bench.text.wrapping import bare

PARSER_VERSION = 5
"""Version of ``items_from``, stored with predictions; increased when results change."""

_INLINE = re.compile(
    r"(?<=[^\d][.?!])\s++(?=\(?\d{1,3}[.)]\s)|(?<!\s)\s++(?=[•▪●]\s)|(?<=[^\d][.?!])\s++(?=[•▪●]\s)"
)
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Capt|Sgt|Rev|St|vs|No)\.\Z")
_NOT_IN_WORDS = re.compile(r"[\W_]+")
_PASSES = 16
"""Maximum number of passes; items that still change are reduced to their words."""


@dataclass(frozen=True, slots=True)
class ParsedItems:
    """The items of an output.

    Attributes:
        items: in order, with duplicates.
        dropped: the number of items that were dropped because the output ends inside them.
    """

    items: list[str]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Options:
    """What is known about a text beside the text itself."""

    separator: str | None = None
    task: str | None = None
    markers: Markers = ()
    labels: Sequence[str] = ()


def items_from(  # noqa: PLR0913 - an option each, all by name
    raw: str,
    separator: str | None = None,
    *,
    task: str | None = None,
    after: str = "",
    unfinished: bool = False,
    thinking: Markers = (),
) -> list[str]:
    """Parse the output of a language model into items; never raises an error.

    Args:
        raw: the output.
        separator: the separator of items that the model was trained with, such as ``<n>``; it
            counts as a line end, as ``<sep>`` always does.
        task: ``questions`` or ``summary``, if known: it decides between several lists.
        after: the prompt, or its end: a list mark or bracket there belongs to the first item, the
            prompt is removed where the output repeats it, and its labels begin the next example.
        unfinished: whether the token limit ended the output; the last item is then dropped unless
            it is complete.
        thinking: pairs of the text before and after reasoning, beside the known ones.

    Returns:
        The items in order, with duplicates; empty if no letter or digit is left.
    """
    parsed = parsed_items(
        raw, separator, task=task, after=after, unfinished=unfinished, thinking=thinking
    )
    return parsed.items


def parsed_items(  # noqa: PLR0913 - likewise
    raw: str,
    separator: str | None = None,
    *,
    task: str | None = None,
    after: str = "",
    unfinished: bool = False,
    thinking: Markers = (),
) -> ParsedItems:
    """The same as ``items_from``, with the number of items dropped as unfinished."""
    options = _Options(separator, task, thinking, next_labels(after))
    text = continued(raw, after, thinking)
    items = _parsed(text, options)
    if not unfinished:
        return ParsedItems(items)
    options = _Options(separator, task, thinking)
    if _answer(text, options) != text:
        return ParsedItems(items)
    if items and not is_complete(text, items, task):
        return ParsedItems(items[:-1], 1)
    return ParsedItems(items, int(ends_in_string(text)))


def _parsed(text: str, options: _Options) -> list[str]:
    items = _one_pass(text, options, is_list=False)
    plain = _Options(options.separator, options.task, options.markers)
    # A pass never adds a character, and only keeps all of them if it splits: the loop ends.
    for _ in range(_PASSES):
        joined = "\n".join(items)
        again = _one_pass(joined, plain, is_list=len(items) > 1)
        if again == items:  # likewise if the lines are not known to be items
            again = _one_pass(joined, plain, is_list=False)
        if again == items:
            return items
        items = again
    return _words_alone(items, options.separator)


def _answer(text: str, options: _Options) -> str:
    """The answer, without reasoning, other turns and further examples."""
    text = without_reasoning(answer_in(text), "</s>", options.markers)
    return labelled_answer_in(text, options.labels)


def _one_pass(text: str, options: _Options, *, is_list: bool) -> list[str]:
    """The items after one pass, which may themselves have structure.

    Args:
        text: the output.
        options: as in ``items_from``.
        is_list: whether each line is known to be an item.
    """
    text = visible(_answer(text, options))
    text = without_footnotes(text if is_list else last_version(text))
    texts = _opened(text.splitlines()) if is_list else None
    if texts is None:
        texts = lists_in(text, options.task)
    if texts is None:
        texts = items_of_tables(text, options.task)
    if texts is not None:
        return worded(texts if len(texts) == 1 else (" ".join(item.split()) for item in texts))
    if options.separator:
        text = text.replace(options.separator, "\n\n")
    lines = without_markers(without_markup(without_latex(text))).splitlines()
    lines = [part for line in lines for part in questions_in(line)]
    if not is_list:
        lines = lines_of_task(lines, options.task)
    filled = worded(lines)
    if len(filled) == 1:
        parts = _parts(filled[0])
        if len(parts) > 1:
            return parts
    ends = mark_ends(lines)
    if is_list:
        found = [line[end or 0 :] for line, end in zip(lines, ends, strict=True)]
    elif any(end is not None for end in ends):
        found = marked(lines, ends)
    else:
        found = unmarked(lines)
    return questions_alone(without_chatter(worded(bare(without_answer(item)) for item in found)))


def _opened(items: Sequence[str]) -> list[str] | None:
    """Replace items that are lists by their elements; None if there are none."""
    held = [list_in_item(item) for item in items]
    if all(texts is None for texts in held):
        return None
    return [
        text
        for item, texts in zip(items, held, strict=True)
        for text in ([item] if texts is None else texts)
    ]


def _parts(line: str) -> list[str]:
    """The items of a single line."""
    has_mark = NUMBER.match(line) or BULLETS.match(line)
    return worded(_INLINE.split(line) if has_mark else _sentences(line))


def _sentences(line: str) -> list[str]:
    """The sentences of a line, which do not end with a title before a name."""
    found: list[list[str]] = []
    continues = False
    for sentence in sentences(line):
        if continues:
            found[-1].append(sentence)
        else:
            found.append([sentence])
        continues = _TITLE.search(sentence[-8:]) is not None
    return [" ".join(parts) for parts in found]


def _words_alone(items: Iterable[str], separator: str | None) -> list[str]:
    """Reduce items to their words, so that nothing is left to parse."""
    plain = [" ".join(_NOT_IN_WORDS.sub(" ", item).split()) for item in items]
    parts = [part.strip() for item in plain for part in (item.split(separator or "\n"))]
    return worded(parts)
