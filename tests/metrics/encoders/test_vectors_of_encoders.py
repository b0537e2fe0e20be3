"""Cosines by named encoders, against plain computations."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.errors import ConfigError
from bench.metrics import Block, metric_named
from bench.metrics.similarity import similarity_named
from bench.testing import check_similarity
from tests.metrics.encoders.tiny_encoders import (
    WORDS,
    static_folder,
    transformer_folder,
    word_tokenizer,
    write_modules,
)

TEXTS = ["Why do banks fail?", "Why do banks collapse ?", "who sang at the opera?", "banks banks ?"]


def matrix(folder, texts=TEXTS, others=TEXTS, **parameters):
    given = {"use": "embed", "checkpoint": str(folder), "form": "any", **parameters}
    return similarity_named(given).matrix(texts, others)


def cosines(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.clip(unit @ unit.T, 0, 1)


@pytest.mark.parametrize("layout", ["model2vec", "sentence-transformers"])
def test_static_vectors_are_means_over_tokens(tmp_path, layout):
    table = static_folder(tmp_path / "e", layout=layout)
    ids = [word_tokenizer().encode(text).ids for text in [*TEXTS, "unknown banks"]]
    if layout == "model2vec":  # unknown tokens have no vector
        ids = [[i for i in one if i != 1] for one in ids]
    wanted = cosines(np.array([table[one].mean(axis=0) for one in ids]))
    texts = [*TEXTS, "unknown banks"]
    assert matrix(tmp_path / "e", texts, texts) == pytest.approx(wanted, abs=1e-5)


def test_mapping_and_weights_of_tokens_count(tmp_path):
    mapping = np.array([0, 1, *range(2, 2 + len(WORDS))])[::-1].copy()
    weights = np.linspace(0.1, 2, len(WORDS) + 2)
    table = static_folder(tmp_path / "e", mapping=mapping, weights=weights)
    rows = table[mapping] * weights[:, None]
    ids = [word_tokenizer().encode(text).ids for text in TEXTS]
    wanted = cosines(np.array([rows[one].mean(axis=0) for one in ids]))
    assert matrix(tmp_path / "e") == pytest.approx(wanted, abs=1e-5)


def test_static_vectors_do_not_depend_on_what_is_encoded_together(tmp_path):
    static_folder(tmp_path / "e")
    whole = matrix(tmp_path / "e")
    alone = np.array([[matrix(tmp_path / "e", [a], [b])[0, 0] for b in TEXTS] for a in TEXTS])
    assert alone.tobytes() == whole.tobytes()


@pytest.mark.parametrize("texts", [["…"], [""], ["…", ""]])
def test_text_without_words_is_similar_to_nothing(tmp_path, texts):
    static_folder(tmp_path / "e")
    assert not matrix(tmp_path / "e", texts, TEXTS).any()
    assert not matrix(tmp_path / "e", TEXTS, texts).any()
    assert not matrix(tmp_path / "e", texts, texts).any()


def test_form_applies_to_named_encoders(tmp_path):
    static_folder(tmp_path / "e")
    assert not matrix(tmp_path / "e", ["Banks fail."], ["Why do banks fail?"], form="same").any()


def test_static_folder_without_known_tensors_is_refused(tmp_path):
    static_folder(tmp_path / "e", layout="sentence-transformers")
    (tmp_path / "e/config.json").write_text("{}")
    from safetensors.numpy import save_file

    save_file({"other": np.zeros((2, 2))}, tmp_path / "e/0_StaticEmbedding/model.safetensors")
    with pytest.raises(ConfigError, match=r"has no embeddings or embedding\.weight"):
        matrix(tmp_path / "e")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_static_vectors_that_are_not_finite_are_refused(tmp_path, value):
    static_folder(tmp_path / "e", weights=np.full(len(WORDS) + 2, value))
    with pytest.raises(ConfigError, match="not finite"):
        matrix(tmp_path / "e")


def test_unknown_token_of_a_unigram_tokenizer_has_no_vector(tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers

    table = static_folder(tmp_path / "e")
    made = Tokenizer(models.Unigram([("banks", -1.0), ("fail", -1.0), ("<u>", -9.0)], unk_id=2))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "e/tokenizer.json"))
    found = matrix(tmp_path / "e", ["banks xyz fail"], ["banks"])
    assert found[0, 0] == pytest.approx(cosines(np.array([table[0] + table[1], table[0]]))[0, 1])


@pytest.mark.slow
def test_static_encoder_keeps_the_contract_of_similarities(tmp_path):
    static_folder(tmp_path / "e")
    check_similarity("embed", checkpoint=str(tmp_path / "e"), form="any")


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return transformer_folder(tmp_path_factory.mktemp("bert") / "e")


def plain_vectors(folder, pooled, texts=TEXTS):
    """Each text alone, without padding."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    found = []
    for text in texts:
        with torch.no_grad():
            tokens = model.eval()(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        found.append(pooled(tokens.double().numpy()))
    return np.array(found)


def weighted_mean(tokens):
    weights = np.arange(1, len(tokens) + 1)[:, None]
    return (tokens * weights).sum(axis=0) / weights.sum()


POOLED = {
    "mean": lambda tokens: tokens.mean(axis=0),
    "cls": lambda tokens: tokens[0],
    "max": lambda tokens: tokens.max(axis=0),
    "lasttoken": lambda tokens: tokens[-1],
    "mean_sqrt_len_tokens": lambda tokens: tokens.sum(axis=0) / len(tokens) ** 0.5,
    "weightedmean": weighted_mean,
}


@pytest.mark.slow
def test_plain_transformer_is_the_mean_over_tokens_without_padding(bert):
    wanted = cosines(plain_vectors(bert, POOLED["mean"]))
    assert matrix(bert) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "modes",
    [
        ["mean"],
        ["cls"],
        ["max", "mean"],
        ["lasttoken"],
        ["mean_sqrt_len_tokens", "cls"],
        ["weightedmean"],
    ],
)
def test_declared_pooling_is_used(bert, tmp_path, modes):
    folder = copied(bert, tmp_path, {"pooling_mode": modes})
    parts = [plain_vectors(bert, POOLED[mode]) for mode in modes]
    wanted = cosines(np.concatenate(parts, axis=1))
    assert matrix(folder) == pytest.approx(wanted, abs=1e-5)


