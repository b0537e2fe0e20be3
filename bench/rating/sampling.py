"""Which articles and items are rated: the same articles for all models, each model equally often.

Articles are drawn from the seed alone, so that people rate the same ones in two runs, whose ratings
can then be compared pairwise. All else is drawn from it together with a secret of the run, the
digest of its predictions: whoever has a sheet but not the run can derive neither the model from an
id nor from the order.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from random import Random

from bench.rating.candidates import Candidates, rateable
from bench.rating.key import LETTERS
from bench.runs.human_preferences import digest_of_list


class Draws:
    """Random draws that depend on a secret and on a purpose each.

    Args:
        secret: what must be known to repeat them.
    """

    def __init__(self, *secret: object) -> None:
        self._secret = "\x1f".join(map(str, secret)).encode()

    def generator(self, *purpose: object) -> Random:
        """The generator for a purpose."""
        return Random(self._number(*purpose))

    def letters(self, length: int, *purpose: object) -> str:
        """An id that says nothing about the purpose."""
        number, found = self._number(*purpose), ""
        for _ in range(length):
            number, index = divmod(number, len(LETTERS))
            found += LETTERS[index]
        return found

    def _number(self, *purpose: object) -> int:
        told = "\x1f".join(map(str, purpose)).encode()
        return int.from_bytes(hashlib.sha256(self._secret + b"\x1e" + told).digest(), "big")


def secret_of(found: Candidates) -> str:
    """What only someone with the predictions knows: a digest of the lists that can be rated."""
    lines = [
        f"{model}\x1f{article}\x1f{digest_of_list(items)}"
        for model, own in sorted(found.lists.items())
        for article, samples in sorted(own.items())
        for _, items in sorted(samples.items())
    ]
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def drawn_articles(found: Candidates, number: int | None, seed: int) -> list[str]:
    """Articles in random order, which is the same whatever others there are.

    A larger number only adds to a smaller one, and two runs have nearly the same articles even if
    some models failed on a few of them.
    """
    draws = Draws(seed)

    def position(article: str) -> float:
        return draws.generator("article", found.task, article).random()

    return sorted(found.articles, key=position)[:number]


def drawn_items(
    found: Candidates, list_: tuple[str, str, int], number: int | None, draws: Draws
) -> list[int]:
    """Indices of items of a list, in random order; a larger number only adds to a smaller one.

    Args:
        found: what can be rated.
        list_: model, article and sample.
        number: how many items; all if None.
        draws: the source of chance.
    """
    model, article, sample = list_
    order = rateable(found.lists[model][article][sample])
    purpose = (model, article, sample) if sample else (model, article)
    draws.generator("items", found.task, *purpose).shuffle(order)
    return order[:number]


def drawn_pairs(
    models: Sequence[str], articles: Sequence[str], number: int | None, draws: Draws
) -> dict[str, list[tuple[str, str]]]:
    """Pairs of models for each article: all, or a number of them in which models are balanced.

    The pair comes first that was used least, then the one whose models were used least.
    """
    pairs = list(combinations(models, 2))
    used: Counter[tuple[str, str]] = Counter()
    met: Counter[str] = Counter()
    found = {}
    for article in articles:
        generator = draws.generator("pairs", article)
        order = {pair: generator.random() for pair in pairs}
        chosen: list[tuple[str, str]] = []
        for _ in range(len(pairs) if number is None else min(number, len(pairs))):
            rest = (pair for pair in pairs if pair not in chosen)
            best = min(rest, key=lambda p: (used[p], met[p[0]] + met[p[1]], order[p]))
            chosen.append(best)
            used[best] += 1
            met.update(best)
        found[article] = chosen
    return found


def rater_articles(articles: Sequence[str], raters: int, each: int) -> list[list[str]]:
    """The articles of each rater.

    Each article goes to ``each`` raters in turn, so that all raters get about equally many, and
    neighbours share some.
    """
    found: list[list[str]] = [[] for _ in range(raters)]
    for index, article in enumerate(articles):
        for turn in range(each):
            found[(index + turn) % raters].append(article)
    return found
