"""The published schemas accept what is written, and refuse what a reader would refuse."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from bench.data.shipped import shipped_configs
from bench.runs.schemas import SCHEMAS, schema_of
from tests.conftest import write_rows

ROOT = Path(__file__).parents[2]


@cache
def validator(name):
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", shipped_configs())
def test_every_shipped_config_is_valid(name):
    validator("config").validate(yaml.safe_load(shipped_configs()[name].read_text()))


MINIMAL = {"name": "mine", "dataset": "briefs", "models": ["lead"]}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"models": [{"use": "lead", "name": "three", "k": 3}, "package.module:Class"]},
        {"models": [{"use": "lead", "resources": {"gpu": 1}}]},
        {"metrics": ["rouge3", {"use": "bleu", "tokenize": "zh"}, {"evaluate": "rouge"}]},
        {"tasks": ["summary"]},
        {"tasks": {"summary": None, "questions": {"items": 5}}},
        {"engine": "processes"},
        {"engine": {"use": "ray", "address": "auto"}},
        {"margins": {"rougeLsum": 0.01, "all": "2%"}},
        {"cluster": "source"},
        {"columns": {"cluster": "meta.day"}},
    ],
)
def test_every_form_of_a_config_is_valid(change):
    validator("config").validate(MINIMAL | change)


@pytest.mark.parametrize(
    "change",
    [
        {"modles": ["lead"]},
        {"models": []},
        {"models": [{"name": 5, "use": "lead"}]},
        {"models": [{"k": 3}]},
        {"tasks": ["titles"]},
        {"tasks": []},
        {"limit": 0},
        {"limit": "ten"},
        {"on_error": "ignore"},
        {"tasks": {"titles": {}}},
        {"engine": {"use": "ray", "adress": "auto"}},
        {"margins": {"all": "2 percent"}},
        {"columns": {"body": "text"}},
        {"cluster": ["source"]},
        {"clusters": "source"},
    ],
)
def test_mistake_in_a_config_is_marked(change):
    assert not validator("config").is_valid(MINIMAL | change)


def test_known_names_are_there_for_completion():
    text = json.dumps(schema_of("config"))
    assert '"textrank"' in text
    assert '"rougeLsum"' in text


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_that_has_a_docstring_is_described(name):
    parts = [schema_of(name), *schema_of(name).get("$defs", {}).values()]
    assert all("$ref" in part or part.get("description") or "anyOf" in part for part in parts)


def test_fields_of_a_config_are_described_in_words():
    limit = schema_of("config")["properties"]["limit"]
    assert "articles" in limit["description"]


@pytest.mark.slow
def test_results_with_clusters_are_valid(articles, rows, here):
    write_rows(articles, [{**row, "cluster": "x"} for row in rows[:3]] + rows[3:])
    assert here("run", "-d", articles, "-m", "lead", "-o", "out").returncode == 0
    for file in ("results", "run"):
        record = json.loads(Path(f"out/{file}.json").read_text())
        assert record["dataset"]["clusters"] == 4
        validator(file).validate(record)
        assert not validator(file).is_valid(
            {**record, "dataset": {**record["dataset"], "clusters": "4"}}
        )


def test_files_of_runs_are_valid_and_broken_ones_are_not():
    for run in ("baseline", "baseline-briefs"):
        directory = ROOT / "results" / run
        for file in ("results", "run"):
            record = json.loads((directory / f"{file}.json").read_text())
            validator(file).validate(record)
            assert not validator(file).is_valid({**record, "dataset": 5})
        for rows in (directory / "predictions").glob("*.jsonl"):
            for line in rows.read_text().splitlines():
                validator("prediction").validate(json.loads(line))
    assert not validator("prediction").is_valid({"article": "1", "items": "Why?"})
