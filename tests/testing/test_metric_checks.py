from __future__ import annotations

import functools

import pytest

from bench.errors import UnknownNameError
from bench.metrics import METRICS, metric_named
from bench.testing import ContractError, check_metric
from tests.testing import broken_metrics as broken
from tests.testing import misbehaving_metrics as misbehaving
from tests.testing import sound_metrics as sound

NEEDED = {"evaluate": "needs a measure; see tests/test_evaluate_modules.py"}


def failed(metric, **parameters):
    """The checks that a metric fails."""
    with pytest.raises(ContractError) as caught:
        check_metric(metric, **parameters)
    lines = str(caught.value).splitlines()
    assert len(lines) == 1 + len(caught.value.violations)
    assert all(line.startswith("- ") and "; expected " in line for line in lines[1:])
    return [violation.check for violation in caught.value.violations]


@pytest.mark.slow
@pytest.mark.parametrize("name", METRICS.targets)
def test_every_registered_metric_keeps_its_contract(name):
    if name in NEEDED:
        pytest.skip(NEEDED[name])
    check_metric(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rouge3", "set_chrf", "set_token_f1", "coverage@0.7"])
def test_members_of_families_pass(name, fresh_process):
    check_metric(name)


@pytest.mark.slow
@pytest.mark.parametrize(("metric", "check"), [*broken.BROKEN.items(), *misbehaving.BROKEN.items()])
def test_broken_promise_is_named_and_no_other(metric, check):
    assert failed(metric) == [check]


def test_all_broken_promises_are_named_together():
    class Bad:
        def statistics(self, block):
            return [[2.0]] * len(block.predictions)

    assert failed(Bad()) == ["description", "shape"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "metric",
    [
        *(sound.Share, sound.Duck, sound.Corpus, sound.Logging, sound.Distance, sound.half),
        *(sound.WithArguments, sound.share, sound.length, sound.Share(), sound.Duck()),
        *(sound.WithArguments(3), metric_named("set_jaccard")),
        *("tests.testing.sound_metrics:half", "tests.testing.sound_metrics:Duck"),
        functools.partial(sound.share),
    ],
)
@pytest.mark.usefixtures("tmp_path")
def test_sound_metrics_pass_in_every_form(metric):
    assert check_metric(metric) is None


@pytest.mark.slow
def test_parameters_are_passed_on():
    check_metric(sound.WithArguments, length=30)
    assert "range" in failed("tests.testing.broken_metrics:RangeHigh")
    with pytest.raises(UnknownNameError, match="has no parameters"):
        check_metric(sound.Share, width=3)
    with pytest.raises(TypeError, match="an instance; set its parameters where it is created"):
        check_metric(sound.Share(), width=3)


@pytest.mark.parametrize(
    "metric", [object(), object, broken.WrongFields, broken.WrongRange, broken.Unmade]
)
def test_metric_that_cannot_be_built_is_named(metric):
    assert failed(metric) == ["made"]


def test_function_of_one_argument_is_named():
    assert failed(broken.of_one_argument) == ["shape"]


@pytest.mark.slow
def test_metric_without_identity_is_named():
    assert failed(misbehaving.Drawn()) == ["identity"]


def test_class_in_a_function_does_not_pickle():
    class Local(sound.Share):
        """Share."""

    assert failed(Local) == ["pickle"]


@pytest.mark.slow
def test_message_has_what_was_seen_where_and_what_was_expected():
    with pytest.raises(ContractError) as caught:
        check_metric(misbehaving.OddItemsFirstWord)
    (line,) = str(caught.value).splitlines()[1:]
    assert "odd_items: raised IndexError: list index out of range (misbehaving_metrics.py:" in line
    assert line.endswith("; expected scores of an article with blank items")
