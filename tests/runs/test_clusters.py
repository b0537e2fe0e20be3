"""Clusters of articles in a run: its intervals, its files, and what it says of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import bench as package
from bench.article import Article
from bench.data.clusters import ClusterFinder
from bench.data.rows import load_dataset
from bench.errors import RunDirectoryError
from bench.metrics import metric_named
from bench.models.spec import build_model
from bench.runs import score_accumulator as module
from bench.runs.opening import finished_run
from bench.runs.references import read_clusters, write_references
from bench.runs.score import ModelScores
from bench.runs.score_accumulator import ScoreAccumulator, all_intervals
from bench.stats import design_effect, score_interval, units_of
from bench.tasks import TASKS
from tests.conftest import ROOT, write_rows
from tests.runs.test_run import go, result_bytes

SOURCES = ["x", "y", "x", "z", "y", "x"]
METRICS = "metrics: [rouge1, bleu]\n"


@pytest.fixture
def rows(rows):
    """Articles that are not equally easy."""
    for number, row in enumerate(rows):
        row["summary"][0] += " Nobody knows what the council will do next." * (number % 4)
        row["questions"] = row["questions"][: 1 + number % 3] if row["questions"] else []
    return rows


@pytest.fixture
def labelled(articles, rows):
    for row, source in zip(rows, SOURCES, strict=True):
        row["source"] = source
    return write_rows(articles, rows)


def same_texts(rows, *copies: int):
    """The rows, of which some have the text of the first."""
    words = " ".join(f"word{n}" for n in range(40))
    for number, row in enumerate(rows):
        row["text"] += " " + words
        if number in copies:
            row["text"] = rows[0]["text"].upper()
    return rows


def record(output: str = "out"):
    return json.loads(result_bytes(output))


def notes(output: str = "out") -> list[str]:
    return json.loads(Path(output, "run.json").read_text())["notes"]


def test_intervals_and_design_effects_are_over_whole_clusters(labelled):
    go("[lead, title, oracle]", labelled, extra=METRICS, cluster="source")
    run = finished_run(Path("out"))
    facts = run.results.dataset
    assert (facts.clusters, facts.clustered_by, facts.unlabelled) == (3, "source", None)
    for task, result in run.results.tasks.items():
        factors = []
        for model, found in result.models.items():
            for score, value in found.scores.items():
                ids = run.scored_articles(task, model, score)
                sample, units = run.sample(task, model, score, ids), run.units(ids)
                assert len(set(units)) == 3
                limits = metric_named(run.results.metric_of(score)).range_of(score)
                expected = score_interval(sample, limits=limits, clusters=units).interval
                assert value.low == pytest.approx(expected.low, abs=1e-8)
                assert value.high == pytest.approx(expected.high, abs=1e-8)
                if score == result.primary and found.role == "model":
                    effect = design_effect(sample.pseudo_values, units_of(len(ids), units))
                    factors += [effect.factor] if effect else []
        assert result.clusters == 3
        assert result.design_effect == pytest.approx(np.mean(factors), abs=1e-8)
        expected_number = result.articles / max(result.design_effect, 1)
        assert result.effective == pytest.approx(expected_number, abs=1e-8)


def test_without_clusters_no_byte_changes(labelled, rows):
    go("[lead, title]", labelled, "plain", extra=METRICS)
    assert not {"clusters", "clustered_by", "unlabelled"} & record("plain")["dataset"].keys()
    for task in record("plain")["tasks"].values():
        assert not {"clusters", "design_effect", "effective"} & task.keys()
    go("[lead, title]", labelled, "apart", extra=METRICS, cluster="id")
    go("[lead, title]", labelled, "none", extra=METRICS, cluster="")
    assert result_bytes("plain") == result_bytes("apart") == result_bytes("none")
    go("[lead, title]", labelled, "clustered", extra=METRICS, cluster="source")
    assert result_bytes("plain") != result_bytes("clustered")


@pytest.mark.slow
def test_neither_engine_nor_order_nor_batches_show(labelled, rows):
    go("[lead, title]", labelled, "out", extra=METRICS, cluster="source")
    go("[lead, title]", labelled, "small", extra=METRICS, cluster="source", block_size=1)
    two = {"use": "processes", "workers": 2}
    go("[lead, title]", labelled, "spread", extra=METRICS, cluster="source", engine=two)
    write_rows(labelled, rows[::-1])
    go("[lead, title]", labelled, "turned", extra=METRICS, cluster="source")
    assert len({result_bytes(name) for name in ("out", "small", "spread", "turned")}) == 1


def test_labels_are_kept_with_the_references(labelled, rows):
    rows[1]["source"] = ""
    write_rows(labelled, rows)
    go("[lead]", labelled, extra=METRICS, cluster="source")
    stored = pq.read_table("out/references.parquet").to_pydict()
    assert stored["cluster"] == ["x", None, "x", "z", "y", "x"]
    run = finished_run(Path("out"))
    assert [article.cluster for article in run.references()] == ["x", "", "x", "z", "y", "x"]
    assert run.units([row["id"] for row in rows]) == [
        "cluster x",
        f"article {rows[1]['id']}",
        *("cluster x", "cluster z", "cluster y", "cluster x"),
    ]
    go("[lead]", labelled, "plain", extra=METRICS)
    assert "cluster" not in pq.read_schema("plain/references.parquet").names
    assert finished_run(Path("plain")).units(["b", "a"]) == ["b", "a"]


def test_label_never_meets_an_id(articles, rows):
    rows[0]["cluster"] = rows[1]["cluster"] = rows[2]["id"]
    rows[3]["cluster"] = f"article {rows[4]['id']}"
    go("[lead]", write_rows(articles, rows), extra=METRICS)
    units = finished_run(Path("out")).units([row["id"] for row in rows])
    assert len(set(units)) == 5
    assert units[0] == units[1]
    assert record()["dataset"]["clusters"] == 5


def test_articles_without_a_label_are_counted(bench, articles, rows):
    for row in rows[:3]:
        row["cluster"] = "x"
    done = bench("run", "-d", write_rows(articles, rows), "-m", "lead", "-o", "out")
    assert record()["dataset"]["unlabelled"] == 3
    assert record()["dataset"]["clusters"] == 4
    line = "articles: 3 articles without a label in 'cluster', each a cluster of its own"
    assert f"note: {line}" in done.stderr
    assert any(note.startswith(line) for note in notes())


def test_articles_with_the_same_text_are_one_cluster(bench, articles, rows):
    write_rows(articles, same_texts(rows, 2, 4))
    done = bench("run", "-d", articles, "-m", "lead", "-o", "out")
    facts = record()["dataset"]
    assert (facts["clusters"], facts["clustered_by"]) == (4, "identical texts")
    assert "note: articles: 2 articles with the text of an earlier one" in done.stderr
    assert "6 articles in 4 clusters: as informative as" in done.stdout
    units = finished_run(Path("out")).units([row["id"] for row in rows])
    assert units[0] == units[2] == units[4]
    assert len(set(units)) == 4
    validated = bench("validate", articles)
    assert "6 articles in 4 clusters" in validated.stdout
    assert "articles with the text of an earlier one; equal texts are one cluster" in (
        validated.stdout
    )


def test_labels_take_the_place_of_same_texts(articles, rows):
    same_texts(rows, 2, 4)
    rows[0]["cluster"] = rows[1]["cluster"] = "x"
    go("[lead]", write_rows(articles, rows), extra=METRICS)
    assert (
        record()["dataset"] | {"clusters": 5, "clustered_by": "cluster", "unlabelled": 4}
        == (record()["dataset"])
    )


@pytest.mark.slow
@pytest.mark.parametrize("moved", [False, True])
def test_predictions_that_are_scored_again_have_the_same_clusters(bench, articles, rows, moved):
    """With the texts and, if these have moved, without them."""
    same_texts(rows, 2, 4)
    config = Path("c.yaml")
    config.write_text(f"name: c\ndataset: {articles}\nmodels: [lead, title]\nmetrics: [rouge1]\n")
    assert bench("run", config, "-o", "out").returncode == 0
    write_rows(articles, rows)
    assert bench("run", config, "-o", "out").returncode == 0
    if moved:
        articles.unlink()
    before = record()
    assert before["dataset"]["clusters"] == 4
    compared = bench("check", "out", "--baseline", "out", "--rescore")
    assert compared.returncode == 0, compared.stderr
    from bench.runs.rescore import rescored
    from bench.runs.run import Silent

    with rescored(finished_run(Path("out")), Silent()) as again:
        assert json.loads(again.results.to_json()) == before


@pytest.mark.slow
def test_kept_model_is_scored_with_the_clusters_of_the_new_run(bench, labelled):
    for options in ((), ("--cluster", "source")):
        for model in ("lead", "title"):
            done = bench("run", "-d", labelled, "-m", model, "-o", "out", *options)
            assert done.returncode == 0, done.stderr
    bench("run", "-d", labelled, "-m", "lead", "-m", "title", "-o", "both", "--cluster", "source")
    assert result_bytes("out") == result_bytes("both")


@pytest.mark.slow
def test_few_sources_are_noted(bench, labelled):
    assert "3 of 6 articles are from one source, 'x'" in bench("run", "-d", labelled).stderr
    assert "consider `cluster: source`" in bench("validate", labelled).stdout
    assert "consider" not in bench("run", "-d", labelled, "--cluster", "source").stderr


def test_unknown_column_is_an_error(bench, labelled):
    done = bench("run", "-d", labelled, "--cluster", "sorce")
    assert done.returncode == 2
    assert "unknown column 'sorce'; did you mean 'source'?" in done.stderr


def test_one_cluster_for_all_has_no_intervals(bench, articles, rows):
    for row in rows:
        row["cluster"] = "x"
    done = bench("run", "-d", write_rows(articles, rows), "-m", "lead", "-o", "out")
    assert "articles in a single cluster by 'cluster': no intervals and no tests" in done.stderr
    assert "6 articles in 1 cluster ·" in done.stdout
    lead = record()["tasks"]["summary"]["models"]["lead"]
    assert {score["low"] for score in lead["scores"].values()} == {None}


def test_score_shows_and_keeps_the_clusters(bench, labelled, rows):
    file = write_rows(
        Path("mine.jsonl"), [{"article": r["id"], "items": r["summary"]} for r in rows]
    )
    rows[0]["summary"] = ["Nothing of this kind."]
    write_rows(labelled, rows)
    options = ("-d", labelled, "--task", "summary", "--cluster", "source", "-o", "out")
    done = bench("score", file, *options)
    assert done.returncode == 0, done.stderr
    assert "6 articles in 3 sources: as informative as " in done.stdout
    assert record()["tasks"]["summary"]["clusters"] == 3
    data = json.loads(bench("score", file, *options, "-f", "json").stdout)
    assert data["tasks"]["summary"]["effective"] == record()["tasks"]["summary"]["effective"]


def test_python_takes_the_column_too(labelled, rows):
    run = package.run(
        "default", models=["lead"], dataset=labelled, cluster="source", progress=False
    )
    assert run.results.dataset.clusters == 3
    assert "6 articles in 3 sources" in str(run)
    items = [{"article": row["id"], "items": row["summary"]} for row in rows]
    file = write_rows(Path("mine.jsonl"), items)
    options = {"task": "summary", "cluster": "source", "progress": False}
    assert package.score_files(file, labelled, **options).results.dataset.clusters == 3
    assert package.validate(labelled, cluster="source").audit.clusters == 3


def test_changed_primary_score_has_no_design_effect_of_another(labelled):
    run = package.run(
        "default", models=["lead"], dataset=labelled, cluster="source", progress=False
    )
    primary = run.results.tasks["summary"].primary
    assert run.narrowed(metric=primary).results.tasks["summary"].effective is not None
    other = run.narrowed(metric="rouge1").results.tasks["summary"]
    assert (other.clusters, other.design_effect, other.effective) == (3, None, None)


def test_references_of_earlier_runs_have_no_labels():
    earlier = ROOT / "tests/runs/earlier/0.1/references.parquet"
    assert "cluster" not in pq.read_schema(earlier).names
    assert read_clusters(earlier) == {}
    assert {article.cluster for article in finished_run(earlier.parent).references()} == {""}


def test_text_that_serves_as_a_label_is_stored_as_a_digest(articles, rows):
    rows[0]["text"] = rows[1]["text"] = "The same text, which nobody else may read. " * 9
    go("[lead]", write_rows(articles, rows), extra=METRICS, cluster="text")
    labels = pq.read_table("out/references.parquet")["cluster"].to_pylist()
    assert labels[0] == labels[1] != labels[2]
    assert all(label.startswith("sha256:") for label in labels)
    assert record()["dataset"]["clusters"] == 5


@pytest.mark.slow
def test_few_clusters_are_remarked_on_as_few_articles_are(bench, labelled, rows):
    shown = bench("run", "-d", labelled, "-m", "lead", "--cluster", "source").stdout
    assert "3 clusters: intervals are too narrow below" in shown


@pytest.mark.parametrize("form", ["cluster: day", "columns: {cluster: day}"])
def test_labels_do_not_make_another_data_set_of_an_edited_one(bench, articles, rows, form):
    for row, day in zip(rows, SOURCES, strict=True):
        row["day"] = day
    text = f"name: c\ndataset: {write_rows(articles, rows)}\nmodels: [lead]\nmetrics: [rouge1]\n"
    Path("c.yaml").write_text(text)
    assert bench("run", "c.yaml", "-o", "out").returncode == 0
    rows[0]["text"] += " More is known."
    write_rows(articles, rows)
    Path("c.yaml").write_text(f"{text}{form}\n")
    done = bench("run", "c.yaml", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert "the dataset has changed since the last run: 1 of 6" in done.stderr
    assert record()["dataset"]["clustered_by"] == "day"


def test_broken_labels_are_an_error_with_their_file(labelled):
    dataset, finder = load_dataset(labelled, cluster="source"), ClusterFinder("source")
    for article in dataset:
        finder.add(article)
    write_references(Path("r.parquet"), dataset, finder.clusters())
    assert list(read_clusters(Path("r.parquet")).values()) == SOURCES
    pq.write_table(pq.read_table("r.parquet").drop(["title"]), "r.parquet")
    with pytest.raises(RunDirectoryError, match=r"r\.parquet: has other columns than a run writes"):
        read_clusters(Path("r.parquet"))
    Path("r.parquet").write_bytes(b"PAR1")
    with pytest.raises(RunDirectoryError, match=r"r\.parquet: cannot be read"):
        read_clusters(Path("r.parquet"))


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("dataset", {"clusters": 7}),
        ("dataset", {"clusters": 0}),
        ("task", {"clusters": 7}),
        ("task", {"design_effect": -1.0}),
        ("task", {"effective": 1e300}),
    ],
)
def test_numbers_that_no_run_writes_are_refused(labelled, where, change):
    go("[lead]", labelled, extra=METRICS, cluster="source")
    found = record()
    (found["dataset"] if where == "dataset" else found["tasks"]["summary"]).update(change)
    Path("out/results.json").write_text(json.dumps(found))
    with pytest.raises(RunDirectoryError, match=next(iter(change))):
        finished_run(Path("out"))


ARTICLES = 6000


def accumulated(*, clusters, exact: int, size: int = ARTICLES) -> ScoreAccumulator:
    """Scores of articles in 60 clusters of a hundred, or of all articles apart."""
    metrics = {name: metric_named(name) for name in ("coverage@0.5", "bleu")}
    generator = np.random.default_rng(3)
    ease = np.repeat(generator.normal(0, 0.1, 60), ARTICLES // 60)
    words = generator.integers(20, 60, ARTICLES)
    totals = words[:, None] - np.arange(4)
    shares = np.clip(np.array([0.5, 0.3, 0.2, 0.1]) + ease[:, None] / 2, 0.01, 0.99)
    counts = np.column_stack([words, words, generator.binomial(totals, shares), totals])
    values = np.clip(0.5 + ease + generator.normal(0, 0.1, ARTICLES), 0, 1)
    rows = {"coverage@0.5": values[:, None], "bleu": counts.astype(float)}
    spec = build_model("lead", "lead", {}, 0)
    found = ScoreAccumulator(spec, TASKS["summary"], metrics, exact=exact, clusters=clusters)
    for start in range(0, ARTICLES, size):
        some = slice(start, start + size)
        ids = tuple(f"a{n:05}" for n in range(ARTICLES))[some]
        batch = {name: columns[some] for name, columns in rows.items()}
        found.add(ModelScores(ids, batch, {}, 0, 0, 0, None, None))
    return found


def in_sixty():
    finder = ClusterFinder()
    for n in range(ARTICLES):
        finder.add(Article(id=f"a{n:05}", cluster=str(n // (ARTICLES // 60))))
    return finder.clusters()


def bounds(accumulator: ScoreAccumulator):
    found = all_intervals([accumulator], confidence=0.95)["lead"]
    return {score: one.interval for score, one in found.items()}


def test_cells_of_many_articles_hold_whole_clusters(monkeypatch):
    monkeypatch.setattr(module, "CELLS", 1 << 16)  # so many that no two clusters share one
    clusters = in_sixty()
    one_by_one = accumulated(clusters=clusters, exact=ARTICLES)
    cells = accumulated(clusters=clusters, exact=100)
    alone = accumulated(clusters=None, exact=ARTICLES)
    for score in ("coverage@0.5", "bleu"):
        exact, rough, narrow = (bounds(one)[score] for one in (one_by_one, cells, alone))
        width = exact.high - exact.low
        assert rough.high - rough.low == pytest.approx(width, rel=0.02)
        assert rough.low == pytest.approx(exact.low, abs=0.02 * width)
        assert narrow.high - narrow.low < width / 3
        effects = [one.design_effect(score) for one in (one_by_one, cells)]
        assert effects[0].factor > 10
        assert effects[1].factor == pytest.approx(effects[0].factor, rel=0.1)
        assert alone.design_effect(score) is None


@pytest.mark.slow
def test_no_batch_shows_in_cells_of_clusters():
    whole, cut = (accumulated(clusters=in_sixty(), exact=100, size=s) for s in (ARTICLES, 77))
    assert bounds(whole) == bounds(cut)
    assert whole.design_effect("bleu") == cut.design_effect("bleu")
