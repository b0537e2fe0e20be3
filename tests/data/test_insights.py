"""The corpus `insights` is what its card says: what a script can check of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from bench.data.rows import load_dataset
from bench.metrics.token_similarity import RougeLSimilarity

FOLDER = Path(__file__).parents[2] / "datasets/insights"
KINDS = (
    *("situation", "cause", "trend", "role", "criticism", "reaction", "comparison"),
    *("implication", "challenge", "future", "history", "redefinition"),
)
ANSWERED = ("answered", "partly", "open")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATED = re.compile(rf"({'|'.join(DAYS)}),? (\d{{1,2}}) ({'|'.join(MONTHS)})(?: (\d{{4}}))?")


def articles(split: str):
    return list(load_dataset("insights", split=split))


@pytest.fixture(scope="module")
def everything():
    return articles("dev") + articles("test")


def words(text: str) -> int:
    return len(text.split())


def lists_of(article):
    """Every pair of lists: the first writer's and the others'."""
    return [article, *article.alternatives]


def test_splits_have_the_size_of_the_card():
    assert (len(articles("dev")), len(articles("test"))) == (14, 32)
    others = Counter(len(article.alternatives) for article in articles("test"))
    assert others == {1: 18, 2: 14}
    assert not any(article.alternatives for article in articles("dev"))


def test_every_article_has_the_form_of_the_published_page(everything):
    for article in everything:
        assert 350 <= words(article.text) <= 700, article.id
        assert len(article.text.split("\n\n")) >= 4, article.id
        for lists in lists_of(article):
            assert [len(lists.summary), len(lists.questions)] == [4, 16], article.id
            assert all(17 <= words(bullet) <= 36 for bullet in lists.summary), article.id
            assert all(8 <= words(question) <= 18 for question in lists.questions), article.id
            assert all(question.endswith("?") for question in lists.questions), article.id


def test_every_question_is_labelled_from_the_closed_vocabularies(everything):
    for article in everything:
        labels = article.item_labels["questions"]
        assert set(labels) == {"kind", "answered"}
        assert set(labels["kind"]) <= set(KINDS), article.id
        assert len(set(labels["kind"])) >= 10, article.id
        assert set(labels["answered"]) <= set(ANSWERED), article.id


def test_figures_of_bullets_stand_in_their_article(everything):
    for article in everything:
        known = set(NUMBER.findall(article.text))
        for lists in lists_of(article):
            for bullet in lists.summary:
                assert set(NUMBER.findall(bullet)) <= known, (article.id, bullet)


def test_weekdays_belong_to_their_dates(everything):
    checked = 0
    for article in everything:
        years = {int(year) for year in re.findall(r"\b20[23]\d\b", article.text)}
        for day, number, month, year in DATED.findall(article.text):
            possible = {int(year)} if year else years | {2025, 2026, 2027}
            found = {
                DAYS[date(one, MONTHS.index(month) + 1, int(number)).weekday()] for one in possible
            }
            assert day in found, (article.id, day, number, month)
            checked += 1
    assert checked > 20


def test_no_bullet_is_a_sentence_of_its_article(everything):
    for article in everything:
        for lists in lists_of(article):
            assert not [bullet for bullet in lists.summary if bullet in article.text], article.id


@pytest.mark.slow
def test_questions_do_not_repeat_each_other(everything):
    similarity = RougeLSimilarity()
    for article in everything:
        for lists in lists_of(article):
            inside = similarity.matrix(lists.questions, lists.questions)
            pairs = combinations(range(16), 2)
            assert max(inside[a, b] for a, b in pairs) < 0.7, article.id
    for one, other in combinations(everything, 2):
        assert similarity.matrix(one.questions, other.questions).max() < 0.75, (one.id, other.id)


def test_texts_share_no_passages_with_each_other_or_other_datasets(everything):
    others = [*load_dataset("briefs", split="dev"), *load_dataset("briefs", split="test")]
    texts = [a.text for a in (*everything, *others, *load_dataset("nextfin"))]
    fives = [{tuple(t[i : i + 5]) for i in range(len(t) - 4)} for t in map(str.split, texts)]
    for index, own in enumerate(fives[: len(everything)]):
        for other in fives[index + 1 :]:
            assert len(own & other) <= 0.02 * len(own), everything[index].id


def test_openings_vary(everything):
    questions = [question for article in everything for question in article.questions]
    first = Counter(question.split()[0] for question in questions)
    share = {word: count / len(questions) for word, count in first.items()}
    assert 0.4 <= share["What"] <= 0.65
    assert 0.2 <= share["How"] <= 0.4
    three = Counter(" ".join(question.split()[:3]) for question in questions)
    assert three.most_common(1)[0][1] <= 0.05 * len(questions)
    starts = Counter(article.text.split()[0] for article in everything)
    assert starts.most_common(1)[0][1] <= len(everything) / 4


def known_groups():
    for file in sorted((FOLDER / "known-groups").glob("*.jsonl")):
        fault, task, _ = file.name.split(".")
        yield fault, task, list(map(json.loads, file.read_text(encoding="utf-8").splitlines()))


def test_known_groups_are_lists_of_ten_test_articles():
    ids = {article.id for article in articles("test")}
    assert {fault for fault, *_ in known_groups()} == {
        *("generic", "nonsense", "off-topic", "repeats", "statements"),
        *("unimportant", "wrong-facts"),
    }
    for fault, task, rows in known_groups():
        assert len(rows) == 10, fault
        assert {row["id"] for row in rows} <= ids, fault
        sizes = {len(row["items"]) for row in rows}
        assert sizes == {16 if task == "questions" else 4}, fault
        ends = {item[-1] == "?" for row in rows for item in row["items"]}
        assert ends == {task == "questions" and fault != "statements"}, fault


def test_each_wrong_bullet_has_one_change_that_its_article_contradicts():
    texts = {article.id: article for article in articles("test")}
    (rows,) = (rows for fault, _, rows in known_groups() if fault == "wrong-facts")
    for row in rows:
        article = texts[row["id"]]
        for item, change, good in zip(row["items"], row["changed"], article.summary, strict=True):
            old, new = change.split(" -> ")
            assert good.replace(old, new) == item, (row["id"], change)
