"""SumBasic (Nenkova and Vanderwende, "The Impact of Frequency on Summarization", 2005)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import add

from bench.heuristics.ranking import RankedSentences


@dataclass
class SumBasic(RankedSentences):
    """Sentences of the most probable words, one after another.

    The next sentence is the one whose words have the highest mean probability; then each of its
    words is squared in probability, as often as it stands there. The choice is that of ``sumy``'s
    summarizer. Nenkova and Vanderwende look only at sentences with the most probable word.
    """

    description = "sentences of probable words, each word counting less once used (SumBasic)"

    def choose(self, bags: Sequence[Sequence[str]], count: int) -> Sequence[int]:
        counts = Counter(chain.from_iterable(bags))
        words = counts.total()
        probability = {stem: n / words for stem, n in counts.items()}

        def mean(index: int) -> float:
            # `sum` rounds differently from Python 3.12 on, which would decide between sentences
            # that tie but for the last digit.
            total = reduce(add, (probability[stem] for stem in bags[index]), 0.0)
            return total / max(len(bags[index]), 1)

        left = list(range(len(bags)))
        chosen: list[int] = []
        while left and len(chosen) < count:
            best = max(left, key=mean)
            left.remove(best)
            chosen.append(best)
            for stem in bags[best]:
                probability[stem] **= 2
        return chosen
