"""The stage of a run in which raters rate: what is asked, stored, kept, asked again and scored."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import ClassVar

import pytest

import bench
from bench.data.ratings import Rating
from bench.errors import ConfigError, RunDirectoryError, RunFailedError
from bench.raters.base import RatedDimension
from bench.runs.rating_files import RatingFile
from tests.conftest import write_rows

ZOO = "tests.runs.raters_of_tests"
COUNTED = {"use": f"{ZOO}:Counted", "name": "counted", "log": "asked.log"}


class Told:
    """Progress that remembers what it was told."""

    def __init__(self):
        self.told, self.stages = [], []

    def start(self, label, articles, done):
        self.stages.append((label, articles, done))

    def advance(self, articles):
        label, total, done = self.stages[-1]
        self.stages[-1] = (label, total, done + articles)

    def tell(self, event):
        self.told.append(event)


@pytest.fixture
def run(articles):
    def call(*raters, output="out", models=("lead", "template"), progress=False, **options):
        config = {"name": "rated", "dataset": str(articles), "models": list(models)}
        config["metrics"] = ["rouge1", "set_rougeL"]
        config["raters"] = list(raters)
        return bench.run(config, output=output, progress=progress, **options)

    return call


def asked() -> list[str]:
    log = Path("asked.log")
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


def rows(rater, model="lead", task="summary", output="out") -> list[Rating]:
    file = RatingFile(Path(output) / "ratings" / f"{rater}.{model}.{task}.jsonl")
    return [row for _, row in file.parsed(Rating)]


@pytest.mark.slow
def test_every_item_and_list_has_a_row_and_its_mean_is_a_score(run):
    found = run(COUNTED)
    items = {p.article: p.items for p in found.predictions("lead", "summary")}
    stored = rows("counted")
    assert {(row.article, row.item) for row in stored if row.dimension == "capitals"} == {
        (article, number) for article, own in items.items() for number in range(len(own))
    }
    assert {(row.article, row.item) for row in stored if row.dimension == "length"} == {
        (article, None) for article in items
    }
    assert {(row.rater, row.model, row.task, row.status) for row in stored} == {
        ("counted", "lead", "summary", "ok")
    }

    def capitals(item):
        return sum(letter.isupper() for letter in item) / len(item)

    scores = found.results.tasks["summary"].models["lead"].scores
    expected = mean(mean(map(capitals, own)) for own in items.values())
    assert scores["counted.capitals"].mean == pytest.approx(expected, abs=1e-12)
    assert scores["counted.length"].mean == mean(map(len, items.values()))
    assert scores["counted.capitals"].low < expected < scores["counted.capitals"].high
    values = found.scores("counted.capitals").filter(
        [task == "summary" for task in found.scores("counted.capitals")["task"].to_pylist()]
    )
    assert values["value"].to_pylist() == pytest.approx(
        [mean(map(capitals, items[article])) for article in values["article"].to_pylist()]
    )
    facts = found.results.facts("counted.length")
    assert (facts.rater, facts.range, facts.higher_is_better) == ("counted", (0, None), True)


def test_scores_of_raters_are_scores_like_any_other(run):
    found = run(COUNTED, {"use": f"{ZOO}:words"}, models=("lead", "textrank"))
    assert "words" in str(found.leaderboard("summary", "words"))
    compared = bench.compare(found, metrics=["counted.capitals"])
    assert {s.score for s in compared.scores} == {"counted.capitals"}
    assert bench.power(found, metrics=["words.value"]).scores[0].score == "words.value"
    verdicts = bench.check(found, found, metrics=["words"]).verdicts
    assert {v.score for v in verdicts if v.score.startswith("words")} == {"words.value"}
    again = bench.compare(found, metrics=["words.value"], rescore=True)
    plain = bench.compare(found, metrics=["words.value"])
    assert [s.score for s in again.scores[0].standings] == [
        s.score for s in plain.scores[0].standings
    ]


def test_run_without_raters_says_nothing_of_ratings(run):
    found = run()
    assert not (Path("out") / "ratings").exists()
    text = (Path("out") / "results.json").read_text()
    assert not any(word in text for word in ('"rater"', '"advisory"', '"n"', '"unparsed"'))
    record = json.loads((Path("out") / "run.json").read_text())
    assert "ratings" not in record
    assert found.raters == ()


@pytest.mark.slow
@pytest.mark.parametrize("batched", [False, True])
def test_answers_are_used_again_until_what_they_depend_on_changes(run, articles, rows_of, batched):
    rater = {**COUNTED, "batched": batched}
    run(rater)
    first = asked()
    results = (Path("out") / "results.json").read_bytes()
    run(rater)
    assert asked() == []
    assert (Path("out") / "results.json").read_bytes() == results
    made = rows_of()
    made[0]["text"] = made[0]["text"].replace("Friday", "Monday")
    write_rows(articles, made)
    run(rater)
    again = asked()
    assert again
    assert batched or len(again) < len(first)  # a batch is read again as a whole
    run({**rater, "start": "A"})
    assert len(asked()) == len(first)


@pytest.fixture
def rows_of(articles):
    return lambda: [json.loads(line) for line in articles.read_text().splitlines()]


def test_references_and_labels_count_only_for_raters_that_see_them(run, articles, rows_of):
    blind = {"use": f"{ZOO}:Peeking", "name": "blind"}
    seeing = {"use": f"{ZOO}:Peeking", "name": "seeing", "references": True}
    found = run(blind, seeing)
    means = {
        name: found.results.tasks["summary"].models["lead"].scores[f"{name}.shown"].mean
        for name in ("blind", "seeing")
    }
    assert means == {"blind": 0, "seeing": 2}
    keys = {name: [row.key for row in rows(name)] for name in means}
    made = rows_of()
    for row in made:
        row["summary"] = [*row["summary"], "One more."]
    write_rows(articles, made)
    run(blind, seeing)
    assert [row.key for row in rows("blind")] == keys["blind"]
    assert not {row.key for row in rows("seeing")} & {*keys["seeing"]}


def test_ratings_of_changed_predictions_are_discarded(run, monkeypatch):
    told = Told()
    run({**COUNTED}, models=({"use": "lead", "name": "mine"},))
    before = {row.key for row in rows("counted", "mine")}
    asked()
    run({**COUNTED}, models=({"use": "lead", "name": "mine", "k": 1},), progress=told)
    after = rows("counted", "mine")
    assert len(after) == 6 * 2
    assert {row.item for row in after if row.dimension == "capitals"} == {0}
    assert {row.key for row in after if row.dimension == "length"}.isdisjoint(before)
    assert any("stored ratings of mine by counted are discarded" in line for line in told.told)
    assert all(line.startswith("length") for line in asked())  # the first items are the same


def test_equal_items_are_asked_about_once_and_cost_once(run):
    twice = {"use": f"{ZOO.replace('raters', 'models')}:Repeating", "name": "twice"}
    copy = {**twice, "name": "copy"}
    run(COUNTED, models=(twice, copy))
    lines = asked()
    assert len(lines) == len(set(lines))
    stored = [*rows("counted", "twice"), *rows("counted", "copy")]
    assert len(stored) == 2 * 6 * 3
    lists = [row for row in stored if row.dimension == "length"]
    assert sum(row.cost for row in lists) == 0.5 * len([x for x in lines if x[0] == "l"])
    assert {row.tokens_in for row in lists} == {0, 7}
    assert {row.reason for row in lists} == {"counted"}
    record = json.loads((Path("out") / "run.json").read_text())
    assert record["ratings"]["counted"]["summary"]["twice"]["cost"] == 3
    assert record["ratings"]["counted"]["summary"]["copy"]["cost"] == 0


def test_batched_rater_shares_no_answers_between_models(run):
    run({**COUNTED, "batched": True}, models=("lead", {"use": "lead", "name": "copy"}))
    assert all(number % 2 == 0 for number in Counter(asked()).values())


def test_killed_stage_goes_on_where_it_stopped(run):
    whole = run(COUNTED, output="whole")
    asked()
    run(COUNTED)
    file = Path("out") / "ratings" / "counted.template.questions.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    (Path("out") / "results.json").unlink()
    file.write_bytes(b"".join(lines[:5]) + lines[5][:20])  # as a kill leaves it
    asked()
    found = run(COUNTED)
    assert len(asked()) == len(lines) - 5
    assert found.results == whole.results
    assert sorted(row.key for row in rows("counted", "template", "questions")) == sorted(
        json.loads(line)["key"] for line in lines
    )


@pytest.mark.slow
@pytest.mark.parametrize("batched", [False, True])
def test_processes_give_the_same_results_to_the_byte(run, batched):
    for engine in ("local", "processes"):
        options = {"use": engine, **({"workers": 2} if engine == "processes" else {})}
        run({**COUNTED, "batched": batched}, output=engine, engine=options, batch_size=4)
    one, other = ((Path(e) / "results.json").read_bytes() for e in ("local", "processes"))
    assert one == other
    digests = [
        json.loads((Path(e) / "run.json").read_text())["digests"] for e in ("local", "processes")
    ]
    ratings = [{k: v for k, v in own.items() if k.startswith("ratings/")} for own in digests]
    assert ratings[0] == ratings[1] != {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("raise", r"ValueError: no harbours"),
        ("text", "must return a number or a RatingAnswer, not str"),
        ("large", "returns 7, outside its declared range 0 to 1"),
        ("nan", "returns nan, which is not a finite number"),
        ("none", "an answer with the status `ok` needs a value"),
    ],
)
def test_failed_ratings_are_missing_counted_and_named(run, monkeypatch, how, reason):
    told = Told()
    rater = {"use": f"{ZOO}:Fragile", "name": "frail", "how": how}
    found = run(rater, models=("lead",), progress=told)
    failed = [row for row in rows("frail") if row.status == "error"]
    assert {row.article for row in failed} == {"the-harbour"}
    assert all(reason in row.error and row.value is None for row in failed)
    score = found.results.tasks["summary"].models["lead"].scores["frail.fine"]
    assert (score.mean, score.n, score.failed) == (0.5, 5, len(failed))
    assert any(f"rater 'frail' failed on {len(failed)} of" in line for line in told.told)
    assert any("frail.fine" in line and "lead failed" in line for line in found.failures)
    assert "lead: 5 of 6 articles rated: frail.fine" in str(found.leaderboard())
    with pytest.raises(RunFailedError, match="frail failed on fine of lead, article 'the-harbour'"):
        run(rater, models=("lead",), output="strict", on_error="stop")
    monkeypatch.setenv("MENDED", "1")
    assert run(rater, models=("lead",)).failures == []
    assert len(rows("frail")) == len({(row.article, row.item) for row in rows("frail")})


def test_rater_that_fails_on_everything_has_no_score_but_a_fault(run):
    found = run({"use": f"{ZOO}:Fragile", "name": "frail", "article": ""}, models=("lead",))
    model = found.results.tasks["summary"].models["lead"]
    assert "frail.fine" not in model.scores
    assert "rater 'frail' failed on" in model.faults["frail.fine"]
    assert any("there is no score by 'frail.fine'" in line for line in found.failures)


def test_unparsed_answers_are_counted_and_not_asked_again(run):
    rater = {"use": f"{ZOO}:Fragile", "name": "frail", "how": "unparsed"}
    found = run(rater, models=("lead",))
    score = found.results.tasks["summary"].models["lead"].scores["frail.fine"]
    number = sum(row.status == "unparsed" for row in rows("frail"))
    assert (score.n, score.failed, score.unparsed) == (5, 0, number)
    assert found.failures == []
    before = (Path("out") / "ratings" / "frail.lead.summary.jsonl").read_bytes()
    run(rater, models=("lead",))
    assert (Path("out") / "ratings" / "frail.lead.summary.jsonl").read_bytes() == before


@pytest.mark.slow
def test_item_that_kills_workers_fails_alone(run):
    rater = {"use": f"{ZOO}:Fragile", "name": "frail", "how": "die", "word": "critics"}
    found = run(rater, models=("lead",), engine={"use": "processes", "workers": 1})
    items = {p.article: p.items for p in found.predictions("lead", "summary")}["the-harbour"]
    deadly = {number for number, item in enumerate(items) if "critics" in item.lower()}
    failed = [row for row in rows("frail") if row.status == "error"]
    assert {(row.article, row.item) for row in failed} == {("the-harbour", n) for n in deadly}
    assert 0 < len(deadly) < len(items)
    assert found.results.tasks["summary"].models["lead"].scores["frail.fine"].n is None


@pytest.mark.parametrize("streams", [False, True])
def test_rater_that_stops_keeps_its_answers_and_goes_on_later(run, monkeypatch, streams):
    rater = {"use": f"{ZOO}:Stopping", "name": "costly", "most": 7, "streams": streams}
    told = Told()
    found = run(rater, models=("lead",), progress=told)
    total = sum(len(p.items) for p in found.predictions("lead", "summary"))
    assert f"costly: up to {total} calls" in told.told
    assert len(rows("costly")) == 7
    assert any(
        f"costly stopped: the limit of 7 calls is reached; {total - 7} questions" in line
        for line in told.told
    )
    assert found.results.tasks["summary"].models["lead"].scores["costly.fine"].n < 6
    monkeypatch.setenv("MORE", "1")
    whole = run(rater, models=("lead",))
    assert len(rows("costly")) == total
    assert whole.results.tasks["summary"].models["lead"].scores["costly.fine"].n is None


def test_wrong_number_of_answers_is_not_attributed_to_requests(run):
    found = run({"use": f"{ZOO}:Short", "name": "short"}, models=("lead",))
    assert {row.status for row in rows("short")} == {"ok"}
    items = {p.article: p.items for p in found.predictions("lead", "summary")}
    assert all(row.value == len(items[row.article][row.item]) / 1000 for row in rows("short"))


def test_score_that_is_only_shown_is_neither_primary_nor_gated(run):
    rater = {"use": f"{ZOO}:Advisory", "name": "judge"}
    with pytest.raises(ConfigError, match=r"judge\.liked cannot be the primary score, it is only"):
        bench.run(
            {
                "name": "rated",
                "dataset": "articles.jsonl",
                "models": ["lead"],
                "raters": [rater],
                "tasks": {"summary": {"primary": "judge.liked"}},
            },
            progress=False,
        )
    found = run(rater, models=("lead", "random-sentences"))
    note = "judge.liked is only shown: it was not compared with people"
    models, scores = ("lead", "random-sentences"), ["judge.liked"]
    shown = [
        found.leaderboard(),
        bench.compare(found, models=models, metrics=scores),
        bench.power(found, models=models, metrics=scores),
        bench.history(found, models=models, metrics=scores),
    ]
    for one in shown:
        assert note in " ".join(str(one).split())
    assert note not in str(bench.history(found, models=models))
    with pytest.raises(ConfigError, match=r"judge\.liked cannot be checked, it is only shown"):
        bench.check(found, found, metrics=["judge.liked"])
    assert bench.check(found, found).outcome == "pass"


def test_score_of_a_rater_may_be_primary(run, articles):
    config = {
        "name": "rated",
        "dataset": str(articles),
        "models": ["lead", "textrank"],
        "raters": [f"{ZOO}:words"],
        "tasks": {"summary": {"primary": "words.value"}},
    }
    found = bench.run(config, output="out", progress=False)
    assert found.results.tasks["summary"].primary == "words.value"
    assert "by words.value" in str(found)
    assert bench.compare(found).scores[0].score == "words.value"
    assert bench.load_run("out").results == found.results


@pytest.mark.parametrize(
    ("raters", "reason"),
    [
        (["yess"], "unknown rater 'yess'; did you mean 'yes'"),
        ([{"use": f"{ZOO}:Counted", "lgo": "a"}], "unknown parameter of rater .*'lgo'"),
        ([{"use": f"{ZOO}:words", "name": "human"}], "'human' is the name of people's ratings"),
        ([{"use": f"{ZOO}:words", "name": "a.b"}], "letters, digits and _ - @ only"),
        ([f"{ZOO}:words", f"{ZOO}:words"], "duplicate name 'words'"),
        ([{"use": f"{ZOO}:words", "name": "rouge1"}], "a metric has this name"),
        ([f"{ZOO}:ZOO"], "'ZOO'"),
        ([{"use": "yes"}], "checkpoint"),
        (["json:JSONDecoder"], "does not implement `dimensions` and `rate"),
    ],
)
def test_raters_of_a_config_are_checked_before_anything_runs(run, raters, reason):
    with pytest.raises(bench.BenchError, match=reason):
        run(*raters)
    assert not Path("out").exists()


def test_edited_ratings_are_refused_by_readers_and_runs(run):
    found = run(COUNTED)
    file = Path("out") / "ratings" / "counted.lead.summary.jsonl"
    kept = file.read_bytes()
    file.write_bytes(kept.replace(b'"value":', b'"value":0', 1))
    for reader in (
        lambda: list(bench.load_run("out").ratings("counted", "summary", "lead")),
        lambda: bench.verify("out"),
        lambda: run(COUNTED),
    ):
        with pytest.raises(RunDirectoryError, match=r"lead\.summary\.jsonl: is not as the"):
            reader()
    file.write_bytes(kept)
    bench.verify("out")
    assert [r.key for r in found.ratings("counted", "summary", "lead")]


def test_lists_of_several_samples_are_averaged_within_the_article(run):
    drawing = {"use": f"{ZOO.replace('raters', 'models')}:Drawing", "name": "drawing"}
    found = run(f"{ZOO}:words", models=(drawing,), samples=3)
    by_article: dict[str, list[float]] = {}
    for p in found.predictions("drawing", "summary"):
        by_article.setdefault(p.article, []).append(mean(len(i.split()) for i in p.items))
    score = found.results.tasks["summary"].models["drawing"].scores["words.value"]
    assert score.mean == pytest.approx(mean(map(mean, by_article.values())))
    assert score.sd_between_samples is not None
    assert "sample" in found.scores("words.value").column_names


def test_baseline_is_renewed_with_its_ratings(run):
    found = run(COUNTED)
    from bench.gate.baseline import renew

    renew(Path("base"), found)
    copied = bench.load_run("base")
    assert copied.results == found.results
    assert list(copied.ratings("counted", "summary", "lead"))


def test_raters_are_chosen_by_name(run):
    found = run(COUNTED, f"{ZOO}:words", raters=["words"])
    assert found.raters == ("words",)
    assert run(COUNTED, f"{ZOO}:words", raters=[], output="none").raters == ()
    with pytest.raises(bench.BenchError, match="unknown rater 'wrods'; did you mean 'words'"):
        run(COUNTED, f"{ZOO}:words", raters=["wrods"])


@pytest.mark.slow
def test_models_that_are_kept_keep_their_ratings(run):
    whole = run(COUNTED)
    asked()
    narrowed = bench.run(
        {
            "name": "rated",
            "dataset": "articles.jsonl",
            "models": ["lead", "template"],
            "metrics": ["rouge1", "set_rougeL"],
            "raters": [COUNTED],
        },
        models=["lead"],
        output="out",
        progress=False,
    )
    assert asked() == []
    assert narrowed.results == whole.results


def test_signature_of_a_score_knows_how_many_items_are_rated(run):
    short = run(COUNTED, max_items=1, output="short")
    assert {row.item for row in rows("counted", output="short")} == {0, None}
    assert "|max_items:1" in short.results.facts("counted.capitals").signature
    with pytest.raises(RunDirectoryError, match="max_items is 1 in short and unset in out"):
        bench.compare(run(COUNTED), short, metrics=["counted.capitals"])


def test_forged_number_of_rated_articles_is_refused(run):
    run(COUNTED)
    file = Path("out") / "results.json"
    results = json.loads(file.read_text())
    results["tasks"]["summary"]["models"]["lead"]["scores"]["counted.length"]["n"] = 7
    file.write_text(json.dumps(results))
    with pytest.raises(RunDirectoryError, match=r"counted\.length\.n: 7 is not a number of its"):
        bench.load_run("out", allow_modified=True)


LOGGING = """
from bench.raters.base import RatedDimension

