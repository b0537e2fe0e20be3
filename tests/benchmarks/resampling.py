"""How fast intervals and paired tests are, against what one would use instead.

    python tests/benchmarks/resampling.py [--articles 1000] [--models 20] [--metrics 10]

Prints ratios, measured side by side in this process: the loops are timed on a part of the work, for
they would take many minutes, and every value they give is compared with ours.

- Intervals: ``rouge_score.scoring.BootstrapAggregator``, whose percentiles of precision, recall and
  F1 over resampled articles are what a `evaluate.load("rouge")` user gets.
- Paired tests: a loop over pairs of ``scipy.stats.permutation_test``, vectorised, and of a plain
  numpy loop that draws signs for each pair.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import combinations

import numpy as np
from rouge_score.scoring import BootstrapAggregator, Score
from scipy import stats

from bench.stats import Sample, contrasts, family_tests, paired_tests, score_interval

RESAMPLES = 10_000


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this process, all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--models", type=int, default=20)
    parser.add_argument("--metrics", type=int, default=10)
    options = parser.parse_args()
    generator = np.random.default_rng(0)
    shape = (options.metrics, options.models, 3, options.articles)
    ease = generator.beta(2, 5, (options.metrics, 1, 1, options.articles))
    scores = np.clip(ease + generator.normal(0, 0.05, shape), 0, 1)
    print(
        f"{options.models} models x {options.metrics} metrics (precision, recall, F1) x"
        f" {options.articles} articles x {RESAMPLES} draws; processor seconds"
    )
    samples = [Sample(column) for column in scores.reshape(-1, options.articles)]
    score_interval(samples[0])  # imports and first allocations
    ours = seconds(lambda: [score_interval(sample, limits=(0, 1)) for sample in samples])
    aggregator_one = aggregator_seconds(scores[0, 0])
    theirs = aggregator_one * options.models * options.metrics
    report("intervals", ours, "BootstrapAggregator", theirs)

    f1 = [Sample(column) for column in scores[:, :, 2].reshape(-1, options.articles)]
    pairs = [
        (metric * options.models + a, metric * options.models + b)
        for metric in range(options.metrics)
        for a, b in combinations(range(options.models), 2)
    ]
    differences = contrasts(f1, pairs)
    tests = seconds(lambda: paired_tests(differences))
    p_values = [test.p_value for test in paired_tests(differences)]
    some = pairs[:: max(1, len(pairs) // 4)][:4]
    for name, loop in (("permutation_test", scipy_test), ("numpy loop", numpy_test)):
        spent = [tried(loop, f1[a], f1[b], p_values[pairs.index((a, b))]) for a, b in some]
        whole = sum(spent) / len(some) * len(pairs)
        report(f"{len(pairs)} paired tests with intervals", tests, name, whole)
    first, second = f1[0].values, f1[1].values
    one = seconds(lambda: (scipy_test(first, second), scipy_interval(first, second)))
    report("tests and intervals", tests, "permutation_test and bootstrap", one * len(pairs))
    family = seconds(lambda: family_tests([contrasts(f1, pairs)]))
    print(f"with max-T and simultaneous intervals: {family:.2f} s")


def tried(
    test: Callable[[np.ndarray, np.ndarray], float], a: Sample, b: Sample, ours: float | None
) -> float:
    """Seconds of one test; its p-value is compared with ours."""
    found: list[float] = []
    spent = seconds(lambda: found.append(test(a.values, b.values)))
    assert ours is not None
    assert abs(ours - found[0]) < 5 * np.sqrt(0.25 / RESAMPLES), (ours, found)
    return spent


def report(what: str, ours: float, other: str, theirs: float) -> None:
    print(f"{what}: {ours:.2f} s; {other}: {theirs:.0f} s; {theirs / ours:.0f} times as fast")


def aggregator_seconds(scores: np.ndarray) -> float:
    """Of one model and metric, on the same work; its bounds are compared with ours."""
    aggregator = BootstrapAggregator(confidence_interval=0.95, n_samples=RESAMPLES)
    for precision, recall, f1 in scores.T:
        aggregator.add_scores({"rougeL": Score(precision, recall, f1)})
    np.random.seed(0)
    found: list[dict] = []
    spent = seconds(lambda: found.append(aggregator.aggregate()))
    ours = [score_interval(Sample(column), limits=(0, 1)) for column in scores]
    for field, one in zip(("precision", "recall", "fmeasure"), ours, strict=True):
        assert one is not None
        interval = one.interval
        low = getattr(found[0]["rougeL"].low, field)
        high = getattr(found[0]["rougeL"].high, field)
        assert abs(interval.low - low) + abs(interval.high - high) < 0.1 * (high - low)
    return spent


def scipy_test(a: np.ndarray, b: np.ndarray) -> float:
    return stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.mean(x, axis=axis) - np.mean(y, axis=axis),
        permutation_type="samples",
        n_resamples=RESAMPLES,
        vectorized=True,
    ).pvalue


def numpy_test(a: np.ndarray, b: np.ndarray) -> float:
    difference = a - b
    signs = np.random.default_rng(0).integers(0, 2, (RESAMPLES, len(a))) * 2 - 1
    exchanged = np.abs(signs @ difference)
    return float((np.sum(exchanged >= abs(difference.sum()) - 1e-12) + 1) / (RESAMPLES + 1))


def scipy_interval(a: np.ndarray, b: np.ndarray) -> object:
    return stats.bootstrap((a - b,), np.mean, n_resamples=RESAMPLES, method="BCa")


if __name__ == "__main__":
    main()
