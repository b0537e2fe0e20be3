"""`bench.run` in a notebook: names, mappings, functions and objects of the session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bench
from bench.api.running import planned
from bench.errors import BenchError, ConfigError, UnknownNameError
from tests.conftest import ROOT


def first_sentence(article, task):
    return article.text.split(". ")[:1]


class Title:
    """A plain class."""

    tasks = ("summary",)

    def __init__(self, times: int = 1) -> None:
        self.times = times

    def predict(self, articles, task):
        return [[article.title] * self.times for article in articles]


@pytest.fixture(scope="module")
def run():
    return bench.run(
        "briefs", models=["lead", first_sentence], tasks=["summary"], limit=6, progress=False
    )


def test_functions_stand_beside_shipped_models(run):
    assert run.models == ("first_sentence", "lead")
    (wanted,) = bench.run(
        "briefs", models=["lead"], tasks=["summary"], limit=6, progress=False
    ).results.tasks.values()
    assert run.results.tasks["summary"].models["lead"].scores == wanted.models["lead"].scores
    written = run.predictions("first_sentence")
    assert [row.article for row in written] == [article.id for article in run.articles()]
    assert written[0].items == tuple(run.article(written[0].article).text.split(". ")[:1])


def test_repeated_name_is_one_model_and_all_unknown_names_are_reported():
    chosen = planned("briefs", models=["lead", Title, "lead"], tasks=["summary"], limit=2)
    assert [model.name for model, _ in chosen.jobs] == ["lead", "Title"]
    with pytest.raises(UnknownNameError) as error:
        planned("briefs", models=["leed", "lead", "lsaa"])
    assert [problem.split(";")[0] for problem in error.value.problems] == [
        "unknown model 'leed'",
        "unknown model 'lsaa'",
    ]


@pytest.mark.slow
def test_same_config_on_the_command_line_gives_the_same_results(tmp_path):
    by_hand = bench.run("briefs", models=["lead"], limit=4, progress=False, output="kept")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "run", "briefs", "-m", "lead", "-n", "4", "-o", "typed"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert by_hand.results.to_json() == Path("typed/results.json").read_text()
    assert Path("kept/results.json").read_bytes() == Path("typed/results.json").read_bytes()


@pytest.mark.slow
def test_classes_instances_entries_and_lambdas_are_models_under_any_name():
    found = bench.run(
        "briefs",
        models={
            "class": Title,
            "instance": Title(2),
            "entry": {"use": "lead", "k": 1},
            "lambda": lambda article, task: [article.title],
            "shipped": "lead",
        },
        tasks=["summary"],
        limit=2,
        progress=False,
    )
    scores = found.results.tasks["summary"].models
    assert set(scores) == {"class", "instance", "entry", "lambda", "shipped"}
    assert scores["class"].scores == scores["lambda"].scores
    assert len(found.predictions("instance")[0].items) == 2
    assert len(found.predictions("entry")[0].items) == 1


def test_config_may_be_a_mapping_and_metrics_may_be_functions():
    config = {"dataset": "briefs", "models": ["lead"], "tasks": ["summary"], "limit": 2}

    def items(predictions, references):
        return float(len(predictions))

    found = bench.run(config, metrics=["rouge1", items], progress=False)
    assert found.results.tasks["summary"].models["lead"].scores["items"].mean == 4
    assert set(found.scores("items").column_names) == {
        "task",
        "model",
        "metric",
        "article",
        "value",
    }


def test_arguments_are_not_changed(run):
    config = {"dataset": "briefs", "models": [{"use": "lead", "k": 2}], "limit": 1}
    before = json.dumps(config)
    bench.run(config, tasks=["summary"], progress=False)
    assert json.dumps(config) == before


def test_nothing_stays_of_a_run_without_output(tmp_path):
    found = bench.run("briefs", models=["lead"], tasks=["summary"], limit=1, progress=False)
    directory = found.path
    assert directory.exists()
    assert list(tmp_path.iterdir()) == []
    del found
    assert not directory.exists()


def test_failures_are_told_and_what_could_be_scored_is_scored():
    def fails(article, task):
        raise ValueError("no idea")

    found = bench.run("briefs", models=["lead", fails], tasks=["summary"], limit=2, progress=False)
    (line,) = found.failures
    assert "fails failed on 2 of 2 articles (summary)" in line
    assert "no idea" in line
    assert found.results.tasks["summary"].models["lead"].failed == 0


def test_progress_and_notes_go_to_standard_error(capsys):
    bench.run("briefs", models=["lead"], tasks=["summary"], limit=1)
    out, err = capsys.readouterr()
    assert out == ""
    bench.run("briefs", models=["lead"], tasks=["summary"], limit=1, progress=False)
    assert capsys.readouterr() == ("", "")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"config": "brief"}, "did you mean 'briefs'"),
        ({"models": ["led"]}, "unknown model 'led'; did you mean 'lead'"),
        ({"models": "lead"}, r"give a list: \['lead'\]"),
        ({"tasks": ["title"]}, "unknown task 'title'"),
        ({"config": {"models": ["lead"]}}, "dataset"),
        ({"config": 5}, "a config is a name, a path, a mapping or a Config, not int"),
        ({"seed": "x"}, "seed"),
        ({"models": [lambda a, t: []], "engine": "processes"}, "worker processes cannot import"),
        ({"models": [object()]}, "does not implement"),
    ],
)
def test_errors_are_those_of_the_command_line(arguments, message):
    config = arguments.pop("config", "briefs")
    with pytest.raises(BenchError, match=message):
        bench.run(config, progress=False, **arguments)


def test_unknown_option_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected argument 'limits'"):
        bench.run("briefs", limits=3)


def test_runs_of_one_config_are_told_apart(run):
    other = bench.run("briefs", models=["lead"], tasks=["summary"], limit=6, seed=1, progress=False)
    third = bench.run("briefs", models=["lead"], tasks=["summary"], limit=6, progress=False)
    assert len({run.name, other.name, third.name}) == 3
    labels = [standing.label for standing in bench.compare(other, third).scores[0].standings]
    assert sorted(labels) == sorted([f"{other.name}:lead", f"{third.name}:lead"])


def test_importing_and_completing_names_loads_no_library():
    code = "import bench, sys; dir(bench); assert 'pyarrow' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0


def test_config_objects_are_taken_as_they_are():
    config = bench.Config.model_validate(
        {"name": "mine", "dataset": "briefs", "models": ["lead"], "limit": 1}
    )
    assert bench.run(config, tasks=["summary"], progress=False).models == ("lead",)
    with pytest.raises(ConfigError):
        bench.run({**config.model_dump(), "limit": 0}, progress=False)
