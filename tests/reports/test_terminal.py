from __future__ import annotations

import io
import json
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from bench.article import Article
from bench.comparison.findings import Comparison, ScoreComparison, Standing
from bench.data.audit import Audit, Finding
from bench.metrics.alignment import align
from bench.metrics.list_scores import Scores
from bench.metrics.token_similarity import RougeLSimilarity
from bench.reports.alignment import alignment_view
from bench.reports.render import render, view_of
from bench.reports.terminal import plain_text, printable
from bench.runs.alignment import AlignedItems, Alignments
from bench.runs.judges.shown import Disagreement, Disagreements, ItemRating
from bench.runs.leaderboard import Leaderboard, ranked
from bench.runs.results import DatasetFacts, MetricFacts, ModelResult, Results, Score, TaskResult
from bench.runs.sample_curve import SampleCurve
from bench.runs.worst import Worst, WorstArticle, WorstArticles
from bench.stats import Sample
from bench.tasks import TASKS


@given(st.text())
def test_nothing_that_steers_a_terminal_is_printed(text):
    left = {c for c in printable(text) if unicodedata.category(c)[0] == "C"}
    assert left <= {"\u200c", "\u200d"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("abc\u202edef", "abc\\u202edef"),
        ("a\rb\x9b2J\u2028c", "a\\rb\\x9b2J\\u2028c"),
        ("\u2066a\u2069\u061c\u200e", "\\u2066a\\u2069\\u061c\\u200e"),
        ("le\u200bad le\u200dad\ufeff", "le\\u200bad le\\u200dad\\ufeff"),
        ("x\U000e0041\U000e01ef\u3164\ud800", "x\\U000e0041\\U000e01ef\\u3164\\ud800"),
        ("❤\u200d\u200c\u200d❤", "❤\\u200d\\u200c\\u200d❤"),
        ("“naïve” – 東京 ❤ می\u200cخواهم", "“naïve” – 東京 ❤ می\u200cخواهم"),
    ],
)
def test_control_and_direction_characters_are_made_visible(text, shown):
    assert printable(text) == shown


def test_remarks_on_a_comparison_steer_no_terminal():
    standing = Standing("\x1b[2J", "model", 3, 1, "\x1b[31m", 0.5, None, None)
    one = ScoreComparison("summary", "\x1b]0;x", True, 3, 1, (standing,), ())
    shown = render(Comparison(0.95, 1000, 0, None, 0, (one,)), "table")
    assert "failed on 1 article (" in shown
    assert "\x1b" not in shown


def plain(renderable, width=100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, markup=False, emoji=False).print(renderable)
    return out.getvalue()


def result(role: str, mean: float | None, **counts: int) -> ModelResult:
    scores = {} if mean is None else {"set_rougeL.f1": Score(mean=mean)}
    filled = {"articles": 3, "failed": 0, "empty": 0, "truncated": 0, **counts}
    return ModelResult(role=role, scores=scores, **filled)


@pytest.fixture
def results() -> Results:
    models = {
        "b": result("model", 0.25),
        "a": result("model", 0.25),
        "best": result("model", 0.5, failed=1, truncated=2),
        "zero": result("floor", 0.0),
        "gone": result("model", None, failed=3),
    }
    task = TaskResult(primary="set_rougeL.f1", articles=3, left_out=1, items=16, models=models)
    metric = MetricFacts(signature="s", higher_is_better=True, range=(0, 1))
    return Results(
        on_error="skip",
        confidence=0.95,
        resamples=10_000,
        dataset=DatasetFacts(name="d", fingerprint="sha256:0", articles=4),
        metrics={"set_rougeL": metric},
        tasks={"questions": task},
    )


def test_best_first_ties_by_name_unscored_last(results):
    assert [name for name, _ in ranked(results, "questions")] == ["best", "a", "b", "zero", "gone"]


def test_lower_score_can_be_the_better_one(results):
    lower = MetricFacts(signature="s", higher_is_better=False, range=(0, 1))
    flipped = results.model_copy(update={"metrics": {"set_rougeL": lower}})
    assert ranked(flipped, "questions")[0][0] == "zero"


def test_counts_beside_the_scores_are_said(results):
    text = plain(view_of(Leaderboard(results)))
    assert "best: 1 failed, 2 truncated (input or output) of 3 (failed: skip)" in text
    assert "1 article without references skipped." in text
    assert "no intervals" not in text


