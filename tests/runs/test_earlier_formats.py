"""Run directories of earlier releases are read by every verb, and say what they said then.

The directories below ``earlier`` are never written anew: each is as its release wrote it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import write_rows

EARLIER = Path(__file__).parent / "earlier"
DIRECTORIES = sorted(path.name for path in EARLIER.iterdir())
ONLY = "Only runs with"
WITHOUT_LABELS = "Only runs with no labels"
READING = {
    "show": (),
    "show --worst": ("--worst", "2"),
    "show --model": ("--model", "lead"),
    "show --diff": ("--diff", "run"),
    "compare": (),
    "leaderboard": (),
    "power": (),
    "check": ("--baseline", "run"),
    "report": ("--output", "report.html"),
    "report --format": ("--format", "markdown"),
}


@pytest.fixture(params=DIRECTORIES)
def run(request, tmp_path):
    return shutil.copytree(EARLIER / request.param, tmp_path / "run")


@pytest.mark.slow
@pytest.mark.parametrize("verb", READING)
def test_every_verb_reads_it(verb, run, here):
    articles = json.loads((run / "results.json").read_text())["dataset"]["articles"]
    if verb == "power" and articles < 2:
        pytest.skip("power needs two articles")
    name, *_ = verb.split()
    done = here(name, run, *READING[verb])
    assert done.returncode == 0, done.stderr


def test_leaderboard_of_an_earlier_format_is_its_results(run, here):
    shown = here("leaderboard", run, "--format", "json").stdout
    assert json.loads(shown) == json.loads((run / "results.json").read_text())


def test_columns_of_an_earlier_format_are_those_that_are_documented(run):
    documented = (Path(__file__).parents[2] / "docs/files.md").read_text()
    for file in run.glob("*.parquet"):
        _, _, section = documented.partition(f"### `{file.name}`")
        rows = [line for line in section.split("\n#")[0].splitlines() if line.startswith("| `")]
        first = [row for row in rows if ONLY not in row]
        assert [row.split("`")[1] for row in first] == pq.read_schema(file).names


@pytest.mark.parametrize("complete", [False, True])
def test_columns_of_today_are_documented_too(articles, rows, here, complete):
    more = (
        {"cluster": "x", "item_labels": {"summary": {"kind": ["fact", "view"]}}} if complete else {}
    )
    write_rows(articles, [{**row, **more} for row in rows])
    assert here("run", "-d", articles, "-m", "lead", "-o", "today").returncode == 0
    documented = (Path(__file__).parents[2] / "docs/files.md").read_text()
    for file in Path("today").glob("*.parquet"):
        _, _, section = documented.partition(f"### `{file.name}`")
        lines = [line for line in section.split("\n#")[0].splitlines() if line.startswith("| `")]
        shown = [
            line for line in lines if ONLY not in line or complete is (WITHOUT_LABELS not in line)
        ]
        assert [line.split("`")[1] for line in shown] == pq.read_schema(file).names
