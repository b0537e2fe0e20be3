"""What ``bench validate`` finds about models before their weights are loaded."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import bench
from bench.errors import ConfigError
from bench.models.neural import checkpoint as checkpoints_module
from bench.models.neural.checks import setting_faults
from bench.models.prompts import Prompts, without_article
from bench.runs.plan import _missing_extras
from tests.conftest import write_rows
from tests.models.checkpoints import checkpoint

LOOP = "{% for m in messages %}{{ m.content }}{% endfor %}"
NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
)
NO_SYSTEM += LOOP
DROPS_SYSTEM = LOOP.replace("messages", "messages if m.role == 'user'")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    return {name: checkpoint(root / name, name) for name in ("bart", "llama")}


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")


def faults_of(rows, *models) -> list[str]:
    """The lines of ``bench.validate`` for a config with these models."""
    write_rows(Path("articles.jsonl"), rows)
    config = {"name": "c", "dataset": "articles.jsonl", "models": list(models)}
    with pytest.raises(ConfigError) as error:
        bench.validate(config)
    with pytest.raises(ConfigError) as stopped:
        bench.run(config, output="out", progress=False)
    assert stopped.value.problems == error.value.problems
    assert not Path("out").exists()
    return list(error.value.problems)


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        ("{{ titel }} {{ text }}", ["prompt, line 1: unknown variable 'titel'; did you mean"]),
        ("\n{{ txt }}", ["prompt, line 2: unknown variable 'txt'; did you mean 'text'?"]),
        ("{% for x in texts %}{{ x }}{% endfor %}", ["unknown variable 'texts'"]),
        ("\n{% set ns.x = 1 %}{{ text }}", ["prompt, line 2: unknown variable 'ns'"]),
        ("{{ text }}{% if items > n %}a{% endif %}", ["unknown variable 'n'"]),
        ("{{ a }} {{ b }} {{ text }}", ["unknown variable 'a'", "unknown variable 'b'"]),
        ("{{ lead | default('') }} {{ text }}", []),
        ("{% if lead is defined %}{{ lead }}{% endif %}{{ text }}", []),
        ("{% set n = items + 1 %}{{ n }} {{ text }} {{ range(3) | list }}", []),
        ("{# {{ titel }} #}{{ text }}{% raw %}{{ titel }}{% endraw %}", []),
    ],
)
def test_unknown_variables_of_a_prompt_are_named_with_their_line(template, unknown):
    found = Prompts(template).unknown_variables()
    assert len(found) == len(unknown)
    assert all(part in line for part, line in zip(unknown, found, strict=True))


@pytest.mark.parametrize(
    ("template", "faults", "notes"),
    [
        ("Write three questions.", 1, 0),
        ("{# {{ text }} #} {% raw %}{{ text }}{% endraw %}", 1, 0),
        ("{{ items }} {{ noun }}s", 1, 0),
        ("{{ title }}", 0, 1),
        ("{{ text[:100] }}", 0, 0),
        ("{% set body = text | upper %}{{ body }}", 0, 0),
        ({"summary": "Write.", "questions": "Ask."}, 2, 0),
        ({"summary": "{{ text }}", "questions": "Ask."}, 1, 0),
    ],
)
def test_prompts_without_the_article_are_faults(template, faults, notes):
    found = without_article(Prompts(template))
    assert tuple(map(len, found)) == (faults, notes)
    assert without_article(Prompts(template), Prompts("{{ text }}")) == ([], [])


SETTINGS = {
    "typing error": ({"temprature": 1}, "'temprature'; did you mean 'temperature'"),
    "another typing error": ({"num_beamz": 1}, "did you mean 'num_beams'"),
    "stop": ({"stop": "x"}, "set `stop` of the model"),
    "temperature alone": ({"temperature": 0.7}, "temperature has no effect.*do_sample: true"),
    "two alone": ({"top_p": 0.7, "top_k": 5}, "top_p and top_k have no effect"),
    "sampling off": ({"do_sample": False, "top_p": 0.7}, "top_p has no effect"),
    "temperature of 0": ({"do_sample": True, "temperature": 0}, "must be above 0"),
    "word for a number": ({"num_beams": "two"}, "num_beams must be a whole number, not 'two'"),
    "flag for a number": ({"repetition_penalty": True}, "must be a number, not True"),
    "wrong value": ({"early_stopping": "perhaps"}, "early_stopping"),
}


@pytest.mark.weights
@pytest.mark.parametrize(("settings", "fault"), SETTINGS.values(), ids=SETTINGS)
def test_generation_settings_without_meaning_are_faults(settings, fault):
    import re

    (found,) = setting_faults(settings, {})
    assert re.search(fault, found)


@pytest.mark.weights
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"do_sample": True, "temperature": 0.7, "top_p": 0.9, "top_k": 20},
        {"temperature": 0},
        {"temperature": None, "top_p": None, "do_sample": False},
        {"num_beams": 4, "num_return_sequences": 2, "early_stopping": True},
        {"stop_strings": ["a"], "repetition_penalty": 1.1, "no_repeat_ngram_size": 3},
        {"return_dict_in_generate": True, "output_scores": True},
        {"lang_to_id": {}},
    ],
)
def test_generation_settings_that_work_are_accepted(settings):
    assert list(setting_faults(settings, {"lang_to_id": {}})) == []


@pytest.mark.usefixtures("tmp_path")
def test_all_faults_of_all_models_are_reported_at_once(checkpoints, rows):
    llama, bart = str(checkpoints["llama"]), str(checkpoints["bart"])
    found = faults_of(
        rows,
        {
            "use": "causal",
            "name": "a",
            "checkpoint": llama,
            "prompt": "word " * 60 + "{{ titel }}",
            "generation": {"temprature": 1, "top_k": 3},
            "max_input_tokens": 20,
        },
        {"use": "causal", "name": "b", "checkpoint": bart},
        {"use": "seq2seq", "name": "c", "checkpoint": llama, "generation": {"stop": "x"}},
        {"use": "causal", "name": "d", "checkpoint": llama, "stop_strings": "x", "num_beams": 2},
        {"use": "endpoint", "name": "e", "model": "m", "prompt": "Go.", "system": "{{ txt }}"},
        {"use": "endpoint", "name": "f", "model": "m", "top_p": 0.5, "stop_sequences": ["x"]},
    )
    for part in (
        "model 'a': prompt, line 1: unknown variable 'titel'",
        "model 'a': prompt: the model would never see the article",
        "of 20 (max_input_tokens); shorten it, or raise max_input_tokens",
        "model 'a': unknown generation setting 'temprature'",
        "model 'a': generation: top_k has no effect",
        "model 'b': checkpoint",
        "BartForConditionalGeneration, which is not a causal model); load it with `use: seq2seq`",
        "LlamaForCausalLM, which is not a seq2seq model); load it with `use: causal`",
        "model 'c': generation: stop is not a setting",
        "'stop_strings'; set `stop`",
        "'num_beams'; write `generation: {num_beams: ...}`",
        "model 'e': prompt: the model would never see the article",
        "model 'e': system prompt, line 1: unknown variable 'txt'; did you mean 'text'",
        "'top_p'; write `extra: {top_p: ...}`",
        "'stop_sequences'; set `stop`",
    ):
        assert any(part in line for line in found), part


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        (NO_SYSTEM, "refuses it (no system role); put its text into the prompt"),
        (DROPS_SYSTEM, "has no system role; put its text into the prompt"),
        (None, "has no chat template; put its text into the prompt"),
    ],
)
def test_system_message_needs_a_template_with_its_role(
    checkpoints, rows, tmp_path, template, fault
):
    import shutil

    folder = tmp_path / "c"
    shutil.copytree(checkpoints["llama"], folder)
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    file = folder / "tokenizer_config.json"
    settings = json.loads(file.read_text())
    settings.pop("chat_template", None)
    file.write_text(json.dumps({**settings, **({"chat_template": template} if template else {})}))
    model = {"use": "causal", "name": "m", "checkpoint": str(folder)}
    model["prompt"] = "{{ text }}"
    (found,) = faults_of(rows, {**model, "system": "Be brief."})
    assert fault in found
    config = {"name": "c", "dataset": "articles.jsonl", "models": [model]}
    assert not bench.validate(config).errors


def test_template_that_fails_on_every_article_is_a_fault(checkpoints, rows, tmp_path):
    import shutil

    folder = tmp_path / "c"
    shutil.copytree(checkpoints["llama"], folder)
    (folder / "chat_template.jinja").write_text("{{ raise_exception('needs tools') }}")
    model = {"use": "causal", "name": "m", "checkpoint": str(folder), "prompt": "{{ text }}"}
    (found,) = faults_of(rows, model)
    assert "the chat template of the checkpoint cannot be used: needs tools" in found


@pytest.mark.weights
@pytest.mark.usefixtures("tmp_path")
def test_checkpoint_that_cannot_be_reached_is_a_note_and_stops_a_run(rows):
    write_rows(Path("articles.jsonl"), rows)
    model = {"use": "causal", "name": "m", "checkpoint": "nobody/nothing"}
    config = {"name": "c", "dataset": "articles.jsonl", "models": [model]}
    found = bench.validate(config)
    assert not found.errors
    assert any("the hub cannot be reached" in note for note in found.plan.notes)
    with pytest.raises(ConfigError, match="the hub cannot be reached"):
        bench.run(config, output="out", progress=False)
    assert not Path("out", "predictions").exists()
    (fault,) = faults_of(rows, {**model, "prompt": "{{ titel }} {{ text }}"})
    assert "'titel'" in fault


@pytest.mark.slow
@pytest.mark.usefixtures("tmp_path")
def test_missing_extras_are_installed_by_one_command(rows, monkeypatch):
    lines = [
        "requires the transformers extra: pip install 'qgbench[transformers]'",
        "openai is not installed: pip install 'qgbench[endpoint]'",
    ]
    assert _missing_extras(lines) == ["install all: pip install 'qgbench[endpoint,transformers]'"]
    assert _missing_extras(lines[:1]) == []
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.setitem(sys.modules, "transformers", None)
    Path("folder").mkdir()
    found = faults_of(
        rows,
        {"use": "causal", "name": "a", "checkpoint": "folder", "prompt": "{{ titel }}"},
        {"use": "endpoint", "name": "b", "model": "m"},
    )
    for part in (
        "'titel'",
        "qgbench[transformers]",
        "qgbench[endpoint]",
        "[endpoint,transformers]",
    ):
        assert any(part in line for line in found), part


@pytest.mark.weights
def test_weights_are_not_loaded_by_the_checks(checkpoints, monkeypatch):
    from bench.models.neural.causal import Causal

    def fail(*arguments, **named):
        raise AssertionError("loads weights")

    monkeypatch.setattr(checkpoints_module.Checkpoint, "_model", fail)
    model = Causal(checkpoint=str(checkpoints["llama"]), prompt="{{ text }}")
    assert model.faults() == []
