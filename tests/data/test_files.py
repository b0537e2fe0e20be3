from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bench.data.files import write_atomic


def test_text_is_utf_8_bytes_are_themselves_and_line_ends_stay(tmp_path):
    write_atomic(tmp_path / "text", "é\r\n\n")
    write_atomic(tmp_path / "bytes", b"\xff\0")
    assert (tmp_path / "text").read_bytes() == b"\xc3\xa9\r\n\n"
    assert (tmp_path / "bytes").read_bytes() == b"\xff\0"


def test_directories_are_made_and_old_files_replaced(tmp_path):
    file = tmp_path / "a" / "b" / "file"
    write_atomic(file, "old, and longer")
    write_atomic(file, "new")
    assert file.read_text() == "new"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, failing):
    def fail(*_):
        raise OSError(28, "No space left on device")

    file = tmp_path / "file"
    write_atomic(file, "old")
    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), fail)
    with pytest.raises(OSError, match="No space"):
        write_atomic(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_file_that_cannot_be_encoded_is_not_begun(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_atomic(tmp_path / "folder" / "file", "\ud800")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_others_can_read_the_file_if_the_user_lets_them(tmp_path):
    old = os.umask(0o022)
    try:
        write_atomic(tmp_path / "file", "x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644


def test_name_may_be_as_long_as_the_file_system_allows(tmp_path):
    file = tmp_path / ("x" * 250)
    write_atomic(file, "x")
    assert file.read_text() == "x"
