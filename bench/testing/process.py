"""Runs work in a fresh Python process."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Given = TypeVar("Given")
Value = TypeVar("Value")

_SEED = "20011"  # of string hashes, so that sets have another order in the other process
_SECONDS = 600
_START = (
    "import sys; sys.path[:] = sys.argv[2:]; from bench.testing import process;"
    " process.answer(sys.argv[1])"
)


def in_another_process(work: Callable[[Given], Value], given: Given, module: str = "") -> Value:
    """Return ``work(given)``, computed in a fresh interpreter with other string hashes.

    Args:
        work: a function at the top level of a module.
        given: its argument, which must be picklable.
        module: a module that the other process must be able to import.

    Raises:
        RuntimeError: it raised an exception, which the message names.
        Exception: ``given`` cannot be pickled.
    """
    with tempfile.TemporaryDirectory() as folder:
        question = Path(folder, "question")
        question.write_bytes(pickle.dumps((work, pickle.dumps(given))))
        folders = [*(folder or str(Path.cwd()) for folder in sys.path), *_root_of(module)]
        done = subprocess.run(
            [sys.executable, "-c", _START, str(question), *folders],
            env={**os.environ, "PYTHONHASHSEED": _SEED},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        answer = Path(folder, "question.answer")
        if not answer.exists():
            said = done.stderr.strip().splitlines()
            raise RuntimeError(said[-1] if said else f"the process ended with {done.returncode}")
        value, error = pickle.loads(answer.read_bytes())
    if error:
        raise RuntimeError(error)
    found: Value = value
    return found


def answer(question: str) -> None:
    """Answer a request in the other process: read the work, write the result."""
    value, error = None, ""
    try:
        work, given = pickle.loads(Path(question).read_bytes())
        value = work(pickle.loads(given))
    except (Exception, SystemExit) as raised:  # noqa: BLE001 - a component may raise anything
        error = f"{type(raised).__name__}: {raised}"
    Path(f"{question}.answer").write_bytes(pickle.dumps((value, error)))


def _root_of(module: str) -> list[str]:
    """The folder that a module is imported from, which may not be on the path."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if not file:
        return []
    up = module.count(".") + (1 if Path(file).stem == "__init__" else 0)
    return [str(Path(file).resolve().parents[up])]
