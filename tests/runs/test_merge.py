"""Runs of parts of a dataset give, merged, what one run over all of it gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

import bench
from bench.errors import ConfigError, DataError, RunDirectoryError
from bench.runs import score_accumulator
from bench.runs.config import Config

TOPICS = ("tariffs", "harvest", "ferry", "museum", "battery", "election", "glacier")


def rows(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Articles of several sentences, with a second list for some."""
    dice = Random(seed)
    found = []
    for number in range(count):
        words = dice.sample(TOPICS, 3)
        facts = [
            f"The {word} report of day {number} names {dice.randint(2, 90)} towns."
            for word in words
        ]
        row = {
            "id": f"a{number:02}",
            "title": f"What the {words[0]} report says",
            "text": " ".join([*facts, f"Officials will meet again on day {number + 3}."]),
            "summary": facts[: 1 + number % 3],
            "questions": [f"How many towns does the {word} report name?" for word in words],
        }
        if number % 4 == 0:
            row["alternatives"] = [{"questions": [f"Which towns are in the {words[0]} report?"]}]
        found.append(row)
    return found


def written(folder: Path, articles: Sequence[dict[str, Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "news.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in articles), "utf-8")
    return file


def cut(articles: Sequence[dict[str, Any]], sizes: Sequence[int]) -> list[list[dict[str, Any]]]:
    parts, start = [], 0
    for size in sizes:
        parts.append(list(articles[start : start + size]))
        start += size
    return parts


CONFIG: dict[str, Any] = {
    "name": "news",
    "dataset": "nextfin",
    "models": ["lead", "random-sentences", "oracle", "transform", "other-editor"],
    "metrics": ["rougeLsum", "set_rougeL", "chrf", "support", "near_duplicates"],
}


def of_files(folder: Path, parts: Sequence[Sequence[dict[str, Any]]], **options: Any) -> list[Any]:
    return [
        bench.run(
            {**CONFIG, **options},
            dataset=written(folder / str(number), part),
            output=folder / f"run{number}",
            progress=False,
        )
        for number, part in enumerate(parts)
    ]


def joint(
    folder: Path, articles: list[dict[str, Any]], sizes: Sequence[int], **options: Any
) -> None:
    """Check that the merged run has the results of the whole one."""
    (whole,) = of_files(folder / "whole", [articles], **options)
    parts = of_files(folder, cut(articles, sizes), **options)
    found = bench.merge(*parts, output=folder / "merged")
    assert found.results == whole.results
    assert result_bytes(found) == result_bytes(whole)
    assert sorted(found.digests.items()) == sorted(whole.digests.items())


def result_bytes(run: bench.Run) -> bytes:
    return (run.path / "results.json").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[1, 11], [4, 4, 4], [5, 6, 1], [2] * 6])
def test_parts_of_any_size_give_the_same_bytes(tmp_path, sizes):
    joint(tmp_path, rows(12), sizes)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"on_error": "skip", "models": ["tests.runs.models_of_merging:Fragile"]},
        {"on_error": "score-zero", "models": ["tests.runs.models_of_merging:Fragile"]},
        {"samples": 3, "models": ["tests.runs.models_of_merging:Dice"]},
        {"references": "best"},
        {"max_items": 1, "confidence": 0.8},
        {"tasks": {"questions": {"items": 5, "primary": "chrf"}}},
        {"metrics": ["bleu", "rouge1", "tests.runs.models_of_merging:picky"]},
    ],
    ids=["skip", "zero", "samples", "best", "cut", "tasks", "faults"],
)
def test_options_give_the_same_bytes(tmp_path, options):
    joint(tmp_path, rows(9), [4, 5], **options)


def test_first_fault_of_a_metric_is_reported_in_any_order_of_the_parts(tmp_path):
    metrics = ["rouge1", "tests.runs.models_of_merging:picky"]
    (whole,) = of_files(tmp_path / "whole", [rows(9)], metrics=metrics)
    parts = of_files(tmp_path, cut(rows(9), [4, 5]), metrics=metrics)
    found = bench.merge(*reversed(parts), output=tmp_path / "merged")
    assert "'a02'" in found.results.tasks["summary"].models["lead"].faults["picky"]
    assert result_bytes(found) == result_bytes(whole)


MEASURE = """
import datasets
import evaluate


class Lengths(evaluate.Metric):
    def _info(self):
        texts = {name: datasets.Value("string") for name in ("predictions", "references")}
        features = datasets.Features(texts)
        return evaluate.MetricInfo(description="", citation="", features=features)

    def _compute(self, predictions, references):
        ((text,), (other,)) = predictions, references
        return {"words": len(text.split()), "apart": [abs(len(text) - len(other)), 1], "b": "x"}
"""


