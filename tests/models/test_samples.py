"""Several samples of shipped models: recorded files, checkpoints, endpoints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import bench
from bench.article import Article
from bench.errors import ConfigError, DataError
from bench.models.base import sample_seed
from bench.models.neural.causal import Causal
from bench.models.neural.seq2seq import Seq2Seq
from bench.models.recorded import Recorded
from bench.models.reference_models import RandomSentences
from bench.models.spec import build_model
from bench.tasks import TASKS
from tests.conftest import write_rows
from tests.models.checkpoints import checkpoint
from tests.models.fault_server import Proxy, endpoint, some

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

SUMMARY = TASKS["summary"]


def row(article: str, *items: str, **fields: Any) -> dict[str, Any]:
    return {"article": article, **fields, "items": list(items)}


def samples_of(model: Recorded, article: str) -> list[tuple[str, ...]]:
    one = Article(id=article)
    found = []
    for sample in range(model.sample_count(1)):
        task = replace(SUMMARY, sample=sample)
        if model.has_sample(one, task):
            found += [output.items for output in model.predict([one], task)]
    return found


ROWS = [
    row("a", "second", sample=2),
    row("b", "only", sample=0),
    row("a", "first", sample=1),
]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_rows_are_ordered_by_their_number(ending):
    file = f"x.{ending}"
    match ending:
        case "jsonl":
            write_rows(Path(file), ROWS)
        case "csv":
            Path(file).write_text(
                'id,sample,items\na,2.0,"[""second""]"\nb,0,"[""only""]"\na,1,"[""first""]"\n'
            )
        case "parquet":
            parquet.write_table(pa.Table.from_pylist(ROWS), file)
    model = Recorded(file)
    assert model.sample_count(1) == 2
    assert samples_of(model, "a") == [("first",), ("second",)]
    assert samples_of(model, "b") == [("only",)]


def test_rows_without_a_number_need_the_option():
    rows = [row("a", "one"), row("b", "x"), row("a", "two"), row("a", "three")]
    file = write_rows(Path("x.jsonl"), rows)
    with pytest.raises(DataError) as refused:
        Recorded(str(file))
    assert "x.jsonl:3: duplicate article 'a' (first on line 1)" in refused.value.problems[0]
    model = Recorded(str(file), samples=3)
    assert samples_of(model, "a") == [("one",), ("two",), ("three",)]
    with pytest.raises(DataError, match=r"x\.jsonl:4: article 'a' has more than 2 rows"):
        Recorded(str(file), samples=2)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            [row("a", sample=1), row("a", sample=0), row("a", sample=1)],
            "x.jsonl:3: duplicate sample 1 of article 'a' (first on line 1)",
        ),
        ([row("a", sample=-1)], "x.jsonl:1: sample: must be a whole number from 0 on, not -1"),
        (
            [row("a", sample="two")],
            'x.jsonl:1: sample: must be a whole number from 0 on, not "two"',
        ),
        ([row("a", sample=0.5)], "x.jsonl:1: sample: must be a whole number from 0 on, not 0.5"),
        ([row("a", sample=True)], "x.jsonl:1: sample: must be a whole number from 0 on, not true"),
        ([row("a", sample=[1])], "x.jsonl:1: sample: must be a whole number from 0 on, not [1]"),
        ([row("a", sample=0), row("a", sample=None)], "x.jsonl:2: duplicate article 'a'"),
    ],
)
def test_number_that_says_nothing_is_refused(rows, fault):
    file = write_rows(Path("x.jsonl"), rows)
    with pytest.raises(DataError) as refused:
        Recorded(str(file))
    assert refused.value.problems[0].startswith(fault)


@pytest.mark.parametrize("order", [1, -1])
def test_rows_with_and_without_a_number_do_not_mix(order):
    rows = [row("a", sample=0), row("a"), row("b")][::order]
    file = write_rows(Path("x.jsonl"), rows)
    with pytest.raises(DataError, match="number all rows or none"):
        Recorded(str(file), samples=3)


def test_option_does_not_change_the_signature():
    file = str(write_rows(Path("x.jsonl"), [row("a", "one")]))
    one, three = (
        build_model("recorded", "x", {"file": file, **more}, 0).signature
        for more in ({}, {"samples": 3})
    )
    assert one == three


def recorded_run(articles, samples=None, **options):
    config = {"name": "c", "dataset": str(articles), "metrics": ["rouge1"], "tasks": ["summary"]}
    entry = {"use": "recorded", "name": "x", "file": "x.jsonl"} | options.pop("entry", {})
    return bench.run(config | {"models": [entry]}, samples=samples, progress=False, **options)


def of_every_article(rows, counts):
    return [
        row(article["id"], f"The {article['id'][4:]} was sold.", f"{k} times")
        for article, count in zip(rows, counts, strict=True)
        for k in range(count)
    ]


def test_articles_may_have_different_numbers_of_samples(articles, rows):
    write_rows(Path("x.jsonl"), of_every_article(rows, [3, 1, 2, 3, 3, 1]))
    for found in (recorded_run(articles, 3), recorded_run(articles, entry={"samples": 3})):
        model = found.results.tasks["summary"].models["x"]
        assert (model.articles, model.samples, model.outputs, model.failed) == (6, 3, 13, 0)
        sizes = [len(own) for own in found.values("summary", "x", "rouge1.f1").by_sample]
        ids = found.values("summary", "x", "rouge1.f1").articles
        assert dict(zip(ids, sizes, strict=True)) == dict(
            zip((one["id"] for one in rows), [3, 1, 2, 3, 3, 1], strict=True)
        )
        assert found.sample_curve("x") is None  # some articles have only one


def test_run_of_recorded_samples_is_kept_and_scored_again(articles, rows):
    write_rows(Path("x.jsonl"), of_every_article(rows, [3, 1, 2, 3, 3, 1]))
    first = recorded_run(articles, 3, output="out")
    Path("x.jsonl").unlink()
    config = {"name": "c", "dataset": str(articles), "metrics": ["rouge1"], "tasks": ["summary"]}
    for _ in range(2):
        kept = bench.run(
            config | {"models": ["lead"]}, models=["lead"], output="out", progress=False
        )
        models = kept.results.tasks["summary"].models
        assert models["x"] == first.results.tasks["summary"].models["x"]
        assert models["lead"].samples == 1


def test_article_without_a_row_fails_once(articles, rows):
    write_rows(Path("x.jsonl"), of_every_article(rows, [2, 2, 2, 2, 2, 0]))
    model = recorded_run(articles, 2).results.tasks["summary"].models["x"]
    assert (model.articles, model.failed, model.outputs) == (6, 1, 11)


def test_prediction_files_of_a_run_with_samples_can_be_scored(articles, rows):
    write_rows(Path("x.jsonl"), of_every_article(rows, [2] * 6))
    first = recorded_run(articles, 2, output="out")
    again = bench.score_files(
        "out/predictions/x.summary.jsonl",
        articles,
        task="summary",
        metrics=["rouge1"],
        progress=False,
    )
    one, other = (found.results.tasks["summary"].models for found in (first, again))
    assert one["x"].scores == next(iter(other.values())).scores


def test_command_line_scores_samples(bench, articles, rows):
    write_rows(Path("x.jsonl"), of_every_article(rows, [2] * 6))
    args = ["score", "x.jsonl", "--dataset", articles, "--task", "summary"]
    refused = bench(*args)
    assert refused.returncode == 2
    assert "duplicate article 'the-harbour' (first on line 1)" in refused.stderr
    scored = bench(*args, "--samples", "2")
    assert scored.returncode == 0, scored.stderr
    assert "x: 2 samples of each article" in scored.stdout


def test_floor_is_one_draw():
    model = build_model("random-sentences", "random-sentences", {}, 0, samples=5)
    assert model.samples == 1
    article = Article(id="a", text="One. Two. Three. Four. Five. Six. Seven.")
    drawn = [
        list(RandomSentences(seed=1).predict([article], replace(SUMMARY, sample=sample)))
        for sample in (0, 1)
    ]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    ("generation", "samples"), [({}, 1), ({"num_beams": 3}, 1), ({"do_sample": True}, 4)]
)
@pytest.mark.parametrize("family", [Causal, Seq2Seq])
def test_checkpoint_samples_if_it_is_told_to(family, generation, samples):
    model = family(checkpoint="none/such", generation=generation)
    assert model.sample_count(4) == samples


@pytest.mark.parametrize("family", [Causal, Seq2Seq])
def test_number_of_sequences_goes_with_samples(family):
    sampling = {"do_sample": True, "num_return_sequences": 4}
    with pytest.raises(ConfigError, match=r"num_return_sequences.*set `samples: 4` of the model"):
        family(checkpoint="none/such", generation=sampling)
    family(checkpoint="none/such", generation={"do_sample": True, "num_return_sequences": 1})


@pytest.mark.slow
@pytest.mark.weights
def test_samples_of_a_checkpoint_are_draws_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = checkpoint(tmp_path / "llama", "llama")
    model = Causal(
        checkpoint=str(folder),
        prompt="summarize: {{ text }}",
        max_new_tokens=12,
        generation={"do_sample": True},
    )
    articles = [
        Article(id=f"a{n}", title="T", text="The council sold the harbour.") for n in (0, 1)
    ]
    drawn = {
        sample: [output.raw for output in model.predict(articles, replace(SUMMARY, sample=sample))]
        for sample in range(3)
    }
    again = [output.raw for output in model.predict(articles[1:], replace(SUMMARY, sample=2))]
    assert again == drawn[2][1:]
    assert len({text for texts in drawn.values() for text in texts}) == 6
    assert drawn[0] == [output.raw for output in model.predict(articles, SUMMARY)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "samples"),
    [
        ({}, 1),
        ({"temperature": 0.7}, 3),
        ({"temperature": None}, 3),
        ({"extra": {"temperature": 1}}, 3),
        ({"temperature": 0.7, "extra": {"temperature": 0}}, 1),
    ],
)
def test_endpoint_samples_unless_its_temperature_is_0(parameters, samples):
    given = {"model": "m", "base_url": "http://localhost:1/v1", **parameters}
    assert build_model("endpoint", "m", given, 0, samples=3).samples == samples


def test_endpoint_sends_a_seed_with_each_sample(proxy: Proxy):
    articles = some(2)
    sent = []
    for sample in range(3):
        model = endpoint(proxy, seed=5, temperature=1.0)
        list(model.predict(articles, replace(SUMMARY, sample=sample)))
    sent = [body["seed"] for body in proxy.requests]
    assert sent[:2] == [5, 5]
    wanted = {
        sample_seed(5, sample, model.model, "summary", article.id)
        for sample in (1, 2)
        for article in articles
    }
    assert set(sent[2:]) == wanted
    assert len(wanted) == 4


def test_endpoint_without_a_seed_sends_none(proxy: Proxy):
    model = endpoint(proxy, seed=None, temperature=1.0)
    list(model.predict(some(1), replace(SUMMARY, sample=1)))
    assert "seed" not in proxy.requests[0]


def test_number_of_choices_of_a_request_goes_with_samples():
    with pytest.raises(ConfigError, match="extra: n is set by the benchmark; set `samples`"):
        build_model(
            "endpoint", "m", {"model": "m", "base_url": "http://x/v1", "extra": {"n": 3}}, 0
        )