def with_model(results: Results, **changed: object) -> Results:
    task = results.tasks["questions"]
    best = task.models["best"].model_copy(update=changed)
    models = {**task.models, "best": best}
    return results.model_copy(
        update={"tasks": {"questions": task.model_copy(update={"models": models})}}
    )


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        ((2, 0), "best: 1 failed, 2 with truncated input of 3"),
        ((0, 2), "best: 1 failed, 2 with truncated output of 3"),
        ((1, 2), "best: 1 failed, 1 with truncated input, 2 with truncated output of 3"),
    ],
)
def test_truncated_input_and_output_are_told_apart(results, cut, told):
    changed = with_model(results, truncated_input=cut[0], truncated_output=cut[1])
    assert told in plain(view_of(Leaderboard(changed)))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(2.0, "written at 600 a second"), (800.0, "written at 1.5 a second"), (None, "written\n")],
)
def test_tokens_a_second_are_shown_where_times_are_known(results, seconds, told):
    timed = with_model(results, tokens_in=7, tokens_out=1_200, seconds=seconds)
    board = Leaderboard(timed)
    assert f"best: 7 tokens read, 1,200 {told}" in plain(view_of(board))
    found = json.loads(render(board, "json"))["tasks"]["questions"]["models"]["best"]
    assert found.get("tokens_per_second") == (None if seconds is None else 1_200 / seconds)
    assert "seconds" not in found


def test_position_between_floor_and_ceiling_is_shown_where_both_exist(results):
    assert "ceiling 1" not in plain(view_of(Leaderboard(results)))
    task = results.tasks["questions"]
    halfway = Score(mean=0.5, position=0.75)
    best = task.models["best"].model_copy(update={"scores": {"set_rougeL.f1": halfway}})
    placed = task.model_copy(update={"models": {**task.models, "best": best}})
    text = plain(view_of(Leaderboard(results.model_copy(update={"tasks": {"questions": placed}}))))
    assert "ceiling 1" in text
    assert "0.75" in text


def test_alignment_shows_matches_misses_extras_and_repeats():
    references = ["Who paid?", "Why did it fall?", "When [bold]will\x1b it end?"]
    predictions = ["Why did it fall?", "Why did it fall?"]
    alignment = align(predictions, references, RougeLSimilarity())
    text = plain(alignment_view(predictions, references, alignment, "question"))
    assert "1.00 matched" in text
    assert "repeats 1, 1.00" in text
    assert "unmatched" in text
    assert "When [bold]will\\x1b it end?" in text
    assert "3 questions on the page: 1 matched" in text


BAD = "\x1b[31mred\u202e\x07"


@pytest.mark.parametrize(
    "result",
    [
        Disagreements((Disagreement(*["questions", *[BAD] * 6], 1.0, 0.0, BAD),), 1),
        WorstArticles(
            (
                Worst(
                    "questions",
                    BAD,
                    True,
                    BAD,
                    1,
                    {BAD: 1},
                    {BAD: [0.5]},
                    (WorstArticle(BAD, 0.5, {BAD: 0.5}, {}, BAD),),
                ),
            )
        ),
        Alignments(
            (
                AlignedItems(
                    BAD,
                    TASKS["questions"],
                    Article(id=BAD, title=BAD, text="", questions=[BAD]),
                    (BAD, BAD),
                    align([BAD, BAD], [BAD], RougeLSimilarity()),
                    note=BAD,
                    similarity=BAD,
                    ratings=(ItemRating(0, BAD, BAD, 1.0, BAD, is_person=True),),
                ),
            ),
            (SampleCurve(BAD, "questions", BAD, (0.1, 0.2), (0.1, 0.0)),),
        ),
        Scores({BAD: Sample(np.ones(3))}, range(4), known={BAD: np.arange(4) > 0}),
        Audit(BAD, "0" * 12, 1, {BAD: 1}, None, {}, (Finding("error", BAD, 1, BAD, (BAD,)),)),
    ],
    ids=lambda result: type(result).__name__,
)
@pytest.mark.parametrize("width", [10, 100])
def test_text_of_a_run_steers_no_terminal(result, width):
    shown = plain(view_of(result), width)
    assert "\\x1b" in shown.replace("\n", "")
    assert not {"\x1b", "\u202e", "\x07"} & {*shown}


COMMANDS = [
    "::error::x",
    " ::set-output name=a::b",
    "a ::warning file=b::c",
    "##[group]x",
    "a##vso[task.x]",
]


@pytest.mark.parametrize("text", COMMANDS)
def test_commands_to_a_ci_service_are_shown_and_not_obeyed(text):
    command = re.compile(r"(^|\s)::[a-z]|##\[|##vso\[", re.IGNORECASE)
    assert command.search(text)
    for shown in (printable(text), plain_text(text), plain_text(Text(f"a {text}"), width=4)):
        assert not any(
            re.match(r"::[a-z]|.*##(\[|vso\[)", line.strip()) for line in shown.split("\n")
        )
    assert not command.search(printable(text))


@pytest.mark.parametrize("text", ["std::vector", "a::b", "12::30", "C#", "## Heading", ":: ", "::"])
def test_other_colons_and_hashes_are_shown_as_they_are(text):
    assert printable(text) == text
