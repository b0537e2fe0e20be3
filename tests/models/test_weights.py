"""A checkpoint whose weights do not fit its architecture is an error before anything is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.errors import ConfigError
from bench.models import MODELS
from bench.models.neural.causal import Causal
from bench.models.neural.checkpoint import Checkpoint
from bench.models.neural.seq2seq import Seq2Seq
from bench.models.spec import build_model
from tests.models.checkpoints import CAUSAL, CLASSES, checkpoint

pytestmark = pytest.mark.weights


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def kind_of(architecture: str) -> str:
    if architecture.endswith("-nli"):
        return "classifier"
    return "causal" if architecture in CAUSAL else "seq2seq"


def load(folder: Path, kind: str, **options):
    return Checkpoint(str(folder)).load(kind, "cpu", "auto", **options)


def refused(folder: Path, kind: str) -> str:
    """The message of a checkpoint that may not be used, which the run notes beforehand too."""
    with pytest.raises(ConfigError) as error:
        load(folder, kind)
    message = str(error.value)
    assert message.startswith(f"checkpoint '{folder}': ")
    assert "\n" not in message
    family = Causal if kind == "causal" else Seq2Seq
    assert family(checkpoint=str(folder)).notes([]) == [message]
    return message


def edit(folder: Path, **changes) -> Path:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))
    return folder


def rewrite(folder: Path, change) -> Path:
    """Apply a function to the checkpoint's tensors, by name."""
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    save_file(change(load_file(file)), file, metadata={"format": "pt"})
    return folder


def without(name: str):
    return lambda tensors: {key: value for key, value in tensors.items() if name not in key}


@pytest.mark.slow
@pytest.mark.parametrize("shard_size", ["1GB", "20KB"])
@pytest.mark.parametrize("tie", [True, False])
@pytest.mark.parametrize("architecture", CLASSES)
def test_complete_checkpoints_are_loaded_without_a_note(tmp_path, architecture, tie, shard_size):
    saved = checkpoint(tmp_path / "c", architecture, tie_word_embeddings=tie, shard_size=shard_size)
    assert (saved / "model.safetensors").exists() == (shard_size == "1GB")
    report = Checkpoint(str(saved)).report(kind_of(architecture))
    assert (report.fault, report.note) == (None, None)
    load(saved, kind_of(architecture))


def test_old_formats_and_constants_are_not_missing_weights(tmp_path):
    import torch

    def old(tensors):
        torch.save(
            {**tensors, "model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(8)},
            saved / "pytorch_model.bin",
        )
        return tensors

    saved = checkpoint(tmp_path / "c", "llama")
    rewrite(saved, old)
    (saved / "model.safetensors").unlink()
    report = Checkpoint(str(saved)).report("causal")
    assert (report.fault, report.note) == (None, None)


@pytest.mark.parametrize(
    ("architecture", "saved_as", "kind", "count", "diagnosis"),
    [
        ("llama", "LlamaModel", "causal", "lacks 1 of", "a base model without its"),
        ("gpt2", "GPT2Model", "causal", "lacks 1 of", "a base model without its"),
        ("bart", "BartModel", "seq2seq", "lacks 1 of", "a base model without its"),
        ("bert", "BertModel", "causal", "lacks 7 of", "a base model without its"),
        ("t5", "T5EncoderModel", "seq2seq", "lacks 15 of", "another architecture"),
        ("bart", "BartForCausalLM", "seq2seq", "tensors of BartFor", "another architecture"),
        ("bart", "", "causal", "that BartForCausalLM does not use", "another architecture"),
        ("mbart", "", "causal", "that MBartForCausalLM does not use", "another architecture"),
    ],
)
@pytest.mark.parametrize("shard_size", ["1GB", "20KB"])
def test_base_model_or_another_architecture_is_refused(
    tmp_path, architecture, saved_as, kind, count, diagnosis, shard_size
):
    saved = checkpoint(
        tmp_path / "c",
        architecture,
        saved_as=saved_as,
        tie_word_embeddings=False,
        shard_size=shard_size,
    )
    message = refused(saved, kind)
    assert count in message
    assert f"probably {diagnosis}" in message
    assert f"(config says {saved_as or CLASSES[architecture]}" in message
    assert "allow_missing_weights: true" in message


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "bart", "led", "bert2bert"])
def test_head_that_is_missing_is_refused(tmp_path, architecture):
    saved = checkpoint(tmp_path / "c", architecture, tie_word_embeddings=False)
    name = "decoder.cls.predictions.decoder.weight" if architecture == "bert2bert" else "lm_head"
    message = refused(rewrite(saved, without(name)), kind_of(architecture))
    assert name in message
    assert "without its language-model head" in message


