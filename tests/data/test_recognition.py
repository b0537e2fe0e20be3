"""Datasets as other programs write them: columns and layouts are recognised and reported."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench.api.validating import validate
from bench.data.rows import load_dataset
from bench.data.shards import only_file
from bench.errors import DataError
from tests.conftest import write_rows

ROWS = [
    {"id": "a1", "text": "Workers walked out.", "summary": ["They left.", "Talks go on."]},
    {"id": "a2", "text": "Ferries stopped.", "summary": ["No ferries."]},
]
BULLETS = [("They left.", "Talks go on."), ("No ferries.",)]
Writer = Callable[[Path, list[dict[str, Any]]], None]


def _csv(file: Path, rows: list[dict[str, Any]]) -> None:
    pd.DataFrame(rows).to_csv(file, index=False)


def _parquet(file: Path, rows: list[dict[str, Any]]) -> None:
    pd.DataFrame(rows).to_parquet(file)


def _json(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text(json.dumps(rows))


WRITERS: dict[str, Writer] = {
    "d.jsonl": write_rows,
    "d.ndjson": write_rows,
    "d.json": _json,
    "d.csv": _csv,
    "d.parquet": _parquet,
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def bullets(spec: str, **options: Any) -> list[tuple[str, ...]]:
    return [article.summary for article in load_dataset(spec, **options)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.ndjson", "".join(json.dumps(row) + "\n" for row in ROWS)),
        ("d.json", json.dumps({"data": ROWS})),
        ("d.json", json.dumps({"version": "1", "articles": ROWS}, indent=1)),
        ("d.jsonl", json.dumps({"rows": ROWS})),
        ("d.jsonl", json.dumps(ROWS)),
        ("d.json", json.dumps({row["id"]: row for row in ROWS})),
        (
            "d.json",
            json.dumps({row["id"]: {k: row[k] for k in ("text", "summary")} for row in ROWS}),
        ),
    ],
)
def test_layout_of_rows(name, content):
    Path(name).write_text(content)
    dataset = load_dataset(f"./{name}")
    assert [article.id for article in dataset] == ["a1", "a2"]
    assert bullets(f"./{name}") == BULLETS


def test_compressed_ndjson():
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    Path("d.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
    assert bullets("./d.ndjson.gz") == BULLETS


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("text", "summary"),
    [("article", "highlights"), ("document", "summary"), ("dialogue", "summary")],
)
def test_columns_of_public_datasets_are_recognised_and_reported(name, text, summary):
    rows = [
        {"id": row["id"], text: row["text"], summary: "\n".join(row["summary"])} for row in ROWS
    ]
    WRITERS[name](Path(name), rows)
    dataset = load_dataset(f"./{name}")
    assert [article.text for article in dataset] == [row["text"] for row in ROWS]
    assert [article.summary[0] for article in dataset] == ["They left.", "No ferries."]
    chosen = f"text={text}" + (f",summary={summary}" if summary == "highlights" else "")
    assert dataset.notes == (f"d: columns recognised: --columns {chosen}",)


@pytest.mark.parametrize("name", WRITERS)
def test_one_question_per_row_is_grouped_by_the_text(name):
    rows = [
        {"id": f"q{at}", "context": text, "question": question}
        for at, (text, question) in enumerate(
            [("T one.", "Why?"), ("T one.", "Who?"), ("U.", "X?")]
        )
    ]
    WRITERS[name](Path(name), rows)
    dataset = load_dataset(f"./{name}")
    assert [article.questions for article in dataset] == [("Why?", "Who?"), ("X?",)]
    assert "--columns text=context,questions=question --group-by context" in dataset.notes[0]


def test_one_question_per_row_is_grouped_by_an_id_that_repeats():
    rows = [
        {"id": name, "text": "T.", "question": question}
        for name, question in [("a", "Why?"), ("a", "Who?"), ("b", "X?")]
    ]
    write_rows(Path("d.jsonl"), rows)
    dataset = load_dataset("./d.jsonl")
    assert {a.id: a.questions for a in dataset} == {"a": ("Why?", "Who?"), "b": ("X?",)}


@pytest.mark.parametrize("name", WRITERS)
def test_repeated_id_without_grouping_names_the_option(name):
    rows = [{"id": "a", "text": "T.", "questions": question} for question in ("Why?", "Who?")]
    WRITERS[name](Path(name), rows)
    with pytest.raises(DataError, match="if each row is one question: --group-by id"):
        load_dataset(f"./{name}")
    assert load_dataset(f"./{name}", group_by="id")[0].questions == ("Why?", "Who?")


def test_two_candidates_for_the_text_are_not_chosen_from():
    write_rows(
        Path("d.jsonl"), [{"id": "a", "article": "T.", "document": "U.", "highlights": "H."}]
    )
    with pytest.raises(DataError) as caught:
        load_dataset("./d.jsonl")
    (problem,) = caught.value.problems
    assert problem.startswith("d.jsonl: no column `text`, `summary` or `questions`")
    assert "its columns are 'id', 'article', 'document', 'highlights'" in problem
    assert "--columns text=COLUMN,summary=COLUMN" in problem


def test_given_columns_are_not_guessed_at():
    write_rows(Path("d.jsonl"), [{"id": "a", "article": "T.", "highlights": "H.", "tldr": "B."}])
    dataset = load_dataset("./d.jsonl", columns={"text": "article", "summary": "tldr"})
    assert (dataset[0].summary, dataset.notes) == (("B.",), ())


def test_rows_without_ids_are_numbered_and_reported():
    write_rows(Path("d.jsonl"), [{"article": "T.", "highlights": "H."}])
    dataset = load_dataset("./d.jsonl")
    assert dataset[0].id == "d-1"
    assert "rows have no id; articles are numbered" in dataset.notes[1]


def test_usual_rows_without_an_id_are_refused_as_before():
    write_rows(Path("d.jsonl"), [{"text": "T.", "summary": ["S."]}])
    with pytest.raises(DataError, match=r"d\.jsonl:1: id: missing"):
        load_dataset("./d.jsonl")


def test_one_question_per_row_without_a_text():
    rows = [{"id": "a", "question": "Why?"}, {"id": "a", "question": "Who?"}]
    write_rows(Path("d.jsonl"), rows)
    assert load_dataset("./d.jsonl")[0].questions == ("Why?", "Who?")


def test_prediction_file_is_not_read_as_articles():
    write_rows(Path("d.jsonl"), [{"article": "a1", "prediction": "Why?", "summary": "S."}])
    with pytest.raises(DataError, match="id: missing"):
        load_dataset("./d.jsonl")


def test_usual_rows_are_read_as_before():
    write_rows(Path("d.jsonl"), [{**row, "article": "x", "highlights": ["y"]} for row in ROWS])
    dataset = load_dataset("./d.jsonl")
    assert (bullets("./d.jsonl"), dataset.notes) == (BULLETS, ())


@pytest.mark.parametrize(
    "names",
    [
        ["test-00000-of-00002.jsonl", "test-00001-of-00002.jsonl"],
        ["data/test-00000-of-00002.parquet", "data/test-00001-of-00002.parquet"],
        ["test/part-00000.jsonl", "test/part-00001.jsonl"],
        ["test-0.ndjson", "test-1.ndjson"],
        ["test_1.json", "test_2.json"],
        ["data/test/0000.parquet", "data/test/0001.parquet"],
    ],
)
def test_shards_of_a_folder_are_read_in_order(names):
    for name, row in zip(names, ROWS, strict=True):
        file = Path("set") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        WRITERS[f"d{file.suffix}"](file, [row])
    dataset = load_dataset("set")
    assert [article.id for article in dataset] == ["a1", "a2"]
    assert (dataset.name, dataset.notes) == ("set", ("set: 2 files",))


def test_missing_shard_is_refused():
    Path("set").mkdir()
    write_rows(Path("set/test-00000-of-00003.jsonl"), ROWS[:1])
    write_rows(Path("set/test-00002-of-00003.jsonl"), ROWS[1:])
    with pytest.raises(DataError, match=r"1 shard of split 'test' missing \(the first: number 1\)"):
        load_dataset("set")


@pytest.mark.parametrize("dated", ["test_20260131120000", "test-2026013", "test.1-of-99999999999"])
def test_long_number_is_part_of_a_name_and_not_of_a_shard(dated):
    Path("set").mkdir()
    write_rows(Path(f"set/{dated}.jsonl"), ROWS[:1])
    with pytest.raises(DataError, match=f"no split 'test' .*available: {dated}"):
        load_dataset("set")
    write_rows(Path("set/test-1.jsonl"), ROWS)
    assert bullets("set") == BULLETS


def test_shards_are_counted_without_a_list_of_all_numbers():
    names = [f"test-{number:06}-of-999999.jsonl" for number in (0, 1, 3)]
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"999,996 shards of .*\(the first: number 2\)"):
            only_file("set", names, "test")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_id_in_two_shards_is_refused_with_both_files():
    Path("set").mkdir()
    for number in range(2):
        write_rows(Path(f"set/test-{number}.jsonl"), ROWS[:1])
    with pytest.raises(DataError, match=r"test-1\.jsonl:1: duplicate id 'a1' .*test-0\.jsonl:1"):
        load_dataset("set")


def test_other_splits_are_not_shards_of_this_one():
    Path("set").mkdir()
    write_rows(Path("set/test-0.jsonl"), ROWS)
    write_rows(Path("set/train-0.jsonl"), ROWS)
    assert bullets("set") == BULLETS


def test_saved_arrow_folder_is_refused_with_the_remedy():
    Path("set").mkdir()
    Path("set/data-00000-of-00001.arrow").write_bytes(b"")
    with pytest.raises(DataError, match=r"written by save_to_disk; write it as JSON lines"):
        load_dataset("set")


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"data": rows}])
def test_fault_in_an_array_has_its_row_number(wrap):
    rows = [ROWS[0], {**ROWS[1], "summary": ["x", 7]}]
    Path("d.json").write_text(json.dumps(wrap(rows)))
    with pytest.raises(DataError, match=r"d\.json: row 2: summary\.1"):
        load_dataset("./d.json")


def test_validation_reports_the_recognised_columns():
    write_rows(Path("d.jsonl"), [{"id": "a", "article": "T one.", "highlights": "H."}])
    found = validate("./d.jsonl")
    assert any("columns recognised" in note for note in found.notes)
