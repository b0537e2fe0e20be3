"""How often intervals of prediction-powered means hold, and what a judge saves, by simulation.

    python tests/benchmarks/corrected_means.py [--trials 2000] [--seed 0]

Labels are normal, five-point and mostly at the top, or yes and no; judges agree with people by the
correlation in the table (before rounding), are shifted by 0.7, and rate 400 more articles. The
width is that of the interval, over the one of people alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from bench.stats import Sample, corrected_mean, score_interval

OTHERS = 400
SHIFT = 0.7  # of the judge, against people
CORRELATIONS = (-0.9, 0.0, 0.3, 0.6, 0.9, 1.0)
Pair = tuple[np.ndarray, np.ndarray]


def latent(generator: np.random.Generator, count: int, correlation: float) -> Pair:
    people = generator.normal(size=count)
    noise = generator.normal(size=count)
    return people, correlation * people + np.sqrt(1 - correlation**2) * noise


def normal(generator: np.random.Generator, count: int, correlation: float) -> Pair:
    people, judge = latent(generator, count, correlation)
    return people, judge + SHIFT


def five_points(generator: np.random.Generator, count: int, correlation: float) -> Pair:
    people, judge = latent(generator, count, correlation)
    return np.clip(np.rint(people + 4.3), 1, 5), np.clip(np.rint(judge + 4.3 - SHIFT), 1, 5)


def yes_or_no(generator: np.random.Generator, count: int, correlation: float) -> Pair:
    people, judge = latent(generator, count, correlation)
    return (people > 0.8).astype(float), (judge > 0.8 - SHIFT).astype(float)


KINDS: dict[str, tuple[Callable[..., Pair], tuple[float | None, float | None]]] = {
    "normal": (normal, (None, None)),
    "five points": (five_points, (1, 5)),
    "yes or no": (yes_or_no, (0, 1)),
}


def study(
    kind: str, labels: int, correlation: float, trials: int, generator: np.random.Generator
) -> tuple[float, float, float]:
    """How often the interval holds, that of people alone, and the ratio of their widths."""
    draw, limits = KINDS[kind]
    truth = float(draw(np.random.default_rng(1), 1_000_000, 0)[0].mean()) if kind != "normal" else 0
    held, alone_held, widths = 0, 0, []
    for _ in range(trials):
        people, judge = draw(generator, labels + OTHERS, correlation)
        found = corrected_mean(people[:labels], judge[:labels], judge[labels:], limits=limits)
        alone = score_interval(Sample(people[:labels]), limits=limits)
        assert found.interval is not None
        assert alone is not None
        held += found.interval.low <= truth <= found.interval.high
        alone_held += alone.interval.low <= truth <= alone.interval.high
        widths.append(
            (found.interval.high - found.interval.low) / (alone.interval.high - alone.interval.low)
        )
    return held / trials, alone_held / trials, float(np.median(widths))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    generator = np.random.default_rng(options.seed)
    print("| labels are | labels | correlation | holds | people alone | width |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind in KINDS:
        for labels in (10, 20, 50, 100):
            for correlation in CORRELATIONS:
                held, alone, width = study(kind, labels, correlation, options.trials, generator)
                print(
                    f"| {kind} | {labels} | {correlation} | {100 * held:.1f} % |"
                    f" {100 * alone:.1f} % | {width:.2f} |"
                )


if __name__ == "__main__":
    main()
