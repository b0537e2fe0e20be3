"""How often intervals of mean ratings hold: ``python -m tests.benchmarks.rater_intervals``.

Ratings from 1 to 5 of raters of different severity, rounded; the truth is the mean over very many
articles and raters. The table is in ``docs/statistics.md``.
"""

from __future__ import annotations

import numpy as np

from bench.stats import Sample, rater_variance, score_interval

DESIGNS = ((20, 2, 2), (20, 3, 3), (20, 4, 2), (40, 5, 2), (12, 6, 3))
"""Articles, raters, and raters for each article."""
SPREADS = (0.6, 0.5, 0.7)
"""Standard deviations of articles, severities and the rest."""
TRIALS = 2000


def ratings(
    rng: np.random.Generator, articles: int, raters: int, each: int, severity: float
) -> tuple[np.ndarray, list[int], list[int]]:
    """The ratings, with the article and the rater of each."""
    of_article = rng.normal(3.5, SPREADS[0], articles)
    of_rater = rng.normal(0, severity, raters)
    cells = [(a, (a + turn) % raters) for a in range(articles) for turn in range(each)]
    exact = [of_article[a] + of_rater[r] + rng.normal(0, SPREADS[2]) for a, r in cells]
    rounded = np.clip(np.rint(exact), 1, 5)
    return rounded, [a for a, _ in cells], [r for _, r in cells]


def held(articles: int, raters: int, each: int, severity: float) -> tuple[float, float]:
    """How often the interval over articles, and over articles and raters, holds the truth."""
    rng = np.random.default_rng(0)
    truth = float(ratings(rng, 200_000, 200_000, 1, severity)[0].mean())
    counts = np.zeros(2)
    for _ in range(TRIALS):
        values, of_article, of_rater = ratings(rng, articles, raters, each, severity)
        sample = Sample(values.reshape(articles, each).mean(axis=1))
        both = rater_variance(values, of_article, of_rater)
        for index, part in enumerate((None, both)):
            found = score_interval(sample, limits=(1, 5), raters=part)
            assert found is not None
            counts[index] += found.interval.low <= truth <= found.interval.high
    alone, together = counts / TRIALS
    return float(alone), float(together)


def main() -> None:
    """Print the table."""
    print("| articles | raters | for each article | severity | articles only | and raters |")
    for design in DESIGNS:
        for severity in (0.0, SPREADS[1]):
            alone, both = held(*design, severity)
            cells = (*map(str, design), f"{severity:g}", f"{alone:.1%}", f"{both:.1%}")
            print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
