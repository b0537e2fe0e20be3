"""Prediction files as other programs write them: each is read, or refused with the option."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench.api.scoring import planned_scores, score_files
from bench.data.rows import groups_dataset
from bench.errors import BenchError, ConfigError
from bench.models.prediction_columns import nearest
from tests.conftest import write_rows

ARTICLES = [
    {
        "id": name,
        "title": "T",
        "text": f"Workers walked out in {city}.",
        "questions": [f"Why in {city}?", f"Who in {city}?"],
    }
    for name, city in (("a1", "Riga"), ("a2", "Oslo"), ("a3", "Bern"))
]
QUESTIONS = {row["id"]: row["questions"] for row in ARTICLES}
TEXTS = {name: "\n".join(questions) for name, questions in QUESTIONS.items()}
LINES = {name: " ".join(questions) for name, questions in QUESTIONS.items()}
IDS = list(QUESTIONS)


@pytest.fixture(autouse=True)
def _dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_rows(Path("d.jsonl"), ARTICLES)


def jsonl(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def delimited(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def recalls(file: str, content: str | bytes, **options: Any) -> dict[str, float]:
    """The recall of each system; 1 where every question went to its own article."""
    data = content.encode() if isinstance(content, str) else content
    Path(file).write_bytes(data)
    run = score_files(file, "d.jsonl", task="questions", progress=False, **options)
    models = run.results.tasks["questions"].models
    assert not any(model.failed for model in models.values())
    return {name: model.scores["set_rougeL.f1"].mean for name, model in models.items()}


def notes(file: str, **options: Any) -> list[str]:
    plan = planned_scores(file, "d.jsonl", task="questions", **options)
    return [note for note in plan.notes if note.startswith(file)]


def refusal(file: str, content: str | bytes, **options: Any) -> str:
    data = content.encode() if isinstance(content, str) else content
    Path(file).write_bytes(data)
    with pytest.raises(BenchError) as caught:
        planned_scores(file, "d.jsonl", task="questions", **options)
    return "\n".join(caught.value.problems)


ROWS = [{"id": name, "prediction": text} for name, text in TEXTS.items()]
LISTS = [{"article": name, "items": items} for name, items in QUESTIONS.items()]
ONE_EACH = [{"article": name, "question": q} for name, qs in QUESTIONS.items() for q in qs]
SAMPLES = [
    {"doc_id": at, "doc": {"id": name}, "resps": [[text]], "filtered_resps": [text]}
    for at, (name, text) in enumerate(TEXTS.items())
]
BY_POSITION = [{**row, "doc": {"text": "x"}} for row in SAMPLES[::-1]]
INSPECT = {
    "version": 2,
    "status": "success",
    "eval": {"model": "m"},
    "samples": [
        {"id": name, "epoch": 1, "target": "", "output": {"completion": text, "choices": []}}
        for name, text in TEXTS.items()
    ],
}
PROMPTFOO = {
    "evalId": "e",
    "config": {"tests": [{"vars": {}}]},
    "results": {
        "version": 3,
        "results": [
            {"vars": {"id": name}, "response": {"output": text}, "provider": {"id": "p"}}
            for name, text in TEXTS.items()
        ],
        "prompts": [{"raw": "x"}],
    },
}
BATCH = [
    {
        "custom_id": name,
        "response": {"body": {"choices": [{"message": {"content": text}}]}},
        "error": None,
    }
    for name, text in TEXTS.items()
]

READ: dict[str, tuple[str, str | bytes]] = {
    "JSON lines": ("p.jsonl", jsonl(ROWS)),
    "ndjson": ("p.ndjson", jsonl(ROWS)),
    "ndjson of lists": ("p.ndjson", jsonl(LISTS)),
    "an array": ("p.json", json.dumps(ROWS)),
    "an array on a line of JSON lines": ("p.jsonl", json.dumps(ROWS)),
    "an array over lines": ("p.json", json.dumps(ROWS, indent=2)),
    "wrapped": ("p.json", json.dumps({"data": ROWS})),
    "wrapped with metadata": ("p.json", json.dumps({"model": "m", "n": 3, "predictions": LISTS})),
    "wrapped over lines": ("p.json", json.dumps({"data": ROWS}, indent=2)),
    "wrapped in JSON lines": ("p.jsonl", json.dumps({"results": ROWS})),
    "lists by id": ("p.json", json.dumps(QUESTIONS)),
    "lists by id over lines": ("p.json", json.dumps(QUESTIONS, indent=1)),
    "lists by id, one per line": ("p.jsonl", jsonl({k: v} for k, v in QUESTIONS.items())),
    "texts by id": ("p.json", json.dumps(TEXTS)),
    "rows by id": ("p.json", json.dumps({k: {"prediction": v} for k, v in TEXTS.items()})),
    "pandas by index": ("p.json", pd.DataFrame(ROWS).to_json(orient="index")),
    "pandas records": ("p.json", pd.DataFrame(ROWS).to_json(orient="records")),
    "pandas CSV": ("p.csv", pd.DataFrame(ROWS).to_csv()),
    "Excel CSV": ("p.csv", b"\xef\xbb\xbf" + delimited(ROWS, ";").encode()),
    "lists by id under a key": ("p.json", json.dumps({"model": "m", "predictions": QUESTIONS})),
    "objects by id": (
        "p.json",
        json.dumps({k: [{"question": q, "answer": "x"} for q in v] for k, v in QUESTIONS.items()}),
    ),
    "lists of objects": (
        "p.jsonl",
        jsonl({"id": k, "questions": [{"question": q} for q in v]} for k, v in QUESTIONS.items()),
    ),
    "pandas by column": ("p.json", pd.DataFrame(ROWS).to_json()),
    "pandas split": ("p.json", pd.DataFrame(ROWS).to_json(orient="split")),
    "pandas table": ("p.json", pd.DataFrame(ROWS).to_json(orient="table")),
    "a Series by id": ("p.json", pd.Series(TEXTS).to_json()),
    "names in capitals": ("p.csv", "ID, Prediction\n" + delimited(ROWS).partition("\n")[2]),
    "a pipeline of transformers": (
        "p.json",
        json.dumps([[{"generated_text": text}] for text in TEXTS.values()]),
    ),
    "plain lines and blank ones at the end": ("p.txt", "\n".join(LINES.values()) + "\n\n\n"),
    "inspect with reductions": (
        "log.json",
        json.dumps({**INSPECT, "reductions": [{"scorer": "match", "samples": []}]}),
    ),
    "a list of texts": ("p.json", json.dumps(list(TEXTS.values()))),
    "a list of lists": ("p.json", json.dumps(list(QUESTIONS.values()))),
    "a wrapped list of texts": ("p.json", json.dumps({"predictions": list(TEXTS.values())})),
    "texts, one per line of JSON": ("p.jsonl", jsonl(TEXTS.values())),
    "lists, one per line of JSON": ("p.jsonl", jsonl(QUESTIONS.values())),
    "plain lines": ("generated_predictions.txt", "\n".join(LINES.values())),
    "plain lines with an end": ("p.txt", "\n".join(LINES.values()) + "\n"),
    "plain lines of Windows": ("p.txt", "\r\n".join(LINES.values())),
    "plain lines with a mark": ("p.txt", b"\xef\xbb\xbf" + "\n".join(LINES.values()).encode()),
    "plain lines under any name": ("p.out", "\n".join(LINES.values())),
    "a single column": ("p.jsonl", jsonl({"prediction": text} for text in TEXTS.values())),
    "a single column of CSV": ("p.csv", delimited([{"output": t} for t in TEXTS.values()])),
    "lm-eval with ids": ("samples_x.jsonl", jsonl(SAMPLES)),
    "lm-eval by position": ("samples_x.jsonl", jsonl(BY_POSITION)),
    "inspect": ("log.json", json.dumps(INSPECT, indent=2)),
    "promptfoo": ("out.json", json.dumps(PROMPTFOO)),
    "an OpenAI batch": ("batch.jsonl", jsonl(BATCH)),
    "LLaMA-Factory": (
        "generated_predictions.jsonl",
        jsonl({"prompt": "p", "predict": t, "label": "l"} for t in TEXTS.values()),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", READ)
def test_shape_read_without_options(shape):
    assert list(recalls(*READ[shape]).values()) == [pytest.approx(1)]


NAMES = ["prediction", "output", "generated_text", "response", "summary", "questions"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [TEXTS, QUESTIONS])
def test_common_name_of_the_prediction_column(name, value):
    rows = [{"id": key, name: value[key]} for key in IDS]
    assert list(recalls("p.jsonl", jsonl(rows)).values()) == [pytest.approx(1)]
    said = "predictions from the column" in " ".join(notes("p.jsonl"))
    assert said == (name not in {"prediction", "output"})


@pytest.mark.parametrize("second", NAMES[1:])
def test_two_prediction_columns_are_refused_with_the_option(second):
    rows = [{"id": key, "prediction": TEXTS[key], second: "Other?"} for key in IDS]
    told = refusal("p.jsonl", jsonl(rows))
    assert f"prediction and {second} differ" in told
    assert "--prediction-columns prediction=prediction" in told
    chosen = {"prediction": "prediction"}
    assert recalls("p.jsonl", jsonl(rows), prediction_columns=chosen) == {"p": pytest.approx(1)}


def test_other_column_is_named_by_an_option_and_guessed_in_the_error():
    rows = [{"id": key, "prompt": "x", "model_output": TEXTS[key]} for key in IDS]
    told = refusal("p.jsonl", jsonl(rows))
    assert "its columns are 'id', 'prompt', 'model_output'" in told
    assert "--prediction-columns prediction=model_output" in told
    named = {"prediction": "model_output"}
    assert recalls("p.jsonl", jsonl(rows), prediction_columns=named) == {"p": pytest.approx(1)}
    assert "did you mean 'model_output'?" in refusal(
        "p.jsonl", jsonl(rows), prediction_columns={"prediction": "model_outputs"}
    )
    assert "unknown field 'predicton'; did you mean 'prediction'?" in refusal(
        "p.jsonl", jsonl(rows), prediction_columns={"predicton": "model_output"}
    )


def test_nested_columns_are_named_with_dots():
    rows = [{"meta": {"key": key}, "reply": {"choices": [{"text": TEXTS[key]}]}} for key in IDS]
    named = {"article": "meta.key", "prediction": "reply.choices.0.text"}
    assert recalls("p.jsonl", jsonl(rows), prediction_columns=named) == {"p": pytest.approx(1)}


def test_other_id_column_is_guessed_in_the_error_and_named_by_an_option():
    rows = [{"doc_key": key, "prediction": TEXTS[key]} for key in IDS]
    told = refusal("p.jsonl", jsonl(rows))
    assert "--prediction-columns article=doc_key reads the ids from there" in told
    named = {"article": "doc_key"}
    assert recalls("p.jsonl", jsonl(rows), prediction_columns=named) == {"p": pytest.approx(1)}


def test_rows_beside_other_columns_are_aligned_only_on_request():
    rows = [{"prompt": "x", "prediction": TEXTS[key]} for key in IDS]
    told = refusal("p.jsonl", jsonl(rows))
    assert "--prediction-columns article= aligns the rows with the articles by order" in told
    assert recalls("p.jsonl", jsonl(rows), prediction_columns={"article": ""}) == {
        "p": pytest.approx(1)
    }
    assert any(
        "3 rows aligned with the articles" in n
        for n in notes("p.jsonl", prediction_columns={"article": ""})
    )


@pytest.mark.parametrize("number", [2, 4])
def test_alignment_by_order_needs_equal_numbers(number):
    lines = "\n".join([*LINES.values(), "More?"][:number])
    assert refusal("p.txt", lines).startswith(f"p.txt: {number} rows without ids for 3 articles")


def test_blank_line_is_an_empty_prediction():
    lines = f"{LINES['a1']}\n\n{LINES['a3']}\n"
    assert recalls("p.txt", lines) == {"p": pytest.approx(2 / 3)}


def test_row_without_an_id_among_others_is_refused():
    told = refusal("p.jsonl", jsonl([*ROWS[:2], {"prediction": "x"}]))
    assert told.startswith("p.jsonl:3: article: missing")
    told = refusal("p.jsonl", jsonl([{"prediction": "x"}, *ROWS[1:]]))
    assert told.startswith("p.jsonl:2: has an id, unlike the first row")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["question", "questions", "prediction", "response"])
@pytest.mark.parametrize("write", [jsonl, delimited, json.dumps])
def test_one_question_per_row_is_grouped_on_request(name, write):
    rows = [{"article": row["article"], name: row["question"]} for row in ONE_EACH]
    ends = {jsonl: "p.jsonl", delimited: "p.csv", json.dumps: "p.json"}
    assert "--group-by article" in refusal(ends[write], write(rows))
    found = recalls(ends[write], write(rows), group_by="article")
    assert found == {"p": pytest.approx(1)}


@pytest.mark.parametrize(("ids", "groups"), [("ab", False), ("aa", True)])
def test_nested_id_groups_a_dataset_where_it_repeats(ids, groups, tmp_path):
    rows = [{"meta": {"id": name}, "text": "T.", "summary": ["S."]} for name in ids]
    file = str(write_rows(tmp_path / "d.jsonl", rows))
    assert groups_dataset(file, "meta.id", {"columns": {"id": "meta.id"}}) is groups


def test_group_by_id_leaves_a_dataset_with_unique_ids_alone():
    write_rows(
        Path("d.jsonl"), [{**row, "questions": "\n".join(row["questions"])} for row in ARTICLES]
    )
    rows = [{"id": row["article"], "question": row["question"]} for row in ONE_EACH]
    assert recalls("p.jsonl", jsonl(rows), group_by="id") == {"p": pytest.approx(1)}
    write_rows(
        Path("d.jsonl"),
        [
            {"id": row["id"], "text": row["text"], "questions": q}
            for row in ARTICLES
            for q in row["questions"]
        ],
    )
    assert recalls("p.jsonl", jsonl(rows), group_by="id") == {"p": pytest.approx(1)}


def test_wide_table_has_a_system_per_column():
    rows = [{"id": key, "bart": TEXTS[key], "t5/large": "Nothing?"} for key in IDS]
    told = refusal("p.csv", delimited(rows))
    assert "if each column is a system: --prediction-columns bart,t5/large" in told
    found = recalls("p.csv", delimited(rows), prediction_columns=["bart", "t5/large"])
    assert found["bart"] == pytest.approx(1)
    assert found["t5-large"] < 0.5
    assert recalls("p.csv", delimited(rows), prediction_columns=["bart"]) == {"p": pytest.approx(1)}


@pytest.mark.slow
@pytest.mark.parametrize("column", ["system", "model"])
@pytest.mark.parametrize("write", [jsonl, delimited, json.dumps])
def test_long_table_has_the_systems_in_a_column(column, write):
    rows = [
        {"id": key, column: system, "prediction": text}
        for key in IDS
        for system, text in (("org/good", TEXTS[key]), ("bad", "Nothing?"))
    ]
    ends = {jsonl: "p.jsonl", delimited: "p.csv", json.dumps: "p.json"}
    found = recalls(ends[write], write(rows))
    assert found["org-good"] == pytest.approx(1)
    assert found["bad"] < 0.5
    assert any("rows of the system 'bad' of the column" in note for note in notes(ends[write]))


def test_column_of_systems_under_another_name_is_named_by_an_option():
    rows = [{**row, "filter": name} for row in SAMPLES for name in ("none", "strict")]
    assert "--prediction-columns system=filter" in refusal("s.jsonl", jsonl(rows))
    found = recalls("s.jsonl", jsonl(rows), prediction_columns={"system": "filter"})
    assert found == {"none": pytest.approx(1), "strict": pytest.approx(1)}


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (ROWS, "'id', 'prediction'"),
        ([{**row, "sys": None} for row in ROWS], "'id', 'prediction', 'sys'"),
        (["Why?"], "none"),
        ([], "none"),
    ],
)
def test_file_without_the_named_column_of_systems_is_refused(rows, columns):
    Path("ok.csv").write_text(delimited([{**row, "sys": "A"} for row in ROWS]))
    Path("q.jsonl").write_text(jsonl(rows))
    for files in (["q.jsonl"], ["ok.csv", "q.jsonl"]):
        with pytest.raises(ConfigError) as caught:
            planned_scores(files, "d.jsonl", task="questions", prediction_columns={"system": "sys"})
        assert str(caught.value) == (
            "q.jsonl: --prediction-columns system=sys: no row has a system in this column; the"
            f" columns are {columns}"
        )


@pytest.mark.parametrize("value", ["gpt", "You are helpful."])
def test_constant_system_column_is_one_system(value):
    rows = [{**row, "system": value} for row in ROWS]
    assert recalls("p.jsonl", jsonl(rows)) == {"p": pytest.approx(1)}


def test_one_question_per_row_and_system():
    rows = [{**row, "system": name} for row in ONE_EACH for name in ("x", "y")]
    found = recalls("p.jsonl", jsonl(rows), group_by="article")
    assert found == {"x": pytest.approx(1), "y": pytest.approx(1)}


def test_missing_cells_of_named_columns_are_empty_predictions():
    rows = [{"id": key, "mine": TEXTS[key] if key != "a2" else "nan"} for key in IDS]
    found = recalls("p.csv", delimited(rows), prediction_columns={"prediction": "mine"})
    assert found == {"p": pytest.approx(2 / 3)}


def test_several_lists_of_rows_are_refused_with_the_command():
    told = refusal("p.json", json.dumps({"dev": ROWS, "test": ROWS}))
    assert "several lists of rows, under the keys 'dev', 'test'" in told
    assert "jq '.dev'" in told


def test_rows_of_several_epochs_name_the_column_that_tells_them_apart():
    samples = [{**row, "epoch": epoch} for row in INSPECT["samples"] for epoch in (1, 2)]
    told = refusal("log.json", json.dumps({**INSPECT, "samples": samples}))
    assert "--prediction-columns system=epoch" in told
    found = recalls(
        "log.json",
        json.dumps({**INSPECT, "samples": samples}),
        prediction_columns={"system": "epoch"},
    )
    assert found == {"1": pytest.approx(1), "2": pytest.approx(1)}


def test_promptfoo_results_without_an_id_name_the_variables():
    rows = [{**row, "vars": {"slug": "x"}} for row in PROMPTFOO["results"]["results"]]
    told = refusal("o.json", json.dumps({"results": {"results": rows}}))
    assert "vars.id: missing; the variables are vars.slug" in told
    assert "--prediction-columns article=vars.NAME,prediction=response.output" in told


def test_several_responses_of_lm_eval_are_not_chosen_from():
    rows = [{**row, "filtered_resps": ["Why?", "Who?"]} for row in SAMPLES]
    assert "prediction=filtered_resps.0" in refusal("s.jsonl", jsonl(rows))


def test_position_outside_the_dataset_is_refused():
    told = refusal("s.jsonl", jsonl({**row, "doc_id": row["doc_id"] + 2} for row in BY_POSITION))
    assert "position 4, from 0, is not in the dataset, which has 3 articles" in told


@pytest.mark.parametrize("position", [-1, -3, True, False])
@pytest.mark.parametrize("row", range(3))
def test_position_that_is_no_count_from_0_is_refused(position, row):
    rows = [dict(row) for row in BY_POSITION]
    rows[row]["doc_id"] = position
    told = refusal("s.jsonl", jsonl(rows))
    assert told.startswith(f"s.jsonl:{row + 1}: doc_id: {position} is not a position")


def test_unknown_group_column_is_refused():
    rows = [{"id": row["article"], "question": row["question"]} for row in ONE_EACH]
    told = refusal("p.jsonl", jsonl(rows), group_by="artcle")
    assert told.startswith("--group-by artcle: neither the dataset nor a file of predictions has")


def test_failed_rows_of_harnesses_stay_failures():
    rows = [*BATCH[:2], {"custom_id": "a3", "response": None, "error": {"code": "timeout"}}]
    Path("b.jsonl").write_text(jsonl(rows))
    run = score_files("b.jsonl", "d.jsonl", task="questions", progress=False)
    assert run.results.tasks["questions"].models["b"].failed == 1


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (delimited(ROWS).encode("utf-16"), "iconv -f UTF-16 -t UTF-8"),
        ('"Où?"'.encode("cp1252"), "iconv -f WINDOWS-1252"),
    ],
)
@pytest.mark.parametrize("file", ["p.csv", "p.txt", "p.json"])
def test_other_encoding_is_refused_with_the_command(file, content, remedy):
    assert remedy in refusal(file, content)


@pytest.mark.parametrize(
    ("file", "content", "start"),
    [
        ("p.json", json.dumps([*ROWS[:1], {"id": "a2", "items": [1]}]), "p.json: row 2: items.0"),
        ("p.json", json.dumps({"data": [*ROWS[:1], {"id": "a2", "raw": 1}]}), "p.json: row 2: raw"),
        ("p.json", json.dumps([*ROWS[:1], {"id": 1.5, "raw": ""}]), "p.json: row 2: id: 1.5 is"),
    ],
)
def test_fault_in_an_array_has_its_row_number(file, content, start):
    assert refusal(file, content).startswith(start)


def test_nearest_column():
    assert nearest(["id", "predicted_summary"], ["prediction", "summary"]) == "predicted_summary"
    assert nearest(["predictions"], ["prediction"]) == "predictions"
    assert nearest(["x", "y"], ["prediction"]) is None
