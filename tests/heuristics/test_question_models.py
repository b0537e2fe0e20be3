from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from bench.article import Article
from bench.heuristics.english.near_duplicates import is_near_duplicate
from bench.heuristics.english.outline import read
from bench.heuristics.english.words import word_set
from bench.heuristics.questions.filler import Filler, content
from bench.heuristics.questions.template import slots
from bench.heuristics.questions.template_table import MENUS, TEMPLATES
from bench.models import MODELS
from bench.tasks import TASKS
from tests.conftest import ROOT

NAMES = ("template", "transform", "title-questions")
QUESTIONS = TASKS["questions"]
NEWS = [
    Article(**json.loads(line))
    for line in (Path(__file__).parent / "articles.jsonl").read_text("utf-8").splitlines()
]
OPENINGS = word_set(
    """what why how who whom where when by since which did does do is are was were has have had can
    could will would may might must should"""
)
WORDINGS = {word for template in TEMPLATES for word in content(re.sub(r"{.*?}", "", template.text))}
ROUGE = RougeScorer(["rougeL"], use_stemmer=True)


def ask(name: str, *articles: Article) -> list[tuple[str, ...]]:
    return [output.items for output in MODELS.load(name)().predict(articles, QUESTIONS)]


def assert_well_formed(question: str) -> None:
    words = re.findall(r"[\w'.&-]+", question)
    assert words[0].lower() in OPENINGS
    assert question[0].isupper()
    assert question.endswith("?")
    assert question.count("?") == 1
    assert 6 <= len(words) <= 25
    assert not re.search(r"[{}|\[\]\"“”]|\s\s|\s[?,.]", question)
    assert all(one.lower() != other.lower() for one, other in pairwise(words))
    assert not re.search(r"\b(a|an|the|its) (a|an|the|its)\b", question, re.IGNORECASE)


def assert_distinct(questions: tuple[str, ...]) -> None:
    for one, other in combinations(questions, 2):
        assert ROUGE.score(one, other)["rougeL"].fmeasure < 0.7, (one, other)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("article", NEWS, ids=lambda article: article.id)
def test_questions_are_well_formed_and_distinct(name, article):
    (questions,) = ask(name, article)
    assert len(questions) <= 16
    for question in questions:
        assert_well_formed(question)
    assert_distinct(questions)


@pytest.mark.parametrize("article", NEWS, ids=lambda article: article.id)
def test_article_of_150_words_gets_all_the_questions_it_is_asked_for(article):
    assert len(article.text.split()) >= 150
    assert len(ask("template", article)[0]) == QUESTIONS.items


@pytest.mark.parametrize("article", NEWS, ids=lambda article: article.id)
def test_every_template_question_speaks_of_something_in_the_article(article):
    spoken_of = content(f"{article.title} {article.text}") - WORDINGS
    for question in ask("template", article)[0]:
        assert spoken_of & content(question), question


def test_questions_follow_what_the_article_offers():
    strike = next(article for article in NEWS if article.id == "strike")
    museum = next(article for article in NEWS if article.id == "museum")
    ((about_strike,), (about_museum,)) = ask("template", strike), ask("template", museum)
    assert any("automated cranes" in question for question in about_strike)
    assert any("concerns have retailers raised" in question for question in about_strike)
    assert any("decision to return bronze masks" in question for question in about_museum)
    assert not any("law" in question.split() for question in about_strike)


def test_opening_question_asks_for_the_cause_of_the_main_event():
    opening = {article.id: ask("template", article)[0][0] for article in NEWS}
    assert opening["tariff"] == (
        "What prompted Kestria's decision to impose a 20% tariff on imported steel?"
    )
    assert opening["strike"].startswith("What prompted the decision by dockworkers in Port Alder")
    assert opening["earnings"] == "Why did Northwind Air's profit slump 31% on fuel costs?"


def test_statements_become_questions_that_they_answer():
    tech = next(article for article in NEWS if article.id == "tech-launch")
    (questions,) = ask("transform", tech)
    assert "How many languages does the device understand?" in questions
    assert "How much has Quillon raised from investors?" in questions
    assert "What did Quillon unveil on Tuesday?" in questions


def test_title_model_uses_nothing_but_the_titles_words():
    tariff = next(article for article in NEWS if article.id == "tariff")
    (questions,) = ask("title-questions", tariff)
    assert questions
    assert not any(word in " ".join(questions) for word in ("Novak", "mills", "Veldland", "wine"))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Why Kestria is taxing imported steel", "Why is Kestria taxing imported steel?"),
        ("Will the mills of Kestria survive? Probably", "Will the mills of Kestria survive?"),
    ],
)
def test_title_that_asks_is_the_first_question(title, expected):
    text = "Kestria imposed a tariff. The mills of Kestria make steel."
    assert ask("title-questions", Article(id="x", title=title, text=text))[0][0] == expected


