"""How often a run parses an article and computes its digest, however many jobs it has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.data import rows as rows_module
from tests.runs.test_run import go, predictions, result_bytes

JOBS = "[lead, title, random-sentences, oracle, textrank]"
ONE_TASK = "tasks: [summary]\nmetrics: [rouge1, novel]\n"
COUNTING = """
import functools, os
import bench.article, bench.data.stored
from bench.models.base import Model

def count_into(log):
    def counted(kind, function, name):
        @functools.wraps(function)
        def call(*arguments):
            found = function(*arguments)
            with open(log, "a") as file:
                print(kind, name(found, *arguments), file=file)
            return found
        return call
    stored, article = bench.data.stored, bench.article
    stored._json = counted("parsed", stored._json, lambda found, _: found["id"])
    stored.checked_article = counted("checked", stored.checked_article, lambda found, _: found.id)
    article._digests_of = counted("hashed", article._digests_of, lambda _, own: own.id)

class InWorker(Model):
    '''Counts what happens in the process of a worker, scoring afterwards included.'''
    tasks = ("summary",)
    version = 1
    def load(self):
        count_into("worker.log")
    def predict(self, articles, task):
        for article in articles:
            yield [article.title]

class SeesAll(InWorker):
    sees_dataset = True
    def prepare(self, dataset):
        self.first = dataset[0].title
        assert len(list(dataset)) == len(dataset)
"""


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each thing was done to the article it was done to most often."""
    from bench import article
    from bench.data import stored

    monkeypatch.setattr(rows_module, "_SMALL", 0)
    found = Counter[tuple[str, str]]()
    real = stored._json, stored.checked_article, article._digests_of

    def parsed(line):
        row = real[0](line)
        found["parsed", row["id"]] += 1
        return row

    def checked(row, *rest):
        one = real[1](row, *rest)
        found["checked", one.id] += 1
        return one

    def hashed(one):
        found["hashed", one.id] += 1
        return real[2](one)

    monkeypatch.setattr(stored, "_json", parsed)
    monkeypatch.setattr(stored, "checked_article", checked)
    monkeypatch.setattr(article, "_digests_of", hashed)

    class Most(Counter[str]):
        def __missing__(self, kind: str) -> int:
            looked_at = ("parsed", "a000")  # the first row, to see which columns there are
            own = (n for what, n in found.items() if what[0] == kind and what != looked_at)
            return max(own, default=0)

        def forget(self) -> None:
            found.clear()

    return Most()


@pytest.fixture
def many(tmp_path, rows) -> Path:
    file = tmp_path / "many.jsonl"
    made = [{**rows[n % 5], "id": f"a{n:03}"} for n in range(100)]
    file.write_text("".join(json.dumps(row) + "\n" for row in made))
    return file


def test_run_of_five_jobs_parses_and_hashes_an_article_once(many, counts):
    go(JOBS, many, extra=ONE_TASK, batch_size=8, block_size=32)
    assert (counts["parsed"], counts["checked"], counts["hashed"]) == (1, 1, 1)


def test_more_tasks_and_models_that_select_or_see_all_change_nothing(many, counts):
    models = "[lead, transform, title-questions, other-article, other-editor]"
    go(models, many, extra="metrics: [rouge1, set_rougeL]\nreferences: best\n", batch_size=8)
    assert (counts["parsed"], counts["checked"], counts["hashed"]) == (1, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("kept", [0, 37, 100])
def test_resumed_run_does_not_read_more(many, counts, kept):
    go(JOBS, many, extra=ONE_TASK, batch_size=8)
    before = result_bytes()
    for file in Path("out/predictions").glob("*.jsonl"):
        file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:kept]))
    Path("out/results.json").unlink()
    counts.forget()
    go(JOBS, many, extra=ONE_TASK, batch_size=8)
    assert result_bytes() == before
    assert (counts["parsed"], counts["checked"], counts["hashed"]) == (1, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["InWorker", "SeesAll"])
def test_workers_get_articles_that_are_parsed_and_hashed_already(many, counts, model):
    Path("counting.py").write_text(COUNTING)
    models = f"[lead, 'counting:{model}', title]"
    go(models, many, extra=ONE_TASK, engine={"use": "processes", "workers": 2}, batch_size=8)
    assert len(predictions(f"{model}.summary")) == 100
    assert (counts["parsed"], counts["checked"], counts["hashed"]) == (1, 1, 1)
    assert not Path("worker.log").exists()
