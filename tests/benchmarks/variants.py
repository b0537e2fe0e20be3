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
from meaning import Data, accuracy, loaded, measured
from real_scores import ROOT
from rouge_score.tokenizers import DefaultTokenizer

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


def topicality(data: Data, centroid: Centroid) -> np.ndarray:
    articles = np.array([unit(centroid(text)) for text in data.texts])
    items = unit(means([one.items[0] for one in data.rated]))
    return np.array(
        [item @ articles[one.article] for item, one in zip(items, data.rated, strict=True)]
    )


def nearest_sentence(data: Data) -> np.ndarray:
    split = [unit(means(sentences(text))) for text in data.texts]
    items = unit(means([one.items[0] for one in data.rated]))
    return np.array(
        [(split[one.article] @ v).max() for v, one in zip(items, data.rated, strict=True)]
    )


def weighted_recall(data: Data, weight: Callable[[int, int], float]) -> np.ndarray:
    tokens = DefaultTokenizer(use_stemmer=True).tokenize
    references = [Counter(tokens("\n".join(items))) for items in data.references]
    frequencies = Counter(token for counts in references for token in counts)
    found = []
    for one in data.rated:
        own, wanted = Counter(tokens("\n".join(one.items))), references[one.article]
        weigh = {t: weight(len(references), frequencies[t]) for t in wanted}
        hits = sum(weigh[t] * min(n, own[t]) for t, n in wanted.items())
        found.append(hits / sum(weigh[t] * n for t, n in wanted.items()))
    return np.array(found)


def main() -> None:
    for name, dimension in (("qsalience", "salience"), ("quiz_design", "accepted")):
        if not (ROOT / name).exists():
            print(f"{name}: skipped: {ROOT / name} is absent")
            continue
        data = loaded(name)
        people = np.array([one.ratings[dimension] for one in data.rated])
        print(f"\n| article's vector, {name} | accuracy |\n| --- | --- |")
        for label, centroid in CENTROIDS.items():
            print(f"| {label} | {accuracy(data, topicality(data, centroid), people)} |")
        print(f"| nearest sentence | {accuracy(data, nearest_sentence(data), people)} |")
        print(f"| length of the item | {accuracy(data, measured(data, 'length'), people)} |")
    if not (ROOT / "realsumm").exists():
        print(f"realsumm: skipped: {ROOT / 'realsumm'} is absent")
        return
    data = loaded("realsumm")
    people = np.array([one.ratings["litepyramid_recall"] for one in data.rated])
    print("\n| weight of a word, realsumm | accuracy |\n| --- | --- |")
    for label, weight in WEIGHTS.items():
        print(f"| {label} | {accuracy(data, weighted_recall(data, weight), people)} |")


if __name__ == "__main__":
    main()
