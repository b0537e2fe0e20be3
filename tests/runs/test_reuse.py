"""Predictions are used again exactly as long as nothing that they depend on has changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.article import Article
from bench.component import Identity
from bench.models.spec import build_model
from bench.runs.origins import Origin
from bench.runs.predictions import prediction_key
from bench.tasks import TASKS

MODEL = """
import helper
from bench.models.base import Model

class Counted(Model):
    tasks = ("summary",)

    def __init__(self, log="calls.log", n=1):
        self.log, self.n = log, n

    def predict(self, articles, task):
        for article in articles:
            with open(self.log, "a") as file:
                file.write(article.id + "\\n")
            yield [article.title[helper.START:]]
"""


def calls():
    log = Path("calls.log")
    count = len(log.read_text().splitlines()) if log.exists() else 0
    log.unlink(missing_ok=True)
    return count


@pytest.fixture
def run(bench, articles, tmp_path):
    (tmp_path / "mine.py").write_text(MODEL)
    (tmp_path / "helper.py").write_text("START = 0\n")

    def call(*options, model="mine:Counted"):
        done = bench(
            *("run", "--dataset", articles, "--model", model, "--task", "summary"),
            *("--output", "out", *options),
        )
        assert done.returncode == 0, done.stderr
        return calls()

    return call


@pytest.mark.slow
def test_edited_helper_is_predicted_again_and_nothing_else_is(run):
    assert run() == 6
    assert run() == 0
    Path("helper.py").write_text("START = 8\n")
    assert run() == 6
    Path("stranger.py").write_text("START = 8\n")
    assert run() == 0


def test_log_that_a_model_writes_is_no_part_of_it(bench, articles, tmp_path):
    (tmp_path / "mine.py").write_text(MODEL)
    (tmp_path / "helper.py").write_text("START = 0\n")
    command = ["run", "--dataset", articles, "--model", "mine:Counted", "--output", "out"]
    for _ in range(3):
        assert bench(*command, "--task", "summary").returncode == 0
    assert len(Path("calls.log").read_text().splitlines()) == 6


def test_function_is_a_model(bench, articles, tmp_path):
    (tmp_path / "mine.py").write_text(
        "def words(article, task, n=2): return article.title.split()[:n]"
    )
    done = bench(
        *("run", "--dataset", articles, "--model", "mine:words", "--output", "out"),
        *("--format", "json"),
    )
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["tasks"]) == {"summary", "questions"}


@pytest.fixture
def key():
    """The key of a prediction with one thing changed."""
    article = Article(id="a", title="T", text="X.", summary=("S.",), questions=("Q?",))

    def of(use="lead", *, task=TASKS["summary"], of=article, fingerprint="f", seed=0, **parameters):
        return prediction_key(build_model(use, "m", parameters, seed), task, of, fingerprint)

    of.article = article
    return of


@pytest.mark.parametrize(
    "changed",
    [
        {"task": TASKS["questions"]},
        {"task": replace(TASKS["summary"], items=5)},
        {"task": replace(TASKS["questions"], items=TASKS["summary"].items)},
        {"use": "random-sentences"},
        {"k": 3},
        {"of": {"id": "b"}},
        {"of": {"title": "U"}},
        {"of": {"text": "Y."}},
        {"of": {"language": "de"}},
    ],
    ids=str,
)
def test_all_that_a_prediction_depends_on_is_in_its_key(key, changed):
    if isinstance(changed.get("of"), dict):
        changed = {"of": key.article.model_copy(update=changed["of"])}
    assert key(**changed) != key()


def test_hidden_fields_are_not_in_the_key_of_predictions(key):
    other = key.article.model_copy(update={"summary": ("Another.",), "extra": {"x": 1}})
    assert key(of=other) == key()
    assert key(fingerprint="g") == key()
    assert key("oracle", of=other) != key("oracle")
    assert key("other-article", fingerprint="g") != key("other-article")
    assert key("random-sentences", seed=1) != key("random-sentences")


def test_nonce_and_a_signature_are_in_the_key(key):
    spec = build_model("lead", "m", {}, 0)
    others = [spec, replace(spec, nonce="1"), replace(spec, nonce="2")]
    others.append(replace(spec, identity=Identity("lead|v:other")))
    keys = [prediction_key(e, TASKS["summary"], key.article, "f") for e in others]
    assert len(set(keys)) == 4


def test_name_of_a_model_is_not_in_the_key_of_predictions(key):
    names = [build_model("lead", name, {}, 0) for name in ("one", "other")]
    assert len({prediction_key(e, TASKS["summary"], key.article, "f") for e in names}) == 1


def test_nothing_of_an_unknown_identity_is_used_again(run, tmp_path):
    code = "import random\nfrom functools import partial\nfrom mine import Counted\n"
    (tmp_path / "odd.py").write_text(
        code + "class Odd(Counted):\n    state = random.Random(0)\n"
        "odd = Odd()\nodd.state = random.Random(0)\n"
    )
    assert run(model="odd:odd") == 6
    assert run(model="odd:odd") == 6


@pytest.mark.slow
@pytest.mark.parametrize(("policy", "asked"), [("keep", 0), ("redo", 6)])
def test_predictions_of_other_versions_are_not_used_without_a_word(
    bench, run, articles, tmp_path, policy, asked
):
    code = MODEL.replace("tasks", 'made_with = ("numpy",)\n    tasks')
    (tmp_path / "mine.py").write_text(code)
    assert run() == 6
    file = tmp_path / "out" / "predictions" / "Counted.summary.origin.json"
    origin = Origin.model_validate_json(file.read_text())
    assert set(origin.versions) == {"numpy"}
    file.write_text(origin.model_copy(update={"versions": {"numpy": "0.1"}}).model_dump_json())
    command = ["run", "--dataset", articles, "--model", "mine:Counted", "--task", "summary"]
    stopped = bench(*command, "--output", "out")
    assert stopped.returncode == 2
    assert "predictions of Counted were made with numpy 0.1, now" in stopped.stderr
    assert calls() == 0
    assert run("--on-version-change", policy) == asked
    assert run() == 0


def test_versions_kept_together_are_both_recorded():
    origin = Origin(versions={"torch": "1", "numpy": "2"})
    joined = origin.with_versions({"torch": "3", "numpy": "2"})
    assert joined.versions == {"torch": "1, 3", "numpy": "2"}
    assert joined.differences({"torch": "3", "numpy": "2"}) == {}
    assert joined.differences({"torch": "4", "numpy": "2"}) == {"torch": ("1, 3", "4")}
