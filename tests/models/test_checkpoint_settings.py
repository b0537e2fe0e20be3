"""Settings in a checkpoint's own ``generation_config.json``, and start tokens of decoders."""

from __future__ import annotations

import json

import pytest

from bench.models.neural.generation import generation_config
from tests.models.checkpoints import checkpoint
from tests.models.test_neural import SUMMARY, articles_of, model_of, with_generation_config

pytestmark = pytest.mark.weights


def outputs_of(folder, name, **parameters):
    return list(model_of({name: folder}, name, **parameters).predict(articles_of(1, 2), SUMMARY))


def raws(folder, name, **parameters):
    return [output.raw for output in outputs_of(folder, name, **parameters)]


@pytest.mark.parametrize("name", ["bart", "llama"])
@pytest.mark.parametrize(
    "settings",
    [
        {"do_sample": True, "temperature": 5.0, "top_p": 0.5, "top_k": 3},
        {"max_length": 2},
        {"max_length": 3, "min_length": 3},
        {"max_new_tokens": 1},
    ],
)
def test_checkpoint_does_not_decide_on_sampling_and_length(tmp_path, name, settings):
    """Greedy unless the config of the run asks for sampling; its limit is the only one."""
    plain, changed = (checkpoint(tmp_path / str(n), name) for n in range(2))
    with_generation_config(changed, **settings)
    assert raws(changed, name) == raws(plain, name)


@pytest.mark.parametrize("name", ["bart", "llama"])
@pytest.mark.parametrize("setting", ["suppress_tokens", "bad_words_ids", "sequence_bias"])
def test_tokens_that_the_checkpoint_forbids_are_not_written(tmp_path, name, setting):
    folder = checkpoint(tmp_path / "c", name)
    tokenizer = model_of({name: folder}, name)._loaded.tokenizer
    (first, *_) = raws(folder, name)
    forbidden = tokenizer(first, add_special_tokens=False)["input_ids"][0]
    value = {
        "suppress_tokens": [forbidden],
        "bad_words_ids": [[forbidden]],
        "sequence_bias": [[[forbidden], -1e4]],
    }[setting]
    with_generation_config(folder, **{setting: value})
    (changed, *_) = raws(folder, name)
    assert changed != first
    assert forbidden not in tokenizer(changed, add_special_tokens=False)["input_ids"]


def test_first_token_that_the_checkpoint_forces_is_written_first(tmp_path):
    folder = checkpoint(tmp_path / "c", "bart")
    tokenizer = model_of({"b": folder}, "b")._loaded.tokenizer
    (token,) = tokenizer("W", add_special_tokens=False)["input_ids"]
    with_generation_config(folder, forced_bos_token_id=token)
    assert all(raw.startswith("W") for raw in raws(folder, "b"))


@pytest.mark.parametrize("name", ["bart", "llama"])
def test_beams_of_the_checkpoint_are_used(tmp_path, name):
    folder = checkpoint(tmp_path / "c", name)
    asked = raws(folder, name, generation={"num_beams": 3})
    with_generation_config(folder, num_beams=3)
    assert raws(folder, name) == asked


@pytest.mark.parametrize("source", ["generation config", "config", "decoder config"])
def test_start_token_of_two_models_put_together_is_found(tmp_path, source):
    folder = checkpoint(tmp_path / "c", "bert2bert", 64)
    with_generation_config(folder, bos_token_id=None, decoder_start_token_id=None)
    files = {"generation config": "generation_config.json"}
    file = folder / files.get(source, "config.json")
    said = json.loads(file.read_text())
    target = said["decoder"] if source == "decoder config" else said
    target["decoder_start_token_id"] = 2
    file.write_text(json.dumps(said))
    model = model_of({"b": folder}, "b")
    config = generation_config(model._loaded, {}, 12)
    assert config.decoder_start_token_id == 2
    assert all(output.error is None for output in model.predict(articles_of(1, 40), SUMMARY))
