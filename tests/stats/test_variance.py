"""Several samples an article: a textbook's variances, and how to spend outputs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from bench.stats import (
    best_and_worst_of,
    split_of_differences,
    variance_split,
)
from bench.stats.variance import split_of_sums


def test_balanced_samples_give_the_mean_squares():
    scores = np.random.default_rng(0).normal(size=(8, 3))
    found = variance_split(scores)
    within = scores.var(axis=1, ddof=1).mean()
    assert found.samples == pytest.approx(within)
    assert found.articles == pytest.approx(max(0, scores.mean(axis=1).var(ddof=1) - within / 3))
    assert (found.per_article, found.count) == (3, 8)


def test_decomposition_finds_the_variances_that_made_the_scores():
    generator = np.random.default_rng(1)
    sizes = generator.integers(1, 6, 3000)
    scores = [generator.normal(generator.normal(0, 0.2), 0.1, size) for size in sizes]
    found = variance_split(scores)
    assert found.articles == pytest.approx(0.04, rel=0.1)
    assert found.samples == pytest.approx(0.01, rel=0.1)
    means = np.array([own.mean() for own in scores])
    assert found.share == pytest.approx(1 - found.articles / means.var(ddof=1), abs=0.03)


def test_samples_that_are_all_the_same_and_articles_that_are():
    same = variance_split([[0.1, 0.1], [0.5, 0.5]])
    assert (same.samples, same.share) == (0, 0)
    luck = variance_split([[0.0, 1.0], [1.0, 0.0]])
    assert (luck.articles, luck.share) == (0, 1)


def test_one_sample_an_article_cannot_be_split():
    assert variance_split([[0.1], [0.2]]) is None
    assert variance_split([[0.1, 0.2]]) is None
    with pytest.raises(ValueError, match="no samples"):
        variance_split([[0.1], []])


def test_best_and_worst_of_k_are_averages_over_all_choices():
    scores = np.random.default_rng(2).normal(size=(3, 5))
    found = best_and_worst_of(scores)
    for k in range(1, 6):
        choices = list(combinations(range(5), k))
        highest = np.mean([[row[list(c)].max() for c in choices] for row in scores])
        lowest = np.mean([[row[list(c)].min() for c in choices] for row in scores])
        assert found[k - 1].tolist() == pytest.approx([highest, lowest])
    assert best_and_worst_of([[1.0, 2.0], [3.0]]).shape == (1, 2)


@pytest.mark.slow
def test_variance_of_differences_is_split():
    rng = np.random.default_rng(4)
    articles, k = 4000, 3
    shared = rng.normal(0, 1, (articles, 1))
    one = shared + rng.normal(0, 0.5, (articles, 1)) + rng.normal(0, 0.4, (articles, k))
    other = shared + rng.normal(0, 0.5, (articles, 1)) + rng.normal(0, 0.3, (articles, k))
    found = split_of_differences(list(one), list(other))
    assert found.articles == pytest.approx(0.5, rel=0.1)
    assert found.samples / found.per_article == pytest.approx((0.16 + 0.09) / k, rel=0.1)
    assert found.per_article == pytest.approx(k)
    once = split_of_differences(list(one), list(other[:, :1]))
    assert once.samples / once.per_article == pytest.approx(0.16 / k, rel=0.1)
    assert split_of_differences(list(one[:, :1]), list(other[:, :1])) is None


@pytest.mark.slow
def test_variance_of_clusters_counts_as_variance_between_articles():
    rng = np.random.default_rng(5)
    clusters, size, k = 2000, 4, 2
    story = np.repeat(rng.normal(0, 1, clusters), size)[:, None]
    one = story + rng.normal(0, 0.5, (clusters * size, k))
    other = rng.normal(0, 0.5, (clusters * size, k))
    labels = np.repeat(np.arange(clusters), size).tolist()
    alone = split_of_differences(list(one), list(other))
    found = split_of_differences(list(one), list(other), labels)
    assert alone.articles == pytest.approx(1, rel=0.1)
    assert found.articles == pytest.approx(size, rel=0.1)
    assert found.samples == alone.samples
    own = split_of_differences(list(one), list(other), list(range(len(labels))))
    assert own.articles == pytest.approx(alone.articles)
    assert split_of_differences(list(one), list(other), [0] * len(labels)) is None


def test_split_of_sums_is_that_of_the_scores():
    rng = np.random.default_rng(7)
    groups = [rng.normal(30, 4, size) for size in rng.integers(1, 5, 50)]
    sizes = np.array([len(own) for own in groups])
    means = np.array([own.mean() for own in groups])
    within = sum(((own - own.mean()) ** 2).sum() for own in groups)
    sums = [sizes, sizes**2, 1 / sizes, sizes * means, sizes * means**2]
    found = split_of_sums(50, np.array([*(one.sum() for one in sums), within]))
    wanted = variance_split(groups)
    assert found.samples == pytest.approx(wanted.samples)
    assert found.articles == pytest.approx(wanted.articles)
    assert found.per_article == pytest.approx(wanted.per_article)
