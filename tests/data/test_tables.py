from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.data.lists import bullets_of, questions_of
from bench.data.presets import PRESETS
from bench.data.rows import load_dataset
from bench.data.shards import only_file
from bench.errors import BenchError, ConfigError, UnknownNameError
from tests.conftest import ROOT, write_rows

LENT = Path(os.environ.get("BENCH_REAL_DATA", ROOT.parent / "shared" / "data"))
ROWS = [
    {"key": "007", "body": "NA", "points": "First point.\n- Second point.", "when": "2024-05-01"},
    {"key": "1e5", "body": 'A "quoted"\nline.', "points": "Only one.", "when": "2024-05-02"},
]
COLUMNS = {"id": "key", "text": "body", "summary": "points"}
MAPPED = [
    ("007", "NA", ("First point.", "Second point."), {"when": "2024-05-01"}),
    ("1e5", 'A "quoted"\nline.', ("Only one.",), {"when": "2024-05-02"}),
]


def delimited(rows: list[dict], delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def parquet(rows: list[dict]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def lines(rows: list[dict]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def table(file: Path, rows: list[dict]) -> Path:
    """The rows in the format that the file's name asks for."""
    kind = file.name.removesuffix(".gz").rpartition(".")[2]
    content = {
        "csv": lambda: delimited(rows, ","),
        "tsv": lambda: delimited(rows, "\t"),
        "json": lambda: json.dumps(rows, indent=1).encode(),
        "jsonl": lambda: lines(rows),
        "parquet": lambda: parquet(rows),
    }[kind]()
    file.write_bytes(gzip.compress(content) if file.name.endswith(".gz") else content)
    return file


def problem(*arguments, **options) -> str:
    with pytest.raises(BenchError) as error:
        load_dataset(*arguments, **options)
    return str(error.value)


FORMATS = [
    *("a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet"),
    *("a.jsonl.gz", "a.json.gz", "a.csv.gz", "a.tsv.gz"),
]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_articles_and_ids_stay_as_they_are(tmp_path, name):
    dataset = load_dataset(table(tmp_path / name, ROWS), columns=COLUMNS)
    assert [(a.id, a.text, a.summary, a.extra) for a in dataset] == MAPPED
    assert dataset.name == "a"
    assert dataset.notes == ()
    assert len(load_dataset(tmp_path / name, columns=COLUMNS, limit=1)) == 1


@pytest.mark.parametrize("name", [name for name in FORMATS if "csv" not in name])
def test_article_rows_have_one_fingerprint_in_every_format(tmp_path, name, articles, rows):
    if "tsv" in name:
        lists = ("summary", "questions")
        rows = [{k: json.dumps(v) if k in lists else v for k, v in row.items()} for row in rows]
    dataset = load_dataset(table(tmp_path / name, rows))
    assert dataset.fingerprint == load_dataset(articles).fingerprint


def test_json_lines_may_be_called_json(tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes(lines(ROWS))
    assert len(load_dataset(file, columns=COLUMNS)) == 2


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_nothing_stale_is_served_and_nothing_is_left(tmp_path, monkeypatch, name, capfd):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    file = table(tmp_path / name, ROWS)
    stamp = file.stat()
    load_dataset(file, columns=COLUMNS)
    table(file, [{**row, "body": row["body"][::-1]} for row in ROWS])
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert load_dataset(file, columns=COLUMNS)[0].text == "AN"
    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "home").exists()
    assert capfd.readouterr() == ("", "")


def test_folder_holds_one_file_a_split(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    table(folder / "dev.csv.gz", ROWS)
    dataset = load_dataset(folder, split="dev", columns=COLUMNS)
    assert (dataset.name, len(dataset)) == ("news", 2)
    assert "available: dev" in problem(folder)
    table(folder / "dev.parquet", ROWS)
    assert "split 'dev': dev.csv.gz, dev.parquet" in problem(folder, split="dev")


def test_rows_without_ids_are_numbered(tmp_path):
    file = table(tmp_path / "a.csv", [{"text": "One."}, {"text": "Two."}])
    assert [a.id for a in load_dataset(file)] == ["a-1", "a-2"]


def test_numbers_are_ids_and_an_empty_column_numbers_the_rows(tmp_path):
    file = table(tmp_path / "a.parquet", [{"id": 7, "text": "x"}, {"id": 7, "text": "y"}])
    assert "row 2: duplicate id '7' (first at " in problem(file)
    assert [a.id for a in load_dataset(file, columns={"id": ""})] == ["a-1", "a-2"]


INTEGERS = [{"id": n, "text": "x", "n": n} for n in (7, 2**53 + 1, 2**62 + 1)]


@pytest.mark.parametrize("columns", [{}, {"id": "n"}])
@pytest.mark.parametrize("name", FORMATS)
def test_integers_are_ids_in_every_format(tmp_path, name, columns):
    dataset = load_dataset(table(tmp_path / name, INTEGERS), columns=columns)
    assert [a.id for a in dataset] == ["7", "9007199254740993", "4611686018427387905"]


def test_advice_names_the_column_that_ids_were_read_from(tmp_path):
    file = table(tmp_path / "a.json", [{"key": 1.0}, {"key": 2}])
    (line,) = problem(file, columns={"id": "key"}).splitlines()
    assert line.startswith(f"{file}: row 1: id: 1.0 is a float")
    assert line.endswith('df["key"] = pd.to_numeric(df["key"]).astype("Int64")')


TYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


@pytest.mark.parametrize("kind", TYPES)
def test_every_integer_column_of_parquet_holds_ids(tmp_path, kind):
    ids = pa.array([1, 100], getattr(pa, kind)())
    for column in (ids, ids.dictionary_encode()):
        pq.write_table(pa.table({"id": column, "text": ["x", "y"]}), tmp_path / "a.parquet")
        assert [a.id for a in load_dataset(tmp_path / "a.parquet")] == ["1", "100"]


def test_table_that_pandas_wrote_with_its_index_is_read(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf,id,text\r\n0,1,x\r\n1,2,y\r\n")
    assert [(a.id, a.text) for a in load_dataset(tmp_path / "a.csv")] == [("1", "x"), ("2", "y")]


def test_rows_are_grouped_by_integers_as_by_their_decimal_strings(tmp_path):
    rows = [{"g": 1, "questions": "A?"}, {"g": 2, "questions": "B?"}, {"g": "1", "questions": "C?"}]
    dataset = load_dataset(table(tmp_path / "a.json", rows), group_by="g")
    assert [a.questions for a in dataset] == [("A?", "C?"), ("B?",)]
    for value, words in (
        (1.0, "cannot group rows by 'g': 1.0 is a float"),
        (True, "cannot group rows by 'g': the boolean True is"),
        (float("nan"), "cannot group rows by 'g': it is empty"),
    ):
        file = table(tmp_path / "a.json", [*rows, {"g": value, "questions": "D?"}])
        assert f"row 4: {words}" in problem(file, group_by="g").replace("rows cannot", "cannot")


def test_nested_columns_are_reached_by_dots(tmp_path):
    rows = [
        {"id": "a", "doc": {"body": "T"}, "answers": [{"text": "x"}, {"text": None}]},
        {"id": "b", "doc": None, "answers": None},
    ]
    for name in ("a.json", "a.parquet"):
        dataset = load_dataset(
            table(tmp_path / name, rows), columns={"text": "doc.body", "summary": "answers.text"}
        )
        assert [(a.text, a.summary) for a in dataset] == [("T", ("x",)), ("", ())]
        assert dataset.notes == ("a: empty items of 'summary' dropped: 1",)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"text": "boddy"}, "unknown column 'boddy'; did you mean 'body'? (available: key, body"),
        ({"text": "xyz"}, "unknown column 'xyz'; available: body, key, points, when"),
        ({"text": "body.x"}, "no column 'x' inside a str"),
        ({"txt": "body"}, "unknown article field 'txt'; did you mean 'text'?"),
    ],
)
def test_unknown_columns_and_fields_are_answered_with_the_nearest(tmp_path, columns, words):
    assert words in problem(table(tmp_path / "a.csv", ROWS), columns=columns)


def test_message_about_a_table_of_thousands_of_columns_fits_a_screen(tmp_path):
    row = {"text": "T", **{f"column_{n}": "x" for n in range(5_000)}, "y" * 10_000: "x"}
    told = problem(table(tmp_path / "a.jsonl", [row]), columns={"text": "colum_17"})
    assert "unknown column 'colum_17'; did you mean 'column_17'" in told
    assert "column_0, column_1, " in told
    assert len(told) < 3_000


def test_message_about_a_folder_of_thousands_of_files_fits_a_screen():
    names = [f"part{n}.jsonl" for n in range(5_000)]
    with pytest.raises(BenchError, match=r"no split 'test' .*part0, .* and 4,900 more$") as error:
        only_file("folder", names, "test")
    assert len(str(error.value)) < 3_000


def test_values_that_json_cannot_hold_are_left_out_and_named(tmp_path):
    rows = [{"text": "T", "raw": b"\x00", "share": float("nan"), "views": 3}]
    dataset = load_dataset(table(tmp_path / "a.parquet", rows))
    assert dataset[0].extra == {"views": 3}
    assert dataset.notes == (
        "a: values of 'raw' dropped, since JSON cannot represent them: 1",
        "a: values of 'share' dropped, since JSON cannot represent them: 1",
    )


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("- One\n• Two\n\n* Three ", ["One", "Two", "Three"]),
        ("1. One\n2) Two", ["One", "Two"]),
        ("1. FC Köln won\nThe rest lost", ["1. FC Köln won", "The rest lost"]),
        ("One.<n>Two.<q> Three.", ["One.", "Two.", "Three."]),
        ("It rained. The mayor left.", ["It rained.", "The mayor left."]),
        ("– It rained. The mayor left.", ["It rained.", "The mayor left."]),
        ('["One, or two.", "Three"]', ["One, or two.", "Three"]),
        ("[Laughs] He left.", ["[Laughs] He left."]),
        (" \n ", []),
    ],
)
def test_bullets_in_one_string(text, items):
    assert bullets_of(text) == items


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Who? What?Why?", ["Who?", "What?", "Why?"]),
        ('Who asked "why?" and when? Where', ['Who asked "why?" and when?', "Where"]),
        ("Who? When?\nWhat?", ["Who? When?", "What?"]),
        ("Who? <sep> What?", ["Who?", "What?"]),
    ],
)
def test_questions_in_one_string(text, items):
    assert questions_of(text) == items


