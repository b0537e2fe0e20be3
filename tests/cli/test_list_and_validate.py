from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from rich.cells import cell_len

from bench.api.names import names
from bench.cli.list_ import call_of
from bench.data.shipped import shipped_configs, shipped_datasets
from bench.metrics import STANDARD
from bench.models import MODELS
from bench.reports.names import Name, Names, lines, view
from bench.reports.terminal import plain_text
from tests.conftest import write_rows


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("models", list(MODELS.targets)),
        ("metrics", list(STANDARD)),
        ("tasks", ["summary", "questions"]),
        (
            "datasets",
            [name for name, folder in shipped_datasets().items() for _ in folder.glob("*.jsonl")],
        ),
        ("configs", list(shipped_configs())),
    ],
)
def test_one_line_each(bench, kind, names):
    done = bench("list", kind, COLUMNS="300")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines][: len(names)] == names
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [[], ["metrics"], ["-f", "csv"], ["models", "--format", "json"]]
)
def test_call_of_recognizes_a_kind_and_a_format(bench, arguments):
    call = call_of(arguments)
    assert call is not None
    with redirect_stdout(io.StringIO()) as direct:
        call()
    # `--` and a joined option are for `typer` alone.
    parsed = bench(
        "list",
        *[f"-f{one}" if one in ("csv", "json") else one for one in arguments if one[0] != "-"],
        "--",
    )
    assert parsed.stdout == direct.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["model"], ["--format"], ["-f", "xml"], ["models", "tasks"], ["models", "--check"],
     ["-f", "csv", "tasks"], ["-f", "csv", "-f", "json"], [""]],
)  # fmt: skip
def test_call_of_leaves_other_arguments_to_the_parser(arguments):
    assert call_of(arguments) is None


WIDE = Names(
    (
        Name("models", "short", "", "plain words " * 9),
        Name("models", "名前の長い", "note", "日本語の説明 " * 12 + "x" * 90),
        Name("tasks", "one", "note", ""),
    )
)


@pytest.mark.parametrize("width", [1, 30, 60, 80, 100, 200])
@pytest.mark.parametrize("found", [names(), names("models"), WIDE], ids=["all", "models", "wide"])
def test_list_of_names_fits_the_width_and_keeps_every_word(width, found):
    shown = list(lines(found, width))
    assert max(cell_len(str(line).rstrip()) for line in shown) <= max(width, 19)  # the longest name
    rows = "".join("".join(map(str, shown)).split())
    assert {*"".join(name.description for name in found)} - {" "} <= {*rows}
    for name in found if width < 30 else ():
        assert "".join(name.description.split()) in rows
    starts = [line.name.strip() for line in shown if line.name.strip() and not line.is_heading]
    assert starts == [name.name for name in found]


def test_view_of_names_shows_the_same_lines():
    text = plain_text(view(WIDE), width=70)
    assert text.splitlines() == [str(line).rstrip() for line in lines(WIDE, 70)]


def test_list_is_wrapped_at_the_width_that_columns_asks_for(bench):
    narrow, wide = (bench("list", "metrics", COLUMNS=c).stdout.splitlines() for c in ("80", "300"))
    assert max(map(len, narrow)) <= 80 < max(map(len, wide))
    assert len(narrow) > len(wide)


def test_validate_says_what_would_run_and_runs_nothing(bench, articles):
    done = bench("validate", "-d", articles, "-m", "lead", "-m", "random-sentences")
    assert done.returncode == 0, done.stderr
    assert "calls     17" in done.stdout
    assert "questions: 1 of 6 articles without questions" in done.stdout
    assert not Path("results").exists()


def test_validate_continues_a_long_line_below_its_value(bench):
    lines = bench("validate", "briefs", COLUMNS="60").stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("metrics   "))
    end = next(i for i, line in enumerate(lines) if line.startswith("calls     "))
    assert end - start > 1
    assert {len(line) - len(line.lstrip()) for line in lines[start + 1 : end]} == {10}
    assert max(map(len, lines[:end])) <= 60


def test_validate_names_every_fault_with_its_line(bench):
    Path("mine.yaml").write_text("name: x\ndataset: nextfin\nmodels: [leed, {use: lead, q: 1}]\n")
    done = bench("validate", "mine.yaml")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert all(line.startswith("error: mine.yaml:3: ") for line in done.stderr.splitlines())


def test_validate_of_a_config_reports_on_its_articles_too(bench, articles):
    done = bench("validate", "-d", articles, "-m", "lead")
    assert "calls     6 " in done.stdout
    assert "articles without questions, skipped for this task" in done.stdout
    assert "\n                 the-museum\n" in done.stdout


def test_validate_of_a_data_set_is_the_report_alone(bench, articles):
    done = bench("validate", articles, "--limit", "3")
    assert done.returncode == 0, done.stderr
    assert "articles · 3 articles" in done.stdout
    assert "calls" not in done.stdout
    assert bench("validate", "nextfin").returncode == 0


def test_validate_says_it_to_programs(bench, articles):
    for subject in (["-d", articles], [articles]):
        record = json.loads(bench("validate", *subject, "--format", "json").stdout)
        assert record["articles"] == 6
        assert record["tasks"]["questions"]["missing"] == 1
        assert record["findings"][0]["code"] == "questions.missing"
    one = json.loads(bench("validate", articles, "-t", "summary", "-f", "json").stdout)
    assert list(one["tasks"]) == ["summary"]


def test_validate_fails_for_what_a_run_would_fail_for(bench, rows):
    rows[0]["summary"] = ["Гавань продана."]
    file = write_rows(Path("rows.jsonl"), rows)
    done = bench("validate", file)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: rows: 1 bullets without a letter or digit")
    assert "(the-harbour)" in line
    assert "error         1" in done.stdout
    run = bench("run", "-d", file, "-m", "lead")
    assert run.returncode == 2
    Path("mine.yaml").write_text(
        "name: x\ndataset: rows.jsonl\nmodels: [lead]\ntokenizer: unicode\n"
    )
    assert bench("validate", "mine.yaml").returncode == 0


def test_validate_names_unreadable_rows(bench):
    Path("rows.jsonl").write_text('{"id": "a"}\n{"id": "a"}\nnonsense\n')
    done = bench("validate", "rows.jsonl")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "rows.jsonl:2: duplicate id 'a' (first on line 1)" in done.stderr
    assert "rows.jsonl:3: not JSON" in done.stderr


def test_validate_reads_rows_as_told(bench):
    Path("rows.csv").write_text("body,asked\nShe sold it.,Who sold it?\nShe sold it.,Why?\n")
    columns = ("--columns", "text=body,questions=asked", "--group-by", "body")
    done = bench("validate", "rows.csv", *columns)
    assert done.returncode == 0, done.stderr
    assert "rows · 1 article\n" in done.stdout
    assert done.stderr.startswith("note: rows: ")


def test_validate_refuses_what_is_neither_config_nor_data_set(bench, articles):
    done = bench("validate", "defualt")
    assert done.returncode == 2
    assert "unknown dataset 'defualt'" in done.stderr
    assert "unknown config 'defualt'; did you mean 'default'?" in done.stderr
    assert "unknown config" in bench("validate", "none.yml").stderr
    assert "not a config" in bench("validate", articles, "--model", "lead").stderr
