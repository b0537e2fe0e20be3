"""Ranges of ranks that are consistent with the tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rank:
    """The range of ranks of a model.

    Attributes:
        group: 1 for the best group; every model differs significantly from all models of other
            groups.
        best: the best possible rank: one plus the number of significantly better models.
        worst: the worst possible rank: the number of models that are not significantly worse.
    """

    group: int
    best: int
    worst: int


def ranks(order: Sequence[int], better: Sequence[Sequence[bool]]) -> dict[int, Rank]:
    """Compute the range of ranks of each model.

    Groups are defined as in the WMT shared tasks: there is a line wherever every model above is
    significantly better than every model below.

    Args:
        order: indices of the models, best score first.
        better: ``better[a][b]`` is whether a is significantly better than b.

    Returns:
        The ranks by index, in the given order.
    """
    count, group = len(order), 1
    found = {}
    for above, model in enumerate(order):
        if above and all(better[up][down] for up in order[:above] for down in order[above:]):
            group += 1
        found[model] = Rank(
            group=group,
            best=1 + sum(better[other][model] for other in order),
            worst=count - sum(better[model][other] for other in order),
        )
    return found
