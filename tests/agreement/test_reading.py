"""Files of people's ratings and of measures: long, wide and nested, and what is wrong with them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from bench.agreement.measures import given_length, random_values, read_measures
from bench.agreement.ratings import read_ratings
from bench.data.ratings import Rating
from bench.errors import BenchError, ConfigError, DataError, UnknownNameError

LONG = """article,system,item,dimension,rater,value
a,one,Why now?,clarity,ann,3
a,one,Why now?,clarity,bob,2
a,two,Who pays for it?,clarity,ann,1
a,two,Who pays for it?,clarity,bob,
b,one,How much?,clarity,ann,2.5
"""


def made(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def means(given: object, **options: object) -> dict[tuple[str, str, str | None], float]:
    """People's mean of the first dimension by article, system and item."""
    ratings = read_ratings(given, **options)
    pairs = zip(ratings.items, ratings.dimensions[0].means, strict=True)
    return {(i.article, i.system, i.key[3]): float(m) for i, m in pairs if not np.isnan(m)}


EXPECTED = {
    ("a", "one", "Why now?"): 2.5,
    ("a", "two", "Who pays for it?"): 1.0,
    ("b", "one", "How much?"): 2.5,
}


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("r.jsonl", '{"article": "a", "dimension": "d", "value": 1}\n{"article": "a", "dimension":'
         ' "d", "value": 1, "value": 2}\n', 2),
        ("r.json", '[{"article": "a", "dimension": "d",\n "value": 1,\n "value": 2}]', 3),
        ("r.json", '{\n"article": "a", "dimension": "d",\n "value": 1, "value": 2}', 3),
        ("r.jsonl", '{"article": "a", "human": {"clear": 1, "value": 2, "value": 3}}', 1),
    ],
)  # fmt: skip
def test_key_that_an_object_has_twice_is_an_error(tmp_path, name, text, line):
    file = made(tmp_path, name, text)
    with pytest.raises(DataError, match=rf"{name}:{line}: .*duplicate key 'value'.*; keep one"):
        read_ratings(file)


@pytest.mark.parametrize(
    "row",
    [{"dimension": "d", "value": True}, {"d": True}, {"human": {"d": [1, True]}}],
    ids=["long", "wide", "nested"],
)
def test_boolean_is_no_number(tmp_path, row):
    file = made(tmp_path, "r.jsonl", lines({"article": "a", "d": 1}, {"article": "a", **row}))
    with pytest.raises(DataError, match=r"r.jsonl:2: d: .*not true; write 1 for yes and 0 for no"):
        read_ratings(file)


def test_long_rows_are_read_from_every_format(tmp_path):
    csv = made(tmp_path, "r.csv", LONG)
    header, *cells = (line.split(",") for line in LONG.splitlines())
    rows = [dict(zip(header, each, strict=True)) for each in cells]
    tsv = made(tmp_path, "r.tsv", LONG.replace(",", "\t"))
    semicolons = made(tmp_path, "excel.csv", "\ufeff" + LONG.replace(",", ";"))
    jsonl = made(tmp_path, "r.jsonl", lines(*rows))
    array = made(tmp_path, "r.json", json.dumps(rows))
    zipped = tmp_path / "r.jsonl.gz"
    zipped.write_bytes(gzip.compress(lines(*rows).encode()))
    table = pa.Table.from_pylist(rows)
    parquet.write_table(table, tmp_path / "r.parquet")
    files = [csv, tsv, semicolons, jsonl, array, str(zipped), str(tmp_path / "r.parquet")]
    for given in (*files, rows, table, table.to_pandas()):
        assert means(given) == EXPECTED
    assert read_ratings(csv).notes == ("1 rating without a value",)


def test_order_of_rows_and_raters_changes_nothing(tmp_path):
    rows = [
        {"article": "a", "system": s, "dimension": "d", "rater": r, "value": v}
        for s in "xy"
        for r, v in (("p", 0.1), ("q", 0.2), ("r", 0.3))
    ]
    assert means(rows) == means(rows[::-1])
    renamed = [{**row, "rater": {"p": "z", "q": "y", "r": "a"}[row["rater"]]} for row in rows]
    assert means(rows) == means(renamed)


def test_columns_of_numbers_are_dimensions(tmp_path):
    text = "id,model,prediction,clarity,fluency,comment\n1,x,Why?,3,2,fine\n2,x,Who?,N/A,1,\n"
    ratings = read_ratings(made(tmp_path, "wide.csv", text))
    assert [one.name for one in ratings.dimensions] == ["clarity", "fluency"]
    assert ratings.items[0].texts == ("Why?",)
    assert np.isnan(ratings.dimensions[0].means[1])


