"""Small runs by the command line, and what they leave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

SLOW = "tests.runs.models_of_tests:Slow"
FRAGILE = "tests.runs.models_of_tests:Fragile"


def write_config(articles: Path, models: str = "[lead, title, template, oracle]") -> Path:
    file = Path("small.yaml")
    file.write_text(
        f"name: small\ndataset: {articles}\nmodels: {models}\n"
        "metrics: [rouge1, set_rougeL]\nresamples: 100\n"
    )
    return file


def results(run: str = "results/small") -> dict[str, Any]:
    record: dict[str, Any] = json.loads(Path(run, "results.json").read_text())
    return record


def models(run: str = "results/small") -> dict[str, list[str]]:
    return {task: sorted(found["models"]) for task, found in results(run)["tasks"].items()}


def content(run: str) -> dict[str, bytes]:
    files = (path for path in Path(run).rglob("*") if path.is_file() and not is_private(path))
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in files}


def is_private(path: Path) -> bool:
    return path.name in (".lock", ".gitignore") or path.name.endswith(".origin.json")


def notes(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join(line for line in done.stderr.splitlines() if line.startswith("note: "))


def killed(config: Path, log: str, times: int, *arguments: str) -> None:
    """The run, killed when a model was asked so many times."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", "run", str(config), *arguments],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path.cwd()}"},
        stderr=subprocess.DEVNULL,
    )
    while not Path(log).exists() or len(Path(log).read_text().splitlines()) < times:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
