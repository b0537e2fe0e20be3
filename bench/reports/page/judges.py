"""The judges of a report: what was measured, and what they and people said of single items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.comparison.compared_models import run_labels
from bench.comparison.leaderboards import judges_of
from bench.reports.disagreements import ratings_record
from bench.reports.document import Table
from bench.reports.judges import sections
from bench.reports.tables import plain_cell
from bench.reports.terminal import printable
from bench.runs.finished import FinishedRun
from bench.runs.judges.shown import ItemRating, disagreements

_MOST = 20  # disagreements that are shown
Record = dict[str, Any]


def judges_record(runs: Sequence[FinishedRun], task: str) -> Record:
    """What was found about the judges of some runs in a task.

    Args:
        runs: the runs of the report.
        task: the task.
    """
    found = [
        (f"{label}:" if len(runs) > 1 else "", disagreements(run, _MOST, task=task))
        for run, label in zip(runs, run_labels(runs), strict=True)
    ]
    shown = sorted(
        ((of_run, one) for of_run, own in found for one in own.items),
        key=lambda pair: -abs(pair[1].size),
    )
    return {
        "sections": [
            {
                "title": printable(section.title),
                "tables": list(map(_table, section.tables)),
                "notes": [printable(note) for note in section.notes],
            }
            for section in sections(judges_of(runs, task))
        ],
        "disagreements": [
            [
                *(one.size, f"{one.judge}.{one.dimension}", one.value, one.people),
                *(f"{of_run}{one.model}", one.article, one.title or one.article),
                *(one.text, one.reason or ""),
            ]
            for of_run, one in shown[:_MOST]
        ],
        "both": sum(own.of for _, own in found),
    }


def item_ratings(ratings: Sequence[ItemRating]) -> list[list[Any]]:
    """What raters said of the items of one list, the largest disagreement of people first."""
    gaps = {
        item: _gap([one for one in ratings if one.item == item])
        for item in {o.item for o in ratings}
    }
    ordered = sorted(ratings, key=lambda one: (-gaps[one.item], one.item is None, one.item or 0))
    keys = ("item", "rater", "dimension", "value", "reason", "is_person")
    return [[record[key] for key in keys] for record in ratings_record(ordered)]


def _gap(ratings: Sequence[ItemRating]) -> float:
    """The largest difference between a rater and the mean of people, by any criterion."""
    gaps = [0.0]
    for dimension in {one.dimension for one in ratings}:
        own = [one for one in ratings if one.dimension == dimension and one.value is not None]
        people = [float(one.value or 0.0) for one in own if one.is_person]
        others = [float(one.value or 0.0) for one in own if not one.is_person]
        if people:
            gaps += [abs(value - sum(people) / len(people)) for value in others]
    return max(gaps)


def _table(table: Table) -> Record:
    return {
        "heads": [column.line for column in table.columns],
        "rows": [
            [
                plain_cell(cell, column)
                for cell, column in zip(row.cells, table.columns, strict=True)
            ]
            for row in table.rows
        ],
    }
