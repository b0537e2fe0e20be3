"""Metrics that know the references of the whole split, whatever part of it a run scores."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

import bench as public
from bench.errors import DataError, RunDirectoryError
from bench.metrics import Metric
from bench.runs.opening import finished_run
from bench.runs.rescore import rescored
from bench.runs.run import Silent
from tests.conftest import write_rows


@pytest.fixture
def three(articles, rows):
    third = {**rows[0], "id": "third", "summary": ["A bridge was opened.", "The mayor spoke."]}
    return write_rows(articles, [*rows, third])


def run(dataset, output=None, **options):
    given = {"models": ["lead", "title"], "metrics": ["rouge1_idf", "rouge1"], **options}
    return public.run(
        {"models": ["lead"], "dataset": str(dataset)}, output=output, progress=False, **given
    )


def signature(found):
    return found.results.metrics["rouge1_idf"].signature


def by_article(found, task="summary", model="lead"):
    values = found.values(task, model, "rouge1_idf")
    return dict(zip(values.articles, values.values.tolist(), strict=True))


def test_limit_does_not_change_what_a_metric_knows_of_the_split(three):
    whole, part = run(three), run(three, limit=1)
    assert signature(whole) == signature(part)
    known, found = by_article(whole), by_article(part)
    assert len(found) == 1
    assert found.items() <= known.items()


def test_values_are_those_of_lists_scored_by_themselves(three):
    found = run(three)
    items = finished_run(found.path).items("summary", "lead")
    references = {r["id"]: r["summary"] for r in map(json.loads, three.read_text().splitlines())}
    scores = public.score(items, references, metrics=["rouge1_idf"])
    pairs = dict(zip(scores.articles, scores.per_article("rouge1_idf"), strict=True))
    assert pairs == by_article(found)


def test_another_split_has_another_signature(three, rows):
    before = signature(run(three, limit=1))
    write_rows(three, [*rows, {**rows[0], "id": "third", "summary": ["Another list."]}])
    assert signature(run(three, limit=1)) != before


@pytest.mark.slow
def test_engines_and_blocks_agree(three):
    plain = run(three)
    for options in ({"engine": {"use": "processes", "workers": 2}}, {"block_size": 1}):
        assert run(three, **options).results.to_json() == plain.results.to_json()


def test_order_of_the_rows_does_not_matter(three):
    before = run(three)
    lines = three.read_text().splitlines()
    three.write_text("\n".join(lines[::-1]) + "\n")
    assert signature(run(three)) == signature(before)
    assert by_article(run(three)) == by_article(before)


def scored_again(path, dataset=None):
    with rescored(finished_run(path), Silent(), dataset) as found:
        return found.results.to_json()


def test_whole_run_is_scored_again_without_its_dataset(three, tmp_path):
    found = run(three, tmp_path / "run")
    three.unlink()
    assert scored_again(tmp_path / "run") == found.results.to_json()


def test_part_is_scored_again_only_with_the_whole_split(three, tmp_path):
    found = run(three, tmp_path / "run", limit=1)
    assert scored_again(tmp_path / "run") == found.results.to_json()
    (tmp_path / "moved").mkdir()
    moved = three.rename(tmp_path / "moved" / three.name)
    assert scored_again(tmp_path / "run", str(moved)) == found.results.to_json()
    with pytest.raises(RunDirectoryError, match=r"only 1 article of the split.*whole split"):
        scored_again(tmp_path / "run")


def test_verify_says_that_no_package_defines_it(three, tmp_path):
    run(three, tmp_path / "run")
    checked = {one.metric: one.packages for one in public.verify(tmp_path / "run").metrics}
    assert checked == {"rouge1_idf": "", "rouge1": "rouge-score"}


@dataclass(frozen=True)
class ShareOfKnownLists(Metric):
    """Share of the split's reference lists that have as many items as the prediction."""

    needs_split = True

    def learn(self, references):
        return [len(items) for items in references if items]

    def statistics(self, block):
        sizes = self.learned()
        rows = [np.mean([len(p) == size for size in sizes]) for p in block.predictions]
        return np.array(rows, float).reshape(-1, 1)


@pytest.mark.slow
def test_metrics_of_others_learn_from_the_split_of_each_task(three):
    found = run(three, metrics=[ShareOfKnownLists()], limit=1, models=["lead", "title-questions"])
    scores = found.results.tasks
    assert set(scores) == {"summary", "questions"}
    (name,) = found.results.metrics
    assert "|split:" in found.results.metrics[name].signature


def test_shards_know_the_whole_split_and_are_merged(three, tmp_path):
    whole = run(three, tmp_path / "whole")
    parts = [tmp_path / f"part{number}" for number in (1, 2)]
    for number, part in enumerate(parts, start=1):
        assert signature(run(three, part, shard=f"{number}/2")) == signature(whole)
    merged = public.merge(*parts, output=tmp_path / "merged")
    assert by_article(merged) == by_article(whole)
    assert merged.results.to_json() == whole.results.to_json()


def test_unreadable_article_beyond_the_limit_is_refused_with_the_reason(three):
    with three.open("a") as rows:
        rows.write("broken\n")
    assert run(three, limit=1, metrics=["rouge1"]).results.tasks
    with pytest.raises(DataError) as refused:
        run(three, limit=1)
    first, last = refused.value.problems
    assert f"{three}:8" in first
    assert "rouge1_idf: needs the references of the whole split" in last
