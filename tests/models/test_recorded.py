from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from bench.article import Article
from bench.errors import DataError
from bench.models.base import Output
from bench.models.recorded import Recorded
from bench.tasks import TASKS
from tests.conftest import write_rows

ROWS: list[dict[str, Any]] = [
    {"article": "a", "items": ["One.", "Two,\nwrapped."], "note": "x"},
    {"article": "b", "items": []},
]
OUTPUTS = [Output(("One.", "Two,\nwrapped.")), Output(())]


def table(file: str, rows: list[dict[str, Any]], delimiter: str = ",") -> None:
    with Path(file).open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened, delimiter=delimiter)
        writer.writerow(rows[0])
        for row in rows:
            cells = [v if isinstance(v, str) else json.dumps(v) for v in row.values()]
            writer.writerow([*cells, *[""] * (len(rows[0]) - len(cells))])


def write(file: str, rows: list[dict[str, Any]]) -> None:
    match Path(file).suffix:
        case ".csv":
            table(file, rows)
        case ".tsv":
            table(file, rows, "\t")
        case ".json":
            Path(file).write_text("\n" + json.dumps(rows, indent=1), encoding="utf-8")
        case ".parquet":
            parquet.write_table(pa.Table.from_pylist(rows), file)
        case ".gz":
            Path(file).write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
        case _:
            write_rows(Path(file), rows)


def outputs(file: str, *ids: str) -> list[Output]:
    return list(Recorded(file).predict([Article(id=i) for i in ids], TASKS["summary"]))


FILES = ["x.jsonl", "x.jsonl.gz", "x.json", "x.csv", "x.tsv", "x.parquet", "x.txt"]


@pytest.mark.parametrize("file", FILES)
def test_every_format_says_the_same(file):
    write(file, ROWS)
    assert outputs(file, "a", "b", "c") == [
        *OUTPUTS,
        Output((), error=f"{file} has no row for it"),
    ]
    assert Recorded(file).digest == hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", ["raw", "prediction", "output"])
@pytest.mark.parametrize("key", ["article", "id", "article_id"])
def test_raw_text_is_taken_apart_and_kept(file, name, key):
    write(file, [{key: "a", name: "1. Why?\n2. How?"}, {key: "b", name: ""}])
    assert outputs(file, "a", "b") == [
        Output(("Why?", "How?"), raw="1. Why?\n2. How?"),
        Output((), raw=""),
    ]


@pytest.mark.parametrize("file", FILES)
def test_items_count_where_there_is_raw_text_too(file):
    write(file, [{"article": "a", "items": ["- x"], "raw": "- x\n- y"}])
    assert outputs(file, "a") == [Output(("- x",), raw="- x\n- y")]


def test_the_article_comes_before_the_other_names_of_the_id():
    write("x.jsonl", [{"id": "7", "article": "a", "items": ["x"], "output": {"any": "thing"}}])
    assert outputs("x.jsonl", "a", "7")[0] == Output(("x",))


def test_rows_of_a_run_directory_fail_where_they_failed_there():
    write(
        "m.summary.jsonl",
        [
            {"article": "a", "items": ["x"], "raw": None, "status": "ok", "error": None},
            {"article": "b", "items": [], "raw": None, "status": "error", "error": "too long"},
            {"article": "c", "items": [], "raw": "", "status": "empty", "error": None},
        ],
    )
    assert outputs("m.summary.jsonl", "a", "b", "c") == [
        Output(("x",)),
        Output((), error="too long"),
        Output((), raw=""),
    ]


QUESTIONS = ("What is A?", "Why is B?")
REPR = str(list(QUESTIONS))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("items", [REPR, [REPR], json.dumps(REPR), [json.dumps(QUESTIONS)]])
def test_a_list_in_a_string_is_taken_apart(file, items):
    write(file, [{"article": "a", "items": items}])
    assert outputs(file, "a") == [Output(QUESTIONS)]