@pytest.mark.slow
def test_measures_of_evaluate_are_joined(tmp_path, monkeypatch):
    pytest.importorskip("evaluate")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    (tmp_path / "lengths").mkdir()
    (tmp_path / "lengths" / "lengths.py").write_text(MEASURE)
    metrics = [{"evaluate": str(tmp_path / "lengths")}, "rouge1"]
    joint(tmp_path, rows(7), [3, 4], metrics=metrics, models=["lead"])
    found = bench.load_run(tmp_path / "merged")
    assert {"lengths.words", "lengths.apart"} <= set(found.results.scores)


@pytest.mark.slow
def test_equal_texts_in_two_parts_are_one_cluster(tmp_path):
    articles = rows(8)
    for number in (1, 6, 7):
        articles[number]["text"] = articles[0]["text"] * 6
    joint(tmp_path, articles, [3, 5])
    merged = bench.load_run(tmp_path / "merged")
    assert sorted(merged.cluster_labels) == ["a01", "a06", "a07"]
    assert len(set(merged.cluster_labels.values())) == 1


@pytest.mark.slow
@pytest.mark.parametrize("labels", ["aabbccdd", "abababab", "abcdefga", "........", "aabb...."])
def test_labels_of_clusters_are_joined(tmp_path, labels):
    articles = rows(8)
    for row, label in zip(articles, labels, strict=True):
        if label != ".":
            row["cluster"] = label
    joint(tmp_path, articles, [4, 4])


def test_task_that_a_part_lacks_is_merged(tmp_path):
    articles = rows(8)
    for row in articles[:4]:
        row["summary"] = []
    joint(tmp_path, articles, [4, 4])


@pytest.mark.parametrize("sizes", [[1, 1, 2], [1, 3]])
def test_part_without_any_output_of_a_model_is_merged(tmp_path, sizes):
    fragile = ["lead", "tests.runs.models_of_merging:Fragile"]  # fails on a01
    joint(tmp_path, rows(4), sizes, on_error="skip", models=fragile, metrics=["bleu", "rouge1"])
    merged = bench.load_run(tmp_path / "merged")
    assert merged.results.tasks["summary"].models["Fragile"].failed == 1


def test_articles_of_a_task_for_which_no_model_of_a_part_writes_are_counted(tmp_path):
    joint(tmp_path, rows(4), [1, 3], models=["lead", "other-editor"])  # a00 has a second list
    assert bench.load_run(tmp_path / "run1").results.tasks.keys() == {"summary"}
    assert bench.load_run(tmp_path / "merged").results.tasks["questions"].articles == 4


@pytest.mark.slow
def test_cells_of_many_articles_are_joined(tmp_path, monkeypatch):
    monkeypatch.setattr(
        score_accumulator.ScoreAccumulator.__init__,
        "__kwdefaults__",
        {"exact": 5, "clusters": None},
    )
    joint(tmp_path, rows(12), [4, 3, 5])


@pytest.mark.slow
def test_merged_runs_can_be_merged_again(tmp_path):
    (whole,) = of_files(tmp_path / "whole", [rows(9)])
    first, second, third = of_files(tmp_path, cut(rows(9), [3, 3, 3]))
    half = bench.merge(first, second, output=tmp_path / "half")
    assert result_bytes(bench.merge(half, third, output=tmp_path / "all")) == result_bytes(whole)


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 3, 7])
def test_shards_declare_the_whole_dataset_to_models_that_draw_from_it(tmp_path, count):
    config = {**CONFIG, "models": ["other-article", "lead"]}
    file = written(tmp_path, rows(7))
    whole = bench.run(config, dataset=file, output=tmp_path / "whole", progress=False)
    shards = [
        bench.run(
            config,
            dataset=file,
            shard=f"{number}/{count}",
            output=tmp_path / str(number),
            progress=False,
        )
        for number in range(1, count + 1)
    ]
    assert sum(shard.results.dataset.articles for shard in shards) == 7
    found = bench.merge(*shards, output=tmp_path / "merged")
    assert result_bytes(found) == result_bytes(whole)
    assert {(r.article, r.items) for r in found.rows("questions", "other-article")} == {
        (r.article, r.items) for r in whole.rows("questions", "other-article")
    }