AB = ["What is A?", "Why is B?"]
IN_ONE_STRING = [
    str(AB),
    json.dumps(AB),
    json.dumps(json.dumps(AB)),
    "array(['What is A?', 'Why is B?'], dtype=object)",
    "What is A? || Why is B?",
    "<ul><li>What is A?</li><li>Why is B?</li></ul>",
    r"1. What is A?\n2. Why is B?",
    "- ['What is A?']\n- ['Why is B?']",
]


@pytest.mark.parametrize("text", IN_ONE_STRING)
def test_lists_in_one_string(text):
    assert bullets_of(text) == AB
    assert questions_of(text) == AB


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.parquet"])
@pytest.mark.parametrize("listed", [False, True])
def test_list_that_pandas_wrote_is_taken_apart_or_refused(tmp_path, name, listed):
    def cell(text: str) -> object:
        return [text] if listed and name != "a.csv" else text

    rows = [{"id": "1", "text": "T", "questions": cell(str(AB)), "summary": cell(str(AB))}]
    columns = {"text": "text"}
    (article,) = load_dataset(table(tmp_path / name, rows), columns=columns)
    assert article.questions == article.summary == tuple(AB)
    rows.append({"id": "2", "text": "T", "questions": cell("['c?', 'd"), "summary": cell("e")})
    message = problem(table(tmp_path / name, rows), columns=columns)
    assert re.search(r"2: questions: .*looks like a list in a string, but it ends before", message)
    assert "write a json array" in message.lower()


