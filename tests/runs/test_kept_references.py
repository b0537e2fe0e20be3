"""What a run keeps of its articles: everything but their texts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.data.rows import load_dataset
from bench.errors import RunDirectoryError
from bench.runs import references
from bench.runs.references import read_references, write_references
from tests.conftest import write_rows


@pytest.fixture
def dataset(tmp_path, rows):
    rows[0]["alternatives"] = [{"summary": ["Another."], "questions": []}]
    rows[1]["language"] = "de"
    return load_dataset(write_rows(tmp_path / "test.jsonl", rows))


def test_articles_come_back_without_their_texts(tmp_path, dataset):
    write_references(tmp_path / "r.parquet", dataset)
    found = list(read_references(tmp_path / "r.parquet", len(dataset)))
    bare = {"text": "", "source": "", "license": "", "extra": {}}
    assert [article.model_dump(exclude={"whole_digest", "text_label"}) for article in found] == [
        article.model_copy(update=bare).model_dump() for article in dataset
    ]
    assert [article.digest() for article in found] == [article.digest() for article in dataset]
    stored = pq.read_table(tmp_path / "r.parquet")
    assert stored["digest"].to_pylist() == [article.digest() for article in dataset]
    assert not any("crowns" in str(column) for column in stored.columns)


def test_same_articles_give_the_same_bytes_in_groups_of_bounded_size(
    tmp_path, dataset, monkeypatch
):
    monkeypatch.setattr(references, "_GROUP", 2)
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for file in files:
        write_references(file, dataset)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert pq.ParquetFile(files[0]).num_row_groups == 3
    assert len(list(read_references(files[0], 6))) == 6


def test_file_that_no_run_wrote_is_refused(tmp_path, dataset):
    file = tmp_path / "r.parquet"
    with pytest.raises(RunDirectoryError, match="is missing"):
        list(read_references(file, 6))
    write_references(file, dataset)
    with pytest.raises(RunDirectoryError, match=r"holds 6 articles, and results\.json says 7"):
        list(read_references(file, 7))
    table = pq.read_table(file)
    for odd, reason in (
        (table.drop_columns(["title"]), "has other columns"),
        (table.set_column(0, table.field(0), pa.array([" "] * 6)), "id: must not"),
        (table.set_column(1, table.field(1), pa.array([None] * 6, pa.string())), "title: "),
        (table.set_column(4, table.field(4), pa.array([["a", None]] * 6)), r"summary\.1: "),
    ):
        pq.write_table(odd, file)
        with pytest.raises(RunDirectoryError, match=reason):
            list(read_references(file, 6))
    file.write_bytes(b"PAR1 and nothing else PAR1")
    with pytest.raises(RunDirectoryError, match="cannot be read"):
        list(read_references(file, 6))
