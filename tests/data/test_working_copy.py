from __future__ import annotations

import gc
import pickle
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from bench.article import Article
from bench.data.stored import StoredArticles
from bench.data.working_copy import PackedArticle, WorkingCopy
from bench.errors import DataError
from tests.conftest import write_rows


@pytest.fixture
def articles() -> list[Article]:
    return [Article(id=f"a{n}", text="é " * n, questions=("Why?",)) for n in range(150)]


@pytest.fixture
def copy(articles) -> WorkingCopy:
    copy = WorkingCopy("rows.jsonl")
    for article in articles:
        copy.add(article)
    return copy


@pytest.mark.parametrize(("start", "stop"), [(0, None), (0, 0), (63, 65), (149, 150), (20, 10)])
def test_rows_come_back_as_they_were_added(copy, articles, start, stop):
    rows = list(copy.rows(start, stop))
    assert [row.article() for row in rows] == articles[start:stop]
    assert [row.id for row in rows] == [article.id for article in articles[start:stop]]
    assert len(copy) == 150


def test_iterators_do_not_disturb_each_other(copy, articles):
    pairs = zip(copy.rows(), copy.rows(1), strict=False)
    assert [(one.id, other.id) for one, other in pairs] == [
        (one.id, other.id) for one, other in pairwise(articles)
    ]


def test_packed_article_carries_its_digests(monkeypatch):
    article = Article(id="a", text="x")
    digest = article.digest()
    packed = PackedArticle.of(article)
    monkeypatch.setattr("bench.article._digests_of", lambda _: pytest.fail("computed again"))
    assert packed.article().digest() == digest
    assert packed.article() == Article(id="a", text="x")


def test_file_has_a_name_only_for_other_processes(tmp_path, monkeypatch, articles):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    copy = WorkingCopy("rows.jsonl")
    for article in articles:
        copy.add(article)
    assert list(tmp_path.iterdir()) == []
    pickled = pickle.dumps(copy)
    assert pickle.dumps(copy) == pickled
    (named,) = tmp_path.iterdir()
    assert [row.article() for row in pickle.loads(pickled).rows()] == articles
    del copy
    gc.collect()
    assert not named.exists()


def test_another_machine_makes_a_copy_of_its_own(tmp_path, monkeypatch, articles):
    file = write_rows(tmp_path / "rows.jsonl", [article.to_row() for article in articles])
    stored = StoredArticles(file, limit=5)
    pickled = pickle.dumps(stored)
    del stored  # and with it the named file
    gc.collect()
    assert list(pickle.loads(pickled)) == articles[:5]
    write_rows(file, [{"id": "other"}])
    with pytest.raises(DataError, match="other articles on this machine"):
        pickle.loads(pickled)


def test_full_disk_is_named_with_the_remedy(copy, monkeypatch):
    class Full:
        def write(self, _: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(copy, "_file", Full())
    with pytest.raises(DataError, match=r"rows\.jsonl \(No space left on device\); set TMPDIR"):
        copy.add(Article(id="a"))


def test_copy_that_failed_is_made_again(copy, articles, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def full(source, target):
        target.write(source.read(100))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfileobj", full)
        for _ in range(2):
            with pytest.raises(DataError, match="set TMPDIR"):
                pickle.dumps(copy)
            assert list(tmp_path.iterdir()) == []
    assert [row.article() for row in pickle.loads(pickle.dumps(copy)).rows()] == articles


def test_threads_that_pickle_at_once_share_a_complete_copy(copy, articles, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    copied = shutil.copyfileobj

    def slow(source, target):
        time.sleep(0.05)
        copied(source, target)

    monkeypatch.setattr(shutil, "copyfileobj", slow)
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda _: list(pickle.loads(pickle.dumps(copy)).rows()), range(4))
        assert all([row.article() for row in rows] == articles for rows in found)
    assert len(list(tmp_path.iterdir())) == 1
