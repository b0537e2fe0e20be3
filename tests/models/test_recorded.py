from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from bench.article import Article
from bench.errors import DataError
from bench.models.base import Output
from bench.models.recorded import Recorded
from bench.models.recorded_table import RowTable
from bench.tasks import TASKS
from tests.conftest import write_rows

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

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
        Output((), error=f"{file} has no row for the article"),
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


@pytest.mark.parametrize("file", FILES)
def test_second_id_may_stand_there_if_it_is_the_same(file):
    write(file, [{"id": "7", "article": "7", "article_id": "7", "raw": "x"}])
    assert outputs(file, "7") == [Output(("x",), raw="x")]


@pytest.mark.parametrize("file", FILES)
def test_conflicting_ids_are_an_error(file):
    write(file, [{"id": "7", "raw": "x", "article": "a"}])
    assert problems(file)[0].endswith(
        ": article is 'a' and id is '7', and either may be the article's id; drop or rename one:"
        ' df.drop(columns="id")'
    )


def test_empty_id_column_is_passed_over():
    write("x.jsonl", [{"article": None, "id": "a", "raw": "x"}, {"article": 1, "id": "1"}])
    assert "items: missing" in problems("x.jsonl")[0]
    write(
        "x.jsonl", [{"article": None, "id": "a", "raw": "x"}, {"article": "", "id": 1, "raw": ""}]
    )
    assert outputs("x.jsonl", "a", "1") == [Output(("x",), raw="x"), Output((), raw="")]


@pytest.mark.parametrize("file", FILES)
def test_conflicting_texts_are_an_error(file):
    write(file, [{"article": "a", "raw": "x", "prediction": "y"}])
    assert problems(file)[0].endswith(
        ": raw and prediction differ, and either may be the prediction; choose one, for example"
        " --prediction-columns prediction=raw, or drop one:"
        ' df.drop(columns="prediction")'
    )
    write(file, [{"article": "a", "output": "x", "prediction": "x"}])
    assert outputs(file, "a") == [Output(("x",), raw="x")]


TYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


@pytest.mark.parametrize("kind", TYPES)
def test_integer_columns_of_parquet_hold_ids(kind):
    ids = pa.array([1, 100], getattr(pa, kind)())
    for column in (ids, ids.dictionary_encode()):
        parquet.write_table(pa.table({"article": column, "raw": ["x", "y"]}), "x.parquet")
        assert [o.raw for o in outputs("x.parquet", "1", "100")] == ["x", "y"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("number", [1, 2**53 + 1, 2**63 - 1])
def test_integer_is_its_decimal_string_in_every_format(file, number):
    write(file, [{"article": number, "raw": "x"}])
    assert outputs(file, str(number)) == [Output(("x",), raw="x")]


@pytest.mark.parametrize("file", ["x.jsonl", "x.json", "x.jsonl.gz"])
def test_id_as_an_integer_and_as_a_string_is_one_id(file):
    write(file, [{"article": "1", "raw": "x"}, {"id": 1, "raw": "y"}])
    where = ("row 2: ", "in row 1") if file == "x.json" else ("2: ", "on line 1")
    assert problems(file)[0].startswith(f"{file}:")
    assert f"{where[0]}duplicate article '1' (first {where[1]}); " in problems(file)[0]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("1.0", '1.0 is a float, not a string or an integer; pandas .*astype("Int64")'),
        ("NaN", "missing (NaN); every row needs an id"),
        ("null", "missing (null); every row needs an id"),
        ("true", "the boolean True is"),
        ('["a"]', "of type list"),
    ],
)
@pytest.mark.parametrize("key", ["article", "id"])
def test_other_ids_are_refused_by_line_and_column(token, words, key):
    Path("x.jsonl").write_text(f'{{"article": "a", "raw": ""}}\n{{"{key}": {token}, "raw": ""}}')
    (problem,) = problems("x.jsonl")
    assert problem.startswith(f"x.jsonl:2: {key}: ")
    assert all(part in problem for part in words.split(".*"))
    assert f'df["{key}"]' in problem or "df[" not in problem


def test_pandas_tables_with_an_index_column_are_read():
    Path("x.csv").write_bytes(b"\xef\xbb\xbf,article,raw\r\n0,1,Why?\r\n1,2,\r\n")
    assert outputs("x.csv", "1", "2") == [Output(("Why?",), raw="Why?"), Output((), raw="")]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", ["items", "raw", "prediction", "output"])
