from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.article import Article
from bench.data.rows import load_dataset
from bench.data.stored import StoredArticles, to_lines
from bench.errors import ConfigError, DataError, UnknownNameError
from tests.conftest import write_rows


def problems(file: Path) -> str:
    with pytest.raises(DataError) as error:
        list(StoredArticles(file))
    return str(error.value)


@pytest.mark.parametrize("spec", [["a.jsonl"], {"a": "a.jsonl"}, 5, None])
def test_dataset_that_is_no_name_is_refused(spec):
    with pytest.raises(ConfigError, match=f"dataset: must be .*{type(spec).__name__}"):
        load_dataset(spec)


@pytest.mark.parametrize("spec", ["x" * 5000, "x" * 5000 + "/y.csv"])
def test_dataset_whose_name_no_file_can_have_is_unknown(spec):
    with pytest.raises(UnknownNameError, match="unknown dataset 'xxx"):
        load_dataset(spec)


def test_unknown_keys_are_kept_in_extra(tmp_path):
    file = write_rows(tmp_path / "a.jsonl", [{"id": "x", "text": "T", "byline": "Ann"}])
    (article,) = StoredArticles(file)
    assert article.extra == {"byline": "Ann"}


def test_rows_survive_a_round_trip(rows, tmp_path):
    articles = [Article.model_validate(row) for row in rows]
    (tmp_path / "again.jsonl").write_text(to_lines(articles), encoding="utf-8")
    assert list(StoredArticles(tmp_path / "again.jsonl")) == articles


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "a JSON object, not list"),
        ('{"title": "no id"}', "id: missing; every row needs an id"),
        ('{"id": " "}', "id: must not be blank"),
        ('{"id": 7.0}', "id: 7.0 is a float, not a string or an integer"),
        ('{"id": null}', "id: missing (null); every row needs an id"),
        ('{"id": NaN}', "id: missing (NaN); every row needs an id"),
        ('{"id": true}', "id: the boolean True is"),
        ('{"id": "x", "questions": 5}', "questions must be a list of strings, not 5"),
        ('{"id": "x", "questions": {"a": 1}}', "questions must be a list of strings, not {"),
        ('{"id": "x", "summary": "[\'a b\', c"}', "summary: looks like a list in a string, but"),
        (
            '{"id": {"0": "a"}, "text": {"0": "b"}}',
            'df.to_json(FILE, orient="records", lines=True)',
        ),
        ('[{"id": "a"}, {"id": "b"}]', "an array of rows instead of a row; a file with"),
        ('{"id": "x", "summary": ["ok", ""]}', "summary.1: must not be blank; remove it"),
        ('{"id": "x", "text": 5}', "text: must be a string, not 5; write it in quotation marks"),
        ('{"id": "x", "alternatives": [3]}', "alternatives.0: must be a mapping of keys to"),
        ('{"id": "x", "text": "\\ud800"}', "text: "),
        ('{"id": "good"}', "duplicate id 'good' (first on line 1)"),
    ],
)
def test_broken_row_is_named_by_file_and_line(tmp_path, line, message):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "good"}\n\n' + line + "\n", encoding="utf-8")
    assert problems(file).startswith(f"{file}:3: ")
    assert message in problems(file)


def test_all_faults_come_at_once_but_not_by_the_thousand(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text("nonsense\n" * 50, encoding="utf-8")
    lines = problems(file).splitlines()
    assert lines[-1] == "... and 30 more"
    assert len(lines) == 21


def test_empty_and_misencoded_files_are_refused(tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n")
    assert "no article rows" in problems(tmp_path / "empty.jsonl")
    (tmp_path / "latin.jsonl").write_bytes('{"id": "é"}'.encode("latin-1"))
    assert "byte 8 is not UTF-8" in problems(tmp_path / "latin.jsonl")


def test_fingerprint_is_of_the_content_alone(rows, tmp_path):
    first = load_dataset(write_rows(tmp_path / "a.jsonl", rows))
    spaced = tmp_path / "b.jsonl"
    reordered = [json.dumps(dict(reversed(row.items())), indent=None) for row in reversed(rows)]
    spaced.write_text("\n\n".join(reordered), encoding="utf-8")
    assert load_dataset(spaced).fingerprint == first.fingerprint
    rows[0]["questions"][0] += " "
    assert load_dataset(write_rows(spaced, rows)).fingerprint != first.fingerprint


def test_folder_is_read_by_split(rows, tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    write_rows(folder / "dev.jsonl", rows[:2])
    assert len(load_dataset(folder, split="dev")) == 2
    assert load_dataset(folder, split="dev").name == "news"
    with pytest.raises(DataError, match=r"no split 'test'.*available: dev"):
        load_dataset(folder)


def test_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="'nextfn'; did you mean 'nextfin'"):
        load_dataset("nextfn")


def test_shipped_article_is_the_published_page_whole():
    (article,) = load_dataset("nextfin")
    assert article.title.startswith("Japan Embeds Military Officers")
    assert len(article.summary) == 4
    assert len(article.questions) == 16
    assert len(article.text.split("\n\n")) == 5
    assert "’" in article.text
    assert "Explore more" not in article.text


@pytest.mark.parametrize("value", ["[" * 100_000, "9" * 5000])
def test_json_that_breaks_the_parser_is_a_fault_of_its_line(tmp_path, value):
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"id": "a", "n": {value}\n')
    with pytest.raises(DataError, match=r"rows\.jsonl:1: "):
        list(StoredArticles(file))
