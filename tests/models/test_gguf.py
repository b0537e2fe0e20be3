"""Checkpoints in GGUF files, without a file of real weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.models.neural.checkpoint import Checkpoint

transformers = pytest.importorskip("transformers")


@pytest.fixture
def readings(monkeypatch) -> list[str]:
    """The names under which the config was read, which takes many seconds for a real file."""
    found: list[str] = []

    def read(name: str, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        found.append(f"{Path(name).name}/{options['gguf_file']}")
        return {"dtype": "float16"}, {}

    monkeypatch.setattr(transformers.PretrainedConfig, "get_config_dict", read)
    return found


@pytest.mark.slow
def test_config_of_a_file_is_read_once_until_the_file_changes(tmp_path, readings):
    (tmp_path / "model.gguf").write_bytes(b"GGUF one")
    for _ in range(3):
        Checkpoint(str(tmp_path), gguf="model.gguf").dtype("auto", "cpu")
    assert len(readings) == 1
    (tmp_path / "model.gguf").write_bytes(b"GGUF two, longer")
    Checkpoint(str(tmp_path), gguf="model.gguf").dtype("auto", "cpu")
    assert len(readings) == 2


def test_missing_file_is_left_to_loading(tmp_path, readings):
    Checkpoint(str(tmp_path), gguf="model.gguf").dtype("auto", "cpu")
    Checkpoint(str(tmp_path), gguf="model.gguf").dtype("auto", "cpu")
    assert len(readings) == 2


def test_weights_are_expanded_whichever_packages_are_installed(tmp_path):
    of_file = Checkpoint(str(tmp_path), gguf="model.gguf")._expanded(transformers)
    assert of_file["quantization_config"].dequantize
    assert Checkpoint(str(tmp_path))._expanded(transformers) == {}
    assert Checkpoint(str(tmp_path), gguf="model.gguf")._expanded(object()) == {}
