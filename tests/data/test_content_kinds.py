"""Files that hold something else than their names say, for datasets and predictions alike."""

from __future__ import annotations

import gzip
import json
import os
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from bench.article import Article
from bench.data.rows import load_dataset
from bench.errors import DataError
from bench.models.recorded import Recorded
from bench.tasks import TASKS

KINDS = {
    b"PK\x03\x04rest": "is an Excel workbook or a zip archive; export it as CSV",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "is an old Excel workbook",
    gzip.compress(b'{"id": "a"}', mtime=0): "is gzipped; add .gz to its name",
    b"PAR1" + b"\0" * 20: "is Parquet; name it .parquet",
    b"ARROW1\0\0": "is Arrow (Feather)",
    b"SQLite format 3\0": "is an SQLite database",
    "id,raw\na,b\n".encode("utf-16"): "is UTF-16 text, not UTF-8; save it as UTF-8",
    "id,raw\na,b\n".encode("utf-16-be"): "contains a NUL character",
    b"<!DOCTYPE html><html>": "is an HTML page; download the file itself",
    b"version https://git-lfs.github.com/spec/v1\n": "is a pointer of Git LFS; run `git lfs pull`",
    b"%PDF-1.7": "is a PDF document",
    b"\x80\x04\x95\x01": "is a Python pickle",
}


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.json", "x.jsonl"])
@pytest.mark.parametrize(("content", "words"), KINDS.items(), ids=lambda value: str(value)[:20])
def test_another_kind_is_named_with_a_remedy(name, content, words, tmp_path):
    file = tmp_path / name
    file.write_bytes(content)
    for read in (Recorded, load_dataset):
        with pytest.raises(DataError) as caught:
            read(str(file))
        assert caught.value.problems == (f"{file}: {words}",) or words in str(caught.value)
        assert len(caught.value.problems) == 1


@pytest.mark.parametrize("name", ["x.parquet", "x.csv.gz", "x.jsonl.gz"])
def test_name_that_promises_more_than_text_is_checked_too(name, tmp_path):
    file = tmp_path / name
    packed = b"PK\x03\x04rest"
    file.write_bytes(gzip.compress(packed, mtime=0) if name.endswith(".gz") else packed)
    for read in (Recorded, load_dataset):
        if read is load_dataset and name == "x.jsonl.gz":
            continue  # unpacked beside it before it is looked at
        with pytest.raises(DataError, match="is an Excel workbook or a zip archive"):
            read(str(file))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("start", ["", "\ufeff", "sep={0}\n", "sep={0}\r\n"])
def test_table_with_another_delimiter_is_read(delimiter, start, tmp_path):
    text = delimiter.join(["id", "items", "questions"])
    file = tmp_path / "x.csv"
    row = delimiter.join(["a", '"[""Why, then?""]"', '"[""Why, then?""]"'])
    file.write_text(f"{start.format(delimiter)}{text}\n{row}\n", encoding="utf-8", newline="")
    assert load_dataset(str(file))[0].questions == ("Why, then?",)
    Recorded(str(file))


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
@pytest.mark.parametrize("orient", ["columns", "split", "table", "index", "records"])
def test_table_of_pandas_is_read_in_every_orientation(name, orient, tmp_path):
    file = tmp_path / name
    rows = [
        {"id": "a", "items": ["Why?"], "text": "T."},
        {"id": "b", "items": [], "text": "U."},
    ]
    pd.DataFrame(rows).to_json(file, orient=orient)
    assert [article.text for article in load_dataset(str(file))] == ["T.", "U."]
    found = Recorded(str(file)).predict([Article(id="a"), Article(id="b")], TASKS["questions"])
    assert [output.items for output in found] == [("Why?",), ()]


@pytest.mark.parametrize("columns", [5, None, "ab", {}, [1, 2], [["a", "b"], ["c", "d"]], [None]])
@pytest.mark.parametrize("data", [5, [[1, 2]], [{"a": 1}]])
def test_table_in_one_object_without_named_columns_is_refused(columns, data, tmp_path):
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"columns": columns, "data": data}))
    for read in (load_dataset, Recorded):
        with pytest.raises(DataError):
            read(str(file))


@pytest.mark.parametrize("orient", ["columns", "split", "table", "index", "records"])
@pytest.mark.parametrize("names", [[0, 1], pd.MultiIndex.from_tuples([("a", "id"), ("a", "text")])])
def test_table_of_pandas_without_names_of_columns_is_refused(orient, names, tmp_path):
    file = tmp_path / "x.json"
    table = pd.DataFrame([["x", "T."], ["y", "U."]], columns=names)
    with suppress(NotImplementedError):  # orient="table" has no such columns
        table.to_json(file, orient=orient)
        with pytest.raises(DataError):
            load_dataset(str(file))


def test_table_as_lists_by_column_is_read(tmp_path):
    file = tmp_path / "x.json"
    file.write_text('{"id": ["a", "b"], "items": [["Why?"], []], "text": ["T.", "U."]}')
    assert [article.text for article in load_dataset(str(file))] == ["T.", "U."]
    (output,) = Recorded(str(file)).predict([Article(id="a")], TASKS["questions"])
    assert output.items == ("Why?",)


def test_mapping_of_ids_and_an_index_are_told(tmp_path):
    file = Path(tmp_path / "x.jsonl")
    file.write_text('{"a1": ["Why?"], "a2": ["Who?"]}')
    Recorded(str(file))
    file.write_text('{"__index_level_0__": "a1", "items": []}')
    with pytest.raises(DataError, match=r'df = df\.reset_index\(names="article"\)'):
        Recorded(str(file))
    file.write_text('{"predictions": [{"id": "a"}]}')
    with pytest.raises(DataError, match=r"x\.jsonl:1: items: missing"):
        Recorded(str(file))


def test_json_over_several_lines_is_one_fault(tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{\n "id": "a",\n "items": []\n}\n')
    for read in (Recorded, load_dataset):
        with pytest.raises(DataError) as caught:
            read(str(file))
        (problem,) = caught.value.problems
        assert "one JSON document over several lines" in problem


def test_json_lines_accept_what_tables_accept(tmp_path):
    row = '{"id": "a", "title": null, "summary": "One came. Two left.", "questions": "Why? Who?"}'
    files = [tmp_path / "x.jsonl", tmp_path / "x.json"]
    for file in files:
        file.write_text(row if file.suffix == ".jsonl" else f"[{row}]", encoding="utf-8")
    lines, array = (load_dataset(str(file)) for file in files)
    assert lines[0] == array[0]
    assert lines.fingerprint == array.fingerprint
    assert lines[0].questions == ("Why?", "Who?")


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv"])
def test_pipe_is_refused_before_it_is_waited_for(name, tmp_path):
    os.mkfifo(tmp_path / name)
    for read in (Recorded, load_dataset):
        with pytest.raises(DataError, match="is not a regular file; write the rows to one"):
            read(str(tmp_path / name))
