"""Under what predictions came about: each version that counts, and nothing else."""

from __future__ import annotations

from importlib.metadata import version
from types import SimpleNamespace

import pytest

from bench.runs.origins import Origin, read_origin, versions_of, write_origin
from bench.text.items import PARSER_VERSION


def versions(made_with=(), parses_text=False):
    model = SimpleNamespace(made_with=made_with, parses_text=parses_text)
    return versions_of(SimpleNamespace(model=model))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ({}, {}),
        ({"made_with": ("numpy",)}, {"numpy": version("numpy")}),
        ({"parses_text": True}, {"parser of items": str(PARSER_VERSION)}),
        (
            {"made_with": ("numpy", "no-such"), "parses_text": True},
            {
                "numpy": version("numpy"),
                "no-such": "not installed",
                "parser of items": str(PARSER_VERSION),
            },
        ),
    ],
)
def test_versions_are_those_of_what_it_is_made_with_and_of_the_parser(model, expected):
    assert versions(**model) == expected


def test_version_of_the_parser_is_the_current_one(monkeypatch):
    monkeypatch.setattr("bench.runs.origins.PARSER_VERSION", 999)
    assert versions(parses_text=True) == {"parser of items": "999"}


def test_differences_are_of_what_both_know():
    origin = Origin(versions={"torch": "1, 3", "numpy": "2", "gone": "1"})
    now = {"torch": "3", "numpy": "3", "new": "1"}
    assert origin.differences(now) == {"numpy": ("2", "3")}
    assert Origin(versions={"torch": "11"}).differences({"torch": "1"}) == {"torch": ("11", "1")}


def test_versions_joined():
    origin = Origin(versions={"torch": "1", "gone": "1"}, signature="s", written=("f",))
    joined = origin.with_versions({"torch": "2", "new": "1"})
    assert joined.versions == {"torch": "1, 2", "gone": "1", "new": "1"}
    assert (joined.signature, joined.written) == ("s", ("f",))
    assert joined.with_versions({"torch": "1"}).versions["torch"] == "1, 2"


def test_origin_is_read_as_it_was_written(tmp_path):
    file = tmp_path / "predictions" / "m.summary.origin.json"
    assert read_origin(file) is None
    origin = Origin(signature="s", versions={"torch": "1"}, written=("/log",))
    write_origin(file, origin)
    assert read_origin(file) == origin
    file.write_text("{")
    assert read_origin(file) is None
