"""``bench.names``: what a config or a command may name."""

from __future__ import annotations

from bench.catalog import KINDS, Kind, listed
from bench.errors import UnknownNameError, unknown_name
from bench.reports.names import Name, Names


def names(kind: Kind | None = None) -> Names:
    """Names of models, metrics, similarities, tasks, datasets and configs, with descriptions.

    What other packages add is listed without importing it.

    Args:
        kind: ``"models"``, ``"metrics"``, ``"similarities"``, ``"tasks"``, ``"datasets"`` or
            ``"configs"``; all of them if not given.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownNameError(unknown_name("kind of names", kind, KINDS))
    chosen = KINDS if kind is None else (kind,)
    return Names(tuple(Name(each, *row) for each in chosen for row in listed(each)))
