"""How fast the ROUGE measures are beside other implementations, every value compared on the way.

    pip install rouge-score-rs rouge-rust      # optional: measured where they are installed
    python tests/benchmarks/rouge.py [--questions FILE.jsonl ...] [--summaries FILE.jsonl ...]
    python tests/benchmarks/rouge.py --exact 1000000 [...]   # no times: so many pairs, all compared

Files hold rows with ``questions``, ``summary`` or ``items`` (lists of strings). Without any, texts
are made by recombining the sentences and questions of the article that ships with the package.
Times are processor seconds, the median of five runs in this one process; what is quoted is the
ratio. The reference implementation is timed on a part of the work and scaled up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("RAYON_NUM_THREADS", "1")  # the native packages use every core otherwise

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from bench.data.rows import load_dataset
from bench.metrics import Block, metric_named
from bench.metrics.base import BLOCK
from bench.metrics.similarity import similarity_named
from bench.text.porter import porter_stem
from bench.text.sentences import sentences

ARTICLES, ITEMS, SUMMARIES, WORDS = 500, 16, 2000, 60
PART = 25  # of how many articles the slow ones do one
RUNS = 5
Pairs = list[tuple[str, str]]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--questions", nargs="*", type=Path, default=[])
    arguments.add_argument("--summaries", nargs="*", type=Path, default=[])
    arguments.add_argument("--exact", type=int, metavar="PAIRS")
    given = arguments.parse_args()
    dice = random.Random(0)
    sets = question_sets(given.questions, dice)
    if given.exact:
        for stemmer in (False, True):
            exactness(given.exact, sets, stemmer)
        return
    texts = summaries(given.summaries, dice)
    print(f"{'workload':42}{'against':24}{'ours, s':>9}{'theirs, s':>11}{'ratio':>8}  largest gap")
    for stemmer in (False, True):
        all_pairs(sets, stemmer)
    for stemmer in (False, True):
        long_pairs(texts, stemmer)
    growth(sets)


def all_pairs(sets: list[tuple[list[str], list[str]]], stemmer: bool) -> None:
    """ROUGE-1, -2 and -L of every question with every question of the other set."""
    names = ("rouge1", "rouge2", "rougeL")
    predictions, references = zip(*sets, strict=True)

    def ours() -> list[list[np.ndarray]]:
        found: list[list[np.ndarray]] = [[] for _ in names]
        for block in blocks(predictions, references):
            for name, matrices in zip(names, found, strict=True):
                matrices.extend(similarity_named(name, stemmer=stemmer).matrices(block))
        return found

    pairs = [(p, r) for ps, rs in sets for p in ps for r in rs]
    workload = f"{ARTICLES} × all pairs of {ITEMS} × {ITEMS} questions"
    report(workload, names, stemmer, ours, pairs)


def long_pairs(texts: list[tuple[list[str], list[str]]], stemmer: bool) -> None:
    """ROUGE-1, -2, -L and -Lsum of one summary with its reference."""
    names = ("rouge1", "rouge2", "rougeL", "rougeLsum")
    predictions, references = zip(*texts, strict=True)

    def ours() -> list[list[np.ndarray]]:
        found: list[list[np.ndarray]] = [[] for _ in names]
        for block in blocks(predictions, references):
            for name, of in zip(names, found, strict=True):
                of.append(metric_named(name, stemmer=stemmer).statistics(block)[:, 2])
        return found

    pairs = [("\n".join(p), "\n".join(r)) for p, r in texts]
    report(f"{len(texts)} pairs of about {WORDS} tokens", names, stemmer, ours, pairs)


def report(
    workload: str, names: Sequence[str], stemmer: bool, ours: Callable[[], Any], pairs: Pairs
) -> None:
    porter_stem.cache_clear()
    cold = timed(ours, 1)
    warm = timed(ours)
    values = [np.concatenate([part.ravel() for part in of]) for of in ours()]
    if stemmer:
        print(f"{workload + ', stemmed':42}{'(first call, no stem known)':24}{cold:9.4f}")
    for rival, (seconds, theirs, share) in rivals(names, stemmer, pairs).items():
        gap = max(
            float(np.abs(np.asarray(them) - us[: len(them)]).max())
            for us, them in zip(values, theirs, strict=True)
        )
        total = seconds * share
        label = workload + (", stemmed" if stemmer else "")
        print(f"{label:42}{rival:24}{warm:9.4f}{total:11.3f}{total / warm:7.1f}×  {gap:.0e}")
        assert gap <= 1e-12, f"{rival} differs"


def rivals(
    names: Sequence[str], stemmer: bool, pairs: Pairs
) -> dict[str, tuple[float, list[list[float]], float]]:
    """Seconds, F1 values by name, and how many times the measured part the work is."""
    found = {}
    some = pairs[: len(pairs) // PART]
    scorer = RougeScorer(list(names), use_stemmer=stemmer)
    scored: list[Any] = []

    def reference() -> None:
        scored[:] = [scorer.score(r, p) for p, r in some]

    seconds = timed(reference)
    found["rouge-score"] = (
        seconds,
        [[s[n].fmeasure for s in scored] for n in names],
        len(pairs) / len(some),
    )
    predictions, references = map(list, zip(*pairs, strict=True))
    try:
        from rouge_score_rs import RougeScorer as NativeScorer
    except ImportError:
        print("rouge-score-rs is not installed")
    else:
        native = NativeScorer(list(names), use_stemmer=stemmer)
        batch: list[Any] = []

        def in_rust() -> None:
            batch[:] = native.score_batch(references, predictions)

        seconds = timed(in_rust)
        found["rouge-score-rs, batch"] = (
            seconds,
            [[s[n].fmeasure for s in batch] for n in names],
            1,
        )
    if not stemmer and "rougeLsum" not in names:
        try:
            import fast_rouge
        except ImportError:
            print("rouge-rust is not installed")
        else:
            flat: list[Any] = []

            def columns() -> None:
                scores = fast_rouge.score_batch_flat(references, predictions)
                flat[:] = [getattr(scores, f"{n}_fmeasure") for n in names]

            found["rouge-rust, flat batch"] = (timed(columns), flat, 1)
    return found


def exactness(count: int, sets: list[tuple[list[str], list[str]]], stemmer: bool) -> None:
    """The largest difference from rouge-score over so many pairs."""
    names = ("rouge1", "rouge2", "rougeL")
    scorer = RougeScorer(list(names), use_stemmer=stemmer)
    pool = [item for pair in sets for items in pair for item in items]
    dice = random.Random(1)
    compared, largest = 0, 0.0
    while compared < count:
        predictions, references = dice.choices(pool, k=ITEMS), dice.choices(pool, k=ITEMS)
        scored = [scorer.score(r, p) for p in predictions for r in references]
        block = Block([predictions], [references])
        for name in names:
            (matrix,) = similarity_named(name, stemmer=stemmer).matrices(block)
            theirs = np.array([one[name].fmeasure for one in scored])
            largest = max(largest, float(np.abs(matrix.ravel() - theirs).max()))
        compared += len(scored)
    stemmed = "stemmed" if stemmer else "unstemmed"
    print(f"{compared:,} pairs, {stemmed}, {', '.join(names)}: largest difference {largest:.1e}")


def growth(sets: list[tuple[list[str], list[str]]]) -> None:
    """Time and pairs for more and more articles, in blocks as a run scores them."""
    print(f"\n{'articles':>9}{'pairs':>12}{'seconds':>10}{'µs an article':>15}")
    measure = similarity_named("rougeL")
    for articles in (1_000, 10_000, 100_000):
        start = time.process_time()
        for first in range(0, articles, 250):
            block = [sets[(first + i) % len(sets)] for i in range(250)]
            measure.matrices(Block(*zip(*block, strict=True)))
        seconds = time.process_time() - start
        pairs = articles * ITEMS * ITEMS
        print(f"{articles:9,}{pairs:12,}{seconds:10.2f}{seconds / articles * 1e6:15.0f}")


def blocks(predictions: Sequence[Any], references: Sequence[Any]) -> list[Block]:
    """As a run scores them."""
    starts = range(0, len(predictions), BLOCK)
    return [Block(predictions[s : s + BLOCK], references[s : s + BLOCK]) for s in starts]


def timed(work: Callable[[], Any], times: int = RUNS) -> float:
    """The median of several runs."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return median(seconds)