@pytest.mark.parametrize("file", FILES)
def test_an_uncertain_list_in_a_string_is_an_error_with_its_place(file):
    write(file, [{"article": "a", "items": ["x"]}, {"article": "b", "items": ["['c', 'd"]}])
    (message,) = problems(file)
    assert re.match(rf"{re.escape(file)}:\d+: items: looks like a list in a string", message)
    assert "it ends before its last bracket; write a JSON array of strings" in message


def test_items_that_only_look_like_lists_stay_as_they_are():
    for item in ('["A"] is what?', "[Editor's note] Why now?", "[ ] Why?"):
        write("x.jsonl", [{"article": "a", "items": [item]}])
        assert outputs("x.jsonl", "a") == [Output((item,))]


def test_items_of_a_run_directory_were_taken_apart_there():
    write("x.jsonl", [{"article": "a", "items": ["['c', 'd"], "status": "ok"}])
    assert outputs("x.jsonl", "a") == [Output(("['c', 'd",))]


def problems(file: str) -> tuple[str, ...]:
    with pytest.raises(DataError) as caught:
        Recorded(file)
    return caught.value.problems


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("x.csv", 'id,raw\na,"x\ny"\n\na,z\n', "x.csv:5: article 'a' stands in line 2 already"),
        ("x.csv", 'id,items\na,"[1]"\n', "x.csv:2: items.0: input should be a valid string"),
        ("x.csv", "id,items\na,Why?\n", "x.csv:2: items: input should be a valid array"),
        ("x.csv", "id,items\na,\n", "x.csv:2: items: field required, or one of raw, prediction"),
        ("x.csv", "id,raw\na,b,c\n", "x.csv:2: 3 cells where the header has 2"),
        ("x.csv", "id,raw,raw\na,b,c\n", "x.csv:2: the header has 'raw' more than once"),
        ("x.csv", 'id,raw\na,b\nc,"d\n', "x.csv:3: unexpected end of data"),
        ("x.csv", "text,raw\na,b\n", "x.csv:2: article: field required"),
        ("x.csv", "id,raw\n ,b\n", "x.csv:2: id: value error, must not be blank"),
        ("x.csv", "id,raw\n", "x.csv: no prediction rows in it"),
        ("x.csv", "", "x.csv: no prediction rows in it"),
        ("x.csv", b"id,raw\na,\xff\n", "x.csv: byte 9 is not UTF-8; convert the file"),
        ("x.json", '[\n{"id": "a"},\n{"id": "a" "raw"}]', "x.json:3: invalid json: Expecting ','"),
        ("x.json", '[\n{"id": "a", "raw": "b"},\n\n7]', "x.json:4: a row has named values"),
        ("x.json", "[]", "x.json: no prediction rows in it"),
        ("x.json", "{}", "x.json:1: article: field required"),
        ("x.json", "[" * 99999, "x.json:1: invalid json"),
        ("x.jsonl", "\n", "x.jsonl: no prediction rows in it"),
        ("x.jsonl", b'{"id": "\xff"}', "x.jsonl:1: invalid json"),
        ("x.jsonl", '{"id": "a", "raw": 1}', "x.jsonl:1: raw: input should be a valid string"),
        ("x.jsonl.gz", "{}", "x.jsonl.gz: cannot be read: Not a gzipped file"),
        ("x.parquet", "PAR1", "x.parquet: cannot be read: "),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place(file, content, message):
    Path(file).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert problems(file)[0].startswith(message)


def test_rows_of_parquet_are_counted_from_one():
    write("x.parquet", [{"id": "a", "raw": "x"}, {"id": "b", "raw": None}, {"id": "a", "raw": "y"}])
    missing, twice = problems("x.parquet")
    assert missing.startswith("x.parquet:2: items: field required")
    assert twice == "x.parquet:3: article 'a' stands in row 1 already"


def test_twenty_faults_are_shown_and_the_rest_are_counted():
    write("x.csv", [{"article": "a", "items": "x"}] * 25)
    assert len(problems("x.csv")) == 21
    assert problems("x.csv")[-1] == "... and 5 more"


def test_cells_may_be_long():
    write("x.csv", [{"article": "a", "raw": "Why? " * 50_000}])
    assert len(outputs("x.csv", "a")[0].items) == 50_000
