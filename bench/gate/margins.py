"""How much loss is tolerated, by score."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bench.errors import ConfigError
from bench.runs.finished import FinishedRun

EVERY = "all"
"""The name that stands for every score that has no margin of its own."""


@dataclass(frozen=True)
class Margin:
    """A tolerated loss: so much, or such a share of the baseline's score."""

    amount: float
    relative: bool = False

    def of(self, baseline: float) -> float:
        """The loss in units of the score."""
        return abs(baseline) * self.amount if self.relative else self.amount


@dataclass(frozen=True)
class Margins:
    """Margins by the name of a score or metric, and one for every other score."""

    named: Mapping[str, Margin] = field(default_factory=dict)
    other: Margin = Margin(0.0)

    def by_score(self, baseline: FinishedRun) -> dict[str, Margin]:
        """The named ones by the full name of the score.

        Raises:
            UnknownNameError: the baseline has no such score.
        """
        return {baseline.score_named(name): margin for name, margin in self.named.items()}


def margins(configured: Mapping[str, float | str], given: Iterable[str] = ()) -> Margins:
    """The margins of a config, with those of a command line over them.

    Args:
        configured: by name of a score or metric, or ``all``.
        given: ``0.01`` or ``2%`` for every score, ``NAME=0.01`` or ``NAME=2%`` for one.

    Raises:
        ConfigError: a margin that cannot be read.
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
