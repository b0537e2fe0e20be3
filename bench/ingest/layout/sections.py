"""Finding the article in the blocks of a page: title, bullets, paragraphs, reader questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.ingest.layout.blocks import PageBlock, Region
from bench.ingest.layout.body import Body, find_body
from bench.ingest.layout.bullet_list import BulletSearch
from bench.ingest.layout.declared import Declared
from bench.ingest.layout.headings import Headings
from bench.ingest.layout.question_list import find_questions
from bench.ingest.layout.title import find_title


@dataclass(frozen=True)
class Problem:
    """A fault of a page.

    Attributes:
        message: the fault and the fix.
        line: its line; 0 if unknown.
        beside: the text on that line, if any.
        optional: whether only one list is missing, so that the page is usable for the other task.
    """

    message: str
    line: int = 0
    beside: str = ""
    optional: bool = False


@dataclass(frozen=True)
class PageLayout:
    """Where the parts are on a page.

    Attributes:
        title: the index of the title, -1 if it is not among the blocks.
        bullets: the lists of bullets, the one that is used first.
        questions: the lists of reader questions, likewise.
        declared: the parts that are not on the page but in its metadata.
    """

    title: int
    bullets: tuple[Region, ...]
    questions: tuple[Region, ...]
    declared: tuple[str, ...]


@dataclass(frozen=True)
class Sections:
    """The article on a page; ``problems`` lists parts that are missing or ambiguous."""

    title: str
    bullets: tuple[str, ...]
    paragraphs: tuple[str, ...]
    questions: tuple[str, ...]
    problems: tuple[Problem, ...]
    layout: PageLayout


def find_sections(blocks: Sequence[PageBlock], headings: Headings, declared: Declared) -> Sections:
    """Find the four parts of the article on a page, in any order.

    A title, body or questions that the page does not show are taken from its metadata.
    """
    questions = find_questions(blocks, headings.is_questions, declared.questions)
    asked = {index for region in questions for index in range(region.start, region.stop)}
    title, at = find_title(
        blocks, declared.title, headings.is_heading, questions[0].start if questions else -1
    )
    bullets = BulletSearch(blocks, at, headings, asked).find()
    body = find_body(
        blocks,
        title=at,
        lists=[*questions, *bullets],
        questions=questions[0] if questions else None,
        is_label=lambda text: text == title or headings.is_heading(text),
    )
    best_bullets = bullets[0].items if bullets else ()
    from_metadata = [] if at >= 0 or not title else ["title"]
    if declared.paragraphs and not body.paragraphs:
        body = Body(declared.paragraphs)
        from_metadata.append("body")
    if declared.questions and not questions:
        from_metadata.append("questions")
    best_questions = questions[0].items if questions else declared.questions
    problems = [
        *_title_problems(title),
        *_bullet_problems(blocks, headings, bullets[0].start if bullets else -1, best_bullets),
        *_body_problems(body),
        *_question_problems(blocks, headings, best_questions),
    ]
    layout = PageLayout(at, tuple(bullets), tuple(questions), tuple(from_metadata))
    return Sections(title, best_bullets, body.paragraphs, best_questions, tuple(problems), layout)


def shown(text: str) -> str:
    """Text of a page for use in a message: escaped and shortened."""
    return ascii(text if len(text) <= 60 else f"{text[:57]}...")


def _title_problems(title: str) -> list[Problem]:
    if any(character.isalnum() for character in title):
        return []
    return [Problem("no title found; put it on a line of its own above the article")]


def _bullet_problems(
    blocks: Sequence[PageBlock], headings: Headings, start: int, items: tuple[str, ...]
) -> list[Problem]:
    if items:
        return []
    if start >= 0:
        heading = blocks[start]
        return [
            Problem(
                f"cannot tell where the summary below {shown(heading.text)} ends; "
                "begin each of its bullets with '•'",
                heading.line,
                heading.text,
            )
        ]
    fix = (
        "put them below a line such as 'Key points', each beginning with '•', or name the line"
        " above them with --summary-heading"
    )
    return [_nothing_below(blocks, headings.is_summary, "bullets", fix)]


def _body_problems(body: Body) -> list[Problem]:
    if body.divided:
        before, after = body.divided
        lines = f" (lines {before} and {after})" if before and after else ""
        return [
            Problem(
                f"text stands above and below the reader questions{lines}, and either may be the "
                "article; remove from the page what is not"
            )
        ]
    if body.paragraphs:
        return []
    fix = "keep the article's paragraphs, each ending in a full stop, between title and questions"
    return [Problem(f"no body found; {fix}")]


def _question_problems(
    blocks: Sequence[PageBlock], headings: Headings, items: tuple[str, ...]
) -> list[Problem]:
    if items:
        return []
    fix = (
        "put them below a line such as 'Questions', one a line, each ending in a question mark, or"
        " name the line above them with --questions-heading"
    )
    return [_nothing_below(blocks, headings.is_questions, "reader questions", fix)]


def _nothing_below(
    blocks: Sequence[PageBlock], is_heading: Callable[[str], bool], what: str, fix: str
) -> Problem:
    heading = next((block for block in blocks if is_heading(block.text)), None)
    if heading is None:
        return Problem(f"no {what} found; {fix}", optional=True)
    message = f"no {what} found below the heading {shown(heading.text)}; {fix}"
    return Problem(message, heading.line, heading.text, optional=True)
