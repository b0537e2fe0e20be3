"""Labels of reference items, and the matches of models averaged by them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bench as library
from bench.article import Article
from bench.comparison.combined import combine_runs
from bench.errors import UnknownNameError
from bench.reports.page.labels import labels_record
from tests.conftest import write_rows

QUESTIONS = [
    ["Who sold the harbour?", "Why was the harbour sold?", "What follows for the town?"],
    ["Who bought the railway?", "What may follow for trains?"],
]
KINDS = [["situation", "cause", "future"], ["situation", "future"]]
WRITTEN = {
    # The first two are word for word references, the third shares half of its words.
    "a": [
        "Why was the harbour sold?",
        "Who sold the harbour?",
        "What follows now elsewhere today?",
    ],
    "b": ["Who bought the railway?"],
}
HALF = 2 * 2 / (5 + 5)  # "what follow(s)" of five words each


def write_items(article, task):
    return WRITTEN[article.id]


def write_nothing(article, task):
    return []


@pytest.fixture
def labelled(tmp_path):
    rows = [
        {
            "id": name,
            "text": "The harbour and the railway were sold.",
            "questions": questions,
            "item_labels": {"questions": {"kind": kinds, "answered": ["yes"] * len(kinds)}},
        }
        for name, questions, kinds in zip("ab", QUESTIONS, KINDS, strict=True)
    ]
    rows.append({"id": "c", "text": "Nothing.", "questions": ["What is left?"]})
    return write_rows(tmp_path / "labelled.jsonl", rows)


@pytest.fixture
def run(labelled):
    WRITTEN["c"] = ["What is left?"]
    return library.run(
        dataset=labelled,
        models={"writer": write_items, "silent": write_nothing},
        tasks=["questions"],
        metrics=["rouge1", "set_rougeL"],
        resamples=100,
        output="run",
        progress=False,
    )


@pytest.mark.slow
def test_similarity_is_the_mean_over_items_and_then_articles(run):
    found = run.by("kind")
    assert (found.task, found.label, found.unlabelled) == ("questions", "kind", 1)
    writer, silent = found.models
    assert (writer.name, silent.name) == ("writer", "silent")
    scores = {score.value: score for score in writer.scores}
    assert list(scores) == ["future", "situation", "cause"]  # by frequency, then name
    assert scores["situation"].similarity == 1
    assert scores["cause"].similarity == 1
    assert scores["future"].similarity == pytest.approx((HALF + 0) / 2)
    assert {name: (s.items, s.articles) for name, s in scores.items()} == {
        "situation": (2, 2),
        "cause": (1, 1),
        "future": (2, 2),
    }
    assert [scores[name].found for name in ("situation", "cause", "future")] == [1, 1, 0]
    assert scores["cause"].interval is None  # a single article
    low, high = scores["future"].interval.low, scores["future"].interval.high
    assert 0 <= low < scores["future"].similarity < high <= 1
    assert {s.similarity for s in silent.scores} == {0}


def test_values_of_one_article_count_once_however_many_items_have_them(labelled):
    rows = [json.loads(line) for line in labelled.read_text().splitlines()]
    rows[0]["item_labels"]["questions"]["kind"] = ["same", "same", "same"]
    rows[1]["item_labels"]["questions"]["kind"] = ["same", "other"]
    write_rows(labelled, rows)
    run = library.run(dataset=labelled, models=[write_items], tasks=["questions"], progress=False)
    scores = {s.value: s for s in run.by("kind", "write_items").models[0].scores}
    assert scores["same"].similarity == pytest.approx(((2 + HALF) / 3 + 1) / 2)
    assert (scores["same"].items, scores["same"].articles) == (4, 2)


def test_items_are_counted_once_however_many_samples_a_model_has(labelled, tmp_path):
    rows = [
        {"article": name, "sample": sample, "items": WRITTEN[name] if sample else []}
        for name in "ab"
        for sample in range(2)
    ]
    file = write_rows(tmp_path / "sampled.jsonl", [*rows, {"article": "c", "items": []}])
    run = library.score_files(
        [file], labelled, task="questions", metrics=["rouge1", "set_rougeL"], progress=False
    )
    (model,) = run.by("kind").models
    found = {one.value: (one.items, one.articles, one.similarity) for one in model.scores}
    assert found == {
        "situation": (2, 2, pytest.approx(0.5)),
        "future": (2, 2, pytest.approx(HALF / 2 / 2)),
        "cause": (1, 1, pytest.approx(0.5)),
    }


@pytest.mark.slow
def test_unknown_label_names_the_nearest_one(run):
    with pytest.raises(UnknownNameError, match="unknown label 'knd'; did you mean 'kind'"):
        run.by("knd")
    with pytest.raises(UnknownNameError, match="unknown model of this run 'wrter'"):
        run.by("kind", "wrter")


def test_references_without_labels_say_how_to_add_them(articles):
    run = library.run(
        dataset=articles, models=["lead"], tasks=["summary"], metrics=["rouge1"], progress=False
    )
    with pytest.raises(UnknownNameError, match="add `item_labels` to the articles"):
        run.by("kind")


@pytest.mark.slow
def test_show_prints_kinds_as_rows_and_models_as_columns(run, bench):
    lines = bench("show", "run", "--by", "kind").stdout.splitlines()
    assert lines[0] == "questions · by kind · ROUGE-L F1 of matched items"
    assert lines[1].split() == ["value", "items", "writer", "silent"]
    assert lines[2].split() == ["future", "2", "0.200", "0.000"]
    assert lines[-1] == "Not counted: 1 article without this label."
    lines = bench("show", "run", "--by", "kind", "--model", "writer").stdout.splitlines()
    assert lines[0].startswith("questions · writer · by kind")
    assert lines[3].split()[:3] == ["situation", "2", "1.000"]


@pytest.mark.slow
def test_show_refuses_options_that_would_be_ignored(run, bench):
    for option in (["--worst", "2"], ["--article", "a"], ["--metric", "rouge1"], ["--diff", "run"]):
        refused = bench("show", "run", "--by", "kind", *option)
        assert refused.returncode == 2
        assert f"--by and {option[0]} exclude each other" in refused.stderr


@pytest.mark.slow
def test_flat_table_and_json_hold_every_number(run, bench):
    rows = bench("show", "run", "--by", "kind", "--format", "csv").stdout.splitlines()
    assert len(rows) == 1 + 2 * 3
    assert rows[0].startswith("task,label,model,role,value,items,articles,similarity,low,high,")
    record = json.loads(bench("show", "run", "--by", "kind", "--format", "json").stdout)
    assert record["models"][0]["scores"][1]["similarity"] == 1


@pytest.mark.slow
def test_report_embeds_the_labels_and_tables_are_by_value(run, bench):
    library.report(run, "page.html", by="answered")
    page = Path("page.html").read_text(encoding="utf-8")
    facts = json.loads(page.partition('id="facts">')[2].partition("</script>")[0])
    assert facts["by"] == "answered"
    (task,) = [task for task in facts["tasks"] if task["name"] == "questions"]
    assert list(task["labels"]) == ["kind", "answered"]
    first = task["labels"]["kind"][0]
    assert first["model"] == "writer"
    assert [s["value"] for s in first["scores"]] == ["future", "situation", "cause"]
    library.report(run, "table.md", by="kind")
    assert "| situation | 2 | 1\\.000 | 0\\.000 |" in Path("table.md").read_text(encoding="utf-8")
    with pytest.raises(UnknownNameError, match="did you mean 'kind'"):
        library.report(run, "page.html", by="kinds")


@pytest.fixture
def run_of_both(tmp_path):
    """A run whose references have the label `kind` in both tasks, and others in one only."""
    labels = {
        "summary": {"kind": ["event"], "source": ["page"]},
        "questions": {"kind": ["cause", "future"], "answered": ["yes", "no"]},
    }
    row = {"id": "a", "text": "The port was sold. It is old.", "summary": ["The port was sold."]}
    row |= {"questions": ["Why was it sold?", "What follows?"], "item_labels": labels}
    file = write_rows(tmp_path / "both.jsonl", [row])
    return library.run(dataset=file, models=["lead", "template"], progress=False)


def test_label_of_several_tasks_needs_the_task(run_of_both):
    with pytest.raises(UnknownNameError, match="'kind' is a label of summary and questions"):
        run_of_both.by("kind")
    for task, values in (("summary", ["event"]), ("questions", ["cause", "future"])):
        for found in (run_of_both.by("kind", task=task), run_of_both.narrowed(task).by("kind")):
            assert found.task == task
            assert [score.value for score in found.models[0].scores] == values
    assert run_of_both.by("answered").task == "questions"
    shown = labels_record(combine_runs([run_of_both]), list(run_of_both.articles()))
    assert [one["value"] for one in shown["summary"]["kind"][0]["scores"]] == ["event"]
    assert [one["value"] for one in shown["questions"]["kind"][0]["scores"]] == ["cause", "future"]


def test_label_of_another_task_is_named_with_its_task(run_of_both):
    with pytest.raises(UnknownNameError, match="summary have no label 'answered'; those of quest"):
        run_of_both.by("answered", task="summary")
    with pytest.raises(UnknownNameError, match="unknown label 'kinds'; did you mean 'kind'"):
        run_of_both.by("kinds", task="summary")


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        ({"questions": {"kind": ["a"]}}, "questions: kind has 1 values for 2 items"),
        ({"summary": {"kind": ["a"]}}, "summary: kind has 1 values for 0 items"),
        ({"headline": {"kind": []}}, "item_labels.headline"),
        ({"questions": {"kind": ["a", ""]}}, "must not be blank"),
        ({"questions": {"kind": [1, 2]}}, "item_labels.questions.kind"),
    ],
)
def test_labels_that_do_not_fit_the_items_are_refused(labels, fault, tmp_path):
    row = {"id": "a", "text": "x", "questions": ["Who?", "Why?"], "item_labels": labels}
    file = write_rows(tmp_path / "bad.jsonl", [row])
    with pytest.raises(library.BenchError, match=fault):
        library.run(dataset=file, models=["lead"], tasks=["questions"], progress=False)


def test_models_never_see_labels_and_digests_ignore_them():
    plain = Article(id="a", text="x", questions=("Who?",))
    own = Article(
        id="a", text="x", questions=("Who?",), item_labels={"questions": {"kind": ("b",)}}
    )
    assert own.without_references().item_labels == {}
    assert own.digest() == plain.digest()
    assert own.to_row()["item_labels"] == {"questions": {"kind": ["b"]}}
    assert "item_labels" not in plain.to_row()
    assert Article.model_validate(own.to_row()) == own
