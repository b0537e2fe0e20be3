"""What became of each block of a page, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.ingest.layout.blocks import PageBlock, Region
from bench.ingest.layout.declared import Declared
from bench.ingest.layout.headings import Headings
from bench.ingest.layout.prose import bare_question, is_furniture, is_sidelight
from bench.ingest.layout.sections import Sections

_LONGEST = 70  # characters of a block that are shown


@dataclass(frozen=True)
class ExplainedBlock:
    """A block with its role.

    Attributes:
        role: ``title``, ``bullet``, ``body``, ``question``, ``answer``, ``heading`` or ``skipped``.
        reason: why.
        block: the block.
    """

    role: str
    reason: str
    block: PageBlock

    def __str__(self) -> str:
        """One line: line of the file if known, role, reason, text."""
        text = self.block.verbatim
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
        line = f"line {self.block.line}: " if self.block.line else ""
        return f"{line}{self.role} ({self.reason}): {text}"


def explained(
    blocks: Sequence[PageBlock], found: Sections, headings: Headings
) -> Iterator[ExplainedBlock]:
    """The role of each block, in the order of the page."""
    layout = found.layout
    for index, block in enumerate(blocks):
        if index == layout.title:
            why = "first heading of level 1" if block.level == 1 else "first line above the lists"
            yield ExplainedBlock("title", why, block)
        elif layout.bullets and _holds(layout.bullets[0], index):
            yield _of_list(block, blocks, index, layout.bullets[0], "bullet")
        elif layout.questions and _holds(layout.questions[0], index):
            yield _of_list(block, blocks, index, layout.questions[0], "question")
        elif any(_holds(region, index) for region in (*layout.bullets, *layout.questions)):
            yield ExplainedBlock("skipped", "in a list that another one is preferred to", block)
        elif any(block.verbatim in paragraph for paragraph in found.paragraphs):
            yield ExplainedBlock("body", "paragraph of the article", block)
        else:
            yield ExplainedBlock(
                "skipped", _why_skipped(block, index, layout.title, headings), block
            )


def summary(found: Sections, declared: Declared) -> Iterator[str]:
    """What was found in total, and which parts come from the metadata."""
    counts = {
        "bullets": len(found.bullets),
        "paragraphs": len(found.paragraphs),
        "questions": len(found.questions),
    }
    yield f"title {found.title!r}; " + ", ".join(f"{n} {what}" for what, n in counts.items())
    for part in found.layout.declared:
        yield f"{part} from the metadata of the page (JSON-LD, microdata or <head>)"
    lost = set(declared.questions) - set(found.questions) if found.layout.questions else ()
    if lost:
        total = len(declared.questions)
        yield f"{len(lost)} of {total} declared questions not used: the page shows its own"


def _holds(region: Region, index: int) -> bool:
    return region.start <= index < region.stop


def _of_list(
    block: PageBlock, blocks: Sequence[PageBlock], index: int, region: Region, role: str
) -> ExplainedBlock:
    heading = blocks[region.start]
    announced = not any(_is_of(heading, item) for item in region.items)
    if index == region.start and announced:
        return ExplainedBlock("heading", f"announces the {role}s", block)
    if any(_is_of(block, item) for item in region.items):
        why = f"below {heading.text!r}" if announced else "list without a heading"
        return ExplainedBlock(role, why, block)
    if role == "question":
        return ExplainedBlock("answer", "between questions", block)
    return ExplainedBlock("skipped", "line in the list that is not an item", block)


def _is_of(block: PageBlock, item: str) -> bool:
    return block.text in item or bare_question(block.text).casefold() == item.casefold()


def _why_skipped(block: PageBlock, index: int, title: int, headings: Headings) -> str:
    reasons = (
        (headings.is_heading(block.text), "heading without a list"),
        (is_sidelight(block.text), "heading of other content"),
        (bool(block.level), "subheading"),
        (is_furniture(block.text), "byline, date, caption, notice or call to action"),
        (block.link, "link"),
        (index < title, "above the title"),
        (block.scope == "aside", "beside the article"),
    )
    usual = "no sentence, or outside the article"
    return next((reason for applies, reason in reasons if applies), usual)
