"""One adapter serves models, metrics and similarities: attributes are declared once."""

from __future__ import annotations

import pytest

from bench.adapter import Adapter
from bench.errors import ConfigError
from bench.metrics.adapter import MetricContract
from bench.metrics.similarity import SimilarityContract
from bench.models.adapter import ModelContract

CONTRACTS: tuple[Adapter, ...] = (ModelContract(), MetricContract(), SimilarityContract())
VALID = {"tasks": ("summary",), "role": "floor", "range": (0.0, 2.0), "fields": ("a", "b")}
NAMES = {"by_task", "excluded_from_signature", "made_with"}
DECLARED = [(c, a) for c in CONTRACTS for a in c.attributes]


def a_function(first, second):
    """Does nothing."""


def with_attribute(contract, attribute, value, *, function=False):
    """A function or a plain class of that kind that sets one attribute."""
    if function:

        def source(first, second):
            return a_function(first, second)

        setattr(source, attribute, value)
        return source
    body = {contract.method: a_function, "tasks": ("summary",), attribute: value}
    return type("Plain", (), body)()


def valid_value(attribute):
    if attribute.expected == "True or False":
        return attribute.name != "is_mean"  # not the default, so that it shows
    return VALID.get(attribute.name, ("x",) if attribute.name in NAMES else "text")


@pytest.mark.parametrize(("contract", "attribute"), DECLARED)
def test_plain_class_passes_on_each_declared_attribute(contract, attribute):
    value = valid_value(attribute)
    adapted = contract.adapt(with_attribute(contract, attribute.name, value), "mine")
    taken = attribute.taken_from != "nothing"
    assert (getattr(adapted, attribute.name, None) == value) is taken


@pytest.mark.parametrize(("contract", "attribute"), DECLARED)
def test_function_passes_on_the_attributes_that_it_may_have(contract, attribute):
    value = valid_value(attribute)
    source = with_attribute(contract, attribute.name, value, function=True)
    adapted = contract.adapt(source, "mine")
    taken = attribute.taken_from == "classes and functions"
    assert (getattr(adapted, attribute.name, None) == value) is taken


@pytest.mark.parametrize(
    ("contract", "attribute"),
    [(c, a) for c, a in DECLARED if a.expected and a.taken_from != "nothing"],
)
def test_invalid_value_of_any_attribute_is_refused(contract, attribute):
    source = with_attribute(contract, attribute.name, 5j)
    message = rf"{contract.kind} 'mine': `{attribute.name}` must be "
    with pytest.raises(ConfigError, match=message):
        contract.adapt(source, "mine")


@pytest.mark.parametrize("contract", CONTRACTS)
def test_anything_else_is_refused_with_the_way_to_implement_it(contract):
    for wrong in (5, object(), type("Empty", (), {})):
        with pytest.raises(ConfigError, match=rf"does not implement .*`?{contract.method}\("):
            contract.check(wrong, "mine")


@pytest.mark.parametrize(
    ("low", "high", "is_valid"),
    [(0, 1, True), (None, 1, True), (0, None, True), (1, 0, False), (float("nan"), 1, False)],
)
def test_range_has_its_lower_end_first(low, high, is_valid):
    source = with_attribute(MetricContract(), "range", (low, high))
    if is_valid:
        assert MetricContract().adapt(source, "mine").range == (low, high)
        return
    with pytest.raises(ConfigError, match="`range` must be"):
        MetricContract().adapt(source, "mine")
