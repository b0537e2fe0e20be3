"""How far the metrics of this package are known to agree with people: figures in ``known.json``.

``tests/benchmarks/known_agreement.py`` in the source archive writes the file, from data that come
with neither. This module imports nothing heavy, so that listing stays quick.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).with_name("known.json")
ITEM_LEVEL = "this share of item pairs alike (chance 0.50)"
"""What the figures on items are."""
_FOREIGN = ("code:", "measure:")  # in signatures of measures that are not shipped


@dataclass(frozen=True)
class KnownFigure:
    """One figure.

    Attributes:
        score: the score, such as ``set_rougeL.f1``, with default parameters.
        data: the title of the rated dataset.
        task: the task whose items were rated.
        dimension: what people rated.
        level: ``item``: accuracy on pairs of items of one article that people did not tie;
            ``system``: Kendall's tau-b over the means of systems.
        value: the figure.
        low, high: its 95 % interval over articles (or clusters) and systems; None without one.
        n: how many pairs, or systems.
        digest: SHA-256 of the files of the data.
    """

    score: str
    data: str
    task: str
    dimension: str
    level: Literal["item", "system"]
    value: float
    low: float | None
    high: float | None
    n: int
    digest: str

    @property
    def words(self) -> str:
        """The dimension with the figure: ``clarity 0.55 [0.44, 0.65]``."""
        bounds = "" if self.low is None else f" [{self.low:z.2f}, {self.high:z.2f}]"
        return f"{self.dimension} {self.value:z.2f}{bounds}"


@cache
def _record() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


def known_shares(score: str) -> str:
    """The share of item pairs that a score and people order alike, in words; "" if unknown.

    For each dataset the lowest and the highest of its dimensions; chance is 50 %.
    """
    shares: dict[str, list[float]] = {}
    for one in known_figures(score):
        if one.score == score and one.level == "item":
            shares.setdefault(one.data, []).append(100 * one.value)
    parts = []
    for data, found in shares.items():
        low, high = f"{min(found):z.0f}", f"{max(found):z.0f}"
        parts.append(f"{low if low == high else f'{low} to {high}'} % of pairs in {data}")
    return f"as people: {', '.join(parts)}" if parts else ""


def known_figures(name: str) -> list[KnownFigure]:
    """The figures of a score, or of all scores of a metric; empty if nothing is known."""
    return list(_figures(name))


def _figures(name: str) -> Iterator[KnownFigure]:
    for data in _record()["data"].values():
        for score, dimensions in data["figures"].items():
            if score != name and score.rpartition(".")[0] != name:
                continue
            for dimension, levels in dimensions.items():
                for level, (value, low, high, n) in levels.items():
                    yield KnownFigure(
                        score,
                        data["title"],
                        data["task"],
                        dimension,
                        level,
                        value,
                        low,
                        high,
                        n,
                        data["digest"],
                    )


def known_line(score: str, task: str | None = None, signature: str = "") -> str | None:
    """In one line how far a score agrees with people; None if nothing is known.

    Args:
        score: the name of the score.
        task: only ratings of this task.
        signature: its signature, which differs for a measure of a user with the same name.
    """
    spans = known_spans(score, task, signature)
    return None if spans is None else f"{score} and people order {ITEM_LEVEL}: {spans}"


def known_spans(score: str, task: str | None = None, signature: str = "") -> str | None:
    """By dataset, the lowest and the highest figure on pairs of items; None if nothing is known.

    Args:
        score: the name of the score.
        task: only ratings of this task.
        signature: its signature, which differs for a measure of a user with the same name.
    """
    if any(part.startswith(_FOREIGN) for part in signature.split("|")):
        return None
    by_data: dict[str, list[KnownFigure]] = {}
    for one in known_figures(score):
        if one.score == score and one.level == "item" and task in (None, one.task):
            by_data.setdefault(one.data, []).append(one)
    told = "; ".join(f"{data}: {_span(found)}" for data, found in by_data.items())
    return told or None


def _span(figures: Sequence[KnownFigure]) -> str:
    """The lowest and the highest figure of a dataset."""
    lowest, highest = (choose(figures, key=lambda one: one.value) for choose in (min, max))
    if lowest is highest:
        return f"{lowest.words}, n = {lowest.n:,}"
    return (
        f"{lowest.words}, n = {lowest.n:,}, to {highest.words}, n = {highest.n:,}"
        f" ({len(figures)} dimensions)"
    )
