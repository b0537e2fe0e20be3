"""`bench score`: what other programs wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.metrics.lists import score
from tests.conftest import write_rows


@pytest.fixture
def written(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"article": row["id"], "items": row["questions"][:2], "note": "x"} for row in rows[:5]]


def test_several_files_make_one_leaderboard_named_after_them(bench, articles, written, rows):
    write_rows(Path("mine.jsonl"), written)
    write_rows(Path("their s.jsonl"), [{**row, "items": []} for row in written])
    done = bench(
        *("score", "mine.jsonl", "their s.jsonl", "--dataset", articles),
        *("--task", "questions", "--format", "json"),
    )
    assert done.returncode == 0, done.stderr
    task = json.loads(done.stdout)["tasks"]["questions"]
    assert set(task["models"]) == {"mine", "their-s"}
    assert task["items"] is None
    mine = {name: s["mean"] for name, s in task["models"]["mine"]["scores"].items()}
    assert mine["set_rougeL.recall"] == pytest.approx(2 / 3)
    expected = score([row["items"] for row in written], [row["questions"] for row in rows[:5]])
    assert mine == pytest.approx(expected, abs=1e-12)
    assert task["models"]["their-s"]["empty"] == 5


def test_missing_and_unknown_articles_are_counted_and_said(bench, articles, written):
    rows = [*written[:3], {"article": "nobody", "items": []}]
    write_rows(Path("mine.jsonl"), rows)
    done = bench("score", "mine.jsonl", "-d", articles, "-t", "questions", "--format", "json")
    assert done.returncode == 4
    assert "1 of 4 rows skipped: not of an article in the dataset" in done.stderr
    assert "(the first: 'nobody' in line 4)" in done.stderr
    assert "3 of 6 articles without a row, counted as failed" in done.stderr
    assert "mine failed on 2 of 5 articles (questions), 'the-library' for one:" in done.stderr
    assert "--on-error skip" in done.stderr.splitlines()[-1]
    model = json.loads(done.stdout)["tasks"]["questions"]["models"]["mine"]
    assert (model["failed"], model["articles"]) == (2, 5)
    skipped = bench(
        *("score", "mine.jsonl", "-d", articles, "-t", "questions"),
        *("--format", "json", "--on-error", "skip"),
    )
    assert skipped.returncode == 0
    assert "note: mine failed on 2 of 5 articles" in skipped.stderr
    assert json.loads(skipped.stdout)["tasks"]["questions"]["models"]["mine"]["articles"] == 3


def test_every_file_that_matches_nothing_is_named_and_nothing_is_scored(bench, articles, written):
    write_rows(Path("a.jsonl"), [{**row, "article": f"docs/{row['article']}"} for row in written])
    write_rows(Path("b.jsonl"), [{**row, "article": f"{row['article']} "} for row in written])
    write_rows(Path("c.jsonl"), written)
    for policy in ("score-zero", "skip"):
        done = bench(
            *("score", "a.jsonl", "b.jsonl", "c.jsonl", "-d", articles, "-t", "questions"),
            *("--on-error", policy, "--output", "kept"),
        )
        assert (done.returncode, done.stdout) == (2, "")
        first, second = done.stderr.splitlines()
        assert first.startswith("error: a.jsonl: none of its 5 rows ")
        assert first.endswith('df["article"] = df["article"].str.removeprefix("docs/").')
        assert second.startswith("error: b.jsonl: none of its 5 rows ")
        assert not Path("kept").exists()


def test_integer_ids_score_alike_in_every_format(bench, rows):
    pandas = pytest.importorskip("pandas")
    numbered = [{**row, "id": number} for number, row in enumerate(rows[:2], start=1)]
    write_rows(Path("d.jsonl"), numbered)
    answers = pandas.DataFrame(
        {"article": [1, 2], "raw": [row["questions"][0] for row in numbered]}
    )
    answers.to_csv("csv.csv")
    answers.to_csv("tsv.tsv", sep="\t", encoding="utf-8-sig", lineterminator="\r\n")
    answers.to_json("json.json", orient="records")
    answers.to_json("lines.jsonl.gz", orient="records", lines=True)
    answers.astype({"article": "category"}).to_parquet("parquet.parquet")
    files = ["csv.csv", "tsv.tsv", "json.json", "lines.jsonl.gz", "parquet.parquet"]
    done = bench("score", *files, "-d", "d.jsonl", "-t", "questions", "-f", "json", "-o", "kept")
    assert done.returncode == 0, done.stderr
    models = json.loads(done.stdout)["tasks"]["questions"]["models"]
    assert len(models) == 5
    (scores,) = {json.dumps(model["scores"]) for model in models.values()}
    assert '"mean": 0.0' not in scores.partition("near_duplicates")[0]
    shown = bench("show", "kept", "--model", "csv", "--article", "2")
    assert "1.00 matched" in shown.stdout, shown.stderr


def test_null_answers_are_empty_and_not_failures(bench, articles, written):
    rows = [*written[:3], {"article": "the-library", "items": None}]
    file = write_rows(Path("mine.jsonl"), rows)
    file.write_text(file.read_text() + '{"article": "the-bakery", "raw": NaN}\n')
    done = bench("score", "mine.jsonl", "-d", articles, "-t", "questions", "--format", "json")
    assert done.returncode == 0, done.stderr
    model = json.loads(done.stdout)["tasks"]["questions"]["models"]["mine"]
    assert (model["empty"], model["failed"], model["articles"]) == (2, 0, 5)


def test_row_that_says_it_failed_is_a_failure(bench, articles, written):
    write_rows(Path("mine.jsonl"), [{**written[0], "status": "failed"}, *written[1:]])
    done = bench("score", "mine.jsonl", "-d", articles, "-t", "questions", "-o", "kept")
    assert done.returncode == 4
    assert (
        "mine failed on 1 of 5 articles (questions), 'the-harbour' for one: failed" in done.stderr
    )
    assert "mine" in done.stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "mine.jsonl:6: invalid json"),
        ('{"items": []}', "mine.jsonl:6: article: missing; a row needs one of"),
        ('{"article": "x"}', "mine.jsonl:6: items: missing; a row needs"),
        (
            '{"article": "x", "items": "Why?"}',
            "mine.jsonl:6: items must be a list of strings; put a",
        ),
        ('{"article": "x", "items": [1]}', "mine.jsonl:6: items.0: must be a string, not 1"),
        (
            '{"article": "the-harbour", "items": []}',
            "duplicate article 'the-harbour' (first on line 1)",
        ),
    ],
)
def test_row_that_cannot_be_used_is_named_and_nothing_is_scored(
    bench, articles, written, line, message
):
    file = write_rows(Path("mine.jsonl"), written)
    file.write_text(file.read_text() + line + "\n")
    done = bench("score", "mine.jsonl", "-d", articles, "-t", "questions")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_two_files_of_one_name_can_be_told_apart(bench, articles, written):
    for folder in ("a", "b"):
        Path(folder).mkdir()
        write_rows(Path(folder, "out.jsonl"), written)
    refused = bench("score", "a/out.jsonl", "b/out.jsonl", "-d", articles, "-t", "questions")
    assert "two files are called 'out'; name one of them: OTHER=a/out.jsonl" in refused.stderr
    named = bench("score", "a/out.jsonl", "new=b/out.jsonl", "-d", articles, "-t", "questions")
    assert named.returncode == 0
    assert "\nnew" in named.stdout


def test_options_reach_the_signatures(bench, articles, written):
    write_rows(Path("mine.jsonl"), written)
    done = bench(
        *("score", "mine.jsonl", "-d", articles, "-t", "questions", "--format", "json"),
        *("--no-stemmer", "--tokenizer", "unicode", "--metric", "set_rouge2", "--metric", "rougeL"),
    )
    metrics = json.loads(done.stdout)["metrics"]
    assert set(metrics) == {"set_rouge2", "rougeL"}
    assert all("tokenizer:unicode|stemmer:no" in m["signature"] for m in metrics.values())


def test_kept_run_can_be_shown(bench, articles, written):
    write_rows(Path("mine.jsonl"), written)
    bench("score", "mine.jsonl", "-d", articles, "-t", "questions", "-o", "kept")
    done = bench("show", "kept", "--model", "mine", "--article", "the-harbour")
    assert "1.00 matched" in done.stdout, done.stderr


def test_task_is_asked_for_where_it_could_be_either(bench, articles, written):
    write_rows(Path("mine.jsonl"), written)
    done = bench("score", "mine.jsonl", "-d", articles)
    assert done.returncode == 2
    assert "give the task of the items: --task summary or --task questions" in done.stderr


def test_raw_text_in_csv_scores_as_its_items_do(bench, articles, written):
    write_rows(Path("mine.jsonl"), written)
    lines = [f'{row["article"]},"1. {row["items"][0]}\n2. {row["items"][1]}"\n' for row in written]
    Path("raw.csv").write_text("article,raw\n" + "".join(lines), encoding="utf-8")
    done = bench("score", "mine.jsonl", "raw.csv", "-d", articles, "-t", "questions", "-f", "json")
    models = json.loads(done.stdout)["tasks"]["questions"]["models"]
    assert models["raw"]["scores"] == models["mine"]["scores"]


def test_predictions_of_a_run_can_be_scored_again(bench, articles, written):
    write_rows(Path("mine.jsonl"), written[:4])
    options = ("-d", articles, "-t", "questions", "--format", "json")
    first = bench("score", "mine.jsonl", *options, "-o", "kept")
    again = bench("score", "mine=kept/predictions/mine.questions.jsonl", *options)
    tasks = [json.loads(done.stdout)["tasks"]["questions"]["models"] for done in (first, again)]
    assert tasks[0]["mine"]["failed"] == tasks[1]["mine"]["failed"] == 1
    assert tasks[0]["mine"]["scores"] == tasks[1]["mine"]["scores"]


def test_help_says_what_a_file_may_be(bench):
    shown = bench("score", "--help").stdout
    assert all(word in shown for word in ("raw", "prediction", ".csv", ".parquet", "run directory"))


def names(run: str = "kept") -> list[str]:
    (task,) = json.loads(Path(run, "results.json").read_text())["tasks"].values()
    return sorted(task["models"])


@pytest.mark.slow
def test_systems_scored_earlier_stay_in_the_table_without_their_files(here, articles, written):
    options = ("-d", articles, "-t", "questions", "-o", "kept")
    write_rows(Path("mine.jsonl"), written)
    write_rows(Path("theirs.jsonl"), [{**row, "items": ["Why?"]} for row in written])
    assert here("score", "mine.jsonl", *options).returncode == 0
    first = json.loads(Path("kept/results.json").read_text())["tasks"]["questions"]["models"]
    Path("mine.jsonl").unlink()
    done = here("score", "theirs.jsonl", *options)
    assert done.returncode == 0, done.stderr
    assert "note: questions: kept from an earlier run: mine" in done.stderr
    assert "mine" in done.stdout
    assert names() == ["mine", "theirs"]
    both = json.loads(Path("kept/results.json").read_text())["tasks"]["questions"]["models"]
    assert both["mine"] == first["mine"]
    assert here("show", "kept", "-m", "mine").returncode == 0


def test_both_files_at_once_or_one_after_the_other_give_the_same_bytes(here, articles, written):
    write_rows(Path("a.jsonl"), written)
    write_rows(Path("b.jsonl"), [{**row, "items": []} for row in written])
    options = ("-d", articles, "-t", "questions")
    assert here("score", "a.jsonl", "b.jsonl", *options, "-o", "at-once").returncode == 0
    for file in ("b.jsonl", "a.jsonl"):
        assert here("score", file, *options, "-o", "kept").returncode == 0
    assert Path("kept/results.json").read_bytes() == Path("at-once/results.json").read_bytes()


def test_another_file_of_the_same_name_replaces_the_system_and_that_is_said(
    here, articles, written
):
    options = ("-d", articles, "-t", "questions", "-o", "kept")
    write_rows(Path("mine.jsonl"), written)
    write_rows(Path("theirs.jsonl"), written)
    assert here("score", "mine.jsonl", "theirs.jsonl", *options).returncode == 0
    again = here("score", "mine.jsonl", *options)
    assert "new version" not in again.stderr
    write_rows(Path("mine.jsonl"), [{**row, "items": []} for row in written])
    done = here("score", "mine.jsonl", *options)
    assert "note: questions: mine is a new version; it replaces the earlier one" in done.stderr
    models = json.loads(Path("kept/results.json").read_text())["tasks"]["questions"]["models"]
    assert (models["mine"]["empty"], models["theirs"]["empty"]) == (5, 0)


@pytest.mark.slow
@pytest.mark.parametrize("other", ["dataset", "task", "config"])
def test_directory_of_another_data_set_task_or_config_is_refused(
    here, articles, written, rows, other
):
    write_rows(Path("mine.jsonl"), written)
    write_rows(Path("few.jsonl"), rows[:3])
    score = ["score", "mine.jsonl", "-d", articles, "-o", "kept"]
    first = ["run", "-d", articles, "-m", "template", "-o", "kept"]
    done = here(*(first if other == "config" else [*score, "-t", "questions"]))
    assert done.returncode == 0, done.stderr
    before = Path("kept/results.json").read_bytes()
    again = ["score", "mine.jsonl", "-d", "few.jsonl"] if other == "dataset" else score[:4]
    task = "summary" if other == "task" else "questions"
    done = here(*again, "-t", task, "-o", "kept")
    assert done.returncode == 2
    assert "error: kept: belongs to another run: config " in done.stderr
    assert "--overwrite" in done.stderr
    assert Path("kept/results.json").read_bytes() == before
    done = here(*again, "-t", task, "-o", "kept", "--overwrite", "--on-error", "skip")
    assert done.returncode == 0, done.stderr
    assert names() == ["mine"]


def test_edited_text_changes_nothing_of_what_a_program_wrote(here, articles, written, rows):
    options = ("-d", articles, "-t", "questions", "-o", "kept")
    write_rows(Path("mine.jsonl"), written)
    write_rows(Path("theirs.jsonl"), written)
    assert here("score", "mine.jsonl", *options).returncode == 0
    rows[0]["text"] += " A last word."
    write_rows(articles, rows)
    done = here("score", "theirs.jsonl", *options)
    assert "the dataset has changed since the last run: 1 of 5 articles" in done.stderr
    assert names() == ["mine", "theirs"]
