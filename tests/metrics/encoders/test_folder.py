"""What the folder of an encoder declares, and what is missing, without loading weights."""

from __future__ import annotations

import json
import shutil
import sys

import pytest

from bench.errors import ConfigError
from bench.metrics import metric_named
from bench.metrics.encoders.folder import encoder_folder
from bench.metrics.similarity import similarity_named
from tests.metrics.encoders.tiny_encoders import static_folder, write_modules


def plain_folder(folder, **config):
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", **config}))
    (folder / "vocab.txt").write_text("[PAD]\n")
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def pooled_folder(folder, pooling, *more, **settings):
    plain_folder(folder)
    write_modules(folder, ("Transformer", ""), ("Pooling", "1_Pooling"), *more)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
    (folder / "sentence_bert_config.json").write_text(json.dumps(settings))
    return folder


def test_plain_transformer_is_pooled_by_its_mean(tmp_path):
    found = encoder_folder(str(plain_folder(tmp_path / "e")))
    assert (found.kind, found.poolings, found.longest) == ("transformer", ("mean",), None)
    found.check()


@pytest.mark.parametrize(
    ("pooling", "modes"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, ("cls",)),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}, ("mean", "max")),
        ({"pooling_mode": "lasttoken"}, ("lasttoken",)),
        ({"pooling_mode": ["cls", "mean"]}, ("cls", "mean")),
        ({}, ("mean",)),
    ],
)
def test_pooling_is_that_of_the_folder(tmp_path, pooling, modes):
    folder = pooled_folder(tmp_path / "e", pooling, ("Normalize", "2_Normalize"))
    assert encoder_folder(str(folder)).poolings == modes


def test_settings_and_prompt_are_read(tmp_path):
    folder = pooled_folder(tmp_path / "e", {}, max_seq_length=64, do_lower_case=True)
    prompts = {"prompts": {"query": "query: ", "other": "x"}, "default_prompt_name": "query"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    found = encoder_folder(str(folder))
    assert (found.longest, found.lower, found.prompt) == (64, True, "query: ")


def test_static_layouts_are_known(tmp_path):
    for layout in ("model2vec", "sentence-transformers"):
        static_folder(tmp_path / layout, layout=layout)
        found = encoder_folder(str(tmp_path / layout))
        found.check()
        assert found.kind == "static"
        assert found.drops_unknown == (layout == "model2vec")


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ((("Transformer", ""), ("CNN", "1_CNN")), "modules Transformer, CNN are not supported"),
        ((("BoW", ""),), "modules BoW are not supported"),
        ((("StaticEmbedding", ""), ("Dense", "1_Dense")), "StaticEmbedding, Dense are not"),
        ((("Transformer", "../other"),), "names a folder outside"),
    ],
)
def test_other_modules_are_refused(tmp_path, modules, said):
    folder = plain_folder(tmp_path / "e")
    write_modules(folder, *modules)
    with pytest.raises(ConfigError, match=said):
        encoder_folder(str(folder))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", []),
        ("config.json", "text"),
        ("1_Pooling/config.json", [1]),
        ("sentence_bert_config.json", 3),
        ("config_sentence_transformers.json", []),
        (
            "config_sentence_transformers.json",
            {"default_prompt_name": "query", "prompts": ["query: "]},
        ),
    ],
)
def test_file_that_holds_no_object_is_refused(tmp_path, file, content):
    folder = pooled_folder(tmp_path / "e", {})
    (folder / file).write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=rf"{file}: (prompts: )?must be a JSON object, got"):
        encoder_folder(str(folder))


def test_index_of_weights_that_holds_no_object_is_refused(tmp_path):
    folder = pooled_folder(tmp_path / "e", {})
    (folder / "model.safetensors").unlink()
    for content in ([], {"weight_map": ["model.safetensors"]}):
        (folder / "model.safetensors.index.json").write_text(json.dumps(content))
        with pytest.raises(ConfigError, match="must be a JSON object, got list"):
            encoder_folder(str(folder)).check()


def test_other_poolings_and_activations_are_refused(tmp_path):
    folder = pooled_folder(tmp_path / "e", {"pooling_mode": "attention"})
    with pytest.raises(ConfigError, match="pooling 'attention' is not supported"):
        encoder_folder(str(folder))
    folder = pooled_folder(tmp_path / "e", {}, ("Dense", "2_Dense"))
    (folder / "2_Dense").mkdir()
    declared = {"activation_function": "os.system"}
    (folder / "2_Dense/config.json").write_text(json.dumps(declared))
    with pytest.raises(ConfigError, match=r"activation 'os\.system' is not supported"):
        encoder_folder(str(folder))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vocab.txt", "has no tokenizer.json or vocab.txt"),
        ("model.safetensors", "has no model.safetensors or"),
        ("config.json", "has neither modules.json nor a config.json with model_type"),
    ],
)
def test_missing_file_is_named_before_anything_is_loaded(tmp_path, name, said):
    folder = plain_folder(tmp_path / "e")
    (folder / name).unlink()
    with pytest.raises(ConfigError, match=f"'{folder}'.*{said}"):
        similarity_named({"use": "embed", "checkpoint": str(folder)})


def test_missing_shard_is_named(tmp_path):
    folder = plain_folder(tmp_path / "e")
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "model-1.safetensors").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"has no model-2\.safetensors, which .*index\.json"):
        encoder_folder(str(folder)).check()


@pytest.mark.parametrize("name", ["no-such-folder", "owner/name", "./a/b/c"])
def test_name_that_is_neither_a_folder_nor_cached_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ConfigError, match=f"'{name}': is neither a folder nor in the local cache"):
        metric_named("set", similarity={"use": "embed", "checkpoint": name})


def test_name_of_the_hub_is_found_in_its_cache(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    home = tmp_path / "cache/models--sentence-transformers--tiny"
    snapshot = home / "snapshots/0123456789012345678901234567890123456789"
    snapshot.mkdir(parents=True)
    (home / "refs").mkdir()
    (home / "refs/main").write_text(snapshot.name)
    static_folder(snapshot)
    for name in ("sentence-transformers/tiny", "tiny"):
        assert encoder_folder(name).path == snapshot


def test_missing_library_is_named(tmp_path, monkeypatch):
    folder = plain_folder(tmp_path / "e")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ConfigError, match=r"transformers extra: pip install 'qgbench\[transf"):
        encoder_folder(str(folder)).check()


def test_signature_follows_the_content_and_not_the_path(tmp_path):
    static_folder(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two/README.md").write_text("says nothing of vectors")

    def signature(folder):
        return metric_named("set", similarity={"use": "embed", "checkpoint": str(folder)}).signature

    first = signature(tmp_path / "one")
    assert first == signature(tmp_path / "two")
    assert str(tmp_path) not in first
    assert first != metric_named("set_embed").signature
    config = tmp_path / "two/config.json"
    config.write_text(config.read_text().replace("true", "false"))
    assert signature(tmp_path / "two") != first


def test_default_signature_has_no_trace_of_the_parameter():
    assert "checkpoint" not in metric_named("set_embed").signature
