"""How often tests, intervals and gates are wrong, by simulation.

    python tests/benchmarks/error_rates.py WHAT [--trials 400] [--seed 0]

WHAT is ``changes`` (verdicts where few articles changed), ``margins`` (a loss of exactly the
margin), ``gates`` (many checks), ``tables`` (families of pairs), ``means`` and ``differences``
(coverage), ``clusters``. Each rate has its standard error. Made-up scores come first; then, where
the data of ``real_scores`` are at hand, the scores of published systems, articles drawn with
replacement.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from real_scores import Scores, real_scores

from bench.stats import Rank, Sample, holm, ranks
from bench.stats.contrast import contrasts
from bench.stats.flips import paired_tests
from bench.stats.max_t import FamilyTest, family_tests
from bench.stats.means import score_interval
from bench.stats.verdicts import Check, judge

FLIPS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("what", choices=sorted(STUDIES))
    parser.add_argument("--trials", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    STUDIES[options.what](options.trials, np.random.default_rng(options.seed))


def rate(hits: Sequence[bool] | np.ndarray) -> str:
    share = float(np.mean(hits))
    return f"{100 * share:.1f} ± {100 * np.sqrt(share * (1 - share) / len(hits)):.1f} %"


def verdicts(differences: np.ndarray, margin: float) -> tuple[np.ndarray, np.ndarray]:
    """Which trials fail and which pass; a row of differences for each."""
    samples = [Sample(row) for row in differences] + [Sample(np.zeros(differences.shape[1]))]
    pairs = [(trial, len(differences)) for trial in range(len(differences))]
    found = contrasts(samples, pairs, limits=[1.0] * len(pairs))
    tests = paired_tests(found, margins=[-margin] * len(pairs), flips=FLIPS)
    return (
        np.array([t.interval.high < -margin for t in tests]),
        np.array([t.interval.low > -margin for t in tests]),
    )


def changes(trials: int, generator: np.random.Generator) -> None:
    print("| articles | of which differ | margin | fails | passes |")
    for articles in (50, 200):
        for changed in (2, 3, 5, 6, 10, 20, articles):
            rows = np.zeros((trials, articles))
            for row in rows:
                where = generator.choice(articles, changed, replace=False)
                row[where] = generator.gamma(2, 0.08, changed) * generator.choice([-1, 1], changed)
            for margin in (0.0, 0.01):
                failed, passed = verdicts(rows, margin)
                print(f"| {articles} | {changed} | {margin} | {rate(failed)} | {rate(passed)} |")


def margins(trials: int, generator: np.random.Generator) -> None:
    print("a loss of exactly the margin")
    print("| articles | of which lose | losses | fails | passes |")
    for articles in (20, 50, 200):
        for share in (0.05, 0.2, 0.5, 1.0):
            losses = generator.random((trials, articles)) < share
            for kind, amounts, mean in (
                ("normal", generator.normal(0.1, 0.2, losses.shape), 0.1),
                ("exponential", generator.exponential(0.2, losses.shape), 0.2),
            ):
                failed, passed = verdicts(-(losses * amounts), share * mean)
                print(f"| {articles} | {share:.0%} | {kind} | {rate(failed)} | {rate(passed)} |")
    for scores in real_scores(("realsumm", "qgeval"), ("rouge2", "rougeL")):
        for articles in (50, 200):
            rows = generator.integers(0, scores.articles, (trials, articles))
            one, other = (
                np.array([scores.sample(system, row).values for row in rows]) for system in (0, 1)
            )
            shift = scores.true(0) - scores.true(1)
            failed, passed = verdicts(one - other - shift - 0.02, 0.02)
            print(f"| {articles} | {scores.name} | all | {rate(failed)} | {rate(passed)} |")


def gates(trials: int, generator: np.random.Generator) -> None:
    print("no true change; all checks on the same 50 articles")
    print("| checks | articles that differ | any fails | any fails, per check | any passes |")
    labels = range(50)
    for checks, changed in ((8, 3), (8, 10), (8, 50), (30, 10), (30, 50)):
        alone, failed, passed = [], [], []
        for trial in range(trials):
            where = generator.choice(50, changed, replace=False)
            shared = generator.normal(0, 0.1, changed)
            rows = np.zeros((checks, 50))
            rows[:, where] = shared + generator.normal(0, 0.1, (checks, changed))
            given = [
                Check(Sample(row), Sample(np.zeros(50)), labels, 0.0, limit=1.0) for row in rows
            ]
            outcomes = [j.outcome for j in judge(given, flips=FLIPS, seed=trial)]
            failed.append("fail" in outcomes)
            passed.append("pass" in outcomes)
            each = judge(given, per_check=True, flips=FLIPS, seed=trial)
            alone.append(any(j.outcome == "fail" for j in each))
        print(f"| {checks} | {changed} | {rate(failed)} | {rate(alone)} | {rate(passed)} |")


def table(samples: Sequence[Sample], seed: int) -> FamilyTest:
    pairs = list(combinations(range(len(samples)), 2))
    return family_tests([contrasts(samples, pairs)], flips=FLIPS, seed=seed)


def places(samples: Sequence[Sample], found: FamilyTest) -> dict[int, Rank]:
    better = [[False] * len(samples) for _ in samples]
    pairs = combinations(range(len(samples)), 2)
    for (a, b), test, p_value in zip(pairs, found.tests, found.adjusted, strict=True):
        if p_value is not None and p_value <= 0.05:
            winner, loser = (a, b) if test.difference > 0 else (b, a)
            better[winner][loser] = True
    order = np.argsort([-sample.estimate for sample in samples])
    return ranks(order.tolist(), better)


def tables(trials: int, generator: np.random.Generator) -> None:
    print("| scores | models | articles | false star, max-T | false star, Holm |")
    for models, articles in ((5, 10), (5, 50), (10, 50)):
        stars, holms = [], []
        for trial in range(trials):
            ease = generator.beta(2, 5, articles)
            samples = [Sample(ease + generator.normal(0, 0.1, articles)) for _ in range(models)]
            found = table(samples, trial)
            stars.append(min(p for p in found.adjusted if p is not None) <= 0.05)
            holms.append(holm([t.p_value for t in found.tests]).min() <= 0.05)
        print(f"| made up | {models} | {articles} | {rate(stars)} | {rate(holms)} |")
    print("| scores | articles | found, max-T | Holm | all intervals hold | all ranks hold |")
    for scores in real_scores(("realsumm", "qgeval"), ("rouge2", "bleu"), systems=8):
        systems = range(len(scores.statistics))
        true = np.array([scores.true(system) for system in systems])
        place = np.argsort(np.argsort(-true)) + 1
        pairs = list(combinations(systems, 2))
        for articles in (20, 50):
            stars, holms, held, ranked = [], [], [], []
            for trial in range(trials):
                rows = generator.integers(0, scores.articles, articles)
                samples = [scores.sample(system, rows) for system in systems]
                found = table(samples, trial)
                stars += [p is not None and p <= 0.05 for p in found.adjusted]
                holms += (holm([t.p_value for t in found.tests]) <= 0.05).tolist()
                held.append(
                    all(
                        one is None or one.low - 1e-9 <= true[a] - true[b] <= one.high + 1e-9
                        for one, (a, b) in zip(found.intervals, pairs, strict=True)
                    )
                )
                own = places(samples, found)
                ranked.append(all(own[s].best <= place[s] <= own[s].worst for s in systems))
            print(
                f"| {scores.name} | {articles} | {np.mean(stars):.1%} | {np.mean(holms):.1%} |"
                f" {rate(held)} | {rate(ranked)} |"
            )


def covered(scores: Scores, articles: int, trials: int, generator: np.random.Generator) -> str:
    hits, widths, plain, told = [], 0.0, 0.0, []
    for system in range(len(scores.statistics)):
        true, limits = scores.true(system), scores.metric.range
        for rows in generator.integers(0, scores.articles, (trials, articles)):
            sample = scores.sample(system, rows)
            found = score_interval(sample, limits=limits)
            low, high = found.interval.low, found.interval.high
            hits.append(low - 1e-9 <= true <= high + 1e-9)
            told.append(found.conservative)
            widths += high - low
            plain += t_width(sample.pseudo_values, sample.estimate, limits)
    return f"{rate(hits)} | {widths / plain if plain else np.nan:.2f} | {np.mean(told):.0%}"


def t_width(values: np.ndarray, middle: float, limits: tuple[float | None, float | None]) -> float:
    """Of Student's t-interval, cut at the ends of the range."""
    from scipy.stats import t

    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    low, high = limits
    bottom = middle - half if low is None else max(low, middle - half)
    return float((middle + half if high is None else min(high, middle + half)) - bottom)