def test_objects_of_numbers_are_dimensions_and_files_name_systems(tmp_path):
    row = {"article": "a", "items": ["Why now?", "Who?"], "human": {"clarity": 3, "fluency": None}}
    file = made(tmp_path, "sys-1.jsonl", lines(row))
    ratings = read_ratings([file, f"other={made(tmp_path, 'x.jsonl', lines(row))}"])
    assert {item.system for item in ratings.items} == {"sys-1", "other"}
    assert [one.name for one in ratings.dimensions] == ["clarity"]
    assert ratings.items[0].words == 3
    assert means({"mine": file}) == {("a", "mine", None): 3.0}


def test_lists_of_objects_and_of_numbers_are_raters(tmp_path):
    rows = [
        {"id": "a", "model_id": "m", "decoded": "Two words"},
        {"id": "b", "model_id": "m", "human": {"c": [2, 4, 3]}},
    ]
    rows[0]["expert_annotations"] = [{"c": 1}, {"c": 3}]
    ratings = read_ratings(rows)
    assert ratings.dimensions[0].raters == ("1", "2", "3")
    assert ratings.dimensions[0].means.tolist() == [2, 3]
    assert ratings.items[0].words == 2


def test_objects_by_rater_are_raters():
    rows = [{"article": "a", "system": "m", "human": {"c": {"ann": 1, "bob": 2}}}]
    assert read_ratings(rows).dimensions[0].raters == ("ann", "bob")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("article,system,clear\n", "r.csv: has no rows"),
        ("", "r.csv: has no rows"),
        ("article,system,clear,clear\na,m,1,2\n", "r.csv:1: duplicate column 'clear'"),
        ("article;system;clear\na;x;1\na;y;2,5\n", 'r.csv:3: clear: must be a number, not "2,5"'),
        ("article,system,clear\na,x,1,2\n", "r.csv:2: 4 cells where the header has 3"),
    ],
)
def test_unusable_tables_are_named(tmp_path, text, message):
    with pytest.raises(DataError) as caught:
        read_ratings(made(tmp_path, "r.csv", text))
    assert message in str(caught.value)


def test_rows_of_ratings_of_this_package_are_read(tmp_path):
    rating = Rating(
        task="questions", article="a", rater="j", dimension="clear", model="m", item=1, value=4
    )
    failed = rating.model_copy(update={"item": 2, "value": None, "status": "error", "error": "x"})
    text = rating.model_dump_json() + "\n" + failed.model_dump_json() + "\n"
    for given in (made(tmp_path, "r.jsonl", text), [rating, failed]):
        assert means(given) == {("a", "m", "1"): 4.0}
        assert "status other than ok" in read_ratings(given).notes[0]


def test_rows_of_two_tasks_need_a_choice():
    rows = [
        {"task": task, "article": "a", "system": "m", "dimension": "d", "value": value}
        for task, value in (("summary", 1), ("questions", 2))
    ]
    with pytest.raises(ConfigError, match="--task summary"):
        read_ratings(rows)
    assert means(rows, task="questions") == {("a", "m", None): 2.0}


@pytest.mark.parametrize("nothing", [None, "", " ", "NA", float("nan")], ids=repr)
def test_rows_that_name_no_task_are_of_every_task(nothing):
    rows = [
        {"task": "summary", "article": "a", "system": "m", "dimension": "d", "value": 1},
        {"task": nothing, "article": "b", "system": "m", "dimension": "d", "value": 2},
    ]
    both = {("a", "m", None): 1.0, ("b", "m", None): 2.0}
    assert means(rows) == means(rows, task="summary") == both
    assert means(rows, task="questions") == {("b", "m", None): 2.0}


def test_files_and_rows_may_come_from_an_iterator(tmp_path):
    rows = [{"article": "a", "dimension": "d", "value": value} for value in (1, 3)]
    files = [made(tmp_path, f"{n}.jsonl", lines(row)) for n, row in enumerate(rows)]
    assert means(iter(files)) == means(files) == {("a", "0", None): 1.0, ("a", "1", None): 3.0}
    assert means(iter(rows[:1])) == {("a", "all", None): 1.0}


def test_indexes_are_the_same_as_numbers_and_as_text():
    row = {"article": "a", "system": "m", "dimension": "d", "rater": "r", "value": 1}
    for item in (0, "0", 0.0, "0.0"):
        assert means([{**row, "item": item}]) == {("a", "m", "0"): 1.0}
    listed = {**row, "item": 1, "items": ["First one?", "Second?"]}
    assert read_ratings([listed]).items[0].texts == ("Second?",)


