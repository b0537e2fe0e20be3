"""Merging reads and writes scores a block of articles at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import bench
from bench.errors import RunDirectoryError
from bench.runs import scores
from bench.runs.finished import FinishedRun
from bench.runs.merged_articles import MergedArticles
from bench.runs.opening import finished_run
from bench.runs.score_blocks import ScoreBlocks
from bench.runs.seal import Seal
from tests.runs.test_merge import cut, joint, of_files, result_bytes, rows


@pytest.fixture
def small_groups(monkeypatch):
    monkeypatch.setattr(scores, "_GROUP", 1)


@pytest.fixture
def run(tmp_path):
    (found,) = of_files(tmp_path, [rows(6)], models=["lead"], metrics=["rougeLsum", "bleu"])
    return replace(finished_run(found.path), seal=Seal())


def rewritten(run: FinishedRun, change, size: int) -> None:
    table = change(pq.read_table(run.path / "scores.parquet"))
    pq.write_table(table, run.path / "scores.parquet", row_group_size=size, compression="zstd")


def blocks_of(run: FinishedRun):
    with MergedArticles() as articles:
        articles.begin(run)
        for article in run.references():
            articles.add(article.id)
        return list(ScoreBlocks(run, articles.numbers).read())


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"on_error": "skip", "models": ["tests.runs.models_of_merging:Fragile", "lead"]},
        {"samples": 3, "models": ["tests.runs.models_of_merging:Dice"]},
        {"metrics": ["bleu", "rouge1", "tests.runs.models_of_merging:picky"], "models": ["lead"]},
    ],
    ids=["skip", "samples", "faults"],
)
def test_blocks_of_a_few_articles_give_the_same_bytes(tmp_path, small_groups, options):
    joint(tmp_path, rows(9), [4, 5], block_size=2, **options)


def test_scores_of_all_articles_are_never_in_memory(tmp_path, small_groups, monkeypatch):
    parts = of_files(tmp_path, cut(rows(12), [6, 6]), models=["lead"], block_size=2)
    largest = []
    read = scores._parsed

    def parsed(table):
        found = read(table)
        largest.append(max(len(own.articles) for own in found[0].values()))
        return found

    monkeypatch.setattr(scores, "_parsed", parsed)
    bench.merge(*parts, output=tmp_path / "merged")
    assert largest
    assert max(largest) == 2


@pytest.mark.parametrize("size", [1, 4, 7, 1000])
def test_scores_in_any_groups_are_read_with_all_of_an_article(run, size):
    whole = run.all_scores
    rewritten(run, lambda table: table, size)
    found = blocks_of(run)
    for key, own in whole.items():
        parts = [block[key] for block, _ in found if key in block]
        assert tuple(a for part in parts for a in part.articles) == own.articles
        np.testing.assert_array_equal(np.concatenate([part.values for part in parts]), own.values)
    assert {a: d for _, digests in found for a, d in digests.items()} == run.digests


def test_article_with_scores_twice_is_an_error(run):
    rewritten(
        run,
        lambda table: pa.concat_tables([table, table]),
        len(pq.read_table(run.path / "scores.parquet")),
    )
    with pytest.raises(RunDirectoryError, match="twice, or the articles are not in the order"):
        blocks_of(run)


def test_missing_scores_are_an_error(run):
    rewritten(run, lambda table: table.slice(0, len(table) - 1), 1000)
    with pytest.raises(
        RunDirectoryError, match=r"does not belong to results\.json: 5 of 6 articles"
    ):
        blocks_of(run)


def test_scores_of_unknown_articles_are_an_error(run):
    def renamed(table):
        names = ["other" if n == "a05" else n for n in table["article"].to_pylist()]
        column = pa.array(names).dictionary_encode()
        return table.set_column(table.column_names.index("article"), "article", column)

    rewritten(run, renamed, 1000)
    with pytest.raises(RunDirectoryError, match="articles that are not among the references"):
        blocks_of(run)


def test_other_scores_than_those_of_the_results_are_an_error_and_the_old_run_stays(tmp_path):
    first, second = of_files(tmp_path, cut(rows(4), [2, 2]), models=["lead"])
    earlier = bench.merge(first, second, output=tmp_path / "merged")
    before = result_bytes(earlier)
    forged = replace(finished_run(second.path), seal=Seal())

    def higher(table):
        values = pa.array([value / 2 for value in table["value"].to_pylist()])
        return table.set_column(table.column_names.index("value"), "value", values)

    rewritten(forged, higher, 1000)
    with pytest.raises(RunDirectoryError, match=r"the mean .* is another"):
        bench.merge(finished_run(first.path), forged, output=tmp_path / "merged", overwrite=True)
    assert result_bytes(bench.load_run(tmp_path / "merged")) == before
