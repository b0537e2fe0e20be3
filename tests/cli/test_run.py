"""`bench run` and `bench show` as a user meets them."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rouge_score.rouge_scorer import RougeScorer
from scipy.optimize import linear_sum_assignment

from tests.conftest import ROOT, write_rows

SLOW = "tests.runs.models_of_tests:Slow"


@pytest.fixture(scope="module")
def default_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess]:
    """`bench run` without arguments, in an empty directory."""
    directory = tmp_path_factory.mktemp("default")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bench", "run"],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    return directory / "results" / "default", done


def stored(run: Path, name: str) -> dict[str, dict]:
    lines = (run / "predictions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["article"]: row for row in map(json.loads, lines)}


def test_run_without_arguments_shows_leaderboards_and_the_next_command(default_run):
    run, done = default_run
    assert done.returncode == 0, done.stderr
    assert "summary · nextfin · 1 article · 4 bullets asked for" in done.stdout
    assert "questions · nextfin · 1 article · 16 questions asked for" in done.stdout
    assert done.stdout.count("1 article: no intervals") == 2
    assert "note: other-article: skipped: it needs a second article" in done.stderr
    assert "bench show results/default --model template --task questions" in done.stderr
    assert {path.name for path in run.iterdir()} >= {
        "run.json",
        "predictions",
        "scores.parquet",
        "results.json",
    }


def test_leaderboard_is_sorted_and_marks_floors_and_ceilings(default_run):
    _, done = default_run
    table = re.split("Not shown|1 article: no intervals", done.stdout)[0].splitlines()[4:]
    scores = [float(re.findall(r"\d\.\d{3}", line)[0]) for line in table if line.strip()]
    assert all(higher >= lower for higher, lower in pairwise(scores))
    assert sum("floor" in line for line in table) == 2
    assert sum("ceiling" in line for line in table) == 1


@pytest.mark.slow
def test_every_score_can_be_recomputed_from_the_prediction_files(default_run):
    """With ``rouge-score`` and ``scipy`` alone, by none of our code."""
    run, _ = default_run
    results = json.loads((run / "results.json").read_text())
    page = ROOT / "datasets" / "nextfin" / "test.jsonl"
    (article,) = map(json.loads, page.read_text(encoding="utf-8").splitlines())
    names = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    scorer = RougeScorer(names, use_stemmer=True)
    checked = 0
    for task, result in results["tasks"].items():
        references = article[task]
        for model, scored in result["models"].items():
            items = stored(run, f"{model}.{task}")[article["id"]]["items"]
            ours = {name: score["mean"] for name, score in scored["scores"].items()}
            joined = scorer.score("\n".join(references), "\n".join(items))
            for name in names:
                assert joined[name].precision == pytest.approx(ours[f"{name}.precision"], abs=1e-12)
                assert joined[name].recall == pytest.approx(ours[f"{name}.recall"], abs=1e-12)
                assert joined[name].fmeasure == pytest.approx(ours[f"{name}.f1"], abs=1e-12)
            s = np.array(
                [[scorer.score(r, p)["rougeL"].fmeasure for r in references] for p in items]
            )
            total = s[linear_sum_assignment(s, maximize=True)].sum()
            assert total / len(items) == pytest.approx(ours["set_rougeL.precision"], abs=1e-12)
            assert total / len(references) == pytest.approx(ours["set_rougeL.recall"], abs=1e-12)
            best = s.max(axis=1).mean(), s.max(axis=0).mean()
            assert best[0] == pytest.approx(ours["greedy_rougeL.precision"], abs=1e-12)
            assert best[1] == pytest.approx(ours["greedy_rougeL.recall"], abs=1e-12)
            checked += 1
    assert checked == 13


def test_baseline_in_the_repository_is_what_the_default_run_gives(default_run):
    run, _ = default_run
    baseline = ROOT / "results" / "baseline" / "results.json"
    assert (run / "results.json").read_text() == baseline.read_text()


@pytest.mark.slow
def test_second_run_finds_everything_done_and_gives_the_same_bytes(bench, bench_process, articles):
    command = ["run", "-d", articles, "-m", "lead", "-m", "template", "-o", "out"]
    assert bench(*command).returncode == 0
    first = Path("out/results.json").read_bytes()
    kept = Path("out/predictions/lead.summary.jsonl").read_bytes()
    assert bench_process(*command, PYTHONHASHSEED="7").returncode == 0
    assert Path("out/results.json").read_bytes() == first
    assert Path("out/predictions/lead.summary.jsonl").read_bytes() == kept


@pytest.mark.slow
def test_killed_as_it_writes_it_goes_on_and_ends_with_the_same_bytes(bench, articles, tmp_path):
    """Of what comes after the articles, tests/runs/test_seal.py tries every moment."""
    slow = f"{{use: '{SLOW}', name: slow, seconds: 0.2, log: asked.txt}}"
    (tmp_path / "slow.yaml").write_text(
        f"name: slow\ndataset: {articles}\nbatch_size: 1\nmetrics: [rouge1]\n"
        f"models: [random-sentences, {slow}]\n"
    )
    dice = random.Random(0)
    command = [sys.executable, "-m", "bench", "run", "slow.yaml", "-o", "hasty"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    asked = Path("asked.txt")
    kills = (1, 8)
    for times in kills:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not asked.exists() or len(asked.read_text().splitlines()) < times:
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.2))  # as the answer is written, or during the next one
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert bench("run", "slow.yaml", "-o", "hasty").returncode == 0
    answers = 6 + 5  # six summaries and five times questions
    assert answers <= len(asked.read_text().splitlines()) <= answers + len(kills)
    calm = bench("run", "slow.yaml", "-o", "calm")
    assert calm.returncode == 0, calm.stderr
    assert Path("hasty/results.json").read_bytes() == Path("calm/results.json").read_bytes()
    written = Path("hasty/predictions/slow.summary.jsonl").read_text().splitlines()
    assert len(written) == len({json.loads(line)["article"] for line in written}) == 6


@pytest.mark.slow
def test_interrupted_it_says_how_to_go_on(articles, tmp_path):
    (tmp_path / "slow.yaml").write_text(
        f"name: slow\ndataset: {articles}\nbatch_size: 1\n"
        f"models:\n  - {{use: '{SLOW}', name: slow, seconds: 2, log: asked.txt}}\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", "run", "slow.yaml"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stderr=subprocess.PIPE,
        text=True,
        # A suite that runs in the background is deaf to the signal, and so would its children be.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    while not Path("asked.txt").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=300)
    assert process.returncode == 130
    assert re.fullmatch(r"summary: slow: [01] of 6 articles done", error.splitlines()[-2])
    assert error.splitlines()[-1] == (
        "stopped; finished articles are kept in results/slow; the same command continues the run"
    )


@pytest.mark.slow
def test_two_runs_into_one_directory_the_second_is_refused(bench, articles, tmp_path):
    (tmp_path / "slow.yaml").write_text(
        f"name: slow\ndataset: {articles}\nmodels:\n  - {{use: '{SLOW}', seconds: 60}}\n"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "bench", "run", "slow.yaml"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stderr=subprocess.DEVNULL,
    ) as first:
        while not Path("results/slow/.lock").exists():
            assert first.poll() is None
            time.sleep(0.02)
        second = bench("run", "slow.yaml")
        first.kill()
    assert second.returncode == 2
    assert "error: results/slow: another run is writing there" in second.stderr


@pytest.mark.slow
def test_failing_model_costs_exit_4_and_not_the_others(bench, articles):
    fragile = "tests.runs.models_of_tests:Fragile"
    done = bench("run", "-d", articles, "-m", "lead", "-m", fragile, "-t", "summary")
    assert done.returncode == 4
    assert "Fragile: 1 failed of 6 (failed: score-zero)" in done.stdout
    reason = "Fragile failed on 1 of 6 articles (summary), 'the-orchard' for one: RuntimeError: no"
    assert reason in done.stderr
    assert "lead" in done.stdout


@pytest.mark.slow
def test_model_may_lie_where_the_command_is_typed(python, articles):
    Path("mymodel.py").write_text(
        "class First:\n"
        "    tasks = ('summary',)\n\n"
        "    def predict(self, articles, task):\n"
        "        for article in articles:\n"
        "            yield [article.title]\n"
    )
    command = ("-P", "-m", "bench", "run", "-d", articles, "-m", "mymodel:First", "-o", "out")
    done = python(*command, PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    assert stored(Path("out"), "First.summary")["the-harbour"]["items"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "-m", "leed"], "unknown model 'leed'; did you mean 'lead'?"),
        (["run", "-t", "sumary"], "unknown task 'sumary'; did you mean 'summary'?"),
        (["run", "-d", "nextfn"], "unknown dataset 'nextfn'; did you mean 'nextfin'?"),
        (["run", "defualt"], "unknown config 'defualt'; did you mean 'default'?"),
        (["run", "--on-error", "skipp"], "unknown on_error 'skipp'; did you mean 'skip'?"),
        (["show", "nowhere"], "nowhere: no such run"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(bench, arguments, words):
    done = bench(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not Path("results").exists()


def test_metrics_beyond_the_standard_have_columns_of_their_own(bench, articles):
    Path("mine.yaml").write_text(
        f"name: mine\ndataset: {articles}\nmodels: [lead]\n"
        "metrics: [rougeLsum, set_chrf, novel2, rouge1]\n"
    )
    head = bench("run", "mine.yaml", "-t", "summary").stdout.split("\nmodel")[0]
    assert "chrf" in head
    assert "novel2" in bench("show", "results/mine").stdout


def test_json_goes_to_standard_output_alone(bench, articles):
    done = bench("run", "-d", articles, "-m", "lead", "-o", "out", "--format", "json")
    assert json.loads(done.stdout) == json.loads(Path("out/results.json").read_text())


def test_show_prints_the_leaderboards_again(default_run, bench):
    run, done = default_run
    assert bench("show", run).stdout == done.stdout
    one = bench("show", run, "--task", "summary", "--format", "json")
    assert list(json.loads(one.stdout)["tasks"]) == ["summary"]


def test_show_prints_an_alignment_in_plain_text(default_run, bench):
    run, _ = default_run
    done = bench("show", run, "--model", "template")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("page ") >= 16
    assert "16 questions on the page: " in done.stdout
    assert "\x1b" not in done.stdout
    coloured = bench("show", run, "--model", "template", FORCE_COLOR="1", TERM="xterm")
    assert "\x1b[" in coloured.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "templat"], "unknown model of this run 'templat'; did you mean 'template'?"),
        (["--model", "lead", "--article", "x"], "unknown article with summary 'x'; available: "),
        (["--task", "quiz"], "unknown task of this run 'quiz'; available: questions, summary"),
    ],
)
def test_show_names_what_it_cannot_find(default_run, bench, arguments, words):
    done = bench("show", default_run[0], *arguments)
    assert (done.returncode, words in done.stderr) == (2, True)


def test_show_takes_the_references_of_then_where_articles_have_changed(bench, articles):
    bench("run", "-d", articles, "-m", "lead", "-o", "out")
    articles.write_text(articles.read_text().replace("Friday", "Monday"))
    done = bench("show", "out", "--model", "lead")
    assert (done.returncode, "Critics wanted it kept public." in done.stdout) == (0, True)
    assert "has changed since the run" in done.stderr
    done = bench("show", "out", "--model", "lead", "--dataset", articles)
    assert done.returncode == 2
    assert "has changed since the run" in done.stderr


def test_show_compares_with_the_runs_own_tokenizer(bench, rows):
    for row in rows:
        row["summary"] = ["市は港を売った。"]
        row["text"] = "市は港を売った。"
    articles = write_rows(Path("kana.jsonl"), rows)
    Path("mine.yaml").write_text(
        f"name: mine\ndataset: {articles}\nmodels: [lead]\ntokenizer: unicode\n"
    )
    bench("run", "mine.yaml", "-t", "summary")
    assert "1.00 matched" in bench("show", "results/mine", "--model", "lead").stdout


def test_progress_is_a_line_where_there_is_no_terminal(capsys, monkeypatch):
    from bench.reports import progress

    monkeypatch.setattr(progress, "_PATIENCE", -1.0)
    with progress.progress_bars() as bars:
        bars.start("summary: slow", 10, 4)
        bars.advance(2)
    assert capsys.readouterr().err.startswith("summary: slow: 6/10, ")


@pytest.mark.slow
def test_leaderboard_in_every_format_has_the_numbers_of_the_results(bench, articles):
    done = bench("run", "-d", articles, "-m", "lead", "-m", "title", "-t", "summary", "-o", "out")
    assert done.returncode == 0
    record = json.loads(Path("out/results.json").read_text())
    models = record["tasks"]["summary"]["models"]
    rows = list(csv.DictReader(io.StringIO(bench("show", "out", "--format", "csv").stdout)))
    assert len(rows) == sum(len(model["scores"]) for model in models.values())
    for row in rows:
        score = models[row["model"]]["scores"][row["score"]]
        assert (float(row["mean"]), float(row["low"])) == (score["mean"], score["low"])
    lead = models["lead"]["scores"]["rougeLsum.f1"]
    shown = f"{lead['mean']:.3f}"
    markdown = bench("show", "out", "--format", "markdown").stdout
    bounds = f"[{lead['low']:.3f}, {lead['high']:.3f}]"
    assert f"| lead | **{shown}** <sub>{bounds}</sub> |" in markdown
    latex = bench("show", "out", "--format", "latex").stdout
    assert rf"lead & \textbf{{{shown}}} &" in latex
    assert rf" & {{\scriptsize {bounds}}} &" in latex
    assert bench("show", "out", "--format", "json").stdout == Path("out/results.json").read_text()