def test_model_that_draws_from_the_dataset_is_refused_without_shards(tmp_path):
    parts = of_files(tmp_path, cut(rows(6), [3, 3]), models=["other-article", "lead"])
    with pytest.raises(RunDirectoryError, match=r"other-article: depends on the whole .* --shard"):
        bench.merge(*parts, output=tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_common_article_is_refused(tmp_path):
    articles = rows(6)
    parts = of_files(tmp_path, [articles[:4], articles[3:]])
    with pytest.raises(RunDirectoryError, match=r"article 'a03' is in .*run0 and in .*run1"):
        bench.merge(*parts, output=tmp_path / "merged")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metrics": ["rougeLsum"]}, "does not have the metric set_rougeL"),
        ({"stemmer": False}, "rougeLsum.* is .*stemmer:no"),
        ({"models": ["lead"]}, "does not have the model oracle"),
        ({"seed": 3}, "random-sentences is"),
        ({"confidence": 0.9}, "confidence is 0.9, not 0.95"),
        ({"on_error": "skip"}, "on_error is skip"),
        ({"tasks": {"questions": {"items": 3}}}, "items is 3, not 16"),
        ({"cluster": "title"}, "clusters by 'title'"),
        ({"tasks": ["summary"]}, "tasks are summary, not questions, summary"),
    ],
)
def test_runs_that_differ_in_more_than_articles_are_refused(tmp_path, options, message):
    articles = rows(6)
    (first,) = of_files(tmp_path / "one", [articles[:3]])
    (second,) = of_files(tmp_path / "two", [articles[3:]], **options)
    with pytest.raises(RunDirectoryError, match=message):
        bench.merge(first, second, output=tmp_path / "merged")


def test_edited_predictions_are_refused(tmp_path):
    first, second = of_files(tmp_path, cut(rows(6), [3, 3]))
    file = second.path / "predictions" / "lead.summary.jsonl"
    file.write_text(file.read_text("utf-8").replace("report", "rumour"), "utf-8")
    with pytest.raises(RunDirectoryError, match=r"lead\.summary\.jsonl: is not as the run wrote"):
        bench.merge(first.path, second.path, output=tmp_path / "merged")


@pytest.mark.parametrize(
    "file", ["predictions/lead.summary.jsonl", "scores.parquet", "references.parquet"]
)
def test_torn_part_leaves_the_directory_as_it_was(tmp_path, file):
    first, second = of_files(tmp_path, cut(rows(4), [2, 2]), models=["lead"])
    earlier = bench.merge(first, second, output=tmp_path / "merged")
    before = result_bytes(earlier)
    torn = second.path / file
    torn.write_bytes(torn.read_bytes()[:-9])
    for name in ("merged", "other"):
        with pytest.raises(RunDirectoryError, match=f"{torn.name}: is not as the run wrote it"):
            bench.merge(first.path, second.path, output=tmp_path / name, overwrite=True)
    assert result_bytes(bench.load_run(tmp_path / "merged")) == before
    assert not (tmp_path / "other").exists()


@pytest.mark.slow
def test_directory_of_another_run_is_kept_unless_overwritten(tmp_path):
    first, second = of_files(tmp_path, cut(rows(6), [3, 3]))
    with pytest.raises(RunDirectoryError, match="is one of the runs"):
        bench.merge(first, second, output=first.path)
    bench.merge(first, second, output=tmp_path / "merged")
    with pytest.raises(RunDirectoryError, match="holds a run already"):
        bench.merge(second, first, output=tmp_path / "merged")
    found = bench.merge(second, first, output=tmp_path / "merged", overwrite=True)
    assert found.results.dataset.articles == 6


@pytest.mark.slow
def test_merged_run_is_a_run_like_others(tmp_path):
    parts = of_files(tmp_path, cut(rows(6), [3, 3]))
    found = bench.load_run(bench.merge(*parts, output=tmp_path / "merged").path)
    assert bench.verify(found, articles=None).is_right
    assert bench.check(found, found).outcome == "pass"
    assert found.record.counts["summary"]["lead"].asked == 6
    assert str(tmp_path / "run0") in found.record.notes[0]
    assert found.record.config.shard is None


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/2/3", "-1/2", "1/" + "9" * 30])
def test_shard_that_is_none_is_refused(shard):
    with pytest.raises(ConfigError, match='must be of the form "2/5"'):
        bench.run(CONFIG, dataset="briefs", shard=shard, progress=False)


def test_more_shards_than_articles_are_refused(tmp_path):
    with pytest.raises(DataError, match="news: 3 articles cannot be cut into 4 shards"):
        bench.run(CONFIG, dataset=written(tmp_path, rows(3)), shard="1/4", progress=False)


def test_shards_are_consecutive_and_disjoint(tmp_path):
    file = str(written(tmp_path, rows(11)))
    config = Config.model_validate({**CONFIG, "dataset": file})
    parts = [config.changed(shard=f"{n}/4").articles() for n in range(1, 5)]
    assert [a.id for part in parts for a in part] == [row["id"] for row in rows(11)]
    assert {len(part) for part in parts} == {2, 3}
    assert parts[1][-1] == parts[1][len(parts[1]) - 1]
    assert [a.id for batch in parts[2].batches(2) for a in batch] == [a.id for a in parts[2]]