def test_rows_of_one_question_may_hold_lists(tmp_path):
    columns = {"text": "context", "questions": "question"}
    rows = [{"context": "A", "question": str(AB)}, {"context": "A", "question": "Who?"}]
    (article,) = load_dataset(table(tmp_path / "a.csv", rows), columns=columns, group_by="context")
    assert article.questions == (*AB, "Who?")
    rows.append({"context": "A", "question": "['c?', 'd"})
    message = problem(table(tmp_path / "a.csv", rows), columns=columns, group_by="context")
    assert "row 3: questions: looks like a list" in message


def test_questions_are_grouped_into_sets(tmp_path):
    rows = [
        {"context": "B", "question": "Who left? And why?", "title": "b", "n": 1, "same": "s"},
        {"context": "A", "question": "Who came?", "title": "a", "n": 2, "same": "s"},
        {"context": "B", "question": "When?", "title": "other", "n": 3, "same": "s"},
        {"context": "B", "question": "When?", "title": "b", "n": 4, "same": "s"},
    ]
    columns = {"text": "context", "questions": "question"}
    dataset = load_dataset(table(tmp_path / "a.csv", rows), columns=columns, group_by="context")
    assert [(a.id, a.text, a.questions) for a in dataset] == [
        ("a-1", "B", ("Who left? And why?", "When?")),
        ("a-2", "A", ("Who came?",)),
    ]
    assert dataset[0].title == "b"
    assert dataset[0].extra == {"same": "s"}
    assert dataset.notes == (
        "a: rows grouped by 'context': 4",
        "a: rows whose title differs from the first row of their group: 1",
        "a: repeated questions dropped: 1",
    )
    assert len(load_dataset(tmp_path / "a.csv", columns=columns, group_by="context", limit=1)) == 1


