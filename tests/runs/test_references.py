"""Articles with several reference lists."""

from __future__ import annotations

import json

import pytest
from rouge_score.rouge_scorer import RougeScorer

from bench.runs.opening import finished_run
from tests.conftest import write_rows

SECOND = {
    "summary": ["A trust bought it for millions.", "The sale was criticised as a loss."],
    "questions": ["What did the trust buy?", "Why do critics object to the sale?"],
}


@pytest.fixture
def two_lists(articles, rows):
    rows[0]["alternatives"] = [SECOND]
    rows[1]["alternatives"] = [{"summary": SECOND["summary"]}]
    return write_rows(articles, rows)


def run(bench, path, references, *models):
    config = path.parent / f"{references}.yaml"
    config.write_text(
        f"name: {references}\ndataset: articles.jsonl\nreferences: {references}\n"
        f"models: [{', '.join(models)}]\nmetrics: [rouge1, rougeL, set_rougeL, near_duplicates]\n"
    )
    done = bench("run", config, "-o", references)
    assert done.returncode == 0, done.stderr
    return finished_run(path.parent / references)


def test_best_list_counts_as_in_score_multi(bench, two_lists, rows):
    best = run(bench, two_lists, "best", "lead", "title")
    scorer = RougeScorer(["rouge1", "rougeL"], use_stemmer=True)
    for model in ("lead", "title"):
        written = best.items("summary", model)
        for name in ("rouge1", "rougeL"):
            for place, field in enumerate(("precision", "recall", "f1")):
                found = best.values("summary", model, f"{name}.{field}")
                for row in rows:
                    lists = [row["summary"]]
                    lists += [other["summary"] for other in row.get("alternatives", [])]
                    expected = scorer.score_multi(
                        ["\n".join(items) for items in lists], "\n".join(written[row["id"]])
                    )[name]
                    value = found.values[found.articles.index(row["id"])]
                    assert value == pytest.approx(expected[place], abs=1e-12)


def test_policy_stands_in_the_signature_and_keeps_runs_apart(bench, two_lists):
    first = run(bench, two_lists, "first", "lead", "title")
    best = run(bench, two_lists, "best", "lead", "title")
    assert first.results.metrics["rouge1"].signature + "|refs:best" == (
        best.results.metrics["rouge1"].signature
    )
    means = [
        r.results.tasks["summary"].models["lead"].scores["rouge1.f1"].mean for r in (first, best)
    ]
    assert means[0] <= means[1]
    refused = bench("compare", "first", "best")
    assert refused.returncode == 2
    assert "refs is best in best and unset in first" in refused.stderr


def test_other_editor_is_a_ceiling_where_there_is_one(bench, two_lists):
    found = run(bench, two_lists, "first", "lead", "other-editor")
    model = found.results.tasks["summary"].models["other-editor"]
    assert (model.role, model.articles, model.failed) == ("ceiling", 2, 0)
    assert found.results.tasks["questions"].models["other-editor"].articles == 1
    assert found.items("summary", "other-editor") == {
        "the-harbour": tuple(SECOND["summary"]),
        "the-railway": tuple(SECOND["summary"]),
    }
    shown = bench("show", "first")
    assert "other-editor: applies to 2 of 6 articles." in shown.stdout
    compared = json.loads(
        bench("compare", "first", "-m", "lead", "-m", "other-editor", "-f", "json").stdout
    )
    assert compared["comparisons"][0]["articles"] == 2


def test_other_editor_is_no_ceiling_where_its_list_is_a_reference(bench, two_lists):
    found = run(bench, two_lists, "best", "lead", "other-editor")
    assert list(found.results.tasks["summary"].models) == ["lead"]


def test_other_editor_is_left_out_without_second_lists(bench, articles):
    found = run(bench, articles, "first", "lead", "other-editor")
    assert "other-editor" not in found.results.tasks["summary"].models


def test_alternative_that_is_no_set_of_references_is_an_error(bench, articles, rows):
    rows[0]["alternatives"] = [{"bullets": ["x"]}]
    write_rows(articles, rows)
    refused = bench("run", "-d", articles)
    assert refused.returncode == 2
    assert "articles.jsonl:1: alternatives.0.bullets" in refused.stderr
