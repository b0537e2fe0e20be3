"""The gate against the recent level of a history instead of one run."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

import bench
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError
from bench.histories.level import recent_level
from bench.histories.read import read_entries
from tests.comparison.made_runs import make_run
from tests.history_runs import METRIC, article_scores, row, write_history

KEY = "questions", "mine", METRIC.name
FINGERPRINT = str(sorted((f"a{n:03}", f"digest of a{n:03}") for n in range(40)))


def history(tmp_path, scores, outcomes=(), **options):
    """A history of one model with scores by run and article."""
    told = dict(outcomes)
    rows = [
        row(
            number,
            {"mine": own},
            fingerprint=FINGERPRINT,
            signature=METRIC.signature,
            outcome=told.get(number),
            **options,
        )
        for number, own in enumerate(scores)
    ]
    return write_history(tmp_path / "history.jsonl", rows)


def run_of(tmp_path, scores, name="now", **options):
    return make_run(tmp_path / name, {"mine": scores}, **options)


def scores(levels, seed=0, **options):
    return article_scores(levels, articles=40, seed=seed, **options)


def verdict_on(tmp_path, now, file, **options):
    (verdict,) = bench.check(run_of(tmp_path, now), history=file, **options).verdicts
    return verdict


def test_lucky_run_hardly_raises_the_level(tmp_path):
    levels = [0.0] * 9 + [0.03]
    before = scores(levels, noise=0.02)
    file = history(tmp_path, before)
    now = scores([0.0], seed=9, noise=0.02)[0]
    verdict = verdict_on(tmp_path, now, file, margins=0.03)
    assert verdict.before == pytest.approx(before.mean(), abs=1e-9)
    assert verdict.outcome == "pass"
    lucky = run_of(tmp_path, before[-1], "lucky")
    assert bench.check(tmp_path / "now", lucky, margins=0.03).outcome != "pass"


@pytest.mark.parametrize(("change", "outcome"), [(-0.1, "fail"), (0.1, "pass"), (0.0, "pass")])
def test_loss_against_the_level_fails(tmp_path, change, outcome):
    file = history(tmp_path, scores(np.zeros(10)))
    assert verdict_on(tmp_path, scores([change], seed=5)[0], file, margins=0.05).outcome == outcome


def test_failed_runs_do_not_lower_the_level(tmp_path):
    levels = [0.0] * 6 + [-0.2] * 4
    file = history(tmp_path, scores(levels), [(n, "fail") for n in range(6, 10)])
    verdict = verdict_on(tmp_path, scores([-0.2], seed=5)[0], file, margins=0.05)
    assert verdict.outcome == "fail"


def test_accepted_run_begins_a_new_level(tmp_path):
    levels = [0.0] * 6 + [-0.2] * 4
    file = history(tmp_path, scores(levels), [(6, "accepted")])
    verdict = verdict_on(tmp_path, scores([-0.2], seed=5)[0], file, margins=0.05)
    assert verdict.outcome == "pass"


def test_accepted_run_on_another_dataset_changes_nothing(tmp_path):
    before = scores([0.0] * 6)
    file = history(tmp_path, before)
    other = row(99, {"mine": before[0]}, fingerprint="sha256:z", outcome="accepted")
    other = other.model_copy(
        update={"dataset": other.dataset.model_copy(update={"name": "another"})}
    )
    with file.open("a", encoding="utf-8") as stream:
        stream.write(other.line())
    assert verdict_on(tmp_path, before[0], file).before == pytest.approx(before.mean())


def test_level_begins_where_the_score_last_changed(tmp_path):
    before = scores([0.0] * 10 + [0.2] * 5)
    file = history(tmp_path, before)
    report = bench.check(run_of(tmp_path, scores([0.2], seed=5)[0]), history=file, margins=0.05)
    (verdict,) = report.verdicts
    assert verdict.before == pytest.approx(before[10:].mean())
    assert verdict.outcome == "pass"
    commit = row(10, {"mine": before[0]}).commit
    assert any(f"the level is that since {commit}" in note for note in report.notes)


def test_level_is_that_of_the_most_recent_runs(tmp_path):
    before = scores(np.zeros(20))
    file = history(tmp_path, before)
    for recent in (1, 3, 10):
        level = recent_level(
            run_of(tmp_path, before[0], f"now-{recent}"),
            read_entries([str(file)]),
            "history",
            recent=recent,
        )
        assert np.allclose(level.values(*KEY).values, before[-recent:].mean(axis=0))
        assert level.spread[KEY].runs == recent


def test_unchanged_scores_pass_exactly(tmp_path):
    before = scores([0.0] * 10, noise=0)
    file = history(tmp_path, before)
    verdict = verdict_on(tmp_path, before[0], file)
    assert (verdict.outcome, verdict.method) == ("pass", "exact")


def test_drift_is_noted(tmp_path):
    file = history(tmp_path, scores(np.linspace(0, -0.1, 60)))
    report = bench.check(run_of(tmp_path, scores([-0.1], seed=5)[0]), history=file, margins=0.05)
    assert any("drifts slowly, by -0." in note for note in report.notes)


def shared_noise(tmp_path, sd, level=0.0):
    rng = np.random.default_rng(1)
    before = scores(np.zeros(10), noise=0.005, shared=rng.normal(0, sd, 10))
    return history(tmp_path, before), scores([level], noise=0.005, seed=5)[0]


def test_noise_of_whole_runs_may_explain_a_loss(tmp_path):
    file, now = shared_noise(tmp_path, 0.05, -0.06)
    verdict = verdict_on(tmp_path, now, file, margins=0.01)
    assert verdict.outcome == "inconclusive"
    assert "runs of this level differ by 0.0" in verdict.reason
    assert verdict.reason.endswith("which may explain it")
    file, now = shared_noise(tmp_path, 0.05, -0.5)
    (tmp_path / "far").mkdir()
    verdict = verdict_on(tmp_path / "far", now, file, margins=0.01)
    assert verdict.outcome == "fail"


@pytest.mark.parametrize("level", [-0.3, -0.12, -0.06, 0.0, 0.05, 0.2])
@pytest.mark.parametrize("margin", [0.01, 0.1])
def test_interval_p_value_and_verdict_agree(tmp_path, level, margin):
    file, now = shared_noise(tmp_path, 0.04, level)
    verdict = verdict_on(tmp_path, now, file, margins=margin)
    inside = verdict.interval.low <= -margin <= verdict.interval.high
    assert (verdict.outcome == "inconclusive") == inside
    assert (verdict.p_adjusted > 0.05) == inside
    assert verdict.p_value <= verdict.p_adjusted
    assert verdict.interval.low < verdict.difference < verdict.interval.high


def test_false_alarms_of_noise_that_runs_share_are_rare(tmp_path):
    fails = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        noise = rng.normal(0, 0.05, 11)
        made = scores(np.zeros(11), noise=0.02, shared=noise, seed=seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        fails += verdict_on(folder, made[-1], history(folder, made[:-1])).outcome == "fail"
    assert fails <= norm.ppf(0.999) * np.sqrt(30 * 0.025) + 30 * 0.025


def test_level_needs_a_comparable_run(tmp_path):
    file = history(tmp_path, scores(np.zeros(3)))
    other = run_of(tmp_path, scores([0.0])[0], "other", items=4)
    with pytest.raises(RunDirectoryError, match="asked for 4 items, before for 16; --update"):
        bench.check(other, history=file)
    smaller = run_of(tmp_path, article_scores([0.0], articles=20)[0], "smaller")
    with pytest.raises(
        RunDirectoryError, match=r"the dataset changed \(40 articles before, 20 now"
    ):
        bench.check(smaller, history=file)


def test_runs_that_are_not_comparable_are_left_out_of_the_level(tmp_path):
    before = scores(np.zeros(6))
    rows = [
        row(n, {"mine": own}, fingerprint=FINGERPRINT, items=16 if n % 2 else 4)
        for n, own in enumerate(before)
    ]
    file = write_history(tmp_path / "history.jsonl", rows)
    verdict = verdict_on(tmp_path, before[1], file)
    assert verdict.before == pytest.approx(before[1::2].mean())


def test_score_without_the_scores_of_articles_cannot_be_checked(tmp_path):
    file = history(tmp_path, scores(np.zeros(3)), keep=False)
    with pytest.raises(RunDirectoryError, match="keeps the articles' scores of no score"):
        bench.check(run_of(tmp_path, scores([0.0])[0]), history=file)
    named = history(tmp_path, scores(np.zeros(3)))
    with pytest.raises(UnknownNameError, match="record runs with --metric rougeL to check it"):
        bench.check(tmp_path / "now", history=named, metrics=["rougeL"])


def test_run_that_lacks_the_model_fails(tmp_path):
    file = history(tmp_path, scores(np.zeros(3)))
    other = make_run(tmp_path / "other", {"mine": scores([0.0])[0], "new": scores([0.0])[0]})
    assert {v.model for v in bench.check(other, history=file).verdicts} == {"mine"}
    lacking = make_run(
        tmp_path / "lacking",
        {"mine": scores([0.0])[0][:30]},
        digests={f"a{n:03}": f"digest of a{n:03}" for n in range(40)},
    )
    (verdict,) = bench.check(lacking, history=file).verdicts
    assert (verdict.outcome, verdict.method) == ("fail", "missing")


def test_recorded_run_is_not_part_of_its_own_level(tmp_path):
    before = scores(np.zeros(5))
    file = history(tmp_path, before)
    run = run_of(tmp_path, before[0] - 0.3)
    first = bench.check(run, history=file)
    assert bench.record(run, file, outcome="inconclusive")
    again = bench.check(run, history=file)
    assert again.verdicts == first.verdicts


def test_baseline_and_history_exclude_each_other(tmp_path):
    run = run_of(tmp_path, scores([0.0])[0])
    for options in ({}, {"baseline": run, "history": "history.jsonl"}):
        with pytest.raises(ConfigError, match="either a baseline or a history"):
            bench.check(run, **options)
    with pytest.raises(ConfigError, match="rescore applies to a baseline only"):
        bench.check(run, history="history.jsonl", rescore=True)
