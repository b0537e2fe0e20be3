"""Finds near-duplicates among many texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.text.words import words_of

NEAR = 0.8
"""Minimum Jaccard similarity of the word n-grams of two texts."""

_COMMONPLACE = 20  # texts; a word n-gram in more texts is ignored

_Runs = frozenset[tuple[str, ...]]


@dataclass
class Originals:
    """The texts so far that are not near-duplicates of earlier ones.

    An index from word n-grams to texts finds the few candidates for comparison.

    Attributes:
        length: words per n-gram.
        fewest: minimum number of words; shorter texts are similar by chance.
    """

    length: int = 5
    fewest: int = 1
    _runs: list[_Runs] = field(default_factory=list, init=False)
    _having: defaultdict[tuple[str, ...], list[int]] = field(
        default_factory=lambda: defaultdict(list), init=False
    )

    def add(self, text: str) -> tuple[int, float] | None:
        """Add a text.

        Returns:
            The index of the earlier text that it nearly repeats, over all texts added, and their
            similarity; None if it is an original.
        """
        runs = self._runs_of(text)
        found = self._closest(runs)
        self._runs.append(frozenset() if found else runs)
        for run in runs if found is None else ():
            self._having[run].append(len(self._runs) - 1)
        return found

    def _closest(self, runs: _Runs) -> tuple[int, float] | None:
        rare = [having for run in runs if len(having := self._having.get(run, ())) <= _COMMONPLACE]
        in_common = Counter(other for having in rare for other in having)
        # So many must be rare ones, were all commonplace ones common to both.
        least = NEAR * len(runs) - (len(runs) - len(rare))
        alike = [other for other, number in in_common.items() if number >= least]
        share, number = max(((self._share(runs, i), -i) for i in alike), default=(0.0, 0))
        return (-number, share) if share >= NEAR else None

    def _share(self, runs: _Runs, other: int) -> float:
        theirs = self._runs[other]
        if min(len(runs), len(theirs)) < NEAR * max(len(runs), len(theirs)):
            return 0.0
        common = len(runs & theirs)
        return common / (len(runs) + len(theirs) - common)

    def _runs_of(self, text: str) -> _Runs:
        words = words_of(text)
        if len(words) < self.fewest:
            return frozenset()
        words += [""] * (self.length - len(words)) if words else []
        return frozenset(zip(*(words[start:] for start in range(self.length)), strict=False))
