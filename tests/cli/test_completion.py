"""Shell completion: quick, set up by an option, and with the names of the catalog."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cli import app
from tests.conftest import ROOT

HEAVY = ("numpy", "pyarrow", "scipy", "bench.models", "bench.metrics")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home directory with the commands `bench` and `qgbench` on its path."""
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("bench", "qgbench"):
        script = commands / name
        script.write_text(f"#!{sys.executable}\nfrom bench.__main__ import main\nmain()\n")
        script.chmod(0o755)
    return tmp_path


@pytest.fixture
def shell(home):
    """A script in a bash with that home, and no start-up files of the machine."""

    def call(script: str) -> subprocess.CompletedProcess[str]:
        path = f"{home / 'commands'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--norc", "-c", f"{script}\nexit $?"],
            env={**os.environ, "HOME": str(home), "PATH": path, "PYTHONPATH": str(ROOT)},
            cwd=home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def offered(monkeypatch, capsys):
    """What is offered for the last word of a command line."""

    def call(line: str, shell: str = "bash") -> list[str]:
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        monkeypatch.setenv("_BENCH_COMPLETE", f"complete_{shell}")
        with pytest.raises(SystemExit) as end:
            app([], prog_name="bench")
        assert end.value.code == 0
        return capsys.readouterr().out.split()

    return call


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("bench comp", ["compare"]),
        ("bench config s", ["show", "schema"]),
        ("bench run --on-", ["--on-error", "--on-version-change"]),
        ("bench run --on-error s", ["score-zero", "skip", "stop"]),
        ("bench run --model hy", ["hybrid"]),
        ("bench run -m tit", ["title-questions", "title"]),
        ("bench run bri", ["briefs"]),
        ("bench config show de", ["default"]),
        ("bench run --dataset bri", ["briefs"]),
        ("bench run --task q", ["questions"]),
        ("bench run --engine p", ["processes"]),
        ("bench compare x --metric cov", ["coverage@0.5"]),
        ("bench score x --metric exa", ["exact_match"]),
        ("bench score x --tokenizer u", ["unicode"]),
        ("bench show x -m oracl", ["oracle"]),
        ("bench list simi", ["similarities"]),
        ("bench check x --bas", ["--baseline", "--baseline-digest"]),
        ("bench run ./", []),  # the shell completes paths
    ],
)
def test_word_is_completed(line, words, offered):
    assert sorted(offered(line)) == sorted(words)


def test_other_shells_get_the_same_names(offered):
    assert offered("bench run --model hy", "zsh")[-1] == ':(("hybrid"))\''
    assert offered("bench run --model hy", "fish") == ["hybrid"]


@pytest.mark.slow
def test_key_press_imports_nothing_heavy(python):
    spy = (
        "import atexit, sys, bench.cli; sys.argv = ['bench'];"
        f"loaded = lambda: [m for m in {HEAVY} if m in sys.modules];"
        "atexit.register(lambda: print(loaded(), file=sys.stderr));"
        "bench.cli.main()"
    )
    line = {"COMP_WORDS": "bench run --model hy", "COMP_CWORD": "3"}
    done = python("-c", spy, **line, _BENCH_COMPLETE="complete_bash")
    assert (done.stdout, done.stderr) == ("hybrid\n", "[]\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bench", "qgbench"])
def test_completion_is_installed_and_works_in_a_new_shell(name, shell, home):
    done = shell(f"{name} --install-completion")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"installed in {home}/.bash_completions/{name}.sh" in done.stdout
    line = f"{name} run --model hy"
    pressed = (
        f"source ~/.bashrc; COMP_WORDS=({line}); COMP_CWORD=3; _{name}_completion {name};"
        'echo "${COMPREPLY[@]}"; complete -p ' + name
    )
    done = shell(pressed)
    assert done.stdout.splitlines()[0] == "hybrid", done.stderr
    assert done.stdout.splitlines()[1] == f"complete -o default -F _{name}_completion {name}"


@pytest.mark.slow
def test_module_is_not_the_command_that_a_shell_completes(shell):
    done = shell(f'"{sys.executable}" -m bench --show-completion')
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("complete -o default -F _bench_completion bench\n")


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_unknown_shell_is_wrong_usage(option, bench, monkeypatch):
    from shellingham import ShellDetectionFailure

    def undetected():
        raise ShellDetectionFailure

    monkeypatch.setattr("shellingham.detect_shell", undetected)
    done = bench(option)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: the shell cannot be determined")
