"""Verdicts where most units keep their score: as often as the gate itself gives them."""

from __future__ import annotations

import numpy as np
import pytest

from bench.stats import Check, RareChanges, Sample, judge, needed_to_pass, verdict_chances


def rows(trials: int, units: int, share: float, seed: int = 0) -> np.ndarray:
    """Differences that are 0 but for a share of the units."""
    generator = np.random.default_rng(seed)
    return generator.normal(0, 0.25, (trials, units)) * (generator.random((trials, units)) < share)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("units", "share", "times"), [(8, 0.5, 4.0), (20, 0.3, 2.6), (50, 0.1, 4.0), (50, 0.3, 2.6)]
)
def test_gate_passes_as_often_as_predicted(units, share, times):
    spread = 0.25 * np.sqrt(share)
    margin = times * spread / np.sqrt(units)
    changes = RareChanges.of(rows(1, 20_000, share)[0], limit=1.0)
    promised = verdict_chances(0.0, margin, spread, units, changes=changes)
    outcomes = []
    for row in rows(300, units, share, seed=1):
        before = Sample(np.full(units, 0.5))
        check = Check(Sample(0.5 + row), before, range(units), margin=margin, limit=1.0)
        outcomes.append(judge([check], flips=999)[0].outcome)
    assert outcomes.count("pass") / 300 == pytest.approx(promised.passes, abs=0.09)
    assert outcomes.count("fail") / 300 == pytest.approx(promised.fails, abs=0.02)
    plain = verdict_chances(0.0, margin, spread, units).passes
    assert plain > promised.passes + 0.05


def test_enough_units_to_pass_allow_for_changes_not_seen():
    changes = RareChanges.of(rows(1, 20_000, 0.1)[0], limit=1.0)
    plain = needed_to_pass(0.05, 0.08)
    found = needed_to_pass(0.05, 0.08, changes=changes)
    assert found > 1.5 * plain
    assert verdict_chances(0, 0.05, 0.08, found, changes=changes).passes >= 0.8
    assert needed_to_pass(0.005, 0.08, changes=changes) == needed_to_pass(0.005, 0.08)


def test_only_rare_changes_are_simulated():
    assert RareChanges.of(np.zeros(30)) is None
    assert RareChanges.of(np.full(30, 0.1)) is None
    assert RareChanges.of(np.zeros(0)) is None
    changes = RareChanges.of(np.array([0.2, -0.2] + [0.0] * 8))
    assert changes.share == 0.2
    assert changes.matter(249)
    assert not changes.matter(250)
    # Nothing of equal quality passes a gate without a margin, unless nothing changes at all.
    found = verdict_chances(0.0, 0.0, 0.1, 12, changes=changes)
    assert found.passes == pytest.approx(0.8**12, abs=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("units", [6, 7, 8, 9])
def test_few_units_reach_only_some_levels(units):
    generator = np.random.default_rng(units)
    margin = 3.5 * 0.15 / np.sqrt(units)
    passed = 0
    for row in generator.normal(0, 0.15, (600, units)):
        check = Check(Sample(0.5 + row), Sample(np.full(units, 0.5)), range(units), margin=margin)
        passed += judge([check])[0].outcome == "pass"
    assert passed / 600 == pytest.approx(
        verdict_chances(0.0, margin, 0.15, units).passes, abs=0.085
    )


@pytest.mark.parametrize(("margin", "seen"), [(0.02, (0.3, -0.4)), (0.01, (0.9, 0.9))])
def test_units_that_pass_because_none_of_them_changed_are_not_enough(margin, seen):
    differences = np.array([*seen, *[0.0] * 66])
    changes, spread = RareChanges.of(differences), differences.std(ddof=1)

    def passes(units):
        return verdict_chances(0, margin, spread, units, changes=changes).passes

    found = needed_to_pass(margin, spread, changes=changes)
    assert passes(6) > 0.8  # most often nothing changes
    assert passes(found - 1) < 0.8
    assert all(passes(units) > 0.79 for units in (found, found + 10, 2 * found, 9 * found))
