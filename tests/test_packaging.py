"""The wheel, built from this checkout, in a directory that has nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_a_run_from_the_wheel_is_the_run_from_the_checkout(installed, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bench", "run"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    baseline = ROOT / "results" / "baseline" / "results.json"
    assert (tmp_path / "results/default/results.json").read_bytes() == baseline.read_bytes()


def test_the_wheel_holds_the_package_and_what_it_ships_and_nothing_else(installed):
    tops = {path.name for path in installed.iterdir()}
    assert {name.split("-")[0] for name in tops} == {"bench", "qgbench"}
    assert (installed / "bench" / "_shipped" / "datasets" / "nextfin" / "test.jsonl").is_file()
    assert (installed / "bench" / "py.typed").is_file()
