"""Stored predictions expire by task, and the line about them says why."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from bench.article import Article
from bench.models.spec import build_model
from bench.runs.discarded import note_of_discarded
from bench.runs.origins import Origin
from bench.runs.predictions import prediction_key
from bench.tasks import TASKS
from bench.text.items import PARSER_VERSION

SUMMARY, QUESTIONS = TASKS["summary"], TASKS["questions"]
ARTICLE = Article(id="a", title="T", text="X.", summary=("S.",), questions=("Q?",))
ENDPOINT = {"model": "m", "base_url": "http://localhost:1/v1"}
MODEL = """
from dataclasses import dataclass

from bench.models.base import Model

WORD = "cold"

@dataclass
class Asked(Model):
    tasks = ("summary", "questions")
    by_task = frozenset({"prompt"})
    prompt: object = "Write."
    limit: int = 1

    def predict(self, articles, task):
        for article in articles:
            with open("calls.log", "a") as file:
                file.write(f"{task.name}\\n")
            yield [f"{WORD} {article.title}"]
"""


def keys(**parameters):
    spec = build_model("endpoint", "m", {**ENDPOINT, **parameters}, 0)
    return [prediction_key(spec, task, ARTICLE, "f") for task in (SUMMARY, QUESTIONS)]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (
            {"prompt": {"summary": "a", "questions": "b"}},
            {"prompt": {"summary": "a", "questions": "c"}},
        ),
        ({"prompt": "a"}, {"prompt": {"summary": "a", "questions": "c"}}),
        ({"system": None}, {"system": {"questions": "c"}}),
        ({"system": {"summary": "s"}}, {"system": "s"}),
    ],
)
def test_prompt_of_one_task_is_no_part_of_the_key_of_the_other(before, now):
    (summary, questions), (same, other) = keys(**before), keys(**now)
    assert summary == same
    assert questions != other


@pytest.mark.parametrize(
    "changed", [{"max_tokens": 7}, {"prompt": "z"}, {"model": "n"}, {"base_url": "http://b:1/v1"}]
)
def test_what_concerns_both_tasks_is_part_of_both_keys(changed):
    assert not set(keys()) & set(keys(**changed))


class Duck:
    """A class of a user, without a base class."""

    tasks = ("summary", "questions")
    by_task = ("prompt",)

    def __init__(self, prompt="p", limit=1):
        self.limit = limit  # not the prompt, which may be kept under any name

    def predict(self, articles, task):
        return [[] for _ in articles]


def test_class_without_a_base_has_keys_by_task_too():
    def keys(prompt):
        spec = build_model(f"{__name__}:Duck", "m", {"prompt": prompt}, 0)
        return [prediction_key(spec, task, ARTICLE, "f") for task in (SUMMARY, QUESTIONS)]

    (summary, questions), (same, other) = (
        keys({"summary": "a", "questions": text}) for text in ("b", "c")
    )
    assert summary == same
    assert questions != other


def test_copy_in_another_process_has_the_same_keys():
    spec = build_model("endpoint", "m", {**ENDPOINT, "prompt": {"summary": "a"}}, 0)
    copy = pickle.loads(pickle.dumps(spec))
    assert copy.signatures == spec.signatures
    assert set(spec.signatures) == {"summary"}


@pytest.fixture
def run(bench, articles, tmp_path):
    """Run and validate a config; the number of calls for each task, the notes, and the calls."""
    (tmp_path / "mine.py").write_text(MODEL)

    def call(model, *options):
        config = {"name": "c", "dataset": str(articles), "models": [{"use": "mine:Asked", **model}]}
        Path("c.yaml").write_text(json.dumps(config))
        Path("calls.log").unlink(missing_ok=True)
        checked = bench("validate", "c.yaml", "--import", "--format", "json")
        done = bench("run", "c.yaml", *options)
        assert done.returncode == 0, done.stderr
        log = Path("calls.log").read_text().split() if Path("calls.log").exists() else []
        calls = {task: log.count(task) for task in ("summary", "questions")}
        notes = [line for line in done.stderr.splitlines() if "discarded" in line]
        return calls, notes, json.loads(checked.stdout)["answered"]

    return call


@pytest.mark.slow
def test_changed_prompt_asks_its_task_again_and_the_line_says_so(run):
    first = {"prompt": {"summary": "a", "questions": "b"}}
    assert run(first) == ({"summary": 6, "questions": 5}, [], 0)
    assert run(first) == ({"summary": 0, "questions": 0}, [], 11)
    line = (
        "note: questions: 5 stored predictions of Asked are discarded; changed since then: prompt"
    )
    second = {"prompt": {"summary": "a", "questions": "c"}}
    assert run(second) == ({"summary": 0, "questions": 5}, [line], 6)
    calls, notes, answered = run({**second, "limit": 2})
    assert (calls, answered) == ({"summary": 6, "questions": 5}, 0)
    assert [line.rpartition("; ")[2] for line in notes] == [
        "changed since then: limit (1, now 2)"
    ] * 2


@pytest.mark.slow
def test_edited_code_and_edited_articles_are_named(run, articles):
    run({})
    Path("mine.py").write_text(MODEL.replace('"cold"', '"hot"'))
    calls, notes, _ = run({})
    assert calls == {"summary": 6, "questions": 5}
    assert all(line.endswith("changed since then: the code of the model") for line in notes)
    rows = Path(articles).read_text().splitlines()
    row = json.loads(rows[0])
    row["text"] += " More."
    Path(articles).write_text("\n".join([json.dumps(row), *rows[1:], ""]))
    calls, notes, answered = run({}, "--overwrite")
    assert calls == {"summary": 1, "questions": 1}
    assert answered == 9
    assert notes[0].endswith("1 stored prediction of Asked is discarded; the articles have changed")


@pytest.mark.slow
def test_no_line_where_nothing_is_discarded(run):
    assert run({})[1] == run({}, "--task", "summary")[1] == []


def note(spec, origin, task=SUMMARY):
    return note_of_discarded(spec, task, origin, 2).rpartition("discarded; ")[2]


def test_each_part_of_an_identity_is_named():
    spec = build_model("endpoint", "m", ENDPOINT, 0)
    signature = spec.signature_for("summary")
    known = Origin(signature=signature, items=4, versions={"parser of items": "0"})
    parser = f"the version of parser of items (0, now {PARSER_VERSION})"
    assert note(spec, known) == f"changed since then: {parser}"
    assert note(spec, replace_items(known, 5)).startswith(
        "changed since then: the number of items (5, now 4)"
    )
    assert note(spec, Origin(signature=signature, items=4)) == "the articles have changed"
    assert note(spec, Origin(signature=signature.replace("endpoint", "x", 1))) == (
        "changed since then: the model"
    )
    older = Origin(signature=signature.replace("|v:", "|v:9"))
    assert "the version of the model (9" in note(spec, older)
    former = Origin(signature=signature.rpartition(",")[0] + ",0")
    assert note(spec, former) == "changed since then: the files or weights that the model reads"
    assert note(spec, None) == "it is not known what they were made with"
    unknown = replace(spec, nonce="n")
    assert note(unknown, known) == "its code cannot be identified"


def replace_items(origin, items):
    return origin.model_copy(update={"items": items})
