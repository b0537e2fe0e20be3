"""How an id that matches no article is explained."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.models.id_readings import explain_mismatch, id_parts, normalized_id

ALTERATIONS = [
    ("1.0", "1", "read by pandas as a float: the id column once held a NaN", "pd.to_numeric("),
    ("1.", "1", "read by pandas as a float", 'pd.to_numeric(df["doc"]).astype("Int64")'),
    ("1e0", "1", "read by pandas as a float", 'pd.to_numeric(df["doc"]).astype("Int64")'),
    ("1E+2", "100", "read by pandas as a float", "pd.to_numeric("),
    ("\uff11.0", "1", "and in another Unicode form", "pd.to_numeric("),
    (" 1", "1", "with white space around it", ".str.strip()"),
    ("1\u00a0", "1", "with white space around it", ".str.strip()"),
    ("\ufeff1", "1", "with invisible characters (U+FEFF)", '.str.replace("\\ufeff", "")'),
    ("1\u200b", "1", "with invisible characters (U+200B)", '.str.replace("\\u200b", "")'),
    ("1\U000e0001", "1", "with invisible characters (U+E0001)", '"\\U000e0001"'),
    ("01", "1", "with leading zeros", r'.str.replace(r"^0+(\d)", r"\1", regex=True)'),
    ("000", "0", "with leading zeros", r'.str.replace(r"^0+(\d)", r"\1", regex=True)'),
    ("doc-007", "doc-7", "with leading zeros", "regex=True"),
    ("doc007", "doc7", "with leading zeros", "regex=True"),
    ("True", "1", "read as a boolean", '.map({"true": 1, "false": 0})'),
    ("false", "0", "read as a boolean", '.map({"true": 1, "false": 0})'),
    ("+1", "1", "with a plus sign", '.str.lstrip("+")'),
    ("1,234", "1234", "with thousands separators", '.str.replace(",", "")'),
    ("\uff11\uff12", "12", "in another Unicode form", '.str.normalize("NFKC")'),
    ("caf\u00e9", "cafe\u0301", "in another Unicode form", '"NFC"'),
    ("\u0663", "3", "in digits other than 0 to 9", ".map(int)"),
    ("Harbour", "harbour", "in different letter case", ".str.lower()"),
    ("harbour", "HARBOUR", "in different letter case", ".str.upper()"),
    ("a_b", "a-b", "with '_' in place of '-'", '.str.replace("_", "-")'),
    ("a%2Fb", "a/b", "quoted for a URL", "import urllib.parse; df["),
    ("tensor(1)", "1", "written out as a Python object", ".str.extract("),
    ("b'1'", "1", "written out as a Python object", ".str.slice(2, -1)"),
    ("'1'", "1", "in quotation marks or brackets", '.str.strip("\'")'),
    ("[1]", "1", "in quotation marks or brackets", '.str.strip("[]")'),
    ("docs/1", "1", "with the path 'docs/' before it", '.str.removeprefix("docs/")'),
    ("C:\\x\\1", "1", "with the path", '.str.removeprefix("C:\\\\x\\\\")'),
    ("doc1", "1", "with the prefix 'doc' before it", '.str.removeprefix("doc")'),
    ("1.json", "1", "with the suffix '.json' after it", '.str.removesuffix(".json")'),
    ("\U0001f600/1", "1", "with the path", '.str.removeprefix("\U0001f600/")'),
    ("1_v2", "1", "with the suffix '_v2' after it", '.str.removesuffix("_v2")'),
    (
        "https://x.org/a/1.html?y=2",
        "1",
        "with the path 'https://x.org/a/' before it",
        '.str.removeprefix("https://x.org/a/").str.removesuffix',
    ),
    (
        " docs/1.json",
        "1",
        "with the suffix '.json' after it and with the path ' docs/' before it",
        '.str.removeprefix(" docs/").str.removesuffix(".json")',
    ),
    ("1", "001", "the dataset's '001' looks like '1'", ".astype(str).str.zfill(3)"),
    ("1", "docs/1", "the dataset's 'docs/1'", '"docs/" + df["doc"].astype(str)'),
    ("1", "doc1-1", "the dataset's 'doc1-1'", '"doc1-" + df["doc"].astype(str)'),
    ("1", "1.txt", "the dataset's '1.txt'", 'df["doc"].astype(str) + ".txt"'),
    (
        "1",
        "1.0",
        "the dataset's '1.0'",
        'in the dataset, df["id"] = pd.to_numeric(df["id"]).astype("Int64")',
    ),
    ("1.0", "01", "and the dataset's '01' like it with leading zeros", "in the dataset"),
    ("9007199254740992.0", "9007199254740993", "may be rounded", 'dtype={"doc": str}'),
    ("1.2345678901234568e+18", "1234567890123456789", "may be rounded", "dtype="),
]
"""The id of a row, an article's, what is said of the two, and part of the line that mends it."""


