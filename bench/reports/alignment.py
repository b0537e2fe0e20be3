"""Alignments of predictions with references: matched, missed and extra items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.metrics.alignment import Alignment
from bench.metrics.sets import reaches
from bench.models.base import Truncated
from bench.reports.disagreements import ratings_record, ratings_table, ratings_view
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.terminal import printable
from bench.runs.alignment import AlignedItems, Alignments
from bench.runs.raw_text import RawText
from bench.runs.run_similarity import ROUGE_L
from bench.runs.sample_curve import SampleCurve

_CLOSE = 0.5  # minimum similarity of a match that covers its reference, as in coverage@0.5
_NO_RAW = "no raw text: the model returns items, not text, or failed before it wrote any"


def view(result: Alignments) -> RenderableType:
    """The articles, one below the other."""
    parts: list[RenderableType] = []
    for number, one in enumerate(result.articles):
        parts += [*([""] if number else []), written_view(one)]
        if result.with_raw:
            parts += ["", _raw_view(one)]
    for curve in result.curves:
        parts += ["", Text(printable(curve_line(curve)))]
    return Group(*parts)


def curve_line(curve: SampleCurve) -> str:
    """The expected best and worst of all samples, over all articles of the run."""
    chosen = f"best of {len(curve.best)} samples {curve.best[-1]:z.3f}"
    return (
        f"{curve.model} · {curve.task} · {curve.score} over all articles:"
        f" {curve.best[0]:z.3f}; {chosen}, worst {curve.worst[-1]:z.3f}"
    )


def document(result: Alignments) -> Document:
    """A section for each article; the flat table has a row for each reference and extra item."""
    data = {
        "version": 1,
        "articles": [
            {
                **{"article": one.article.id, "model": one.model, "task": one.task.name},
                **record(one),
                **(_raw_record(one) if result.with_raw else {}),
            }
            for one in result.articles
        ],
        **({"curves": [asdict(curve) for curve in result.curves]} if result.curves else {}),
    }
    several = any(one.samples > 1 for one in result.articles)
    keys = (
        *("task", "model", "article", *(["sample"] if several else [])),
        *("reference", "item", "similarity"),
    )
    rows: list[tuple[Cell, ...]] = []
    sections = []
    for one in result.articles:
        lines = list(_lines(one))
        sample: list[Cell] = [one.sample] if several else []
        rows += [(one.task.name, one.model, one.article.id, *sample, *line) for line in lines]
        columns = (
            Column("reference", "reference", numeric=False),
            Column("item", "item", numeric=False),
            Column("similarity", "similarity", "z.2f"),
        )
        title = f"{one.model} · {one.task.name} · {one.article.title or one.article.id}"
        title += f" · {sample_label(one)}" if one.samples > 1 else ""
        notes = [one.note, truncation(one.truncated), f"failed: {one.error}" if one.error else ""]
        tables = [Table(columns, tuple(map(Row, lines)))] if lines else []
        if one.ratings:
            tables.append(ratings_table(one.ratings))
        if result.with_raw:
            tables += [_raw_table(one.raw)] if one.raw else []
            notes.append(one.raw.note if one.raw else _NO_RAW)
        sections.append(Section(title, tuple(tables), notes=tuple(filter(None, notes))))
    return Document(data, keyed(keys, rows), tuple(sections))


def _lines(one: AlignedItems) -> Iterator[tuple[str | None, str | None, float | None]]:
    """Each reference with its match; then the extra items."""
    if one.alignment is None:
        return
    references = one.task.references(one.article)
    for reference, match in zip(references, one.alignment.matches, strict=True):
        item, similarity = match or (None, None)
        yield reference, None if item is None else one.items[item], similarity
    for index in one.alignment.extra:
        yield None, one.items[index], None


def written_view(one: AlignedItems) -> RenderableType:
    """The title of the article with the alignment, or the reason why it is missing."""
    title = printable(one.article.title or one.article.id)
    heading = Text(f"{printable(one.model)} · {one.task.name} · {title}", "bold")
    if one.samples > 1:
        heading.append(f" · {sample_label(one)}")
    if one.alignment is None:
        return Group(heading, "", Text(f"failed: {printable(one.error)}", "red"))
    references = one.task.references(one.article)
    notes: list[RenderableType] = [
        Text(printable(note), "yellow") for note in (one.note, truncation(one.truncated)) if note
    ]
    view = alignment_view(one.items, references, one.alignment, one.task.noun, one.similarity)
    rated = ["", ratings_view(one.ratings)] if one.ratings else []
    return Group(heading, "", *notes, *([""] if notes else []), view, *rated)


def truncation(truncated: Truncated) -> str:
    """What was truncated, in words; "" if nothing was."""
    if truncated == "neither":
        return ""
    return f"truncated: {'input and output' if truncated == 'both' else truncated}"


def _raw_view(one: AlignedItems) -> RenderableType:
    """The raw text, part by part; what the parser dropped is dim."""
    if one.raw is None:
        return Text(_NO_RAW, "yellow")
    table = RichTable(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for segment in one.raw.segments:
        is_item = segment.item is not None
        mark = Text(f"item {segment.item + 1}" if segment.item is not None else "dropped")
        mark.stylize("green" if is_item else "dim")
        lines = map(printable, segment.text.strip("\r\n").splitlines() or [segment.text])
        if is_item or segment.text.strip():
            table.add_row(mark, Text("\n".join(lines), "" if is_item else "dim"))
    notes = [Text(one.raw.note, "yellow")] if one.raw.note else []
    return Group(Text("raw text", "bold"), *notes, table)


def _raw_table(raw: RawText) -> Table:
    columns = (Column("item", "item"), Column("raw text", "raw", numeric=False))
    return Table(
        columns,
        tuple(Row((None if s.item is None else s.item + 1, s.text)) for s in raw.segments),
    )


def _raw_record(one: AlignedItems) -> dict[str, Any]:
    """The whole raw text, and its parts with the index of the item that each became."""
    if one.raw is None:
        return {"raw": None, "raw_segments": []}
    segments = [{"text": segment.text, "item": segment.item} for segment in one.raw.segments]
    note = {"raw_note": one.raw.note} if one.raw.note else {}
    return {"raw": one.raw.text, "raw_segments": segments, **note}


def sample_label(one: AlignedItems) -> str:
    """Which of several samples it is, as people count."""
    return f"sample {one.sample + 1} of {one.samples}"


def record(one: AlignedItems) -> dict[str, Any]:
    """The same as JSON data; matches are indices from 0."""
    shared: dict[str, Any] = {"references": list(one.task.references(one.article))}
    if one.samples > 1:
        shared["sample"] = one.sample
    if one.alignment is None:
        return {**shared, "error": one.error}
    matches = (match or (None, None) for match in one.alignment.matches)
    repeats = one.alignment.repeats.items()
    return {
        **shared,
        **({"note": one.note} if one.note else {}),
        "truncated": one.truncated,
        **({"similarity": one.similarity} if one.similarity != ROUGE_L else {}),
        "items": list(one.items),
        "matches": [{"item": item, "similarity": similarity} for item, similarity in matches],
        "extra": list(one.alignment.extra),
        "repeats": [{"item": i, "of": of, "similarity": s} for i, (of, s) in repeats],
        "groups": one.alignment.groups,
        **({"ratings": ratings_record(one.ratings)} if one.ratings else {}),
    }


def alignment_view(
    predictions: Sequence[str],
    references: Sequence[str],
    alignment: Alignment,
    noun: str,
    similarity_name: str = ROUGE_L,
) -> RenderableType:
    """Every reference item with its match and their similarity; then the extra items."""
    table = RichTable(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for number, (reference, match) in enumerate(zip(references, alignment.matches, strict=True), 1):
        table.add_row("", f"page {number}", Text(printable(reference), "bold"))
        if match is None:
            table.add_row("", "", Text("unmatched", "red"))
        else:
            index, similarity = match
            written = _written(predictions, index, alignment)
            close = reaches(similarity, _CLOSE)
            style, mark = ("green", "matched") if close else ("yellow", "weak")
            table.add_row(Text(f"{similarity:z.2f}", style), Text(mark, style), written)
    for index in alignment.extra:
        table.add_row("", Text("extra", "magenta"), _written(predictions, index, alignment))
    parts = [_summary(references, alignment, noun, similarity_name), *_groups(alignment)]
    return Group(table, "", *parts)


def _groups(alignment: Alignment) -> Iterator[Text]:
    """A line for the items that say the same, if any do."""
    groups = [" = ".join(str(item + 1) for item in group) for group in alignment.groups]
    if groups:
        yield Text(f"near-duplicates: {'; '.join(groups)}", "magenta")


def _written(predictions: Sequence[str], index: int, alignment: Alignment) -> Text:
    text = Text(f"{index + 1}. {printable(predictions[index])}")
    if index in alignment.repeats:
        earlier, similarity = alignment.repeats[index]
        text.append(f"  [repeats {earlier + 1}, {similarity:z.2f}]", "magenta")
    return text


def _summary(references: Sequence[str], alignment: Alignment, noun: str, name: str) -> Text:
    similarities = [match[1] for match in alignment.matches if match]
    close = sum(reaches(similarity, _CLOSE) for similarity in similarities)
    weak = len(similarities) - close
    by = "similarity" if name == ROUGE_L else f"similarity by {name}"
    parts = (
        f"{len(references)} {noun}s on the page: {close} matched ({by} >= {_CLOSE:g})",
        f"{weak} weakly",
        f"{len(references) - close - weak} missed",
        f"{len(alignment.extra)} extra",
        f"{len(alignment.repeats)} repeated",
    )
    return Text(printable(", ".join(parts)))
