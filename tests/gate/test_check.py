"""The gate: the rule, what is missing, and how often it is wrong."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.comparison.power import power_of
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError
from bench.gate.check import check
from bench.gate.margins import Margin, margins
from bench.metrics import metric_named
from bench.runs.finished import FinishedRun
from bench.runs.opening import finished_run
from bench.stats import Sample, contrasts, paired_tests
from tests.comparison.made_runs import make_run, scores_of

BEFORE = scores_of(50)


def verdict_on(tmp_path, now, before=BEFORE, given=(), **options):
    baseline = make_run(tmp_path / "baseline", {"mine": before})
    run = make_run(tmp_path / "run", {"mine": now}, **options)
    (verdict,) = check(run, baseline, margins=margins({}, given)).verdicts
    return verdict


@pytest.mark.parametrize(
    ("change", "given", "outcome"),
    [
        (-0.1, (), "fail"),
        (-0.1, ["0.2"], "pass"),
        (-0.1, ["coverage@0.5=0.2"], "pass"),
        (-0.1, ["90%"], "pass"),
        (-0.1, ["2%"], "fail"),
        (0.1, (), "pass"),
        (0.0, (), "inconclusive"),
        (0.0, ["0.1"], "pass"),
        (-0.02, ["0.021"], "inconclusive"),
    ],
)
def test_rule(tmp_path, change, given, outcome):
    now = BEFORE + change + np.random.default_rng(1).normal(0, 0.01, 50)
    verdict = verdict_on(tmp_path, now, given=given)
    assert verdict.outcome == outcome
    assert verdict.method == "interval"
    pair = contrasts([Sample(now), Sample(BEFORE)], [(0, 1)], limits=[1.0])
    (test,) = paired_tests(pair, margins=[-verdict.margin])
    assert (verdict.interval, verdict.p_value) == (test.interval, test.p_value)
    assert verdict.p_adjusted == verdict.p_value  # the only check of the gate
    assert verdict.difference == pytest.approx(test.difference)
    assert (verdict.units, verdict.changed) == (50, 50)


def test_gate_fails_on_a_rise_where_lower_is_better(tmp_path):
    metric = metric_named("near_duplicates")
    baseline = make_run(tmp_path / "baseline", {"mine": BEFORE}, metric=metric)
    worse = make_run(tmp_path / "worse", {"mine": BEFORE + scores_of(50, 2)}, metric=metric)
    better = make_run(tmp_path / "better", {"mine": BEFORE - scores_of(50, 2)}, metric=metric)
    assert check(worse, baseline).outcome == "fail"
    assert check(better, baseline).outcome == "pass"


@pytest.mark.parametrize(
    ("now", "given", "outcome"),
    [(0.4, (), "pass"), (0.39, (), "fail"), (0.39, ["0.01"], "pass"), (0.39, ["2%"], "fail")],
)
def test_one_article_is_compared_exactly(tmp_path, now, given, outcome):
    verdict = verdict_on(tmp_path, [now], [0.4], given)
    assert (verdict.outcome, verdict.method, verdict.interval) == (outcome, "exact", None)


def test_unchanged_predictions_are_compared_exactly(tmp_path):
    texts = [f"question {n}?" for n in range(50)]
    baseline = make_run(tmp_path / "baseline", {"mine": BEFORE}, written={"mine": texts})
    same = make_run(tmp_path / "same", {"mine": BEFORE}, written={"mine": texts})
    (verdict,) = check(same, baseline).verdicts
    assert (verdict.outcome, verdict.method) == ("pass", "exact")
    # Another score of the same predictions is the metric's doing, however small the difference.
    for difference in (-1e-6, 1e-6):
        scores = {"mine": BEFORE + difference}
        other = make_run(tmp_path / f"{difference}", scores, written={"mine": texts})
        with pytest.raises(
            RunDirectoryError, match=r"not comparable: mine: its predictions are unchanged.*e-06"
        ):
            check(other, baseline)
    other = scores_of(50, 5)
    changed = make_run(tmp_path / "new", {"mine": other}, written={"mine": [*texts[1:], "?"]})
    assert check(changed, baseline).verdicts[0].method == "interval"


def test_equal_scores_with_other_predictions_pass_within_a_margin(tmp_path):
    assert verdict_on(tmp_path, BEFORE.copy(), given=["0.001"]).outcome == "pass"


def test_equal_scores_on_every_article_pass_whatever_was_written(tmp_path):
    verdict = verdict_on(tmp_path, BEFORE.copy())
    assert (verdict.outcome, verdict.reason) == ("pass", "the score of every article is unchanged")


@pytest.mark.parametrize("articles", [2, 3, 5])
@pytest.mark.parametrize(
    ("change", "outcome"), [(-0.3, "fail"), (-0.1, "inconclusive"), (0.3, "inconclusive")]
)
def test_two_to_five_articles_fail_untested_on_a_loss_above_the_margin(
    tmp_path, articles, change, outcome
):
    before = scores_of(50)[:articles]
    verdict = verdict_on(tmp_path, before + change, before, ["0.2"])
    assert (verdict.outcome, verdict.method) == (outcome, "too few")
    assert verdict.reason.startswith("loss, too few articles to test") == (outcome == "fail")
    assert (verdict.interval, verdict.p_value, verdict.p_adjusted) == (None, None, None)


@pytest.mark.parametrize("articles", [50, 200])
@pytest.mark.parametrize("changed", [2, 3, 5])
def test_few_changed_outputs_alone_never_fail(tmp_path, articles, changed):
    before = np.linspace(0.2, 0.6, articles)
    now = before.copy()
    now[:changed] -= 0.2
    verdict = verdict_on(tmp_path, now, before)
    assert (verdict.outcome, verdict.changed) == ("inconclusive", changed)
    assert verdict.interval.low < 0 <= verdict.interval.high
    assert verdict.p_value > 0.05


def test_loss_that_is_not_larger_than_the_margin_does_not_fail(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.02, 200)
    before = scores_of(200)
    at_margin = before - 0.055 + noise - noise.mean()
    verdict = verdict_on(tmp_path, at_margin, before, ["0.055"])
    assert verdict.outcome == "inconclusive"
    assert verdict.interval.high < 0  # surely a loss, but one that is tolerated


def test_gate_fails_on_missing_scores(tmp_path):
    baseline = make_run(tmp_path / "baseline", {"mine": BEFORE, "other": BEFORE})
    fewer = make_run(tmp_path / "fewer", {"mine": BEFORE[:48], "new": BEFORE[:48]})
    report = check(fewer, baseline)
    assert {v.model: v.reason for v in report.verdicts} == {
        "mine": "the run lacks 2 of 50 articles ('a048')",
        "other": "the run lacks the model",
    }
    assert report.outcome == "fail"
    assert "new" in report.notes[0]
    bullets = make_run(tmp_path / "bullets", {"mine": BEFORE}, task="summary")
    assert "lacks the task questions" in check(bullets, baseline).verdicts[0].reason


def test_gate_refuses_incomparable_runs(tmp_path):
    baseline = make_run(tmp_path / "baseline", {"mine": BEFORE})
    more = make_run(tmp_path / "more", {"mine": scores_of(60)})
    with pytest.raises(RunDirectoryError, match="missing in the baseline: 10"):
        check(more, baseline)
    elsewhere = make_run(tmp_path / "x", {"yours": [0.1]}, articles={"yours": ["x"]})
    with pytest.raises(RunDirectoryError, match="no article"):
        check(elsewhere, baseline)


def test_baseline_without_scores_is_no_baseline(tmp_path):
    run = make_run(tmp_path / "run", {"mine": BEFORE})
    with pytest.raises(RunDirectoryError, match="nothing to check: none of its models has a score"):
        check(run, make_run(tmp_path / "empty", {}))


def test_margins_are_read_or_refused(tmp_path):
    assert margins({"rougeL": 0.00001}, ["1e-3"]).named == {"rougeL": Margin(1e-5)}
    found = margins({"rougeL": "2%", "all": 0.5}, ["rougeL.recall=.01", "all=3 %"])
    assert found.named == {"rougeL": Margin(0.02, True), "rougeL.recall": Margin(0.01)}
    assert found.other == Margin(0.03, True)
    for wrong in ("-1", "rougeL=", "two", "1_%", "rougeL=nan", "inf"):
        with pytest.raises(ConfigError, match="give a number or a percentage"):
            margins({}, [wrong])
    with pytest.raises(UnknownNameError, match="coverage"):
        verdict_on(tmp_path, BEFORE, given=["coverag=1"])


@pytest.mark.parametrize(("clusters", "method"), [(8, "interval"), (5, "too few"), (1, "exact")])
def test_clusters_are_the_units_of_the_gate(tmp_path, monkeypatch, clusters, method):
    monkeypatch.setattr(
        FinishedRun, "units", lambda _, ids: [f"c{int(a[1:]) % clusters}" for a in ids]
    )
    before = scores_of(40)
    worse = verdict_on(tmp_path, before - 0.1 + scores_of(40, 3) / 100, before)
    assert (worse.outcome, worse.method, worse.articles, worse.units) == (
        *("fail", method),
        *(40, clusters),
    )
    assert ("cluster" in worse.reason) == (method != "interval")


def test_gate_is_one_decision_unless_each_check_is_one(tmp_path):
    before = {f"m{n}": scores_of(30, n) for n in range(8)}
    now = {f"m{n}": scores_of(30, 100 + n) for n in range(8)}
    baseline, run = make_run(tmp_path / "b", before), make_run(tmp_path / "r", now)
    together, alone = check(run, baseline), check(run, baseline, per_check=True)
    assert not together.notes
    assert "18 % of such gates fail by chance" in alone.notes[0]
    assert check(run, baseline, simultaneous=True).verdicts == together.verdicts
    assert check(run, baseline, simultaneous=False).verdicts == alone.verdicts
    assert (together.per_check, alone.per_check) == (False, True)
    by_model = {v.model: v for v in alone.verdicts}
    for verdict in together.verdicts:
        other = by_model[verdict.model]
        assert verdict.p_value == other.p_value == other.p_adjusted <= verdict.p_adjusted
        assert verdict.interval.low < other.interval.low
    assert any(v.p_adjusted > v.p_value for v in together.verdicts)


@pytest.mark.slow
def test_false_failures_and_detection_are_what_power_promised(tmp_path):
    """250 gates where nothing changed, and 250 on the loss that is to be found 80 % of the time."""
    generator = np.random.default_rng(4)
    size, gates = 50, 250

    def scores(shift: float) -> np.ndarray:
        return np.random.default_rng(99).beta(2, 5, size) + generator.normal(shift, 0.07, size)

    seen = make_run(tmp_path / "seen", {"a": scores(0), "b": scores(0)})
    loss = power_of(seen).scores[0].detectable
    before = {f"m{n}": scores(0) for n in range(gates)}
    baseline = make_run(tmp_path / "baseline", before)
    rates = {}
    for name, shift in (("same", 0.0), ("worse", -loss)):
        now = make_run(tmp_path / name, {f"m{n}": scores(shift) for n in range(gates)})
        rates[name] = check(now, baseline, per_check=True, resamples=2000).count("fail") / gates
    assert rates["same"] <= 0.05
    assert rates["worse"] == pytest.approx(0.8, abs=0.12)  # the spread was estimated from 50, too


@pytest.mark.parametrize(
    ("facts", "words"), [({}, "12 articles"), ({"samples": 3, "outputs": 18}, "12 outputs")]
)
def test_failures_are_of_articles_or_of_their_samples(tmp_path, facts, words):
    baseline = make_run(tmp_path / "baseline", {"mine": BEFORE})
    run = make_run(tmp_path / "run", {"mine": BEFORE}, failed=12)
    file = run.path / "results.json"
    results = json.loads(file.read_text())
    results["tasks"]["questions"]["models"]["mine"].update(facts)
    file.write_text(json.dumps(results))
    notes = check(finished_run(run.path), baseline).notes
    assert f"questions: mine failed on {words}" in notes
