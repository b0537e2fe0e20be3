"""Ranks that do not claim more than the tests show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rank:
    """A model's place.

    Attributes:
        group: 1 for the best group; models of one group cannot all be told apart, and each is
            told apart from every model of every other group.
        best: the best place it may hold: one more than the models that are shown to be better.
        worst: the worst it may hold: one for each model that is not shown to be worse.
    """

    group: int
    best: int
    worst: int


def ranks(order: Sequence[int], better: Sequence[Sequence[bool]]) -> dict[int, Rank]:
    """The rank of each model.

    Groups are those of the WMT shared tasks: a line is drawn wherever every model above is shown
    to be better than every model below.

    Args:
        order: indices of the models, best score first.
        better: ``better[a][b]`` says whether a is shown to be better than b.

    Returns:
        By index, in the order given.
    """
    count, group = len(order), 1
    found = {}
    for place, model in enumerate(order):
        if place and all(better[up][down] for up in order[:place] for down in order[place:]):
            group += 1
        found[model] = Rank(
            group=group,
            best=1 + sum(better[other][model] for other in order),
            worst=count - sum(better[model][other] for other in order),
        )
    return found
