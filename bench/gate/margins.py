"""Margins: the tolerated loss of each score."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bench.errors import ConfigError
from bench.runs.finished import FinishedRun

EVERY = "all"
"""The key for the margin of all other scores."""


@dataclass(frozen=True)
class Margin:
    """A tolerated loss, absolute or as a share of the score of the baseline."""

    amount: float
    relative: bool = False

    def of(self, baseline: float) -> float:
        """The tolerated loss in units of the score."""
        return abs(baseline) * self.amount if self.relative else self.amount


@dataclass(frozen=True)
class Margins:
    """Margins by name of a score or metric, and one for all other scores."""

    named: Mapping[str, Margin] = field(default_factory=dict)
    other: Margin = Margin(0.0)

    def by_score(self, baseline: FinishedRun) -> dict[str, Margin]:
        """The named margins, by full name of the score.

        Raises:
            UnknownNameError: the baseline lacks a named score.
        """
        return {baseline.score_named(name): margin for name, margin in self.named.items()}


def margins(configured: Mapping[str, float | str], given: Iterable[str] = ()) -> Margins:
    """Combine the margins of a config with those of a command line, which take precedence.

    Args:
        configured: by name of a score or metric, or ``all``.
        given: ``0.01`` or ``2%`` for every score, ``NAME=0.01`` or ``NAME=2%`` for one.

    Raises:
        ConfigError: a margin is invalid.
    """
    named: dict[str, Margin] = {}
    for text in [*(f"{name}={amount}" for name, amount in configured.items()), *given]:
        name, _, loss = text.rpartition("=")
        named[name.strip() or EVERY] = _margin(loss.strip(), text)
    other = named.pop(EVERY, Margin(0.0))
    return Margins(named, other)


def _margin(loss: str, text: str) -> Margin:
    relative = loss.endswith("%")
    try:
        amount = float(loss.removesuffix("%"))
    except ValueError:
        amount = math.nan
    if not (math.isfinite(amount) and amount >= 0):
        raise ConfigError(
            f"margin {text!r}: give a number or a percentage, for one score or for all:"
            " rougeL=0.01, rougeL=2%, 0.01, 2%"
        )
    return Margin(amount / 100, relative) if relative else Margin(amount)
