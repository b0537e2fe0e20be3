"""Datasets whose items are objects, whose articles hold paragraphs, or whose split is sharded."""

from __future__ import annotations

import json
from typing import Any

import fsspec
import pytest

from bench.data.rows import load_dataset
from bench.errors import DataError
from tests.conftest import write_rows

TEXT = "Dockers at the northern port walked out on Tuesday, and ships are waiting outside."
ASKED = ["Who walked out?", "Why did they?"]


def row(**more: Any) -> dict[str, Any]:
    return {"id": "a", "title": "Port", "text": TEXT, **more}


@pytest.mark.parametrize(
    ("questions", "key"),
    [
        ([{"question": item, "answer": "Pay."} for item in ASKED], "question"),
        ([{"id": n, "text": item} for n, item in enumerate(ASKED)], "text"),
        ([{"q": item, "a": "Pay.", "text": ""} for item in ASKED], "q"),
        ({"question": ASKED, "answer": ["Dockers.", "Pay."]}, "question"),
    ],
)
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_objects_are_read_as_the_text_that_they_hold(tmp_path, questions, key, name):
    file = tmp_path / name
    file.write_text(json.dumps(row(questions=questions)))
    dataset = load_dataset(file)
    assert list(dataset[0].questions) == ASKED
    assert dataset.notes == (f"rows: rows whose questions were read from {key!r} of objects: 1",)


def test_objects_in_bullets_are_read_too(tmp_path):
    bullets = [{"bullet": "Dockers left.", "source": 1}, {"bullet": "Ships wait.", "source": 2}]
    dataset = load_dataset(write_rows(tmp_path / "rows.jsonl", [row(summary=bullets)]))
    assert list(dataset[0].summary) == ["Dockers left.", "Ships wait."]


def test_objects_without_a_known_key_are_refused_with_the_option_that_reads_them(tmp_path):
    asked = [{"wording": item, "rank": 1} for item in ASKED]
    file = write_rows(tmp_path / "rows.jsonl", [row(questions=asked)])
    with pytest.raises(DataError) as error:
        load_dataset(file)
    (line,) = error.value.problems
    assert line.startswith(f"{file}:1: questions: ")
    assert "--columns questions=questions.KEY" in line
    assert "'wording', 'rank'" in line
    dataset = load_dataset(file, columns={"questions": "questions.wording"})
    assert list(dataset[0].questions) == ASKED


def article(title: str, *contexts: str) -> dict[str, Any]:
    """An article in SQuAD's nesting."""
    asked = [{"id": item, "question": item, "answers": [{"text": "x"}]} for item in ASKED]
    return {"title": title, "paragraphs": [{"context": c, "qas": asked} for c in contexts]}


@pytest.mark.parametrize("indent", [None, 2])
def test_nesting_of_squad_is_read_with_an_article_for_each_paragraph(tmp_path, indent):
    nested = {
        "version": "1.1",
        "data": [article("Port", TEXT, "So. " + TEXT), article("Mill", "M.")],
    }
    file = tmp_path / "train.json"
    file.write_text(json.dumps(nested, indent=indent))
    dataset = load_dataset(file)
    assert [one.title for one in dataset] == ["Port", "Port", "Mill"]
    assert [one.text for one in dataset] == [TEXT, "So. " + TEXT, "M."]
    assert all(list(one.questions) == ASKED for one in dataset)
    assert "SQuAD's nesting" in dataset.notes[0]


@pytest.mark.parametrize("articles", [1, 2])
def test_articles_of_squad_may_stand_on_lines(tmp_path, articles):
    rows = [article(f"Port {n}", TEXT) for n in range(articles)]
    dataset = load_dataset(write_rows(tmp_path / "train.jsonl", rows))
    assert [one.title for one in dataset] == [f"Port {n}" for n in range(articles)]


def test_fault_in_a_paragraph_is_told_with_its_number(tmp_path):
    nested = article("Port", TEXT, TEXT)
    nested["paragraphs"][1]["qas"][0] = {"asked": "Who?"}
    file = tmp_path / "train.json"
    file.write_text(json.dumps({"data": [nested]}))
    with pytest.raises(DataError, match=r"train\.json: row 1, paragraph 2: questions: objects"):
        load_dataset(file)


def test_shards_behind_a_url_are_refused_with_the_remedy():
    store = fsspec.filesystem("memory")
    lines = (json.dumps(row(questions=ASKED)) + "\n").encode()
    for number in range(2):
        store.pipe(f"/sharded/test-0000{number}-of-00002.jsonl", lines)
    with pytest.raises(DataError) as error:
        load_dataset("memory://sharded")
    (line,) = error.value.problems
    assert "split 'test' is in 2 shards" in line
    assert "copy the folder to this machine" in line
    assert "name one file" in line
    one = load_dataset("memory://sharded/test-00001-of-00002.jsonl")
    assert list(one[0].questions) == ASKED
