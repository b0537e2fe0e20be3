"""What metrics learn from the references of the whole split of a dataset, before they score.

A metric with ``needs_split`` declares in ``learn`` what it has to know; a run computes that once,
whatever ``limit`` says, and hands it to every worker. The digest of the references is part of the
signature, so scores of other splits are not compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.errors import DataError

_DIGITS = 16
_MODULUS = 1 << 256


@dataclass(frozen=True)
class SplitReferences:
    """The references of a whole split, as one metric knows them.

    Attributes:
        digest: digest of the references.
        learned: what ``Metric.learn`` returned for the reference lists of one task; None for a
            metric that is described but does not score.
    """

    digest: str
    learned: Any = None


class ReferencesDigest:
    """Digest of reference lists, independent of their order.

    The digests of the lists are added up, so that no list stays in memory.
    """

    def __init__(self) -> None:
        self._sum = 0
        self._count = 0

    def add(self, label: str, items: Sequence[str]) -> None:
        """Add a list.

        Args:
            label: what kind of list it is, such as the task.
            items: the list; an empty one counts as none.
        """
        if items:
            text = json.dumps([label, *items])
            self._sum += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
            self._count += 1

    def value(self) -> str:
        """The digest of all lists."""
        whole = f"{self._count}:{self._sum % _MODULUS:064x}"
        return hashlib.sha256(whole.encode()).hexdigest()[:_DIGITS]


def digest_of_lists(lists: Iterable[Sequence[str]]) -> str:
    """The digest of reference lists without a task."""
    digest = ReferencesDigest()
    for items in lists:
        digest.add("", items)
    return digest.value()


class SplitUnknownError(DataError):
    """A metric needs the references of the whole split, and they are not known."""