def question_sets(files: list[Path], dice: random.Random) -> list[tuple[list[str], list[str]]]:
    pool = rows(files) or recombined(dice)
    return [(dice.choices(pool, k=ITEMS), dice.choices(pool, k=ITEMS)) for _ in range(ARTICLES)]


def summaries(files: list[Path], dice: random.Random) -> list[tuple[list[str], list[str]]]:
    pool = [item for item in rows(files) if len(item.split()) > 4]
    if not pool:
        (article,) = load_dataset("nextfin")
        pool = sentences(article.text)

    def one() -> list[str]:
        items: list[str] = []
        while sum(len(item.split()) for item in items) < WORDS - 8:
            items.append(dice.choice(pool))
        return items

    return [(one(), one()) for _ in range(SUMMARIES)]


def rows(files: list[Path]) -> list[str]:
    found = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found += row.get("items") or row.get("questions") or row.get("summary") or []
    return found


def recombined(dice: random.Random) -> list[str]:
    (article,) = load_dataset("nextfin")
    halves = [question.split(" ") for question in article.questions]
    made = []
    for _ in range(6000):
        first, second = dice.choice(halves), dice.choice(halves)
        made.append(" ".join(first[: len(first) // 2] + second[len(second) // 2 :]))
    return made


if __name__ == "__main__":
    main()
