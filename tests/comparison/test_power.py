"""Power: ranges of what it predicts, and the verdicts of the gate."""

from __future__ import annotations

import json

import numpy as np
import pytest

import bench
from bench.comparison.power import power_of
from bench.gate.check import check
from bench.gate.margins import margins
from bench.reports.power import statements
from bench.reports.render import render
from bench.runs.finished import FinishedRun
from bench.stats import needed_range, needed_to_pass, power_range, verdict_chances
from tests.comparison.made_runs import make_run, scores_of

TWO = {"one": scores_of(36, 1, 0.02), "two": scores_of(36, 2)}


@pytest.fixture
def run(tmp_path) -> FinishedRun:
    return make_run(tmp_path / "run", TWO)


def test_every_prediction_lies_inside_its_range(run):
    (found,) = power_of(run, effect=0.03).scores
    (pair,) = found.pairs
    for value, (low, high) in (
        (found.detectable, found.detectable_range),
        (found.needed, found.needed_range),
        (pair.detectable, pair.detectable_range),
        (pair.power, pair.power_range),
    ):
        assert low < value < high
    assert all(
        low < value < high for (_, value), (low, high) in zip(found.curve, found.band, strict=True)
    )


def test_observed_difference_is_not_taken_for_the_truth(run):
    (pair,) = power_of(run).scores[0].pairs
    options = (pair.difference, pair.spread, 36)
    expected = needed_range(*options)
    assert pair.needed == expected.estimate
    assert pair.needed_range == (expected.low, expected.high)
    chance = power_range(*options, 36)
    assert (pair.power, pair.power_range) == (chance.estimate, (chance.low, chance.high))


def test_where_the_difference_could_be_nothing_no_number_is_sure_to_be_enough(tmp_path):
    alike = make_run(tmp_path / "run", {"one": scores_of(36, 1), "two": scores_of(36, 2)})
    (pair,) = power_of(alike).scores[0].pairs
    assert pair.needed_range[0] < pair.needed
    assert pair.needed_range[1] is None
    assert "or more" in render(power_of(alike))


@pytest.mark.parametrize(("margin", "loss"), [(0.02, 0.02), ("0.02", 0.02), ("10%", None)])
def test_verdicts_on_a_model_of_equal_quality_are_predicted(run, margin, loss):
    report = bench.power(run, margin=margin)
    (found,) = report.scores
    gate = found.gate
    if loss is None:
        loss = 0.1 * np.mean([np.mean(values) for values in TWO.values()])
    assert gate.margin == pytest.approx(loss)
    chances = verdict_chances(0, gate.margin, found.spread, 36)
    assert (gate.passes, gate.fails) == pytest.approx((chances.passes, chances.fails))
    assert gate.passes + gate.fails + gate.inconclusive == pytest.approx(1)
    assert gate.needed == needed_to_pass(gate.margin, found.spread)
    assert gate.needed_range[0] < gate.needed < gate.needed_range[1]
    words = " ".join(statements(report, found))
    assert f"another model of equal quality passes {100 * gate.passes:.0f} % of the time" in words
    assert f"80 % needs {gate.needed} articles" in words
    record = json.loads(render(report, "json"))["scores"][0]
    assert record["gate"]["passes"] == gate.passes
    assert {"articles", "detectable", "low", "high"} == set(record["curve"][0])


def test_without_a_margin_an_equal_model_passes_by_chance_only(run):
    gate = bench.power(run, margin=0).scores[0].gate
    assert (gate.passes, gate.fails) == pytest.approx((0.025, 0.025))
    assert gate.needed is None
    assert "No number of articles is enough for 80 %." in render(bench.power(run, margin=0))


def test_equal_articles_make_passing_rarer(tmp_path):
    generator = np.random.default_rng(3)
    before = generator.beta(2, 5, 40) / 2
    now = before + np.where(np.arange(40) % 4 == 0, generator.normal(0, 0.2, 40), 0)
    found = bench.power(make_run(tmp_path / "run", {"a": before, "b": now}), margin=0.05).scores[0]
    plain = verdict_chances(0, 0.05, found.spread, 40)
    assert found.gate.passes < plain.passes - 0.1
    assert found.gate.needed > needed_to_pass(0.05, found.spread)
    low, high = found.gate.needed_range
    assert low < found.gate.needed < high


@pytest.mark.parametrize("articles", [2, 5])
def test_too_few_articles_detect_nothing(tmp_path, articles):
    few = {name: values[:articles] for name, values in TWO.items()}
    (found,) = bench.power(make_run(tmp_path / "run", few), margin=0.5).scores
    assert (found.detectable, found.pairs[0].power) == (None, None)
    assert (found.gate.passes, found.gate.fails, found.gate.inconclusive) == (0, 0, 1)
    assert found.gate.needed == 6  # a test needs them, however large the margin
    assert "too few for a test" in render(bench.power(make_run(tmp_path / "again", few)))


def test_stricter_level_needs_more_articles_for_any_test(run):
    assert bench.power(run, effect=10, alpha=0.001).scores[0].needed == 11


def test_clusters_are_the_units(run, monkeypatch):
    alone = power_of(run, effect=0.03).scores[0]
    monkeypatch.setattr(
        FinishedRun, "units", lambda _, articles: [f"c{int(a[1:]) // 4}" for a in articles]
    )
    clustered = power_of(run, effect=0.03).scores[0]
    assert (alone.units, clustered.units, clustered.articles) == (36, 9, 36)
    assert clustered.needed % 4 == 0
    assert clustered.detectable > alone.detectable
    assert "36 articles in 9 clusters detect" in render(power_of(run))


@pytest.mark.slow
def test_verdicts_come_as_often_as_predicted(tmp_path):
    generator = np.random.default_rng(5)
    size, gates = 36, 300

    def scores() -> np.ndarray:
        return np.random.default_rng(99).beta(2, 5, size) + generator.normal(0, 0.05, size)

    before, now = ({f"m{n}": scores() for n in range(gates)} for _ in range(2))
    seen = make_run(tmp_path / "seen", {"a": scores(), "b": scores()})
    spread = 0.05 * np.sqrt(2)
    promised = verdict_chances(0, 0.03, spread, size)
    gate = bench.power(seen, margin=0.03).scores[0].gate
    assert gate.passes == pytest.approx(promised.passes, abs=0.3)  # its spread is of one pair
    report = check(
        make_run(tmp_path / "now", now),
        make_run(tmp_path / "before", before),
        margins=margins({}, ["0.03"]),
        per_check=True,
        resamples=2000,
    )
    assert report.count("pass") / gates == pytest.approx(promised.passes, abs=0.09)
    assert report.count("fail") <= 3
