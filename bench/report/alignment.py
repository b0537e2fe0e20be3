"""What a model wrote for one article, beside what the page says: matched, missed, extra."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.metrics.sets import Alignment, reaches
from bench.report.terminal import printable

_CLOSE = 0.5  # similarity from which a match covers its reference item, as in coverage@0.5


def alignment_view(
    predictions: Sequence[str], references: Sequence[str], alignment: Alignment, noun: str
) -> RenderableType:
    """Every reference item with its match and their similarity; then what was left over."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for number, (reference, match) in enumerate(zip(references, alignment.matches, strict=True), 1):
        table.add_row("", f"page {number}", Text(printable(reference), "bold"))
        if match is None:
            table.add_row("", "", Text("missed: nothing was left to match it with", "red"))
        else:
            index, similarity = match
            written = _written(predictions, index, alignment)
            close = reaches(similarity, _CLOSE)
            style = "green" if close else "yellow" if similarity else "red"
            mark = "matched" if close else "weak" if similarity else "missed"
            table.add_row(Text(f"{similarity:.2f}", style), Text(mark, style), written)
    for index in alignment.extra:
        table.add_row("", Text("extra", "magenta"), _written(predictions, index, alignment))
    return Group(table, "", _summary(references, alignment, noun))


def _written(predictions: Sequence[str], index: int, alignment: Alignment) -> Text:
    text = Text(f"{index + 1}. {printable(predictions[index])}")
    if index in alignment.repeats:
        earlier, similarity = alignment.repeats[index]
        text.append(f"  [repeats {earlier + 1}, {similarity:.2f}]", "magenta")
    return text


def _summary(references: Sequence[str], alignment: Alignment, noun: str) -> Text:
    similarities = [match[1] for match in alignment.matches if match]
    close = sum(reaches(similarity, _CLOSE) for similarity in similarities)
    weak = sum(similarity > 0 for similarity in similarities) - close
    parts = (
        f"{len(references)} {noun}s on the page: {close} matched (similarity >= {_CLOSE:g})",
        f"{weak} weakly",
        f"{len(references) - close - weak} missed",
        f"{len(alignment.extra)} extra",
        f"{len(alignment.repeats)} repeated",
    )
    return Text(", ".join(parts))
