"""Several samples of a model for each article: asking, keeping, averaging."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import bench
from bench.data.rows import load_dataset
from bench.errors import ConfigError, RunFailedError
from bench.metrics import metric_named
from bench.models.base import of_sample, sample_seed
from bench.models.spec import build_model
from bench.runs.predictions import prediction_key
from bench.runs.results import read_results
from bench.stats import variance_split
from bench.tasks import TASKS

MODULE = """
import random
from pathlib import Path

LOG = Path("asked.txt")


def note(line):
    with LOG.open("a") as file:
        file.write(line + "\\n")


def drawn(article, task, seed):
    note(f"drawn {task.name} {article.id} {task.sample} {seed}")
    sentences = article.text.replace("\\n", " ").split(". ")
    return random.Random(f"{seed} {article.id}").sample(sentences, 2)


def plain(article, task):
    note(f"plain {task.name} {article.id} {task.sample}")
    return [article.title]


class Seeded:
    tasks = ("summary", "questions")

    def __init__(self, seed):
        self.seed = seed

    def load(self):
        note(f"load {self.seed}")

    def predict(self, articles, task):
        for article in articles:
            note(f"Seeded {task.name} {article.id} {task.sample} {self.seed}")
            yield [str(self.seed)]


class Declared:
    tasks = ("summary",)
    draws_at_random = True

    def predict(self, articles, task):
        return [[f"{article.title} {'again ' * task.sample}"] for article in articles]


class Settled:
    tasks = ("summary",)
    draws_at_random = False

    def __init__(self, seed):
        self.seed = seed

    def predict(self, articles, task):
        return [[article.title] for article in articles]


class Parametrised:
    tasks = ("summary",)

    def __init__(self, samples=1):
        self.samples = samples

    def predict(self, articles, task):
        return [[f"{self.samples} of {article.title}"] for article in articles]


class Fragile:
    tasks = ("summary",)
    draws_at_random = True

    def predict(self, articles, task):
        for article in articles:
            if task.sample == 1 and article.id == "the-orchard":
                raise RuntimeError("no apples")
            yield list(article.text.split(". ")[task.sample : task.sample + 2])


class Barren(Fragile):
    def predict(self, articles, task):
        for article in articles:
            if article.id == "the-orchard":
                raise RuntimeError("no apples")
            yield [article.title]
