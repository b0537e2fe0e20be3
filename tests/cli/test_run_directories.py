"""To whom a run directory belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.small_runs import (
    SLOW,
    content,
    killed,
    models,
    notes,
    results,
    write_config,
)
from tests.conftest import write_rows


@pytest.fixture
def config(articles: Path) -> Path:
    """Four models that take a moment, on both tasks."""
    return write_config(articles)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["-d", "other.jsonl"], "results/small-other"),
        (["--limit", "2"], "results/small-first-2"),
        (["-d", "other.jsonl", "-n", "1"], "results/small-other-first-1"),
        (["-d", "folder", "--split", "dev"], "results/small-folder-dev"),
        (["--columns", "summary=questions"], "results/small-2"),
    ],
)
def test_other_articles_get_a_directory_that_says_which(here, config, rows, arguments, place):
    write_rows(Path("other.jsonl"), rows[:3])
    Path("folder").mkdir()
    write_rows(Path("folder/dev.jsonl"), rows[:4])
    write_rows(Path("folder/test.jsonl"), rows[:5])
    assert here("run", config).returncode == 0
    before = content("results/small")
    done = here("run", config, "-m", "lead", "-t", "summary", *arguments)
    assert done.returncode == 0, done.stderr
    assert "results/small belongs to another run: config 'small', dataset 'articles'" in done.stderr
    assert f"this one goes to {place}" in notes(done)
    assert f"Results: {place}\n" in done.stderr
    assert models(place) == {"summary": ["lead"]}
    again = here("run", config, "-m", "lead", "-t", "summary", *arguments)
    assert f"Results: {place}\n" in again.stderr
    assert content("results/small") == before


def test_whole_data_set_after_a_part_of_it_gets_a_directory_too(here, config):
    assert here("run", config, "-n", "2").returncode == 0
    done = here("run", config)
    assert "Results: results/small-all\n" in done.stderr
    assert (
        results()["dataset"]["articles"],
        results("results/small-all")["dataset"]["articles"],
    ) == (
        2,
        6,
    )


def test_directory_that_is_taken_leads_to_a_numbered_one(here, config, rows):
    for folder in ("a", "b"):
        Path(folder).mkdir()
    write_rows(Path("a/other.jsonl"), rows[:3])
    write_rows(Path("b/other.jsonl"), rows[2:])
    places = [
        here("run", config, "-m", "lead", *extra).stderr.split("Results: ")[1].split("\n")[0]
        for extra in ([], ["-d", "a/other.jsonl"], ["-d", "b/other.jsonl"], ["-d", "a/other.jsonl"])
    ]
    assert places == [
        "results/small",
        "results/small-other",
        "results/small-other-2",
        "results/small-other",
    ]


def test_same_articles_under_another_name_or_order_are_the_same_data_set(here, config, rows):
    assert here("run", config).returncode == 0
    write_rows(Path("turned.jsonl"), rows[::-1])
    done = here("run", config, "-d", "turned.jsonl")
    assert "Results: results/small\n" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("change", [["-d", "other.jsonl"], ["--limit", "2"], ["another.yaml"]])
def test_output_of_another_run_is_refused_and_left_as_it_is(here, config, rows, change):
    write_rows(Path("other.jsonl"), rows[:3])
    Path("another.yaml").write_text(config.read_text().replace("name: small", "name: another"))
    assert here("run", config, "-o", "out").returncode == 0
    before = content("out")
    command = change if change[0].endswith(".yaml") else [str(config), *change]
    done = here("run", *command, "-m", "lead", "-o", "out")
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert line.startswith("error: out: belongs to another run: config 'small', dataset 'articles'")
    for words in ("6 articles", "models: lead, title, template", "--output", "--overwrite"):
        assert words in line
    assert content("out") == before


def test_directory_may_be_replaced_knowingly(here, config, rows):
    write_rows(Path("other.jsonl"), rows[:3])
    assert here("run", config, "-o", "out").returncode == 0
    Path("out/mine.txt").write_text("not of the run")
    done = here("run", config, "-d", "other.jsonl", "-m", "lead", "-o", "out", "--overwrite")
    assert done.returncode == 0, done.stderr
    assert "out: replaced another run: config 'small', dataset 'articles'" in notes(done)
    assert models("out") == {"summary": ["lead"]}
    assert set(content("out")) == {
        "mine.txt",
        "predictions/lead.summary.jsonl",
        "references.parquet",
        "results.json",
        "run.json",
        "scores.parquet",
    }


@pytest.mark.slow
def test_overwriting_without_output_stays_in_the_configs_own_directory(here, config):
    assert here("run", config).returncode == 0
    done = here("run", config, "-m", "lead", "--overwrite")
    assert "Results: results/small\n" in done.stderr
    assert models() == {"summary": ["lead"]}
    done = here("run", config, "--limit", "2", "--overwrite")
    assert "Results: results/small\n" in done.stderr
    assert results()["dataset"]["articles"] == 2


def test_edited_data_set_is_run_again_in_place_and_said(here, articles, rows):
    config = write_config(articles, f"[lead, {{use: '{SLOW}', name: slow, log: asked.txt}}]")
    assert here("run", config, "-t", "summary").returncode == 0
    rows[0]["text"] += " A last word."
    rows[1]["summary"] = ["Another bullet."]
    rows[5]["id"] = "the-theatre"
    write_rows(articles, rows)
    done = here("run", config, "-t", "summary")
    assert "Results: results/small\n" in done.stderr
    assert "the dataset has changed since the last run: 3 of 6 articles new" in notes(done)
    asked = Path("asked.txt").read_text().splitlines()
    assert asked[6:] == ["summary the-harbour", "summary the-theatre"]


@pytest.mark.slow
def test_file_with_none_of_the_articles_of_before_is_another_data_set(here, articles, rows):
    config = write_config(articles)
    assert here("run", config).returncode == 0
    before = content("results/small")
    write_rows(articles, [{**row, "id": f"{row['id']}-2"} for row in rows])
    done = here("run", config)
    assert "Results: results/small-2\n" in done.stderr
    assert here("run", config, "-o", "results/small").returncode == 2
    assert content("results/small") == before


@pytest.mark.slow
def test_unfinished_directory_says_whose_it_is(here, articles, rows):
    slow = f"[{{use: '{SLOW}', name: slow, log: asked.txt, seconds: 0.3}}]"
    config = write_config(articles, slow)
    config.write_text(config.read_text() + "batch_size: 1\n")
    killed(config, "asked.txt", 3)
    half = content("results/small")
    assert set(half) == {"owner.json", "predictions/slow.summary.jsonl"}
    write_rows(Path("other.jsonl"), rows[:1])
    other = here("run", config, "-d", "other.jsonl")
    assert "Results: results/small-other\n" in other.stderr
    assert here("run", config, "-n", "1", "-o", "results/small").returncode == 2
    assert content("results/small") == half
    Path("asked.txt").unlink()
    done = here("run", config)
    assert "Results: results/small\n" in done.stderr
    assert len(Path("asked.txt").read_text().splitlines()) <= 6 + 5 - 2
    assert not Path("results/small/owner.json").exists()


@pytest.mark.slow
def test_run_killed_while_it_replaces_another_belongs_to_the_new_one(here, articles, rows):
    config = write_config(articles, f"[lead, {{use: '{SLOW}', name: slow, log: asked.txt}}]")
    assert here("run", config, "-m", "lead").returncode == 0
    write_rows(Path("other.jsonl"), rows[:4])
    slow = config.read_text().replace("log:", "seconds: 0.3, log:") + "batch_size: 1\n"
    config.write_text(slow)
    killed(config, "asked.txt", 2, "-d", "other.jsonl", "--overwrite")
    assert here("run", config, "-o", "results/small").returncode == 2
    done = here("run", config, "-d", "other.jsonl", "-o", "results/small")
    assert done.returncode == 0, done.stderr
    assert results()["dataset"]["articles"] == 4


def test_directory_without_a_word_on_whose_it_is_stays_usable(here, config):
    assert here("run", config, "-o", "out").returncode == 0
    finished = content("out")
    for name in ("results.json", "run.json", "scores.parquet"):
        Path("out", name).unlink()
    assert here("run", config, "-o", "out").returncode == 0
    assert content("out")["results.json"] == finished["results.json"]


def test_record_that_cannot_be_read_is_not_overwritten(here, config):
    assert here("run", config).returncode == 0
    Path("results/small/run.json").write_text("{}")
    before = content("results/small")
    done = here("run", config)
    assert "results/small belongs to another run: a run whose record cannot be read" in done.stderr
    assert "Results: results/small-" in done.stderr
    assert content("results/small") == before
