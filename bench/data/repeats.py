"""Which of many texts nearly repeat another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.text.tokens import tokenizer_named

NEAR = 0.8
"""Of the runs of words that either of two texts has, the share that both must have (Jaccard)."""

_WORD = re.compile(r"\w+")
_MAYBE_UNSPACED = re.compile("[\u0e00-\u1fff\u2e80-\U0010ffff]")
_COMMONPLACE = 20  # texts that have a run of words; one that more have says nothing of two of them

_Runs = frozenset[tuple[str, ...]]


@dataclass
class Originals:
    """The texts so far that repeat none before them.

    An index from runs of words to texts finds the few that one has to be compared with.

    Attributes:
        length: words of a run.
        fewest: words of a text below which it repeats nothing, being alike by chance.
    """

    length: int = 5
    fewest: int = 1
    _runs: list[_Runs] = field(default_factory=list, init=False)
    _having: defaultdict[tuple[str, ...], list[int]] = field(
        default_factory=lambda: defaultdict(list), init=False
    )

    def add(self, text: str) -> tuple[int, float] | None:
        """Take a text in.

        Returns:
            The number of the earlier text that it nearly repeats, counted from 0 over all texts
            added, and the share of runs that both have; None if it is an original itself.
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


def words_of(text: str) -> list[str]:
    """The words, small; in scripts without spaces the characters."""
    if _MAYBE_UNSPACED.search(text):
        return tokenizer_named("unicode").plain([text])[0].split()
    return _WORD.findall(text.lower())
