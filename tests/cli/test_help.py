"""What `--help` looks like: complete, and readable at any width."""

from __future__ import annotations

import re
from importlib import import_module
from textwrap import wrap

import pytest
import typer

from bench.cli import VERBS, app
from bench.cli.help import definitions, reflowed
from bench.reports.render import FORMATS

WIDTHS = (60, 80, 100)


def commands() -> dict[tuple[str, ...], object]:
    """Every command, by the words that call it."""
    found: dict[tuple[str, ...], object] = {(): typer.main.get_command(app)}
    for name, (target, _) in VERBS.items():
        module, _, attribute = target.partition(":")
        function = getattr(import_module(module), attribute)
        if not isinstance(function, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command(name)(function)
            function = single
        command = typer.main.get_command(function)
        found[(name,)] = command
        found |= {(name, sub): c for sub, c in getattr(command, "commands", {}).items()}
    return found


COMMANDS = commands()


@pytest.fixture
def help_of(monkeypatch, capsys):
    def shown(words, width=80):
        monkeypatch.setenv("COLUMNS", str(width))
        with pytest.raises(SystemExit) as end:
            app([*words, "--help"], prog_name="bench")
        assert end.value.code == 0
        return capsys.readouterr().out

    return shown


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_and_argument_is_described(words):
    parameters = [p for p in COMMANDS[words].params if p.name != "help"]
    assert [p.name for p in parameters if not p.help] == []
    described = [p for p in parameters if p.help[0].isupper() or p.name == "file"]
    assert described == parameters
    assert all(p.help.endswith((".", ")")) for p in parameters)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_is_longer_than_the_terminal(words, width, help_of):
    assert [line for line in help_of(words, width).splitlines() if len(line) > width] == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_paragraphs_are_filled(words, help_of):
    """No line breaks where the next word would have had room."""
    for paragraph in help_of(words).split("\n\n"):
        lines = paragraph.splitlines()
        if not paragraph or any(line.startswith(" ") for line in lines):
            continue
        text = re.sub("`[^`]+`", lambda code: code[0].replace(" ", "\xa0"), " ".join(lines))
        filled = wrap(text, 78, break_long_words=False, break_on_hyphens=False)
        assert lines == [line.replace("\xa0", " ") for line in filled]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_default_is_shown_once(words, help_of):
    rows = re.split(r"\n(?=  -)", help_of(words))
    assert [row for row in rows if row.count("default:") > 1] == []


def test_examples_can_be_copied(help_of):
    shown = help_of(("run",), 60)
    assert (
        "  bench run -d qa.csv \\\n    --columns text=context,questions=question \\\n"
        "    --group-by context\n" in shown
    )


def test_overview_has_a_line_for_each_verb(help_of):
    shown = help_of(())
    lines = shown.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == list(VERBS)


def test_options_are_grouped(help_of):
    headings = re.findall(r"^(\w[\w ]+):$", help_of(("check",)), re.MULTILINE)
    assert headings == [
        "Examples", "Arguments", "Options", "Statistics", "Run directory", "Articles", "Output",
        "Pull request",
    ]  # fmt: skip


def test_ranges_are_words(help_of):
    shown = help_of(("check",))
    assert "[default: 0.95; 0.5 to 0.9999]" in shown
    assert "<=" not in shown


def test_verb_is_imported_when_it_is_used(python):
    modules = "[m for m in sys.modules if m.startswith('bench.cli.')]"
    script = f"import sys, bench.cli; print({modules}, file=sys.stderr)"
    loaded = python("-c", script).stderr
    assert [name for name in VERBS if f"'bench.cli.{name}'" in loaded] == []


@pytest.mark.parametrize("words", [(), ("config",)], ids=["bench", "config"])
def test_group_without_arguments_shows_its_help(words, bench, help_of):
    done = bench(*words, COLUMNS="80")
    assert done.returncode == 2
    assert done.stdout.partition("\n\n")[2] == help_of(words).partition("\n\n")[2]
    assert done.stderr == ""


def test_reflowing_keeps_indented_lines():
    text = "One two\nthree.\n\nExample:\n  a b\n  c --long value --other value"
    assert list(reflowed(text, 20)) == [
        "One two three.", "", "Example:", "  a b", "  c --long value \\", "    --other value",
    ]  # fmt: skip


def test_long_names_have_their_description_below():
    rows = [("-a", "Short."), ("--a-very-long-option-name VALUE", "Long.")]
    assert list(definitions(rows, 80)) == [
        "  -a                        Short.",
        "  --a-very-long-option-name VALUE",
        "                            Long.",
    ]


def test_unknown_format_is_refused_with_the_known_ones(bench):
    known = ", ".join(repr(name) for name in FORMATS if name not in ("html", "junit"))
    for verb in ("show", "leaderboard"):
        done = bench(verb, "results/mine", "--format", "xml")
        assert done.returncode == 2
        assert done.stderr == (
            f"error: invalid value for '--format' / '-f': 'xml' is not one of {known};"
            f" see `bench {verb} --help`\n"
        )
