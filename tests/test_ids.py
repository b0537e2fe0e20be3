"""Which values are article ids."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest

from bench.article import Article
from bench.data.article_rows import checked_article
from bench.errors import DataError
from bench.ids import article_id, is_missing
from bench.json_text import parse_json


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("harbour", "harbour"),
        (" 01 ", " 01 "),
        (7, "7"),
        (0, "0"),
        (-3, "-3"),
        (2**53 + 1, "9007199254740993"),
        (2**64 - 1, "18446744073709551615"),
        (10**30, "1" + "0" * 30),
        (np.int8(7), "7"),
        (np.uint64(2**64 - 1), "18446744073709551615"),
    ],
)
def test_strings_stay_and_integers_are_their_decimal_strings(value, name):
    assert article_id(value) == name
    assert Article(id=value).id == name


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.0, 'df["doc"] = pd.to_numeric(df["doc"]).astype("Int64")'),
        (np.float64(1), 'df["doc"] = pd.to_numeric(df["doc"]).astype("Int64")'),
        (1.5, "1.5 is a float, not a string or an integer; is it the right column?"),
        (float("inf"), "is it the right column?"),
        (
            2.0**53,
            'may be rounded; pandas reads .* pd.read_csv(FILE, dtype={"doc": str})',
        ),
        (-(2.0**60), "may be rounded"),
        (float("nan"), "missing (NaN)"),
        (None, "missing (null)"),
        (True, "the boolean True is"),
        (False, "the boolean False is"),
        (Decimal(1), 'of type Decimal.*df["doc"].map(int)'),
        (b"1", "of type bytes.*.str.decode"),
        (datetime.date(2024, 5, 1), "of type date, .*2024-05-01.*.astype(str)"),
        (["a"], 'of type list, .*take the id out of it: df["doc"] = df["doc"].str[0]'),
        (("a",), 'df["doc"] = df["doc"].str[0]'),
        ({"$oid": "a"}, """of type dict, .*: df["doc"] = df["doc"].str.get('$oid')"""),
        (["a", "b"], "of type list, .* is it the right column?"),
        ({}, "of type dict, .* is it the right column?"),
    ],
)
def test_nothing_else_is_an_id_and_the_message_says_what_helps(value, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are looked for one by one
        article_id(value, "doc")
    assert all(part in str(caught.value) for part in words.split(".*"))


def test_lines_of_pandas_for_values_do_what_they_say():
    pandas = pytest.importorskip("pandas")
    values = [1.0, np.float64(1), Decimal(1), b"1", ["1"], ("1",), {"$oid": "1"}, {"a": 1}]
    for value in values:
        with pytest.raises(ValueError, match=r'df\["doc"\] = ') as caught:
            article_id(value, "doc")
        df = pandas.DataFrame({"doc": pandas.Series([value, value], dtype="object")})
        line = str(caught.value)[str(caught.value).index('df["doc"] = ') :]
        exec(line, {"df": df, "pd": pandas})
        assert str(df["doc"][0]) == "1"


@pytest.mark.parametrize("token", ["1.0", "1e0", "NaN", "null", "true", "[1]", '{"a": 1}'])
def test_article_row_with_another_id_is_refused(token):
    with pytest.raises(DataError, match=r"^id: "):
        checked_article(parse_json(f'{{"id": {token}}}'))


def test_advice_keeps_its_capitals():
    with pytest.raises(DataError, match=r'pd\.to_numeric\(df\["id"\]\)\.astype\("Int64"\)'):
        checked_article({"id": 1.0})


def test_null_and_nan_are_missing_and_nothing_else_is():
    assert is_missing(None)
    assert is_missing(float("nan"))
    assert not any(map(is_missing, ["", "nan", 0, False, [], 0.0]))
