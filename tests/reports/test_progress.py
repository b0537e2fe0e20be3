"""Progress where nobody watches bars: lines in a log, at most one every half minute."""

from __future__ import annotations

import time

import pytest

from bench.reports import progress


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", 0.2)
    monkeypatch.setattr(progress, "_TICK", 0.02)


def lines(capsys):
    return capsys.readouterr().err.splitlines()


@pytest.mark.slow
def test_line_tells_that_a_model_is_loading_while_nothing_is_done(quick, capsys):
    loading = [True]
    with progress.progress_bars() as bars:
        bars.start("summary: slow", 10, 0)
        bars.watch(lambda: loading[0])
        time.sleep(0.5)
        loading[0] = False
        time.sleep(0.5)
    told = lines(capsys)
    assert told[0].startswith("summary: slow: 0/10, loading the model, ")
    assert told[-1].startswith("summary: slow: 0/10, no article done yet, ")
    assert 2 <= len(told) <= 5


def test_no_line_comes_more_often_than_it_should(capsys, monkeypatch):
    monkeypatch.setattr(progress, "_TICK", 0.01)
    with progress.progress_bars() as bars:
        bars.start("summary: quick", 1_000, 0)
        for _ in range(500):
            bars.advance(1)
        time.sleep(0.1)
    assert lines(capsys) == []


@pytest.mark.slow
def test_no_line_comes_after_the_end_of_a_stage(quick, capsys):
    with progress.progress_bars() as bars:
        bars.start("summary: done", 2, 0)
        bars.advance(2)
        time.sleep(0.5)
    assert lines(capsys) == []


@pytest.mark.slow
def test_rate_counts_only_articles_of_this_run(quick, capsys):
    with progress.progress_bars() as bars:
        bars.start("summary: slow", 10, 4)
        time.sleep(0.25)
        bars.advance(2)
        time.sleep(0.3)
    told = lines(capsys)[-1]
    assert told.startswith("summary: slow: 6/10, ")
    assert told.endswith(" s left")


def test_same_event_is_told_once(capsys):
    with progress.progress_bars() as bars:
        for event in ("memory ran out", "memory ran out", "another"):
            bars.tell(event)
    assert lines(capsys) == ["note: memory ran out", "note: another"]


@pytest.mark.slow
def test_label_cannot_steer_the_terminal(quick, capsys):
    with progress.progress_bars() as bars:
        bars.start("summary: \x1b[2J", 2, 0)
        time.sleep(0.4)
    assert "\x1b" not in capsys.readouterr().err