"""
METRICS = ["rougeLsum", "rouge1", "bleu", "chrf"]


@pytest.fixture(autouse=True)
def _module(tmp_path):
    (tmp_path / "sampled.py").write_text(MODULE, encoding="utf-8")


def run(articles, models, output=None, **options):
    config = {"name": "c", "dataset": str(articles), "metrics": METRICS, "tasks": ["summary"]}
    config |= {"resamples": 200, "models": ["lead"]}
    return bench.run(config, models=models, output=output, progress=False, **options)


def asked(name="drawn"):
    lines = Path("asked.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.startswith(f"{name} ")]


def test_function_with_a_seed_is_asked_with_seeds_of_its_own(articles):
    found = run(articles, ["sampled:drawn"], samples=3, seed=5)
    rows = found.predictions("drawn")
    assert [row.sample for row in rows if row.article == "the-harbour"] == [0, 1, 2]
    assert len(rows) == 18
    seeds = {(article, sample): seed for _, _, article, sample, seed in asked()}
    assert {seed for (_, sample), seed in seeds.items() if sample == "0"} == {"5"}
    later = [seed for (_, sample), seed in seeds.items() if sample != "0"]
    assert len(set(later)) == 12
    assert all(0 <= int(seed) < 2**31 for seed in later)


def test_seeds_depend_on_the_seed_and_the_model(articles):
    one, other, again = (
        run(articles, {name: "sampled:drawn"}, samples=2, seed=seed).predictions(name)
        for name, seed in (("a", 5), ("b", 5), ("a", 6))
    )
    later = [[row.items for row in rows if row.sample == 1] for rows in (one, other, again)]
    assert later[0] != later[1]
    assert later[0] != later[2]


def test_class_with_a_seed_is_built_anew_for_each_sample(articles):
    found = run(articles, ["sampled:Seeded"], samples=3).predictions("Seeded")
    seeds = [{row.items[0] for row in found if row.sample == sample} for sample in range(3)]
    assert seeds[0] == {"0"}
    assert [len(one) for one in seeds] == [1, 1, 1]
    assert len(set.union(*seeds)) == 3
    fixed = [{"use": "sampled:Seeded", "seed": 8}]
    rows = run(articles, fixed, samples=2).predictions("Seeded")
    assert {row.items[0] for row in rows if row.sample == 0} == {"8"}
    assert {row.items[0] for row in rows if row.sample == 1} != {"8"}


def test_model_is_loaded_once_for_each_sample(articles):
    config = {"name": "c", "dataset": str(articles), "models": ["sampled:Seeded"]}
    bench.run(config, samples=2, progress=False)
    seeds = [seed for _, seed in asked("load")]
    assert seeds[0] == "0"
    assert seeds.count("0") == 1


def test_declared_model_reads_the_number_of_the_sample(articles):
    rows = run(articles, ["sampled:Declared"], samples=3).predictions("Declared")
    own = [row.items[0].count("again") for row in rows if row.article == "the-bakery"]
    assert own == [0, 1, 2]


def test_first_sample_is_what_a_run_with_one_gives(articles):
    models = ["sampled:drawn", "sampled:Seeded", "sampled:Declared"]
    one, three = (run(articles, models, samples=k) for k in (1, 3))
    for name in ("drawn", "Seeded", "Declared"):
        first = [row for row in three.predictions(name) if row.sample == 0]
        for a, b in zip(one.predictions(name), first, strict=True):
            changing = {"seconds", "key"}  # the module names its log, which counts by content
            assert a.model_dump(exclude=changing) == b.model_dump(exclude=changing)


def test_run_with_one_sample_says_nothing_of_samples(articles):
    run(articles, ["sampled:drawn"], "out", samples=1)
    text = Path("out/results.json").read_text(encoding="utf-8")
    assert "sample" not in text.replace("resamples", "")
    assert "samples" not in pq.read_table("out/scores.parquet").column_names


def test_models_that_do_not_draw_are_asked_once(articles):
    models = ["lead", "random-sentences", "sampled:plain", "sampled:Settled"]
    once = run(articles, models, "once")
    several = run(articles, models, "several", samples=4)
    assert Path("once/results.json").read_bytes() == Path("several/results.json").read_bytes()
    assert len(asked("plain")) == 12
    note = "samples: asked once for each article, because they do not draw at random:"
    assert [n for n in several.record.notes if n.startswith(note)] == [
        f"{note} lead, plain, Settled"
    ]
    assert not [n for n in once.record.notes if n.startswith("samples:")]


def test_model_may_be_asked_more_often_than_others(articles):
    often = {"use": "sampled:drawn", "name": "often", "samples": 4}
    found = run(articles, [often, "sampled:Seeded"], samples=2)
    results = found.results.tasks["summary"].models
    assert (results["often"].samples, results["often"].outputs) == (4, 24)
    assert (results["Seeded"].samples, results["Seeded"].outputs) == (2, 12)


def test_parameter_called_samples_stays_the_model_s_own(articles):
    entry = {"use": "sampled:Parametrised", "samples": 7}
    rows = run(articles, [entry]).predictions("Parametrised")
    assert rows[0].items == ("7 of Council Sells the Harbour to a Trust",)
    assert len(rows) == 6


def test_more_samples_ask_only_for_the_new_ones(articles):
    run(articles, ["sampled:drawn"], "out", samples=2)
    Path("asked.txt").unlink()
    four = run(articles, ["sampled:drawn"], "out", samples=4)
    assert [sample for *_, sample, _ in asked()] == ["2"] * 6 + ["3"] * 6
    whole = run(articles, ["sampled:drawn"], "whole", samples=4)
    assert four.results == whole.results
    assert Path("out/results.json").read_bytes() == Path("whole/results.json").read_bytes()
    Path("asked.txt").unlink()
    two = run(articles, ["sampled:drawn"], "out", samples=2)
    assert not Path("asked.txt").exists()
    assert two.results == run(articles, ["sampled:drawn"], "two", samples=2).results
    assert len(two.predictions("drawn")) == 12


def test_lost_row_is_asked_for_alone(articles):
    run(articles, ["sampled:drawn"], "out", samples=3)
    file = Path("out/predictions/drawn.summary.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lost = json.loads(lines.pop(7))
    file.write_text("".join(lines), encoding="utf-8")
    Path("out/results.json").unlink()
    before = run(articles, ["sampled:drawn"], "whole", samples=3).results
    Path("asked.txt").unlink()
    assert run(articles, ["sampled:drawn"], "out", samples=3).results == before
    assert [(article, int(sample)) for _, _, article, sample, _ in asked()] == [
        (lost["article"], lost["sample"])
    ]


@pytest.mark.slow
def test_results_do_not_depend_on_batches_or_the_engine(articles):
    models = ["sampled:drawn", "sampled:Seeded", "lead"]
    options = [
        {},
        {"batch_size": 1, "block_size": 1},
        {"engine": {"use": "processes", "workers": 2}},
    ]
    for number, given in enumerate(options):
        run(articles, models, str(number), samples=3, **given)
    texts = {Path(str(number), "results.json").read_bytes() for number in range(3)}
    assert len(texts) == 1


def test_limit_counts_articles(articles):
    found = run(articles, ["sampled:drawn"], samples=3, limit=2)
    assert len(found.predictions("drawn")) == 6
    assert found.results.tasks["summary"].models["drawn"].articles == 2


def test_scores_are_averaged_within_the_article_first(articles):
    found = run(articles, ["sampled:drawn"], samples=3)
    alone = [score_of_sample(found, articles, sample) for sample in range(3)]
    for score in ("rouge1.f1", "rougeLsum.f1"):
        table = found.scores(score)
        assert table.column_names == ["task", "model", "metric", "article", "sample", "value"]
        stored = np.array(table["value"]).reshape(6, 3)
        by_hand = np.array([one.values("summary", "drawn", score).values for one in alone]).T
        np.testing.assert_allclose(stored, by_hand, atol=1e-12)
        means = found.values("summary", "drawn", score).values
        np.testing.assert_allclose(means, by_hand.mean(axis=1), atol=1e-12)
        stated = found.results.tasks["summary"].models["drawn"].scores[score]
        assert stated.mean == pytest.approx(by_hand.mean(), abs=1e-12)
        split = variance_split(list(by_hand))
        assert stated.sd_between_samples == pytest.approx(math.sqrt(split.samples), abs=1e-9)
        assert stated.sd_between_articles == pytest.approx(math.sqrt(split.articles), abs=1e-9)


def score_of_sample(found, articles, sample):
    """The run of one sample alone, scored as recorded predictions."""
    folder = Path(f"alone-{sample}")
    folder.mkdir()
    rows = [row for row in found.predictions("drawn") if row.sample == sample]
    lines = [json.dumps({"article": row.article, "items": row.items}) + "\n" for row in rows]
    (folder / "drawn.jsonl").write_text("".join(lines), encoding="utf-8")
    return bench.score_files(
        folder / "drawn.jsonl", articles, task="summary", metrics=METRICS, progress=False
    )


def test_statistics_of_corpus_scores_are_averaged_within_the_article(articles):
    found = run(articles, ["sampled:drawn"], samples=3)
    alone = [score_of_sample(found, articles, sample) for sample in range(3)]
    for score in ("bleu", "chrf"):
        parts = [one.values("summary", "drawn", score).statistics for one in alone]
        mean = np.mean(parts, axis=0)
        own = found.values("summary", "drawn", score)
        np.testing.assert_allclose(own.statistics, mean, atol=1e-9)
        stated = found.results.tasks["summary"].models["drawn"].scores[score]
        assert stated.mean == pytest.approx(metric_named(score).aggregate(mean)[0])


def test_equal_samples_change_no_score(articles):
    rows = run(articles, ["lead"]).predictions("lead")
    lines = [
        json.dumps({"article": row.article, "sample": k, "items": row.items}) + "\n"
        for row in rows
        for k in range(3)
    ]
    Path("lead.jsonl").write_text("".join(lines), encoding="utf-8")
    three = run(articles, [{"use": "recorded", "name": "lead", "file": "lead.jsonl"}])
    once = run(articles, ["lead"]).results.tasks["summary"].models["lead"].scores
    for name, score in three.results.tasks["summary"].models["lead"].scores.items():
        assert (score.mean, score.sd_between_samples) == (once[name].mean, 0)


def test_failed_sample_scores_zero(articles):
    found = run(articles, ["sampled:Fragile"], samples=3)
    model = found.results.tasks["summary"].models["Fragile"]
    assert (model.articles, model.failed, model.outputs) == (6, 1, 18)
    own = found.values("summary", "Fragile", "rouge1.f1").on(["the-orchard"]).by_sample[0]
    assert own[1] == 0
    assert len(own) == 3
    assert "Fragile failed on 1 of 18 outputs (summary), 'the-orchard' for one" in found.failures[0]


def test_failed_sample_is_left_out_on_request(articles):
    found = run(articles, ["sampled:Fragile", "sampled:Barren"], samples=3, on_error="skip")
    models = found.results.tasks["summary"].models
    assert (models["Fragile"].articles, models["Fragile"].failed) == (6, 1)
    zero = run(articles, ["sampled:Fragile"], samples=3)
    kept, all_three = (
        one.values("summary", "Fragile", "rouge1.f1").on(["the-orchard"]).by_sample[0]
        for one in (found, zero)
    )
    assert kept.tolist() == [all_three[0], all_three[2]]
    assert (models["Barren"].articles, models["Barren"].failed) == (5, 3)


def test_failed_sample_stops_the_run_on_request(articles):
    with pytest.raises(RunFailedError, match=r"'the-orchard' \(summary, sample 1\): .*no apples"):
        run(articles, ["sampled:Fragile"], "out", samples=3, on_error="stop")


def test_only_failed_samples_are_asked_for_again(articles, tmp_path):
    run(articles, ["sampled:Fragile"], "out", samples=3)
    rows = bench.load_run("out").predictions("Fragile")
    assert [(r.article, r.sample) for r in rows if r.status == "error"] == [("the-orchard", 1)]
    again = run(articles, ["sampled:Fragile"], "out", samples=3).predictions("Fragile")
    assert again[-1].sample == 1
    assert [r.article for r in again[:-1]] == [r.article for r in rows if r.status != "error"]


def test_model_whose_every_sample_is_empty_is_silent(articles):
    lines = [
        json.dumps({"article": name, "sample": k, "items": []}) + "\n"
        for name in ("the-harbour", "the-bakery")
        for k in range(2)
    ]
    Path("mute.jsonl").write_text("".join(lines), encoding="utf-8")
    dataset = [
        line for line in articles.read_text().splitlines() if "harb" in line or "bak" in line
    ]
    Path("two.jsonl").write_text("\n".join(dataset) + "\n", encoding="utf-8")
    entry = {"use": "recorded", "name": "mute", "file": "mute.jsonl"}
    results = run("two.jsonl", [entry]).results
    assert results.is_silent(results.tasks["summary"].models["mute"])


def test_kept_model_keeps_its_samples(articles):
    run(articles, ["sampled:drawn"], "out", samples=3)
    alone = bench.load_run("out").results.tasks["summary"].models["drawn"]
    joined = run(articles, ["lead"], "out")
    assert joined.results.tasks["summary"].models["drawn"].scores.keys() == alone.scores.keys()
    assert joined.results.tasks["summary"].models["drawn"].samples == 3
    assert joined.results.tasks["summary"].models["drawn"].outputs == 18
    again = run(articles, ["sampled:plain"], "out").results.tasks["summary"].models
    assert again["drawn"] == alone
    assert {"lead", "plain"} < again.keys()


def test_samples_are_scored_again(articles):
    models = ["sampled:drawn", "sampled:Seeded"]
    four = run(articles, models, "out", samples=4).results
    two = run(articles, models, "out", samples=2).results
    scored = bench.compare("out", tasks=["summary"], rescore=True, resamples=200)
    again = {one.label: one.score for one in scored.scores[0].standings}
    for name, score in again.items():
        of_four, of_two = (
            found.tasks["summary"].models[name].scores["rougeLsum.f1"].mean for found in (four, two)
        )
        assert score == of_two
        assert of_two != of_four or name == "Seeded"  # whose items are numbers


def test_keys_of_first_samples_are_as_before_and_others_their_own(articles):
    spec = build_model("lead", "lead", {}, 0)
    task, article = TASKS["summary"], load_dataset(articles)[0]
    keys = [prediction_key(spec, bench_task(task, sample), article, "f") for sample in (0, 0, 1, 2)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert of_sample(0) == ()


def bench_task(task, sample):
    from dataclasses import replace

    return replace(task, sample=sample)


@pytest.mark.parametrize("seed", [0, 7, -3, 2**63])
def test_seed_of_the_first_sample_is_the_given_one(seed):
    assert sample_seed(seed, 0, "m") == seed
    later = {sample_seed(seed, sample, "m", "t", a) for sample in range(1, 9) for a in "ab"}
    assert len(later) == 16


def test_attribute_of_another_type_is_refused(articles, tmp_path):
    text = "class Odd:\n    tasks = ('summary',)\n    draws_at_random = 'yes'\n"
    text += "    def predict(self, articles, task):\n        return []\n"
    (tmp_path / "odd_sampling.py").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="`draws_at_random` must be True or False, not 'yes'"):
        run(articles, ["odd_sampling:Odd"])


@pytest.mark.parametrize("given", [0, -1, "many", 1.5, 10_000])
def test_invalid_number_of_samples_is_refused(articles, given):
    with pytest.raises(ConfigError, match="samples: "):
        run(articles, ["lead"], samples=given)
    with pytest.raises(ConfigError, match="samples: "):
        run(articles, [{"use": "lead", "samples": given}])


def test_results_say_where_a_count_is_impossible(articles):
    run(articles, ["sampled:drawn"], "out", samples=2)
    file = Path("out/results.json")
    record = json.loads(file.read_text(encoding="utf-8"))
    for change, fault in (
        ({"failed": 13}, "failed: more than the task has outputs"),
        ({"samples": -1}, "samples: -1 is not a number of things"),
        ({"outputs": -1}, "outputs: -1 is not a number of things"),
    ):
        record["tasks"]["summary"]["models"]["drawn"] |= change
        file.write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(bench.BenchError, match=fault):
            read_results(Path("out"))
        record["tasks"]["summary"]["models"]["drawn"] |= {"failed": 0, "samples": 2, "outputs": 12}


def test_command_line_asks_for_samples(bench, articles):
    args = ["run", "--dataset", articles, "--task", "summary", "--model", "sampled:drawn"]
    ended = bench(*args, "--samples", "2", "--output", "out")
    assert ended.returncode == 0, ended.stderr
    assert "drawn: 2 samples of each article; sd " in ended.stdout
    assert "sampling noise" in ended.stdout
    rows = Path("out/predictions/drawn.summary.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(row)["sample"] for row in rows] == [0] * 6 + [1] * 6
    refused = bench(*args, "--samples", "0")
    assert refused.returncode == 2
    assert "--samples" in refused.stderr


def test_model_whose_seed_is_no_number_is_asked_as_it_is(articles):
    found = run(articles, [{"use": "sampled:Seeded", "seed": None}], samples=2)
    assert {row.items for row in found.predictions("Seeded")} == {("None",)}
    assert {row.sample for row in found.predictions("Seeded")} == {0, 1}


@pytest.mark.parametrize("sample", ["-1", "1.5", '"two"', "10000000"])
def test_row_with_an_impossible_sample_is_refused(articles, sample):
    run(articles, ["lead"], "out")
    file = Path("out/predictions/lead.summary.jsonl")
    text = file.read_text(encoding="utf-8").replace('"sample":0', f'"sample":{sample}', 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(bench.BenchError, match=r"lead\.summary\.jsonl:1: not a prediction row"):
        list(bench.load_run("out", allow_modified=True, report=lambda _: None).predictions("lead"))


def test_rows_of_earlier_runs_are_first_samples(articles):
    run(articles, ["lead"], "out")
    file = Path("out/predictions/lead.summary.jsonl")
    text = file.read_text(encoding="utf-8").replace('"sample":0,', "")
    file.write_text(text, encoding="utf-8")
    found = bench.load_run("out", allow_modified=True, report=lambda _: None)
    assert {row.sample for row in found.predictions("lead")} == {0}


def test_options_of_the_run_and_of_a_model_are_in_the_schema():
    from bench.runs.schemas import schema_of

    schema = schema_of("config")
    assert schema["properties"]["samples"]["default"] == 1
    model = schema["$defs"]["Model"]["anyOf"][-1]["properties"]
    assert "samples" in model
    assert "sample" in schema_of("prediction")["properties"]
