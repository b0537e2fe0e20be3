from __future__ import annotations

from pathlib import Path

import pytest

from bench.metrics import STANDARD
from bench.models import MODELS


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("models", list(MODELS.targets)),
        ("metrics", list(STANDARD)),
        ("tasks", ["summary", "questions"]),
        ("datasets", ["nextfin"]),
        ("configs", ["default"]),
    ],
)
def test_one_line_each(bench, kind, names):
    done = bench("list", kind, COLUMNS="300")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines][: len(names)] == names
    assert all(len(line.split()) > 3 for line in lines)


def test_validate_says_what_would_run_and_runs_nothing(bench, articles):
    done = bench("validate", "-d", articles, "-m", "lead", "-m", "random-sentences")
    assert done.returncode == 0, done.stderr
    assert "calls     17" in done.stdout
    assert "questions: 1 of 6 articles have no questions" in done.stdout
    assert not Path("results").exists()


def test_validate_names_every_fault_with_its_line(bench):
    Path("mine.yaml").write_text("name: x\ndataset: nextfin\nmodels: [leed, {use: lead, q: 1}]\n")
    done = bench("validate", "mine.yaml")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert all(line.startswith("error: mine.yaml:3: ") for line in done.stderr.splitlines())
