"""Measures that weigh words by the references of a whole split, on rated items."""

from __future__ import annotations

import bench
from bench.agreement.computed import computed_measures
from bench.agreement.ratings import RatedItem
from bench.article import Article

LISTS = (("The bank failed in March.",), ("The mayor opened a bridge.",), ("The bridge closed.",))
ARTICLES = [Article(id=f"a{n}", summary=items) for n, items in enumerate(LISTS)]
WRITTEN = (("The banks fail.",), ("A bridge opens.",))


def test_references_of_the_dataset_are_the_split():
    items = [RatedItem((f"a{n}", "x", ""), texts) for n, texts in enumerate(WRITTEN)]
    found, notes = computed_measures(items, ARTICLES, "summary", ["rouge1_idf", "rouge1.recall"])
    options = {"metrics": ["rouge1_idf"], "split_references": LISTS}
    wanted = bench.score(WRITTEN, LISTS[:2], **options).per_article("rouge1_idf")
    assert found["rouge1_idf"].tolist() == wanted.tolist()
    assert (found["rouge1_idf"] != found["rouge1.recall"]).all()
    assert notes == []
