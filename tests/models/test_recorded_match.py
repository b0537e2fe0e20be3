"""Rows of a prediction file beside the articles of a dataset: which belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.article import Article
from bench.errors import DataError
from bench.models.recorded import Recorded
from tests.conftest import write_rows

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")


def notes(ids: list[Any], articles: list[Any], key: str = "article") -> list[str]:
    """What is said of a file with rows of these ids and a dataset with those."""
    write_rows(Path("x.jsonl"), [{key: name, "raw": "Why?"} for name in ids])
    return Recorded("x.jsonl").notes([Article(id=name) for name in articles])


def refusal(ids: list[Any], articles: list[Any], key: str = "article") -> str:
    with pytest.raises(DataError) as caught:
        notes(ids, articles, key)
    (problem,) = caught.value.problems
    return problem


def test_integers_match_their_decimal_strings():
    assert notes([1, "2", 2**60 + 1], ["1", 2, str(2**60 + 1)]) == []


ALTERED = [
    ("1.0", 'pd.to_numeric(df["article"]).astype("Int64")'),
    (" 1", 'df["article"].astype(str).str.strip()'),
    ("01", 'df["article"].astype(str).str.replace(r"^0+(\\d)", r"\\1", regex=True)'),
    ("docs/1", 'df["article"].str.removeprefix("docs/")'),
    ("1.txt", 'df["article"].str.removesuffix(".txt")'),
    ("+1", 'df["article"].astype(str).str.lstrip("+")'),
    ("1e0", 'pd.to_numeric(df["article"]).astype("Int64")'),
    ("\uff11", 'df["article"].astype(str).str.normalize("NFKC")'),
    ("%31", 'df["article"].map(urllib.parse.unquote)'),
]


@pytest.mark.parametrize(("name", "code"), ALTERED)
@pytest.mark.parametrize("key", ["article", "id", "article_id"])
def test_file_that_matches_nothing_is_refused_with_both_sides_and_the_remedy(name, code, key):
    problem = refusal([name, "elsewhere"], [1, 2], key)
    assert problem.startswith(
        "x.jsonl: none of its 2 rows matches an article of the dataset: its ids are"
        f" {name!r} (line 1), 'elsewhere' (line 2); the dataset's are '1', '2'. {name!r} looks"
        " like '1' "
    )
    assert f'df["{key}"] = {code.replace("article", key)}' in problem


@pytest.mark.parametrize(("name", "code"), ALTERED)
def test_row_that_looks_like_an_article_without_a_row_is_refused(name, code):
    problem = refusal([2, 3, name, "elsewhere"], [1, 2, 3])
    assert problem.startswith(
        "x.jsonl: unmatched rows resemble articles without a row:"
        f" {name!r} (line 3). {name!r} looks like '1' "
    )
    assert code in problem


@pytest.mark.parametrize("name", [name for name, _ in ALTERED])
def test_row_is_an_unknown_article_where_the_article_has_its_own(name):
    (note,) = notes([1, 2, name], [1, 2])
    assert "1 of 3 rows skipped: not of an article in the dataset" in note
    assert f"(the first: {name!r} in line 3)" in note


def test_data_set_may_be_the_one_that_was_altered():
    assert "The dataset's '001' looks like '1' with leading zeros" in refusal([1], ["001", "002"])
    assert '"docs/" + df["article"].astype(str)' in refusal([1, "docs/2"], ["docs/1", "docs/2"])


def test_rows_of_unknown_articles_are_counted_as_are_articles_without_a_row():
    assert notes(["a-1", "b-1", "c"], ["a-1", "a-2"]) == [
        "x.jsonl: 2 of 3 rows skipped: not of an article in the dataset"
        " (the first: 'b-1' in line 2)",
        "x.jsonl: 1 of 2 articles without a row, counted as failed (one of them: 'a-2')",
    ]


def test_suffix_that_other_ids_have_is_part_of_the_id():
    articles = ["news-1", "news-1-b", "news-2-b"]
    assert len(notes(["news-1-b", "news-2-b", "x"], articles)) == 2
    assert "looks like" in refusal(["news-1-b", "news-2-b", "news-1-c"], articles)
    articles = ["news-1", "sport-1-c", "news-2-b"]
    assert len(notes(["sport-1-c", "news-2-b", "news-1-c"], articles)) == 2


def test_ids_of_another_column_are_found_there():
    write_rows(Path("x.jsonl"), [{"article": "u77", "raw": "x"}, {"article": "u78", "raw": "x"}])
    articles = [Article(id=f"d-{n}", title=f"T{n}", extra={"uid": f"u{n + 76}"}) for n in (1, 2)]
    with pytest.raises(DataError, match=r"of the dataset's column 'uid': .* --columns id=uid"):
        Recorded("x.jsonl").notes(articles)
    with pytest.raises(DataError, match=r"column 'article' must have ids .* --columns id=COLUMN"):
        Recorded("x.jsonl").notes([Article(id="a")])


@pytest.mark.parametrize("name", ["nan", "NaN", "<NA>", "None"])
def test_id_that_is_missing_is_no_unknown_article(name):
    problem = refusal(["a", name], ["a"])
    assert f"rows without an id: {name!r} (line 2)" in problem
    assert notes(["a", name], ["a", name]) == []


def test_long_integers_that_were_floats_are_not_mapped_to_a_neighbour():
    problem = refusal(["9007199254740992.0"], [2**53 + 1])
    assert 'dtype={"article": str}' in problem
    assert "Int64" not in problem


def test_file_can_be_compared_with_several_data_sets():
    write_rows(Path("x.jsonl"), [{"article": "a", "raw": ""}, {"article": "b", "raw": ""}])
    model = Recorded("x.jsonl")
    assert model.notes([Article(id="a"), Article(id="b")]) == []
    assert len(model.notes([Article(id="a"), Article(id="c")])) == 2
    assert model.notes([Article(id="a"), Article(id="b")]) == []
