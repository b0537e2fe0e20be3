from __future__ import annotations

import errno
import json
import os
import pty
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.data.files import write_atomic
from bench.exits import EXIT_CODES, EscapedError, end_of, escaping
from tests.conftest import ROOT

PYTHONPATH = str(ROOT)


def raised(error: BaseException) -> BaseException:
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def shell(script: str, *, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    bench = f'bench() {{ "{sys.executable}" -m bench "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", bench + script],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": f"{PYTHONPATH}{os.pathsep}{cwd}", **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENAMETOOLONG])
def test_system_error_is_one_line_with_place_and_fix(number, capsys):
    assert end_of(raised(OSError(number, os.strerror(number), "some\nfile"))) == 2
    line = capsys.readouterr().err
    assert line.startswith(f"error: some\\nfile: {os.strerror(number)}; ")
    assert line.count("\n") == 1


def test_full_disk_names_the_file_that_does_not_fit(monkeypatch, capsys, tmp_path):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_atomic(tmp_path / "results.json", "{}")
    assert end_of(caught.value) == 2
    assert "results.json: No space left on device; free space" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", ["predictions", "scores.parquet", "run.json"])
def test_run_on_a_full_disk_names_the_file(at, articles, monkeypatch, capsys, tmp_path):
    from bench.runs import row_file
    from bench.runs.scores import ScoreWriter

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    if at == "predictions":
        monkeypatch.setattr(row_file, "_write_all", full)
    elif at == "scores.parquet":
        monkeypatch.setattr(ScoreWriter, "write", full)
    else:
        monkeypatch.setattr(Path, "write_bytes", full)
    assert called(monkeypatch, "run", "-d", articles, "-m", "lead", "-o", tmp_path / "out") == 2
    last = capsys.readouterr().err.splitlines()[-1]
    named = (
        "owner.json" if at == "run.json" else at
    )  # the first of the small files that are written
    assert last.startswith(f"error: {tmp_path}/out/{named}")
    assert "No space left on device" in last
    assert not [*tmp_path.rglob("*.part")]


def called(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    from bench.__main__ import main

    monkeypatch.setattr(sys, "argv", ["bench", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    assert isinstance(end.value.code, int)
    return end.value.code


def test_unforeseen_error_is_one_line_and_a_private_file(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert end_of(raised(ZeroDivisionError("one\ntwo \x1b[2J"))) == 70
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert line.startswith("error: unforeseen ZeroDivisionError: one two")
    assert "\x1b" not in line
    (file,) = tmp_path.glob("bench-error-*.txt")
    assert str(file) in line
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Traceback" in file.read_text()


def test_debug_prints_the_traceback_instead(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("BENCH_DEBUG", "1")
    assert end_of(raised(ZeroDivisionError())) == 70
    told = capsys.readouterr().err
    assert told.startswith("Traceback")
    assert told.splitlines()[-1].startswith("error: unforeseen ZeroDivisionError (")
    assert list(tmp_path.iterdir()) == []


def test_traceback_that_cannot_be_kept_is_still_one_line(monkeypatch, capsys):
    def full(**_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    assert end_of(raised(ZeroDivisionError())) == 70
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "--debug" in line


def test_interrupt_is_told_in_one_line_even_if_an_import_turned_it_into_another_error(capsys):
    assert end_of(raised(KeyboardInterrupt())) == 130
    broken = ImportError("numpy is broken")
    broken.__context__ = KeyboardInterrupt()
    assert end_of(raised(broken)) == 130
    assert capsys.readouterr().err == "error: interrupted\n" * 2


def test_typer_gets_no_interrupt_and_no_exit_to_handle():
    for error in (KeyboardInterrupt(), SystemExit(0), OSError(errno.EPIPE, "x"), EOFError()):
        with pytest.raises(EscapedError), escaping():
            raise error
    with pytest.raises(ValueError, match="plain"), escaping():
        raise ValueError("plain")


MODEL = {
    "exit 0": "raise SystemExit(0)\n",
    "exit 0 when made": "class Mine:\n    def __init__(self):\n        raise SystemExit(0)\n",
}


@pytest.mark.parametrize("verb", [["validate", "--import"], ["run"]], ids=["validate", "run"])
@pytest.mark.parametrize("kind", MODEL)
def test_module_of_the_user_that_ends_the_process_is_bad_input(kind, verb, bench, articles):
    Path("mine.py").write_text(MODEL[kind])
    config = {"name": "c", "dataset": str(articles), "models": [{"use": "mine:Mine"}]}
    Path("c.yaml").write_text(json.dumps(config))
    done = bench(*verb, "c.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert "mine" in done.stderr


def test_reader_that_stops_reading_is_no_error(tmp_path):
    done = shell("bench list | true; echo ${PIPESTATUS[0]}", cwd=tmp_path)
    assert done.stdout.splitlines() == ["141"]
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("arguments", ["list tasks", "--help", "show {run} --format json"])
def test_output_that_cannot_be_written_is_not_ok(arguments, unbuffered, tmp_path):
    run = ROOT / "results" / "baseline"
    script = f"bench {arguments.format(run=run)} > /dev/full"
    done = shell(script, cwd=tmp_path, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output: No space left on device")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_process_without_standard_streams_still_tells_by_its_exit_code(tmp_path):
    done = shell("bench list tasks >&-; echo $?; bench run nothing 2>&-; echo $?", cwd=tmp_path)
    assert done.stdout.split() == ["0", "2"]
    assert done.stderr == ""


@pytest.mark.slow
def test_working_directory_that_is_gone_is_no_traceback(tmp_path):
    done = shell("mkdir a; cd a; rmdir ../a; bench list tasks; bench run -m lead", cwd=tmp_path)
    assert done.returncode == 2
    assert "summary" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("columns", ["1", "7"])
def test_any_width_will_do(columns, tmp_path):
    run = ROOT / "results" / "baseline"
    assert shell(f"bench show {run}", cwd=tmp_path, COLUMNS=columns).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.0, 0.1, 0.5])
def test_ctrl_c_at_any_moment_is_130(after, articles, tmp_path):
    slow = "import time\ntime.sleep(20)\n"
    Path("slow.py").write_text(slow)
    config = {"name": "c", "dataset": str(articles), "models": [{"use": "slow:Mine"}]}
    Path("c.yaml").write_text(json.dumps(config))
    # The signal comes once the interpreter itself is up: before that Python has its own way.
    # A suite that runs in the background ignores the signal, and so would its children.
    script = """
import bench.__main__, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
print("up", flush=True)
bench.__main__.main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, "run", "c.yaml"],
        env={**os.environ, "PYTHONPATH": f"{PYTHONPATH}{os.pathsep}{tmp_path}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=300)
    assert process.returncode == 130
    assert told.count("\n") == 1
    assert "Traceback" not in told


@pytest.mark.slow
def test_help_and_the_documentation_have_the_exit_codes(bench):
    shown = " ".join(bench("--help").stdout.split())
    table = (ROOT / "docs" / "exit-codes.md").read_text()
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in shown
        assert f"| {code} |" in table
    assert "exit-codes.md" in (ROOT / "README.md").read_text()


def test_json_on_a_terminal_steers_nothing_and_is_the_same_data(tmp_path):
    script = (
        "from bench.reports.terminal import write_data;"
        r"""write_data('{"a": "x\u202ey\u2066\u200b\x9b"}\n')"""
    )
    leader, follower = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        stdout=follower,
        check=True,
    )
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert shown.isascii()
    assert json.loads(shown) == {"a": "x\u202ey\u2066\u200b\x9b"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("run --limit 0", "invalid value for '--limit' / '-n': must be"),
        ("run --limit NaN", "invalid value for '--limit' / '-n'"),
        ("run --nope", "no such option: --nope"),
        ("score", "missing argument 'FILE...'; see `bench score --help`"),
        ("nope", "no such command 'nope'; see `bench --help`"),
        ("check a -b b --resamples 0", "invalid value for '--resamples'"),
        ("run .", "is a directory; name a config file in it"),
        ("run pipe.yaml", "pipe.yaml: is not a regular file; write the config to one"),
    ],
)
def test_wrong_usage_is_one_line(arguments, words, bench):
    os.mkfifo("pipe.yaml")
    done = bench(*arguments.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.slow
def test_code_that_closes_a_stream_does_not_end_as_a_regression(bench_process, articles):
    Path("mine.py").write_text(f"import sys\nsys.stderr.close()\n{MODEL['exit 0']}")
    config = {"name": "c", "dataset": str(articles), "models": [{"use": "mine:Mine"}]}
    Path("c.yaml").write_text(json.dumps(config))
    done = bench_process("run", "c.yaml")
    assert done.returncode in (2, 70)
    assert done.stderr.startswith("error: ")
