"""People's ratings in a run directory: added to a finished run, and kept by later ones."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean

import pyarrow.parquet as pq
import pytest

import bench
from bench.data.ratings import Preference, Rating
from bench.errors import DataError, RunDirectoryError, UnknownNameError
from bench.raters.rubric import shipped_rubric
from bench.runs.add_ratings import add_ratings
from bench.runs.human_intervals import people_behind
from bench.runs.owner import Policy
from bench.runs.rescore import rescored
from bench.runs.run import Silent
from tests.conftest import write_rows
from tests.runs.test_rating import Told

MINE = {"use": "lead", "name": "mine"}


@pytest.fixture
def run(articles):
    def call(model=MINE, progress=False, **options):
        config = {"name": "rated", "dataset": str(articles), "metrics": ["rouge1", "set_rougeL"]}
        config |= {"models": [model, "template"], "raters": ["tests.runs.raters_of_tests:words"]}
        return bench.run(config, output="out", progress=progress, **options)

    return call


def rating(value, item=0, article="the-harbour", rater="ann", **facts):
    given = {"task": "summary", "model": "mine", "dimension": "clear", **facts}
    return Rating(article=article, rater=rater, item=item, value=value, **given)


def score(run, dimension="clear", task="summary", model="mine"):
    return run.results.tasks[task].models[model].scores.get(f"human.{dimension}")


def files() -> dict[str, bytes]:
    return {
        path.relative_to("out").as_posix(): path.read_bytes()
        for path in Path("out").rglob("*")
        if path.is_file()
    }


def test_ratings_are_averaged_over_raters_then_items_then_articles(run):
    run()
    added = add_ratings(
        "out",
        [
            rating(5),
            rating(3, rater="bob"),
            rating(1, item=1),
            rating(2, article="the-railway", rater="bob"),
            rating(4, None, article="the-orchard"),
        ],
        shipped_rubric(),
    )
    assert (added.added, added.replaced, added.notes) == (5, 0, ())
    found = bench.load_run("out")
    values = {"the-harbour": mean([4, 1]), "the-railway": 2, "the-orchard": 4}
    table = found.scores("human.clear")
    assert (
        dict(zip(table["article"].to_pylist(), table["value"].to_pylist(), strict=True)) == values
    )
    assert score(found).mean == pytest.approx(mean(values.values()))
    assert (score(found).n, score(found, model="template", task="questions")) == (3, None)
    facts = found.results.facts("human.clear")
    assert (facts.rater, facts.range, facts.higher_is_better) == ("human", (1, 5), True)
    assert "mine: 3 of 6 articles rated: human.clear" in str(found.leaderboard("summary"))


def test_everything_else_stays_as_it_is(run):
    before = run()
    stored, scores = files(), pq.read_table("out/scores.parquet").to_pylist()
    results, record = (json.loads(stored[name]) for name in ("results.json", "run.json"))
    add_ratings("out", [rating(5), rating(2, item=1)], shipped_rubric())
    now = files()
    changed = {name for name in now if now[name] != stored.get(name)}
    new = {"ratings/human.mine.summary.jsonl", "ratings/human.json"}
    assert changed == {"results.json", "run.json", "scores.parquet", *new}
    after = json.loads(now["results.json"])
    del after["metrics"]["human.clear"]
    del after["tasks"]["summary"]["models"]["mine"]["scores"]["human.clear"]
    assert after == results
    table = pq.read_table("out/scores.parquet").to_pylist()
    assert [row for row in table if row["metric"] != "human.clear"] == scores
    told = json.loads(now["run.json"])
    assert {*told.pop("digests")} == {*record.pop("digests"), *new}
    assert told == record
    found = bench.load_run("out")
    assert [r.item for r in found.ratings("human", "summary", "mine")] == [
        p.items[n] for n in (0, 1) for p in before.predictions("mine")[:1]
    ]


def test_later_run_gives_the_same_bytes_and_asks_nobody(run):
    run()
    add_ratings("out", [rating(5), rating(2, item=1, article="the-bakery")], shipped_rubric())
    before = files()
    run()
    after = files()
    for name in ("results.json", "ratings/human.mine.summary.jsonl", "ratings/human.json"):
        assert after[name] == before[name]


def test_ratings_of_what_has_changed_do_not_count_but_stay(run, articles):
    run()
    add_ratings("out", [rating(5, item=n) for n in (0, 1)], shipped_rubric())
    kept = files()["ratings/human.mine.summary.jsonl"]
    told = Told()
    fewer = run({**MINE, "k": 1}, progress=told)
    assert score(fewer).mean == 5
    line = "summary: 1 rating of mine by people does not count: what was rated has changed since"
    assert any(line in event for event in told.told)
    assert any(line in note for note in fewer.record.notes)
    assert files()["ratings/human.mine.summary.jsonl"] == kept
    assert score(run()).mean == 5
    rows = [json.loads(line) for line in articles.read_text().splitlines()]
    rows[0]["text"] = rows[0]["text"].replace("by spring", "by autumn")
    write_rows(articles, rows)
    assert score(run()) is None
    assert files()["ratings/human.mine.summary.jsonl"] == kept


def test_second_rating_of_a_person_replaces_the_first(run):
    run()
    add_ratings("out", [rating(1), rating(1, rater="bob")], shipped_rubric())
    again = add_ratings("out", [rating(5), rating(4, item=1)], shipped_rubric())
    assert (again.added, again.replaced) == (1, 1)
    assert score(bench.load_run("out")).mean == mean([mean([5, 1]), 4])


def test_text_of_an_item_counts_for_each_time_it_stands_in_the_list(run):
    run({"use": "tests.runs.models_of_tests:Repeating", "name": "mine"})
    title = "Council Sells the Harbour to a Trust"
    add_ratings("out", [rating(5, f" {title.replace(' ', '  ')}")], shipped_rubric())
    (row,) = bench.load_run("out").ratings("human", "summary", "mine")
    assert row.item == title
    assert score(bench.load_run("out")).mean == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "error", "reason"),
    [
        ({"model": "mien"}, DataError, "unknown model of summary 'mien'; did you mean 'mine'"),
        ({"article": "the-moon"}, DataError, "wrote nothing for article 'the-moon'"),
        ({"item": 99}, DataError, "its list for article 'the-harbour' has no item 99"),
        ({"item": "Never said."}, DataError, "has no item 'Never said.'"),
        ({"sample": 1}, DataError, "article 'the-harbour', sample 1"),
        ({"value": 9}, DataError, "'the-harbour': clear is 9, not from 1 to 5"),
        ({"dimension": "claer"}, UnknownNameError, "unknown criterion 'claer'; did you mean"),
    ],
)
def test_ratings_that_do_not_belong_to_the_run_change_nothing(run, changes, error, reason):
    run()
    before = files()
    with pytest.raises(error, match=reason):
        add_ratings("out", [rating(5), rating(**{"value": 3, **changes})], shipped_rubric())
    assert files() == before


def test_run_with_an_edited_file_is_not_sealed_again(run):
    run()
    file = Path("out/predictions/mine.summary.jsonl")
    file.write_bytes(file.read_bytes().replace(b"sold", b"lost", 1))
    before = files()
    with pytest.raises(RunDirectoryError, match="is not as the run wrote it"):
        add_ratings("out", [rating(5)], shipped_rubric())
    assert files() == before


def test_edited_ratings_of_people_are_never_deleted(run):
    run()
    add_ratings("out", [rating(5)], shipped_rubric())
    file = Path("out/ratings/human.mine.summary.jsonl")
    file.write_bytes(file.read_bytes().replace(b"5.0", b"1.0"))
    for options in ({}, {"overwrite": True}):
        with pytest.raises(RunDirectoryError, match=r"human\.mine\.summary\.jsonl: is not as the"):
            run(**options)
    assert file.exists()
    from bench.runs.run import execute
    from tests.runs.test_seal import Silence

    planned = bench.api.running.planned(
        {
            "name": "rated",
            "dataset": "articles.jsonl",
            "metrics": ["rouge1", "set_rougeL"],
            "models": [MINE, "template"],
        }
    )
    execute(planned, Path("out"), Silence(), Policy(allow_modified=True))
    assert score(bench.load_run("out")).mean == 1


def test_preferences_are_kept_and_sealed(run):
    run()
    facts = {"task": "summary", "article": "the-harbour", "rater": "ann", "dimension": "clear"}
    row = Preference(first="mine", second="other", choice="first", **facts)
    for _ in range(2):
        add_ratings("out", [], shipped_rubric(), [row])
    name = "ratings/human.summary.preferences.jsonl"
    assert files()[name].count(b"\n") == 1
    assert name in json.loads(files()["run.json"])["digests"]
    run()
    assert name in json.loads(files()["run.json"])["digests"]


def test_score_of_people_can_be_compared_and_gated(articles):
    models = [MINE, {"use": "textrank", "name": "other"}]
    config = {"name": "rated", "dataset": str(articles), "models": models, "metrics": ["rougeLsum"]}
    found = bench.run(config, output="out", progress=False)
    names = [p.article for p in found.predictions("mine")]
    ratings = [rating(4, article=name) for name in names]
    ratings += [rating(2 + n % 2, article=name, model="other") for n, name in enumerate(names)]
    add_ratings("out", ratings, shipped_rubric())
    rated = bench.load_run("out")
    assert bench.check(rated, rated, metrics=["human.clear"]).outcome == "pass"
    for rescore in (False, True):
        (compared,) = bench.compare(rated, metrics=["human"], rescore=rescore).scores
        assert compared.score == "human.clear"
        assert {s.label: s.score for s in compared.standings} == {"mine": 4, "other": 2.5}


@pytest.fixture
def rated_by_three(articles, tmp_path):
    """A run with ratings and choices of three people who use the scale differently."""
    models = [MINE, {"use": "textrank", "name": "other"}]
    config = {"name": "rated", "dataset": str(articles), "models": models, "metrics": ["rougeLsum"]}
    output = tmp_path / "rated"
    names = [
        p.article for p in bench.run(config, output=output, progress=False).predictions("mine")
    ]
    people = {"ann": 2, "bob": 3, "cem": 5}
    ratings = [
        rating(min(5, value + n % 2), article=name, rater=person)
        for n, name in enumerate(names)
        for person, value in people.items()
    ]
    facts = {"task": "summary", "dimension": "clear", "first": "mine", "second": "other"}
    choices = [
        Preference(article=name, rater=person, choice=choice, **facts)
        for name in names
        for person, choice in (("ann", "first"), ("bob", "first"), ("cem", "second"))
    ]
    add_ratings(str(output), ratings, shipped_rubric(), choices)
    return output


def test_scoring_again_leaves_the_scores_of_people_as_they_are(rated_by_three):
    run = bench.load_run(rated_by_three)
    with rescored(run, Silent()) as again:
        for name in ("human.clear", "human.clear.preferred"):
            before, after = (one.results.tasks["summary"].models["mine"] for one in (run, again))
            assert before.scores[name].high - before.scores[name].low > 0
            assert after.scores[name] == before.scores[name]


@pytest.mark.parametrize(
    ("file", "score"),
    [("human.mine.summary", "human.clear"), ("human.summary.preferences", "human.clear.preferred")],
)
def test_interval_over_people_is_not_made_from_an_edited_file(rated_by_three, file, score):
    path = rated_by_three / "ratings" / f"{file}.jsonl"
    kept = [line for line in path.read_text().splitlines() if '"ann"' not in line]
    path.write_text("\n".join(kept) + "\n")
    run = bench.load_run(rated_by_three)
    articles = run.scored_articles("summary", "mine", score)
    with pytest.raises(RunDirectoryError, match="people's ratings have changed"):
        people_behind(run, "summary", "mine", score, articles)
