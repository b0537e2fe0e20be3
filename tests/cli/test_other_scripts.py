"""Text in other scripts on the command line: exit codes, reasons and remedies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import write_rows

ENGLISH = ["Why did NATO grow in 2024?", "How many members has NATO, 32?"]
RUSSIAN = ["Почему NATO выросло в 2024?", "Сколько стран в NATO 32?"]
CHINESE = ["为什么面包的价格上涨了这么多？", "谁付钱？"]


def articles(*lists: list[str]) -> str:
    rows = [{"id": f"a{i}", "questions": items} for i, items in enumerate(lists)]
    write_rows(Path("d.jsonl"), rows)
    return "d.jsonl"


def predictions(*lists: list[str]) -> str:
    rows = [{"article": f"a{i}", "items": items} for i, items in enumerate(lists)]
    write_rows(Path("p.jsonl"), rows)
    return "p.jsonl"


def test_run_says_which_predictions_could_not_be_read_and_fails(bench):
    dataset, file = articles(ENGLISH, ENGLISH), predictions(ENGLISH, RUSSIAN)
    Path("c.yaml").write_text(
        f"name: c\ndataset: {dataset}\ntasks: [questions]\n"
        f"models: [{{use: recorded, name: mine, file: {file}}}]\n"
    )
    done = bench("run", "c.yaml")
    assert done.returncode == 4
    assert (
        "mine failed on 1 of 2 articles (questions), 'a1' for one: 77% of the letters (such as in"
        " 'Почему') are lost to the tokenizer 'rouge-score'"
    ) in done.stderr
    assert "`tokenizer: unicode`" in done.stderr
    Path("c.yaml").write_text(Path("c.yaml").read_text() + "tokenizer: unicode\n")
    assert bench("run", "c.yaml", "-o", "read").returncode == 0


def test_score_refuses_references_and_reads_them_with_the_remedy(bench):
    score = ["score", predictions(RUSSIAN), "-d", articles(RUSSIAN), "-t", "questions"]
    refused = bench(*score)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "d: article 'a0', questions: 77% of the letters" in refused.stderr
    assert "--tokenizer unicode`" in refused.stderr
    done = bench(*score, "--tokenizer", "unicode", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    model = json.loads(done.stdout)["tasks"]["questions"]["models"]["p"]
    assert model["scores"]["set_rougeL.f1"]["mean"] == 1


@pytest.mark.slow
def test_score_counts_predictions_that_it_cannot_read(bench):
    file = predictions(ENGLISH, RUSSIAN)
    done = bench("score", file, "-d", articles(ENGLISH, ENGLISH), "-t", "questions", "-f", "json")
    model = json.loads(done.stdout)["tasks"]["questions"]["models"]["p"]
    assert (model["failed"], model["articles"]) == (1, 2)


def test_remedy_is_a_tokenizer_where_one_is_all_that_is_needed(bench):
    english = articles(ENGLISH, ENGLISH)
    score = ["-d", english, "-t", "questions"]
    unread = bench("score", predictions(RUSSIAN, RUSSIAN), *score).stderr.splitlines()[-1]
    assert "choose another tokenizer: set `tokenizer: unicode`" in unread
    assert "complete the file" not in unread
    both = bench("score", predictions(RUSSIAN), *score).stderr.splitlines()[-1]
    assert both.startswith("error: complete the file; choose another tokenizer: ")
    absent = bench("score", predictions(ENGLISH), *score).stderr.splitlines()[-1]
    assert absent.startswith("error: complete the file; or pass --on-error skip")


@pytest.mark.parametrize("tokenizer", ["rouge-score", "unicode", "squad"])
def test_emoji_alone_are_never_equal_to_others_and_are_counted(bench, tokenizer):
    score = ["score", predictions(["😀", "🎉🎉"]), "-d", articles(["😭", "🚢"]), "-t", "questions"]
    done = bench(*score, "--tokenizer", tokenizer, "--format", "json")
    scores = json.loads(done.stdout)["tasks"]["questions"]["models"]["p"]["scores"]
    assert {scores[name]["mean"] for name in ("rougeL.f1", "set_rougeL.f1", "exact_match")} == {0}
    assert (
        "questions: references without a letter or digit, which most metrics never match: 2 (e.g."
        in done.stderr
    )


def test_score_takes_metrics_with_parameters(bench):
    score = ["score", predictions(CHINESE), "-d", articles(CHINESE), "-t", "questions"]
    refused = bench(*score, "--metric", "bleu")
    assert refused.returncode == 2
    assert "`tokenize: zh`" in refused.stderr
    done = bench(*score, "--metric", "{use: bleu, tokenize: zh}", "--format", "json")
    scores = json.loads(done.stdout)["tasks"]["questions"]["models"]["p"]["scores"]
    assert scores["bleu"]["mean"] == pytest.approx(100)
    broken = bench(*score, "--metric", "{use: bleu")
    assert broken.returncode == 2
    assert "--metric {use: bleu: invalid YAML; write it as {use: bleu" in broken.stderr


@pytest.mark.parametrize(
    ("metrics", "references", "found"),
    [
        ("[set_rougeL]", RUSSIAN, [("questions.mostly_dropped", "error")]),
        ("[chrf]", RUSSIAN, []),
        ("[bleu]", RUSSIAN, []),
        ("[bleu]", CHINESE, [("questions.mostly_dropped", "error")]),
        ("[{use: bleu, tokenize: zh}]", CHINESE, []),
        ("[rougeL]", ["Wie hoch ist die Gebühr?"], [("questions.partly_dropped", "warning")]),
    ],
)
def test_validate_finds_what_a_run_would(bench, metrics, references, found):
    Path("c.yaml").write_text(
        f"name: c\ndataset: {articles(references)}\ntasks: [questions]\nmodels: [title-questions]\n"
        f"metrics: {metrics}\n"
    )
    done = bench("validate", "c.yaml", "--format", "json")
    codes = [(f["code"], f["severity"]) for f in json.loads(done.stdout)["findings"]]
    assert [code for code in codes if "dropped" in code[0]] == found
    assert done.returncode == (2 if ("questions.mostly_dropped", "error") in found else 0)
    assert ("error" in bench("run", "c.yaml", "-o", "out").stderr) is (done.returncode == 2)
