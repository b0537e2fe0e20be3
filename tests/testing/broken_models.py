"""Models that break one promise each, and some that keep all of them."""

from __future__ import annotations

import itertools
import random

from bench.models.base import Model, Output

_COUNTER = itertools.count()


def beginning(article, task):
    """The first sentences."""
    return [part.strip() for part in article.text.split(". ") if part.strip()][: task.items]


class Beginning:
    """The first sentences."""

    tasks = ("summary", "questions")

    def one(self, article, task):
        return beginning(article, task)

    def predict(self, articles, task):
        for article in articles:
            yield self.one(article, task)


class OneString(Beginning):
    """The first sentence."""

    def one(self, article, task):
        return article.text


class Nothing(Beginning):
    """Nothing."""

    def one(self, article, task):
        return None


class Numbers(Beginning):
    """Numbers."""

    def one(self, article, task):
        return [1, 2]


class HalfCharacters(Beginning):
    """The first sentences."""

    def one(self, article, task):
        return ["\ud800"]


class TooFew(Beginning):
    """The first sentences."""

    def predict(self, articles, task):
        return list(super().predict(articles, task))[1:]


class Failing(Beginning):
    """The first sentences."""

    def one(self, article, task):
        return Output((), error="no answer")


class Raising(Beginning):
    """The first sentences."""

    def one(self, article, task):
        raise LookupError("no words")


class Exiting(Beginning):
    """The first sentences."""

    def one(self, article, task):
        raise SystemExit(3)


class Unloadable(Beginning):
    """The first sentences."""

    def load(self):
        raise OSError("no weights")


class NeedsText(Beginning):
    """The first sentences."""

    def one(self, article, task):
        article.text.strip()[0]
        return beginning(article, task)


class NeedsAscii(Beginning):
    """The first sentences."""

    def one(self, article, task):
        article.title.encode("ascii", "ignore" if "…" in article.title else "strict")
        return beginning(article, task)


class Counting(Beginning):
    """The first sentences, and a number."""

    def one(self, article, task):
        return [f"{next(_COUNTER)}"]


class Backwards(Beginning):
    """The first sentences."""

    def predict(self, articles, task):
        return list(super().predict(articles, task))[::-1]


class Neighbours(Beginning):
    """The first sentences of the first article."""

    def predict(self, articles, task):
        return [beginning(articles[0], task) for _ in articles]


class Peeking(Beginning):
    """Would copy the references if it were shown them."""

    def one(self, article, task):
        return list(task.references(article)) or beginning(article, task)


class Remembering(Beginning):
    """Copies the references from the dataset."""

    def prepare(self, dataset):
        self.known = {article.id: article for article in dataset}

    def one(self, article, task):
        return list(task.references(self.known.get(article.id, article)))[: task.items]


class TooMany(Beginning):
    """All sentences."""

    def one(self, article, task):
        return article.text.split(". ")


class Hashing(Beginning):
    """Words in the order of their hashes."""

    def one(self, article, task):
        return list(set(article.text.split()))[: task.items]


class Undescribed(Beginning):
    pass


class UnknownTask(Beginning):
    """The first sentences."""

    tasks = ("sumary",)


class OneIdentity(Beginning):
    """The first sentences."""

    excluded_from_signature = frozenset({"n"})

    def __init__(self, n: int = 1, k: int = 1):
        self.n = n


BROKEN = {
    OneString: ["output"],
    Nothing: ["output"],
    Numbers: ["output"],
    HalfCharacters: ["output"],
    TooFew: ["output"],
    Failing: ["output"],
    Raising: ["output"],
    Exiting: ["output"],
    Unloadable: ["load"],
    NeedsText: ["odd_articles"],
    NeedsAscii: ["odd_articles"],
    Counting: ["repeatable"],
    Backwards: ["batches"],
    Neighbours: ["batches"],
    Peeking: ["references"],
    Remembering: ["references"],
    TooMany: ["item_count"],
    Hashing: ["other_process"],
    Undescribed: ["description"],
}
"""Each with the checks that it fails."""


class Declared(TooMany):
    """All sentences."""

    honors_item_count = False


class Ceiling(Beginning):
    """The references."""

    role = "ceiling"
    sees_references = True

    def one(self, article, task):
        return list(task.references(article))[: task.items]


class Derived(Model):
    """The first words."""

    tasks = ("questions",)

    def __init__(self, words: int = 5, ending: str = "?", upper: bool = False):
        self.words, self.ending, self.upper = words, ending, upper

    def predict(self, articles, task):
        return [Output((" ".join(a.text.split()[: self.words]) + self.ending,)) for a in articles]


class Drawn(Beginning):
    """The first sentences, held with something whose state nobody can tell."""

    def __init__(self):
        self.draw = random.Random(0)
