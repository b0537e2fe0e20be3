"""Results of other programs as runs."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from pathlib import Path

import pytest

import bench
from bench.runs.sources import source_lines, source_of
from tests.conftest import write_rows
from tests.exchange.conftest import (
    log_of_inspect,
    output_of_promptfoo,
    sample_of_lm_eval,
    write_json,
    write_samples,
)

ITEMS = ("Why was the harbour sold?", "Who objected to it?")


@pytest.fixture
def imported(articles):
    def call(files, **options):
        options = {"task": "questions", "metrics": ["set_rougeL"], "progress": False, **options}
        return bench.import_run(files, articles, **options)

    return call


def first_items(run, model):
    found = {row.article: row.items for row in run.predictions(model)}
    return found["the-harbour"]


# lm-eval


@pytest.fixture
def lm_eval(answers):
    date = "2026-02-03T04-05-06.789012"
    samples = [sample_of_lm_eval(n, text) for n, text in enumerate(answers.values())]
    file = write_samples(f"out/org__model/samples_ask_{date}.jsonl", samples)
    write_json(
        f"out/org__model/results_{date}.json",
        {
            "results": {},
            "configs": {},
            "model_name": "org/model",
            "lm_eval_version": "0.4.13",
            "date": 1770091506.7,
        },
        indent=2,
    )
    return file


def test_lm_eval_samples_belong_to_articles_by_position(imported, lm_eval):
    run = imported(lm_eval)
    assert run.models == ("org-model",)
    assert first_items(run, "org-model") == ITEMS
    assert run.results.tasks["questions"].models["org-model"].failed == 0
    source = source_of(run.record, "org-model")
    assert source == {
        "program": "lm-eval",
        "version": "0.4.13",
        "model": "org/model",
        "task": "ask",
        "date": "2026-02-03T04:05:06Z",
        "file": lm_eval,
        "sha256": hashlib.sha256(Path(lm_eval).read_bytes()).hexdigest(),
    }


@pytest.mark.parametrize("arguments", [{}, ""])
def test_lm_eval_name_that_was_drawn_at_random_is_not_used(imported, answers, arguments):
    samples = [sample_of_lm_eval(n, text) for n, text in enumerate(answers.values())]
    file = write_samples("out/qdpv68r5/samples_ask.jsonl", samples)
    config = {"model": "dummy", "model_args": arguments}
    write_json("out/qdpv68r5/results.json", {"model_name": "qdpv68r5", "config": config})
    assert imported(file).models == ("dummy",)


def test_lm_eval_position_outside_the_dataset_is_an_error(imported):
    file = write_samples("samples_ask.jsonl", [sample_of_lm_eval(6, "Why?")])
    with pytest.raises(bench.BenchError, match="position 6, from 0, is not in the dataset"):
        imported(file)


def test_lm_eval_ids_in_documents_come_before_positions(imported, answers):
    samples = [
        sample_of_lm_eval(n, text, doc={"slug": name})
        for n, (name, text) in enumerate(reversed(answers.items()))
    ]
    file = write_samples("samples_ask.jsonl", samples)
    run = imported({"mine": file}, id_field="slug")
    assert first_items(run, "mine") == ITEMS
    assert any("no results_*.json" in note for note in run.record.notes)


def test_lm_eval_filters_are_models_and_repeats_are_samples(imported, answers):
    samples = []
    for n, text in enumerate(answers.values()):
        samples.append(sample_of_lm_eval(n, text, filter="strict"))
        both = sample_of_lm_eval(n, "", filter="all")
        samples.append({**both, "filtered_resps": [[text, "1. Why not?"]]})
    run = imported(write_samples("samples_ask.jsonl", samples))
    assert run.models == ("samples_ask@all", "samples_ask@strict")
    tasks = run.results.tasks["questions"].models
    assert [tasks[name].samples for name in run.models] == [2, 1]


def test_lm_eval_samples_that_are_not_text_are_counted(imported, answers):
    samples = [sample_of_lm_eval(n, text) for n, text in enumerate(answers.values())]
    samples[1]["filtered_resps"] = [[-3.2, False], [-4.1, True]]
    file = write_samples("samples_ask.jsonl", samples)
    with Path(file).open("a") as stream:
        stream.write("{cut off\n")
    run = imported(file)
    (note,) = [line for line in run.record.notes if "cannot be read" in line]
    assert "2 of 6 samples skipped" in note
    assert "samples_ask.jsonl:2: filtered_resps: not text" in note
    assert run.results.tasks["questions"].models["samples_ask"].failed == 1


def test_lm_eval_file_without_any_text_is_an_error(imported):
    sample = sample_of_lm_eval(0, "")
    file = write_samples("samples_ask.jsonl", [{**sample, "filtered_resps": [[-3.2, False]]}])
    with pytest.raises(bench.BenchError, match="none of its samples can be read"):
        imported(file)


def test_lm_eval_scores_are_not_samples(imported):
    file = write_json("results_x.json", {"results": {}, "configs": {}})
    with pytest.raises(bench.BenchError, match=r"give the samples_\*\.jsonl beside"):
        imported(file)


# inspect


def test_inspect_log_has_model_program_and_date(imported, answers):
    file = write_json("log.json", log_of_inspect(answers))
    run = imported(file)
    assert run.models == ("openai-gpt-x",)
    assert first_items(run, "openai-gpt-x") == ITEMS
    source = source_of(run.record, "openai-gpt-x")
    assert source["program"] == "inspect"
    assert source["version"] == "0.3.285"
    assert source["model"] == "openai/gpt-x"
    assert (source["task"], source["date"]) == ("ask", "2026-02-03T04:05:06+00:00")


def test_inspect_epochs_are_samples(imported, answers):
    log = log_of_inspect(answers)
    log["samples"] += [
        {**sample, "epoch": 2, "output": {"completion": "1. Why not?"}} for sample in log["samples"]
    ]
    run = imported(write_json("log.json", log, indent=1))
    assert run.results.tasks["questions"].models["openai-gpt-x"].samples == 2
    found = {(row.article, row.sample): row.items for row in run.predictions("openai-gpt-x")}
    assert found["the-harbour", 1] == ("Why not?",)


def test_inspect_errors_and_outputs_without_text_count_as_failed(imported, answers):
    log = log_of_inspect(answers, status="error")
    log["samples"][0] |= {"output": {}, "error": {"message": "rate limit", "traceback": "..."}}
    log["samples"][1]["output"] = {"choices": [{"message": {"content": [{"type": "image"}]}}]}
    del log["samples"][2]["id"]
    log["results"]["total_samples"] = 9
    run = imported(write_json("log.json", log))
    model = run.results.tasks["questions"].models["openai-gpt-x"]
    assert model.failed == 3
    errors = {row.article: row.error for row in run.predictions("openai-gpt-x") if row.error}
    assert errors["the-harbour"] == "rate limit"
    assert errors["the-railway"] == "the output has no text"
    notes = "\n".join(run.record.notes)
    assert "status is 'error'" in notes
    assert "4 of 9 samples are in the log" in notes
    assert "1 of 5 samples skipped" in notes


def test_inspect_parts_of_a_message_are_joined_without_reasoning(imported, answers):
    log = log_of_inspect({"the-harbour": ""})
    parts = [
        {"type": "reasoning", "reasoning": "hm"},
        {"type": "text", "text": "1. Why was the harbour sold?"},
        {"type": "text", "text": "2. Who objected to it?"},
    ]
    log["samples"][0]["output"] = {"completion": "", "choices": [{"message": {"content": parts}}]}
    run = imported(write_json("log.json", log), on_error="skip")
    assert first_items(run, "openai-gpt-x") == ITEMS


def archive_of(log, file, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("_journal/start.json", json.dumps({"version": 2, "eval": log["eval"]}))
        for sample in log["samples"]:
            name = f"samples/{sample['id']}_epoch_{sample['epoch']}.json"
            archive.writestr(name, json.dumps(sample))
        header = {key: value for key, value in log.items() if key != "samples"}
        archive.writestr("header.json", json.dumps(header))
    return str(file)


def zstandard(file):
    """Rewrite a stored archive as if its members were compressed with Zstandard."""
    import pyarrow as pa

    with zipfile.ZipFile(file) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            packed = pa.compress(content, codec="zstd", asbytes=True)
            archive.writestr(name, packed)
            info = archive.getinfo(name)
            info.compress_type, info.file_size = 93, len(content)
            info.CRC = zlib.crc32(content)
    return file


@pytest.mark.parametrize("compression", ["deflated", "zstandard"])
def test_inspect_archives_are_read_with_either_compression(imported, answers, compression):
    file = archive_of(log_of_inspect(answers), "log.eval")
    if compression == "zstandard":
        zstandard(file)
    run = imported(file)
    assert first_items(run, "openai-gpt-x") == ITEMS
    assert run.results.tasks["questions"].models["openai-gpt-x"].articles == 5
    assert source_of(run.record, "openai-gpt-x")["version"] == "0.3.285"


def test_inspect_archive_of_an_unfinished_evaluation_is_said_to_be_one(imported, answers):
    log = log_of_inspect(answers)
    archive_of(log, "log.eval")
    with zipfile.ZipFile("log.eval") as archive, zipfile.ZipFile("begun.eval", "w") as begun:
        for info in archive.infolist():
            if info.filename != "header.json":
                begun.writestr(info.filename, archive.read(info))
    run = imported("begun.eval")
    assert any("status is 'started'" in note for note in run.record.notes)


@pytest.mark.parametrize("fault", ["text", "empty", "foreign", "damaged", "bomb", "json"])
def test_inspect_archive_that_cannot_be_read_is_one_line(imported, answers, fault, monkeypatch):
    file = Path(archive_of(log_of_inspect(answers), "log.eval", zipfile.ZIP_STORED))
    if fault == "text":
        file.write_text("not a zip")
    elif fault == "empty":
        file.write_bytes(b"")
    elif fault == "foreign":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("x.txt", "x")
    elif fault == "damaged":
        file.write_bytes(file.read_bytes().replace(b"harbour", b"HARBOUR", 3))
    elif fault == "bomb":
        monkeypatch.setattr("bench.exchange.eval_archive._LARGEST", 100)
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("header.json", "{")
    with pytest.raises(bench.BenchError) as error:
        imported(str(file))
    (problem,) = error.value.problems
    assert problem.startswith("log.eval: ")


# promptfoo


def test_promptfoo_providers_and_prompts_are_models(imported, answers):
    output = output_of_promptfoo(answers, ("openai:gpt-x", "echo"), prompts=2)
    run = imported(write_json("output.json", output, indent=2))
    expected = {f"{p}@prompt{n}" for p in ("openai-gpt-x", "echo") for n in (1, 2)}
    assert set(run.models) == expected
    source = source_of(run.record, "echo@prompt2")
    assert source["program"] == "promptfoo"
    assert source["version"] == "0.121.18"
    assert (source["model"], source["task"]) == ("echo", "two questions")
    assert source["date"] == "2026-02-03T04:05:06.000Z"


def test_promptfoo_providers_with_one_prompt_have_their_names(imported, answers):
    output = output_of_promptfoo(answers, ("openai:gpt-x", "echo"))
    rows = output["results"]["results"]
    rows.reverse()  # they are in the order in which they were done
    run = imported(write_json("output.json", output))
    assert set(run.models) == {"openai-gpt-x", "echo"}


def test_promptfoo_provider_with_two_settings_is_two_models(imported, answers):
    output = output_of_promptfoo(answers, ("echo", "echo"))
    run = imported(write_json("output.json", output))
    assert set(run.models) == {"echo", "echo-2"}
    assert run.results.tasks["questions"].models["echo"].samples == 1


def test_promptfoo_empty_answer_that_fails_an_assertion_is_empty(imported, answers):
    output = output_of_promptfoo(answers)
    failed = {"success": False, "error": "Expected output to contain 'x'", "failureReason": 1}
    output["results"]["results"][0] |= {**failed, "response": {"output": ""}}
    run = imported(write_json("output.json", output))
    result = run.results.tasks["questions"].models["openai-gpt-x"]
    assert (result.empty, [row.error for row in run.predictions("openai-gpt-x") if row.error]) == (
        1,
        [],
    )


def test_promptfoo_labels_lists_and_repeats_are_read(imported, answers):
    output = output_of_promptfoo(answers)
    rows = output["results"]["results"]
    for row in rows:
        row["provider"]["label"] = "My model"
    rows[0]["response"]["output"] = list(ITEMS)
    rows += [{**row, "response": {"output": "1. Why not?"}} for row in rows[:5]]
    run = imported(write_json("output.json", output))
    assert run.models == ("My-model",)
    assert first_items(run, "My-model") == ("Why not?",)  # of the last sample
    assert run.results.tasks["questions"].models["My-model"].samples == 2


def test_promptfoo_failed_assertions_are_not_failures_of_the_model(imported, answers):
    output = output_of_promptfoo(answers)
    rows = output["results"]["results"]
    rows[0] |= {"success": False, "error": "Expected output to contain 'x'"}
    rows[1] |= {"response": {"error": "API error: 500"}, "error": "API error: 500"}
    rows[2] |= {"response": None, "error": None}
    run = imported(write_json("output.json", output))
    errors = {row.article: row.error for row in run.predictions("openai-gpt-x") if row.error}
    assert errors == {"the-railway": "API error: 500", "the-orchard": "the response has no text"}


def test_promptfoo_rows_without_an_id_name_the_option(imported, answers):
    output = output_of_promptfoo(answers)
    for row in output["results"]["results"]:
        row["vars"] = {"slug": row["vars"]["id"], "tone": "dry"}
    file = write_json("output.json", output)
    with pytest.raises(bench.BenchError, match=r"the variables are slug, tone.*--id NAME"):
        imported(file)
    assert first_items(imported(file, id_field="slug"), "openai-gpt-x") == ITEMS


def test_promptfoo_lines_are_read_like_its_document(imported, answers):
    rows = output_of_promptfoo(answers)["results"]["results"]
    run = imported(write_samples("output.jsonl", rows))
    assert first_items(run, "openai-gpt-x") == ITEMS


# All of them


def test_several_programs_become_one_leaderboard(imported, lm_eval, answers):
    log = archive_of(log_of_inspect(answers), "log.eval")
    output = write_json("output.json", output_of_promptfoo(answers, ("echo",)))
    run = imported([lm_eval, f"gpt={log}", output], output="results/imported")
    assert set(run.models) == {"org-model", "gpt", "echo"}
    lines = list(source_lines(run.record))
    assert len(lines) == 3
    assert "gpt: imported from inspect 0.3.285, model openai/gpt-x, task ask" in "\n".join(lines)
    assert Path("results/imported/imported/gpt.jsonl").exists()
    assert bench.load_run("results/imported").models == run.models


def test_directories_are_searched_and_other_documents_are_noted(imported, answers):
    write_json("logs/a.json", log_of_inspect(answers))
    write_json("logs/eval-set.json", {"tasks": []})
    run = imported("logs")
    assert run.models == ("openai-gpt-x",)
    assert any("eval-set.json" in note and "skipped" in note for note in run.record.notes)
    Path("empty").mkdir()
    with pytest.raises(bench.BenchError, match=r"empty: has none of samples_"):
        imported("empty")


def test_equal_names_ask_for_others(imported, answers):
    files = [write_json(f"{name}.json", log_of_inspect(answers)) for name in "ab"]
    with pytest.raises(bench.BenchError, match=r"two models are called 'openai-gpt-x'.*OTHER="):
        imported(files)
    assert set(imported({"a": files[0], "b": files[1]}).models) == {"a", "b"}


def test_name_for_a_file_of_several_models_is_refused(imported, answers):
    file = write_json("output.json", output_of_promptfoo(answers, ("a", "b")))
    with pytest.raises(bench.BenchError, match=r"has several models \(a, b\)"):
        imported({"mine": file})


def test_ids_of_another_dataset_are_the_usual_error_and_leave_nothing(imported, answers):
    foreign = {f"x-{name}": text for name, text in answers.items()}
    file = write_json("log.json", log_of_inspect(foreign))
    with pytest.raises(bench.BenchError) as error:
        imported(file, output="results/imported")
    assert "log.json (openai-gpt-x): none of its 5 rows matches an article" in str(error.value)
    assert not Path("results").exists() or not list(Path("results").iterdir())


def test_unknown_file_names_the_programs(imported):
    file = write_json("x.json", {"a": 1})
    with pytest.raises(bench.BenchError, match=r"lm-eval \(samples_\*\.jsonl\); inspect"):
        imported(file)


def test_second_import_keeps_the_models_of_the_first(imported, answers, lm_eval):
    imported(lm_eval, output="results/imported")
    log = write_json("log.json", log_of_inspect(answers))
    run = imported(log, output="results/imported")
    assert set(run.models) == {"org-model", "openai-gpt-x"}
    assert len(list(source_lines(run.record))) == 2


@pytest.mark.parametrize("fault", ["metric", "dataset", "interrupt"])
def test_import_that_fails_leaves_the_rows_of_an_earlier_one(
    imported, answers, rows, tmp_path, monkeypatch, fault
):
    log = write_json("log.json", log_of_inspect(answers))
    output = tmp_path / "out"
    first = imported({"gpt": log}, output=output)
    (kept,) = (output / "imported").iterdir()
    before = kept.read_bytes()
    others = dict.fromkeys(answers, "1. Who wrote this?")
    files = {name: write_json("other.json", log_of_inspect(others)) for name in ("gpt", "new")}
    if fault == "dataset":
        part = write_rows(tmp_path / "part.jsonl", rows[:3])
        with pytest.raises(bench.BenchError):
            bench.import_run(files, part, task="questions", output=output, progress=False)
    elif fault == "metric":
        with pytest.raises(bench.BenchError, match="nonsense"):
            imported(files, output=output, metrics=["nonsense"])
    else:
        monkeypatch.setattr("bench.api.exchanging.executed", interrupt)
        with pytest.raises(KeyboardInterrupt):
            imported(files, output=output)
    assert list((output / "imported").iterdir()) == [kept]
    assert kept.read_bytes() == before
    assert bench.load_run(output).results == first.results


def interrupt(*_, **__):
    raise KeyboardInterrupt


def test_imported_outputs_do_not_depend_on_their_source(imported, answers):
    log = log_of_inspect(answers)
    file = write_json("a.json", log)
    first = imported({"m": file})
    log["eval"]["created"] = "2027-01-01"
    second = imported({"m": write_json("b.json", log)})
    assert first.signatures == second.signatures
    assert first.results == second.results


def test_broken_first_sample_does_not_hide_the_program(imported, answers):
    samples = [sample_of_lm_eval(n, text) for n, text in enumerate(answers.values())]
    file = write_samples("samples_ask.jsonl", samples)
    text = Path(file).read_text()
    Path(file).write_text("{cut off\n" + text)
    run = imported(file)
    assert any("1 of 6 samples skipped" in note for note in run.record.notes)


@pytest.mark.parametrize("value", [None, True, "", " ", [], {}, 1.5])
def test_value_that_is_no_id_is_counted_as_unread(imported, answers, value):
    log = log_of_inspect(answers)
    log["samples"][0]["id"] = value
    run = imported(write_json("log.json", log))
    assert any("1 of 5 samples skipped" in note for note in run.record.notes)


@pytest.mark.parametrize("value", [None, True, -1, "2", 10**30, 1.5])
def test_value_that_is_no_number_of_a_sample_means_the_first(imported, answers, value):
    log = log_of_inspect(answers)
    log["samples"][0]["epoch"] = value
    run = imported(write_json("log.json", log))
    assert run.results.tasks["questions"].models["openai-gpt-x"].samples == 1


def test_second_output_for_an_article_is_an_error_with_the_remedy(imported, answers):
    log = log_of_inspect(answers)
    log["samples"].append(log["samples"][0])
    with pytest.raises(bench.BenchError) as error:
        imported(write_json("log.json", log))
    assert "log.json: article 'the-harbour' has a second output" in str(error.value)
    assert "--id NAME" in str(error.value)


def test_long_names_of_models_are_cut(imported, answers):
    log = log_of_inspect(answers)
    log["eval"]["model"] = "openai/" + "x" * 500
    run = imported(write_json("log.json", log))
    assert run.models == ("openai-" + "x" * 93,)


def test_archive_of_inspect_given_to_score_names_the_right_command(articles, answers):
    file = archive_of(log_of_inspect(answers), "log.eval")
    with pytest.raises(bench.BenchError, match="`bench import` reads it"):
        bench.score_files(file, articles, task="questions", progress=False)
