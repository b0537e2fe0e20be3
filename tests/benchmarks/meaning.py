"""How measures of meaning and of words agree with people, and how fast `embed` is.

    python tests/benchmarks/meaning.py [--speed]

The figures of docs/metrics.md, from the data that ``BENCH_REAL_DATA`` points to; none of it is
stored here. Accuracy: of the pairs of items of one article that people did not rate alike, the
share that the measure orders as they did, a tie of the measure as one half. Kendall: the mean over
articles of tau-b. Pearson: over systems. Intervals (95 %) resample articles, or clusters of them
where the data declare some; for Pearson systems as well. No measure was fitted to these data.

``--speed`` compares with the calls of the package ``wordllama`` itself, which must be importable.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from real_scores import ROOT
from scipy.stats import kendalltau

from bench.data.rows import load_dataset
from bench.metrics import Block, metric_named

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
        *("rouge1.recall", "rouge1.f1"),
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--speed", action="store_true", help="compare with the package's calls")
    speed() if parser.parse_args().speed else agreement()


if __name__ == "__main__":
    main()
