from __future__ import annotations

import os

import pytest

from bench.runs.predictions import Prediction, PredictionFile, to_line


def row(article: str) -> Prediction:
    return Prediction(article=article, items=("one",), status="ok", key="k")


@pytest.fixture
def file(tmp_path):
    return PredictionFile(tmp_path / "predictions" / "lead.summary.jsonl")


def test_row_is_there_for_others_as_soon_as_it_is_added(file):
    with file.appending() as append:
        for number, article in enumerate("abc", start=1):
            append(to_line(row(article))[0])
            assert [one.article for one in file.read()] == list("abc")[:number]
    with file.appending() as append:
        append(to_line(row("d"))[0])
    assert [one.article for one in file.read()] == list("abcd")


def test_nothing_is_made_where_nothing_is_added(file):
    with pytest.raises(ZeroDivisionError), file.appending():
        _ = 1 / 0
    assert not file.path.parent.exists()


def test_disk_is_waited_for_at_once_and_at_the_end_and_seldom_between(file, monkeypatch):
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    line = to_line(row("a"))[0]
    with file.appending() as append:
        for _ in range(100):
            append(line)
    assert sizes[0] == len(line)
    assert sizes[-1] == 100 * len(line)
    assert len(sizes) < 20
