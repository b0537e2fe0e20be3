"""The type of weights that ``dtype: auto`` chooses."""

from __future__ import annotations

import json

import pytest

from bench.models.neural import checkpoint as module
from bench.models.neural.causal import Causal
from bench.models.neural.checkpoint import Checkpoint

pytestmark = pytest.mark.weights

CONFIGS = {
    "dtype": ({"dtype": "bfloat16"}, "bfloat16"),
    "former name": ({"torch_dtype": "float16"}, "float16"),
    "name with prefix": ({"torch_dtype": "torch.bfloat16"}, "bfloat16"),
    "of the text part": ({"text_config": {"dtype": "bfloat16"}}, "bfloat16"),
    "single precision": ({"dtype": "float32"}, "float32"),
    "not said": ({}, "auto"),
}


def folder_with(tmp_path, config) -> str:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama", **config}))
    return str(tmp_path)


@pytest.mark.parametrize(("config", "saved"), CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("has_bfloat16", [True, False])
def test_processor_computes_in_bfloat16_only_natively(
    tmp_path, monkeypatch, config, saved, has_bfloat16
):
    monkeypatch.setattr(module, "_has_bfloat16", lambda: has_bfloat16)
    is_half = saved in {"float16", "bfloat16"}
    chosen = Checkpoint(folder_with(tmp_path, config)).dtype("auto", "cpu")
    assert chosen == ("bfloat16" if is_half and has_bfloat16 else "float32")


@pytest.mark.parametrize(("config", "saved"), CONFIGS.values(), ids=CONFIGS)
def test_accelerator_uses_the_type_of_the_checkpoint(tmp_path, monkeypatch, config, saved):
    monkeypatch.setattr(module, "_device", lambda wanted: "cuda")
    monkeypatch.setattr(module, "_has_bfloat16", lambda: False)
    assert Checkpoint(folder_with(tmp_path, config)).dtype("auto", "auto") == saved


def test_type_that_is_asked_for_is_used(tmp_path):
    assert Checkpoint(folder_with(tmp_path, {})).dtype("float16", "cpu") == "float16"


def test_choice_is_part_of_the_signature(tmp_path, monkeypatch):
    folder = folder_with(tmp_path, {"dtype": "bfloat16"})

    def digest(*, has_bfloat16: bool) -> str:
        monkeypatch.setattr(module, "_has_bfloat16", lambda: has_bfloat16)
        return Causal(checkpoint=folder, device="cpu").digest

    assert digest(has_bfloat16=True) != digest(has_bfloat16=False)
    assert digest(has_bfloat16=True) == digest(has_bfloat16=True)