def test_equal_repeats_are_counted_and_contradictions_refused(tmp_path):
    again = made(tmp_path, "again.csv", LONG + "b,one,How much?,clarity,ann,2.5\n")
    assert means(again) == EXPECTED
    assert "1 repeated value skipped" in read_ratings(again).notes
    other = made(tmp_path, "other.csv", LONG + "b,one,How much?,clarity,ann,1\n")
    with pytest.raises(DataError, match=r"other.csv:7: .*'ann' is 1, but 2.5 at .*other.csv:6"):
        read_ratings(other)
    nameless = [{"article": "a", "system": "m", "dimension": "d", "value": v} for v in (1, 2)]
    with pytest.raises(DataError, match=r"add a column rater"):
        read_ratings(nameless)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"system": "m", "dimension": "d", "value": 1}, "article: missing"),
        ({"article": "a", "dimension": "d", "value": "good"}, 'd: must be a number, not "good"'),
        ({"article": "a", "dimension": "d", "value": "1e999"}, "finite number"),
        ({"article": "a", "dimension": "d", "value": 10**400}, "finite number"),
        ({"article": "a", "dimension": "d", "value": "3,5"}, 'not "3,5"; write 3.5'),
        ({"article": "a", "dimension": "d", "value": "1,200,5"}, "leave it empty"),
        ({"article": "a", "dimension": "d", "value": "Yes"}, "write 1 for yes and 0 for no"),
        ({"article": "a", "dimension": "d", "value": "FALSE"}, "write 1 for yes and 0 for no"),
        ({"article": "a", "dimension": "d", "value": False}, "write 1 for yes and 0 for no"),
        ({"article": "a", "dimension": "d", "value": [1]}, "must be a number"),
        ({"article": "a", "dimension": " ", "value": 1}, "dimension: missing"),
        ({"article": "a", "dimension": "d"}, "value: missing"),
        ({"article": "a", "dimension": "d", "value": 1, "item": ["x"]}, "item: must be an index"),
        (
            {"article": "a", "dimension": "d", "value": 1, "item": 2, "items": ["Why?", "How?"]},
            "item: is 2, but its list has 2 items; the first is 0",
        ),
        (
            {"article": "a", "dimension": "d", "value": 1, "item": "1", "questions": ["Why?"]},
            "item: is 1, but its list has 1 item",
        ),
        ({"article": "a", "dimension": "d", "value": 1, "sample": "x"}, "sample: must be a whole"),
        ({"article": 1.5, "dimension": "d", "value": 1}, "article: 1.5 is a float"),
        ({"article": "a", "first": "x", "second": "y", "choice": "tie"}, "a preference"),
        ({"article": "a", "human": [3]}, "human: must have an object of numbers for each rater"),
        ({"article": "a", "title": "no ratings"}, "has no dimensions"),
        ("a string", "must be an object"),
    ],
)
def test_invalid_rows_are_named_by_line(tmp_path, row, message):
    good = {"article": "a", "system": "m", "dimension": "good", "value": 1}
    file = made(tmp_path, "bad.jsonl", lines(row) if "title" in row else lines(good, row))
    with pytest.raises(DataError, match=r"bad\.jsonl(:2)?: ") as caught:
        read_ratings(file)
    assert message in str(caught.value)


@pytest.mark.parametrize("column", ["items", "prediction", "questions", "summary"])
def test_index_chooses_its_text_from_the_list(column):
    rows = [
        {"article": "a", "dimension": "d", "value": n, "item": n, column: ["Why?", "How so?"]}
        for n in range(2)
    ]
    found = read_ratings(rows)
    assert [item.texts for item in found.items] == [("Why?",), ("How so?",)]


def test_bad_cells_of_a_dimension_are_errors_and_columns_of_words_are_not(tmp_path):
    text = "article,system,clarity,comment\n" + "".join(f"{n},m,3,good\n" for n in range(5))
    file = made(tmp_path, "wide.csv", text + "9,m,three,good\n")
    with pytest.raises(DataError, match=r"wide.csv:7: clarity: must be a number"):
        read_ratings(file)


def test_many_faults_are_counted(tmp_path):
    rows = [{"article": "a", "system": f"s{n}", "dimension": "d", "value": "x"} for n in range(50)]
    with pytest.raises(DataError) as caught:
        read_ratings(made(tmp_path, "r.jsonl", lines(*rows)))
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1] == "... and 30 more"


def test_clusters_must_not_contradict():
    rows = [
        {"article": "a", "system": s, "dimension": "d", "value": 1, "cluster": c}
        for s, c in (("x", "k"), ("y", 7))
    ]
    with pytest.raises(DataError, match=r"ratings\[1\]: article 'a' is in cluster '7'"):
        read_ratings(rows)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([], ConfigError, "no files of ratings"),
        (7, ConfigError, "not a int"),
        (["missing.csv"], BenchError, "missing.csv"),
        (["ratings.xls"], DataError, "must end with"),
        ([{"article": "a", "dimension": "d", "value": None}], ConfigError, "no rating has a value"),
    ],
)
def test_unusable_arguments_are_named(given, error, message):
    with pytest.raises(error, match=message):
        read_ratings(given)


