"""What can be asked of a finished run, and of several."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import bench
from bench.api.reporting import format_of
from bench.errors import BenchError
from bench.reports.render import REPORT_FORMATS
from tests.conftest import ROOT

BASELINE = ROOT / "results" / "baseline-briefs"
SMALL = ROOT / "results" / "baseline"


@pytest.fixture(scope="module")
def run():
    return bench.load_run(BASELINE)


def test_scores_are_the_values_whose_means_are_the_results(run):
    table = run.scores()
    assert table.schema.names == ["task", "model", "metric", "article", "value"]
    assert table.schema.field("value").type == pa.float64()
    own = pc.and_(pc.equal(table["model"], "template"), pc.equal(table["metric"], "set_rougeL.f1"))
    mean = pc.mean(table.filter(own)["value"]).as_py()
    stored = run.results.tasks["questions"].models["template"].scores["set_rougeL.f1"].mean
    assert mean == pytest.approx(stored, abs=1e-12)
    only = run.scores("set_rougeL")
    assert pc.unique(only["metric"]).to_pylist() == ["set_rougeL.f1"]


def test_scores_of_a_run_without_any_are_an_empty_table(run, tmp_path):
    def fail(article, task):
        raise RuntimeError("no answer")

    options = {"dataset": "briefs", "tasks": ["summary"], "limit": 2, "progress": False}
    failed = bench.run(models={"bad": fail}, metrics=["rouge1"], on_error="skip", **options)
    assert (failed.scores().num_rows, failed.scores().schema) == (0, run.scores().schema)
    with pytest.raises(BenchError, match="no model has a score of the metric 'rouge1'"):
        failed.scores("rouge1")


def test_metric_of_which_no_score_is_the_usual_one_has_them_listed(run):
    record = run.results.model_dump()
    for task in record["tasks"].values():
        for model in task["models"].values():
            model["scores"].pop("rouge2.f1", None)
    with pytest.raises(BenchError, match=r"scores: rouge2\.precision, rouge2\.recall; name"):
        type(run.results)(**record).score_named("rouge2")


@pytest.mark.parametrize("articles", [-1, "some", 1.5, None])
def test_report_names_a_number_of_articles_that_is_none(run, tmp_path, articles):
    with pytest.raises(BenchError, match=f"^articles={articles!r}: give a number from 0 on"):
        bench.report(run, tmp_path / "page.html", articles=articles)


def test_views_of_one_run_are_those_of_the_command_line(run, here, monkeypatch):
    monkeypatch.delenv("COLUMNS")
    shown = here("show", BASELINE).stdout
    assert str(run).split() == shown.split()
    of_task = here("show", BASELINE, "--task", "summary", "--metric", "rouge2").stdout
    assert str(run.leaderboard("summary", "rouge2")).split() == of_task.split()
    worst = here("show", BASELINE, "--worst", "2").stdout
    assert str(run.worst(2)).split() == worst.split()


@pytest.mark.slow
def test_functions_give_what_the_verbs_print(run, here):
    verbs = {
        ("compare", BASELINE, "-t", "summary"): bench.compare(run, tasks=["summary"]),
        ("check", BASELINE, "-b", BASELINE): bench.check(BASELINE, baseline=run),
        ("power", BASELINE, "--effect", "0.01"): bench.power(run, effect=0.01),
        ("show", BASELINE, "--diff", BASELINE): bench.diff(run, str(BASELINE)),
        ("leaderboard", BASELINE): bench.leaderboard(BASELINE, ranks=False),
    }
    for arguments, result in verbs.items():
        done = here(*arguments, "--format", "json")
        assert json.loads(done.stdout) == json.loads(bench.render(result, "json")), arguments


def test_margins_are_taken_in_every_form(run):
    for margins in (0.5, "50%", {"all": 0.5}, {"rougeLsum": "50%"}):
        assert bench.check(run, run, margins=margins).outcome == "pass"
    with pytest.raises(BenchError, match="rougeLsumm"):
        bench.check(run, run, margins={"rougeLsumm": 0.1})


@pytest.mark.slow
def test_report_is_written_where_it_is_told(tmp_path):
    run = bench.load_run(SMALL)
    assert bench.report(run, "page.html", articles=2) == "page.html"
    assert "<!doctype html" in Path("page.html").read_text().lower()[:200]
    bench.report([run], tmp_path / "table.md")
    assert Path("table.md").read_text() == bench.render(bench.leaderboard(run), "markdown")
    with pytest.raises(BenchError, match=r"page\.pdf: ends in none of \.html"):
        bench.report(run, "page.pdf")


def test_alignments_are_of_the_article_that_is_named(run):
    article = run.predictions("template")[3].article
    (one,) = run.alignment("template", article).articles
    assert one.article.id == article
    assert run.article(article).id == article


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: run.leaderboard("titles"), "unknown task of this run 'titles'"),
        (lambda run: run.leaderboard(metric="rougeX"), "unknown score 'rougeX'"),
        (lambda run: run.predictions("led"), "did you mean 'lead'"),
        (lambda run: run.predictions("random-sentences"), "give task="),
        (lambda run: run.predictions("lead", "questions"), "unknown task of lead"),
        (lambda run: run.article("x"), "unknown article 'x'"),
        (lambda run: run.alignment("lead", "x"), "unknown article with summary 'x'"),
        (lambda run: bench.compare(run, models=["led"]), "led"),
        (lambda run: bench.load_run("nowhere"), "nowhere: no such run"),
        (
            lambda run: bench.load_run(SMALL / "run.json"),
            "is one file of a run; give its directory",
        ),
        (lambda run: bench.load_run(SMALL / "scores.parquet"), "is one file of a run"),
        (lambda run: run.leaderboard("que"), "unknown task of this run 'que'; did you mean 'ques"),
    ],
)
def test_unknown_name_gets_the_names_that_exist(run, call, message):
    with pytest.raises(BenchError, match=message):
        call(run)


def test_every_public_name_is_listed_completed_and_documented():
    assert dir(bench) == sorted(bench.__all__)
    for name in bench.__all__:
        assert name in bench.__all__
        found = getattr(bench, name)
        assert name == "__version__" or inspect.getdoc(found)
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        bench.runn  # noqa: B018


def test_everything_public_has_a_repr_that_fits_a_screen(run):
    for value in (run, run.leaderboard(), run.worst(1), run.alignment("lead"), bench.compare(run)):
        assert len(repr(value)) < 400, repr(value)


def test_articles_and_predictions_print_on_a_line(run):
    (prediction, *_) = run.predictions("lead", "summary")
    assert repr(prediction) == f"<Prediction of {prediction.article!r}: 4 items>"
    article = run.article(prediction.article)
    assert repr(article).startswith(f"<Article {article.id!r}: ")
    assert len(repr(article.model_copy(update={"id": "x" * 10_000}))) < 400


@pytest.mark.slow
@pytest.mark.parametrize("format", REPORT_FORMATS)
def test_every_format_of_a_report_has_an_ending_and_is_an_option(tmp_path, format, here):
    run = bench.load_run(SMALL)
    endings = (".html", ".md", ".tex", ".csv", ".json")
    (ending,) = [ending for ending in endings if format_of(f"page{ending}") == format]
    written = Path(bench.report(run, tmp_path / f"page{ending}", articles="none")).read_text()
    assert (
        written
        == Path(bench.report(run, tmp_path / "page", format=format, articles="none")).read_text()
    )
    assert (
        here("report", SMALL, "--format", format, "-o", "-", "--articles", "none").returncode == 0
    )


def test_run_at_a_url_is_fetched_only_as_far_as_needed(monkeypatch):
    import fsspec

    from bench.data.storage import Store

    store = fsspec.filesystem("memory")
    store.put(str(SMALL), "/kept/", recursive=True)
    fetched = []
    fetch = Store.fetch
    monkeypatch.setattr(
        Store,
        "fetch",
        lambda self, name, file, **options: (
            fetched.append(name),
            fetch(self, name, file, **options),
        ),
    )
    (home,) = {path.rsplit("/run.json", 1)[0] for path in store.find("/kept") if "run.json" in path}
    run = bench.load_run(f"memory:/{home}")
    assert run.results == bench.load_run(SMALL).results
    assert sorted(fetched) == ["results.json", "run.json"]
    run.scores("rougeLsum")
    assert fetched[2:] == ["scores.parquet"]
    run.predictions("lead")
    run.predictions("lead")
    assert fetched[3:] == ["predictions/lead.summary.jsonl"]
