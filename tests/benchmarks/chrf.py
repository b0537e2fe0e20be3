"""How fast chrF is, against sacrebleu.

    python tests/benchmarks/chrf.py [--articles N]

Sixteen predicted and sixteen reference questions for each article, in one process; the best
of three runs of each, by the clock and of the processor, which a busy machine disturbs less. All
values are compared.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from sacrebleu.metrics import CHRF

from bench.data.rows import load_dataset
from bench.metrics import Block, metric_named
from bench.metrics.base import FloatArray
from bench.metrics.similarity import similarity_named

ITEMS = 16
RUNS = 3
Lists = list[list[str]]


def questions(articles: int) -> tuple[Lists, Lists]:
    """Predictions and references: questions drawn from all of the corpus."""
    pool = [q for a in load_dataset("insights", split="test") for q in a.questions]
    rng = np.random.default_rng(0)

    def lists() -> Lists:
        return [[pool[k] for k in row] for row in rng.choice(len(pool), (articles, ITEMS))]

    return lists(), lists()


def timed(work: Callable[[], FloatArray]) -> tuple[FloatArray, FloatArray]:
    """The least seconds by the clock and of the processor, and the result."""
    taken = []
    for _ in range(RUNS):
        start = np.array([time.perf_counter(), time.process_time()])
        found = work()
        taken.append(np.array([time.perf_counter(), time.process_time()]) - start)
    return np.min(taken, axis=0), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=20)
    predictions, references = questions(parser.parse_args().articles)
    pairs = list(zip(predictions, references, strict=True))
    scorer = CHRF()

    def their_pairs() -> FloatArray:
        return np.array(
            [
                [[scorer.sentence_score(p, [r]).score / 100 for r in wanted] for p in own]
                for own, wanted in pairs
            ]
        )

    def their_texts() -> FloatArray:
        texts = [("\n".join(own), "\n".join(wanted)) for own, wanted in pairs]
        return np.array([[scorer.sentence_score(own, [wanted]).score] for own, wanted in texts])

    def our_pairs() -> FloatArray:
        return np.array(similarity_named("chrf").matrices(Block(predictions, references)))

    def our_texts() -> FloatArray:
        return metric_named("sentence_chrf").statistics(Block(predictions, references))

    for name, theirs, ours in (
        ("all pairs of items", their_pairs, our_pairs),
        ("lists as texts", their_texts, our_texts),
    ):
        (clock, processor), expected = timed(theirs)
        (own_clock, own_processor), found = timed(ours)
        np.testing.assert_array_equal(found, expected)
        print(
            f"{name}: sacrebleu {processor:.2f} s of the processor, here {own_processor:.2f} s:"
            f" {processor / own_processor:.1f} times as fast ({clock / own_clock:.1f} by the clock)"
        )


if __name__ == "__main__":
    main()
