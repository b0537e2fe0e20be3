"""Models of everybody's own: what they say of themselves, and what they may do wrong."""

from __future__ import annotations

import pytest

from bench.article import Article
from bench.errors import ConfigError
from bench.models.spec import build_model
from bench.tasks import TASKS

ARTICLE = Article(id="a", title="T", text="X.", summary=("S.",))
MODEL = """
import logging
from bench.models.base import Model
from bench.models.recorded import Recorded as Shipped

class Recorded(Shipped):
    def __init__(self): pass

class M({base}):
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

    def make(line="pass", attribute="M", base="", more="pass"):
        name = f"foreign_{abs(hash((line, more, request.node.name)))}"
        source = MODEL.format(line=line, base=base)
        if more != "pass":
            source = source.replace("class M(", "class Base(") + f"\nclass M(Base):\n    {more}\n"
        (tmp_path / f"{name}.py").write_text(source)
        return build_model(f"{name}:{attribute}", "m", {}, 0)

    return make


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tasks = ('sumary',)", "`tasks` must be a tuple of 'summary' or 'questions'"),
        ("role = 'judge'", "`role` must be one of model, floor, ceiling"),
        ("made_with = 'torch'", "`made_with` must be a collection of names"),
        (
            "excluded_from_signature = None",
            "`excluded_from_signature` must be a collection of names",
        ),
        ("incidental = None", "`incidental` must be a collection of names"),
        ("spread = 1", "`spread` must be True or False"),
        ("batched = 1", "`batched` must be True or False"),
        ("version = property(lambda self: 1 / 0)", "ZeroDivisionError"),
        ("def __init__(self): raise SystemExit(0)", "SystemExit"),
    ],
)
def test_wrong_declaration_names_the_model(model, line, message):
    with pytest.raises(ConfigError, match=message):
        model(line)


FORMER = [
    ("heeds_items = False", "honors_item_count", False),
    ("incidental = {'threads'}", "excluded_from_signature", {"threads"}),
    ("spread = False", "distributable", False),
    ("def __init__(self): self.spread = False", "distributable", False),
    ("spread = property(lambda self: False)", "distributable", False),
]


@pytest.mark.parametrize("base", ["", "Model", "Recorded"])
@pytest.mark.parametrize(("line", "name", "value"), FORMER)
def test_former_names_of_attributes_are_accepted(model, line, name, value, base):
    assert getattr(model(line, base=base).model, name) == value


def test_former_name_that_is_computed_is_accepted(model):
    line = "__getattr__ = lambda self, n: False if n == 'spread' else self.__getattribute__(n)"
    assert model(line).model.distributable is False


@pytest.mark.parametrize("base", ["", "Model"])
def test_current_name_of_an_attribute_takes_precedence(model, base):
    line = "heeds_items, honors_item_count = False, True"
    assert model(line, base=base).model.honors_item_count is True
    subclass = model("heeds_items = False", base=base, more="honors_item_count = True")
    assert subclass.model.honors_item_count is True


def test_parameters_excluded_by_a_former_name_are_not_in_the_signature(model):
    line = "def __init__(self, threads=1): pass"
    assert "threads" in model(line).signature
    excluded = f"incidental = frozenset({{'threads'}})\n    {line}"
    assert "threads" not in model(excluded).signature


@pytest.mark.parametrize(
    "line",
    [
        "def notes(self, dataset): return 1 / 0",
        "def cost(self, i, o): raise SystemExit(1)",
        "def cost(self, i, o): return 'a lot'",
        "def notes(self, dataset): return None",
    ],
)
def test_irrelevant_attributes_cost_no_score(model, line):
    spec = model(line)
    assert spec.cost(1, 1) is None
    assert all("notes of model 'm'" in note for note in spec.notes([ARTICLE]))
    (output,) = spec.predict([ARTICLE], TASKS["summary"])
    assert output.items == ("x",)


def test_model_that_cannot_say_whether_it_applies_fails_on_the_article(model):
    spec = model("def applies(self, article, task): return article.nothing")
    assert spec.applies(ARTICLE, TASKS["summary"])
    with pytest.raises(AttributeError):
        spec.predict([ARTICLE], TASKS["summary"])


def test_object_that_can_be_called_is_a_function(model):
    (output,) = model(attribute="called").predict([ARTICLE], TASKS["summary"])
    assert output.items == ("T",)


def test_log_that_a_constructor_opens_is_no_part_of_the_model(model):
    # Times of files lag behind the clock by milliseconds.
    line = (
        "def __init__(self):\n        import time; time.sleep(0.03)\n"
        "        with open('started.log', 'a') as log: log.write('started')"
    )
    assert model(line).identity.text == model(line).identity.text
