from __future__ import annotations

from pathlib import Path

import pytest

import bench
from bench.errors import BenchError
from bench.models import MODELS
from bench.runs.config_file import ConfigFile, find_config
from bench.runs.record import RunRecord
from tests.conftest import ROOT

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

GOOD = "name: mine\ndataset: nextfin\nmodels:\n  - lead\n"


def complaint(text: str) -> list[str]:
    file = Path("mine.yaml")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError) as error:
        ConfigFile(file)
    return list(error.value.problems)


def test_shortest_config_has_the_defaults():
    Path("mine.yaml").write_text(GOOD, encoding="utf-8")
    config = ConfigFile(Path("mine.yaml")).config
    assert list(config.tasks) == ["summary", "questions"]
    assert config.seed == 0
    assert config.on_error == "score-zero"
    assert len(config.metrics) > 10


def test_shipped_default_is_found_by_name_and_without_one():
    assert find_config(None) == find_config("default")
    assert ConfigFile(find_config(None)).config.dataset == "nextfin"


@pytest.mark.parametrize("file", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda f: f.stem)
def test_every_shipped_config_is_sound(file):
    """As far as can be told without the weights that some of them name."""
    config = ConfigFile(file).config
    assert config.name == file.stem
    for entry in config.models:
        model = MODELS.build(entry.use, entry.parameters)
        assert set(model.tasks) & set(config.tasks)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD + "modles: [lead]\n", 5, "unknown key 'modles'; did you mean 'models'?"),
        (GOOD + "tasks:\n  sumary:\n", 6, "unknown task 'sumary'; did you mean 'summary'?"),
        (GOOD + "tasks:\n  summary: {item: 3}\n", 6, "unknown key 'item'; did you mean 'items'?"),
        (GOOD + "tasks: [summary, quiz]\n", 5, "unknown task 'quiz'; available: "),
        (GOOD + "on_error: skipp\n", 5, "unknown on_error 'skipp'; did you mean 'skip'?"),
        (GOOD + "columns: {txt: a}\n", 5, "unknown article field 'txt'; did you mean 'text'?"),
        (GOOD + "columns: {text: [a]}\n", 5, "columns.text: must be a string, not ["),
        (
            GOOD + "engine: {use: ray, worker: 2}\n",
            5,
            "unknown key 'worker'; did you mean 'workers'",
        ),
        (GOOD + "engine: rai\n", 5, "unknown engine.use 'rai'; did you mean 'ray'?"),
        (GOOD + "engine: {workers: 2}\n", 5, "engine: `workers` is for processes"),
        (GOOD + "engine: {use: processes, address: auto}\n", 5, "`address` is for the engine ray"),
        (GOOD + "  - {use: title, resources: {gpus: 1}}\n", 5, "unknown key 'gpus'; did you"),
        (GOOD + "seed: soon\n", 5, 'seed: must be an integer, not "soon"'),
        (GOOD + "seed: -1\n", 5, "seed: must be at least 0, not -1"),
        (GOOD + "limit: 0\n", 5, "limit: must be greater than 0, not 0"),
        (GOOD + "  - lead\n", 3, "duplicate name 'lead'; give one of them another `name:`"),
        (GOOD + "dataset: other\n", 5, "duplicate key 'dataset' (first on line 2)"),
        (GOOD + "  - {name: x}\n", 5, "models.1.use: is missing"),
        (GOOD.replace("mine", "a/b"), 1, "letters, digits and . _ - @ only"),
        ("name: x\ndataset: y\nmodels: []\n", 3, "models: must not be empty"),
        ("- a\n", 1, "a config is a mapping of keys to values"),
        ("", 1, "a config is a mapping of keys to values"),
        ("a: [\n", 2, "not YAML"),
        ("a:\n\tb: 1\n", 2, "indent with spaces, not with tabs"),
        ("<<: 3\n", 1, "`<<:` takes a mapping, such as <<: *name"),
        ("? [a]\n: b\n", 1, "a key must be a plain name"),
        ("a: !foo b\n", 1, "remove the tag (what begins with !)"),
        ("a: *b\n", 1, "put a text that begins with * in quotes"),
        (GOOD + "margins: {all: -1}\n", 5, "margins.all: must be a number from 0 on or a perc"),
        (GOOD + "margins: {all: .nan}\n", 5, 'percentage ("2%"), not NaN'),
        (GOOD + "margins: {all: 2%%}\n", 5, 'percentage ("2%"), not "2%%"'),
    ],
)
def test_fault_is_named_with_its_line(text, line, words):
    assert any(p.startswith(f"mine.yaml:{line}: ") and words in p for p in complaint(text))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("seed", seed) for seed in (0, 2**63, 2**64 - 1)],
        *[("resamples", number) for number in (100, 1_000_000)],
        *[("limit", number) for number in (1, 2**63 - 1)],
        *[("confidence", level) for level in (1e-9, 1 - 1e-9)],
    ],
)
def test_record_of_a_run_accepts_what_a_config_accepts(key, value):
    config = bench.Config(name="x", dataset="y", models=["lead"], **{key: value})
    record = RunRecord.model_validate_json(RunRecord(config=config).model_dump_json())
    assert getattr(record.config, key) == value


def test_all_faults_come_at_once():
    assert len(complaint("name: x\ndataset: y\nseed: a\nlimit: b\nmodels: [lead]\n")) == 2


def test_missing_config_is_answered_with_the_nearest():
    with pytest.raises(BenchError, match="unknown config 'defualt'; did you mean 'default'"):
        find_config("defualt")


def test_measure_of_evaluate_is_named_by_its_own_key():
    Path("mine.yaml").write_text(GOOD + "metrics: [{evaluate: bleurt, name: b}]\n")
    (entry,) = ConfigFile(Path("mine.yaml")).config.metrics
    assert (entry.use, entry.label, entry.parameters) == ("evaluate", "b", {"measure": "bleurt"})


@pytest.mark.parametrize("entry", ["yes", "{use: yes}", "{use: yes, name: yes}"])
def test_rater_yes_needs_no_quotes_in_yaml(tmp_path, entry):
    file = tmp_path / "c.yaml"
    file.write_text(f"name: a\ndataset: nextfin\nmodels: [lead]\nraters: [{entry}]\n")
    (rater,) = ConfigFile(file).config.raters
    assert (rater.use, rater.label) == ("yes", "yes")


def test_results_named_like_config_hide_neither_it_nor_its_dataset(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        run = bench.run("briefs", models=["lead"], limit=2, output="briefs", progress=False)
    assert run.path == Path("briefs")
    assert run.article(next(iter(run.digests))).text
    (tmp_path / "briefs" / "run.json").unlink()  # a folder of data again, as far as one can tell
    with pytest.raises(bench.BenchError, match="no split 'test'"):
        bench.load_dataset("briefs")
