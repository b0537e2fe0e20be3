"""The committed figures of known agreement, and where they are shown."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from bench.agreement.known import FILE, known_figures, known_line
from bench.api.names import parameters
from bench.catalog import listed
from bench.metrics import metric_named
from bench.tasks import TASKS
from tests.agreement.known_tables import tables
from tests.agreement.test_agree import DATA
from tests.conftest import ROOT


def test_figures_are_possible_and_have_a_digest():
    record = json.loads(FILE.read_text(encoding="utf-8"))
    assert set(record["data"]) == {"qgeval", "realsumm", "qsalience", "quiz_design"}
    for data in record["data"].values():
        assert len(data["digest"]) == 64
        assert data["figures"]
    names = {one for data in record["data"].values() for one in data["figures"]}
    for one in (figure for name in names for figure in known_figures(name)):
        floor = 0 if one.level == "item" else -1
        assert floor <= one.value <= 1
        assert one.n > 0
        assert one.low is None or floor <= one.low <= one.high <= 1


def test_every_score_of_the_file_exists():
    record = json.loads(FILE.read_text(encoding="utf-8"))
    for data in record["data"].values():
        for score in data["figures"]:
            if score == "length":
                continue
            name = score if _is_metric(score) else score.rpartition(".")[0]
            assert score in metric_named(name).scores(name)


def _is_metric(score: str) -> bool:
    from bench.errors import UnknownNameError

    try:
        return score in metric_named(score).scores(score)
    except UnknownNameError:
        return False


def test_primary_scores_have_a_known_agreement():
    for task in TASKS.values():
        line = known_line(task.primary, task.name)
        assert line is not None
        assert "\n" not in line
        assert line.startswith(f"{task.primary} and people order")
        assert "n = " in line
    assert "QGEval" not in str(known_line("rougeLsum.f1", "summary"))
    assert "7 dimensions" in str(known_line("rougeLsum.f1", "questions"))


def test_most_metrics_have_a_known_agreement():
    names = [name for name, _, _ in listed("metrics")]
    assert sum(bool(known_figures(name)) for name in names) > len(names) * 0.7


def test_metrics_of_users_with_the_same_name_have_none():
    assert known_line("rougeL.f1", signature="rougeL|tokenizer:rouge-score") is not None
    assert known_line("rougeL.f1", signature="rougeL|code:1234|v:1") is None
    assert known_line("unheard-of") is None


def test_lists_show_the_figures_of_a_metric():
    shown = str(parameters("metrics", "set_rougeL"))
    assert str(known_line("set_rougeL.f1")) in shown
    assert parameters("models", "lead").known == ()


def test_leaderboards_and_reports_show_the_figures_of_primary_scores(bench):
    run = ROOT / "results" / "baseline-briefs"
    for format in ("table", "markdown", "latex"):
        shown = " ".join(bench("show", run, "--format", format).stdout.split())
        for score, data in (("rougeLsum.f1", "REALSumm"), ("set_rougeL.f1", "QGEval")):
            name = score.replace("_", r"\_") if format != "table" else score
            assert f"Known agreement: {name} and people order" in shown
            assert data in shown
    bench("report", run, "--output", "page.html")
    assert "and people order this share of item pairs alike" in Path("page.html").read_text("utf-8")
    json_form = bench("show", run, "--format", "json").stdout
    assert "Known agreement" not in json_form  # results.json itself


def test_tables_of_the_documentation_have_the_figures():
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    missing = [line for line in tables() if line not in text]
    assert missing == [], "python -m tests.agreement.known_tables prints the tables"


@pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is absent")
def test_figures_are_those_of_the_data():
    from bench import agree

    files = sorted((DATA / "qsalience").glob("ratings.jsonl"))
    found = agree(
        files,
        dataset=DATA / "qsalience" / "articles.jsonl",
        task="questions",
        metrics=["support"],
        resamples=100,
    )
    value = found.measures[0].dimensions["salience"].accuracy.value
    known = next(o for o in known_figures("support") if (o.data, o.level) == ("QSalience", "item"))
    assert math.isclose(value, known.value, abs_tol=5e-5)
