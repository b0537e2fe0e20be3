from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bench.metrics import metric_named
from bench.models.spec import build_model
from bench.runs import score_accumulator as module
from bench.runs.score import ModelScores
from bench.runs.score_accumulator import ScoreAccumulator, all_intervals
from bench.stats import Interval
from bench.tasks import TASKS

ARTICLES = 4000
CELLS = 1000
METRICS = {name: metric_named(name) for name in ("coverage@0.5", "bleu")}


@pytest.fixture(autouse=True)
def _few_cells(monkeypatch):
    monkeypatch.setattr(module, "CELLS", CELLS)


def statistics() -> dict[str, np.ndarray]:
    """Scores as a decent model has them; of BLEU: lengths, matches and totals of each order."""
    generator = np.random.default_rng(7)
    words = generator.integers(20, 60, ARTICLES)
    totals = words[:, None] - np.arange(4)
    matches = generator.binomial(totals, [0.5, 0.3, 0.2, 0.1])
    counts = np.column_stack([words, generator.integers(20, 60, ARTICLES), matches, totals])
    return {
        "coverage@0.5": generator.beta(2, 5, (ARTICLES, 1)),
        "bleu": counts.astype(np.float64),
    }


def accumulated(order: np.ndarray, size: int, *, in_cells: bool) -> ScoreAccumulator:
    spec = build_model("lead", "lead", {}, 0)
    accumulator = ScoreAccumulator(
        spec, TASKS["summary"], METRICS, exact=10 if in_cells else ARTICLES
    )
    rows = statistics()
    for start in range(0, ARTICLES, size):
        some = order[start : start + size]
        accumulator.add(
            ModelScores(
                articles=tuple(f"a{number}" for number in some),
                statistics={name: columns[some] for name, columns in rows.items()},
                faults={},
                failed=1,
                empty=0,
                truncated=0,
                tokens_in=None,
                tokens_out=3,
            )
        )
    return accumulator


def bounds(accumulator: ScoreAccumulator) -> dict[str, Interval]:
    found = all_intervals([accumulator], confidence=0.95)["lead"]
    return {score: one.interval for score, one in found.items() if one}


IN_ORDER = np.arange(ARTICLES)


@pytest.mark.slow
@pytest.mark.parametrize("in_cells", [False, True])
def test_no_block_size_shows(in_cells):
    whole = accumulated(IN_ORDER, ARTICLES, in_cells=in_cells)
    for size in (1, 7, 256):
        cut = accumulated(IN_ORDER, size, in_cells=in_cells)
        assert cut.means() == whole.means()
        assert bounds(cut) == bounds(whole)
    assert cut.tokens_in is None
    assert cut.tokens_out == 3 * cut.failed


def test_order_of_the_articles_does_not_show_either():
    accumulator = accumulated(IN_ORDER, 256, in_cells=True)
    shuffled = accumulated(np.random.default_rng(1).permutation(ARTICLES), 256, in_cells=True)
    assert shuffled.means() == accumulator.means()
    for score, interval in bounds(accumulator).items():
        assert bounds(shuffled)[score].low == pytest.approx(interval.low, abs=1e-9)
        assert bounds(shuffled)[score].high == pytest.approx(interval.high, abs=1e-9)


def test_cells_are_as_good_as_articles():
    by_article = bounds(accumulated(IN_ORDER, ARTICLES, in_cells=False))
    by_cell = bounds(accumulated(IN_ORDER, ARTICLES, in_cells=True))
    values = statistics()["coverage@0.5"][:, 0]
    students = Interval(*stats.t.interval(0.95, ARTICLES - 1, values.mean(), stats.sem(values)))
    for one, other in (
        (by_cell["coverage@0.5"], students),
        (by_cell["coverage@0.5"], by_article["coverage@0.5"]),
        (by_cell["bleu"], by_article["bleu"]),
    ):
        width = other.high - other.low
        assert one.high - one.low == pytest.approx(width, rel=0.08)
        assert one.low == pytest.approx(other.low, abs=0.06 * width)
        assert one.high == pytest.approx(other.high, abs=0.06 * width)


def test_means_are_those_of_the_metric():
    rows = statistics()
    means = accumulated(IN_ORDER, 100, in_cells=True).means()
    assert means["coverage@0.5"] == METRICS["coverage@0.5"].aggregate(rows["coverage@0.5"])[0]
    assert means["bleu"] == METRICS["bleu"].aggregate(rows["bleu"])[0]


@pytest.mark.parametrize("count", [1, 2, 8, 12])
def test_model_with_few_articles_is_drawn_article_by_article_however_many_others_have(count):
    few = accumulated(IN_ORDER[:count], 5, in_cells=False)
    usual = ScoreAccumulator(few.spec, TASKS["summary"], METRICS)
    rows = {name: columns[:count] for name, columns in statistics().items()}
    ids = tuple(f"a{number}" for number in range(count))
    usual.add(ModelScores(ids, rows, {}, 0, 0, 0, None, None))
    assert bounds(usual) == bounds(few)
    assert (bounds(usual) == {}) == (count == 1)


def test_single_articles_become_cells_when_there_are_too_many():
    rows = {name: columns[:30] for name, columns in statistics().items()}
    ids = [f"a{number}" for number in range(30)]
    held = []
    for exact, size in ((29, 1), (29, 30), (1, 7), (30, 1)):
        accumulator = ScoreAccumulator(
            build_model("lead", "lead", {}, 0), TASKS["summary"], METRICS, exact=exact
        )
        for start in range(0, 30, size):
            some = slice(start, start + size)
            block = {name: columns[some] for name, columns in rows.items()}
            accumulator.add(ModelScores(tuple(ids[some]), block, {}, 0, 0, 0, None, None))
        held.append(bounds(accumulator))
    assert held[0] == held[1] == held[2] != held[3]
