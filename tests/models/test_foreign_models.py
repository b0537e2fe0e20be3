"""Models of everybody's own: what they say of themselves, and what they may do wrong."""

from __future__ import annotations

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.models.entrant import enter
from bench.tasks import TASKS

ARTICLE = Article(id="a", title="T", text="X.", summary=("S.",))
MODEL = """
import logging

class M:
    tasks = ("summary",)
    {line}

    def predict(self, articles, task):
        return [["x"] for _ in articles]

class Called:
    tasks = ("summary",)

    def __call__(self, article, task):
        return [article.title]

called = Called()
"""


@pytest.fixture
def model(tmp_path, request):
    """A module whose model has one more line."""

    def make(line="pass", attribute="M"):
        name = f"foreign_{abs(hash((line, request.node.name)))}"
        (tmp_path / f"{name}.py").write_text(MODEL.format(line=line))
        return enter(f"{name}:{attribute}", "m", {}, 0)

    return make


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tasks = ('sumary',)", "`tasks` must be a tuple of 'summary' or 'questions'"),
        ("role = 'judge'", "`role` must be one of model, floor, ceiling"),
        ("made_with = 'torch'", "`made_with` must be a collection of names"),
        ("incidental = None", "`incidental` must be a collection of names"),
        ("batched = 1", "`batched` must be True or False"),
        ("version = property(lambda self: 1 / 0)", "ZeroDivisionError"),
        ("def __init__(self): raise SystemExit(0)", "SystemExit"),
    ],
)
def test_a_wrong_declaration_names_the_model(model, line, message):
    with pytest.raises(ConfigError, match=message):
        model(line)


@pytest.mark.parametrize(
    "line",
    [
        "def notes(self, dataset): return 1 / 0",
        "def cost(self, i, o): raise SystemExit(1)",
        "def cost(self, i, o): return 'a lot'",
        "def notes(self, dataset): return None",
    ],
)
def test_what_is_beside_the_point_costs_no_score(model, line):
    entrant = model(line)
    assert entrant.cost(1, 1) is None
    assert all("notes of model 'm'" in note for note in entrant.notes([ARTICLE]))
    (output,) = entrant.predict([ARTICLE], TASKS["summary"])
    assert output.items == ("x",)


def test_a_model_that_cannot_say_whether_it_applies_fails_on_the_article(model):
    entrant = model("def applies(self, article, task): return article.nothing")
    assert entrant.applies(ARTICLE, TASKS["summary"])
    with pytest.raises(AttributeError):
        entrant.predict([ARTICLE], TASKS["summary"])


def test_an_object_that_can_be_called_is_a_function(model):
    (output,) = model(attribute="called").predict([ARTICLE], TASKS["summary"])
    assert output.items == ("T",)


def test_a_log_that_a_constructor_opens_is_no_part_of_the_model(model):
    line = "def __init__(self): open('started.log', 'a').close()"
    assert model(line).identity.text == model(line).identity.text
