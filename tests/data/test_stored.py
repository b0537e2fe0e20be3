from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.article import Article
from bench.data import rows as rows_module
from bench.data.rows import Dataset, load_dataset
from bench.data.stored import ArticleBatch, StoredArticles
from bench.errors import DataError


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [
        Article(id=f"a{number}", title=f"T{number}", text="é " * number, summary=("One.",))
        for number in range(200)
    ]


@pytest.fixture(scope="module")
def file(articles, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("stored") / "rows.jsonl"
    lines = [json.dumps(article.to_row(), ensure_ascii=False) for article in articles]
    file.write_text("\ufeff" + "\n\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def stored(file) -> StoredArticles:
    return StoredArticles(file)


def test_stored_rows_are_those_of_the_file(stored, articles):
    assert list(stored) == articles
    assert len(stored) == 200
    assert [stored[place] for place in (0, 63, 64, 199, -1)] == [
        articles[place] for place in (0, 63, 64, 199, -1)
    ]
    with pytest.raises(IndexError):
        stored[200]


@given(st.slices(200))
def test_slices_are_those_of_a_list(stored, articles, part):
    assert list(stored[part]) == articles[part]


def test_blocks_come_in_order_and_know_their_ids(stored, articles):
    blocks = list(Dataset("made", stored).batches(64))
    assert [article for block in blocks for article in block] == articles
    assert [len(block) for block in blocks] == [64, 64, 64, 8]
    assert blocks[1].ids() == [article.id for article in articles[64:128]]
    assert blocks[1][:2] == tuple(articles[64:66])
    assert list(ArticleBatch(tuple(articles))) == articles


def test_memory_and_file_have_one_fingerprint(stored, articles):
    assert Dataset("made", tuple(reversed(articles))).fingerprint == stored.fingerprint
    assert Dataset("made", stored).fingerprint == stored.fingerprint


def test_limit_reads_no_further(file, tmp_path):
    broken = tmp_path / "rows.jsonl"
    broken.write_bytes(file.read_bytes() + b"\nnonsense\n")
    assert len(StoredArticles(broken, limit=5)) == 5
    with pytest.raises(DataError, match=r"rows\.jsonl:400: not JSON"):
        StoredArticles(broken)


def test_zipped_file_is_read_like_a_plain_one(file, articles, tmp_path):
    zipped = tmp_path / "rows.jsonl.gz"
    zipped.write_bytes(gzip.compress(file.read_bytes()))
    assert list(StoredArticles(zipped)) == articles
    zipped.write_bytes(b"no gzip")
    with pytest.raises(DataError, match=r"rows\.jsonl\.gz: cannot be read"):
        StoredArticles(zipped)


def test_file_that_changes_under_the_run_is_noticed(file, tmp_path):
    copy = tmp_path / "rows.jsonl"
    copy.write_bytes(file.read_bytes())
    stored = StoredArticles(copy)
    copy.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(DataError, match="changed while"):
        next(iter(stored))


def test_stored_rows_can_be_sent_to_another_process(stored, articles):
    assert list(pickle.loads(pickle.dumps(stored))) == articles


def test_large_file_stays_on_the_disk(file, articles, monkeypatch):
    monkeypatch.setattr(rows_module, "_SMALL", 1000)
    dataset = load_dataset(file)
    assert isinstance(dataset.articles, StoredArticles)
    assert list(dataset) == articles


def test_integer_ids_are_their_decimal_strings_in_blocks_too(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 9007199254740993}\n{"id": "b"}\n')
    stored = StoredArticles(file)
    (block,) = Dataset("made", stored).batches(9)
    assert block.ids() == [article.id for article in stored] == ["9007199254740993", "b"]


def test_integer_repeats_its_decimal_string(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 1}\n{"id": 2}\n{"id": "1"}\n')
    with pytest.raises(DataError, match=r"rows\.jsonl:3: duplicate id '1' \(first on line 1\)"):
        StoredArticles(file)
