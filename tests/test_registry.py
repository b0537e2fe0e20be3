from __future__ import annotations

import pytest

from bench.errors import ConfigError, UnknownNameError
from bench.models import MODELS
from bench.models.spec import build_model


def test_class_of_anyones_is_named_by_module_and_class():
    spec = build_model("tests.runs.models_of_tests:Shout", "shout", {}, seed=0)
    assert spec.tasks == ("summary",)
    assert spec.role == "model"


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ("no_such_module:Model", "model 'no_such_module:Model': no module named 'no_such_module'"),
        ("bench.tasks:Model", "unknown attribute 'Model'"),
        (":", "is not of the form module:attribute"),
    ],
)
def test_broken_component_is_named(use, message):
    with pytest.raises(UnknownNameError, match=message):
        MODELS.load(use)


def test_class_that_is_no_model_is_refused():
    with pytest.raises(
        ConfigError, match=r"does not implement `tasks` and `predict\(articles, task"
    ):
        build_model("pathlib:PurePath", "path", {}, seed=0)


def test_parameters_are_checked_before_anything_runs():
    with pytest.raises(ConfigError, match="model 'lead': k: must be an integer, not "):
        build_model("lead", "lead", {"k": "many"}, seed=0)


def test_signature_tells_parameters_seed_and_edited_code(tmp_path):
    signatures = [
        build_model("lead", "a", {}, seed=0).signature,
        build_model("lead", "a", {"k": 3}, seed=0).signature,
        build_model("random-sentences", "a", {}, seed=0).signature,
        build_model("random-sentences", "a", {}, seed=1).signature,
    ]
    assert len(set(signatures)) == 4
    assert build_model("lead", "a", {}, seed=1).signature == signatures[0]
    code = "class Mine:\n    tasks = ('summary',)\n    def predict(self, a, t): return {}\n"
    (tmp_path / "mine_before.py").write_text(code.format("[]"))
    (tmp_path / "mine_after.py").write_text(code.format("[[]]"))
    before, after = (
        build_model(f"mine_{w}:Mine", "m", {}, 0).signature for w in ("before", "after")
    )
    assert before.rpartition("|")[2] != after.rpartition("|")[2]


@pytest.mark.parametrize(
    ("use", "name", "told"),
    [
        ("causal", "stop_strings", "'stop_strings'; set `stop`"),
        ("endpoint", "stop_sequences", "'stop_sequences'; set `stop`"),
        ("seq2seq", "num_beams", "'num_beams'; write `generation: {num_beams: ...}`"),
        ("causal", "temprature", "did you mean `generation: {temperature: ...}`?"),
        ("causal", "separater", "did you mean 'separator'"),
        ("endpoint", "top_p", "'top_p'; write `extra: {top_p: ...}`"),
        ("endpoint", "temprature", "did you mean 'temperature'"),
        ("endpoint", "frequency_penality", "did you mean `extra: {frequency_penalty: ...}`?"),
        ("causal", "zzz", "available: "),
    ],
)
def test_misplaced_or_misspelled_parameter_is_told_where_it_belongs(use, name, told):
    given = {"model": "m"} if use == "endpoint" else {"checkpoint": "c"}
    with pytest.raises(UnknownNameError) as caught:
        MODELS.build(use, {**given, name: 1})
    assert told in str(caught.value)


def test_suggested_settings_of_generation_exist():
    transformers = pytest.importorskip("transformers")
    from bench.models.nested_settings import GENERATION

    known = transformers.GenerationConfig()
    assert [name for name in GENERATION if not hasattr(known, name)] == []
