"""The fixture, in pytest sessions of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
def test_quality(bench_gate):
    bench_gate("config.yaml", baseline="baseline", margin="1%")
"""
CONFIG = "name: gated\ndataset: nextfin\ntasks: [summary]\nmodels: [{use: MODEL, name: mine}]\n"


@pytest.fixture
def suite(tmp_path: Path):
    (tmp_path / "test_quality.py").write_text(SUITE)

    def call(model: str, *options: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "config.yaml").write_text(CONFIG.replace("MODEL", model))
        command = [sys.executable, "-m", "pytest", "-q", "--rootdir", tmp_path, *options]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return call


@pytest.mark.slow
def test_suite_gates_a_config(suite):
    nothing = suite("lead")
    assert nothing.returncode == 1
    assert "no such baseline; `pytest --bench-update` creates it" in nothing.stdout
    made = suite("lead", "--bench-update")
    assert made.returncode == 0, made.stdout
    assert "bench: baseline was replaced" in made.stdout
    assert suite("lead").returncode == 0
    worse = suite("title")
    assert worse.returncode == 1
    assert "lost 0.4" in worse.stdout
    assert "FAIL: 1 check, 0 pass, 1 fail" in worse.stdout
    assert "Traceback" not in worse.stdout
    assert "Error" not in worse.stdout
    assert suite("title", "--bench-update").returncode == 0
    assert suite("title").returncode == 0


@pytest.mark.slow
def test_config_that_cannot_run_fails_in_plain_words(suite):
    Path("baseline").mkdir()
    Path("baseline/results.json").write_text("{}")
    found = suite("leed")
    assert found.returncode == 1
    assert "config.yaml:4: unknown model 'leed'; did you mean 'lead'" in found.stdout
    assert "Traceback" not in found.stdout
    assert "During handling" not in found.stdout
    update = suite("leed", "--bench-update")
    assert update.returncode == 1
    assert "unknown model 'leed'" in update.stdout
    assert "UnboundLocalError" not in update.stdout


@pytest.mark.slow
def test_missing_baseline_is_said_before_the_config_runs(suite):
    found = suite("leed")  # which would fail
    assert found.returncode == 1
    assert "no such baseline" in found.stdout
    assert "unknown model" not in found.stdout


@pytest.mark.slow
def test_baseline_that_cannot_be_replaced_fails_in_plain_words(suite, tmp_path):
    (tmp_path / "baseline").mkdir()
    (tmp_path / "baseline" / "thesis.tex").write_text("years of work")
    found = suite("lead", "--bench-update")
    assert found.returncode == 1
    assert "baseline: not a run directory; name another" in found.stdout
    assert "Traceback" not in found.stdout
    assert "bench/gate" not in found.stdout
    assert "was replaced" not in found.stdout


@pytest.mark.slow
def test_one_more_metric_needs_no_list(suite, tmp_path):
    (tmp_path / "test_quality.py").write_text(SUITE.replace("margin=", "metrics='rouge2', margin="))
    assert suite("lead", "--bench-update").returncode == 0
    found = suite("title")
    assert found.returncode == 1
    assert "FAIL: 2 checks" in found.stdout
