"""How fast `set_embed` is, against the calls of the package whose vectors it uses.

    python tests/benchmarks/embed.py [--articles N]

Sixteen predicted and sixteen reference questions for each of 500 articles, in one process; the
best of three runs of each, by the clock and of the processor, which a busy machine disturbs less.
Words are tokenized anew in every run of ours. The package encodes and compares article by article,
or encodes all questions first; the assignment of the set score is computed by ours only.
`wordllama` must be importable.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
from tokenizers import Tokenizer
from wordllama.inference import WordLlamaInference

from bench.data.rows import load_dataset
from bench.metrics import Block, metric_named
from bench.metrics.similarity import similarity_named
from bench.metrics.static_vectors import packaged_vectors

ITEMS = 16
RUNS = 3
Lists = list[list[str]]


def questions(articles: int) -> tuple[Lists, Lists]:
    """Predictions and references: real questions after three words, so that none is repeated."""
    pool = [q for a in load_dataset("insights", split="test") for q in a.questions]
    words = [word for question in pool for word in question.rstrip("?").split()]
    rng = np.random.default_rng(0)

    def lists() -> Lists:
        chosen = rng.choice(len(pool), (articles, ITEMS))
        return [[" ".join([*rng.choice(words, 3), pool[k]]) for k in row] for row in chosen]

    return lists(), lists()


def package() -> WordLlamaInference:
    """The package, with the files that ``embed`` reads: its own ``load`` looks elsewhere."""
    from safetensors.numpy import load_file

    tokenizer, weights = packaged_vectors()._files
    (matrix,) = load_file(weights).values()
    return WordLlamaInference(matrix, Tokenizer.from_file(str(tokenizer)))


def timed(work: Callable[[], Sequence[np.ndarray]]) -> tuple[np.ndarray, Sequence[np.ndarray]]:
    """The least seconds by the clock and of the processor, and the result."""
    taken = []
    for _ in range(RUNS):
        start = np.array([time.perf_counter(), time.process_time()])
        found = work()
        taken.append(np.array([time.perf_counter(), time.process_time()]) - start)
    return np.min(taken, axis=0), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=500)
    articles = parser.parse_args().articles
    predictions, references = questions(articles)
    theirs, metric = package(), metric_named("set_embed")
    similarity_named("embed").matrix(["warm"], ["up"])

    def one_by_one() -> list[np.ndarray]:
        return [
            theirs.vector_similarity(theirs.embed(p, norm=True), theirs.embed(r, norm=True))
            for p, r in zip(predictions, references, strict=True)
        ]

    def all_first() -> list[np.ndarray]:
        sides = [
            theirs.embed([q for items in side for q in items], norm=True)
            for side in (predictions, references)
        ]
        shaped = [side.reshape(articles, ITEMS, -1) for side in sides]
        return [theirs.vector_similarity(p, r) for p, r in zip(*shaped, strict=True)]

    def similarities() -> list[np.ndarray]:
        packaged_vectors().vectors._forget()
        return similarity_named("embed").matrices(Block(predictions, references))

    def set_embed() -> list[np.ndarray]:
        packaged_vectors().vectors._forget()
        return list(metric.statistics(Block(predictions, references)))

    own, values = timed(similarities)
    whole, _ = timed(set_embed)
    print(f"{articles} x {ITEMS} x {ITEMS} questions; seconds by the clock / of the processor")
    print(f"embed {shown(own)}, set_embed {shown(whole)}")
    for name, work in (("article by article", one_by_one), ("all encoded first", all_first)):
        other, found = timed(work)
        gap = np.abs(np.clip(found, 0, 1) - np.array(values)).max()
        print(f"wordllama, {name}: {shown(other)}; largest difference {gap:.0e}")
        print(f"  ratio to embed {shown(other / own, 1)}, to set_embed {shown(other / whole, 1)}")


def shown(pair: np.ndarray, digits: int = 2) -> str:
    return " / ".join(f"{number:.{digits}f}" for number in pair)


if __name__ == "__main__":
    main()
