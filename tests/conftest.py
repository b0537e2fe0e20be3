"""What many tests start from: a small data set, a config, a command line in a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.cli import main

ROOT = Path(__file__).resolve().parent.parent
Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in an empty directory, and finds its own modules there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Six small articles; the last has no questions."""
    topics = ["harbour", "railway", "orchard", "library", "bakery", "museum"]
    made = [
        {
            "id": f"the-{topic}",
            "title": f"Council Sells the {topic.title()} to a Trust",
            "text": (
                f"The council sold the {topic} to a trust on Friday. The price was {n} million"
                f" crowns.\n\nCritics say the {topic} should have stayed public. The mayor called"
                f" the sale fair.\n\nThe trust will repair the {topic} by spring. It has promised"
                " to keep all the staff."
            ),
            "summary": [f"The {topic} was sold to a trust.", "Critics wanted it kept public."],
            "questions": [
                f"Why did the council sell the {topic}?",
                f"Who criticised the sale of the {topic}?",
                "What has the trust promised?",
            ],
        }
        for n, topic in enumerate(topics, start=3)
    ]
    made[-1]["questions"] = []
    return made


@pytest.fixture
def articles(tmp_path: Path, rows: list[dict[str, Any]]) -> Path:
    """The rows as a file."""
    return write_rows(tmp_path / "articles.jsonl", rows)


def write_rows(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def python(tmp_path: Path) -> Process:
    """A fresh interpreter in the test's directory, warnings as errors."""

    def call(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return call


@pytest.fixture
def bench(python: Process) -> Process:
    """The command line in a process of its own."""
    return lambda *arguments, **environment: python("-m", "bench", *arguments, **environment)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Process:
    """The command line in this process, which has its libraries loaded."""

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["bench", *map(str, arguments)])
        monkeypatch.setattr(sys, "path", list(sys.path))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(sys.argv, end.value.code or 0, out, err)

    return call
