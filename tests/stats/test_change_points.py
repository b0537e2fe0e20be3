"""Steps and drifts of series: found where they are, and rarely where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.stats.change_points import chance_anywhere, level_changes, repeats_exactly
from bench.stats.segments import Fits, Stretch, partition
from tests.history_runs import heavy_noise, known_steps, matched, related_noise


def indices(values, states=None, **options):
    return [step.index for step in level_changes(values, states, **options).steps]


def test_step_of_a_noisy_series_is_found_where_it_is():
    values = np.random.default_rng(0).normal(size=60)
    values[25:] += 5
    found = level_changes(values)
    (step,) = found.steps
    assert step.index == 25
    assert step.before == pytest.approx(values[:25].mean(), abs=0.1)
    assert step.after == pytest.approx(values[25:].mean(), abs=0.1)
    assert step.p_value < 1e-6
    assert found.levels[24] == step.before
    assert found.levels[25] == step.after
    assert 0.7 < found.noise < 1.3
    assert found.drifts == ()


def test_series_that_repeats_itself_changes_at_once():
    assert indices([0.3, 0.3, 0.3, 0.31]) == [3]
    assert indices([0.3] * 20 + [0.31] * 2 + [0.29] * 5) == [20, 22]
    assert indices([0.3] * 5 + [0.31] * 5 + [0.3] * 5) == [5, 10]
    assert level_changes([0.3, 0.3, 0.4]).noise == 0.0
    (step,) = level_changes([0.3, 0.3, 0.4]).steps
    assert (step.before, step.after, step.p_value) == (0.3, 0.4, None)


def test_series_without_any_difference_has_no_change():
    assert indices([0.3] * 1000) == []
    assert indices([0.3]) == []
    assert level_changes([0.1 + 0.2] * 7).noise == 0.0


def test_single_run_that_differs_is_no_change_once_the_level_is_back():
    steady = [0.3] * 10
    assert indices([*steady, 0.4, *steady]) == []
    assert indices([*steady, 0.4, 0.5, *steady]) == []
    assert indices([*steady, 0.4, *steady, 0.5]) == []  # perhaps another of these
    assert indices([*steady, 0.4, *steady, 0.5, 0.5]) == [21]


def test_scores_that_alternate_are_noise():
    values = np.where(np.random.default_rng(0).random(200) < 0.5, 0.3, 0.31)
    assert not repeats_exactly(values.tolist())
    assert indices(values) == []


def test_states_tell_runs_apart_whose_values_are_equal():
    values = [0.3] * 8
    states = ["a"] * 4 + ["b"] * 4
    (step,) = level_changes(values, states).steps
    assert (step.index, step.before, step.after) == (4, 0.3, 0.3)


def test_drift_is_no_series_of_steps():
    values = np.random.default_rng(1).normal(size=300) + np.linspace(0, 4, 300)
    found = level_changes(values)
    assert found.steps == ()
    (drift,) = found.drifts
    assert (drift.start, drift.end) == (0, 300)
    assert drift.last - drift.first == pytest.approx(4, abs=0.7)
    assert drift.p_value < 1e-6


def test_step_between_drifts_is_found():
    values = np.random.default_rng(2).normal(size=300) + np.linspace(0, 4, 300)
    values[150:] -= 8
    found = level_changes(values)
    assert [step.index for step in found.steps] == [150]
    assert len(found.drifts) == 2


def test_too_few_runs_to_know_their_noise_have_no_change():
    found = level_changes([0.1, 0.2, 0.9, 0.8, 0.85])
    assert (found.steps, found.noise) == ((), None)


def test_outlier_is_no_change():
    values = np.random.default_rng(3).normal(size=80)
    values[40] += 50
    assert indices(values) == []
    values[-1] += 50
    assert indices(values) == []


def test_level_of_a_few_runs_between_others_is_found():
    values = np.random.default_rng(4).normal(size=1000)
    values[500:512] += 6
    assert indices(values) == [500, 512]


@pytest.mark.slow
@given(st.floats(0.01, 100), st.floats(-100, 100), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_unit_of_the_score_does_not_matter(factor, shift, seed):
    rng = np.random.default_rng(seed)
    steps, levels = known_steps(80, 2, 4.0, rng)
    values = rng.normal(size=80) + levels
    assert indices(values * factor + shift) == indices(values)
    assert indices(-values) == indices(values)
    del steps


KINDS = {
    "independent": lambda count, rng: rng.normal(size=count),
    "correlated": lambda count, rng: related_noise(count, 1.0, 0.3, rng),
    "heavy tails": heavy_noise,
}


@pytest.mark.slow
@pytest.mark.parametrize("runs", [20, 100])
@pytest.mark.parametrize("kind", KINDS)
def test_flat_series_rarely_have_changes(kind, runs):
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(120):
        found = level_changes(KINDS[kind](runs, rng))
        alarms += bool(found.steps or found.drifts)
    assert alarms <= 0.08 * 120  # 5 %, and two standard errors


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_most_steps_are_found_and_few_others(kind):
    rng = np.random.default_rng(0)
    hits = known = shown = 0
    for _ in range(12):
        steps, levels = known_steps(300, 3, 4.0, rng)
        found = indices(KINDS[kind](300, rng) + levels)
        hits, known, shown = hits + matched(found, steps), known + len(steps), shown + len(found)
    assert hits >= 0.9 * known
    assert hits >= 0.9 * shown


def test_correlation_of_noise_is_estimated():
    noise = related_noise(1000, 1.0, 0.5, np.random.default_rng(0))
    assert level_changes(noise).correlation == pytest.approx(0.5, abs=0.12)
    assert level_changes(np.random.default_rng(0).normal(size=1000)).correlation < 0.1


def test_chance_anywhere_is_between_that_of_one_cut_and_the_bound_of_bonferroni():
    for alone in (1e-12, 1e-6, 1e-3, 0.05, 0.5, 1.0):
        for count in (2, 3, 10, 1000):
            found = chance_anywhere(alone, count)
            assert alone <= found <= min(1.0, max(alone, alone * (count - 1)))
    assert chance_anywhere(0.0, 1000) == 0.0


def test_partition_is_the_best_of_all():
    values = np.array([0.0, 0.1, -0.1, 3.0, 3.1, 2.9, 3.0, -1.0, -1.1, -0.9])
    fits = Fits(values)
    assert partition(fits, 0.5) == [Stretch(0, 3), Stretch(3, 7), Stretch(7, 10)]
    assert partition(fits, 1000.0) == [Stretch(0, 10)]


def test_fits_are_those_of_least_squares():
    values = np.random.default_rng(0).normal(size=30)
    fits = Fits(values)
    own = values[5:25]
    line = np.polyval(np.polyfit(np.arange(20), own, 1), np.arange(20))
    assert fits.error(Stretch(5, 25)) == pytest.approx(((own - own.mean()) ** 2).sum())
    assert fits.error(Stretch(5, 25, slopes=True)) == pytest.approx(((own - line) ** 2).sum())
    assert fits.ends(Stretch(5, 25, slopes=True)) == pytest.approx((line[0], line[-1]))
