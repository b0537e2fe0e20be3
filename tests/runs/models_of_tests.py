"""Models as a user would write them: plain classes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np

from bench.metrics.similarity import Similarity


class Shout:
    tasks = ("summary",)

    def predict(self, articles, task):
        return [[article.title.upper()] for article in articles]


class Slow:
    """Says how often it was asked, and takes its time."""

    tasks = ("summary", "questions")

    def __init__(self, seconds: float = 0.0, log: str = "") -> None:
        self.seconds, self.log = seconds, log

    def predict(self, articles, task):
        for article in articles:
            time.sleep(self.seconds)
            if self.log:
                with open(self.log, "a") as file:  # noqa: PTH123
                    file.write(f"{task.name} {article.id}\n")
            yield [f"What about {article.title}?"]


class Fragile:
    tasks = ("summary",)

    def predict(self, articles, task):
        if any(article.id == "the-orchard" for article in articles) and "MENDED" not in os.environ:
            raise RuntimeError("no apples\x1b[31m")
        return [[article.title] for article in articles]


class Odd:
    tasks = ("summary",)

    def __init__(self, gives: str) -> None:
        self.gives = gives

    def predict(self, articles, task):
        odd = {
            "text": "one string",
            "numbers": [1, 2],
            "nothing": None,
            "surrogates": ["\ud800"],
            "too few": [],
            "blanks": ["", "  "],
        }
        return [] if self.gives == "too few" else [odd[self.gives] for _ in articles]


class Peeking:
    """Would copy the references if it were shown them."""

    tasks = ("summary",)

    def predict(self, articles, task):
        return [list(task.references(article)) or ["nothing to see"] for article in articles]


class Mortal:
    """Takes its process with it on one article: once, or whenever it reads it."""

    tasks = ("summary",)

    def __init__(self, scar: str = "") -> None:
        self.scar = scar

    def predict(self, articles, task):
        for article in articles:
            if article.id == "the-orchard" and not (self.scar and Path(self.scar).exists()):
                if self.scar:
                    Path(self.scar).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return [[article.title] for article in articles]


class Unloadable:
    tasks = ("summary",)

    def load(self):
        os._exit(5)

    def predict(self, articles, task):
        return [["never"] for _ in articles]


class WordlessError(Exception):
    def __str__(self):
        raise RuntimeError


class Wordless:
    tasks = ("summary",)

    def predict(self, articles, task):
        raise WordlessError


class Forking:
    """Forgets that its child must not come back."""

    tasks = ("summary",)

    def predict(self, articles, task):
        child = os.fork()
        if not child:
            raise SystemExit
        os.waitpid(child, 0)
        return [[article.title] for article in articles]


class Loud:
    """Prints in every way there is, and leaves a child behind."""

    tasks = ("summary",)

    def predict(self, articles, task):
        print("object")
        os.write(1, b"descriptor\n")
        os.system("echo child")
        subprocess.Popen(["sleep", "777"])
        return [[article.title] for article in articles]


class DeadlySimilarity(Similarity):
    """Takes its process with it wherever what Shout wrote is compared."""

    description = "none"

    def matrix(self, predictions, references):
        if any(item.isupper() for item in predictions):
            os.kill(os.getpid(), signal.SIGKILL)
        return np.ones((len(predictions), len(references)))


class Repeating:
    """Says everything twice."""

    tasks = ("summary",)

    def predict(self, articles, task):
        return [[article.title, article.title] for article in articles]


class Drawing:
    """Draws how much it says."""

    tasks = ("summary",)

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def predict(self, articles, task):
        for article in articles:
            drawn = np.random.default_rng([self.seed % 2**32, len(article.title)])
            yield ["word " * int(drawn.integers(1, 9)) for _ in range(2)]
