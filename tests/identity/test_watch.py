"""A file that is written to is noticed by any trace of that."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.identity.watch import Watch


def dated(path, text, date=5):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, ns=(date, date))
    return path


def replaced(path, text):
    """Another file under the same name."""
    dated(path.with_name("new"), text).replace(path)


@pytest.mark.parametrize(
    ("write", "changed"),
    [
        (lambda file: None, False),
        (lambda file: dated(file, "ab"), False),
        (lambda file: dated(file, "ab", 6), True),
        (lambda file: dated(file, "abc"), True),
        (lambda file: replaced(file, "ab"), True),
        (lambda file: file.unlink(), True),
    ],
    ids=["nothing", "no trace", "date", "size", "another file", "gone"],
)
def test_file(write, changed):
    file = dated(Path("log.txt"), "ab")
    watch = Watch([file])
    write(file)
    assert watch.changed() == (frozenset({file}) if changed else frozenset())
    assert watch.changed() == frozenset()


@pytest.mark.parametrize(
    ("write", "changed"),
    [
        (lambda folder: None, False),
        (lambda folder: dated(folder / "a.txt", "ab", 6), True),
        (lambda folder: dated(folder / "a.txt", "abc"), True),
        (lambda folder: dated(folder / "b.txt", "ab"), True),
        (lambda folder: dated(folder / "deep" / "b.txt", "ab"), True),
        (lambda folder: (folder / "a.txt").rename(folder / "b.txt"), True),
        (lambda folder: (folder / "a.txt").unlink(), True),
        (lambda folder: (folder / "empty").mkdir(), False),
        (lambda folder: dated(folder / ".git" / "index", "ab"), False),
    ],
    ids=["nothing", "date", "size", "new", "deeper", "renamed", "gone", "empty folder", "hidden"],
)
def test_folder(write, changed):
    folder = dated(Path("logs") / "a.txt", "ab").parent
    watch = Watch([folder])
    write(folder)
    assert bool(watch.changed()) is changed
    assert not watch.changed()


def test_file_that_was_not_there():
    file, other = Path("log.txt"), Path("a\0b")
    watch = Watch([file, other])
    assert watch.changed() == frozenset()
    file.write_text("")
    assert watch.changed() == {file}


@pytest.mark.parametrize("folder", ["/", "..", "."])
def test_folder_around_the_working_directory_is_not_walked(folder, monkeypatch):
    walked = []
    monkeypatch.setattr(os, "walk", lambda folder: walked.append(folder) or [])
    monkeypatch.setattr(Path, "rglob", lambda folder, pattern: walked.append(folder) or [])
    watch = Watch([Path(folder)])
    Path("new.txt").write_text("")
    assert watch.changed() == frozenset()
    assert walked == []
