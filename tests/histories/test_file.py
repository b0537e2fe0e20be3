"""History files: appended to by several writers, read with every fault named by its line."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bench.errors import ConfigError, DataError, RunDirectoryError
from bench.histories.file import append_row, read_rows
from bench.histories.row import packed_values, unpacked_values
from tests.history_runs import article_scores, row, write_history


def some_rows(count=3):
    scores = article_scores([0.0] * count, articles=8)
    return [row(number, {"mine": scores[number]}) for number in range(count)]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "deep" / "history.jsonl"


def test_rows_come_back_as_they_were_appended(file):
    rows = some_rows()
    assert [append_row(file, one) for one in rows] == [True, True, True]
    assert read_rows(str(file)) == rows
    assert file.read_text(encoding="utf-8") == "".join(one.line() for one in rows)


def test_run_is_recorded_once(file):
    (one,) = some_rows(1)
    assert append_row(file, one)
    assert not append_row(file, one)
    assert len(read_rows(str(file))) == 1


def test_repeated_line_counts_once(tmp_path):
    rows = some_rows(2)
    notes = []
    path = write_history(tmp_path / "h.jsonl", [*rows, rows[0]])
    assert read_rows(str(path), notes.append) == rows
    assert notes == [f"{path}: 1 of the rows are repeated; each run counts once"]


def test_torn_last_line_is_skipped_and_cut_off_by_the_next_writer(file):
    first, second, third = some_rows()
    append_row(file, first)
    with file.open("a") as stream:
        stream.write(second.line()[:200])
    notes = []
    assert read_rows(str(file), notes.append) == [first]
    assert notes[0].startswith(f"{file}:2: skipped: the line is incomplete")
    append_row(file, third)
    assert read_rows(str(file)) == [first, third]


def test_last_line_without_its_end_is_kept(file):
    first, second = some_rows(2)
    append_row(file, first)
    file.write_text(file.read_text().rstrip("\n"))
    append_row(file, second)
    assert read_rows(str(file)) == [first, second]


@pytest.mark.parametrize("last", ["line", "line without its end", "torn line"])
def test_failed_append_leaves_the_rows_that_were_there(file, monkeypatch, last):
    first, second, third = some_rows()
    append_row(file, first)
    append_row(file, second)
    if last != "line":
        text = file.read_text()
        file.write_text(text[:-1] if last == "line without its end" else text[:-100])
    before = read_rows(str(file))
    with monkeypatch.context() as full:
        full.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(RunDirectoryError, match="No space left"):
            append_row(file, third)
    assert read_rows(str(file)) == before
    assert append_row(file, third)
    assert read_rows(str(file)) == [*before, third]


def test_markers_of_a_merge_conflict_are_refused_with_their_lines(tmp_path):
    one, other = (each.line() for each in some_rows(2))
    path = tmp_path / "h.jsonl"
    path.write_text(f"<<<<<<< HEAD\n{one}=======\n{other}>>>>>>> branch\n")
    with pytest.raises(DataError) as caught:
        read_rows(str(path))
    assert [line.partition(": ")[0] for line in caught.value.problems] == [
        f"{path}:1",
        f"{path}:3",
        f"{path}:5",
    ]
    assert "keep the lines of both sides" in str(caught.value)
    with pytest.raises(DataError, match="merge conflict"):
        append_row(path, some_rows(3)[2])
    assert path.read_text().startswith("<<<<<<<")


def changed(line: str, **values) -> str:
    return json.dumps({**json.loads(line), **values}) + "\n"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda line: "not json\n", "invalid JSON"),
        (lambda line: line[:100] + "\n", "invalid JSON"),
        (lambda line: "[" * 100_000 + "\n", "recursion limit"),
        (lambda line: "[]\n", "must be a mapping of keys to values"),
        (lambda line: changed(line, version=2), "version"),
        (lambda line: changed(line, date="yesterday"), "invalid date 'yesterday'"),
        (lambda line: changed(line, outcome="great"), "outcome"),
        (lambda line: changed(line, id="a"), "id"),
        (lambda line: changed(line, more=1), "more: is an unknown key"),
        (lambda line: changed(line, metrics={}), "no metric has a score"),
        (lambda line: line.replace('"coverage@0.5":[', '"coverage@0.5":[1e999,', 1), "scores"),
        (lambda line: line.replace('"questions"', '"poems"', 1), "unknown task 'poems'"),
    ],
)
def test_damaged_line_is_refused_with_its_number(tmp_path, damage, reason):
    first, second, third = (each.line() for each in some_rows())
    path = tmp_path / "h.jsonl"
    path.write_text(first + damage(second) + third)
    with pytest.raises(DataError) as caught:
        read_rows(str(path))
    (line,) = caught.value.problems
    assert line.startswith(f"{path}:2: ")
    assert reason in line
    assert line.endswith("restore or delete the line")


def test_blank_lines_byte_order_marks_and_windows_line_ends_do_no_harm(tmp_path):
    rows = some_rows(2)
    path = tmp_path / "h.jsonl"
    text = "\ufeff" + rows[0].line() + "\n" + rows[1].line()
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert read_rows(str(path)) == rows


def test_several_writers_lose_nothing(file):
    rows = some_rows(12)
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda one: append_row(file, one), rows))
    assert {one.id for one in read_rows(str(file))} == {one.id for one in rows}


def test_missing_file_and_unwritable_places_are_told(tmp_path):
    with pytest.raises(DataError, match=r"no such history; .*--record"):
        read_rows(str(tmp_path / "none.jsonl"))
    with pytest.raises(ConfigError, match="URLs do not support"):
        append_row("s3://bucket/history.jsonl", some_rows(1)[0])
    (tmp_path / "file").write_text("")
    with pytest.raises(RunDirectoryError, match="cannot be written"):
        append_row(tmp_path / "file" / "history.jsonl", some_rows(1)[0])


def test_scores_of_articles_are_kept_exactly():
    values = np.array([0.1 + 0.2, 1 / 3, 5e-324, 0.0, -1.5])
    assert np.array_equal(unpacked_values(packed_values(values), 5), values)
    with pytest.raises(ValueError, match="not those of 4 articles"):
        unpacked_values(packed_values(values), 4)
    with pytest.raises(ValueError, match="not those of 6 articles"):
        unpacked_values(packed_values(values), 6)
    with pytest.raises(ValueError, match="are not numbers"):
        unpacked_values(packed_values(np.array([np.nan])), 1)
    for text in ("", "&&&", "AAAA"):
        with pytest.raises(ValueError, match="packed scores"):
            unpacked_values(text, 5)
