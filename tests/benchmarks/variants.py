"""The definitions of `topicality` and `rouge1_idf` that were tried, and what each gives.

    python tests/benchmarks/variants.py

A definition is chosen by principle, not by these figures: docs/metrics.md gives the reasons. The
accuracies are those of `known_agreement.py`, from the same data. Vectors are in floating point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import log

import numpy as np
from known_agreement import DATA, RESAMPLES, SEED, Data
from rouge_score.tokenizers import DefaultTokenizer

from bench.agreement.analysis import DimensionAnalysis, Measure
from bench.agreement.computed import clusters_of
from bench.agreement.figures import FigureMaker
from bench.agreement.measures import given_length
from bench.agreement.ratings import Ratings, read_ratings
from bench.article import Article
from bench.data.rows import load_dataset
from bench.metrics.static_vectors import packaged_vectors
from bench.text.sentences import sentences


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


def means(texts: list[str]) -> np.ndarray:
    """The mean token vector of each text."""
    vectors = packaged_vectors().vectors
    counts, table = vectors._counts(texts)
    return (counts @ table) / np.maximum(counts.sum(axis=1), 1)[:, None]


Centroid = Callable[[str], np.ndarray]
CENTROIDS: dict[str, Centroid] = {
    "mean of all words (chosen)": lambda text: means([text])[0],
    "mean of sentences": lambda text: means(sentences(text)).mean(axis=0),
    "mean of unit sentences": lambda text: unit(means(sentences(text))).mean(axis=0),
    "mean of the first 3 sentences": lambda text: means(sentences(text)[:3]).mean(axis=0),
    "mean of the last 3 sentences": lambda text: means(sentences(text)[-3:]).mean(axis=0),
    "last sentence": lambda text: means(sentences(text)[-1:]).mean(axis=0),
}
WEIGHTS: dict[str, Callable[[int, int], float]] = {
    "none (recall of ROUGE-1)": lambda _, __: 1.0,
    "ln((1 + N) / (1 + df)) + 1 (chosen)": lambda n, df: log((1 + n) / (1 + df)) + 1,
    "ln((1 + N) / (1 + df)), as BERTScore": lambda n, df: log((1 + n) / (1 + df)),
    "ln(N / df)": lambda n, df: log(n / df),
    "ln((N - df + 0.5) / (df + 0.5) + 1), as BM25": lambda n, df: log((n + 1) / (df + 0.5)),
}


class Rated:
    """The items that people rated, and their articles."""

    def __init__(self, data: Data) -> None:
        self.articles: dict[str, Article] = {
            article.id: article for article in load_dataset(str(data.path / "articles.jsonl"))
        }
        self.ratings: Ratings = read_ratings(data.ratings)
        self.items = self.ratings.items
        self.texts = ["\n".join(item.texts or ()) for item in self.items]

    def shown(self, values: dict[str, np.ndarray]) -> None:
        """A row for each measure."""
        measures = [Measure(name, "computed", own) for name, own in values.items()]
        measures.append(Measure("length of the item", "baseline", given_length(self.items)))
        clusters = {**clusters_of([*self.articles.values()]), **self.ratings.clusters}
        length, maker = given_length(self.items), FigureMaker(0.95)
        (rated,) = self.ratings.dimensions
        draws = (RESAMPLES, SEED)
        found = DimensionAnalysis(self.items, rated, length, clusters, maker, draws).of(measures)
        for name, agreement in found.items():
            figure = agreement.accuracy
            ends = figure.interval
            shown = f" [{ends.low:.2f}, {ends.high:.2f}]" if ends else ""
            print(f"| {name} | {figure.value:.3f}{shown} |")


def topicality(rated: Rated, centroid: Centroid) -> np.ndarray:
    articles = {a.id: unit(centroid(f"{a.title}\n{a.text}")) for a in rated.articles.values()}
    vectors = unit(means(rated.texts))
    pairs = zip(rated.items, vectors, strict=True)
    return np.array([vector @ articles[item.article] for item, vector in pairs])


def nearest_sentence(rated: Rated) -> np.ndarray:
    split = {a.id: unit(means(sentences(f"{a.title}\n{a.text}"))) for a in rated.articles.values()}
    vectors = unit(means(rated.texts))
    pairs = zip(rated.items, vectors, strict=True)
    return np.array([(split[item.article] @ vector).max() for item, vector in pairs])


def weighted_recall(rated: Rated, weight: Callable[[int, int], float]) -> np.ndarray:
    tokens = DefaultTokenizer(use_stemmer=True).tokenize
    references = {a.id: Counter(tokens("\n".join(a.summary))) for a in rated.articles.values()}
    frequencies = Counter(token for counts in references.values() for token in counts)
    found = []
    for item, text in zip(rated.items, rated.texts, strict=True):
        own, wanted = Counter(tokens(text)), references[item.article]
        weigh = {t: weight(len(references), frequencies[t]) for t in wanted}
        hits = sum(weigh[t] * min(n, own[t]) for t, n in wanted.items())
        found.append(hits / sum(weigh[t] * n for t, n in wanted.items()))
    return np.array(found)


def main() -> None:
    for data in DATA:
        if data.folder == "qgeval":
            continue
        if not data.path.exists():
            print(f"{data.title}: skipped: {data.path} is absent")
            continue
        rated = Rated(data)
        what = "weight of a word" if data.task == "summary" else "vector of the article"
        print(f"\n| {what}, {data.title} | pairs right |\n| --- | --- |")
        if data.task == "summary":
            rated.shown(
                {label: weighted_recall(rated, weight) for label, weight in WEIGHTS.items()}
            )
        else:
            own = {label: topicality(rated, centroid) for label, centroid in CENTROIDS.items()}
            rated.shown({**own, "nearest sentence": nearest_sentence(rated)})


if __name__ == "__main__":
    main()
