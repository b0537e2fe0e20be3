"""Runs over text that a tokenizer cannot read: refused, failed or noted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.errors import DataError, RunFailedError
from bench.runs.config_file import ConfigFile
from bench.runs.plan import make_plan
from bench.runs.results import ModelResult
from bench.runs.run import execute
from tests.conftest import write_rows

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

ENGLISH = ["Why did NATO grow in 2024?", "How many members has NATO, 32?"]
RUSSIAN = ["Почему NATO выросло в 2024?", "Сколько стран в NATO 32?"]
UNRELATED = ["Кто ненавидит NATO в 2024?", "Где живут NATO 32?"]
MIXED = ["Как Tim Cook из Apple обошёл Google?"]
CHINESE = ["为什么面包的价格上涨了这么多？", "谁付钱？"]
GERMAN = ["Wie hoch ist die Gebühr?", "Wer zahlt für die Brötchen?"]


class Told:
    def __init__(self) -> None:
        self.events: list[str] = []

    def start(self, label: str, articles: int, done: int) -> None: ...
    def advance(self, articles: int) -> None: ...
    def tell(self, event: str) -> None:
        self.events.append(event)


def score(
    references: list[list[str]],
    *systems: list[list[str]],
    metrics: str = "[set_rougeL, chrf]",
    extra: str = "",
    told: Told | None = None,
    **fields: Any,
) -> list[ModelResult]:
    """The results of systems s0, s1, ..., each with a list an article."""
    rows = [{"id": f"a{i}", "questions": items, **fields} for i, items in enumerate(references)]
    write_rows(Path("d.jsonl"), rows)
    names = [f"s{i}" for i in range(len(systems))]
    for name, lists in zip(names, systems, strict=True):
        written = [{"article": f"a{i}", "items": items} for i, items in enumerate(lists)]
        write_rows(Path(f"{name}.jsonl"), written)
    models = ", ".join(f"{{use: recorded, name: {n}, file: {n}.jsonl}}" for n in names)
    config = f"name: c\ndataset: d.jsonl\ntasks: [questions]\nmodels: [{models}]\n"
    Path("c.yaml").write_text(f"{config}metrics: {metrics}\n{extra}", encoding="utf-8")
    file = ConfigFile(Path("c.yaml"))
    results = execute(make_plan(file.config, file), Path("out"), told or Told())
    found = results.tasks["questions"].models
    return [found[name] for name in names]


def notes() -> list[str]:
    record: dict[str, list[str]] = json.loads(Path("out/run.json").read_bytes())
    return [note for note in record["notes"] if "lists have letters" in note]


@pytest.mark.parametrize(
    ("references", "metrics"),
    [
        (RUSSIAN, "[set_rougeL]"),
        (RUSSIAN, "[chrf, {use: rouge, n: 1}]"),
        (RUSSIAN, "[jaccard, token_f1]"),
        (RUSSIAN, "[{use: set, similarity: jaccard}]"),
        (RUSSIAN, "[distinct1]"),
        (CHINESE, "[bleu]"),
        (CHINESE, "[{use: sentence_bleu, tokenize: intl}]"),
        (CHINESE, "[set_bleu]"),
        (CHINESE, "[self_bleu]"),
    ],
)
def test_references_in_another_script_are_refused(references, metrics):
    with pytest.raises(
        DataError, match=r"d: article 'a1', questions: \d+% of the letters"
    ) as error:
        score([ENGLISH, references], [ENGLISH, references], metrics=metrics)
    assert ("`tokenizer: unicode`" in str(error.value)) is (references is RUSSIAN)
    assert ("`tokenize: zh`" in str(error.value)) is (references is CHINESE)
    assert not Path("out/results.json").exists()


@pytest.mark.parametrize(
    ("references", "metrics"),
    [
        (RUSSIAN, "[set_chrf, chrf, token_f1, exact_match, bleu]"),
        (RUSSIAN, "[{use: set, tokenizer: unicode}, {use: rougeL, tokenizer: unicode}]"),
        (CHINESE, "[{use: bleu, tokenize: zh}, {use: set, similarity: bleu, tokenize: char}]"),
        (CHINESE, "[{use: self_bleu, tokenize: char}, chrf]"),
    ],
)
def test_measures_that_read_the_script_score_it(references, metrics):
    (system,) = score([references], [references], metrics=metrics)
    assert system.failed == 0
    full = {n: s.mean for n, s in system.scores.items() if n not in ("self_bleu", "exact_match")}
    assert all(value == pytest.approx(1) or value > 99.9 for value in full.values())
    assert notes() == []


def test_second_lists_are_refused_where_they_are_scored_against():
    second = {"alternatives": [{"questions": RUSSIAN}]}
    assert score([ENGLISH], [ENGLISH], **second)[0].failed == 0
    with pytest.raises(DataError, match=r"'a0', questions: .*'Почему'"):
        score([ENGLISH], [ENGLISH], extra="references: best\n", **second)


def test_predictions_in_another_script_fail_for_that_model_alone():
    russian, english = score([ENGLISH] * 3, [ENGLISH, RUSSIAN, UNRELATED], [ENGLISH] * 3)
    assert (russian.failed, russian.articles, russian.empty) == (2, 3, 0)
    assert russian.scores["set_rougeL.f1"].mean == pytest.approx(1 / 3)
    assert russian.reason is not None
    assert russian.reason.startswith("'a1' for one: 77% of the letters (such as in 'Почему')")
    assert (english.failed, english.scores["set_rougeL.f1"].mean) == (0, 1)
    assert english.reason is None
    recorded = json.loads(Path("out/run.json").read_bytes())["notes"]
    assert f"questions: s0 failed on {russian.reason}" in recorded
    assert "reason" not in Path("out/results.json").read_text(encoding="utf-8")


def test_failures_of_tokenizing_are_treated_as_others_are():
    system = score([ENGLISH] * 2, [ENGLISH, RUSSIAN], extra="on_error: skip\n")[0]
    assert (system.failed, system.articles) == (1, 1)
    assert system.scores["set_rougeL.f1"].mean == 1
    with pytest.raises(RunFailedError, match="questions: s0 failed on 'a1' for one: 77%"):
        score([ENGLISH] * 2, [ENGLISH, RUSSIAN], extra="on_error: stop\n")


def test_chinese_predictions_fail_where_bleu_cannot_cut_them():
    chinese, english = score([ENGLISH], [CHINESE], [ENGLISH], metrics="[bleu]")
    assert (chinese.failed, english.failed) == (1, 0)
    (read,) = score([ENGLISH], [CHINESE], metrics="[{use: bleu, tokenize: char}, chrf]")
    assert (read.failed, read.articles) == (0, 1)


def test_unrelated_questions_are_no_match_for_the_latin_names_in_them():
    unrelated = ["Зачем Tim Cook хвалит Apple, Google?"]
    wrong, right = score([MIXED], [unrelated], [MIXED])
    assert (wrong.failed, right.failed) == (1, 0)
    assert wrong.scores["set_rougeL.f1"].mean == 0
    assert "differ only in letters that the tokenizer 'rouge-score' drops" in (wrong.reason or "")
    assert len(notes()) == 1
    (read,) = score([MIXED], [unrelated], extra="tokenizer: unicode\n")
    assert read.failed == 0
    assert 0 < read.scores["set_rougeL.f1"].mean < 0.8


def test_reference_of_a_false_match_may_be_a_second_list():
    second = {"alternatives": [{"questions": ["Зачем Tim Cook хвалит Apple, Google?"]}]}
    own = ["Где Tim Cook, Apple и Google?"]
    assert score([["Why?"]], [["Why?"]], extra="references: best\n", **second)[0].failed == 0
    assert score([["Why?"]], [own], extra="references: best\n", **second)[0].failed == 1
    assert score([["Why?"]], [own], **second)[0].failed == 0


def test_accented_text_is_scored_with_one_note():
    told = Told()
    (system,) = score([GERMAN] * 3, [GERMAN, ["Wie hoch ist die Geb hr?"], GERMAN], told=told)
    assert system.failed == 0
    (note,) = notes()
    assert note.startswith("3 of 3 lists have letters that their tokenizer does not keep")
    assert "'Gebühr'" in note
    assert "`tokenizer: unicode`" in note
    assert told.events == []
    score([GERMAN], [GERMAN], extra="tokenizer: unicode\n")
    assert notes() == []


def test_predictions_alone_are_noted_too():
    told = Told()
    score([ENGLISH] * 2, [ENGLISH, GERMAN], [GERMAN, GERMAN], told=told)
    (note,) = notes()
    assert note.startswith("predictions of s0: 1 of 2 lists have letters")
    assert told.events == [note]


def test_english_has_no_note():
    cafe = [*ENGLISH, "Who pays for the coffee, the bread and the butter of the café?"]
    score([cafe, ENGLISH], [ENGLISH, cafe])
    assert notes() == []


def test_known_language_is_noted_below_two_percent():
    few = ["Who pays for the coffee, the bread and the butter of the café in the old harbour?"]
    score([few], [ENGLISH], language="nl")
    assert notes()[0].startswith("1 of 1 lists have letters")
    score([ENGLISH], [few], language="nl")
    assert notes()[0].startswith("predictions of s0: 1 of 1 lists have letters")


def test_text_that_floors_copy_from_the_article_is_not_noted():
    text = "Gebühren für Brötchen steigen. Die Bäcker zögern."
    write_rows(Path("d.jsonl"), [{"id": "a", "text": text, "questions": ENGLISH}])
    config = "name: c\ndataset: d.jsonl\ntasks: [questions]\nmetrics: [rougeL]\n"
    Path("c.yaml").write_text(f"{config}models: [random-sentences]\n", encoding="utf-8")
    file = ConfigFile(Path("c.yaml"))
    execute(make_plan(file.config, file), Path("out"), Told())
    assert notes() == []


def test_results_do_not_depend_on_blocks():
    def run(extra: str) -> ModelResult:
        return score([ENGLISH] * 3, [RUSSIAN, GERMAN, UNRELATED], extra=extra)[0]

    whole, one_by_one = run(""), run("block_size: 1\n")
    assert whole == one_by_one
    assert (whole.reason or "").startswith("'a0' for one")
