"""Tables to paste: the numbers of ``results.json``, marks that are true, LaTeX that compiles."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.comparison.combined import combine_runs
from bench.comparison.compare import compare
from bench.comparison.leaderboards import leaderboard_of
from bench.reports.escape import latex
from bench.reports.render import render
from bench.runs.leaderboard import Leaderboard, columns_of
from bench.runs.opening import finished_run
from bench.runs.results import DatasetFacts, MetricFacts, ModelResult, Results, Score, TaskResult
from tests.conftest import ROOT

BRIEFS = ROOT / "results" / "baseline-briefs"
HOSTILE = [
    r"\input{/etc/passwd}\end{document}",
    "[x] * & % $x^2$ #1 {} ~ _ ^^M ^^5c",
    "東京 مرحبا \u202egnp.exe ❤️ e\u0301 ąęģ ß",
    "--- '' ,, `` ?` !` << >> \"quoted\" | ſ",
    "=cmd()|'/C calc'!A0",
    "<img src=x onerror=alert(1)>\x1b]0;x\x07",
    "a\r\n\\\\\n%\u2028b",
]


@pytest.fixture(scope="module")
def briefs():
    return combine_runs([finished_run(BRIEFS)])


@pytest.fixture(scope="module")
def board(briefs):
    return leaderboard_of(briefs)


@pytest.fixture(scope="module")
def record():
    return json.loads((BRIEFS / "results.json").read_text(encoding="utf-8"))


def shown(record, task, names):
    """Of each model, what a table to three decimals says."""
    found = {}
    for model, result in record["tasks"][task]["models"].items():
        scores = [result["scores"][name] for name in names]
        found[model] = [
            tuple(f"{score[key]:.3f}" for key in ("mean", "low", "high")) for score in scores
        ]
    return found


NUMBERS = re.compile(r"-?\d+\.\d{3}")


def test_json_is_the_file(briefs, board):
    text = render(board, "json")
    assert text.encode() == (BRIEFS / "results.json").read_bytes()


def test_csv_has_every_number(briefs, board, record):
    rows = list(csv.DictReader(io.StringIO(render(board, "csv"))))
    told = {
        (r["task"], r["model"], r["score"]): {
            key: float(r[key]) if r[key] else None for key in ("mean", "low", "high", "position")
        }
        for r in rows
    }
    assert told == {
        (task, model, score): {key: value for key, value in values.items() if key != "conservative"}
        for task, result in record["tasks"].items()
        for model, facts in result["models"].items()
        for score, values in facts["scores"].items()
    }


def test_markdown_has_the_numbers_of_the_results(briefs, board, record):
    text = render(board, "markdown")
    for part, task in zip(text.split("### ")[1:], ("summary", "questions"), strict=True):
        lines = [line.split(" | ") for line in part.splitlines() if re.search(r"<sub>", line)]
        told = {
            cells[1].partition(" (*")[0].strip("| "): [
                tuple(NUMBERS.findall(cell)) for cell in cells[2:]
            ]
            for cells in lines
        }
        assert told == shown(record, task, columns_of(briefs.results, task))


def test_latex_has_the_numbers_of_the_results(briefs, board, record):
    text = render(board, "latex")
    for part, task in zip(text.split(r"\begin{table}")[1:], ("summary", "questions"), strict=True):
        body = part.split(r"\midrule", 1)[1].split(r"\bottomrule")[0].replace("\\midrule\n", "")
        lines = [line.removesuffix(r" \\").split(" & ") for line in body.strip().splitlines()]
        told = {
            means[1].partition(" (")[0]: [
                (*NUMBERS.findall(mean), *NUMBERS.findall(bounds))
                for mean, bounds in zip(means[2:], intervals[2:], strict=True)
            ]
            for means, intervals in zip(lines[::2], lines[1::2], strict=True)
        }
        assert told == shown(record, task, columns_of(briefs.results, task))


def test_latex_labels_are_those_of_the_tasks_and_unique(board):
    def labels(result):
        return re.findall(r"\\label\{(.*)\}", render(result, "latex"))

    assert labels(board) == ["tab:summary", "tab:questions"]
    several = compare([finished_run(BRIEFS)], tasks=["summary"], scores=["rouge1.f1", "rouge2.f1"])
    assert labels(several) == ["tab:summary", "tab:summary-2"]


def test_bold_is_the_best_and_a_dagger_who_is_not_shown_to_be_worse(briefs, board):
    text = render(board, "markdown")
    (recall,) = compare(
        [finished_run(BRIEFS)], tasks=["summary"], scores=["rougeLsum.recall"]
    ).scores
    column = {
        line.split(" | ")[1]: line.split(" | ")[3]
        for line in text.split("### ")[1].splitlines()
        if "<sub>" in line
    }
    best, *others = recall.standings
    assert column[best.label].startswith("**")
    for s in others:
        assert ("†" in column[s.label]) == (s.rank.best == 1)
    assert any("†" in cell for cell in column.values())
    assert not [label for label in column if "(*" in label and "**" in column[label]]


def test_ranks_are_those_of_compare_and_reference_models_stand_below(briefs, board):
    (alone,) = compare([finished_run(BRIEFS)], tasks=["summary"]).scores
    lines = render(board, "markdown").split("### ")[1].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if "<sub>" in line]
    ranks = [
        f"{s.rank.best}–{s.rank.worst}" if s.rank.best < s.rank.worst else str(s.rank.best)
        for s in alone.standings
    ]
    count = len(ranks)
    assert [row[:2] for row in rows[:count]] == [
        [rank, s.label] for rank, s in zip(ranks, alone.standings, strict=True)
    ]
    assert all("(*" in row[0] for row in rows[count:])


def test_one_article_has_neither_ranks_nor_intervals():
    single = combine_runs([finished_run(ROOT / "results" / "baseline")])
    text = render(leaderboard_of(single), "markdown")
    assert text.count("1 article: no intervals and no tests") == 2
    assert "| model | rougeLsum.f1 ↑ |" in text
    assert "<sub>" not in text
    assert "Rank" not in text


def hostile(names, intervals=True) -> Leaderboard:
    """One run, all of whose names are of that kind."""
    bounds = {"low": -0.1, "high": 0.3} if intervals else {}
    roles = ("model", "model", "floor", "ceiling")
    models = {
        f"{name}{number}": ModelResult(
            role=roles[number % 4],
            articles=3,
            failed=1,
            empty=0,
            truncated=0,
            scores={f"{names[0]}.f1": Score(mean=number / 10, **bounds)} if number != 1 else {},
        )
        for number, name in enumerate(names)
    }
    task = TaskResult(primary=f"{names[0]}.f1", articles=3, left_out=1, items=4, models=models)
    results = Results(
        on_error=names[-1],
        confidence=0.95,
        resamples=10_000,
        dataset=DatasetFacts(name=names[-1], fingerprint="sha256:0", articles=4),
        metrics={names[0]: MetricFacts(signature="s", higher_is_better=False, range=(0, 1))},
        tasks={"questions": task},
    )
    return Leaderboard(results)


names = st.lists(st.text(min_size=1) | st.sampled_from(HOSTILE), min_size=1, max_size=4)


@given(names, st.booleans())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@pytest.mark.parametrize("form", ["table", "markdown", "latex", "csv", "json", "html"])
def test_no_form_holds_characters_that_steer_or_hide(form, chosen, intervals):
    text = render(hostile(chosen, intervals), form)
    steering = {c for c in text if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"}
    assert steering <= {"\n", "\u200c", "\u200d"}


@pytest.fixture(scope="module")
def pdflatex():
    if shutil.which("pdflatex") is None:
        if os.environ.get("BENCH_LATEX") == "required":
            pytest.fail("BENCH_LATEX=required, but there is no pdflatex")
        pytest.skip("no pdflatex here")
    return ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]


def compiled(command, directory, preamble, body) -> str:
    lines = (r"\documentclass{article}", *preamble, r"\begin{document}", body, r"\end{document}")
    (directory / "paper.tex").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
    told = done.stdout.decode(errors="replace")
    assert done.returncode == 0, told[-2000:]
    return told


@pytest.mark.parametrize("fonts", [(), (r"\usepackage[T1]{fontenc}",)])
def test_latex_compiles_with_any_names(pdflatex, tmp_path, briefs, board, fonts):
    report = render(board, "latex")
    packages = [line.removeprefix("% ") for line in report.splitlines()[:2]]
    bare = "\n".join(render(hostile([name, *HOSTILE]), "latex") for name in HOSTILE)
    characters = [
        chr(code) for code in range(0x20, 0x3100) if unicodedata.category(chr(code)) != "Cs"
    ]
    rows = "\n\n".join(
        latex("".join(characters[at : at + 40])) for at in range(0, len(characters), 40)
    )
    told = compiled(pdflatex, tmp_path, [*packages, *fonts], report + bare + rows)
    assert "Missing character" not in told
    assert "Overfull" not in compiled(pdflatex, tmp_path, packages, report)
