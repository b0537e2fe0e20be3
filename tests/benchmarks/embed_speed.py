"""How fast `embed` is, compared with the calls of the package ``wordllama`` itself.

    python tests/benchmarks/embed_speed.py

The package must be importable. The figures of docs/metrics.md.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.data.rows import load_dataset
from bench.metrics import Block


def speed(articles: int = 500) -> None:
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    from bench.metrics.similarity import similarity_named
    from bench.metrics.static_vectors import PackagedVectors, packaged_vectors

    pool = [q for a in load_dataset("insights", split="test") for q in a.questions]
    rng = np.random.default_rng(0)

    words = [word for question in pool for word in question.rstrip("?").split()]

    def lists() -> list[list[str]]:
        """Sixteen questions an article, with three words from others, so that none is repeated."""
        chosen = rng.choice(len(pool), (articles, 16))
        return [[" ".join([*rng.choice(words, 3), pool[k]]) for k in row] for row in chosen]

    predictions, references = lists(), lists()
    tokenizer, matrix = package_files(PackagedVectors())
    package = WordLlamaInference(matrix, Tokenizer.from_file(str(tokenizer)))

    def theirs() -> Sequence[np.ndarray]:
        return [
            package.vector_similarity(package.embed(p, norm=True), package.embed(r, norm=True))
            for p, r in zip(predictions, references, strict=True)
        ]

    def theirs_at_once() -> Sequence[np.ndarray]:
        sides = [
            package.embed([q for items in side for q in items], norm=True).reshape(articles, 16, -1)
            for side in (predictions, references)
        ]
        return [package.vector_similarity(p, r) for p, r in zip(*sides, strict=True)]

    def ours() -> Sequence[np.ndarray]:
        packaged_vectors().vectors._forget()
        return similarity_named("embed").matrices(Block(predictions, references))

    similarity_named("embed").matrix(["warm"], ["up"])
    times = {}
    for work in (theirs, theirs_at_once, ours):
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            found = work()
            taken.append(time.perf_counter() - start)
        times[work.__name__] = min(taken), np.array(found)
    own, mine = times["ours"]
    for name in ("theirs", "theirs_at_once"):
        other, values = times[name]
        gap = np.abs(np.clip(values, 0, 1) - mine).max()
        print(f"{name}: {other:.2f} s, embed: {own:.2f} s, ratio {other / own:.1f}, gap {gap:.1e}")


def package_files(packaged: object) -> tuple[Path, np.ndarray]:
    from safetensors.numpy import load_file

    tokenizer, file = packaged._files  # type: ignore[attr-defined]
    (matrix,) = load_file(file).values()
    return tokenizer, matrix


if __name__ == "__main__":
    speed()
