"""Functions of the package for verbs that make or check files."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

import bench
from bench.errors import ConfigError, DataError, UnknownNameError
from tests.conftest import write_rows

PAGE = """\
{title}

Key points
• The ferry stops for the winter.

The ferry will not sail from November to March, the harbour office said.

Questions
When does the ferry stop?
"""


@pytest.fixture
def pages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text(PAGE.format(title="The Ferry Stops"))
    return folder


def test_ingest_writes_a_dataset(pages):
    found = bench.ingest_pages(pages, "set", source="Coast News", progress=False)
    assert [article.title for article in found.articles] == ["The Ferry Stops"]
    assert found.articles[0].source == "Coast News"
    assert str(found).splitlines() == [
        "The Ferry Stops: 1 paragraph, 1 bullet, 1 question",
        "1 article written to set/test.jsonl",
    ]
    assert repr(found) == "<IngestedDataset set/test.jsonl: 1 article>"
    assert [article.id for article in bench.load_dataset("set")] == ["the-ferry-stops"]


def test_ingest_raises_for_faulty_pages_unless_it_keeps_going(pages):
    (pages / "b.txt").write_text("Only a title\n")
    with pytest.raises(DataError):
        bench.ingest_pages([pages / "a.txt", pages / "b.txt"], "set", progress=False)
    assert not Path("set").exists()
    found = bench.ingest_pages(pages, "set", keep_going=True, progress=False)
    assert len(found.articles) == 1
    assert all("b.txt" in fault for fault in found.faults)
    assert found.faults


def test_ingest_reports_its_progress(pages):
    class Told:
        done = 0

        def start(self, label, articles, done):
            self.total = articles

        def advance(self, articles):
            self.done += articles

        def tell(self, event):
            raise AssertionError(event)

    told = Told()
    bench.ingest_pages(pages, "set", progress=told)
    assert (told.done, told.total) == (1, 1)


def test_validate_of_a_config_has_a_plan(articles):
    found = bench.validate("default", models=["lead"], dataset=articles)
    assert [model.name for model, _ in found.plan.jobs] == ["lead"]
    assert found.audit.articles == 6
    assert "requested" in str(found)
    assert "calls     6 " in str(found)
    assert json.loads(bench.render(found, "json"))["articles"] == 6
    assert "1 model, summary: 6 calls" in bench.render(found, "markdown")


def test_validate_of_a_mapping_and_of_a_dataset(articles):
    given = {"dataset": str(articles), "models": ["lead"]}
    assert bench.validate(given).audit == bench.validate("default", dataset=articles).audit
    found = bench.validate(articles, limit=2, tasks=["summary"])
    assert found.plan is None
    assert (found.audit.articles, list(found.audit.tasks), found.errors) == (2, ["summary"], [])


def test_validate_refuses_models_for_a_dataset(articles):
    with pytest.raises(ConfigError, match="not a config"):
        bench.validate(articles, models=["lead"])


def test_names_have_a_kind_and_a_description():
    found = bench.names()
    assert set(found.kinds) == {
        "models", "metrics", "similarities", "raters", "tasks", "datasets", "configs",
    }  # fmt: skip
    assert all(name.name and name.description for name in found)
    assert [name.name for name in bench.names("tasks")] == ["summary", "questions"]
    assert len(repr(found)) < 80
    record = json.loads(bench.render(bench.names("tasks"), "json"))
    assert record["names"][0]["kind"] == "tasks"
    assert "| summary |" in bench.render(bench.names("tasks"), "markdown")
    with pytest.raises(UnknownNameError, match="did you mean 'models'"):
        bench.names("modles")


@pytest.fixture
def predicted(tmp_path, articles, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"article": a.id, "items": list(a.summary)} for a in bench.load_dataset(articles)]
    return write_rows(tmp_path / "mine.jsonl", rows)


def test_files_are_scored_and_named(predicted, articles):
    run = bench.score_files(predicted, articles, task="summary", progress=False)
    assert (run.tasks, run.models, run.failures) == (("summary",), ("mine",), [])
    assert run.results.tasks["summary"].models["mine"].scores["rougeL.f1"].mean == 1
    named = bench.score_files(
        {"other": predicted},
        articles,
        task="summary",
        metrics=["rouge1"],
        stemmer=True,
        output="kept",
        progress=False,
    )
    assert named.models == ("other",)
    assert sorted(named.results.tasks["summary"].models["other"].scores) == [
        "rouge1.f1", "rouge1.precision", "rouge1.recall",
    ]  # fmt: skip
    assert bench.load_run("kept").models == ("other",)


def test_files_without_rows_are_failures(predicted, articles):
    lines = predicted.read_text().splitlines(keepends=True)
    predicted.write_text("".join(lines[1:]))
    run = bench.score_files([predicted], articles, task="summary", progress=False)
    (failure,) = run.failures
    assert "1 of 6" in failure


@pytest.mark.parametrize("function", ["score_files", "import_run"])
def test_task_and_ids_come_from_the_dataset_that_is_scored(
    predicted, articles, monkeypatch, function
):
    rows = [json.loads(line) for line in articles.read_text().splitlines()]
    asked = []

    def from_hub(path, **options):
        asked.append((path, options))
        return [{key: row[key] for key in ("id", "text", "summary")} for row in rows]

    monkeypatch.setattr("datasets.load_dataset", from_hub)
    file = predicted
    if function == "import_run":
        samples = [
            {"doc_id": n, "doc": {}, "arguments": [], "resps": [["Sold."]], "target": ""}
            for n in range(len(rows))
        ]
        more = {"filtered_resps": ["Sold."], "filter": "none", "metrics": []}
        file = write_rows(predicted.with_name("samples_x.jsonl"), [s | more for s in samples])
    reading = {"subset": "3.0.0", "revision": "abc", "split": "dev", "streaming": True}
    run = getattr(bench, function)([file], "owner/name", **reading, progress=False)
    assert run.tasks == ("summary",)
    wanted = {"name": "3.0.0", "revision": "abc", "split": "dev", "streaming": True}
    assert len(asked) > 1
    assert all(one == ("owner/name", wanted) for one in asked)


def test_run_at_hand_is_accepted_wherever_a_directory_is(predicted, articles):
    run = bench.score_files(
        {"a": predicted, "b": predicted}, articles, task="summary", resamples=100, progress=False
    )
    assert "rougeL.f1" in str(bench.compare(run, resamples=100, metrics=["rougeL"]))
    assert bench.check(run, run, resamples=100).outcome == "pass"


def test_no_public_function_has_the_name_of_a_module():
    """An imported submodule would take its place."""
    names = set(bench.__all__) - {"__version__"}
    assert [name for name in names if importlib.util.find_spec(f"bench.{name}")] == []