def test_row_without_a_group_is_named(tmp_path):
    file = table(tmp_path / "a.csv", [{"c": "x", "q": "Q?"}, {"c": " ", "q": "Q?"}])
    assert problem(file, columns={"questions": "q"}, group_by="c") == (
        f"{file}: row 2: cannot group rows by 'c': it is empty"
    )
    assert "unknown column 'd'" in problem(file, group_by="d")
    listed = table(tmp_path / "b.json", [{"c": ["x"]}])
    assert "row 1: cannot group rows by 'c': it is not text" in problem(listed, group_by="c")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty; its first line must name the columns"),
        ("a.csv", b"id,text\n", "no article rows"),
        ("a.csv", b"id,text\n1,a,b\n2\n3,c\n", "a.csv:2: 3 values for 2 columns"),
        ("a.csv", b"id,text\n1,a\n2\n", "a.csv:3: 1 value for 2 columns"),
        ("a.csv", b'id,text\n1,"a\n', "a.csv:2: a quotation mark that opens here is never closed"),
        ("a.csv", b"id,id\n1,2\n", "duplicate column 'id' (2 times)"),
        ("a.csv", "id,text\n1,é\n".encode("latin-1"), "byte 10 is not UTF-8; convert the file"),
        ("a.csv", b"id,text\n1,a\0b\n", "contains a NUL character"),
        ("a.csv", "id,text\n1,a\n".encode("utf-16"), "not UTF-8"),
        ("a.csv", b"id,text\n1,a\n1,b\n", "row 2: duplicate id '1' (first at "),
        ("a.csv", b"id,text\n ,a\n", "row 1: id: must not be blank"),
        ("a.tsv", b"id,text\n1\t2\n", "a.tsv:2: 2 values for 1 column"),
        ("a.csv.gz", b"id,text\n1,a\n", "cannot be read: Not a gzipped file"),
        ("a.csv.gz", gzip.compress(b"id,text\n1,a\n", mtime=0)[:-9], "cannot be read: "),
        ("a.json", b"", "no article rows"),
        ("a.json", b'[{"id": "1"},', "a.json:1: not JSON: "),
        ("a.json", b'[{"id": "1"}, 3]', "row 2: an article row is a JSON object, not int"),
        ("a.json", b'{"id": "1"}\n{\n', "a.json:2: not JSON: "),
        (
            "a.json",
            b'[{"id": "1", "text": 5}]',
            "row 1: text: must be a string, not 5; write it in quotation marks",
        ),
        (
            "a.json",
            b'[{"id": "1", "summary": 5}]',
            "row 1: summary.0: must be a string, not 5; write",
        ),
        (
            "a.json",
            b'[{"id": "1", "questions": [["x"]]}]',
            'row 1: questions.0: must be a string, not ["x"]',
        ),
        ("a.json", b'[{"id": "1"}, {"text": "x"}]', "row 2: id: must not be blank"),
        ("a.jsonl.gz", gzip.compress(b'{"id": 1.0}\n', mtime=0), "a.jsonl.gz:1: id: 1.0 is a fl"),
        ("a.json", b'[{"id": 1.0}]', "row 1: id: 1.0 is a float, not a string or an integer; pand"),
        (
            "a.parquet",
            parquet([{"id": 1.0}, {"id": None}]),
            'df["id"] = pd.to_numeric(df["id"]).astype("Int64")',
        ),
        ("a.parquet", parquet([{"id": float("nan")}]), "row 1: id: missing (NaN)"),
        ("a.parquet", parquet([{"id": True}]), "row 1: id: the boolean True is"),
        ("a.json", b'[{"id": 1}, {"id": "1"}]', "row 2: duplicate id '1' (first at "),
        ("a.parquet", b"", "cannot be read: Parquet file size is 0 bytes"),
        ("a.parquet", parquet(ROWS)[:300], "cannot be read: Parquet magic bytes not found"),
        (
            "a.parquet",
            parquet([{"id": "1", "text": 1.5}]),
            "row 1: text: must be a string, not 1.5",
        ),
        ("a.xlsx", b"PK", "the name must end with .jsonl, .json"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else "",
)
def test_broken_file_is_answered_with_the_place(tmp_path, name, content, words):
    file = tmp_path / name
    file.write_bytes(content)
    message = problem(file)
    assert words in message
    assert "Traceback" not in message
    assert len(message) < 600


