"""The gate beside sampling noise."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import bench
from bench.runs.finished import FinishedRun
from tests.comparison.test_more_samples import sampled_run

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

NOTE = re.compile(
    r"; sampling noise is (\d+) % of the variance of the difference, and alone explains up to"
    r" ([\d.e-]+): this (may be|is more than) a lucky draw$"
)


def verdict_of(now, before):
    verdicts = bench.check(now, before, resamples=500).verdicts
    return next(one for one in verdicts if one.model == "one")


def test_two_draws_of_one_model_are_said_to_be_luck():
    before, now = (sampled_run(4, seed=3, noise=noise) for noise in (0.5, 0.49))
    verdict = verdict_of(now, before)
    share, reach, words = NOTE.search(verdict.reason).groups()
    assert abs(verdict.difference) <= float(reach)
    assert words == "may be"
    assert 0 <= int(share) <= 100


def test_change_is_more_than_luck(monkeypatch):
    before = sampled_run(4, seed=3, noise=0.1)
    now = sampled_run(4, seed=3, noise=0.1)
    worse = {
        key: replace(
            own,
            values=own.values - 0.2,
            samples=tuple(one - 0.2 + 0.001 * n for n, one in enumerate(own.samples)),
        )
        for key, own in now.all_scores.items()
    }
    monkeypatch.setitem(vars(now), "_stored", (worse, now.digests))
    monkeypatch.setattr(type(now), "items_of_samples", lambda *_: None)
    verdict = verdict_of(now, before)
    assert verdict.outcome == "fail"
    assert NOTE.search(verdict.reason)[3] == "is more than"


def test_nothing_is_said_where_one_side_has_one_sample():
    before, now = sampled_run(1, seed=1), sampled_run(4, seed=2)
    assert "sampling" not in verdict_of(now, before).reason
    assert "sampling" not in verdict_of(before, now).reason


def test_unchanged_samples_pass_exactly_and_one_changed_sample_does_not():
    before = sampled_run(3, seed=1)
    same = verdict_of(sampled_run(3, seed=1), before)
    assert (same.outcome, same.method) == ("pass", "exact")
    changed = sampled_run(3, seed=1)
    items = changed.items_of_samples("summary", "one")
    assert {tuple(own) for own in items.values()} == {(0, 1, 2)}
    items["a00"][2] = ("w0",)
    from bench.gate.gated_score import GatedScore
    from bench.gate.margins import Margin

    class Edited(type(changed)):
        def items_of_samples(self, *_):
            return items

    edited = Edited(**{name: getattr(changed, name) for name in changed.__dataclass_fields__})
    subject = GatedScore(edited, before, "summary", "one", "rouge1.f1", Margin(0.0))
    assert not subject.unchanged(("a00", "a01"))
    assert subject.unchanged(("a01",))


def test_clusters_are_the_units_beside_which_noise_is_reported(monkeypatch):
    before, now = (sampled_run(4, articles=24, seed=seed) for seed in (3, 4))
    alone = NOTE.search(verdict_of(now, before).reason)
    monkeypatch.setattr(FinishedRun, "units", lambda _, ids: [f"c{int(a[1:]) % 8}" for a in ids])
    clustered = NOTE.search(verdict_of(now, before).reason)
    assert clustered[1] != alone[1]  # the variance is that of clusters
    assert clustered[2] == alone[2]  # samples stay independent