def copied(bert, tmp_path, pooling, *more):
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(bert, folder)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
    write_modules(folder, ("Transformer", ""), ("Pooling", "1_Pooling"), *more)
    return folder


@pytest.mark.slow
def test_dense_layer_is_applied(bert, tmp_path):
    from safetensors.numpy import save_file

    folder = copied(bert, tmp_path, {}, ("Dense", "2_Dense"), ("Normalize", "3_Normalize"))
    rng = np.random.default_rng(1)
    weight, bias = rng.normal(size=(4, 16)), rng.normal(size=4)
    (folder / "2_Dense").mkdir()
    layer = {"linear.weight": weight.astype("f4"), "linear.bias": bias.astype("f4")}
    save_file(layer, folder / "2_Dense/model.safetensors")
    declared = {"activation_function": "torch.nn.modules.activation.Tanh"}
    (folder / "2_Dense/config.json").write_text(json.dumps(declared))
    mean = plain_vectors(bert, POOLED["mean"])
    wanted = cosines(np.tanh(mean @ weight.T + bias))
    assert matrix(folder) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.slow
def test_long_texts_are_cut_and_lower_case_is_applied(bert, tmp_path):
    folder = copied(bert, tmp_path, {})
    (folder / "sentence_bert_config.json").write_text(
        json.dumps({"max_seq_length": 4, "do_lower_case": True})
    )
    found = matrix(folder, ["why do banks fail", "why do opera"], ["WHY DO"])
    assert found[:, 0] == pytest.approx([1, 1], abs=1e-6)
    long = " ".join(["banks"] * 500)
    assert matrix(bert, [long], [long + " fail"])[0, 0] == pytest.approx(1, abs=1e-6)


@pytest.mark.slow
def test_incomplete_weights_are_refused(bert, tmp_path):
    import shutil

    from safetensors.torch import load_file, save_file

    shutil.copytree(bert, tmp_path / "e")
    file = tmp_path / "e/model.safetensors"
    kept = {k: v for k, v in load_file(file).items() if "layer.1.attention" not in k}
    save_file(kept, file, metadata={"format": "pt"})
    with pytest.raises(ConfigError, match=r"weights lack \d+ tensors of BertModel"):
        matrix(tmp_path / "e")
    file.write_bytes(b"not weights")
    with pytest.raises(ConfigError, match="cannot be loaded"):
        matrix(tmp_path / "e")


@pytest.mark.slow
def test_broken_weights_are_refused(bert, tmp_path):
    import shutil

    from safetensors.torch import load_file, save_file

    shutil.copytree(bert, tmp_path / "e")
    file = tmp_path / "e/model.safetensors"
    nan = {k: v * float("nan") for k, v in load_file(file).items()}
    save_file(nan, file, metadata={"format": "pt"})
    with pytest.raises(ConfigError, match="not finite"):
        matrix(tmp_path / "e")


@pytest.mark.slow
def test_set_scores_by_an_encoder_do_not_depend_on_blocks_but_for_rounding(bert):
    metric = metric_named("set", similarity={"use": "embed", "checkpoint": str(bert)})
    lists, others = [TEXTS[:2], TEXTS[2:], []], [TEXTS[1:], TEXTS, TEXTS]
    whole = metric.statistics(Block(lists, others))
    alone = [metric.statistics(Block([a], [b])) for a, b in zip(lists, others, strict=True)]
    assert np.concatenate(alone) == pytest.approx(whole, abs=1e-5)
