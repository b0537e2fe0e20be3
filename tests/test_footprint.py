"""The core install is small, declared, and free of copyleft."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.conftest import ROOT
from tests.footprint import Installed, closure, core_requirements, normalised

MOST_DISTRIBUTIONS = 42  # the project among them
MOST_BYTES = 420_000_000
OPTIONAL = {"pytest"}
"""Imported by a plug-in of pytest only, which pytest loads."""


@pytest.fixture(scope="module")
def core() -> list[Installed]:
    return closure(core_requirements())


def test_there_are_few_distributions_of_little_size(core):
    assert len(core) + 1 <= MOST_DISTRIBUTIONS
    assert len(core) > 25
    assert 200_000_000 < sum(one.size for one in core) < MOST_BYTES


def test_none_is_copyleft_and_every_licence_is_known(core):
    assert [one.name for one in core if one.is_copyleft] == []
    assert [one.name for one in core if not one.licences] == []


@pytest.mark.parametrize("name", ["sumy", "yake", "pycountry", "docopt", "setuptools", "pandas"])
def test_what_was_dropped_does_not_come_back(core, name):
    assert name not in {normalised(one.name) for one in core}


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("GPL-3.0-only", True),
        ("LGPLv3", True),
        ("AGPL-3.0", True),
        ("License :: OSI Approved :: GNU Lesser General Public License v2 (LGPLv2)", True),
        ("GNU General Public License", True),
        ("Apache-2.0", False),
        ("MPL-2.0 AND MIT", False),
        ("Python Software Foundation License", False),
    ],
)
def test_copyleft_is_known_by_its_names(licence, expected):
    assert Installed("x", 0, (licence,)).is_copyleft is expected


def test_all_that_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"]]
    texts += [text for name, of in extras.items() if name != "test" for text in of]
    declared = {normalised(text.partition(">")[0].partition("[")[0]) for text in texts}
    known = packages_distributions()
    undeclared = {
        module
        for module in imported_modules()
        if module not in OPTIONAL
        and declared.isdisjoint({normalised(name) for name in known.get(module, [module])})
    }
    assert undeclared == set()


def imported_modules() -> set[str]:
    """The top-level modules of others that the package imports anywhere."""
    found = set()
    for file in (ROOT / "bench").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            found |= {name.partition(".")[0] for name in names}
    return found - set(sys.stdlib_module_names) - {"bench"}
