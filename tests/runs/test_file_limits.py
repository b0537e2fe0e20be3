"""Files of a run directory that unpack, nest or go on without end are refused, not read."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.data.parquet_limits import excess
from bench.errors import DataError, RunDirectoryError
from bench.models.recorded_files import records
from bench.runs import row_file, strict_json
from bench.runs.predictions import PredictionFile
from bench.runs.references import _schema as references_schema
from bench.runs.references import read_references
from bench.runs.scores import _schema as scores_schema
from bench.runs.scores import read_scores
from bench.runs.strict_json import read_json

MANY = 6_000_000


def scores_bomb(file):
    """Rows that are all alike: a few bytes for millions of them."""
    schema = scores_schema(pa)
    same = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), MANY), ["x"])
    columns = [same] * 5 + [pa.repeat(pa.scalar(0.5), MANY), pa.nulls(MANY, schema.types[-1])]
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), file)


def references_bomb(file):
    """One row, with a list of millions of equal items."""
    schema = references_schema()
    items = pa.ListArray.from_arrays([0, MANY], pa.repeat(pa.scalar("x"), MANY))
    others = (pa.array([[]], kind) for kind in schema.types[5:])
    texts = (pa.array([text]) for text in ("a", "", "en", "digest"))
    pq.write_table(pa.Table.from_arrays([*texts, items, *others], schema=schema), file)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bomb", "read"),
    [(scores_bomb, read_scores), (references_bomb, lambda file: list(read_references(file, 1)))],
)
def test_table_that_unpacks_to_far_more_than_its_size_is_not_read(tmp_path, bomb, read):
    file = tmp_path / "table.parquet"
    bomb(file)
    assert file.stat().st_size < 1_000_000
    with pytest.raises(RunDirectoryError, match=r"table\.parquet: is not read: [\d,]+ values in a"):
        read(file)


def test_predictions_of_another_program_are_held_to_the_same(tmp_path):
    file = tmp_path / "mine.parquet"
    pq.write_table(pa.table({"article": pa.repeat(pa.scalar("a"), MANY)}), file)
    with pytest.raises(DataError, match=r"mine\.parquet: cannot be read: 6,000,000 values"):
        list(records(str(file)))


def test_long_text_that_repeats_itself_counts_by_its_length(tmp_path, monkeypatch):
    monkeypatch.setattr("bench.data.parquet_limits._BYTES", 1 << 20)
    file = tmp_path / "text.parquet"
    pq.write_table(pa.table({"raw": ["x" * 5_000_000]}), file, compression="zstd")
    reason = excess(pq.read_metadata(file), file.stat().st_size)
    assert reason is not None
    assert "refused as a decompression bomb" in reason


@pytest.mark.parametrize("run", ["baseline", "baseline-briefs"])
def test_real_scores_stay_far_below_the_limits(run):
    file = Path(__file__).parents[2] / "results" / run / "scores.parquet"
    metadata = pq.read_metadata(file)
    assert excess(metadata, file.stat().st_size) is None
    assert 7 * metadata.num_rows < 10 * file.stat().st_size


def test_json_of_too_many_values_is_not_parsed(tmp_path):
    file = tmp_path / "results.json"
    for content in (b"[" + b"[]," * 300_000 + b"[]]", b"{" + b'"a":{},' * 400_000 + b'"b":1}'):
        file.write_bytes(content)
        with pytest.raises(RunDirectoryError, match="more than 500,000 values"):
            read_json(file, tmp_path)


def test_sparse_file_of_gigabytes_is_not_read(tmp_path):
    file = tmp_path / "results.json"
    with file.open("wb") as stream:
        stream.truncate(2 << 30)
    with pytest.raises(RunDirectoryError, match="has 2,147,483,648 bytes; at most 67,108,864"):
        read_json(file, tmp_path)


def test_keys_are_compared_in_linear_time(tmp_path):
    keys = ", ".join(f'"{n}": 1' for n in range(200_000))
    (tmp_path / "run.json").write_text(f'{{{keys}, "199999": 2}}')
    with pytest.raises(RunDirectoryError, match="duplicate key '199999'"):
        read_json(tmp_path / "run.json", tmp_path)


def test_line_without_end_is_cut_short(tmp_path, monkeypatch):
    monkeypatch.setattr(row_file, "LONGEST_ROW", 1000)
    file = tmp_path / "predictions/lead.summary.jsonl"
    file.parent.mkdir()
    file.write_text('{"article": "' + "a" * 2000 + '"}\n')
    with pytest.raises(RunDirectoryError, match=r"jsonl:1: a row of more than 1,000 bytes"):
        list(PredictionFile(file).read())
    monkeypatch.setattr("bench.models.recorded_files._LONGEST_LINE", 1000)
    with pytest.raises(DataError, match="line 1 has more than 1,000 bytes"):
        list(records(str(file)))


def test_whole_file_that_unpacks_without_end_is_not_read(tmp_path, monkeypatch):
    import gzip

    monkeypatch.setattr("bench.models.recorded_files._LARGEST_WHOLE", 1000)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b" " * 100_000))
    with pytest.raises(DataError, match="larger than 1,000 bytes"):
        list(records(str(tmp_path / "a.csv.gz")))


def test_row_of_a_million_lists_is_refused(tmp_path):
    file = tmp_path / "mine.jsonl"
    file.write_text('{"article": "a", "items": [' + "[]," * 1_000_000 + "[]]}\n")
    (found,) = records(str(file))
    assert found.number == 1
    assert "more than 1,000,000 lists and objects" in str(found.value)


def test_number_too_long_to_convert_is_named_plainly(tmp_path):
    file = tmp_path / "run.json"
    for content, reason in {
        json.dumps({"a": "x"})[:-1] + ', "b": ' + "9" * 5000 + "}": "more than 400 digits",
        '{"a": 1e999}': "not finite",
        '{"a": NaN}': "NaN is not a finite number",
        '{"a": "\\ud800"}': "lone surrogate",
        '{"a":' * 70 + "1" + "}" * 70: f"more than {strict_json._DEEPEST} levels",
    }.items():
        file.write_text(content)
        with pytest.raises(RunDirectoryError, match=reason):
            read_json(file, tmp_path)