def means(trials: int, generator: np.random.Generator) -> None:
    print("| score | articles | the 95 % interval holds | width, t = 1 | conservative |")
    for scores in real_scores():
        for articles in (5, 10, 20, 50):
            print(
                f"| {scores.name} | {articles} | {covered(scores, articles, trials, generator)} |",
                flush=True,
            )


def differences(trials: int, generator: np.random.Generator) -> None:
    print("| score | articles | the 95 % interval holds | width, t = 1 | conservative |")
    for scores in real_scores():
        limit = scores.metric.range[1] or np.inf
        for articles in (6, 10, 20, 50):
            hits, told, widths, plain = [], [], 0.0, 0.0
            for one in range(len(scores.statistics) - 1):
                true = scores.true(one) - scores.true(one + 1)
                drawn = generator.integers(0, scores.articles, (trials, articles))
                samples = [scores.sample(one + k, rows) for rows in drawn for k in (0, 1)]
                pairs = [(2 * trial, 2 * trial + 1) for trial in range(trials)]
                found = contrasts(samples, pairs, limits=[limit] * trials)
                for index, test in enumerate(paired_tests(found, flips=FLIPS)):
                    low, high = test.interval.low, test.interval.high
                    hits.append(low - 1e-9 <= true <= high + 1e-9)
                    told.append(test.conservative)
                    widths += high - low
                    plain += t_width(found.sums(index), test.difference, (None, None))
            print(
                f"| {scores.name} | {articles} | {rate(hits)} | {widths / plain:.2f} |"
                f" {np.mean(told):.0%} |",
                flush=True,
            )


