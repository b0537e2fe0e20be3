"""Files of vectors: what is written is read, and nothing else is accepted."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics.encoders.vector_file import InvalidVectorsError, VectorFile, VectorWriter

VECTORS = np.array([[2.0**24, -1, 0], [12_345_677, 3, 2**23 + 1]])


def written(path, texts=("why?", "who? \ud800"), encoder="abc"):
    with path.open("wb") as stream:
        VectorWriter(stream, encoder, 3).write(texts, VECTORS[: len(texts)])
    return path


def test_vectors_are_read_exactly(tmp_path):
    found = VectorFile(written(tmp_path / "v"), "abc")
    assert (len(found), found.dimensions) == (2, 3)
    assert found.vector("why?").tolist() == VECTORS[0].tolist()
    assert found.vector("who? \ud800").tolist() == VECTORS[1].tolist()
    assert found.vector("other") is None
    assert "why?" in found


def test_file_without_vectors_can_be_read(tmp_path):
    found = VectorFile(written(tmp_path / "v", ()), "abc")
    assert (len(found), found.vector("why?")) == (0, None)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: b"",
        lambda data: b"{}\n" + data,
        lambda data: data.replace(b"abc", b"abd"),
        lambda data: data.replace(b'"dimensions": 3', b'"dimensions": -3'),
        lambda data: data.replace(b'"dimensions": 3', b'"dimensions": 1e9'),
        lambda data: b"\xff" * 9000,
        lambda data: b'["bench vectors 1"]\n' + data,
    ],
)
def test_other_files_are_refused(tmp_path, damage):
    path = written(tmp_path / "v")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InvalidVectorsError):
        VectorFile(path, "abc")


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(InvalidVectorsError):
        VectorFile(tmp_path / "v", "abc")