@pytest.mark.parametrize("name", NAMES)
def test_set_of_questions_depends_on_its_article_alone(name):
    together = ask(name, *NEWS[:4])
    assert together == [ask(name, article)[0] for article in NEWS[:4]]
    assert together == ask(name, *NEWS[3::-1])[::-1]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", ""),
        ("   ", "\n\n"),
        ("Rates", "Rates."),
        ("", "the band will march in to the stadium . ( it 's loud )"),
        ("日銀が利上げ", "日本銀行は金利を引き上げた。市場は驚いた。"),
        ("Центробанк повысил ставку", "Банк России повысил ставку в пятницу."),
        ("WHY", "WHY NOT? BECAUSE THE BANK SAID SO. THE BANK RAISED RATES."),
        ("A (B) C", "The ( the ) 's ' \" the . The “the” (The). Of and for & the."),
        ("", "word " * 3000),
        ("", "Northwind " * 3000),
        ("", "Bank of " * 1000),
        ("", "the cat and " * 1000),
    ],
)
def test_odd_article_gives_fewer_questions_and_never_an_error(name, title, text):
    (questions,) = ask(name, Article(id="odd", title=title, text=text))
    for question in questions:
        assert_well_formed(question)
    assert_distinct(questions)


@pytest.mark.parametrize("name", NAMES)
def test_article_in_another_language_is_not_asked_about_in_english(name):
    article = NEWS[0].model_copy(update={"language": "de"})
    assert ask(name, article) == [()]


@pytest.mark.slow
def test_ten_thousand_words_are_read():
    text = "\n\n".join(article.text for article in NEWS * 3)
    assert len(text.split()) > 10_000
    assert len(ask("template", Article(id="long", title=NEWS[0].title, text=text))[0]) == 16


WORDS = " ".join(article.text for article in NEWS[:3]).split()
MARKS = ("(", ")", '"', "'", "—", ";", ":", "\n\n", "-lrb-", "``", "U.S.", "?")
PIECES = st.sampled_from([*WORDS, *MARKS])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=80).map(" ".join))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=60)
@given(title=TEXTS, text=TEXTS)
def test_no_text_breaks_a_model(name, title, text):
    (questions,) = ask(name, Article(id="any", title=title, text=text))
    assert len(questions) <= 16
    for question in questions:
        assert_well_formed(question)
    assert_distinct(questions)


ASK_IN_A_FRESH_PROCESS = """
import json, sys
from bench.article import Article
from bench.models import MODELS
from bench.tasks import TASKS
articles = [Article(**row) for row in json.load(sys.stdin)]
for name in sys.argv[1:]:
    for output in MODELS.load(name)().predict(articles, TASKS["questions"]):
        print(*output.items, sep="\\n")
"""


@pytest.mark.slow
def test_nothing_depends_on_the_order_of_hashes():
    rows = json.dumps([article.to_row() for article in NEWS])
    outputs = {
        subprocess.run(
            [sys.executable, "-c", ASK_IN_A_FRESH_PROCESS, *NAMES],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            input=rows,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    }
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) > 16 * len(NEWS)


def test_every_place_of_every_template_is_one_that_articles_can_fill():
    offered = set().union(*(slots(read(a.title, a.text)) for a in NEWS))
    places = {
        kind
        for template in TEMPLATES
        for _, name, _, _ in Formatter().parse(template.text)
        if name
        for kind in name.split("|")
    }
    assert places <= offered


def test_every_menu_offers_only_categories_that_exist():
    categories = {template.category for template in TEMPLATES}
    assert {category for menu in MENUS.values() for category in menu} == categories


@pytest.mark.parametrize(
    ("filler", "form", "expected"),
    [
        (Filler("Japan"), "'s", "Japan's"),
        (Filler("the officers", plural=True), "'s", "the officers'"),
        (Filler("the officers", plural=True), "do", "do the officers"),
        (Filler("Japan"), "have", "has Japan"),
        (Filler("the ruling", head="ruling"), "plural", "rulings"),
        (Filler("Japan"), "", "Japan"),
    ],
)
def test_filler_takes_the_form_that_its_place_asks_for(filler, form, expected):
    assert format(filler, form) == expected


def test_near_duplicates_are_told_by_their_common_order_of_words():
    asked = ["What role does Japan play in the mission?"]
    assert is_near_duplicate("What role does Japan play in the deployment?", asked)
    assert not is_near_duplicate("How has Russia responded to the mission?", asked)
