"""A folder of article rows with its dataset card."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bench.article import Article
from bench.data.card import dataset_card
from bench.data.folder import write_dataset
from bench.data.stored import StoredArticles
from bench.errors import ConfigError

ARTICLES = [
    Article(
        id=f"bridge-{number}",
        title=f"Bridge {number}",
        text="One two three.\n\nFour – “five”.\u2028Six.",
        summary=["A.", "B."],
        questions=["Why?"] * number,
        source=source,
        license="cc-by-4.0",
        language=language,
    )
    for number, (source, language) in enumerate(
        [("https://a.example/1", "en"), ("page.txt", "de"), ("page.txt", "en")], start=1
    )
]


def front_matter(card: str) -> dict:
    return yaml.safe_load(card.split("---\n")[1])


def licensed(*licenses: str) -> list[Article]:
    pairs = zip(ARTICLES, licenses, strict=False)
    return [article.model_copy(update={"license": given}) for article, given in pairs]


def test_rows_come_back_as_they_were(tmp_path):
    written = write_dataset(ARTICLES, tmp_path / "new" / "set")
    assert written.rows == tmp_path / "new" / "set" / "test.jsonl"
    assert list(StoredArticles(written.rows)) == ARTICLES
    assert written.rows.read_bytes().endswith(b"}\n")


def test_datasets_library_reads_rows_and_folder(tmp_path):
    from datasets import load_dataset

    written = write_dataset(ARTICLES, tmp_path / "set", split="validation")
    cache = str(tmp_path / "cache")
    rows = load_dataset("json", data_files=str(written.rows), split="train", cache_dir=cache)
    assert [row["id"] for row in rows] == [article.id for article in ARTICLES]
    assert rows[0]["text"] == ARTICLES[0].text
    assert rows[2]["questions"] == ["Why?"] * 3
    folder = load_dataset(str(written.rows.parent), cache_dir=cache)
    assert list(folder) == ["validation"]
    assert folder["validation"].to_list() == rows.to_list()


def test_card_tells_the_hub_and_people_what_it_is():
    card = dataset_card(ARTICLES, name="harbour news", split="validation")
    assert front_matter(card) == {
        "pretty_name": "harbour news",
        "language": ["de", "en"],
        "license": "cc-by-4.0",
        "task_categories": ["summarization", "text-generation"],
        "tags": ["question-generation", "news", "evaluation"],
        "size_categories": ["n<1K"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "validation", "path": "validation.jsonl"}],
            }
        ],
    }
    assert "- `https://a.example/1`\n- `page.txt`\n\n" in card
    assert "Its terms: cc-by-4.0." in card
    assert "| articles | 3 | | | |\n| words | 21 | 7.0 | 7 | 7 |\n" in card
    assert "| questions | 6 | 2.0 | 1 | 3 |\n" in card


@pytest.mark.parametrize("field", Article.model_fields)
def test_card_explains_every_field(field):
    assert f"| `{field}` |" in dataset_card(ARTICLES, name="x", split="test")


@pytest.mark.parametrize(
    ("licenses", "keys"),
    [
        (["", ""], {"license": "unknown"}),
        (["CC-BY-SA-4.0"], {"license": "cc-by-sa-4.0"}),
        (["Fair use, v1.0"], {"license": "other", "license_name": "fair-use-v1.0"}),
        (
            ["https://a.example/terms"],
            {
                "license": "other",
                "license_name": "terms-of-use",
                "license_link": "https://a.example/terms",
            },
        ),
        (["mit", "cc0-1.0"], {"license": "other", "license_name": "several"}),
        (["©"], {"license": "other", "license_name": "other"}),
    ],
)
def test_license_the_hub_does_not_know_is_named(licenses, keys):
    front = front_matter(dataset_card(licensed(*licenses), name="x", split="test"))
    assert {key: value for key, value in front.items() if "license" in key} == keys


def test_license_is_not_assumed_if_none_is_stated():
    card = dataset_card(licensed(""), name="x", split="test")
    assert "No licence was given, so none is granted here" in card


def test_text_from_outside_stays_text():
    hostile = ARTICLES[0].model_copy(update={"source": "`<script>`\n# x", "license": "a: b\n---\n"})
    card = dataset_card([hostile], name="x: [y]\n---", split="test")
    assert front_matter(card)["pretty_name"] == "x: [y]\n---"
    assert "- `'<script>' # x`\n" in card
    assert "Its terms: a: b ---." in card


@pytest.mark.parametrize(
    ("count", "size"), [(1, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10_000, "10K<n<100K")]
)
def test_size_is_one_of_the_hubs(count, size):
    card = dataset_card(ARTICLES[:1] * count, name="x", split="test")
    assert front_matter(card)["size_categories"] == [size]


def test_rows_that_are_there_are_not_written_over_unasked(tmp_path):
    write_dataset(ARTICLES, tmp_path)
    with pytest.raises(ConfigError, match=r"test\.jsonl: exists already; add --force"):
        write_dataset(ARTICLES[:1], tmp_path)
    assert list(StoredArticles(tmp_path / "test.jsonl")) == ARTICLES
    write_dataset(ARTICLES[:1], tmp_path, force=True)
    assert list(StoredArticles(tmp_path / "test.jsonl")) == ARTICLES[:1]


def test_card_that_is_there_is_kept_unless_forced(tmp_path):
    (tmp_path / "README.md").write_text("mine")
    assert write_dataset(ARTICLES, tmp_path).card_kept
    assert (tmp_path / "README.md").read_text() == "mine"
    assert not write_dataset(ARTICLES, tmp_path, force=True).card_kept
    assert front_matter((tmp_path / "README.md").read_text())["size_categories"] == ["n<1K"]


@pytest.mark.parametrize("split", ["", "../up", "a b", "a/b", ".", "tést"])
def test_split_is_a_word(tmp_path, split):
    with pytest.raises(ConfigError, match="--split"):
        write_dataset(ARTICLES, tmp_path, split=split)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match=r"cannot be written \(.*\); choose another --output"):
        write_dataset(ARTICLES, tmp_path / "file" / "set")
