"""Every kind of result in every format."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

import bench
from bench.api.names import parameters
from bench.comparison.changes import changes
from bench.comparison.combined import combine_runs
from bench.comparison.compare import compare
from bench.comparison.leaderboards import leaderboard_of
from bench.comparison.power import power_of
from bench.data.audit import audit
from bench.data.rows import load_dataset
from bench.errors import BenchError, UnknownNameError
from bench.gate.check import check
from bench.reports.render import FORMATS, VIEWS, document_of, render
from bench.runs.alignment import Alignments, aligned_items
from bench.runs.articles import articles_of
from bench.runs.loading import as_run
from bench.runs.opening import finished_run
from bench.runs.worst import WorstArticles, worst
from bench.tasks import TASKS
from tests.agreement.test_agree import study
from tests.conftest import ROOT
from tests.rating.filling import Filled


@pytest.fixture(scope="module")
def rated(tmp_path_factory):
    """A run that a person has rated."""
    folder = tmp_path_factory.mktemp("rated")
    models, tasks = ["template", "transform"], ["questions"]
    run = bench.run(
        "insights", models=models, tasks=tasks, limit=3, output=folder / "run", progress=False
    )
    made = bench.rate(run, folder / "sheets", items=2, formats=["csv"])
    (file,) = (Path(name) for name in made.files if name.endswith(".csv"))
    (folder / "back.csv").write_text(Filled.of(file, "Anna").text(), "utf-8")
    bench.import_ratings(run, folder / "back.csv")
    return bench.load_run(run.path)


@pytest.fixture(scope="module")
def results(rated):
    run = finished_run(ROOT / "results" / "baseline-briefs")
    article = next(iter(articles_of(run).articles))
    labelled = as_run(finished_run(ROOT / "results" / "baseline-insights"))
    return {
        "Leaderboard": leaderboard_of(combine_runs([finished_run(ROOT / "results" / "baseline")])),
        "Comparison": compare([run], tasks=["summary"]),
        "PowerReport": power_of(run),
        "GateReport": check(run, run),
        "History": bench.history(ROOT / "results"),
        "Changes": changes(run, run),
        "RatingReport": bench.rating_report(rated),
        "RatingOutlook": bench.rating_outlook(rated),
        "Disagreements": as_run(run).disagreements(),
        "WorstArticles": WorstArticles((worst(run, "questions", 3, "template"),)),
        "ByLabel": labelled.by("kind"),
        "Alignments": Alignments(tuple(aligned_items(run, "template", "questions", [article]))),
        "Audit": audit(load_dataset("briefs", limit=3), tuple(TASKS.values())),
        "Names": bench.names("tasks"),
        "Parameters": parameters("models", "causal"),
        "Validation": bench.validate("briefs", models=["lead"], limit=3),
        "AgreementReport": bench.agree(study(articles=4, systems=3)[0], resamples=100),
        "Verification": bench.verify(as_run(run), articles=1),
        "Scores": bench.score([["Why now?"]] * 3, [["Why now?"], ["Who?"], ["Why?"]]),
    }


KINDS = sorted(name.partition(":")[2] for name in VIEWS)


@pytest.mark.slow
def test_every_kind_of_result_is_tried_here(results):
    assert sorted(results) == KINDS, "give a new kind of result an example in `results` above"


@pytest.mark.parametrize("format", sorted({*FORMATS} - {"junit"}))
@pytest.mark.parametrize("kind", KINDS)
def test_every_result_can_be_rendered_in_every_format(results, kind, format):
    text = render(results[kind], format)
    if format == "json":
        assert isinstance(json.loads(text), dict)
    elif format == "csv":
        widths = {len(row) for row in csv.reader(io.StringIO(text))}
        assert len(widths) == 1
    elif format == "html":
        parser = HTMLParser()
        parser.feed(text)
        assert text.count("<table>") == text.count("</table>")
        assert "<table>" in text or kind == "Changes"  # none of a run with itself
    else:
        assert text.strip()


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_columns_of_a_table_have_the_same_heading(results, kind):
    for section in document_of(results[kind]).sections:
        for table in section.tables:
            headings = [column.line for column in table.columns]
            assert sorted(set(headings)) == sorted(headings)


@pytest.mark.parametrize("kind", KINDS)
def test_printing_shows_the_table_and_repr_fits_a_screen(results, kind):
    assert str(results[kind]) == render(results[kind], "table")
    assert len(repr(results[kind])) < 400
    assert results[kind]._repr_html_().startswith("<div>")


def test_printing_fits_a_terminal(monkeypatch):
    leaderboard = bench.load_run(ROOT / "results" / "baseline").leaderboard()
    assert max(map(len, str(leaderboard).splitlines())) > 80
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, str(leaderboard).splitlines())) <= 80


def test_other_objects_are_refused(results):
    with pytest.raises(BenchError, match="unknown format 'markdwon'; did you mean 'markdown'"):
        render(results["Leaderboard"], "markdwon")
    with pytest.raises(BenchError, match="cannot render a dict; results are: Leaderboard,"):
        render({})
    with pytest.raises(
        BenchError, match="junit is a format for verdicts only, not for Leaderboard"
    ):
        render(results["Leaderboard"], "junit")
    assert render(results["GateReport"], "junit").startswith("<?xml")


def test_html_escapes_what_a_model_wrote():
    text = render(bench.score({"<b>": ["x"]}, {"<b>": ["x"]}), "html")
    assert "<b>" not in text


def test_function_can_be_a_format():
    leaderboard = bench.load_run(ROOT / "results" / "baseline").leaderboard()
    own = render(leaderboard, "bench.reports.formats.csv_:write")
    assert own == render(leaderboard, "csv")
    with pytest.raises(UnknownNameError, match="no module named 'my_formats'"):
        render(leaderboard, "my_formats:write")


def test_intervals_are_shown_only_where_a_check_has_one(results):
    compared_exactly = render(results["GateReport"])
    assert "interval" not in compared_exactly
    assert "interval" in render(results["GateReport"], "csv")
