"""Runs combined into one: who is in it, under which name, and what is refused."""

from __future__ import annotations

import json

import pytest

from bench.comparison.combined import combine_runs, comparable_groups, find_runs, find_unfinished
from bench.errors import RunDirectoryError
from bench.metrics import metric_named
from bench.runs.opening import finished_run
from tests.comparison.made_runs import make_run

FLOOR = {"floor": [0.1, 0.3]}


def with_role(run, model, role):
    """The run, one of whose models now has another role."""
    file = run.path / "results.json"
    record = json.loads(file.read_text())
    for task in record["tasks"].values():
        task["models"][model]["role"] = role
    file.write_text(json.dumps(record))
    return finished_run(run.path)


def means(combined, task="questions", score="coverage@0.5"):
    models = combined.results.tasks[task].models
    return {label: m.scores[score].mean for label, m in models.items() if score in m.scores}


def test_one_run_is_as_it_was(tmp_path):
    run = make_run(tmp_path / "run", {"one": [0.5, 0.7], **FLOOR})
    found = combine_runs([run])
    assert found.results == run.results
    assert {label: (c.run, c.name) for label, c in found.compared_models.items()} == {
        "one": (run, "one"),
        "floor": (run, "floor"),
    }


def test_model_in_several_runs_is_there_once(tmp_path):
    monday = make_run(tmp_path / "monday", {"mine": [0.5, 0.7], "lead": [0.2, 0.4], **FLOOR})
    friday = make_run(tmp_path / "friday", {"mine": [0.6, 0.8], "lead": [0.2, 0.4], **FLOOR})
    found = combine_runs([monday, friday])
    assert means(found) == pytest.approx(
        {"floor": 0.2, "lead": 0.3, "monday:mine": 0.6, "friday:mine": 0.7}
    )
    assert found.compared_models["friday:mine"].run is friday
    assert found.compared_models["friday:mine"].name == "mine"


def test_same_run_twice_is_one(tmp_path):
    run = make_run(tmp_path / "run", {"one": [0.5, 0.7]})
    assert list(combine_runs([run, finished_run(run.path)]).compared_models) == ["one"]


def test_runs_of_one_name_are_told_apart_by_their_paths(tmp_path):
    runs = [make_run(tmp_path / day / "run", {"one": [0.5 + len(day)]}) for day in ("a", "bb")]
    assert list(combine_runs(runs).compared_models) == [f"{run.path}:one" for run in runs]


def test_positions_are_those_between_the_floor_and_ceiling_of_all_runs(tmp_path):
    low = make_run(tmp_path / "low", {"one": [0.4, 0.4], "floor": [0.2, 0.2]})
    high = make_run(tmp_path / "high", {"two": [0.5, 0.5], "top": [0.6, 0.6]})
    found = combine_runs([low, with_role(high, "top", "ceiling")])
    models = found.results.tasks["questions"].models
    positions = {name: m.scores["coverage@0.5"].position for name, m in models.items()}
    assert positions == pytest.approx({"floor": 0, "one": 0.5, "top": 1, "two": 0.75})


def test_best_floor_of_a_score_that_should_be_low_is_the_lowest(tmp_path):
    metric = metric_named("near_duplicates")
    one = make_run(tmp_path / "one", {"floor a": [0.8], "top": [0.0]}, metric=metric)
    two = make_run(tmp_path / "two", {"floor b": [0.4], "mine": [0.2]}, metric=metric)
    found = combine_runs([with_role(one, "top", "ceiling"), two])
    mine = found.results.tasks["questions"].models["mine"]
    assert mine.scores["near_duplicates"].position == pytest.approx(0.5)


