"""How measures of meaning and of words agree with people.

    python tests/benchmarks/meaning.py

The figures of docs/metrics.md, from the data that ``BENCH_REAL_DATA`` points to; none of it is
stored here. Accuracy: of the pairs of items of one article that people did not rate alike, the
share that the measure orders as they did, a tie of the measure as one half. Kendall: the mean over
articles of tau-b. Pearson: over systems. Intervals (95 %) resample articles, or clusters of them
where the data declare some; for Pearson systems as well. No measure was fitted to these data;
`variants.py` has the definitions that were tried.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from real_scores import ROOT
from scipy.stats import kendalltau

from bench.metrics import Block, metric_named
from bench.metrics.split_references import SplitReferences, digest_of_lists

RESAMPLES = 2000
MEASURES = {
    "qsalience": ("topicality", "support"),
    "quiz_design": ("topicality", "support"),
    "qgeval": (
        *("set_embed.f1", "set_rougeL.f1", "set_chrf.f1"),
        *("topicality", "support", "fragments.density"),
    ),
    "realsumm": (
        *("set_embed.recall", "set_embed.f1", "set_rougeL.recall", "set_rougeL.f1"),
        *("rouge1.recall", "rouge1.f1", "rouge1_idf"),
    ),
}


@dataclass(frozen=True)
class Rated:
    """An item, or a list of items, that people rated; the article by its index."""

    article: int
    system: str
    items: tuple[str, ...]
    ratings: dict[str, float]


@dataclass(frozen=True)
class Data:
    """A rated dataset: the cluster, text and references of each article, and the rated lists."""

    name: str
    clusters: tuple[str, ...]
    texts: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]
    rated: tuple[Rated, ...]


def rows_of(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def loaded(name: str) -> Data:
    folder = ROOT / name
    articles = rows_of(folder / "articles.jsonl")
    index = {row["id"]: i for i, row in enumerate(articles)}
    rated: list[Rated] = []
    if (folder / "ratings.jsonl").exists():
        values = defaultdict(list)
        for row in rows_of(folder / "ratings.jsonl"):
            key = (index[row["article"]], row["system"], (row["item"],), row["dimension"])
            values[key].append(row["value"])
        rated += [Rated(*key[:3], {key[3]: float(np.mean(v))}) for key, v in values.items()]
    else:
        for file in sorted(folder.glob("*.jsonl")):
            if file.stem not in ("articles", "reference"):
                rated += [
                    Rated(index[row["article"]], file.stem, tuple(row["items"]), row["human"])
                    for row in rows_of(file)
                ]
    references = {row["id"]: row.get("summary", ()) for row in articles}
    if (folder / "reference.jsonl").exists():
        references |= {row["article"]: row["items"] for row in rows_of(folder / "reference.jsonl")}
    return Data(
        name,
        tuple(row.get("cluster", row["id"]) for row in articles),
        tuple(f"{row['title']}\n{row['text']}" for row in articles),
        tuple(tuple(references[row["id"]]) for row in articles),
        tuple(rated),
    )


def measured(data: Data, measure: str) -> np.ndarray:
    """The value of a measure for each rated list."""
    if measure == "length":
        return np.array([sum(len(i.split()) for i in one.items) for one in data.rated], float)
    name, _, field = measure.partition(".")
    metric = metric_named(name)
    lists = [one.items for one in data.rated]
    wanted = [data.references[one.article] or ("none",) for one in data.rated]
    texts = [data.texts[one.article] for one in data.rated]
    if metric.needs_split:
        known = list(data.references)
        metric = metric.with_split(SplitReferences(digest_of_lists(known), metric.learn(known)))
    values = metric.values(metric.statistics(Block(lists, wanted, texts)))
    return values[:, metric.fields.index(field) if field else 0]


def interval(statistic: Callable[[np.ndarray], float], units: int) -> str:
    """A statistic of the indices of units, with the interval of resampled ones."""
    rng = np.random.default_rng(0)
    found = [statistic(rng.integers(0, units, units)) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return f"{statistic(np.arange(units)):.2f} [{low:.2f}, {high:.2f}]"


def grouped(data: Data) -> tuple[list[list[int]], np.ndarray, int]:
    """The rated lists of each article, the number of its cluster, and the number of clusters."""
    groups = [[] for _ in data.texts]
    for i, one in enumerate(data.rated):
        groups[one.article].append(i)
    _, clusters = np.unique(data.clusters, return_inverse=True)
    return groups, clusters, int(clusters.max()) + 1


def summed(values: np.ndarray, clusters: np.ndarray, units: int) -> np.ndarray:
    found = np.zeros((units, values.shape[1]))
    np.add.at(found, clusters, values)
    return found


def accuracy(data: Data, own: np.ndarray, people: np.ndarray) -> str:
    groups, clusters, units = grouped(data)
    counts = np.zeros((len(groups), 2))
    for article, members in enumerate(groups):
        for i, j in combinations(members, 2):
            if people[i] != people[j]:
                agreement = np.sign(np.round(own[i] - own[j], 12)) * np.sign(people[i] - people[j])
                counts[article] += ((1 + agreement) / 2, 1)
    sums = summed(counts, clusters, units)

    def share(some: np.ndarray) -> float:
        right, pairs = sums[some].sum(axis=0)
        return right / pairs if pairs else np.nan

    return interval(share, units)


def kendall(data: Data, own: np.ndarray, people: np.ndarray) -> str:
    groups, clusters, units = grouped(data)
    taus = [kendalltau(own[g], people[g]).statistic if len(g) > 1 else np.nan for g in groups]
    known = np.isfinite(taus)
    sums = summed(np.column_stack([np.where(known, taus, 0), known]), clusters, units)

    def mean(some: np.ndarray) -> float:
        total, number = sums[some].sum(axis=0)
        return total / number if number else np.nan

    return interval(mean, units)


def pearson(data: Data, own: np.ndarray, people: np.ndarray) -> str:
    systems = sorted({one.system for one in data.rated})
    tables = np.full((2, len(data.texts), len(systems)), np.nan)
    for one, *values in zip(data.rated, own, people, strict=True):
        tables[:, one.article, systems.index(one.system)] = values
    rng = np.random.default_rng(1)

    def correlation(some: np.ndarray) -> float:
        plain = (some == np.arange(len(some))).all()
        columns = np.arange(len(systems)) if plain else rng.integers(0, len(systems), len(systems))
        means = np.nanmean(tables[:, some][:, :, columns], axis=1)
        return float(np.corrcoef(means)[0, 1]) if means.std(axis=1).all() else np.nan

    return interval(correlation, len(data.texts))


def agreement() -> None:
    for name, measures in MEASURES.items():
        if not (ROOT / name).exists():
            print(f"{name}: skipped: {ROOT / name} is absent")
            continue
        data = loaded(name)
        columns = {measure: measured(data, measure) for measure in (*measures, "length")}
        dimensions = list(dict.fromkeys(d for one in data.rated for d in one.ratings))
        whole = len(data.rated) == len(data.texts) * len({one.system for one in data.rated})
        levels = {
            "accuracy": accuracy,
            "Kendall": kendall,
            **({"Pearson": pearson} if whole else {}),
        }
        for level, compute in levels.items():
            print(f"\n| {name}, {level} | {' | '.join(f'`{c}`' for c in columns)} |")
            print(f"| --- |{' --- |' * len(columns)}")
            for dimension in dimensions:
                people = np.array([one.ratings[dimension] for one in data.rated])
                cells = [compute(data, own, people) for own in columns.values()]
                print(f"| {dimension} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    agreement()


if __name__ == "__main__":
    main()
