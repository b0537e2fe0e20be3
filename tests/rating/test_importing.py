"""Imported ratings become scores of the run; raters are joined, and nothing is written twice."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import partial
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

import bench
from bench.errors import BenchError, ConfigError, DataError
from bench.rating.importing import import_files
from bench.runs.add_ratings import lists_written
from bench.runs.human_preferences import counted
from bench.runs.preference_rows import preference_file
from tests.rating.conftest import MODELS
from tests.rating.filling import CRITERIA, Filled


def rows_of(run):
    files = sorted((run / "ratings").glob("human.*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def table(sheets, number=1):
    files = [Path(file) for file in sheets.files if file.endswith(".csv")]
    return files[number - 1]


def test_ratings_become_scores_of_the_run(run, filled):
    sheet = filled()
    bench.import_ratings(run, sheet.save())
    opened = bench.load_run(run)
    given = dict(zip(sheet.column("id"), sheet.column("clear"), strict=True))
    key = json.loads(next((run / "ratings" / "keys").glob("*.json")).read_text())
    by_article = defaultdict(lambda: defaultdict(list))
    for entry in key["items"]:
        for source in entry["sources"]:
            by_article[source["model"]][entry["article"]].append(int(given[entry["id"]]))
    models = opened.results.tasks["questions"].models
    for model, articles in by_article.items():
        wanted = np.mean([np.mean(own) for own in articles.values()])
        score = models[model].scores["human.clear"]
        assert score.mean == pytest.approx(wanted)
        assert score.n == 3
        assert score.low <= score.mean <= score.high
    assert "human.clear" not in models["random-sentences"].scores
    assert opened.results.metrics["human.clear"].range == (1, 5)


@pytest.mark.slow
def test_scores_are_compared_checked_and_shown_like_others(run, filled, bench):
    import bench as library

    library.import_ratings(run, filled().save(), filled(2, "Ben").save("ben.csv"))
    shown = bench("show", run, "--metric", "human.clear")
    assert "by human.clear" in shown.stdout
    compared = bench("compare", run, "--metric", "human.clear", "--format", "json")
    (found,) = json.loads(compared.stdout)["comparisons"]
    scores = library.load_run(run).results.tasks["questions"].models
    for model in found["models"]:
        own = scores[model["model"]].scores["human.clear"]
        assert (model["low"], model["high"]) == pytest.approx((own.low, own.high), abs=1e-6)
    checked = bench("check", run, "--baseline", run, "--metric", "human.clear", "--margin", "0.5")
    assert checked.returncode == 0


def test_rows_name_the_person_the_item_and_the_reason(run, filled):
    sheet = filled(rater="  Anna   Ö. ")
    sheet.put(1, "comment", "  awkward = odd ")
    bench.import_ratings(run, sheet.save())
    rows = rows_of(run)
    assert {row["rater"] for row in rows} == {"Anna Ö."}
    shown = sheet.get(1, "item")
    (one, *_) = [row for row in rows if row["item"] == shown and row["dimension"] == "clear"]
    assert (one["value"], one["reason"]) == (int(sheet.get(1, "clear")), "awkward = odd")


def test_item_of_two_models_counts_for_both(run, sheets, filled):
    key = json.loads(Path(sheets.key).read_text())
    shared = [entry for entry in key["items"] if len({s["model"] for s in entry["sources"]}) > 1]
    report = bench.import_ratings(run, filled().save())
    extra = sum(len({s["model"] for s in entry["sources"]}) - 1 for entry in shared)
    assert len(rows_of(run)) == 60 + 4 * extra
    assert report.imported.added == 60


def test_same_file_again_changes_nothing(run, filled):
    file = filled().save()
    bench.import_ratings(run, file)
    before = (run / "run.json").read_bytes()
    report = bench.import_ratings(run, file, file)
    assert (report.imported.added, report.imported.repeated) == (0, 60)
    assert (run / "run.json").read_bytes() == before


def test_more_of_the_same_sheet_is_added(run, filled):
    sheet = filled()
    full = sheet.column("grounded")
    for row in range(len(sheet.rows)):
        sheet.put(row, "grounded", "")
    sheet.rows[5] = ["" if index > 4 else cell for index, cell in enumerate(sheet.rows[5])]
    first = bench.import_ratings(run, sheet.save())
    assert (first.imported.partial, first.imported.untouched) == (14, 1)
    for row, value in enumerate(full):
        sheet.put(row, "grounded", value)
    second = bench.import_ratings(run, sheet.save())
    assert (second.imported.added, second.imported.repeated) == (15, 42)


def test_changed_answer_needs_replace(run, filled):
    sheet = filled()
    bench.import_ratings(run, sheet.save())
    new = "1" if sheet.get(2, "clear") != "1" else "2"
    sheet.put(2, "clear", new)
    with pytest.raises(DataError, match=r"Anna answers clear.*in the run; use --replace"):
        bench.import_ratings(run, sheet.save())
    report = bench.import_ratings(run, sheet.save(), replace=True)
    assert report.imported.changed == 1
    stored = [row for row in rows_of(run) if row["item"] == sheet.get(2, "item")]
    changed = [row for row in stored if row["dimension"] == "clear"]
    assert {row["value"] for row in changed} == {float(new)}


@pytest.mark.slow
def test_two_people_are_averaged_and_two_spellings_are_one_person(run, filled):
    one, other = filled(1, "Anna"), filled(2, "Ben")
    again = filled(1, "ANNA ")
    report = bench.import_ratings(
        run, one.save("one.csv"), other.save("other.csv"), again.save("again.csv")
    )
    assert [rater.name for rater in report.raters] == ["Anna", "Ben"]
    assert report.imported.repeated == 60
    assert any("'ANNA' is taken for 'Anna'" in note for note in report.notes)
    (clear,) = [one for one in report.dimensions if one.dimension == "clear"]
    assert (clear.raters, clear.shared, clear.values) == (2, 15, 30)


def test_several_raters_in_one_file(run, filled):
    sheet = filled()
    for row in range(len(sheet.rows)):
        sheet.put(row, "rater", "Anna" if row < 7 else "Ben")
    report = bench.import_ratings(run, sheet.save())
    assert [(rater.name, rater.values) for rater in report.raters] == [("Anna", 28), ("Ben", 32)]


@pytest.mark.slow
def test_rater_option_names_only_who_has_no_name(run, filled):
    unnamed, named = filled(1, ""), filled(2, "Ben")
    report = bench.import_ratings(
        run, unnamed.save("one.csv"), named.save("other.csv"), rater="Cleo"
    )
    assert [rater.name for rater in report.raters] == ["Ben", "Cleo"]
    with pytest.raises(ConfigError, match="--rater: "):
        bench.import_ratings(run, "one.csv", rater="a\nb\x00")


def test_comment_without_a_rating_is_noted(run, filled):
    sheet = filled()
    for name in CRITERIA:
        sheet.put(4, name, "")
    sheet.put(4, "comment", "cannot say")
    report = bench.import_ratings(run, sheet.save())
    assert report.notes == ("back.csv:6: a comment without a rating is not kept",)
    assert report.imported.untouched == 1


def test_unknown_column_and_missing_column_are_noted(run, filled):
    sheet = filled()
    sheet.header[sheet.header.index("grounded")] = "my thoughts"
    report = bench.import_ratings(run, sheet.save())
    assert any("'my_thoughts' is ignored" in note for note in report.notes)
    assert any("has no column grounded: not rated by it" in note for note in report.notes)
    assert {one.dimension for one in report.dimensions} == {*CRITERIA} - {"grounded"}


def test_sheets_of_two_sizes_are_joined_by_item(run, tmp_path):
    small, large = (
        bench.rate(run, tmp_path / str(items), articles=2, items=items) for items in (1, 3)
    )
    one, other = (
        Filled.of(table(small), "Anna", values="4"),
        Filled.of(table(large), "Anna", values="4"),
    )
    report = bench.import_ratings(run, one.save("one.csv"), other.save("other.csv"))
    shared = set(one.column("item")) & set(other.column("item"))
    assert report.dimensions[0].items == len({*one.column("item"), *other.column("item")})
    row = other.column("item").index(shared.pop())
    other.put(row, "clear", "5")
    with pytest.raises(DataError, match=r"other.csv:\d+: Anna answers clear with 5, but with 4"):
        bench.import_ratings(run, other.save("other.csv"))


def test_choices_between_lists_are_kept_as_preferences(run, tmp_path):
    sheets = bench.rate(run, tmp_path / "sheets", articles=4, pairwise=True, criteria=["clear"])
    sheet = Filled.empty(table(sheets), "Anna")
    for row, choice in zip(range(len(sheet.rows)), cycle(["A", " list b"])):
        sheet.put(row, "clear", choice)
    sheet.put(2, "clear", "tie")
    report = bench.import_ratings(run, sheet.save())
    (found,) = report.preferences
    assert found.comparisons == len(sheet.rows)
    assert sum(model.ties for model in found.models) == 2
    stored = rows_of(run)
    assert {row["choice"] for row in stored} == {"first", "second", "tie"}
    key = json.loads(Path(sheets.key).read_text())
    shown = {entry["id"]: (entry["first"], entry["second"]) for entry in key["pairs"]}
    assert {(row["first"], row["second"]) for row in stored} <= set(shown.values())
    sheet.put(2, "clear", "A")
    with pytest.raises(DataError, match="but with tie in the run"):
        bench.import_ratings(run, sheet.save())
    (changed,) = bench.import_ratings(run, sheet.save(), replace=True).preferences
    assert changed.comparisons == len(sheet.rows)
    assert sum(model.ties for model in changed.models) == 0


@pytest.mark.slow
def test_choices_become_scores_that_are_compared_checked_and_shown(run, tmp_path, bench):
    import bench as api

    made = api.rate(
        run, tmp_path / "sheets", articles=6, pairwise=True, criteria=["clear"], raters=2
    )
    key = json.loads(Path(made.key).read_text())
    shown = {entry["id"]: entry for entry in key["pairs"]}
    points: dict[str, dict[str, list[float]]] = {}
    for name, file in zip(
        ("Anna", "Ben"), (f for f in made.files if f.endswith(".csv")), strict=True
    ):
        sheet = Filled.empty(Path(file), name)
        for row in range(len(sheet.rows)):
            entry = shown[sheet.rows[row][sheet.header.index("id")]]
            a, b = entry["first"], entry["second"]
            choice = "A" if a == "transform" else "B" if b == "transform" else "tie"
            sheet.put(row, "clear", choice)
            for model, won in ((a, choice == "A"), (b, choice == "B")):
                own = points.setdefault(model, {}).setdefault(entry["article"], [])
                own.append(0.5 if choice == "tie" else float(won))
        api.import_ratings(run, sheet.save(f"{name}.csv"))
    opened = api.load_run(run)
    models = opened.results.tasks["questions"].models
    for model, articles in points.items():
        found = models[model].scores["human.clear.preferred"]
        assert found.mean == pytest.approx(np.mean([np.mean(p) for p in articles.values()]))
        assert (found.n or 8) == len(articles)
        assert 0 <= found.low <= found.mean <= found.high <= 1
    assert models["transform"].scores["human.clear.preferred"].mean == 1
    assert models["transform"].scores["human.clear.preferred"].low < 0.9
    assert opened.results.range_of("human.clear.preferred") == (0, 1)
    for rescore in (False, True):
        (tested,) = api.compare(opened, metrics=["human.clear.preferred"], rescore=rescore).scores
        assert tested.standings[0].label == "transform"
    assert api.check(opened, opened, metrics=["human.clear.preferred"]).outcome == "pass"
    for verb in ("show", "leaderboard"):
        assert "preferred" in bench(verb, run).stdout
    before = (run / "results.json").read_bytes()
    api.run(
        "insights",
        models=["template", "title-questions", "transform", "random-sentences"],
        tasks=["questions"],
        limit=8,
        output=run,
        progress=False,
    )
    assert (run / "results.json").read_bytes() == before


def test_choice_does_not_count_once_a_list_has_changed(run, tmp_path):
    made = bench.rate(run, tmp_path / "sheets", articles=4, pairwise=True, criteria=["clear"])
    sheet = Filled.empty(table(made), "Anna")
    for row in range(len(sheet.rows)):
        sheet.put(row, "clear", "A")
    bench.import_ratings(run, sheet.save())
    file = preference_file(run, "human", "questions")
    rows = [json.loads(line) for line in file.path.read_text().splitlines()]
    written = partial(lists_written, bench.load_run(run))
    assert counted(file, "questions", MODELS, written)[1] == 0
    rows[0]["key"] = "0" * 64
    file.path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    kept, dropped = counted(file, "questions", MODELS, written)
    assert (len(kept), dropped) == (len(rows) - 1, 1)


def test_pages_own_lists_are_rated_beside_the_models(run, tmp_path):
    sheets = bench.rate(
        run, tmp_path / "sheets", articles=2, items=2, reference=True, models=["template"]
    )
    report = bench.import_ratings(run, Filled.of(table(sheets), "Anna").save())
    assert {model.model for model in report.dimensions[0].models} == {"template", "reference"}
    assert (run / "ratings" / "human.reference.questions.jsonl").exists()
    again = bench.rating_report(run)  # the run is still as it was sealed
    assert {model.model for model in again.dimensions[0].models} == {"template", "reference"}
    assert "human.clear" in bench.load_run(run).results.metrics


def test_refused_import_leaves_no_ratings_of_the_page_either(run, tmp_path):
    sheets = bench.rate(
        run, tmp_path / "sheets", articles=2, items=2, reference=True, models=["template"]
    )
    opened = bench.load_run(run)
    (run / "scores.parquet").write_bytes(b"edited")
    with pytest.raises(BenchError, match=r"scores\.parquet"):
        bench.import_ratings(opened, Filled.of(table(sheets), "Anna").save())
    assert not list((run / "ratings").glob("human*"))


def test_own_criteria_become_scores_with_their_range(run, tmp_path):
    Path("own.yaml").write_text(
        "questions:\n  fun:\n    ask: Is it fun?\n    scale: {0: No., 1: Somewhat., 2: Yes.}\n"
    )
    sheets = bench.rate(run, tmp_path / "own", articles=2, items=1, rubric="own.yaml")
    sheet = Filled.empty(table(sheets), "Anna")
    for row in range(len(sheet.rows)):
        sheet.put(row, "fun", str(row % 3))
    bench.import_ratings(run, sheet.save())
    facts = bench.load_run(run).results.metrics["human.fun"]
    assert facts.range == (0, 2)


@pytest.mark.parametrize("names", [("comment",), ("item",), ("clearX", "clearx")])
def test_criteria_that_would_share_a_column_are_refused(run, names):
    lines = [f"  {name}:\n    ask: Is it?\n    scale: {{0: No., 1: Yes.}}\n" for name in names]
    Path("own.yaml").write_text(f"questions:\n{''.join(lines)}")
    with pytest.raises(ConfigError, match=f"own.yaml: the criterion '{names[-1]}' has the name"):
        bench.rate(run, rubric="own.yaml")


def test_criterion_with_capital_letters_is_found_again(run, tmp_path):
    Path("own.yaml").write_text(
        "questions:\n  funToRead:\n    ask: Is it?\n    scale: {0: No., 1: Yes.}\n"
    )
    sheets = bench.rate(run, tmp_path / "own", articles=1, items=1, rubric="own.yaml")
    sheet = Filled.empty(table(sheets), "Anna")
    sheet.put(0, "funToRead", "1")
    report = bench.import_ratings(run, sheet.save())
    assert [one.dimension for one in report.dimensions] == ["funToRead"]


def test_criterion_with_other_words_is_not_mixed_with_an_earlier_one(run, filled, tmp_path):
    bench.import_ratings(run, filled().save())
    Path("own.yaml").write_text(
        "questions:\n  clear:\n    ask: Is it short?\n    scale: {1: No., 5: Yes.}\n"
    )
    sheets = bench.rate(run, tmp_path / "own", articles=1, items=1, rubric="own.yaml")
    sheet = Filled.empty(table(sheets), "Ben")
    sheet.put(0, "clear", "5")
    with pytest.raises(DataError, match="its criterion clear has other words or values"):
        bench.import_ratings(run, sheet.save("other.csv"))


def test_edited_run_is_not_sealed_over(run, filled):
    file = run / "results.json"
    file.write_text(file.read_text().replace("0.", "1.", 1))
    with pytest.raises(BenchError, match=r"results\.json"):
        bench.import_ratings(run, filled().save())


def test_fault_while_writing_leaves_an_unfinished_run_not_a_wrong_one(run, filled, monkeypatch):
    from bench.runs import add_ratings

    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(add_ratings, "write_sealed", full)
    with pytest.raises(OSError, match="No space"):
        import_files(bench.load_run(run), [filled().save()])
    with pytest.raises(BenchError):
        bench.load_run(run)


def test_nothing_is_written_where_nothing_is_new(run, filled):
    empty = filled()
    for row in range(len(empty.rows)):
        for name in CRITERIA:
            empty.put(row, name, "")
    report = bench.import_ratings(run, empty.save())
    assert report.imported.untouched == 15
    assert not list((run / "ratings").glob("human*"))
    assert report.dimensions == ()


def test_report_says_how_much_of_each_sheet_is_rated(run, sheets, filled):
    report = bench.import_ratings(run, filled().save())
    (coverage,) = report.sheets
    assert (coverage.sheet, coverage.entries, coverage.rated) == (sheets.sheet, 15, 15)
    assert (coverage.asked, coverage.given) == (2 * 15 * 4, 15 * 4)


@pytest.mark.slow
def test_more_raters_than_asked_for_are_no_more_than_all(run, filled):
    files = [filled(1, name).save(f"{name}.csv") for name in ("Anna", "Ben", "Cleo")]
    (coverage,) = bench.import_ratings(run, *files).sheets
    assert coverage.given == coverage.asked == 2 * 15 * 4


def test_changed_predictions_are_not_counted(run, filled):
    bench.import_ratings(run, filled().save())
    before = {one.dimension: one.values for one in bench.rating_report(run).dimensions}
    file = run / "predictions" / "transform.questions.jsonl"
    file.write_text(file.read_text().replace("?", "??"))
    opened = bench.load_run(run, allow_modified=True, report=lambda fault: None)
    report = bench.rating_report(opened)
    assert all(one.values < before[one.dimension] for one in report.dimensions)
    assert any("what was rated has changed since then" in note for note in report.notes)
