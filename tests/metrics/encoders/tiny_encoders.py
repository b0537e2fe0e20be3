"""Tiny encoders with random weights, in the layouts that are in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

WORDS = ("why", "do", "banks", "fail", "collapse", "who", "sang", "at", "the", "opera", "?", ".")


def word_tokenizer(special: tuple[str, ...] = ("[PAD]", "[UNK]")) -> Any:
    """A tokenizer of lower-cased words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    made = Tokenizer(models.WordLevel({w: i for i, w in enumerate((*special, *WORDS))}, "[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def static_folder(folder: Path, *, layout: str = "model2vec", **tensors: Any) -> np.ndarray:
    """An encoder of static vectors; returns its matrix."""
    from safetensors.numpy import save_file

    inner = folder / "0_StaticEmbedding" if layout == "sentence-transformers" else folder
    inner.mkdir(parents=True, exist_ok=True)
    word_tokenizer().save(str(inner / "tokenizer.json"))
    matrix = np.random.default_rng(0).normal(size=(len(WORDS) + 2, 8)).astype(np.float32)
    name = "embeddings" if layout == "model2vec" else "embedding.weight"
    save_file({name: matrix, **tensors}, inner / "model.safetensors")
    if layout == "model2vec":
        config = {"model_type": "model2vec", "architectures": ["StaticModel"], "normalize": True}
        (folder / "config.json").write_text(json.dumps(config))
    else:
        write_modules(folder, ("StaticEmbedding", "0_StaticEmbedding"), ("Normalize", "1_Norm"))
    return matrix


def write_modules(folder: Path, *modules: tuple[str, str]) -> None:
    """``modules.json`` of these classes and folders."""
    rows = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (kind, path) in enumerate(modules)
    ]
    (folder / "modules.json").write_text(json.dumps(rows))


def transformer_folder(folder: Path, *, length: int = 32) -> Path:
    """A BERT of two layers with a tokenizer that adds [CLS] and [SEP]."""
    import torch
    from tokenizers import processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    made = word_tokenizer(("[PAD]", "[UNK]", "[CLS]", "[SEP]"))
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=length, **names)
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "max_position_embeddings": length}
    config = BertConfig(
        vocab_size=len(WORDS) + 4, num_hidden_layers=2, num_attention_heads=2, **sizes
    )
    BertModel(config).save_pretrained(folder)
    return folder