def test_long_field_is_no_fault(tmp_path):
    former = csv.field_size_limit()
    dataset = load_dataset(table(tmp_path / "a.csv", [{"id": "x", "text": "word " * 100_000}]))
    assert len(dataset[0].text) == 500_000
    assert csv.field_size_limit() == former


def test_faults_of_a_table_come_by_the_dozen_at_most(tmp_path):
    file = table(tmp_path / "a.csv", [{"id": " ", "text": "x"}] * 50)
    assert problem(file).splitlines()[-1] == "... and 30 more"


# One row, or one article's rows, of every preset: the columns of the real files.
SCHEMAS = {
    "cnn_dailymail": [{"article": "A.", "highlights": "One .\nTwo .", "id": "f001"}],
    "xsum": [{"document": "Line one.\nLine two.", "summary": "It was sold.", "id": "38264402"}],
    "multi_news": [
        {"document": "One. \n ||||| Two. |||||", "summary": "– It was sold. Critics objected."}
    ],
    "samsum": [{"id": "13818513", "dialogue": "Ann: Hi\r\nBob: Hello", "summary": "They greet."}],
    "dialogsum": [
        {
            "id": f"test_0_{n}",
            "dialogue": "#Person1#: Hi\n#Person2#: Hello",
            "summary": s,
            "topic": t,
        }
        for n, (s, t) in enumerate([("They greet.", "greeting"), ("Two greet.", "hello")], 1)
    ],
    "squad": [
        {
            "id": f"56be{n}",
            "title": "Harbour",
            "context": "The harbour was sold.",
            "question": question,
            "answers": {"text": ["sold"], "answer_start": [16]},
        }
        for n, question in enumerate(["What was sold?", "What happened? To what?"])
    ],
    "qg_squad": [
        {
            "answer": "a",
            "paragraph_question": "question: Q?, context: P",
            "question": question,
            "sentence": "P.",
            "paragraph": "P.",
            "sentence_answer": "<hl> P <hl>.",
            "paragraph_answer": "<hl> P <hl>.",
            "paragraph_sentence": "<hl> P. <hl>",
        }
        for question in ("Q?", "R?")
    ],
    "fairytaleqa": [
        {
            "story_name": "the-fox",
            "story_section": "A fox ran.",
            "question": question,
            "answer1": "A fox.",
            "answer2": "",
            "local-or-sum": "local",
            "attribute": "character",
            "ex-or-im": "explicit",
            "ex-or-im2": "",
        }
        for question in ("Who ran?", "What did it do?")
    ],
    "fairytaleqa-gem": [
        {
            "story_name": "the-fox",
            "content": "A fox ran.",
            "answer": "A fox.",
            "question": question,
            "gem_id": f"GEM-FairytaleQA-test-{n}",
            "target": question,
            "references": [question],
            "local_or_sum": "local",
            "attribute": "character",
            "ex_or_im": "explicit",
        }
        for n, question in enumerate(["Who ran?", "What did it do?"])
    ],
    "newsqa": [
        {
            "context": "NEW YORK (CNN) -- It rained.\n\n\n\nIt stopped.",
            "question": question,
            "answers": ["It rained"],
            "key": f"c0ff{n}",
            "labels": [{"end": [20], "start": [18]}],
        }
        for n, question in enumerate(["What happened?", "Where?"])
    ],
    "inquisitive": [
        {
            "id": n,
            "article_id": 12,
            "article": "It rained. It stopped.",
            "sentence_id": n,
            "sentence": "It rained.",
            "span": "rained",
            "question": question,
            "span_start_position": 1,
            "span_end_position": 2,
        }
        for n, question in enumerate(["Why?", "How long?"])
    ],
}
TEXTS = {
    "xsum": "Line one.\n\nLine two.",
    "multi_news": "One.\n\nTwo.",
    "samsum": "Ann: Hi\n\nBob: Hello",
    "dialogsum": "#Person1#: Hi\n\n#Person2#: Hello",
}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_reads_a_file_of_its_schema(tmp_path, name):
    preset = PRESETS[name]
    assert name in SCHEMAS, f"{name} is new: add a row, with all its columns, to SCHEMAS above"
    file = table(tmp_path / f"{preset.split}.parquet", SCHEMAS[name])
    (article,) = load_dataset(tmp_path, preset=name)
    assert article == load_dataset(file, preset=name)[0]
    assert article.text == TEXTS.get(name, article.text)
    assert article.text
    assert (article.source, article.license, article.language) == (preset.hub, preset.license, "en")
    assert len(article.questions) == (2 if preset.tasks == ("questions",) else 0)
    summaries = {"cnn_dailymail": 2, "multi_news": 2}
    assert len(article.summary) == (summaries.get(name, 1) if preset.tasks == ("summary",) else 0)
    assert not any(item.startswith("–") for item in article.summary)


