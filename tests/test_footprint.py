"""The core install is small, declared, and free of copyleft: here, and in a fresh environment."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.footprint import (
    Installed,
    all_installed,
    closure,
    core_requirements,
    fresh_environment,
    normalised,
)

MOST_DISTRIBUTIONS = 42  # the project among them
MOST_BYTES = 420_000_000
OPTIONAL = {"pytest"}
"""Imported by a plug-in of pytest only, which pytest loads."""


IMPORT_ALL = """
import importlib, pkgutil, bench
for module in pkgutil.walk_packages(bench.__path__, "bench."):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            print(error.name.partition(".")[0])
"""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the project, installed from the package index."""
    try:
        return fresh_environment(tmp_path_factory.mktemp("fresh"))
    except subprocess.CalledProcessError as error:
        reason = f"cannot install from the package index: {error.stderr}"
        if os.environ.get("BENCH_INDEX") == "required":
            pytest.fail(f"BENCH_INDEX=required, but pip {reason}")
        pytest.skip(f"pip {reason.splitlines()[0]}")


def outside_checkout(python: Path, folder: Path, *arguments: str) -> str:
    """What the interpreter prints, run in a folder and with nothing from this environment."""
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_fresh_install_is_small_and_free_of_copyleft(fresh):
    found = all_installed(fresh)
    assert "qgbench" in [one.name for one in found]
    assert 25 < len(found) <= MOST_DISTRIBUTIONS, [one.name for one in found]
    assert 200_000_000 < sum(one.size for one in found) < MOST_BYTES
    assert [one.name for one in found if one.is_copyleft] == []
    assert [one.name for one in found if not one.licences] == []
    assert "setuptools" not in {normalised(one.name) for one in found}


@pytest.mark.slow
def test_fresh_install_lacks_no_module_but_those_of_extras(fresh, tmp_path):
    known = packages_distributions()
    missing = set(outside_checkout(fresh, tmp_path, "-c", IMPORT_ALL).split())
    assert missing >= OPTIONAL  # or the modules were not imported at all
    for module in missing - OPTIONAL:
        names = {normalised(name) for name in known.get(module, [module])}
        assert names & declared_names(core=False), f"{module} is imported, but no extra has it"


@pytest.mark.slow
def test_fresh_install_runs_and_verifies_the_shipped_config(fresh, tmp_path):
    outside_checkout(fresh, tmp_path, "-m", "bench", "run", "--output", "run")
    assert "rougeL" in outside_checkout(fresh, tmp_path, "-m", "bench", "verify", "run")


@pytest.fixture(scope="module")
def core() -> list[Installed]:
    return closure(core_requirements())


@pytest.mark.slow
def test_distributions_are_few_and_small(core):
    assert len(core) + 1 <= MOST_DISTRIBUTIONS
    assert len(core) > 25
    assert 200_000_000 < sum(one.size for one in core) < MOST_BYTES


def test_none_is_copyleft_and_every_licence_is_known(core):
    assert [one.name for one in core if one.is_copyleft] == []
    assert [one.name for one in core if not one.licences] == []


@pytest.mark.parametrize("name", ["sumy", "yake", "pycountry", "docopt", "setuptools", "pandas"])
def test_dropped_distribution_does_not_come_back(core, name):
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


@pytest.mark.slow
def test_all_that_is_imported_is_declared():
    declared = declared_names(core=True) | declared_names(core=False)
    known = packages_distributions()
    undeclared = {
        module
        for module in imported_modules()
        if module not in OPTIONAL
        and declared.isdisjoint({normalised(name) for name in known.get(module, [module])})
    }
    assert undeclared == set()


def declared_names(*, core: bool) -> set[str]:
    """The distributions that the core, or the extras, require by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = list(project["dependencies"])
    if not core:
        extras = project["optional-dependencies"]
        texts = [text for name, of in extras.items() if name != "test" for text in of]
    return {normalised(text.partition(">")[0].partition("[")[0]) for text in texts}


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