def test_a_file_given_twice_and_an_unknown_dimension_are_errors(tmp_path):
    file = made(tmp_path, "r.csv", LONG)
    with pytest.raises(ConfigError, match="given twice"):
        read_ratings([file, file])
    with pytest.raises(UnknownNameError, match="did you mean 'clarity'"):
        read_ratings(file, dimensions=["clarety"])


# Measures

ITEMS = [
    {"article": a, "system": s, "item": t, "dimension": "d", "value": 1}
    for a, s, t in (("a", "one", "Why?"), ("a", "one", "Who?"), ("b", "two", "How?"))
]


def table(measures: object, ratings: object = ITEMS) -> tuple[dict[str, list[float]], list[str]]:
    _, found, notes = read_measures(measures, read_ratings(ratings))
    return {name: values.tolist() for name, values in found.items()}, notes


def test_measures_match_by_item_or_by_the_only_item_of_a_list():
    rows = [
        {"article": "a", "system": "one", "item": "Why?", "measure": "m", "value": 2},
        {"article": "a", "system": "one", "item": "Who?", "measure": "m", "value": 1},
        {"article": "b", "system": "two", "measure": "m", "value": 5},
    ]
    assert table(rows) == ({"m": [1, 2, 5]}, [])


def test_a_value_of_a_list_does_not_order_its_items():
    rows = [{"article": a, "system": s, "m": v} for a, s, v in (("a", "one", 1), ("b", "two", 2))]
    other = {"article": "b", "system": "two", "item": "How?", "measure": "n", "value": 3}
    long = [
        {**{k: r[k] for k in ("article", "system")}, "measure": "m", "value": r["m"]} for r in rows
    ]
    found, notes = table([*long, other])
    assert np.isnan(found["m"][:2]).all()
    assert found["m"][2] == 2
    assert notes[0] == "m: no value for 2 of 3 rated items"


def test_ratings_of_items_are_averaged_if_all_measures_are_of_whole_lists():
    rated = [
        {"article": a, "system": "x", "item": n, "dimension": "d", "rater": r, "value": v}
        for a, n, r, v in (("a", 0, "p", 1), ("a", 1, "p", 2), ("a", 1, "q", 5), ("b", 0, "q", 3))
    ]
    rows = [{"article": a, "system": "x", "m": v} for a, v in (("a", 7), ("b", 8))]
    ratings, found, _ = read_measures(rows, read_ratings(rated))
    assert found["m"].tolist() == [7, 8]
    assert [item.key for item in ratings.items] == [("a", "x", 0, None), ("b", "x", 0, None)]
    np.testing.assert_array_equal(ratings.dimensions[0].ratings, [[1.5, np.nan], [5, 3]])
    assert any("averaged over each list" in note for note in ratings.notes)


def test_values_of_items_are_averaged_for_a_rated_list():
    whole = [{"article": "a", "system": "one", "dimension": "d", "value": 1}]
    rows = [
        {"article": "a", "system": "one", "item": n, "measure": "m", "value": v}
        for n, v in ((0, 1), (1, 4))
    ]
    assert table(rows, whole)[0] == {"m": [2.5]}


def test_measures_are_read_wide_nested_and_from_other_raters():
    wide = [{"article": "b", "system": "two", "rouge": "0.5", "bleu": 3}]
    assert {n: v[-1] for n, v in table(wide)[0].items()} == {"rouge": 0.5, "bleu": 3}
    nested = [{"article": "b", "system": "two", "human": {"d": 1}, "published": {"js": -0.5}}]
    assert {n: v[-1] for n, v in table(nested)[0].items()} == {"js": -0.5}
    rating = {"article": "b", "system": "two", "dimension": "clear", "rater": "judge", "value": 2}
    assert {n: v[-1] for n, v in table([rating])[0].items()} == {"judge.clear": 2}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"article": "x", "system": "two", "m": 1}, "article 'x' \\(the ratings have 'a'\\)"),
        ({"article": "b", "system": "2", "m": 1}, "system '2' \\(the ratings have 'one'\\)"),
        ({"article": "b", "system": "two", "measure": "m", "value": ""}, "no value for any item"),
    ],
)
def test_measures_without_a_match_are_errors(row, message):
    with pytest.raises(DataError, match=message):
        table([row])


def test_lists_that_nobody_rated_are_counted():
    rows = [{"article": a, "system": "two", "item": "How?", "m": 1} for a in "bcd"]
    assert "2 lists with measures were not rated by people" in table(rows)[1]


def test_length_counts_words_and_random_depends_on_the_item_alone():
    items = read_ratings(ITEMS).items
    assert given_length(items).tolist() == [1, 1, 1]
    values = random_values(items, 0)
    assert (values == [*random_values(items[:2], 0).tolist(), values[2]]).all()
    assert (values != random_values(items, 1)).all()
    assert ((values >= 0) & (values < 1)).all()
