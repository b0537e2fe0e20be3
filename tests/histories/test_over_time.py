"""Histories: which runs are compared, what changed, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

import bench
from bench.component import UNKNOWN
from bench.errors import RunDirectoryError, UnknownNameError
from bench.histories import changes
from bench.histories.changes import found_changes
from bench.histories.entry import RecordedEntry
from bench.histories.lines import Selection, lines_of
from bench.metrics import metric_named
from tests.comparison.made_runs import make_run
from tests.history_runs import METRIC, START, article_scores, row, write_history

KEY = "questions", "mine", METRIC.name


def of(tmp_path, scores, rows=None, **options):
    """The history of one model, from its scores by run and article."""
    made = rows or [row(number, {"mine": own}) for number, own in enumerate(scores)]
    return bench.history(write_history(tmp_path / "h.jsonl", made), **options)


def levels_with(*steps, runs=40, size=0.2):
    levels = np.zeros(runs)
    for step in steps:
        levels[step:] += size
    return levels


def test_commit_of_a_change_is_named_with_its_size(tmp_path):
    found = of(tmp_path, article_scores(levels_with(25, size=-0.2)))
    ((score, change),) = found.changes
    assert (score.task, score.model, score.score) == KEY
    assert (change.run, change.last, change.method) == (25, 24, "runs")
    assert found.runs[25].commit == row(25, {"mine": np.zeros(2)}).commit
    assert change.difference == pytest.approx(-0.2, abs=0.02)
    assert change.interval.low < -0.2 < change.interval.high or change.significant
    assert change.significant
    assert (change.changed, change.articles) == (30, 30)
    assert not score.is_better(change.difference)
    assert [point.run for point in score.points] == list(range(40))
    assert score.points[24].level != score.points[25].level
    assert score.noise == pytest.approx(0.05 / np.sqrt(30), rel=0.4)


@pytest.mark.slow
def test_unchanged_scores_are_no_change_with_certainty(tmp_path):
    found = of(tmp_path, article_scores(np.zeros(1000), noise=0, articles=6))
    assert found.changes == ()
    assert found.scores[0].noise == 0.0
    assert found.tests == 1


def test_deterministic_model_that_changes_is_told_at_once(tmp_path):
    scores = article_scores(np.zeros(20), noise=0)
    scores[-1, :3] += 0.1
    ((_, change),) = of(tmp_path, scores).changes
    assert (change.run, change.method, change.p_value) == (19, "exact", None)
    assert (change.changed, change.articles) == (3, 30)
    assert change.p_articles > 0.05  # whether it would on other articles is another question
    assert not change.significant


def test_rounding_of_other_hardware_is_no_change(tmp_path):
    scores = article_scores(np.zeros(60), noise=0)
    scores[30:] += 1e-14
    scores[::3] += 1e-15
    found = of(tmp_path, scores)
    assert (found.changes, found.scores[0].noise) == ((), 0.0)


def test_flat_noise_is_no_change(tmp_path):
    assert of(tmp_path, article_scores(np.zeros(100), noise=0.2)).changes == ()


def test_noise_that_articles_share_is_no_change(tmp_path):
    shared = np.random.default_rng(0).normal(0, 0.05, 60)
    found = of(tmp_path, article_scores(np.zeros(60), noise=0.01, shared=shared))
    assert found.changes == ()
    assert found.scores[0].noise == pytest.approx(0.05, rel=0.3)


def test_slow_drift_is_told_although_no_step_shows(tmp_path):
    found = of(tmp_path, article_scores(np.linspace(0, 0.05, 150)))
    assert found.changes == ()
    ((_, drift),) = found.drifts
    assert (drift.start, drift.end) == (0, 149)
    assert drift.difference == pytest.approx(0.05, abs=0.01)


def test_few_runs_are_tested_over_articles(tmp_path):
    ((_, change),) = of(tmp_path, article_scores([0.0, 0.0, 0.2], seed=3)).changes
    assert (change.run, change.method) == (2, "articles")
    assert change.p_value < 0.05
    assert of(tmp_path, article_scores([0.0, 0.0, 0.0], seed=1)).changes == ()
    steps = of(tmp_path, article_scores([0.0, 0.0, 0.2, 0.2, -0.2], seed=1)).changes
    assert [change.run for _, change in steps] == [2, 4]
    assert of(tmp_path, article_scores([0.0, 0.2], articles=3)).changes == ()


@pytest.mark.slow
def test_more_scores_make_the_tests_stricter(tmp_path):
    rows = []
    scores = {f"m{n}": article_scores(levels_with(25, size=0.02), seed=n) for n in range(30)}
    for number in range(40):
        rows.append(row(number, {name: own[number] for name, own in scores.items()}))
    one = bench.history(write_history(tmp_path / "h.jsonl", rows), models=["m0"])
    every = bench.history(tmp_path / "h.jsonl")
    assert (one.tests, every.tests) == (1, 30)
    of_one = {c.run: c.p_value for _, c in one.changes}
    of_every = {c.run: c.p_value for s, c in every.changes if s.model == "m0"}
    assert of_one
    for run, p_value in of_every.items():
        assert p_value == pytest.approx(min(1.0, 30 * of_one[run]))


def test_runs_are_in_order_of_their_dates(tmp_path):
    scores = article_scores(levels_with(25))
    rows = [row(number, {"mine": own}) for number, own in enumerate(scores)]
    assert of(tmp_path, None, rows[::-1]).changes == of(tmp_path, None, rows).changes


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ({"fingerprint": "sha256:b"}, "the dataset changed: other articles or references"),
        ({"signature": f"{METRIC.signature}|more:1"}, "computed with other settings (more is"),
        ({"items": 4}, "models were asked for 4 items, before for 16"),
        ({"signature": f"coverage@0.5|code:{UNKNOWN}"}, "cannot be identified"),
    ],
)
def test_line_breaks_where_runs_are_not_comparable(tmp_path, now, reason):
    scores = article_scores(levels_with(20), noise=0)
    rows = [
        row(number, {"mine": own}, **(now if number >= 20 else {}))
        for number, own in enumerate(scores)
    ]
    found = of(tmp_path, None, rows)
    assert found.changes == ()
    first = found.scores[0].breaks[0]
    assert first.run == 20
    assert reason in first.reason
    assert len(found.scores[0].points) == 40


def test_datasets_of_other_names_have_lines_of_their_own(tmp_path):
    scores = article_scores(np.zeros(10), noise=0)
    rows = [row(number, {"mine": own}) for number, own in enumerate(scores)]
    other = [
        one.model_copy(
            update={
                "id": f"sha256:{n + 100:064x}",
                "dataset": one.dataset.model_copy(
                    update={"name": "second", "fingerprint": "sha256:z"}
                ),
            }
        )
        for n, one in enumerate(rows)
    ]
    mixed = [each for pair in zip(rows, other, strict=True) for each in pair]
    found = of(tmp_path, None, mixed)
    assert [one.dataset for one in found.scores] == ["made", "second"]
    assert all(one.breaks == () for one in found.scores)


def test_runs_without_a_score_are_passed_over(tmp_path):
    scores = article_scores(levels_with(25))
    rows = [
        row(number, {"other": own} if number % 7 == 3 else {"mine": own, "other": own})
        for number, own in enumerate(scores)
    ]
    found = of(tmp_path, None, rows, models=["mine"])
    ((_, change),) = found.changes
    assert (change.run, change.last) == (25, 23)  # run 24 lacks the model


def test_missing_articles_do_not_look_like_a_change(tmp_path):
    scores = article_scores(np.zeros(40), noise=0.01)
    hardest = np.argsort(scores[0])[:10]
    scores[20:, hardest] = np.nan  # from then on it fails on the hardest articles
    assert scores[0, hardest].mean() < np.nanmean(scores[0]) - 0.05
    assert of(tmp_path, scores).changes == ()


def test_missing_articles_without_their_scores_are_noted(tmp_path):
    scores = article_scores(np.zeros(10), noise=0.01)
    scores[5:, 0] = np.nan
    rows = [row(number, {"mine": own}, keep=False) for number, own in enumerate(scores)]
    assert "not all keep the scores of each" in of(tmp_path, None, rows).notes[0]


def test_change_without_the_scores_of_articles_has_no_test_over_them(tmp_path):
    scores = article_scores(levels_with(25))
    rows = [row(number, {"mine": own}, keep=False) for number, own in enumerate(scores)]
    ((_, change),) = of(tmp_path, None, rows).changes
    assert (change.run, change.interval, change.p_articles) == (25, None, None)


def test_confidence_decides_what_is_a_change(tmp_path):
    scores = article_scores(levels_with(20, size=0.021))
    sure = of(tmp_path, scores, confidence=0.9999).changes
    assert len(sure) <= len(of(tmp_path, scores, confidence=0.5).changes)
    assert of(tmp_path, scores, confidence=0.5).changes


def test_floors_are_shown_only_by_name(tmp_path):
    own = article_scores(np.zeros(3), noise=0)
    rows = [row(number, {"mine": one, "floor": one}) for number, one in enumerate(own)]
    assert [one.model for one in of(tmp_path, None, rows).scores] == ["mine"]
    assert [one.model for one in of(tmp_path, None, rows, models=["floor"]).scores] == ["floor"]


def test_history_starts_at_a_date_commit_or_run(tmp_path):
    scores = article_scores(np.zeros(10), noise=0)
    rows = [row(number, {"mine": own}) for number, own in enumerate(scores)]
    for start in ("2026-01-05", "run-0004", rows[4].commit[:7], rows[4].commit):
        found = of(tmp_path, None, rows, since=start)
        assert [run.run for run in found.runs] == [f"run-{n:04}" for n in range(4, 10)]
    for start in ("2027-01-01", "nothing", rows[4].commit[:4] + "zzz"):
        with pytest.raises(UnknownNameError, match="--since"):
            of(tmp_path, None, rows, since=start)


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ({"models": ["mina"]}, "unknown model of these runs 'mina'; did you mean 'mine'"),
        ({"tasks": ["summary"]}, "unknown task of these runs 'summary'"),
        ({"metrics": ["coverage"]}, "unknown score of these runs 'coverage'"),
    ],
)
def test_unknown_names_are_told(tmp_path, option, reason):
    with pytest.raises(UnknownNameError, match=reason):
        of(tmp_path, article_scores(np.zeros(3)), **option)


def test_files_and_directories_can_be_mixed(tmp_path):
    scores = article_scores(np.zeros(3), noise=0)
    runs = [
        make_run(tmp_path / "runs" / f"2026-02-0{n + 1}", {"mine": own})
        for n, own in enumerate(scores)
    ]
    file = tmp_path / "history.jsonl"
    for run in runs[:2]:
        assert bench.record(run, file, commit="")
    found = bench.history(tmp_path / "runs", file)
    assert len(found.runs) == 5
    assert [run.date.day for run in found.runs] == [1, 1, 2, 2, 3]
    assert found.scores[0].breaks == ()
    assert found.changes == ()


def test_change_between_directories_is_tested_over_their_articles(tmp_path):
    scores = article_scores(levels_with(5, runs=8), noise=0)
    for number, own in enumerate(scores):
        make_run(tmp_path / "runs" / f"2026-02-0{number + 1}", {"mine": own})
    ((_, change),) = bench.history(tmp_path / "runs").changes
    assert (change.run, change.method, change.changed) == (5, "exact", 30)
    assert change.significant


def test_change_whose_articles_cannot_be_read_is_shown_without_a_test(tmp_path):
    scores = article_scores(levels_with(5, runs=8), noise=0)
    for number, own in enumerate(scores):
        make_run(tmp_path / "runs" / f"2026-02-0{number + 1}", {"mine": own})
    (tmp_path / "runs" / "2026-02-06" / "scores.parquet").write_bytes(b"broken")
    found = bench.history(tmp_path / "runs")
    ((_, change),) = found.changes
    assert (change.run, change.p_articles) == (5, None)
    assert "not tested" in found.notes[0]


def test_many_changes_of_directories_are_tested_up_to_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(changes, "_OPENED", 4)
    scores = article_scores(np.repeat([0.0, 0.1, 0.2, 0.3], 2), noise=0)
    for number, own in enumerate(scores):
        make_run(tmp_path / "runs" / f"2026-02-0{number + 1}", {"mine": own})
    found = bench.history(tmp_path / "runs")
    assert [change.p_articles is None for _, change in found.changes] == [True, False, False]
    assert found.notes[0].startswith("1 earlier change: not tested over articles; record")


def test_scores_of_a_corpus_are_tested_as_compare_does(tmp_path):
    metric = metric_named("bleu")
    block = bench.metrics.Block
    rng = np.random.default_rng(0)
    words = np.array(list("abcdefghijklmnop"))
    texts = [" ".join(rng.choice(words, 12)) for _ in range(12)]
    worse = [text.replace("a", "z").replace("b", "z").replace("c", "z") for text in texts]
    for number in range(6):
        outputs = texts if number < 3 else worse
        statistics = metric.statistics(
            block([[t] for t in outputs], [[t] for t in texts], [str(n) for n in range(12)])
        )
        make_run(
            tmp_path / "runs" / f"2026-02-0{number + 1}",
            {"mine": statistics},
            metric=metric,
            task="summary",
            items=4,
        )
    ((_, change),) = bench.history(tmp_path / "runs").changes
    assert (change.run, change.method) == (3, "exact")
    assert change.interval.high < 0


def test_nothing_to_read_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunDirectoryError, match="contains no finished run"):
        bench.history(tmp_path / "empty")
    with pytest.raises(RunDirectoryError, match="no such run or history"):
        bench.history(tmp_path / "none")


def test_selection_names_primary_scores_unless_others_are_wanted():
    own = article_scores([0.0], articles=3)[0]
    entry = RecordedEntry(row(0, {"mine": own, "floor": own}), "h.jsonl")
    assert list(Selection().of(entry)) == [(*KEY, "model")]
    assert len(list(Selection(models=frozenset({"floor"}), every=True).of(entry))) == 1
    assert list(Selection(tasks=frozenset({"summary"})).of(entry)) == []


def test_dates_need_not_be_regular(tmp_path):
    scores = article_scores(levels_with(25))
    rng = np.random.default_rng(0)
    gaps = np.cumsum(rng.exponential(5000, 40)).astype(int)
    rows = [
        row(
            number,
            {"mine": own},
            date=START.fromtimestamp(START.timestamp() + int(gap), START.tzinfo),
        )
        for number, (own, gap) in enumerate(zip(scores, gaps, strict=True))
    ]
    assert [change.run for _, change in of(tmp_path, None, rows).changes] == [25]


def test_changes_of_correlated_lines_are_found_at_the_same_run():
    scores = article_scores(levels_with(25))
    rows = [row(n, {"mine": own, "other": own}) for n, own in enumerate(scores)]
    entries = [RecordedEntry(one, "h.jsonl") for one in rows]
    found, tests = found_changes(entries, lines_of(entries, Selection()), 0.95, print)
    assert tests == 2
    assert [change.run for one in found for change in one.changes] == [25, 25]