def test_head_of_t5_that_the_library_replaces_in_silence_is_refused(tmp_path):
    saved = edit(checkpoint(tmp_path / "c", "t5"), tie_word_embeddings=False)  # as of FLAN-T5
    assert "(lm_head.weight)" in refused(saved, "seq2seq")

    def with_head(tensors):
        return {**tensors, "lm_head.weight": tensors["shared.weight"] * 2}

    load(rewrite(saved, with_head), "seq2seq")


def test_base_model_with_tied_embeddings_is_complete_and_noted(tmp_path):
    saved = checkpoint(tmp_path / "c", "gpt2", saved_as="GPT2Model")
    load(saved, "causal")
    (note,) = Causal(checkpoint=str(saved)).notes([])
    assert "saved as GPT2Model, without a language-model head" in note


@pytest.mark.parametrize(
    ("architecture", "saved_as"),
    [
        ("bart", "BartForSequenceClassification"),
        ("llama", "LlamaForSequenceClassification"),
        ("bert", "BertForMaskedLM"),
    ],
)
def test_classifier_is_no_writer(tmp_path, architecture, saved_as):
    saved = checkpoint(tmp_path / "c", architecture, saved_as=saved_as, tie_word_embeddings=True)
    message = refused(saved, kind_of(architecture))
    assert f"another architecture (config says {saved_as}, read as" in message


def test_extra_tensors_alone_are_a_note(tmp_path):
    def with_head(tensors):
        return {**tensors, "value_head.weight": tensors["model.norm.weight"].clone()}

    saved = rewrite(checkpoint(tmp_path / "c", "llama"), with_head)
    load(saved, "causal")
    (note,) = Causal(checkpoint=str(saved)).notes([])
    assert note.endswith("1 tensor not used by LlamaForCausalLM (value_head.weight)")


@pytest.mark.parametrize(
    ("architecture", "changes", "said"),
    [
        ("llama", {"vocab_size": 500}, " x 32 instead of 500 x 32"),
        ("bart", {"max_position_embeddings": 300}, "is 130 x 32 instead of 302 x 32"),
        ("llama", {"num_hidden_layers": 1}, "9 tensors that LlamaForCausalLM does not use"),
        ("llama", {"num_hidden_layers": 3}, "lacks 9 of the 30 tensors"),
        ("llama", {"model_type": "qwen2"}, "self_attn.k_proj.bias"),
        ("t5", {"num_decoder_layers": 1}, "13 tensors that T5ForConditionalGeneration does not"),
    ],
)
def test_config_that_is_not_of_the_weights_is_refused(tmp_path, architecture, changes, said):
    two = {"t5": {"num_layers": 2}, "llama": {"num_hidden_layers": 2}}.get(architecture, {})
    saved = edit(checkpoint(tmp_path / "c", architecture, **two), **changes)
    assert said in refused(saved, kind_of(architecture))


def test_names_with_a_prefix_of_a_wrapper_are_refused(tmp_path):
    def wrapped(tensors):
        return {f"module.{name}": tensor for name, tensor in tensors.items()}

    saved = rewrite(checkpoint(tmp_path / "c", "llama"), wrapped)
    assert "a wrapper that renamed its tensors" in refused(saved, "causal")


@pytest.mark.parametrize(
    ("architecture", "kind", "use"), [("t5", "causal", "seq2seq"), ("gpt2", "seq2seq", "causal")]
)
def test_other_kind_of_model_is_named(tmp_path, architecture, kind, use):
    message = refused(checkpoint(tmp_path / "c", architecture), kind)
    assert f"config says {CLASSES[architecture]}, which is not a {kind} model" in message
    assert f"use: {use}" in message


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda shard: shard.unlink(), "is listed in model.safetensors.index.json but missing"),
        (lambda shard: shard.write_bytes(shard.read_bytes()[:-9]), "is truncated or damaged"),
        (lambda shard: shard.write_bytes(b""), "is empty"),
        (
            lambda shard: shard.write_text("version https://git-lfs.github.com/spec/v1\n"),
            "git lfs pull",
        ),
    ],
)
def test_damaged_shard_is_named(tmp_path, damage, said):
    saved = checkpoint(tmp_path / "c", "llama", shard_size="20KB")
    shard = sorted(saved.glob("*.safetensors"))[1]
    damage(shard)
    message = refused(saved, "causal")
    assert f"{shard} " in message
    assert said in message


