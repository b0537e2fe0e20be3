"""Ratings of the runs of parts, merged, are those of one run over all articles."""

from __future__ import annotations

import json
import random

import pytest

import bench
from bench.data.ratings import Preference, Rating
from bench.errors import RunDirectoryError
from bench.raters.rubric import shipped_rubric
from bench.runs import scores
from bench.runs.add_ratings import add_ratings
from tests.runs.test_merge import cut, joint, of_files, result_bytes, rows

RATERS = "tests.runs.raters_of_tests"
MODELS = ["lead", "tests.runs.models_of_merging:Fragile"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "rater",
    [
        f"{RATERS}:words",
        f"{RATERS}:Counted",
        f"{RATERS}:Averaged",
        {"use": f"{RATERS}:Fragile", "article": "a", "word": "museum"},
        {"use": f"{RATERS}:Fragile", "article": "a", "how": "unparsed", "word": "ferry"},
        {"use": f"{RATERS}:Fragile", "article": "a"},
        {"use": f"{RATERS}:Fragile", "article": "a0"},
    ],
    ids=["function", "lists", "samples", "some-fail", "some-unparsed", "all-fail", "part-fails"],
)
def test_ratings_give_the_same_bytes(tmp_path, rater, monkeypatch):
    monkeypatch.setattr(scores, "_GROUP", 1)
    options = {"on_error": "skip", "models": MODELS, "metrics": ["rouge1"], "block_size": 2}
    articles = rows(6) + [{**row, "id": f"b{row['id'][1:]}"} for row in rows(4, seed=1)]
    joint(tmp_path, articles, [6, 4], raters=[rater], **options)


def test_first_failure_is_that_of_the_first_article(tmp_path):
    # The longest items are rated first: those of the last article.
    articles = [
        {**row, "text": f"{'Long ' * 20 * n}{row['text']}"} for n, row in enumerate(rows(6))
    ]
    options = {"models": ["lead"], "metrics": ["rouge1"]}
    rater = {"use": f"{RATERS}:Fragile", "article": ""}
    joint(tmp_path, articles, [2, 4], raters=[rater], **options)
    results = json.loads((tmp_path / "merged" / "results.json").read_text())
    (fault,) = results["tasks"]["summary"]["models"]["lead"]["faults"].values()
    assert " 'a00' for one: " in fault


@pytest.mark.slow
def test_samples_and_clusters_of_rated_articles_give_the_same_bytes(tmp_path):
    articles = rows(8)
    for number in (1, 6, 7):
        articles[number]["text"] = articles[0]["text"]
    options = {"models": ["tests.runs.models_of_merging:Dice"], "samples": 3}
    joint(tmp_path, articles, [3, 5], raters=[f"{RATERS}:words"], **options)


def test_what_ratings_took_is_added_up(tmp_path):
    options = {"models": ["lead"], "metrics": ["rouge1"], "raters": [f"{RATERS}:Counted"]}
    (whole,) = of_files(tmp_path / "whole", [rows(5)], **options)
    parts = of_files(tmp_path, cut(rows(5), [2, 3]), **options)
    found = bench.merge(*parts, output=tmp_path / "merged")
    took = [json.loads((run.path / "run.json").read_text())["ratings"] for run in (found, whole)]
    assert took[0] == took[1]
    assert took[0]["Counted"]["summary"]["lead"]["cost"] == 2.5
    again = bench.run(
        {**json.loads(found.record.config.model_dump_json()), "raters": [f"{RATERS}:Counted"]},
        dataset=str(tmp_path / "whole" / "0" / "news.jsonl"),
        output=tmp_path / "merged",
        progress=False,
    )
    assert result_bytes(again) == result_bytes(whole)


def rated(location, ids) -> None:
    dice = random.Random(1)
    given = [
        Rating(
            task="questions",
            model="title-questions",
            article=name,
            rater=person,
            dimension="clear",
            item=None,
            value=dice.randint(1, 5),
        )
        for name in (f"a{number:02}" for number in range(8))
        for person in ("ann", "bob", "cem")
    ]
    add_ratings(location, [row for row in given if row.article in ids], shipped_rubric())


def test_ratings_of_people_give_the_same_bytes(tmp_path):
    options = {"models": ["title-questions", "template"], "metrics": ["rouge1"]}
    (whole,) = of_files(tmp_path / "whole", [rows(8)], **options)
    parts = of_files(tmp_path, cut(rows(8), [3, 5]), **options)
    for run in (whole, *parts):
        rated(run.path, run.digests)
    found = bench.merge(*(run.path for run in parts), output=tmp_path / "merged")
    assert "human.clear" in found.results.scores
    assert result_bytes(found) == result_bytes(bench.load_run(whole.path))
    assert bench.load_run(found.path).raters == ("human",)


def test_preferences_of_people_are_joined(tmp_path):
    options = {"models": ["title-questions", "template"], "metrics": ["rouge1"]}
    (whole,) = of_files(tmp_path / "whole", [rows(4)], **options)
    parts = of_files(tmp_path, cut(rows(4), [2, 2]), **options)
    for run in (whole, *parts):
        pairs = [
            Preference(
                task="questions",
                article=article,
                rater="ann",
                dimension="answerable",
                first="title-questions",
                second="template",
                choice="first",
            )
            for article in run.digests
        ]
        add_ratings(run.path, [], shipped_rubric(), pairs)
    found = bench.merge(*(run.path for run in parts), output=tmp_path / "merged")
    assert {row.article for row in found.preferences("human", "questions")} == set(found.digests)
    assert "human.answerable.preferred" in found.results.scores
    assert result_bytes(found) == result_bytes(bench.load_run(whole.path))


def test_run_that_is_not_rated_to_the_end_is_refused(tmp_path):
    stopping = {"use": f"{RATERS}:Stopping", "most": 2}
    options = {"models": ["lead"], "metrics": ["rouge1"], "raters": [stopping]}
    parts = of_files(tmp_path, cut(rows(4), [2, 2]), **options)
    with pytest.raises(RunDirectoryError, match="is not rated to the end"):
        bench.merge(*parts, output=tmp_path / "merged")


def test_runs_with_other_raters_are_refused(tmp_path):
    first, second = cut(rows(4), [2, 2])
    options = {"models": ["lead"], "metrics": ["rouge1"]}
    (one,) = of_files(tmp_path / "one", [first], raters=[f"{RATERS}:words"], **options)
    (two,) = of_files(tmp_path / "two", [second], **options)
    with pytest.raises(RunDirectoryError, match="raters are none, not words"):
        bench.merge(one, two, output=tmp_path / "merged")


def test_edited_ratings_are_refused(tmp_path):
    options = {"models": ["lead"], "metrics": ["rouge1"], "raters": [f"{RATERS}:words"]}
    first, second = of_files(tmp_path, cut(rows(4), [2, 2]), **options)
    file = second.path / "ratings" / "words.lead.summary.jsonl"
    file.write_text(file.read_text().replace('"value":', '"value":1'))
    with pytest.raises(RunDirectoryError, match=r"words\.lead\.summary\.jsonl: is not as the run"):
        bench.merge(first.path, second.path, output=tmp_path / "merged")
