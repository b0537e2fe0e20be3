from __future__ import annotations

import copy
import hashlib
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.article import Article, References

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
items = st.lists(texts.map(lambda text: f"An {text}"), max_size=3).map(tuple)
articles = st.builds(
    Article,
    id=texts.filter(str.strip),
    title=texts,
    text=texts,
    summary=items,
    questions=items,
    language=texts,
    alternatives=st.lists(st.builds(References, summary=items, questions=items), max_size=2),
)


@given(articles)
def test_digests_are_those_that_earlier_versions_wrote(article):
    content = [article.id, article.title, article.text]
    own = [*content, article.summary, article.questions, article.language]
    if article.alternatives:
        own.append([[other.summary, other.questions] for other in article.alternatives])
    for value, digest in (
        (own, article.digest()),
        ([*content, [], [], article.language], article.digest_without_references()),
    ):
        assert digest == hashlib.sha256(json.dumps(value).encode()).hexdigest()
    assert article.without_references().digest() == article.digest_without_references()


def test_updated_copy_has_a_digest_of_its_own():
    article = Article(id="a", text="before")
    before = article.digest()
    assert article.model_copy(update={"text": "after"}).digest() != before
    assert article.model_copy().digest() == copy.deepcopy(article).digest() == before
    assert article.without_references().digest() == before


@pytest.mark.parametrize("known", [False, True])
def test_digest_that_is_known_shows_nowhere_else(known):
    article, other = (Article(id="a", text="x", extra={"n": 1}) for _ in range(2))
    if known:
        article.digest()
    assert article == other == pickle.loads(pickle.dumps(article))
    assert article.model_dump() == other.model_dump()
    assert article.model_dump_json() == other.model_dump_json()
    assert repr(article) == repr(other)
    assert article.to_row() == other.to_row()
