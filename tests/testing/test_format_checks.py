from __future__ import annotations

import itertools
from types import ModuleType

import pytest

from bench.errors import ConfigError, UnknownNameError
from bench.reports.formats import csv_, json_
from bench.reports.render import FORMATS
from bench.runs.leaderboard import Leaderboard
from bench.testing import ContractError, check_format

_COUNTER = itertools.count()


def failed(format):
    """The checks that a format fails."""
    with pytest.raises(ContractError) as caught:
        check_format(format)
    return [violation.check for violation in caught.value.violations]


def leaderboards_only(result):
    """The leaderboard, and nothing else."""
    if not isinstance(result, Leaderboard):
        raise ConfigError("leaderboards only")
    return csv_.write(result)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_keeps_its_contract(format):
    check_format(format)


@pytest.mark.parametrize(
    "format",
    [
        json_,
        json_.write,
        "bench.reports.formats.json_",
        leaderboards_only,
        f"{__name__}:leaderboards_only",
    ],
)
def test_format_is_accepted_in_every_form(format):
    assert check_format(format) is None


def bytes_of(result):
    """JSON as bytes."""
    return json_.write(result).encode()


def unfinished(_):
    """Never ready."""
    raise NotImplementedError


def refusing(_):
    """Refuses everything."""
    raise ConfigError("no")


def escaping(result):
    """A color."""
    return f"\x1b[1m{json_.write(result)}"


def counting(_):
    """Another number each time."""
    return f"{next(_COUNTER)}\n"


def torn(_):
    """Half a character."""
    return "\ud800"


def undescribed(result):
    return json_.write(result)


@pytest.mark.parametrize(
    ("format", "check"),
    [
        (bytes_of, "output"),
        (unfinished, "output"),
        (refusing, "output"),
        (torn, "output"),
        (escaping, "control_characters"),
        (counting, "repeatable"),
        (undescribed, "description"),
        (3, "made"),
        (ModuleType("empty", "Nothing."), "made"),
        ("bench.tasks", "made"),
    ],
)
def test_broken_promise_is_named_and_no_other(format, check):
    assert failed(format) == [check]


def test_fault_is_told_with_its_place_and_the_kind_of_result():
    with pytest.raises(ContractError, match=r"NotImplementedError.*test_format_checks\.py:\d+"):
        check_format(unfinished)
    with pytest.raises(ContractError, match="got bytes for a leaderboard; expected text"):
        check_format(bytes_of)


def test_module_that_does_not_exist_is_named():
    with pytest.raises(UnknownNameError, match=r"^'no_such_format': no module named"):
        check_format("no_such_format")


def test_module_that_cannot_be_imported_is_named(tmp_path, monkeypatch):
    (tmp_path / "torn_format.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ContractError, match=r"made: 'torn_format' cannot.*torn_format\.py:1"):
        check_format("torn_format")