def clusters(trials: int, generator: np.random.Generator) -> None:
    print("200 articles in clusters of unequal size, half of the variance between clusters")
    print("| clusters | a mean holds | without | a difference holds | without |")
    for count in (8, 20, 44):
        held, plain, apart, apart_plain = [], [], [], []
        for trial in range(trials):
            labels = generator.choice(count, 200, p=generator.dirichlet(np.full(count, 3.0)))
            shift = generator.normal(0, 0.1, count)[labels]
            scores = 0.5 + shift + generator.normal(0, 0.1, 200)
            for given, hits in ((labels.tolist(), held), (None, plain)):
                found = score_interval(Sample(scores), clusters=given)
                hits.append(found.interval.low <= 0.5 <= found.interval.high)
            for given, hits in ((labels.tolist(), apart), (None, apart_plain)):
                both = [Sample(scores - 0.5), Sample(np.zeros(200))]
                part = contrasts(both, [(0, 1)], clusters=given)
                (test,) = paired_tests(part, flips=FLIPS, seed=trial)
                hits.append(test.interval.low <= 0 <= test.interval.high)
        print(f"| {count} | {rate(held)} | {rate(plain)} | {rate(apart)} | {rate(apart_plain)} |")


STUDIES = {
    "changes": changes,
    "clusters": clusters,
    "differences": differences,
    "gates": gates,
    "margins": margins,
    "means": means,
    "tables": tables,
}

if __name__ == "__main__":
    main()
