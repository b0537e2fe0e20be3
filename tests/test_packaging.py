"""The wheel and the source archive, in directories that have nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.distributions import built


@pytest.mark.slow
def test_run_from_the_wheel_is_the_run_from_the_checkout(installation, tmp_path):
    done = subprocess.run(
        ["bench", "run"],
        cwd=tmp_path,
        env=installation.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    baseline = ROOT / "results" / "baseline" / "results.json"
    assert (tmp_path / "results/default/results.json").read_bytes() == baseline.read_bytes()


@pytest.mark.slow
def test_installed_code_is_what_runs(installation, tmp_path):
    script = "import bench; print(bench.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=installation.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == installation.site / "bench" / "__init__.py"


@pytest.mark.slow
def test_wheel_holds_the_package_and_what_it_ships_and_nothing_else(installation):
    site = installation.site
    tops = {path.name.split("-")[0] for path in site.iterdir()}
    assert tops == {"bench", "qgbench", "bin"}
    assert {path.name for path in (site / "bin").iterdir()} == {"bench", "qgbench"}
    for kind in ("configs", "datasets"):
        shipped = {path.relative_to(ROOT / kind) for path in (ROOT / kind).rglob("*.*")}
        packed = site / "bench" / "_shipped" / kind
        assert {path.relative_to(packed) for path in packed.rglob("*.*")} == shipped
    assert (site / "bench" / "py.typed").is_file()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(built("sdist", folder)) as archive:
        # Python before 3.11.4 has no filters, Python 3.12 warns without one.
        options = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(folder, **options)
    (top,) = (path for path in folder.iterdir() if path.is_dir())
    return top


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on an unpacked archive, which has no repository around it.

    Properties are tried on two examples: what the archive lacks does not depend on them.
    """
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "BENCH_EXAMPLES": "2"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_source_archive_has_every_test_and_every_file_that_a_test_reads(unpacked):
    for room in ("bench", "configs", "datasets", "docs", "tests", "results/baseline-briefs"):
        kept = {p.relative_to(ROOT) for p in (ROOT / room).rglob("*.*") if "__py" not in str(p)}
        assert {path for path in kept if not (unpacked / path).exists()} == set()
    read = re.compile(r'ROOT / "([\w./-]+)"')
    named = {n for file in (ROOT / "tests").rglob("*.py") for n in read.findall(file.read_text())}
    assert {name for name in named if not (unpacked / name).exists()} == set()
    assert {"README.md", "LICENSE", "pyproject.toml"} <= {path.name for path in unpacked.iterdir()}


@pytest.mark.slow
def test_tests_pass_from_the_source_archive(unpacked):
    rooms = [
        "tests/text",
        "tests/gate",
        "tests/test_catalog.py",
        "tests/api/test_other_functions.py",
    ]
    done = pytest_in(unpacked, "-m", "not slow", *rooms)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.slow
def test_every_test_of_the_source_archive_can_be_collected(unpacked):
    done = pytest_in(unpacked, "--collect-only", "-qq", "--assert=plain")
    assert done.returncode == 0, done.stdout[-2000:]
    collected = {line.partition(":")[0] for line in done.stdout.splitlines()}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    assert files - collected == set()


@pytest.mark.slow
def test_wheel_from_the_source_archive_is_the_wheel_of_the_checkout(unpacked, tmp_path):
    wheels = []
    for number, source in enumerate((ROOT, unpacked)):
        folder = tmp_path / str(number)
        folder.mkdir()
        wheels.append(built("wheel", folder, source).read_bytes())
    assert wheels[0] == wheels[1]
