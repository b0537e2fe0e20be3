"""Runs in one process: what is kept, what is counted, what never changes the result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from bench.errors import DataError, RunDirectoryError, RunFailedError
from bench.runs.config_file import ConfigFile
from bench.runs.directory import sole_writer
from bench.runs.plan import make_plan
from bench.runs.results import Results, read_results
from bench.runs.run import execute
from tests.conftest import write_rows

MODELS = "tests.runs.models_of_tests"
METRICS = "metrics: [rougeLsum, set_rougeL]\n"


class Silent:
    def start(self, label: str, articles: int, done: int) -> None: ...
    def advance(self, articles: int) -> None: ...
    def tell(self, event: str) -> None: ...


def go(
    models: str, dataset: Path, output: str = "out", *, extra: str = METRICS, **changes: Any
) -> Results:
    text = f"name: c\ndataset: {dataset}\nmodels: {models}\n{extra}"
    Path("c.yaml").write_text(text, encoding="utf-8")
    file = ConfigFile(Path("c.yaml"))
    return execute(make_plan(file.config.changed(**changes), file), Path(output), Silent())


def predictions(name: str, output: str = "out") -> list[dict[str, Any]]:
    lines = Path(output, "predictions", f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def result_bytes(output: str = "out") -> bytes:
    return Path(output, "results.json").read_bytes()


ALL = (
    "[lead, hybrid, lsa, sumbasic, textrank, lexrank, title, random-sentences, other-article,"
    " oracle]"
)


def test_result_is_the_same_bytes_for_any_batch_size(articles):
    go(ALL, articles, "a", batch_size=1)
    go(ALL, articles, "b", batch_size=5)
    assert result_bytes("a") == result_bytes("b")


def test_result_is_the_same_bytes_for_any_order_of_the_articles(articles, rows):
    Path("reversed").mkdir()
    go(ALL, articles, "a")
    go(ALL, write_rows(Path("reversed/articles.jsonl"), rows[::-1]), "b")
    assert result_bytes("a") == result_bytes("b")


def test_model_scores_the_same_whichever_models_run_beside_it(articles):
    means = [
        {s: v.mean for s, v in run.tasks["summary"].models["random-sentences"].scores.items()}
        for run in (go(ALL, articles, "a"), go("[random-sentences]", articles, "b"))
    ]
    assert means[0] == means[1]


def test_another_seed_gives_other_draws_and_zero_is_a_seed(articles):
    texts = []
    for seed in (0, 1, 0):
        go("[random-sentences]", articles, f"seed{len(texts)}", seed=seed)
        rows = predictions("random-sentences.summary", f"seed{len(texts)}")
        texts.append([row["items"] for row in rows])
    assert texts[0] == texts[2] != texts[1]


def test_floor_is_another_articles_references_never_its_own(articles, rows):
    go("[other-article]", articles)
    own = {row["id"]: row["summary"] for row in rows}
    written = predictions("other-article.summary")
    assert all(row["items"] in own.values() for row in written)
    assert all(row["items"] != own[row["article"]] for row in written)


def test_finished_predictions_are_kept_and_only_the_rest_is_asked_for(articles, rows):
    slow = f"[{{use: '{MODELS}:Slow', log: asked.txt}}]"
    go(slow, write_rows(articles, rows[:2]))
    before = result_bytes()
    assert go(slow, write_rows(articles, rows)).dataset.articles == 6
    asked = Path("asked.txt").read_text().splitlines()
    assert len(asked) == len(set(asked)) == 6 + 5
    go(slow, write_rows(articles, rows[:2]))
    assert result_bytes() == before
    assert len(Path("asked.txt").read_text().splitlines()) == 6 + 5


def test_predictions_expire_with_what_they_depend_on(articles, rows):
    go("[{use: lead, name: m, k: 1}, other-article]", articles)
    first = {row["article"]: row["key"] for row in predictions("m.summary")}
    others = {row["article"]: row["key"] for row in predictions("other-article.summary")}
    rows[0]["text"] += " A last word."
    write_rows(articles, rows)
    go("[{use: lead, name: m, k: 1}, other-article]", articles)
    second = {row["article"]: row["key"] for row in predictions("m.summary")}
    assert [i for i in first if first[i] != second[i]] == ["the-harbour"]
    assert set(others.values()).isdisjoint(
        row["key"] for row in predictions("other-article.summary")
    )
    go("[{use: lead, name: m, k: 2}]", articles)
    third = {row["article"]: row["key"] for row in predictions("m.summary")}
    assert set(third.values()).isdisjoint(second.values())
    assert all(len(row["items"]) == 2 for row in predictions("m.summary"))


def test_torn_last_line_is_written_again_and_a_broken_one_is_named(articles):
    go("[lead]", articles)
    before, file = result_bytes(), Path("out/predictions/lead.summary.jsonl")
    whole = file.read_bytes()
    file.write_bytes(whole[:-30])
    Path("out/run.json").unlink()  # as where a run was killed
    go("[lead]", articles)
    assert result_bytes() == before
    assert len(predictions("lead.summary")) == 6
    file.write_bytes(whole.replace(b'"items"', b'"itemz"', 1))
    Path("out/run.json").unlink()
    with pytest.raises(RunDirectoryError, match=r"lead.summary.jsonl:1: not a prediction row"):
        go("[lead]", articles)


def test_failed_article_scores_zero_is_counted_and_tried_again(articles, monkeypatch):
    fragile = f"['{MODELS}:Fragile']"
    broken = go(fragile, articles).tasks["summary"].models["Fragile"]
    assert (broken.failed, broken.articles) == (1, 6)
    (row,) = [row for row in predictions("Fragile.summary") if row["status"] == "error"]
    assert row["article"] == "the-orchard"
    assert row["error"].startswith("RuntimeError: no apples")
    assert row["error"].endswith(" (models_of_tests.py:45)")
    skipped = go(fragile, articles, on_error="skip").tasks["summary"].models["Fragile"]
    assert (skipped.failed, skipped.articles) == (1, 5)
    zero, without = (m.scores["rougeLsum.f1"].mean for m in (broken, skipped))
    assert zero == pytest.approx(without * 5 / 6)
    with pytest.raises(RunFailedError, match="Fragile failed on article 'the-orchard'"):
        go(fragile, articles, on_error="stop")
    monkeypatch.setenv("MENDED", "yes")
    assert go(fragile, articles).tasks["summary"].models["Fragile"].failed == 0


def test_model_that_failed_everywhere_has_no_scores_where_failures_are_skipped(articles):
    odd = f"[lead, {{use: '{MODELS}:Odd', name: odd, gives: nothing}}]"
    models = go(odd, articles, on_error="skip").tasks["summary"].models
    assert (models["odd"].articles, models["odd"].failed, models["odd"].scores) == (0, 6, {})
    assert models["lead"].articles == 6
    zero = go(odd, articles, on_error="score-zero").tasks["summary"].models["odd"]
    assert {score.mean for score in zero.scores.values()} == {0}


@pytest.mark.parametrize(
    ("gives", "reason"),
    [
        ("text", "a list of strings for each article, not <class 'str'>"),
        ("numbers", "items.0: must be a string, not "),
        ("nothing", "a list of strings for each article, not <class 'NoneType'>"),
        ("surrogates", "items.0: "),
        ("too few", "0 outputs for 1 article"),
    ],
)
def test_output_that_is_no_list_of_strings_is_a_failure_with_a_reason(articles, gives, reason):
    results = go(f"[{{use: '{MODELS}:Odd', name: odd, gives: {gives}}}]", articles)
    assert results.tasks["summary"].models["odd"].failed == 6
    assert all(reason in row["error"] for row in predictions("odd.summary"))


def test_list_of_blanks_is_counted_as_empty(articles):
    results = go(f"[{{use: '{MODELS}:Odd', name: odd, gives: blanks}}]", articles)
    model = results.tasks["summary"].models["odd"]
    assert (model.empty, model.failed) == (6, 0)


def test_model_never_sees_the_references(articles):
    go(f"['{MODELS}:Peeking']", articles)
    assert all(row["items"] == ["nothing to see"] for row in predictions("Peeking.summary"))


def test_articles_without_references_are_left_out_and_counted(articles):
    results = go("[random-sentences]", articles)
    assert results.tasks["summary"].left_out == 0
    assert results.tasks["questions"].left_out == 1
    assert results.tasks["questions"].articles == 5


def test_positions_run_from_the_best_floor_to_the_ceiling(articles):
    models = go("[lead, title, random-sentences, oracle]", articles).tasks["summary"].models
    scores = {name: model.scores["rougeLsum.f1"] for name, model in models.items()}
    floor = max(scores["title"].mean, scores["random-sentences"].mean)
    expected = (scores["lead"].mean - floor) / (scores["oracle"].mean - floor)
    assert scores["lead"].position == pytest.approx(expected)
    assert scores["oracle"].position == 1
    alone = go("[lead, title]", articles, "b").tasks["summary"].models["lead"]
    assert alone.scores["rougeLsum.f1"].position is None


def test_scores_parquet_holds_every_article_and_averages_to_the_results(articles):
    results = go("[lead, title]", articles)
    table = pq.read_table("out/scores.parquet").to_pylist()
    columns = ["task", "model", "metric", "article", "digest", "value", "statistics"]
    assert list(table[0]) == columns
    for model in ("lead", "title"):
        values = [
            row["value"]
            for row in table
            if row["model"] == model and row["metric"] == "rougeLsum.f1"
        ]
        assert len(values) == 6
        mean = results.tasks["summary"].models[model].scores["rougeLsum.f1"].mean
        assert sum(values) / 6 == pytest.approx(mean, abs=1e-12)


@pytest.mark.usefixtures("tmp_path")
def test_text_that_the_tokenizer_would_drop_is_refused_with_the_remedy(rows):
    rows[0]["summary"][0] = "ウクライナ"
    file = write_rows(Path("kana.jsonl"), rows)
    with pytest.raises(DataError, match=r"article 'the-harbour', bullet 1.*`tokenizer: unicode`"):
        go("[lead]", file)
    assert not Path("out/results.json").exists()
    go("[lead]", file, tokenizer="unicode")


def test_second_writer_is_refused(articles):
    with (
        sole_writer(Path("out")),
        pytest.raises(RunDirectoryError, match="out: another run is writing there"),
    ):
        go("[lead]", articles)
    go("[lead]", articles)


def test_results_read_back_as_they_were_written(articles):
    results = go("[lead]", articles)
    assert read_results(Path("out")) == results
    assert result_bytes().decode() == results.to_json()


@pytest.mark.usefixtures("tmp_path")
def test_unfinished_and_foreign_directories_are_distinguished():
    with pytest.raises(RunDirectoryError, match="no such run"):
        read_results(Path("none"))
    Path("half/predictions").mkdir(parents=True)
    with pytest.raises(RunDirectoryError, match="did not finish"):
        read_results(Path("half"))
    Path("half/results.json").write_text("{}")
    with pytest.raises(RunDirectoryError, match="cannot be read as results"):
        read_results(Path("half"))


def test_results_do_not_outlive_what_they_belong_to(articles):
    go("[lead]", articles)
    assert read_results(Path("out"))
    with pytest.raises(RunFailedError):
        go(f"[{{use: '{MODELS}:Fragile', name: lead}}]", articles, on_error="stop")
    with pytest.raises(RunDirectoryError):
        read_results(Path("out"))
