"""Which articles belong together: by labels of any format, or because their texts are the same."""

from __future__ import annotations

import gzip
import json
import pickle
import unicodedata
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import datasets
from bench.article import Article
from bench.data import rows as rows_module
from bench.data.audit import audit
from bench.data.clusters import SAME_TEXT, ClusterFinder
from bench.data.presets import PRESETS
from bench.data.rows import Dataset, load_dataset
from bench.data.stored import StoredArticles
from bench.errors import BenchError, ConfigError, DataError
from bench.ids import cluster_label
from bench.runs.config import parsed_config
from bench.tasks import TASKS
from tests.conftest import write_rows

LONG = "The council sold the old harbour to a trust on Friday, and nobody knows yet what the buyer"
LONG += " will do with the tall cranes, the empty sheds and the forty people who work there."
assert len(LONG.split()) == 34
ROWS = [
    {"id": "a", "text": "One.", "day": "monday", "meta": {"week": 1}},
    {"id": "b", "text": "Two.", "day": "monday", "meta": {"week": 1}},
    {"id": "c", "text": "Three.", "day": "tuesday", "meta": {"week": 2}},
]


def labels(found) -> list[str]:
    return [article.cluster for article in found]


def found_in(*articles: Article, by: str = "cluster"):
    finder = ClusterFinder(by)
    for article in articles:
        finder.add(article, [task.name for task in TASKS.values() if task.references(article)])
    return finder.clusters(), finder.remarks(articles)


def together(*articles: Article) -> list[set[str]]:
    """The ids of each cluster with more than one article."""
    clusters, _ = found_in(*articles)
    if clusters is None:
        return []
    groups: dict[int, set[str]] = {}
    for article, number in zip(
        articles, clusters.of([a.id for a in articles]).tolist(), strict=True
    ):
        groups.setdefault(number, set()).add(article.id)
    return [group for group in groups.values() if len(group) > 1]


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "json", "csv", "tsv", "parquet"])
def test_column_of_any_format_has_the_labels(tmp_path, ending):
    rows = [{key: row[key] for key in ("id", "text", "day")} for row in ROWS]
    file = tmp_path / f"news.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), file)
    elif ending == "json":
        file.write_text(json.dumps(rows))
    elif ending.startswith("jsonl"):
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        file.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
    else:
        mark = {"csv": ",", "tsv": "\t"}[ending]
        file.write_text("\n".join(mark.join(row) for row in [rows[0], *(r.values() for r in rows)]))
    read = load_dataset(file, cluster="day")
    assert labels(read) == ["monday", "monday", "tuesday"]
    assert read.clustered_by == "day"
    assert [article.extra for article in read] == [{}] * 3
    assert labels(load_dataset(file, columns={"cluster": "day"})) == labels(read)
    assert labels(load_dataset(file)) == ["", "", ""]
    assert read.fingerprint == load_dataset(file).fingerprint


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_nested_column_has_labels_too(tmp_path, ending):
    file = tmp_path / f"news.{ending}"
    lines = (json.dumps(row) for row in ROWS)
    file.write_text("\n".join(lines) if ending == "jsonl" else json.dumps(ROWS))
    assert labels(load_dataset(file, cluster="meta.week")) == ["1", "1", "2"]
    with pytest.raises(ConfigError, match=r"unknown column 'wek'; did you mean 'week'\?"):
        load_dataset(file, cluster="meta.wek")


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_articles_own_field_is_the_default(tmp_path, ending):
    rows = [{**row, "cluster": label} for row, label in zip(ROWS, [7, None, "x"], strict=True)]
    file = tmp_path / f"news.{ending}"
    lines = (json.dumps(row) for row in rows)
    file.write_text("\n".join(lines) if ending == "jsonl" else json.dumps(rows))
    assert labels(load_dataset(file)) == ["7", "", "x"]
    assert load_dataset(file).clustered_by == "cluster"
    assert labels(load_dataset(file, cluster="day")) == ["monday", "monday", "tuesday"]
    assert labels(load_dataset(file, cluster="")) == ["", "", ""]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("a b", "a b"),
        (" \n", ""),
        (None, ""),
        (float("nan"), ""),
        (7, "7"),
        (2**60, str(2**60)),
        (3.0, "3"),  # pandas writes integers so where others are missing
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1, 12), "2026-05-01T12:00:00"),
    ],
)
def test_label_is_a_string(value, label):
    assert cluster_label(value) == label
    assert Article(id="a", cluster=value).cluster == label


