from __future__ import annotations

import os
import pkgutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from bench.article import Article
from bench.data.rows import load_dataset
from bench.models import MODELS
from bench.models.sentences import article_sentences
from bench.models.spec import build_model
from bench.tasks import TASKS
from tests.conftest import ROOT

EXTRACTIVE = ("lead", "hybrid", "textrank", "lexrank", "lsa", "sumbasic", "random-sentences")
SUMMARY = TASKS["summary"]


def items(name: str, article: Article, **parameters) -> tuple[str, ...]:
    (output,) = build_model(name, name, parameters, seed=0).predict([article], SUMMARY)
    return output.items


@pytest.fixture
def article() -> Article:
    text = (
        "LONDON (Reuters) - The Bank of Avalon raised rates to 5 percent on Thursday. Markets had"
        " expected no change.\n\nGovernor Maria Oak said prices were rising too fast. Prices rose"
        " 6 percent in May. Banks said loans would cost more.\n\nUnions called the rise in rates"
        " reckless. The bank meets again in July. Rates may rise again, the governor said."
    )
    summary = ("The Bank of Avalon raised rates to 5 percent.", "Unions called it reckless.")
    return Article(id="rates", title="Avalon Raises Rates", text=text, summary=summary)


@pytest.mark.parametrize("name", EXTRACTIVE)
def test_summary_has_the_requested_number_of_sentences_in_reading_order(name, article):
    sentences = article_sentences(article)
    chosen = [sentences.index(item) for item in items(name, article)]
    assert len(chosen) == 4
    assert chosen == sorted(set(chosen))


@pytest.mark.parametrize("name", [*EXTRACTIVE, "title", "oracle"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "One.",
        "A a a. B b b.",
        "Same. Same. Same. Same. Same. Same.",
        "東京。大阪。京都。",
    ],
)
def test_odd_article_gives_fewer_items_and_never_an_error(name, text):
    article = Article(id="odd", text=text, summary=("A reference.",))
    assert len(items(name, article)) <= 4


@settings(max_examples=25, deadline=None)
@given(st.text("ab .\n\"'?AB1é", max_size=120))
@pytest.mark.parametrize("name", EXTRACTIVE)
def test_any_text_can_be_summarised(name, text):
    assert all(
        item in article_sentences(Article(id="x", text=text))
        for item in items(name, Article(id="x", text=text))
    )


def test_lead_leaves_the_agencys_dateline_off(article):
    assert items("lead", article, k=1) == (
        "The Bank of Avalon raised rates to 5 percent on Thursday.",
    )


def test_oracle_beats_every_model_it_is_the_ceiling_of(article):
    scorer = RougeScorer(["rouge1", "rouge2"], use_stemmer=True)

    def score(name: str) -> float:
        found = scorer.score("\n".join(article.summary), "\n".join(items(name, article)))
        return found["rouge1"].fmeasure + found["rouge2"].fmeasure

    assert all(score("oracle") >= score(name) for name in EXTRACTIVE)


def greedily_by_rouge_score(article: Article, count: int) -> tuple[str, ...]:
    """The oracle's definition, with the ``rouge-score`` package alone."""
    scorer = RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
    sentences = article_sentences(article)

    def score(chosen: tuple[int, ...]) -> float:
        text = "\n".join(sentences[index] for index in sorted(chosen))
        found = scorer.score("\n".join(article.summary), text)
        return found["rouge1"].fmeasure + found["rouge2"].fmeasure

    chosen: tuple[int, ...] = ()
    while len(chosen) < count:
        left = [(*chosen, i) for i in range(len(sentences)) if i not in chosen]
        best = max(left, key=score, default=chosen)
        if score(best) <= score(chosen):
            break
        chosen = best
    return tuple(sentences[index] for index in sorted(chosen))


@pytest.mark.slow
def test_oracle_chooses_what_rouge_score_would(article):
    articles = [article, *load_dataset("nextfin"), *list(load_dataset("briefs"))[:6]]
    for one in articles:
        assert items("oracle", one) == greedily_by_rouge_score(one, SUMMARY.items)


@settings(max_examples=40, deadline=None)
@given(st.text("ab .\nAé", max_size=60), st.text("ab c\né", max_size=30))
def test_oracle_breaks_ties_as_rouge_score_would(text, reference):
    article = Article(id="x", text=text, summary=(f"A {reference}",))
    assert items("oracle", article) == greedily_by_rouge_score(article, SUMMARY.items)


def test_title_alone_is_the_title(article):
    assert items("title", article) == ("Avalon Raises Rates",)
    assert items("title", Article(id="untitled")) == ()


def test_every_model_in_the_table_says_what_it_is():
    for name in MODELS.targets:
        model = MODELS.load(name)
        assert model.description
        assert set(model.tasks) <= set(TASKS)
        assert model.sees_references == (model.role == "ceiling")


@pytest.mark.slow
def test_hash_order_never_shows(tmp_path):
    code = (
        "from bench.article import Article; from bench.models.spec import build_model;"
        "from bench.tasks import TASKS;"
        "a = Article(id='x', text=' '.join(f'Rates {w} and {v} rise. {v} fell on {w}.' for w in"
        " ('May', 'June', 'July') for v in ('gold', 'steel', 'wheat')));"
        "print([list(build_model(n, n, {}, 0).predict([a], TASKS['summary']))"
        f" for n in {EXTRACTIVE}])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "module"), [("lexrank", "lex_rank"), ("textrank", "text_rank")])
def test_last_digit_of_a_product_decides_nothing(name, module, monkeypatch):
    articles = list(load_dataset("briefs"))
    here = [items(name, article) for article in articles]
    where = f"bench.heuristics.{module}.{module}s"
    exact, generator = pkgutil.resolve_name(where), np.random.default_rng(0)

    def on_another_processor(bags):
        ranks = exact(bags)
        return ranks * (1 + generator.uniform(-1e-14, 1e-14, len(ranks)))

    monkeypatch.setattr(where, on_another_processor)
    assert [items(name, article) for article in articles] == here
