"""The parameters of every component have a type, a default and a meaning."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal

import pytest
from typer.testing import CliRunner

from bench.cli import app
from bench.metrics import METRICS
from bench.metrics.similarity import SIMILARITIES
from bench.models import MODELS
from bench.parameters import parameters_of
from bench.raters.judging.questions import SYSTEM

NAMES = [(r, n) for r in (MODELS, METRICS, SIMILARITIES) for n in r.builtin]
Size = Literal["small", "large"]


@dataclass
class Base:
    """A base.

    Attributes:
        size: the size
            of it, in words: any.
        first, second: two of
            a kind.
    """

    size: Size = "small"
    first: int = 1
    second: dict[str, int] = field(default_factory=lambda: {"a": 1})


@dataclass
class Derived(Base):
    """Derived.

    Attributes:
        first: its own meaning.

    Raises:
        ValueError: never.
    """

    silent: float | None = None


class Plain:
    def __init__(self, width: int, *rest: int, **more: int) -> None:
        """Plain.

        Args:
            width (int): the width.
        """


def function(article, task, n: int = 2):
    """Words.

    Args:
        article: not a parameter.
        n: how many.
    """


def shown(name):
    return [tuple(vars(each).values()) for each in parameters_of(MODELS, f"{__name__}:{name}")]


def test_meanings_are_inherited_and_replaced():
    assert shown("Derived") == [
        ("size", "'small' | 'large'", "small", "the size of it, in words: any."),
        ("first", "int", "1", "its own meaning."),
        ("second", "dict[str, int]", "built in", "two of a kind."),
        ("silent", "float | None", "none", ""),
    ]


def test_constructors_and_functions_are_read():
    assert shown("Plain") == [("width", "int", "required", "the width.")]
    assert shown("function") == [("n", "int", "2", "how many.")]


@pytest.mark.parametrize(
    ("registry", "name"), NAMES, ids=lambda value: getattr(value, "kind", value)
)
def test_every_parameter_of_a_shipped_component_has_a_meaning(registry, name):
    found = parameters_of(registry, name)
    assert [each.name for each in found if not each.meaning] == []
    assert [each.name for each in found] == [
        key for key, of in registry.parameters(name).items() if of.kind not in {2, 4}
    ]


def listed(*arguments):
    return CliRunner().invoke(app, ["list", *arguments])


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ["models", "causal"],
            ["max_new_tokens", "int; default: 512", "checkpoint", "str; required"],
        ),
        (["models", "--model", "causal"], ["int; default: 512"]),
        (["metrics", "coverage@0.7"], ["at", "float; default: 0.7 (set by the name)"]),
        (["similarities", "chrf"], ["No parameters."]),
    ],
)
def test_list_shows_the_parameters_of_a_name(arguments, lines):
    done = listed(*arguments)
    assert done.exit_code == 0
    assert all(line in done.output for line in lines)


def test_lines_of_a_default_are_shown_as_lines():
    lines = SYSTEM.splitlines()
    assert len(lines) > 2
    wide = CliRunner().invoke(app, ["list", "raters", "judge"], env={"COLUMNS": "200"})
    shown = [line.strip() for line in wide.output.splitlines()]
    start = shown.index(lines[0])
    assert shown[start : start + len(lines)] == lines
    assert "<br>" in listed("raters", "judge", "-f", "markdown").output
    assert "\\n" not in listed("raters", "judge", "-f", "markdown").output


def test_list_writes_parameters_as_json():
    found = json.loads(listed("models", "endpoint", "-f", "json").output)["parameters"]
    (limit,) = (each for each in found if each["name"] == "max_tokens")
    assert limit == {
        "name": "max_tokens",
        "type": "int",
        "default": "1024",
        "meaning": "maximum number of new tokens.",
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["models", "causl"], "unknown model 'causl'; did you mean 'causal'?"),
        (["metrics", "rogueL"], "did you mean"),
        (["tasks", "summary"], "have no parameters; give models, metrics, similarities, raters"),
    ],
)
def test_names_without_parameters_are_refused(arguments, told):
    done = listed(*arguments)
    assert told in str(done.exception)