def test_scores_that_some_runs_lack_and_tasks_of_one_run_are_kept(tmp_path):
    here = make_run(tmp_path / "here", {"one": [0.5, 0.7]})
    there = make_run(
        tmp_path / "there", {"two": [0.1, 0.1]}, metric=metric_named("near_duplicates")
    )
    other = make_run(tmp_path / "other", {"lead": [0.9, 0.9]}, task="summary")
    found = combine_runs([here, there, other])
    assert set(found.results.metrics) == {"coverage@0.5", "near_duplicates"}
    assert means(found) == {"one": 0.6}
    assert means(found, score="near_duplicates") == {"two": 0.1}
    assert means(found, "summary") == {"lead": 0.9}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"digests": {"a000": "other", "a001": "digest of a001"}},
            "1 of 2 shared articles",
        ),
        ({"articles": {"two": ["b0", "b1"]}}, "no article is in both"),
        ({"articles": {"two": ["a000", "a002"]}}, "{two} has 2 articles, {one} 2"),
        ({"items": 4}, "the models of {two} were asked for 4 items, those of {one} for 16"),
        ({"on_error": "skip", "failed": 1}, "'skip' in {two} and 'score-zero' in {one}"),
        (
            {"metric": metric_named("coverage@0.5", stemmer=False)},
            "stemmer is no in {two} and",
        ),
    ],
)
def test_incomparable_runs_are_refused_with_both_names_and_the_reason(tmp_path, change, reason):
    one = make_run(tmp_path / "one", {"one": [0.5, 0.7]})
    two = make_run(tmp_path / "two", {"two": [0.5, 0.7]}, **change)
    with pytest.raises(RunDirectoryError) as told:
        combine_runs([one, two])
    (line,) = told.value.problems
    assert line.startswith(f"{two.path} and {one.path} are not comparable: ")
    assert reason.format(one=one.path, two=two.path) in line
    assert comparable_groups([one, two]) == [[one], [two]]


def test_another_confidence_is_refused_and_every_reason_told(tmp_path):
    one = make_run(tmp_path / "one", {"one": [0.5, 0.7]})
    two = make_run(tmp_path / "two", {"two": [0.5, 0.7]}, items=4)
    file = two.path / "results.json"
    file.write_text(file.read_text().replace('"confidence": 0.95', '"confidence": 0.9'))
    with pytest.raises(RunDirectoryError) as told:
        combine_runs([one, finished_run(two.path)])
    assert [line.split(": ")[1][:24] for line in told.value.problems] == [
        "the confidence level of ",
        "questions",
    ]


def test_no_two_runs_of_a_group_disagree_even_where_the_first_is_silent(tmp_path):
    silent = make_run(tmp_path / "silent", {"one": [0.5]}, items=None)
    few = make_run(tmp_path / "few", {"two": [0.5]}, items=4)
    many = make_run(tmp_path / "many", {"three": [0.5]}, items=16)
    assert comparable_groups([silent, few, many]) == [[silent, few], [many]]
    assert combine_runs([silent, few]).results.tasks["questions"].items == 4
    with pytest.raises(RunDirectoryError, match=f"{many.path} and {few.path} are not comparable"):
        combine_runs([silent, few, many])


def test_runs_are_found_at_any_depth_and_unfinished_ones_told(tmp_path):
    for place in ("b", "a/deep", "."):
        make_run(tmp_path / "runs" / place / "run", {"one": [0.5]}, written={"one": ["x"]})
    (tmp_path / "runs/cut/predictions").mkdir(parents=True)
    (tmp_path / "runs/notes").mkdir()
    (tmp_path / "runs/notes/results.json").write_text("not a run's")
    found = [path.relative_to(tmp_path / "runs").as_posix() for path in find_runs(tmp_path)]
    assert found == ["a/deep/run", "b/run", "run"]
    assert find_unfinished(tmp_path) == [tmp_path / "runs/cut"]
    assert find_runs(tmp_path / "runs/b/run") == [tmp_path / "runs/b/run"]


def test_directory_that_is_not_there_and_no_runs_are_told(tmp_path):
    with pytest.raises(RunDirectoryError, match="no such directory"):
        find_runs(tmp_path / "none")
    with pytest.raises(RunDirectoryError, match="no finished run"):
        combine_runs(find_runs(tmp_path))
