"""``bench merge``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def shards(bench, articles):
    for number in (1, 2):
        done = bench("run", "-d", articles, "-m", "lead", "--shard", f"{number}/2")
        assert done.returncode == 0, done.stderr
    return "results/default-1-of-2", "results/default-2-of-2"


def test_shards_are_run_into_directories_of_their_own_and_joined(bench, articles, shards):
    bench("run", "-d", articles, "-m", "lead", "-o", "whole")
    done = bench("merge", *shards, "--output", "joint")
    assert done.returncode == 0, done.stderr
    assert "lead" in done.stdout
    assert Path("joint/results.json").read_bytes() == Path("whole/results.json").read_bytes()


def test_faults_are_one_line_each_and_nothing_is_written(bench, shards):
    done = bench("merge", shards[0], shards[0], "--output", "joint")
    assert done.returncode == 2
    assert done.stderr.startswith("error: article ")
    assert not Path("joint").exists()


@pytest.mark.slow
def test_one_run_is_refused(bench, shards):
    done = bench("merge", shards[0], "--output", "joint")
    assert done.returncode == 2
    assert "merging takes two runs or more" in done.stderr


def test_results_are_printed_as_data(bench, shards):
    done = bench("merge", *shards, "-o", "joint", "--name", "news", "--format", "json")
    assert json.loads(done.stdout)["dataset"]["name"] == "news"
