"""Intervals: scipy's own, whatever stands beside them; and they hold as often as they say."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.metrics import Block, metric_named
from bench.stats import Bootstrap, Sample, intervals
from bench.stats.resampling import bootstrap_sums, resolution, swap_sums
from tests.conftest import ROOT

REAL = Path(os.environ.get("BENCH_REAL_DATA", ROOT.parent / "shared" / "data")) / "realsumm"
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the lent data are not here")


def scores_of(size: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).beta(2, 5, size)


@pytest.mark.parametrize(
    ("size", "method"), [(10, "BCa"), (50, "BCa"), (400, "BCa"), (7, "percentile")]
)
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_is_scipys(size, method, confidence):
    values = scores_of(size)
    (ours,) = intervals([Sample(values)], confidence=confidence, resamples=20_000)
    theirs = stats.bootstrap(
        (values,),
        np.mean,
        method=method,
        confidence_level=confidence,
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    tolerance = 0.04 * (theirs.high - theirs.low)
    assert ours.low == pytest.approx(theirs.low, abs=tolerance)
    assert ours.high == pytest.approx(theirs.high, abs=tolerance)


@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_from_the_same_draws_it_is_scipys_to_the_last_digits(method, monkeypatch):
    values = scores_of(40)
    monkeypatch.setattr("bench.stats.bootstrap.ENOUGH_FOR_BCA", 2 if method == "BCa" else 10**9)
    (ours,) = intervals([Sample(values)], resamples=2000)
    replicates = bootstrap_sums(values[:, None], 2000, 0)[0] / len(values)
    theirs = stats.bootstrap(
        (values,),
        np.mean,
        method=method,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=replicates),
        n_resamples=0,
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_corpus_scores_resample_their_sufficient_statistics():
    """BLEU of resampled articles, recounted from their texts."""
    words = ["the", "cat", "sat", "on", "a", "mat", "while", "dogs", "ran", "past", "it"]
    generator = np.random.default_rng(0)
    texts = [[" ".join(generator.choice(words, 9))] for _ in range(24)]
    metric = metric_named("bleu")
    statistics = metric.statistics(Block(texts[:12], texts[12:]))
    values = metric.values(statistics)[:, 0]
    sample = Sample(values, statistics, lambda sums, n: metric.of_sums(sums, n)[..., 0])
    (ours,) = intervals([sample], resamples=4000)

    def corpus_bleu(rows: np.ndarray) -> float:
        return metric.aggregate(statistics[rows]).item()

    theirs = stats.bootstrap(
        (np.arange(12),),
        corpus_bleu,
        vectorized=False,
        n_resamples=4000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    tolerance = 0.06 * (theirs.high - theirs.low)
    assert ours.low == pytest.approx(theirs.low, abs=tolerance)
    assert ours.high == pytest.approx(theirs.high, abs=tolerance)
    assert sample.estimate == pytest.approx(metric.aggregate(statistics).item())


def test_no_interval_for_one_article_or_none():
    assert intervals([Sample(np.array([0.3]))]) == [None]
    assert intervals([Sample(np.array([]))]) == [None]
    assert intervals([]) == []


def test_two_articles_give_their_own_scores_as_bounds():
    (found,) = intervals([Sample(np.array([0.2, 0.6]))])
    assert (found.low, found.high) == (pytest.approx(0.2), pytest.approx(0.6))


@pytest.mark.parametrize("size", [2, 9, 10, 50])
def test_equal_scores_leave_no_room(size):
    (found,) = intervals([Sample(np.full(size, 0.3))])
    assert (found.low, found.high) == (pytest.approx(0.3), pytest.approx(0.3))


def test_models_beside_it_and_their_order_change_nothing():
    one, two, three = (Sample(scores_of(30, seed)) for seed in range(3))
    alone = intervals([one])[0]
    assert intervals([three, one, two])[1] == alone
    assert intervals([one, two])[0] == alone
    pair = Bootstrap([one, two]).difference(0, 1)
    assert Bootstrap([two, three, one]).difference(2, 0) == pair


def test_seed_zero_is_a_seed_and_seeds_differ():
    sample = Sample(scores_of(30))
    assert intervals([sample], seed=0) == intervals([sample], seed=0)
    assert intervals([sample], seed=0) != intervals([sample], seed=1)
    assert intervals([sample], seed=-1) != intervals([sample], seed=1)


@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12),
    scale=st.sampled_from([1.0, 1e-9, 1e6]),
)
def test_sums_are_exact_whatever_the_order(values, scale):
    column = np.array(values) * scale
    turned = bootstrap_sums(np.stack([column, -column], axis=1), 50, 1)
    assert (turned[0] == -turned[1]).all()
    alone = bootstrap_sums(column[:, None], 50, 1)
    assert (alone[0] == turned[0]).all()
    unit = resolution(column[:, None])[0]
    assert unit <= max(abs(column).max(), 1.0) * len(values) * 2**-50
    kept, exact = swap_sums(column[:, None], 2 ** len(values), 0)
    assert exact
    assert kept.shape == (1, 2 ** len(values))
    assert kept.max() == pytest.approx(column[column > 0].sum(), abs=unit * len(values))


def test_blocks_of_draws_make_no_difference(monkeypatch):
    columns = scores_of(60).reshape(30, 2)
    whole = bootstrap_sums(columns, 500, 0)
    monkeypatch.setattr("bench.stats.resampling._CELLS", 1000)
    assert bootstrap_sums(columns, 500, 0).shape == whole.shape
    assert intervals([Sample(columns[:, 0])], resamples=500)[0].low == pytest.approx(
        np.quantile(whole[0] / 30, 0.025), abs=0.02
    )


def test_scores_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        Sample(np.array([0.1, np.nan]))


@pytest.fixture(scope="module")
def real_scores() -> np.ndarray:
    """ROUGE-Lsum F1 of eight published systems on fifty articles, shape (8, 50)."""
    references = {
        row["id"]: row["summary"]
        for row in map(json.loads, (REAL / "articles.jsonl").read_text().splitlines())
    }
    metric = metric_named("rougeLsum")
    found = []
    for file in sorted(REAL.glob("*_out*.jsonl")):
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        block = Block([r["items"] for r in rows], [references[r["article"]] for r in rows])
        found.append(metric.statistics(block)[:, 2])
    return np.array(found)


def coverage(population: np.ndarray, size: int, trials: int) -> float:
    """How often the interval of a sample holds the population's mean."""
    generator = np.random.default_rng(size)
    samples = [Sample(generator.choice(population, size)) for _ in range(trials)]
    found = intervals(samples, resamples=4000)
    return float(np.mean([i.low <= population.mean() <= i.high for i in found]))


@needs_real_data
def test_on_real_scores_intervals_hold_as_often_as_they_say(real_scores):
    """Between 93 and 97 % for each system and their differences, at fifty articles."""
    populations = [*real_scores, *(real_scores[0] - other for other in real_scores[1:])]
    covered = [coverage(population, 50, 1500) for population in populations]
    assert 0.93 < np.mean(covered) < 0.97
    assert min(covered) > 0.92  # three standard errors of 1,500 trials below 93.9 %
    assert max(covered) < 0.97


def test_on_skewed_scores_intervals_hold_as_often_as_they_say():
    population = np.random.default_rng(0).beta(2, 5, 100_000)
    assert 0.93 < coverage(population, 50, 4000) < 0.97


@pytest.mark.slow
def test_with_few_articles_they_are_too_narrow_as_the_leaderboard_says():
    population = np.random.default_rng(0).beta(2, 5, 100_000)
    assert coverage(population, 20, 4000) > 0.915
    assert coverage(population, 5, 4000) < 0.9
