"""What is in files and folders, and where a name may lead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.identity import data_files
from bench.identity.data_files import (
    candidate_paths,
    content_digest,
    exists,
    may_be_path,
    varying_part,
)


@pytest.fixture
def folder(tree):
    tree.write({"data/a.txt": "1", "data/deep/b.txt": "2"})
    return Path("data")


@pytest.mark.parametrize(
    ("edit", "counts"),
    [
        ({"a.txt": "3"}, True),
        ({"deep/b.txt": "3"}, True),
        ({"c.txt": ""}, True),
        ({".hidden": "3"}, False),
        ({".hidden/c.txt": "3"}, False),
        ({"deep/.hidden": "3"}, False),
        ({"__pycache__/c.pyc": "3"}, False),
        ({"deep/__pycache__/c.pyc": "3"}, False),
        ({"a.txt": "2", "deep/b.txt": "1"}, True),
    ],
    ids=str,
)
def test_folder_is_the_names_and_contents_of_its_files(tree, folder, edit, counts):
    before = content_digest(folder)
    tree.write(edit, folder)
    assert (content_digest(folder) != before) is counts


def test_name_counts_even_where_the_content_does_not_change(folder):
    before = content_digest(folder)
    (folder / "a.txt").rename(folder / "z.txt")
    assert content_digest(folder) != before


def test_dates_do_not_count(folder):
    before = content_digest(folder)
    os.utime(folder / "a.txt", ns=(1, 1))
    assert content_digest(folder) == before


@pytest.mark.parametrize("limit", ["_MOST_FILES", "_MOST_BYTES"])
def test_dates_and_sizes_count_for_a_large_folder(tree, folder, limit, monkeypatch):
    monkeypatch.setattr(data_files, limit, 1)
    for file in (folder / "a.txt", folder / "deep/b.txt"):
        os.utime(file, ns=(5, 5))
    before = content_digest(folder)
    tree.write({"a.txt": "3"}, folder)
    os.utime(folder / "a.txt", ns=(5, 5))
    assert content_digest(folder) == before
    os.utime(folder / "a.txt", ns=(5, 6))
    assert content_digest(folder) != before
    os.utime(folder / "a.txt", ns=(5, 5))
    tree.write({"a.txt": "33"}, folder)
    os.utime(folder / "a.txt", ns=(5, 5))
    assert content_digest(folder) != before


def test_date_does_not_run_into_the_next_name(tree, monkeypatch):
    monkeypatch.setattr(data_files, "_MOST_FILES", 1)
    for folder, date, name in (("one", 5, "6b"), ("two", 56, "b")):
        tree.write({"1": "x", name: "x"}, folder)
        os.utime(Path(folder, "1"), ns=(date, date))
        os.utime(Path(folder, name), ns=(7, 7))
    assert content_digest(Path("one")) != content_digest(Path("two"))


@pytest.mark.parametrize(("limit", "most"), [("_MOST_FILES", 2), ("_MOST_BYTES", 2)])
def test_folder_at_the_limit_is_read(tree, folder, limit, most, monkeypatch):
    monkeypatch.setattr(data_files, limit, most)
    before = content_digest(folder)
    os.utime(folder / "a.txt", ns=(5, 5))
    assert content_digest(folder) == before


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("", False),
        ("a", True),
        ("a" * 1024, True),
        ("a" * 1025, False),
        ("a\nb", False),
        ("http://a/b", False),
        ("a:/b", True),
    ],
)
def test_strings_that_may_be_paths_are_recognized(text, may):
    assert may_be_path(text) is may
    assert bool([*candidate_paths(text, ())]) is may


def test_existing_files_are_found(folder):
    assert exists(folder)
    assert exists(folder / "a.txt")
    assert not exists(folder / "no-such.txt")
    assert not exists(Path("a" * 300))
    assert not exists(Path("a\0b"))


def test_folder_around_the_working_directory_says_nothing(folder, monkeypatch):
    assert not exists(Path.cwd())
    assert not exists(Path())
    assert not exists(Path.cwd().parent)
    monkeypatch.chdir(folder)
    assert not exists(Path("../../").resolve() / "data")
    assert exists(Path("deep"))


def test_places_of_a_plain_name(tmp_path):
    code = [tmp_path / "one", tmp_path / "two"]
    expected = [Path("a.txt").absolute(), tmp_path / "one/a.txt", tmp_path / "two/a.txt"]
    assert [*candidate_paths("a.txt", code)] == expected
    assert [*candidate_paths("/a.txt", code)] == [Path("/a.txt")]
    assert [*candidate_paths("a.txt", [Path.cwd()])] == expected[:1]


def test_home_is_looked_up(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [*candidate_paths("~/a.txt", ())] == [tmp_path / "a.txt"]
    assert [*candidate_paths("~no-such-user/a.txt", ())] == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("data/*.txt", ["data/a.txt"]),
        ("data/*/b.txt", ["data/deep/b.txt"]),
        ("data/*", ["data/a.txt", "data/deep"]),
        ("data/n*.txt", []),
        ("*/a.txt", ["data/../a.txt"]),
        ("*", []),
        ("*.py", []),
        ("**", []),
        ("d*ta/a.txt", ["data/a.txt"]),
    ],
)
def test_places_of_a_composed_name(tree, folder, name, found):
    tree.write({"a.txt": "", "script.py": ""})
    places = [*candidate_paths(name, [Path.cwd()])]
    assert [*dict.fromkeys(places)] == [Path(os.path.normpath(Path(f).absolute())) for f in found]


def test_wildcard_at_the_front_stands_for_a_folder_of_the_code(tree, tmp_path):
    tree.write({"code/x1.txt": "", "x2.txt": ""})
    assert [*candidate_paths("*/x*.txt", [tmp_path / "code"])] == [tmp_path / "code/x1.txt"]


@pytest.mark.parametrize(
    ("path", "name", "part"),
    [
        ("/here/data/a.txt", "data/a.txt", ""),
        ("/here/data/a.txt", "data/*.txt", "a.txt"),
        ("/here/data/de/a.txt", "data/*/a.txt", "de/a.txt"),
        ("/here/data/de/a.txt", "*/data/*/a.txt", "de/a.txt"),
        ("/here/a.txt", "**/a.txt", ""),
        ("/here/data/de/a.txt", "data/**/a.txt", "a.txt"),
    ],
)
def test_wildcard_is_expanded(path, name, part):
    assert varying_part(Path(path), name) == part
