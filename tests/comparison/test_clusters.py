"""Runs whose articles form clusters, side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.comparison.clusters import joint_units, other_clusters
from bench.comparison.combined import combine_runs, comparable_groups
from bench.comparison.compare import compare
from bench.errors import RunDirectoryError
from bench.gate.check import check
from bench.runs.opening import finished_run
from tests.conftest import write_rows
from tests.runs.test_run import go

METRICS = "metrics: [rouge1]\nresamples: 100\n"
LABELS = {
    "day": ["1", "1", "1", "2", "2", "3"],
    "date": ["a", "a", "a", "b", "b", "c"],  # the same clusters by other names
    "week": ["a", "a", "a", "a", "a", "b"],
    "source": ["x", "y", "x", "y", "z", "z"],
    "rest": [None, "p", "p", None, None, None],
}


@pytest.fixture
def made(articles, rows):
    """Makes a run with a column of labels."""
    for number, row in enumerate(rows):
        row["text"] += " word" * 30
        row |= {column: labels[number] for column, labels in LABELS.items()}
    rows[5]["text"] = rows[4]["text"]
    write_rows(articles, rows)

    def run(column: str | None, name: str | None = None):
        output = name or str(column)
        go("[lead, title]", articles, output, extra=METRICS, cluster=column)
        return finished_run(Path(output))

    return run


@pytest.fixture
def ids(rows):
    return [row["id"] for row in rows]


def groups(units: list[str]) -> list[list[int]]:
    return sorted([n for n, one in enumerate(units) if one == unit] for unit in set(units))


def test_units_of_one_run_are_its_clusters(made, ids):
    run = made("day")
    assert joint_units([run], ids) == joint_units([run, run], ids) == run.units(ids)
    assert groups(run.units(ids)) == [[0, 1, 2], [3, 4], [5]]


def test_clusters_that_one_run_declares_are_those_of_all(made, ids):
    day, same_text = made("day"), made("", "undeclared")
    assert groups(same_text.units(ids)) == [[0], [1], [2], [3], [4, 5]]
    for runs in ([day, same_text], [same_text, day]):
        assert groups(joint_units(runs, ids)) == [[0, 1, 2], [3, 4], [5]]
    assert list(other_clusters(day, same_text)) == []
    assert joint_units([day, same_text], ids[::-1])[0].endswith("3")


def test_same_clusters_may_have_other_names(made, ids):
    day, date = made("day"), made("date")
    assert list(other_clusters(day, date)) == list(other_clusters(date, day)) == []
    assert joint_units([day, date], ids) == day.units(ids)
    assert joint_units([date, day], ids) == date.units(ids)
    assert len(combine_runs([day, date]).compared_models) == 2


def test_what_belongs_together_in_any_run_belongs_together(made, ids):
    date, rest = made("date"), made("rest")
    assert groups(rest.units(ids)) == [[0], [1, 2], [3], [4], [5]]
    assert groups(joint_units([rest, date], ids)) == [[0, 1, 2], [3, 4], [5]]


def test_articles_in_other_clusters_are_refused_with_the_reason(made, ids):
    day, source = made("day"), made("source")
    (reason,) = other_clusters(day, source)
    assert "is in different clusters" in reason
    assert f"clusters by 'source' in {source.location}, by 'day' in {day.location}" in reason
    assert "run one of them again with the same --cluster" in reason
    assert any(repr(name) in reason for name in ids)
    for refused in (compare, lambda runs: check(runs[0], runs[1]), combine_runs):
        with pytest.raises(RunDirectoryError, match=r"source and .*day|day and .*source") as error:
            refused([day, source])
        assert "is in different clusters" in str(error.value)
    assert len(comparable_groups([day, source])) == 2


def test_what_only_one_of_them_joins_is_refused_too(made):
    day, week = made("day"), made("week")
    for runs in ((day, week), (week, day)):
        (reason,) = other_clusters(*runs)
        assert reason.startswith(
            f"the article 'the-harbour' is in different clusters: in {week.location} it belongs"
            f" together with 'the-bakery', in {day.location} it does not"
        )


def test_runs_with_and_without_clusters_share_no_table_but_a_comparison(made):
    day, plain = made("day"), made("", "plain")
    with pytest.raises(RunDirectoryError) as error:
        combine_runs([day, plain])
    assert (
        f"the intervals of {plain.location} are over 5 clusters by 'identical texts', those of"
        f" {day.location} over 3 clusters by 'day'; run one of them again with the same --cluster"
        in str(error.value)
    )
    assert {pair.articles for one in compare([day, plain]).scores for pair in one.pairs} == {6}
    assert check(day, plain).outcome == "pass"


def test_single_articles_and_clusters_share_no_table(articles, rows):
    for row, day in zip(rows, LABELS["day"], strict=True):
        row["day"] = day
    write_rows(articles, rows)
    go("[lead, title]", articles, "day", extra=METRICS, cluster="day")
    go("[lead, title]", articles, "plain", extra=METRICS)
    day, plain = (finished_run(Path(name)) for name in ("day", "plain"))
    with pytest.raises(
        RunDirectoryError, match="plain are over single articles, those of day over"
    ):
        combine_runs([day, plain])