@pytest.mark.parametrize("value", [True, 1.5, ["a"], {"a": 1}, 1e300])
@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_what_cannot_be_a_label_is_an_error_with_its_row(tmp_path, value, ending):
    rows = [{"id": "a"}, {"id": "b", "cluster": value}]
    file = tmp_path / f"news.{ending}"
    lines = (json.dumps(row) for row in rows)
    file.write_text("\n".join(lines) if ending == "jsonl" else json.dumps(rows))
    where = "news.jsonl:2" if ending == "jsonl" else "news.json: row 2"
    with pytest.raises(DataError, match=f"{where}: cluster: a label is a string or an integer"):
        load_dataset(file)


def test_dates_and_floats_of_a_table_are_labels(tmp_path):
    columns = {"id": ["a", "b", "c"], "day": [date(2026, 5, 1)] * 2 + [None], "n": [1.0, None, 2.0]}
    pq.write_table(pa.table(columns), tmp_path / "news.parquet")
    assert labels(load_dataset(tmp_path / "news.parquet", cluster="day")) == [
        *["2026-05-01"] * 2,
        "",
    ]
    assert labels(load_dataset(tmp_path / "news.parquet", cluster="n")) == ["1", "", "2"]


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_unknown_column_is_named_with_the_nearest_one(tmp_path, ending):
    file = tmp_path / f"news.{ending}"
    rows = [{"id": "a", "text": "One.", "source": "x"}]
    file.write_text(
        json.dumps(rows[0]) if ending == "jsonl" else "id,text,source\na,One.,x\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError) as error:
        load_dataset(file, cluster="sorce")
    assert "unknown column 'sorce'; did you mean 'source'?" in str(error.value)
    assert "available: id, text, source" in str(error.value)


def test_column_that_only_later_rows_have_is_known(tmp_path):
    file = write_rows(tmp_path / "news.jsonl", [{"id": "a"}, {"id": "b", "day": "monday"}])
    assert labels(load_dataset(file, cluster="day")) == ["", "monday"]


def test_column_named_twice_has_to_be_the_same(tmp_path):
    file = write_rows(tmp_path / "news.jsonl", ROWS)
    assert labels(load_dataset(file, cluster="day", columns={"cluster": "day"}))[0] == "monday"
    with pytest.raises(ConfigError, match="read from 'day' by `cluster` and from 'week' by `col"):
        load_dataset(file, cluster="day", columns={"cluster": "week"})


def test_field_of_another_column_is_found_by_its_own_name(tmp_path):
    (tmp_path / "news.csv").write_text("id,publisher\na,x\nb,x\n")
    read = load_dataset(tmp_path / "news.csv", columns={"source": "publisher"}, cluster="source")
    assert labels(read) == ["x", "x"]
    assert [article.source for article in read] == ["x", "x"]


def test_rows_that_are_grouped_have_the_label_of_the_first(tmp_path):
    text = "page,question,title\nx,Why?,A\nx,Who?,B\ny,When?,A\n"
    (tmp_path / "qa.csv").write_text(text)
    columns = {"text": "page", "questions": "question", "title": ""}
    read = load_dataset(tmp_path / "qa.csv", columns=columns, group_by="page", cluster="title")
    assert labels(read) == ["A", "A"]
    assert "qa: rows whose cluster differs from the first row of their group: 1" in read.notes


def test_large_file_is_labelled_in_its_working_copy(tmp_path, monkeypatch):
    monkeypatch.setattr(rows_module, "_SMALL", 0)
    read = load_dataset(write_rows(tmp_path / "news.jsonl", ROWS), cluster="day")
    assert isinstance(read.articles, StoredArticles)
    assert labels(read) == ["monday", "monday", "tuesday"]
    packed = pickle.dumps(read.articles)
    assert labels(pickle.loads(packed)) == labels(read)
    read.articles._copy._path.unlink()  # as on another machine, where the file is read again
    assert labels(pickle.loads(packed)) == labels(read)


def test_config_names_the_column(tmp_path):
    file = str(write_rows(tmp_path / "news.jsonl", ROWS))
    base = {"name": "x", "dataset": file, "models": ["lead"]}
    for form in ({"cluster": "day"}, {"columns": {"cluster": "day"}}):
        assert labels(parsed_config({**base, **form}).articles()) == labels(
            load_dataset(file, cluster="day")
        )
    with pytest.raises(BenchError, match="cluster: "):
        parsed_config({**base, "cluster": ["day"]})


@pytest.mark.parametrize(
    ("preset", "column"),
    [("squad", "title"), ("fairytaleqa", "story_name"), ("fairytaleqa-gem", "story_name")],
)
def test_parts_of_a_document_are_a_cluster_of_their_preset(monkeypatch, preset, column):
    columns = PRESETS[preset].columns
    rows = [
        {
            columns.get("id", "id"): f"q{n}",
            columns["text"]: f"Part {n}.",
            columns["questions"]: "Q?",
        }
        | {column: f"Story {n // 2}"}
        for n in range(4)
    ]
    monkeypatch.setattr(datasets, "load_dataset", lambda *_, **__: rows)
    read = load_dataset(preset)
    assert labels(read) == ["Story 0", "Story 0", "Story 1", "Story 1"]
    assert [article.title for article in read] == labels(read)
    assert labels(load_dataset(preset, cluster="")) == [""] * 4


def test_label_is_in_a_row_only_if_it_is_set():
    assert Article(id="a", cluster="x").to_row()["cluster"] == "x"
    assert "cluster" not in Article(id="a").to_row()


def test_no_model_sees_the_label_and_no_digest_depends_on_it():
    labelled, plain = Article(id="a", cluster="x"), Article(id="a")
    assert labelled.without_references() == plain.without_references()
    assert labelled.digest() == plain.digest()


def test_articles_with_one_label_belong_together():
    articles = [Article(id=name, cluster=label) for name, label in zip("abcd", "xyx ", strict=True)]
    clusters, remarks = found_in(*articles, by="day")
    assert together(*articles) == [{"a", "c"}]
    assert (clusters.by, clusters.count, clusters.unlabelled) == ("day", 3, 1)
    assert [clusters.label(article) for article in articles] == ["x", "y", "x", None]
    (remark,) = remarks
    assert remark.note("d") == (
        "d: 1 article without a label in 'day', each a cluster of its own (e.g. 'd')"
    )


def test_label_that_is_the_id_of_another_article_does_not_join_them():
    articles = [Article(id="a"), Article(id="b", cluster="a"), Article(id="c", cluster="a")]
    assert together(*articles) == [{"b", "c"}]


def test_articles_without_a_label_are_apart():
    assert together(*(Article(id=name, cluster="x" * (name < "c")) for name in "abcd")) == [
        {"a", "b"}
    ]


def test_clusters_are_counted_for_each_task():
    articles = [
        Article(id=str(n), cluster=str(n // 3), summary=["S."], questions=["Q?"] * (n % 3 == 0))
        for n in range(9)
    ]
    clusters, _ = found_in(*articles)
    assert clusters.in_tasks == {"summary": 3, "questions": 3}
    clusters, _ = found_in(*articles[1:], Article(id="x"), Article(id="y", summary=["S."]))
    assert clusters.in_tasks == {"summary": 4, "questions": 2}


@pytest.mark.parametrize(
    "same",
    [
        LONG,
        f"  {LONG}\n",
        LONG.upper(),
        LONG.replace(" ", "\n\n"),
        LONG.replace(" ", "  \t"),
    ],
)
def test_texts_that_differ_in_space_and_case_only_are_the_same(same):
    articles = [
        Article(id="a", text=LONG),
        Article(id="b", text=f"{LONG} Or so it says."),
        Article(id="c", text=same),
    ]
    assert together(*articles) == [{"a", "c"}]
    clusters, (remark,) = found_in(*articles)
    assert (clusters.by, clusters.count, clusters.unlabelled) == (SAME_TEXT, 2, 0)
    assert clusters.label(articles[0]) == clusters.label(articles[2])
    assert clusters.label(articles[1]) is None
    assert remark.note("d") == (
        "d: 1 article with the text of an earlier one; equal texts are one cluster"
        " (e.g. 'c' that of 'a')"
    )


def test_composed_and_decomposed_letters_are_the_same():
    text = LONG.replace("harbour", "Häfen")
    parts = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert parts[0] != parts[1]
    assert together(Article(id="a", text=parts[0]), Article(id="b", text=parts[1])) == [{"a", "b"}]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (" ".join(f"w{n}" for n in range(30)), 1),
        (" ".join(f"w{n}" for n in range(29)), 0),
        (" ".join(f"w{n}" for n in range(29)) + " –" * 40, 0),
        ("– " * 60 + " ".join(f"w{n}" for n in range(30)), 1),
        ("港" * 30, 1),
        ("港" * 29, 0),
        ("", 0),
        (" \n", 0),
        ("Nothing is known.", 0),
    ],
)
def test_only_texts_of_thirty_words_form_a_cluster(text, count):
    assert len(together(*(Article(id=name, text=text) for name in "ab"))) == count


def test_near_copies_form_no_cluster():
    near = LONG.replace("Friday", "Monday")
    articles = [Article(id="a", text=LONG), Article(id="b", text=near)]
    assert found_in(*articles) == (None, [])
    codes = {found.code for found in audit(Dataset("d", articles), TASKS.values()).findings}
    assert not any(code.startswith("cluster.") for code in codes)


def test_declared_clusters_are_the_only_ones():
    articles = [Article(id=name, text=LONG, cluster="x" * (name == "a")) for name in "abc"]
    assert together(*articles) == []
    assert together(*reversed(articles)) == []


def remarks_of(*labels: str, by: str = "day") -> list[str]:
    articles = [Article(id=f"a{n}", cluster=label) for n, label in enumerate(labels)]
    return [remark.note("d") for remark in found_in(*articles, by=by)[1]]


def test_labels_of_no_use_are_remarked_on():
    assert remarks_of("x", "x", "x") == [
        "d: 3 articles in a single cluster by 'day': no intervals and no tests (e.g. 'a0')"
    ]
    assert remarks_of("x", "y", "z") == [
        "d: 3 articles with a label each in 'day': none belong together (e.g. 'a0')"
    ]
    assert remarks_of("", "") == [
        "d: 2 articles, none with a label in 'day': they are taken as unrelated (e.g. 'a0')"
    ]
    assert remarks_of("x", "x", "y") == []
    assert remarks_of("", "", by="cluster") == []


def sources(*names: str, cluster: str = "") -> list[str]:
    articles = [Article(id=f"a{n}", source=s, cluster=cluster) for n, s in enumerate(names)]
    _, remarks = found_in(*articles)
    return [remark.note("d") for remark in remarks if remark.kind == "sources"]


def test_few_sources_are_remarked_on():
    (note,) = sources(*(f"s{n % 9}" for n in range(36)))
    assert note == (
        "d: 9 sources for 36 articles: articles of one source may resemble one another; consider"
        " `cluster: source` (e.g. 'a0')"
    )
    (note,) = sources("x", "x", *(f"s{n}" for n in range(3)))
    assert note.startswith("d: 2 of 5 articles are from one source, 'x': articles of one source")


@pytest.mark.parametrize(
    "names",
    [
        ["x"] * 20,  # a single source cannot be resampled
        [f"page{n}" for n in range(5)],  # an address each
        [f"s{n % 10}" for n in range(40)],  # ten are enough
        ["x"] * 10 + [f"s{n}" for n in range(20)],  # a third
        [""] * 20,
        ["x", "x", "x", *[""] * 20],
        [*(f"page{n}" for n in range(8)), "page0"],
    ],
)
def test_sources_that_do_not_dominate_are_not(names):
    assert sources(*names) == []


def test_declared_clusters_need_no_advice():
    assert sources(*["x", "y"] * 9, cluster="c") == []


def test_audit_has_the_remarks_and_the_clusters():
    articles = [Article(id=n, text=LONG, source="xxy"["abc".index(n)]) for n in "abc"]
    found = audit(Dataset("d", articles), TASKS.values())
    by_code = {finding.code: finding for finding in found.findings}
    assert (found.clusters, found.clustered_by) == (1, SAME_TEXT)
    assert by_code["cluster.same_text"].count == 2
    assert by_code["cluster.same_text"].repeats == ("a", "a")
    assert by_code["cluster.sources"].severity == "warning"
    plain = audit(Dataset("d", articles[:1]), TASKS.values())
    assert (plain.clusters, plain.clustered_by) == (None, None)
