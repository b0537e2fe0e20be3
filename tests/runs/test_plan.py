from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.runs.config_file import ConfigFile
from bench.runs.plan import Plan, choose_models, make_plan

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")


def plan(text: str, dataset: Path | str = "nextfin", **changes: object) -> Plan:
    Path("c.yaml").write_text(f"name: c\ndataset: {dataset}\n{text}", encoding="utf-8")
    file = ConfigFile(Path("c.yaml"))
    return make_plan(file.config.changed(**changes), file)


def test_unknown_models_metrics_and_parameters_come_together_with_their_lines():
    with pytest.raises(BenchError) as error:
        plan("models:\n  - leed\n  - {use: lead, kk: 2}\nmetrics:\n  - rogue1\n")
    assert list(error.value.problems) == [
        "c.yaml:4: unknown model 'leed'; did you mean 'lead'?",
        "c.yaml:5: unknown parameter of model 'lead': 'kk'; did you mean 'k'?",
        "c.yaml:7: unknown metric 'rogue1'; did you mean 'rouge1' or 'rouge'?",
    ]


def test_primary_score_must_be_among_the_metrics():
    with pytest.raises(BenchError, match=r"c.yaml:5: unknown score 'rougeL'"):
        plan("models: [lead]\ntasks:\n  summary: {primary: rougeL}\nmetrics: [rougeLsum]\n")


def test_tokenizer_and_stemmer_reach_every_metric_that_does_not_say_otherwise():
    metrics = plan(
        "models: [lead]\nstemmer: false\ntokenizer: unicode\n"
        "metrics:\n  - rougeL\n  - {use: rougeL, name: stemmed, stemmer: true}\n  - exact_match\n"
    ).metrics
    end = "agg:mean|v:1|unicode_v:2"
    assert metrics["rougeL"].signature == f"rougeL|tokenizer:unicode|stemmer:no|{end}"
    assert metrics["stemmed"].signature == f"rougeL|tokenizer:unicode|stemmer:yes|{end}"


def test_model_runs_on_the_tasks_it_can_do(articles):
    jobs = plan("models: [lead, random-sentences]\n", articles).jobs
    assert [(e.name, task.name) for e, task in jobs] == [
        ("lead", "summary"),
        ("random-sentences", "summary"),
        ("random-sentences", "questions"),
    ]


def test_omitted_models_and_tasks_are_named(articles):
    one = plan("models: [lead, other-article]\n")
    assert one.notes == ("other-article: skipped: it needs a second article",)
    several = plan("models: [lead, random-sentences]\n", articles)
    assert several.notes == ("questions: 1 of 6 articles without questions",)


def test_run_of_nothing_is_refused():
    with pytest.raises(BenchError, match="nothing to do"):
        plan("models: [lead]\n", tasks={"questions": {}})


def test_models_can_be_chosen_from_the_config_or_from_all_there_are():
    config = plan("models:\n  - {use: lead, name: lead-2, k: 2}\n").config
    chosen = choose_models(config, ["lead-2", "lsa"])
    assert [entry.label for entry in chosen] == ["lead-2", "lsa"]
    assert chosen[0].parameters == {"k": 2}
    with pytest.raises(BenchError, match="did you mean 'lead"):
        choose_models(config, ["leed"])


def test_data_set_may_lie_beside_its_config(articles, tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    articles.rename(folder / "mine.jsonl")
    (folder / "c.yaml").write_text("name: c\ndataset: mine.jsonl\nmodels: [lead]\n")
    file = ConfigFile(folder / "c.yaml")
    assert len(make_plan(file.config, file).dataset) == 6


def test_one_metric_under_two_spellings_is_refused():
    with pytest.raises(BenchError, match=r"duplicate metric 'coverage@0.5'"):
        plan("models: [lead]\nmetrics: [rougeLsum, coverage@0.5, {use: coverage, at: 0.5}]\n")