@pytest.mark.parametrize(("row", "article", "says", "mend"), ALTERATIONS)
def test_every_alteration_is_found_named_and_undone(row, article, says, mend):
    alike = normalized_id(row) == normalized_id(article)
    assert (
        alike or normalized_id(article) in id_parts(row) or normalized_id(row) in id_parts(article)
    )
    found = explain_mismatch(row, article, "doc")
    assert found is not None
    assert says in found.says
    assert mend in found.mend


@pytest.mark.parametrize(
    ("row", "article"),
    [
        ("b-1", "a-1"),
        ("12", "1"),
        ("1.5", "5"),
        ("2024-05-01", "2024-05-02"),
        ("harbours", "harbour"),
        ("x", "the-harbour"),
        ("the-harbour " * 60, "the"),
    ],
)
def test_other_ids_are_not_read_as_one_another(row, article):
    assert normalized_id(row) != normalized_id(article)
    assert normalized_id(article) not in id_parts(row)
    assert normalized_id(row) not in id_parts(article)
    assert explain_mismatch(row, article) is None


def in_memory(pandas, name, kind):
    return pandas.Series([name], dtype=kind)


def through_csv(pandas, name):
    """The id as pandas reads it from the CSV file that holds it, often as a number."""
    text = io.StringIO()
    pandas.DataFrame({"name": [name]}).to_csv(text, index=False)
    text.seek(0)
    return pandas.read_csv(text)["name"]


WAYS = {
    "strings": lambda pandas, name: in_memory(pandas, name, "string"),
    "objects": lambda pandas, name: in_memory(pandas, name, "object"),
    "csv": through_csv,
}
MORE = [
    ("1\x00", "1"),
    ("a 007", "a 7"),
    ("-1.0", "-1"),
    (" 1.0", "1"),
    (" 01 ", "1"),
    ("Doc 1", "1"),
    ("FALSE", "0"),
    ("np.str_('7')", "7"),
    ("\u200b1.0", "1"),
    ("00012.json", "12"),
    ("x\n", "x"),
    ("1\\", "1"),
    ("1%20b", "1 b"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("row", "article"),
    [(row, article) for row, article, says, _ in ALTERATIONS if "rounded" not in says] + MORE,
)
def test_lines_of_pandas_do_what_they_say(row, article, way):
    pandas = pytest.importorskip("pandas")
    found = explain_mismatch(row, article, "doc")
    assert found is not None
    of_rows, _, of_articles = found.mend.partition("in the dataset, ")
    df = pandas.DataFrame(
        {"doc": WAYS[way](pandas, row), "id": pandas.Series([article], dtype="object")}
    )
    for line in (of_rows.removesuffix(", and "), of_articles):
        exec(line, {"df": df, "pd": pandas})
    mended = str(df["doc"][0]) if of_rows else row
    assert mended == str(df["id"][0])


IDS = st.text(min_size=1, max_size=12).filter(str.strip)


@pytest.mark.slow
@given(IDS, IDS)
def test_any_text_is_an_id_that_can_be_compared(row, article):
    normalized_id(row)
    id_parts(row)
    explain_mismatch(row, article)


@pytest.mark.parametrize("long", ["9" * 5000, "0" * 5000, "a-1" * 100, "word " * 20_000])
def test_text_in_the_id_column_costs_no_time(long):
    assert len(id_parts(long)) < 100
    assert explain_mismatch(long, "x") is None
