"""`bench compare`, `bench power` and `bench check` as a user meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from tests.comparison.made_runs import make_run, scores_of


@pytest.fixture
def run(tmp_path: Path) -> Path:
    models = {"mine": scores_of(40, 1, 0.1), "theirs": scores_of(40, 2), "old": scores_of(40, 3)}
    return make_run(tmp_path / "run", models).path


def test_comparison_in_every_format(bench, run):
    table = bench("compare", run)
    assert table.returncode == 0, table.stderr
    assert "* significant: by chance alone" in table.stdout
    assert table.stdout.splitlines()[3].split()[:2] == ["1", "mine"]
    record = json.loads(bench("compare", run, "--format", "json").stdout)
    (compared,) = record["comparisons"]
    assert record["tests"] == 3
    assert {"difference", "low", "high", "p", "p_holm", "wins", "effect_size"} <= set(
        compared["pairs"][0]
    )
    rows = list(csv.DictReader(io.StringIO(bench("compare", run, "-f", "csv").stdout)))
    assert [float(row["p_holm"]) for row in rows] == [p["p_holm"] for p in compared["pairs"]]
    assert bench("compare", run, "-f", "markdown").stdout.startswith("### questions")
    assert r"\begin{tabular}" in bench("compare", run, "-f", "latex").stdout


@pytest.mark.slow
def test_too_many_tests_for_the_draws_are_told(bench, run):
    few = bench("compare", run, "--resamples", "100", "--confidence", "0.999")
    assert "no difference can be significant with 3 tests: give --resamples 10000" in few.stdout
    options = ("--resamples", "100", "--confidence", "0.99", "--correction", "holm")
    few = bench("compare", run, *options)
    assert "no difference can be significant with 3 tests: give --resamples 3000" in few.stdout
    assert "or --correction max-t" in few.stdout.replace("\n", " ")
    assert "no difference can be" not in bench("compare", run, "--confidence", "0.999").stdout


def test_power_answers_and_draws(bench, run):
    shown = bench("power", run, "--effect", "0.01")
    assert shown.returncode == 0, shown.stderr
    assert "40 articles detect a true difference of" in shown.stdout
    assert "█" in shown.stdout
    record = json.loads(bench("power", run, "--effect", "0.01", "-f", "json").stdout)
    assert record["scores"][0]["needed"] > 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shift", "options", "code"),
    [
        (0.0, (), 0),
        (0.0, ("--strict",), 3),
        (-0.3, (), 1),
        (-0.3, ("--margin", "0.5"), 0),
    ],
)
def test_exit_codes(bench, run, tmp_path, shift, options, code):
    models = {
        "mine": scores_of(40, 11, 0.1 + shift),
        "theirs": scores_of(40, 12, shift),
        "old": scores_of(40, 13, shift),
    }
    now = make_run(tmp_path / "now", models).path
    checked = bench("check", now, "--baseline", run, *options)
    assert checked.returncode == code, checked.stdout + checked.stderr
    assert checked.stdout.splitlines()[-1].startswith(
        {0: "PASS" if shift else "INCONCLUSIVE", 1: "FAIL", 3: "INCONCLUSIVE"}[code]
    )


def test_check_leaves_what_ci_systems_read(bench, run, tmp_path):
    worse = make_run(tmp_path / "now", {"mine": scores_of(40, 1, -0.2)}).path
    job = tmp_path / "job.md"
    job.write_text("before\n")
    checked = bench(
        "check", worse, "-b", run, "--junit", "out/junit.xml", GITHUB_STEP_SUMMARY=str(job)
    )
    assert checked.returncode == 1
    assert job.read_text().startswith("before\n### ❌ bench check: FAIL")
    suites = etree.parse(tmp_path / "out" / "junit.xml")
    assert suites.xpath("count(//failure)") == 3
    record = json.loads(bench("check", worse, "-b", run, "-f", "json").stdout)
    assert (record["verdict"], record["counts"]["fail"]) == ("fail", 3)


def test_margins_stand_in_the_config(bench, tmp_path):
    before = make_run(tmp_path / "before", {"mine": [0.4]}).path
    now = make_run(tmp_path / "now", {"mine": [0.39]}, margins={"coverage@0.5": "5%"}).path
    assert bench("check", now, "-b", before).returncode == 0
    assert bench("check", now, "-b", before, "--margin", "coverage@0.5=0").returncode == 1


def test_update_shows_and_then_renews(bench, run, tmp_path):
    first = bench("check", run, "-b", "base")
    assert first.returncode == 2
    assert "add --update" in first.stderr
    assert bench("check", run, "-b", "base", "--update").returncode == 0
    worse = make_run(tmp_path / "now", {"mine": scores_of(40, 1, -0.2)}).path
    renewed = bench("check", worse, "-b", "base", "--update")
    assert renewed.returncode == 0
    assert "significant regression" in renewed.stdout
    assert "base now holds the results of" in renewed.stderr
    assert bench("check", worse, "-b", "base").returncode == 0


def test_incomparable_runs_are_exit_2_in_one_line(bench, run, tmp_path):
    other = make_run(tmp_path / "other", {"mine": scores_of(40, 1)}, items=8).path
    for verb in (("check", other, "-b", run), ("compare", run, other)):
        refused = bench(*verb)
        assert refused.returncode == 2
        assert len(refused.stderr.splitlines()) == 1
        assert "items" in refused.stderr
    broken = tmp_path / "run" / "scores.parquet"
    broken.write_bytes(b"PAR1")
    assert "cannot be read" in bench("compare", run).stderr


def test_gate_in_json_has_what_decides(bench, run, tmp_path):
    noise = np.random.default_rng(3).normal(0, 0.02, 40)
    models = {name: scores_of(40, 40 + n) for n, name in enumerate(("mine", "theirs", "old"))}
    models["mine"] = scores_of(40, 11, 0.1) - 0.02 + noise
    now = make_run(tmp_path / "now", models).path

    def checks(*options):
        done = bench("check", now, "-b", run, "-f", "json", *options)
        record = json.loads(done.stdout)
        assert (done.returncode == 1) == (record["verdict"] == "fail")
        return record["per_check"], {one["model"]: one for one in record["checks"]}

    (whole, together), (same, again), (alone, by_themselves) = (
        checks(),
        checks("--simultaneous"),
        checks("--per-check"),
    )
    assert (whole, same, alone) == (False, False, True)
    assert together == again
    for model, one in together.items():
        other = by_themselves[model]
        assert one["p"] == other["p"] == other["p_adjusted"] <= one["p_adjusted"]
        assert one["low"] <= other["low"] <= one["difference"] <= other["high"] <= one["high"]
        assert (one["units"], one["changed"], one["conservative"]) == (40, 40, False)
        decided = one["low"] > 0 or one["high"] < 0
        assert (one["verdict"] == "inconclusive") == (not decided) == (one["p_adjusted"] > 0.05)


def test_pairs_in_json_have_every_p_value(bench, run):
    records = [
        json.loads(bench("compare", run, "-f", "json", "--correction", how).stdout)
        for how in ("max-t", "holm")
    ]
    assert [record["correction"] for record in records] == ["max-t", "holm"]
    stepped, holms = (record["comparisons"][0]["pairs"] for record in records)
    for pair, other in zip(stepped, holms, strict=True):
        assert pair["p"] <= pair["p_adjusted"]
        assert pair["significant"] == (pair["p_adjusted"] <= 0.05)
        assert pair["significant"] == (
            pair["simultaneous_low"] > 0 or pair["simultaneous_high"] < 0
        )
        assert other["p_adjusted"] == other["p_holm"]
        assert other["simultaneous_low"] is None
