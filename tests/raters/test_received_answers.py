"""Answers that a judge has received are never asked for again, whatever ends the process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bench
from tests.conftest import ROOT
from tests.models.fault_server import CANARY
from tests.raters.judge_server import Asked, verdict
from tests.raters.test_judged_runs import config, rows, run

KILLS = 3


def stored_answers(directory: Path) -> int:
    """The number of answers of the server in rows, and in those that are still kept for some."""
    settled = rows(directory, "j.*.summary.jsonl")
    keys = {row["key"] for row in settled}
    kept = rows(directory, "j.received.jsonl")
    return sum(row["tokens_in"] // 11 for row in settled) + sum(
        line["question"] not in keys for line in kept
    )


def wait_until(reached: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def unsure(question: Asked) -> Any:
    """A verdict that sometimes is none at first."""
    length = len(question.item)
    return 1 + length % 5 if question.follow_up or length % 3 else "Well."


@pytest.mark.slow
def test_killed_runs_keep_every_answer_that_they_received(judge_server, tmp_path):
    judge_server.opinion = unsure
    given = config(judge_server, {"concurrency": 2, "samples": 3, "temperature": 1.0})
    whole = run(given, tmp_path / "whole").results
    calls = len(judge_server.requests)
    judge_server.restart()
    file = tmp_path / "judged.yaml"
    file.write_text(json.dumps(given))
    command = [sys.executable, "-m", "bench", "run", str(file), "-o", str(tmp_path / "run")]
    for kill in range(1, KILLS + 1):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wanted = kill * calls // (KILLS + 1)
        wait_until(lambda wanted=wanted: len(judge_server.answered) >= wanted)
        judge_server.holding.set()
        wait_until(lambda: judge_server.held == 2)  # all that the run waits for
        received = len(judge_server.answered)
        wait_until(lambda received=received: stored_answers(tmp_path / "run") == received, 5)
        process.kill()
        process.wait()
        judge_server.holding.clear()
        wait_until(lambda: judge_server.held == 0)
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert bench.load_run(tmp_path / "run").results == whole
    assert len(judge_server.answered) == calls  # each once
    assert len(judge_server.requests) == calls + 2 * KILLS  # those that were never answered
    assert not (tmp_path / "run" / "ratings" / "j.received.jsonl").exists()
    assert CANARY not in finished.stdout + finished.stderr


@pytest.mark.slow
def test_answers_are_kept_while_the_run_is_busy_with_others(judge_server, tmp_path, monkeypatch):
    def echoing(question: Asked) -> str:
        found = unsure(question)
        return found if isinstance(found, str) else verdict(found, f"You sent {CANARY}.")

    judge_server.opinion = echoing
    given = config(judge_server, {"samples": 2, "temperature": 1.0})
    whole = run(given, tmp_path / "whole").results
    calls = len(judge_server.requests)
    judge_server.restart()

    def stuck(*_: Any) -> None:
        judge_server.holding.set()
        wait_until(lambda: stored_answers(tmp_path / "run") == len(judge_server.answered))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bench.runs.rating._Stage._rows", stuck)
        with pytest.raises(KeyboardInterrupt):
            run(given, tmp_path / "run")
    assert rows(tmp_path / "run", "j.*.summary.jsonl") == []
    kept = (tmp_path / "run" / "ratings" / "j.received.jsonl").read_text()
    assert "You sent" in kept
    assert CANARY not in kept
    judge_server.holding.clear()
    assert run(given, tmp_path / "run").results == whole
    assert len(judge_server.answered) == calls
    assert not (tmp_path / "run" / "ratings" / "j.received.jsonl").exists()


@pytest.mark.slow
def test_limit_between_an_answer_and_its_repetition_loses_neither(judge_server, tmp_path):
    judge_server.opinion = lambda question: 4 if question.follow_up else "Well."
    whole = run(config(judge_server), tmp_path / "whole").results
    calls = len(judge_server.requests)
    judge_server.restart()
    stopped = run(config(judge_server, {"max_calls": 7, "concurrency": 1}), tmp_path / "run")
    assert len(judge_server.answered) == 7
    assert stopped.failures
    assert run(config(judge_server), tmp_path / "run").results == whole
    assert len(judge_server.answered) == calls
