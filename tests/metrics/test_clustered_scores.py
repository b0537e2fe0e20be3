"""`bench.score` with articles that belong together."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import bench
from bench.errors import DataError
from bench.metrics import metric_named
from bench.stats import score_interval

WORDS = [
    "why",
    "when",
    "what",
    "who",
    "where",
    "how",
    "much",
    "is",
    "it",
    "that",
    "they",
    "now",
    "then",
]
GENERATOR = np.random.default_rng(5)
REFERENCES = [[" ".join(GENERATOR.choice(WORDS, 6)) + "?" for _ in range(3)] for _ in range(12)]
PREDICTIONS = [
    [*items[: 1 + (n // 4)], " ".join(GENERATOR.choice(WORDS, 5))]
    for n, items in enumerate(REFERENCES)
]
LABELS = [f"s{n // 4}" for n in range(12)]
METRICS = ["set_rougeL", "bleu"]
TEXT = " ".join(f"word{n}" for n in range(30))


def scored(**options):
    return bench.score(PREDICTIONS, REFERENCES, metrics=METRICS, **options)


def test_intervals_are_over_whole_clusters():
    plain, clustered = scored(), scored(cluster=LABELS)
    assert clustered == plain
    for score in clustered:
        one, other = clustered.interval(score), plain.interval(score)
        assert one.high - one.low > other.high - other.low
        metric = metric_named(score.partition(".")[0])
        sample = clustered._samples[score]
        expected = score_interval(sample, limits=metric.range, clusters=LABELS).interval
        assert one == expected
        effect = clustered.design_effect(score)
        assert plain.design_effect(score) is None
        assert effect.effective == pytest.approx(12 / effect.factor)
        assert effect.factor > 1


def test_they_are_shown_beside_the_number_of_articles():
    text = str(scored(cluster=LABELS))
    assert text.startswith("12 articles in 3 clusters\n")
    assert "as informative as" in text
    assert "informative" not in str(scored())
    record = json.loads(bench.render(scored(cluster=LABELS), "json"))
    assert record["clusters"] == 3
    effect = scored(cluster=LABELS).design_effect("bleu")
    assert record["scores"]["bleu"]["design_effect"] == effect.factor
    assert record["scores"]["bleu"]["effective"] == effect.effective
    plain = json.loads(bench.render(scored(), "json"))
    assert "clusters" not in plain
    assert "design_effect" not in plain["scores"]["bleu"]


@pytest.mark.parametrize("form", [tuple, pa.array, np.array, iter])
def test_labels_have_any_form(form):
    assert scored(cluster=form(LABELS)).clusters == scored(cluster=LABELS).clusters


def test_labels_are_matched_by_article():
    names = [f"a{n}" for n in range(12)]

    def by_name(values):
        return dict(zip(names, values, strict=True))

    turned = dict(reversed(by_name(LABELS).items()))
    found = bench.score(by_name(PREDICTIONS), by_name(REFERENCES), metrics=METRICS, cluster=turned)
    assert found.interval("bleu") == scored(cluster=LABELS).interval("bleu")


def test_articles_without_a_label_are_apart():
    assert len(set(scored(cluster=["x", "x", *[None] * 9, float("nan")]).clusters)) == 11
    assert len(set(scored(cluster=[1, 1, *range(2, 12)]).clusters)) == 11
    assert scored(cluster=range(12)).clusters is None
    assert scored(cluster=["1", *[None] * 11]).clusters is None


def test_labels_that_cannot_be_used_are_refused():
    with pytest.raises(DataError, match="12 predictions but 3 labels in cluster"):
        scored(cluster=LABELS[:3])
    with pytest.raises(
        DataError, match=r"cluster\[1\]: a label is a string or an integer, not 1\.5"
    ):
        scored(cluster=["a", 1.5, *LABELS[2:]])
    with pytest.raises(DataError, match="cluster must be a list with a label for each article"):
        scored(cluster="day")


def test_same_texts_are_one_cluster_without_labels():
    texts = [TEXT, TEXT.upper(), *(f"{TEXT} {n}" for n in range(10))]
    assert len(set(scored(texts=texts).clusters)) == 11
    assert scored(texts=["Short."] * 12).clusters is None
    assert len(set(scored(texts=texts, cluster=LABELS).clusters)) == 3
    assert scored(texts=texts, cluster=range(12)).clusters is None
