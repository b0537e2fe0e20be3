"""``check``, ``compare``, ``power`` and the report never contradict each other.

Random small tables: ``BENCH_RANDOM_TABLES`` is how many (80 by default).
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.comparison.combined import combine_runs
from bench.comparison.compare import compare
from bench.comparison.findings import Comparison, PairResult
from bench.comparison.leaderboards import compare_shown
from bench.comparison.power import power_of
from bench.gate.check import check
from bench.gate.margins import Margin, Margins
from bench.gate.verdict import Verdict
from bench.metrics import metric_named
from bench.metrics.base import Metric
from bench.runs.article_scores import ArticleScores
from bench.runs.finished import FinishedRun
from bench.runs.results import DatasetFacts, MetricFacts, ModelResult, Results, Score, TaskResult
from bench.stats import Interval

TABLES = int(os.environ.get("BENCH_RANDOM_TABLES", "80"))
PARTS = 10
ALPHA = 0.05
METRICS = [metric_named("coverage@0.5"), metric_named("near_duplicates")]


def table(generator: np.random.Generator, articles: int, models: int) -> dict[str, np.ndarray]:
    """Scores of some models on the same articles, as odd as they come."""
    kind = generator.choice(["smooth", "changed", "shares", "alike", "skewed"])
    ease = generator.beta(2, 5, articles)
    found = {}
    for number in range(models):
        shift = generator.choice([0.0, 0.0, -0.15, 0.03])
        if kind == "smooth":
            values = ease + generator.normal(shift, 0.05, articles)
        elif kind == "changed":
            values = ease.copy()
            some = generator.permutation(articles)[: generator.integers(0, articles + 1)]
            values[some] += generator.normal(shift, 0.1, len(some))
        elif kind == "shares":
            values = generator.binomial(2, np.clip(0.4 + shift, 0, 1), articles) / 2
        elif kind == "alike":
            values = np.full(articles, round(float(generator.random()), 1))
        else:
            values = ease * generator.exponential(0.5 + abs(shift), articles)
        found[f"m{number}"] = np.clip(values, 0, 1)
    return found


def run_of(scores: dict[str, np.ndarray], metric: Metric, path: str) -> FinishedRun:
    """A run in memory whose models have these scores."""
    name, count = metric.name, len(next(iter(scores.values())))
    ids = tuple(f"a{number:03}" for number in range(count))
    models = {
        model: ModelResult(
            role="model",
            articles=count,
            failed=0,
            empty=0,
            truncated=0,
            scores={name: Score(mean=float(np.mean(values)))},
        )
        for model, values in scores.items()
    }
    facts = MetricFacts(
        signature=metric.signature, higher_is_better=metric.higher_is_better, range=metric.range
    )
    results = Results(
        on_error="score-zero",
        confidence=1 - ALPHA,
        resamples=10_000,
        dataset=DatasetFacts(name="made", fingerprint="made", articles=count),
        metrics={name: facts},
        tasks={
            "questions": TaskResult(
                primary=name, articles=count, left_out=0, items=None, models=models
            )
        },
    )
    run = FinishedRun(Path(path), results, has_ending=False)
    stored = {("questions", m, name): ArticleScores(ids, v, None) for m, v in scores.items()}
    run.__dict__["_stored"] = (stored, dict.fromkeys(ids, "digest"))
    return run


def excludes(interval: Interval, value: float) -> bool:
    return value < interval.low or value > interval.high


def the_comparison_agrees_with_itself(found: Comparison) -> None:
    (one,) = found.scores
    for pair in one.pairs:
        p_value, adjusted = pair.difference.p_value, pair.corrected_p
        assert (p_value is None) == (adjusted is None) == (pair.units < 6)
        assert not pair.significant or pair.difference.p_value <= ALPHA
        if p_value is None:
            assert pair.difference.interval is pair.simultaneous is None
            continue
        assert p_value <= adjusted <= 1
        assert pair.significant == (adjusted <= ALPHA)
        interval = pair.difference.interval
        assert excludes(interval, 0) == (p_value <= ALPHA)
        assert not excludes(interval, pair.difference.difference)
        if pair.simultaneous:
            assert excludes(pair.simultaneous, 0) == pair.significant
    for standing in one.standings:
        if standing.interval:
            assert 0 <= standing.interval.low <= standing.score <= standing.interval.high <= 1


def the_report_agrees_with_the_comparison(run: FinishedRun, found: Comparison) -> None:
    (one,) = found.scores
    assert compare_shown(combine_runs([run])) == {("questions", one.score): one}


def the_gate_agrees_with_the_pair(verdict: Verdict, pair: PairResult, sign: int) -> None:
    """The gate of one check without a margin, on the second model before and the first now."""
    gain = sign * pair.difference.difference
    if verdict.method != "interval":
        assert verdict.method in ("exact", "too few")
        assert pair.difference.p_value is None or pair.difference.equal == pair.articles
        return
    assert verdict.p_value == verdict.p_adjusted == pair.difference.p_value
    assert verdict.interval == pair.difference.interval
    significant = pair.difference.p_value <= ALPHA
    expected = ("pass" if gain > 0 else "fail") if significant else "inconclusive"
    assert verdict.outcome == expected


def the_verdict_agrees_with_itself(verdict: Verdict, *, higher_is_better: bool) -> None:
    gain = verdict.difference if higher_is_better else -verdict.difference
    if verdict.method != "interval":
        assert verdict.interval is verdict.p_value is None
        assert (verdict.outcome == "fail") == (-gain > verdict.margin + 1e-9)
        return
    assert (verdict.outcome == "inconclusive") == (verdict.p_adjusted > ALPHA)
    assert verdict.outcome != "fail" or -gain > verdict.margin
    assert verdict.outcome != "pass" or -gain < verdict.margin
    if verdict.interval:
        edge = -verdict.margin if higher_is_better else verdict.margin
        assert excludes(verdict.interval, edge) == (verdict.outcome != "inconclusive")


def power_agrees(run: FinishedRun, found: Comparison, margin: float) -> None:
    (one,) = power_of(run, margin=lambda *_: margin).scores
    pairs = {frozenset((p.model, p.other)): p for p in found.scores[0].pairs}
    for pair in one.pairs:
        seen = pairs[frozenset((pair.model, pair.other))]
        assert abs(pair.difference) == abs(seen.difference.difference)
        assert (pair.detectable is None) == (seen.difference.p_value is None)
        if pair.power is None:
            continue
        shows = pair.power >= 0.8
        assert shows == (pair.needed is not None and pair.needed <= pair.articles)
        if abs(abs(pair.difference) - pair.detectable) > 1e-9:
            assert shows == (abs(pair.difference) > pair.detectable)
        assert pair.power_range[0] <= pair.power <= pair.power_range[1]
        low, high = pair.needed_range
        assert pair.needed is None or low <= pair.needed
        assert high is None or pair.needed <= high
    gate = one.gate
    assert gate.passes + gate.fails + gate.inconclusive == pytest.approx(1)
    if one.spread and one.articles > 5:
        passes_enough = gate.passes >= 0.8
        assert passes_enough == (gate.needed is not None and gate.needed <= one.articles)
        if margin == 0:  # rare and skewed changes are simulated, and pass or fail more often
            assert 0 < gate.passes + gate.fails <= 0.2
    elif one.spread:
        assert (gate.passes, gate.fails) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_on_random_small_tables_nothing_contradicts_anything_else(part):
    for seed in range(part, TABLES, PARTS):
        generator = np.random.default_rng(seed)
        articles = int(generator.choice([1, 2, 3, 5, 6, 7, 10, 15, 20, 36, 50]))
        metric = METRICS[generator.integers(2)]
        sign = 1 if metric.higher_is_better else -1
        scores = table(generator, articles, int(generator.integers(2, 6)))
        run = run_of(scores, metric, "now")
        found = compare([run])
        the_comparison_agrees_with_itself(found)
        the_report_agrees_with_the_comparison(run, found)
        margin = float(generator.choice([0.0, 0.02, 0.1]))
        if articles > 1:
            power_agrees(run, found, margin)
        for pair in found.scores[0].pairs:
            sides = [run_of({"m": scores[m]}, metric, m) for m in (pair.model, pair.other)]
            (verdict,) = check(*sides).verdicts
            the_gate_agrees_with_the_pair(verdict, pair, sign)
        before = dict(zip(scores, [*[*scores.values()][1:], scores["m0"]], strict=True))
        tolerated = Margins(other=Margin(margin))
        old = run_of(before, metric, "before")
        whole = check(run, old, margins=tolerated)
        alone = {v.model: v for v in check(run, old, margins=tolerated, per_check=True).verdicts}
        for verdict in whole.verdicts:
            other = alone[verdict.model]
            for one in (verdict, other):
                the_verdict_agrees_with_itself(one, higher_is_better=metric.higher_is_better)
            assert verdict.outcome in (other.outcome, "inconclusive")
            assert replace(verdict, p_adjusted=None, interval=None, outcome="pass", reason="") == (
                replace(other, p_adjusted=None, interval=None, outcome="pass", reason="")
            )