def test_damaged_index_is_named(tmp_path):
    saved = checkpoint(tmp_path / "c", "llama", shard_size="20KB")
    index = saved / "model.safetensors.index.json"
    content = json.loads(index.read_text())
    content["weight_map"]["lm_head.weight"] = "model-00099-of-00002.safetensors"
    index.write_text(json.dumps(content))
    assert (
        "model-00099-of-00002.safetensors is listed in model.safetensors.index.json but missing"
        in refused(saved, "causal")
    )
    index.write_text(index.read_text()[:50])
    assert f"{index} is not valid JSON" in refused(saved, "causal")
    index.write_text("{}")
    assert f"{index} has no `weight_map`" in refused(saved, "causal")


@pytest.mark.parametrize("size", [-9, 0])
def test_damaged_pickle_is_named(tmp_path, size):
    import torch
    from safetensors.torch import load_file

    saved = checkpoint(tmp_path / "c", "llama")
    old, file = saved / "model.safetensors", saved / "pytorch_model.bin"
    torch.save(load_file(old), file)
    old.unlink()
    load(saved, "causal")
    file.write_bytes(file.read_bytes()[:size])
    assert f"{file} is " in refused(saved, "causal")


def test_allowed_weights_are_drawn_with_the_seed_and_noted(tmp_path):
    def head(seed: int) -> list[float]:
        model = Causal(checkpoint=str(saved), allow_missing_weights=True, seed=seed)
        weights: list[float] = model._loaded.model.lm_head.weight.flatten().tolist()
        return weights

    saved = checkpoint(tmp_path / "c", "llama", saved_as="LlamaModel")
    assert head(1) == head(1)
    assert head(1) != head(2)
    (note,) = Causal(checkpoint=str(saved), allow_missing_weights=True).notes([])
    assert "lacks 1 of the 12 tensors" in note
    assert note.endswith("allow_missing_weights is set")
    edit(saved, vocab_size=500)
    load(saved, "causal", allow_missing_weights=True)


def test_allowing_missing_weights_is_part_of_the_signature(tmp_path):
    saved = str(checkpoint(tmp_path / "c", "llama"))
    plain = build_model("causal", "m", {"checkpoint": saved}, 0).signature
    allowed = build_model("causal", "m", {"checkpoint": saved, "allow_missing_weights": True}, 0)
    assert allowed.signature != plain


@pytest.mark.slow
def test_run_fails_only_the_model_whose_weights_are_missing(bench_process, articles, tmp_path):
    checkpoint(tmp_path / "base", "llama", saved_as="LlamaModel")
    config = tmp_path / "config.yaml"
    config.write_text(
        "name: weights\ndataset: articles.jsonl\ntasks: [summary]\nmodels:\n"
        "  - lead\n"
        "  - {use: causal, name: base, checkpoint: base, max_new_tokens: 5, prompt: '{{ text }}'}\n"
        "  - {use: causal, name: allowed, checkpoint: base, max_new_tokens: 5,"
        " prompt: '{{ text }}', allow_missing_weights: true}\n"
    )
    run = bench_process("run", config, "-o", "out", HF_HUB_OFFLINE="1")
    assert run.returncode == 4, run.stderr
    assert "Traceback" not in run.stderr
    assert "LOAD REPORT" not in run.stderr
    models = json.loads((tmp_path / "out/results.json").read_text())["tasks"]["summary"]["models"]
    assert [models[name]["failed"] for name in ("lead", "base", "allowed")] == [0, 6, 0]
    rows = (tmp_path / "out/predictions/base.summary.jsonl").read_text().splitlines()
    assert all("(lm_head.weight)" in json.loads(row)["error"] for row in rows)
    notes = json.loads((tmp_path / "out/run.json").read_text())["notes"]
    assert sum("lm_head.weight" in note for note in notes) == 2
    assert any(note.endswith("allow_missing_weights is set") for note in notes)
    assert "allow_missing_weights is set" in " ".join(run.stderr.split())


def test_checkpoint_is_not_looked_up_while_its_model_is_built(monkeypatch):
    monkeypatch.setattr(Checkpoint, "digest", lambda _: pytest.fail("looked up"))
    MODELS.build("seq2seq", {"checkpoint": "some/where", "prompt": {"summary": "{{ text }}"}})