def test_preset_may_be_changed_in_part(tmp_path):
    file = table(tmp_path / "a.parquet", SCHEMAS["squad"])
    dataset = load_dataset(file, preset="squad", columns={"summary": "answers.text"}, group_by="")
    assert [a.summary for a in dataset] == [("sold",), ("sold",)]
    assert [a.id for a in dataset] == ["56be0", "56be1"]
    with pytest.raises(UnknownNameError, match="unknown preset 'sqad'; did you mean 'squad'"):
        load_dataset(file, preset="sqad")


def test_missing_library_is_named_with_the_remedy(tmp_path, monkeypatch):
    file = table(tmp_path / "a.csv", ROWS)
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ConfigError, match=r"pip install 'qgbench\[hub\]'"):
        load_dataset(file, columns=COLUMNS)
    assert len(load_dataset(table(tmp_path / "a.json", ROWS), columns=COLUMNS)) == 2


@pytest.mark.slow
def test_run_finds_its_articles_again(tmp_path, bench):
    table(tmp_path / "qa.csv", [{k: v for k, v in r.items() if k != "answers"} for r in SQUAD])
    common = ["--dataset", "qa.csv", "--columns", "text=context,questions=question"]
    done = bench(
        "run", *common, "--columns", "id=", "--group-by=context", "-m", "template", "-o", "r"
    )
    assert done.returncode == 0, done.stderr
    assert "qa: rows grouped by 'context': 4" in done.stderr
    kept = json.loads((tmp_path / "r" / "run.json").read_text())
    assert kept["config"]["columns"] == {"text": "context", "questions": "question", "id": ""}
    shown = bench("show", "r", "-m", "template")
    assert shown.returncode == 0, shown.stderr
    (tmp_path / "moved").mkdir()
    (tmp_path / "qa.csv").rename(tmp_path / "moved" / "qa.csv")
    assert bench("show", "r", "-m", "template", "-d", "moved/qa.csv").returncode == 0
    rows = [{"article": "qa-1", "items": ["What was sold?"]}]
    write_rows(tmp_path / "mine.jsonl", rows)
    common[1] = "moved/qa.csv"
    scored = bench("score", "mine.jsonl", *common, "--columns=id=", "--group-by", "context")
    assert scored.returncode in {0, 4}, scored.stderr
    assert "--columns 'text': write FIELD=COLUMN" in bench("run", "--columns", "text").stderr


SQUAD = [
    {**row, "context": f"{row['context']} Twice, it was said, in {year}."}
    for year in (1990, 1991)
    for row in SCHEMAS["squad"]
]


@pytest.mark.slow
@pytest.mark.skipif(not LENT.is_dir(), reason="the lent data are not here")
@pytest.mark.parametrize("file", ["fairytaleqa/validation.jsonl", "squad_du/articles.jsonl"])
def test_real_question_sets_survive_being_taken_apart(tmp_path, file):
    """Question by question in a table, and grouped again."""
    real = load_dataset(LENT / file)
    rows = [
        {"article": a.id, "title": a.title, "body": a.text, "question": question}
        for a in real
        for question in dict.fromkeys(a.questions)
    ]
    columns = {"id": "article", "text": "body", "questions": "question"}
    for name in ("a.parquet", "a.csv", "a.jsonl.gz"):
        again = load_dataset(table(tmp_path / name, rows), columns=columns, group_by="article")
        assert [(a.id, a.title, a.text) for a in again] == [(a.id, a.title, a.text) for a in real]
        assert [a.questions for a in again] == [tuple(dict.fromkeys(a.questions)) for a in real]


def test_missing_file_is_not_sought_on_the_hub(tmp_path):
    (tmp_path / "here").mkdir()
    for spec in ("data/articles.csv", "articles.jsonl", "./folder", "../folder", "here/folder"):
        with pytest.raises(UnknownNameError, match="no such file or folder either"):
            load_dataset(spec)