class Logging:
    dimensions = {"length": RatedDimension(0, None)}

    def __init__(self, log="asked.log"):
        self.log = log

    def rate(self, requests):
        for request in requests:
            with open(self.log, "a") as file:
                file.write(request.item + "\\n")
            yield len(request.item)
"""


def test_log_that_a_rater_writes_does_not_expire_its_answers(run, tmp_path, monkeypatch):
    name = "logging_rater"
    (tmp_path / f"{name}.py").write_text(LOGGING)
    monkeypatch.syspath_prepend(tmp_path)
    for _ in range(3):
        run(f"{name}:Logging", models=("lead",))
    lines = Path("asked.log").read_text().splitlines()
    assert len(lines) == sum(row.rater == "Logging" for row in rows("Logging"))
    origin = json.loads((Path("out") / "ratings" / "Logging.origin.json").read_text())
    assert [Path(file).name for file in origin["written"]] == ["asked.log"]


class InSession:
    """Rates by what a session has defined."""

    dimensions: ClassVar = {"letters": RatedDimension(0, None)}

    def rate(self, requests):
        return [len(request.item) for request in requests]


@pytest.mark.slow
def test_raters_may_be_objects_of_a_session(run):
    def short(article, item):
        return len(item) < 40

    for rater in (InSession, InSession(), lambda article, item: len(article.text)):
        found = run(raters=[rater], output="session", models=("lead",))
        (name,) = found.raters
        assert "." not in name
        assert found.failures == []
    found = run(raters=[short], output="session", models=("lead",))
    score = found.results.tasks["summary"].models["lead"].scores["short.value"]
    assert 0 < score.mean < 1  # of values that are true or false
    with pytest.raises(ConfigError, match="worker processes cannot import it"):
        run(raters=[short], output="session", engine={"use": "processes", "workers": 1})
