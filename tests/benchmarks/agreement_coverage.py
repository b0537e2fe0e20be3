"""How often the intervals of `bench agree` hold the truth, and its tests find what is not there.

    python tests/benchmarks/agreement_coverage.py [--studies N]

The figures of docs/agreement.md. A population of articles and systems has a true agreement; studies
draw some of both, and their 95 % intervals should hold it 95 % of the time. Of two measures that
agree with people equally, each with a taste of its own for systems, neither should be found better.
"""

from __future__ import annotations

import argparse

import numpy as np

from bench.stats import units_of
from bench.stats.agreement import Agreement, RatedItems
from bench.stats.swaps import accuracy_swaps, system_swaps
from bench.stats.two_way import two_way_draws

ARTICLES, SYSTEMS = 400, 150
NAMES = ("accuracy", "pooled", "within.kendall", "system.pearson", "system.kendall")
SIZES = ((10, 14), (20, 8), (50, 5), (50, 8), (50, 14), (100, 14), (100, 30))
KINDS = {"items differ most": 0.5, "systems differ most": 3.0}
"""How far systems differ, in units of how far the items of one system do."""


def population(systems: float) -> tuple[np.ndarray, np.ndarray]:
    """People's values and a measure, shape (articles, systems): levels, and real numbers."""
    generator = np.random.default_rng(0)
    quality = generator.normal(size=SYSTEMS) * systems
    taste = 0.5 * quality + generator.normal(size=SYSTEMS) * 0.6 * systems
    truth = quality + generator.normal(size=(ARTICLES, SYSTEMS))
    people = np.clip(np.round(truth + generator.normal(size=(ARTICLES, 1)) / 2 + 2), -6, 10)
    measure = taste + truth / 2 + generator.normal(size=(ARTICLES, 1))
    return people, measure + generator.normal(size=(ARTICLES, SYSTEMS))


def agreement(people: np.ndarray, measure: np.ndarray) -> Agreement:
    articles, systems = people.shape
    article, system = map(np.ravel, np.indices(people.shape))
    items = RatedItems(article, system, people.ravel(), None, articles, systems)
    return Agreement(items, measure.ravel()[None])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=300)
    studies = parser.parse_args().studies
    for kind, systems in KINDS.items():
        print(f"\n{kind}")
        simulate(*population(systems), studies)

    print("\nfalse findings")
    for articles, systems, taste in ((30, 8, 0.0), (30, 8, 1.0), (30, 15, 1.0)):
        print_false_findings(articles, systems, taste, studies)


def print_false_findings(articles: int, systems: int, taste: float, studies: int) -> None:
    """The share of studies in which PERM-BOTH finds one of two equal measures better."""
    article, system = map(np.ravel, np.indices((articles, systems)))
    tests = {"accuracy": accuracy_swaps, "system.kendall": system_swaps}
    found = {name: np.zeros(2) for name in tests}
    for study in range(studies):
        generator = np.random.default_rng(study)
        quality, size = generator.normal(size=systems), len(article)
        people = np.clip(np.round(quality[system] + generator.normal(size=size) + 2), 1, 4)
        tastes = taste * generator.normal(size=(2, systems))
        measures = (quality / 2 + tastes)[:, system] + generator.normal(size=(2, size))
        items = RatedItems(article, system, people, None, articles, systems)
        draws = two_way_draws(units_of(articles), systems, 200, study)
        drawn = Agreement(items, measures).draws(draws)
        for name, test in tests.items():
            (tested,) = test(items, measures, 200, study)
            apart = drawn[0]["both"][name] - drawn[1]["both"][name]
            low, high = np.nanpercentile(apart, [2.5, 97.5])
            significant = tested.p_value <= 0.05
            found[name] += significant, significant and (low > 0 or high < 0)
    told = ", ".join(
        f"{name} {100 * alone / studies:.0f} % by the p-value alone,"
        f" {100 * both / studies:.0f} % with the interval"
        for name, (alone, both) in found.items()
    )
    print(f"{articles} articles, {systems} systems, taste {taste:g}: {told}", flush=True)


def simulate(people: np.ndarray, measure: np.ndarray, studies: int) -> None:
    truth = agreement(people, measure).values()[0]
    print("truth: " + ", ".join(f"{name} {truth[name]:.3f}" for name in NAMES))
    print(f"| articles | systems | {' | '.join(NAMES)} |")
    print(f"| --- | --- |{' --- |' * len(NAMES)}")
    for articles, systems in SIZES:
        held = np.zeros(len(NAMES))
        for study in range(studies):
            generator = np.random.default_rng([study, articles, systems])
            rows = generator.choice(ARTICLES, articles, replace=False)
            columns = generator.choice(SYSTEMS, systems, replace=False)
            own = agreement(people[np.ix_(rows, columns)], measure[np.ix_(rows, columns)])
            draws = two_way_draws(units_of(articles), systems, 300, study)
            found = own.draws(draws)[0]["both"]
            for n, name in enumerate(NAMES):
                low, high = np.nanpercentile(found[name], [2.5, 97.5])
                held[n] += low <= truth[name] <= high
        shares = " | ".join(f"{100 * share:.0f} %" for share in held / studies)
        print(f"| {articles} | {systems} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
