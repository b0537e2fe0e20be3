"""Raters on the command line."""

from __future__ import annotations

import json

import pytest

CONFIG = """
name: rated
dataset: articles.jsonl
models: [lead]
metrics: [rouge1]
raters:
  - {raters}
"""
WORDS = '"tests.runs.raters_of_tests:words"'
FRAIL = '{use: "tests.runs.raters_of_tests:Fragile", name: frail}'


@pytest.fixture
def config(tmp_path, articles):
    def write(*raters):
        text = CONFIG.replace("{raters}", "\n  - ".join(raters))
        (tmp_path / "c.yaml").write_text(text)
        return "c.yaml"

    return write


def test_raters_of_a_config_are_chosen_by_name(bench, config):
    def columns(*options):
        done = bench("run", config(WORDS, FRAIL), "-o", "out", "--format", "json", *options)
        found = json.loads(done.stdout)["metrics"]
        return done.returncode, sorted(name for name in found if "." in name)

    assert columns() == (4, ["frail.fine", "words.value"])
    assert columns("--rater", "words") == (0, ["words.value"])
    assert columns("--rater", "none") == (0, [])
    done = bench("run", config(WORDS), "-o", "out", "--rater", "wrods")
    assert (done.returncode, "did you mean 'words'" in done.stderr) == (2, True)
    done = bench("run", config(WORDS), "-o", "out", "--rater", "none", "--rater", "words")
    assert (done.returncode, "names or `none`" in done.stderr) == (2, True)


def test_failed_ratings_are_failures_of_the_run(bench, config):
    done = bench("run", config(FRAIL), "-o", "out")
    assert done.returncode == 4
    assert "rater 'frail' failed on 4 of 24 ratings, 'the-harbour' for one: ValueError" in (
        " ".join(done.stderr.split())
    )
    assert "frail.fine: 4 ratings of lead failed (summary)" in done.stderr
    assert "all other scores are kept" in done.stderr
    assert "\x1b[31m" not in done.stderr + done.stdout
    assert "lead: 5 of 6 articles rated: frail.fine" in done.stdout


def test_validate_tells_what_raters_would_rate(bench, config):
    done = bench("validate", config(WORDS, FRAIL), "--import")
    assert done.returncode == 0, done.stderr
    assert "raters    words: value; frail: fine" in done.stdout
    assert "ratings   about 48 (one for each item and what is rated)" in done.stdout
    done = bench("validate", config('"tests.runs.raters_of_tests:nobody"'), "--import")
    assert (done.returncode, done.stderr.count("c.yaml:7: rater")) == (2, 1)
    done = bench("validate", config("{use: yse, checkpoint: a}"))
    assert "c.yaml:7: unknown rater 'yse'; did you mean 'yes'?" in done.stderr


def test_code_of_raters_is_not_imported_before_it_is_allowed(bench, config):
    done = bench("validate", config('"nowhere.to_be:found"'))
    assert done.returncode == 0, done.stderr
    assert "not imported: nowhere.to_be:found (use --import)" in done.stdout


def test_raters_are_listed_with_their_parameters(bench):
    listed = json.loads(bench("list", "raters", "--format", "json").stdout)
    assert [row["name"] for row in listed["names"]] == ["yes", "answer_gain", "entail", "judge"]
    assert "checkpoint" in bench("list", "raters", "entail").stdout
    assert (
        "unknown rater 'ential'; did you mean 'entail'" in bench("list", "raters", "ential").stderr
    )
