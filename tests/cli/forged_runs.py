"""Run directories as somebody hostile would make them, and what the verbs do with one."""

from __future__ import annotations

import copy
import io
import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.cli import main
from bench.runs.seal import digest_of

CANARY = "canary_of_forged_runs"
DEEP: Any = "x"
for _ in range(300):
    DEEP = [DEEP]
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 7, 1e308, -0.5, 10**30, float("nan"), float("inf")),
    *("", "..", "../../outside/x", "/outside/x", "\x00", "a/b", "x" * 70_000, "\ud800", "a\nb"),
    *([], {}, [[]], DEEP, ["x", 1], {"x": None}),
    *("summary", "model", "http://127.0.0.1:9/x", "::error::x", f"{CANARY}:Thing"),
    {"use": f"{CANARY}:Thing"},
    {"use": "subprocess:Popen", "args": ["touch", "outside/made"]},
    {"use": "set", "similarity": {"use": f"{CANARY}:Thing"}},
    {"use": "evaluate", "measure": "outside"},
    *(-7, 2**53, 2**63, -(10**18), 0.1, "6", "-1", "NaN", 1e-320, [-1, 2], [None], [1.5, 0.5]),
    *(
        "\x1b[31mred",
        "\u202edlrow\u2066",
        "\x9b2J",
        "a\x00b",
        "\u2028x",
        "%s{0}$(touch outside/made)",
    ),
    *("\ufeff", "__class__", "../predictions/lead", "C:\\x", "file:///etc/passwd", "\r::error::x"),
)
VERBS: tuple[tuple[str, ...], ...] = (
    ("show", "RUN"),
    ("show", "RUN", "--worst", "2"),
    ("show", "RUN", "--worst", "2", "--model", "lead", "--format", "json"),
    ("show", "RUN", "--model", "lead"),
    ("show", "RUN", "--model", "lead", "--dataset", "articles.jsonl"),
    ("show", "RUN", "--diff", "sound"),
    ("compare", "RUN", "--metric", "all", "--resamples", "100"),
    ("compare", "RUN", "other", "--resamples", "100"),
    ("compare", "RUN", "--rescore", "--resamples", "100"),
    ("power", "RUN", "--metric", "all"),
    ("leaderboard", "RUN", "--format", "markdown"),
    ("history", "sound", "RUN", "--metric", "all"),
    ("check", "sound", "--history", "RUN", "--against", "history", "--resamples", "100"),
    ("export", "RUN", "--to", "every-eval-ever"),
    ("export", "RUN", "--to", "lm-eval"),
    ("export", "RUN", "--to", "hub", "--dataset-id", "me/x"),
    ("export", "RUN", "--to", "model-index"),
    ("report", "RUN", "--output", "page.html"),
    ("check", "RUN", "--baseline", "sound", "--resamples", "100"),
    ("check", "sound", "--baseline", "RUN", "--resamples", "100"),
    ("check", "RUN", "--baseline", "RUN/results.json", "--rescore", "--resamples", "100"),
    ("check", "sound", "--baseline", "RUN", "--update", "--resamples", "100"),
    ("run", "small.yaml", "--output", "RUN"),
    ("run", "small.yaml", "--output", "RUN", "--task", "summary"),
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a JSON value."""
    if not isinstance(value, dict | list):
        return
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        yield from nodes(each, (*path, key))


def changed(value: Any, chance: random.Random) -> Any:
    """The value with something in it replaced, removed, renamed or moved."""
    value = copy.deepcopy(value)
    places = list(nodes(value))
    if not places:
        return value
    *above, key = chance.choice(places)
    holder = value
    for step in above:
        holder = holder[step]
    how = chance.random()
    if how < 0.7 or isinstance(holder, list):
        holder[key] = chance.choice(VALUES)
    elif how < 0.85:
        del holder[key]
    else:
        name = chance.choice(["../../outside/x", "", "x", "\x00", "a" * 5000, "l\u202eead", "::x"])
        holder[name] = holder.pop(key)
    return value


def forge_json(file: Path, chance: random.Random) -> None:
    """Change something in a JSON file, or in a row of JSON lines."""
    lines = [file.read_text()] if file.suffix == ".json" else file.read_text().splitlines()
    number = chance.randrange(len(lines))
    value = json.loads(lines[number])
    for _ in range(chance.choice((1, 1, 2))):
        value = changed(value, chance)
    text = json.dumps(value)
    if chance.random() < 0.05:
        text = text.replace("{", '{"version": 1, "version": 1, "article": "a", "article": "b", ', 1)
    lines[number] = text
    file.write_text("\n".join(lines) + "\n", errors="surrogatepass")


def forge_parquet(file: Path, chance: random.Random) -> None:
    """Change a table of a run, or the bytes that hold it."""
    if chance.random() < 0.3:
        data = bytearray(file.read_bytes())
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        file.write_bytes(data[: chance.choice([len(data), len(data) // 2, 3, 0])])
        return
    table = pq.read_table(file)
    number = chance.randrange(table.num_columns)
    name, column = table.column_names[number], table.column(number).to_pylist()
    row = chance.randrange(len(column))
    how = chance.choice(["null", "value", "twice", "less", "drop", "numbers", "rename", "texts"])
    odd = chance.choice([float("nan"), -1.0, 1e300, float("inf"), -1e-9, 3.0])
    if how in ("null", "value"):
        given = {float: odd, str: chance.choice(["", "x", "../../outside/x", "\x00", "y" * 99_999])}
        value = [odd] * 3 if name == "statistics" else given.get(type(column[row]))
        column[row] = None if how == "null" else value
        try:
            table = table.set_column(
                number, table.field(number), pa.array(column, table.field(number).type)
            )
        except (pa.ArrowException, TypeError):
            table = table.drop_columns([name])
    elif how == "twice":
        table = pa.concat_tables([table, table.slice(0, 5)])
    elif how == "less":
        table = table.slice(0, row)
    elif how == "drop":
        table = table.drop_columns([name])
    elif how == "rename":
        table = table.rename_columns(["x" if n == name else n for n in table.column_names])
    else:
        kind = pa.array([1] * len(column)) if how == "numbers" else pa.array(["x"] * len(column))
        table = table.set_column(number, name, kind)
    pq.write_table(table, file)


def reseal(run: Path) -> None:
    """Let the record hold the digests of the files as they are, as a careful forger would."""
    if not is_plain(run / "run.json"):
        return
    try:
        record = json.loads((run / "run.json").read_text(errors="surrogatepass"))
        names = [name for name in record["digests"] if is_plain(run / name)]
        record["digests"] |= {name: digest_of(run / name) for name in names}
        (run / "run.json").write_text(json.dumps(record))
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        return


class Watcher:
    """Notes what the process does that it must not, while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        self.forbidden: tuple[str, ...] = ()
        self.homes: tuple[str, ...] = ()
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in ("subprocess.Popen", "os.system", "os.exec", "os.fork", "socket.connect"):
            self.seen.append(event)
        elif event == "import" and str(arguments[0]).startswith((CANARY, "subprocess:")):
            self.seen.append(f"import {arguments[0]}")
        elif event == "open" and isinstance(arguments[0], str):
            path = os.path.normpath(Path.cwd() / arguments[0])
            mode = str(arguments[1] or "r")
            writes = set(mode) & set("wax+")
            if path.startswith(self.forbidden) or (writes and not path.startswith(self.homes)):
                self.seen.append(f"open {path} {mode}")


WATCHER = Watcher()


@contextmanager
def watched(home: Path, outside: Path) -> Iterator[list[str]]:
    """What is done meanwhile that must not be: files outside, processes, connections, imports."""
    WATCHER.seen.clear()
    WATCHER.forbidden, WATCHER.homes = (str(outside),), (str(home), tempfile.gettempdir())
    WATCHER.on = True
    try:
        yield WATCHER.seen
    finally:
        WATCHER.on = False


def call(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> tuple[Any, str]:
    """The exit code of the command line in this process, and what it said on standard error."""
    code, _, said = called(arguments, monkeypatch)
    return code, said


def called(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> tuple[Any, str, str]:
    """The same, and what it wrote on standard output."""
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    path = list(sys.path)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            return end.code or 0, out.getvalue(), err.getvalue()
        finally:
            sys.path[:] = path
    return 0, out.getvalue(), err.getvalue()


ODD_NAMES = ("-x", "a b", "\u202eevil", "x\x1b[31m", "CON", ".part", "lead.summary", "%2e%2e")


def forge_files(run: Path, chance: random.Random) -> None:
    """Remove, swap, cut or replace a file of the run, or add one."""
    files = sorted(file for file in run.rglob("*") if file.is_file() and file.suffix)
    one, other = chance.sample(files, 2)
    how = chance.choice(["less", "swap", "cut", "bytes", "link", "folder", "pipe", "more", "twice"])
    if how == "swap":
        kept = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(kept)
    elif how == "cut":
        data = one.read_bytes()
        one.write_bytes(data[: chance.randrange(len(data) + 1)])
    elif how == "bytes":
        data = bytearray(one.read_bytes())
        for _ in range(chance.randint(1, 9)):
            data[chance.randrange(len(data))] = chance.choice((0, 0x1B, 0x22, 0x5B, 0x7B, 0xFF))
        one.write_bytes(data)
    elif how == "more":
        (run / "predictions" / f"{chance.choice(ODD_NAMES)}.summary.jsonl").write_bytes(
            next(run.glob("predictions/*.jsonl")).read_bytes()
        )
    elif how == "twice":
        lines = one.read_bytes().splitlines(True)
        one.write_bytes(b"".join([*lines, *chance.sample(lines, 1)]))
    else:
        one.unlink()
        if how == "link":
            targets = ["/dev/zero", "/etc/passwd", "../outside/x", other.name, ".", one.name]
            one.symlink_to(chance.choice(targets))
        elif how == "folder":
            one.mkdir()
        elif how == "pipe":
            os.mkfifo(one)


def forge(run: Path, chance: random.Random) -> None:
    """Change a run in one to three ways, mostly so that its digests agree."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        kinds = {".json": forge_json, ".jsonl": forge_json, ".parquet": forge_parquet}
        files = [f for f in sorted(run.rglob("*")) if f.suffix in kinds and is_plain(f)]
        file = chance.choice([*files, *run.glob("r*s.json"), *run.glob("run.json"), None])
        try:
            if file is None or not is_plain(file):
                forge_files(run, chance)
            else:
                kinds[file.suffix](file, chance)
        except (ValueError, IndexError, pa.ArrowException, StopIteration):
            continue  # what an earlier change left cannot be changed in this way
    if chance.random() < 0.8:
        reseal(run)


def is_plain(file: Path) -> bool:
    """Whether it is a file of a run that can be opened without harm."""
    return file.is_file() and not file.is_symlink() and not file.name.startswith(".")


def steers(text: str) -> str:
    """The characters in it that would steer a terminal."""
    return "".join(sorted(set(_STEERING.findall(text))))


_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
Forge = Callable[[Path, random.Random], None]