def test_answer_that_is_null_is_empty(file, name):
    write(file, [{"article": "b", name: ["x"] if name == "items" else "x"}])
    rows = [{"article": "a", name: None}, {"article": "b", name: None}]
    write(file, rows)
    assert outputs(file, "a", "b") == [Output(()), Output(())]


@pytest.mark.parametrize("name", ["items", "raw", "prediction", "output"])
def test_answer_that_is_nan_is_empty(name):
    Path("x.jsonl").write_text(f'{{"article": "a", "{name}": NaN}}')
    assert outputs("x.jsonl", "a") == [Output(())]
    parquet.write_table(pa.table({"article": ["a"], name: [float("nan")]}), "x.parquet")
    assert outputs("x.parquet", "a") == [Output(())]


@pytest.mark.parametrize("cell", ["", "NaN", "nan", "<NA>", "None", "null"])
@pytest.mark.parametrize("name", ["items", "raw"])
def test_cell_that_says_there_is_nothing_is_empty(cell, name):
    Path("x.csv").write_text(f"article,{name}\na,{cell}\n")
    (output,) = outputs("x.csv", "a")
    assert (output.items, output.error) == ((), None)


def test_null_items_are_left_out_and_counted():
    Path("x.jsonl").write_text(
        '{"article": "a", "items": [null, "x", NaN]}\n{"article": "b", "items": [null]}\n'
    )
    model = Recorded("x.jsonl")
    articles = [Article(id=i) for i in "ab"]
    assert list(model.predict(articles, TASKS["summary"])) == [Output(("x",)), Output(())]
    assert model.notes(articles) == ["x.jsonl: 3 null items dropped"]


@pytest.mark.parametrize("status", ["failed", "Error", " timeout ", "cancelled", "skipped"])
def test_row_whose_status_is_a_failure_needs_no_answer(status):
    write("x.jsonl", [{"article": "a", "status": status}])
    assert outputs("x.jsonl", "a") == [Output((), error=status.strip())]
    write("x.jsonl", [{"article": "a", "status": status, "raw": "Why?", "error": "too long"}])
    assert outputs("x.jsonl", "a") == [Output((), raw="Why?", error="too long")]


@pytest.mark.parametrize("status", ["ok", "empty", "Success", "completed", None, "", "nan"])
def test_row_whose_status_is_a_success_or_nothing_counts(status):
    write("x.csv", [{"article": "a", "raw": "Why?", "status": status or ""}])
    assert outputs("x.csv", "a") == [Output(("Why?",), raw="Why?")]


@pytest.mark.parametrize("status", ["published", 200, True, False, 0])
def test_unknown_status_is_an_error_that_names_the_known_ones(status):
    write("x.jsonl", [{"article": "a", "raw": "Why?", "status": status}])
    (problem,) = problems("x.jsonl")
    assert problem.startswith(f"x.jsonl:1: unknown status {status!r}; known: ok, empty, ")
    assert "failed" in problem


def test_error_without_a_status_is_a_failure_only_where_there_is_no_answer():
    rows = [
        {"article": "a", "items": [], "error": "timeout"},
        {"article": "b", "items": ["x"], "error": "0.13"},
        {"article": "c", "items": [], "error": False},
        {"article": "d", "raw": " ", "error": "timeout"},
    ]
    write("x.jsonl", rows)
    errors = [output.error for output in outputs("x.jsonl", "a", "b", "c", "d")]
    assert errors == ["timeout", None, None, "timeout"]


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
def test_list_in_a_string_is_taken_apart(file, items):
    write(file, [{"article": "a", "items": items}])
    assert outputs(file, "a") == [Output(QUESTIONS)]


@pytest.mark.parametrize("file", FILES)
def test_uncertain_list_in_a_string_is_an_error_with_its_place(file):
    write(file, [{"article": "a", "items": ["x"]}, {"article": "b", "items": ["['c', 'd"]}])
    (message,) = problems(file)
    assert re.match(
        rf"{re.escape(file)}:(?: row )?\d+: items: looks like a list in a string", message
    )
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
        ("x.csv", 'id,raw\na,"x\ny"\n\na,z\n', "x.csv:5: duplicate article 'a' (first on line 2)"),
        ("x.csv", 'id,items\na,"[1]"\n', "x.csv:2: items.0: must be a string, not 1; write it"),
        (
            "x.csv",
            "id,items\na,Why?\n",
            "x.csv:2: items must be a list of strings; put a single text into `raw`",
        ),
        ("x.csv", "id,raw\na,b,c\n", "x.csv:2: 3 cells where the header has 2"),
        ("x.csv", "id,raw,raw\na,b,c\n", "x.csv:1: duplicate column 'raw'"),
        (
            "x.csv",
            'id,raw\na,b\nc,"d\n',
            "x.csv:3: a quotation mark that opens here is never closed",
        ),
        (
            "x.csv",
            "text,raw\na,b\n",
            "x.csv:2: article: missing; a row needs one of article, id",
        ),
        ("x.csv", "id,raw\n ,b\n", "x.csv:2: id: must not be blank; every row needs the id"),
        ("x.csv", "id,raw\n", "x.csv: no prediction rows"),
        ("x.csv", "", "x.csv: no prediction rows"),
        ("x.csv", b"id,raw\na,\xff\n", "x.csv: byte 9 is not UTF-8; convert the file"),
        ("x.json", '[\n{"id": "a"},\n{"id": "a" "raw"}]', "x.json:3: invalid json: Expecting ','"),
        ("x.json", '[\n{"id": "a", "raw": "b"},\n\n7]', "x.json: row 2: a row must be an object"),
        ("x.json", "[]", "x.json: no prediction rows"),
        ("x.json", "{}", "x.json:1: article: missing; a row needs one of"),
        (
            "x.jsonl",
            '{"id": "a"}',
            "x.jsonl:1: items: missing; a row needs `items` or one of raw, prediction",
        ),
        ("x.json", "[" * 99999, "x.json:1: invalid json"),
        ("x.jsonl", "\n", "x.jsonl: no prediction rows"),
        ("x.jsonl", b'{"id": "\xff"}', "x.jsonl:1: invalid json"),
        (
            "x.jsonl",
            '{"id": "a", "raw": 1}',
            "x.jsonl:1: raw: must be a string, not 1; write it in quot",
        ),
        ("x.jsonl.gz", "{}", "x.jsonl.gz: cannot be read: Not a gzipped file"),
        ("x.parquet", "PAR1", "x.parquet: cannot be read: "),
    ],
)
def test_invalid_row_is_named_with_its_place(file, content, message):
    Path(file).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert problems(file)[0].startswith(message)


def test_rows_of_parquet_are_counted_from_one():
    write("x.parquet", [{"id": "a", "raw": "x"}, {"id": None, "raw": "z"}, {"id": "a", "raw": "y"}])
    missing, twice = problems("x.parquet")
    assert missing == "x.parquet: row 2: id: missing (null); every row needs an id"
    assert twice.startswith("x.parquet: row 3: duplicate article 'a' (first in row 1); ")


def test_twenty_faults_are_shown_and_the_rest_are_counted():
    write("x.csv", [{"article": "a", "items": "x"}] * 25)
    assert len(problems("x.csv")) == 21
    assert problems("x.csv")[-1] == "... and 5 more"


@pytest.mark.slow
def test_cells_may_be_long():
    count = 27_000  # the module `csv` reads 131,072 characters of a cell unless it is told
    write("x.csv", [{"article": "a", "raw": "Why? " * count}])
    assert len(outputs("x.csv", "a")[0].items) == count


@pytest.mark.parametrize("name", ["p.jsonl", "p.json"])
def test_half_an_emoji_is_replaced_and_refuses_no_row(tmp_path, name):
    rows = [{"article": "a", "raw": "1. Why? \ud83d"}, {"article": "b", "items": ["\udc00 Who?"]}]
    text = json.dumps(rows) if name == "p.json" else "\n".join(map(json.dumps, rows))
    (tmp_path / name).write_text(text)
    found = [output.items for output in outputs(str(tmp_path / name), "a", "b")]
    assert found == [("Why? �",), ("� Who?",)]


def test_any_thread_may_collect_a_table(monkeypatch):
    faults = []
    monkeypatch.setattr(sys, "unraisablehook", faults.append)
    tables = [RowTable()]
    thread = Thread(target=tables.clear)
    thread.start()
    thread.join()
    assert not tables
    assert not faults
