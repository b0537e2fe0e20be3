"""How ``bench check`` uses a history: as the baseline, and to record the run."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import category

import typer

from bench.cli.output import print_note
from bench.cli.usage import usage_error
from bench.data.urls import is_url, local_path, masked
from bench.errors import ConfigError
from bench.reports.terminal import printable

if TYPE_CHECKING:
    from bench.gate.verdict import GateReport
    from bench.histories.row import Outcome
    from bench.runs.public import Run


def required_baseline(context: typer.Context, baseline: str | None) -> str | None:
    """Refuse a command without a baseline and without a history, as it is parsed.

    A baseline whose name a CI variable has garbled must not pass for one that is not made yet.
    """
    given = baseline or context.params.get("history") or context.params.get("against") == "history"
    if not given and not context.resilient_parsing:
        raise usage_error("give --baseline RUN, or --against history with --history FILE")
    garbled = [character for character in baseline or "" if category(character) == "Cc"]
    if garbled or (baseline or "") != (baseline or "").strip():
        what = f"the control character {garbled[0]!r}" if garbled else "spaces around it"
        raise usage_error(f"--baseline {masked(baseline or '')!r} has {what}; remove this")
    return baseline


def history_level(
    against: str | None, baseline: str | None, history: str | None, record: str | None
) -> str | None:
    """The history to check against; None for a baseline.

    Raises:
        ConfigError: the options contradict each other.
    """
    if against == "baseline" or (against is None and (baseline or not history)):
        if history and (against or baseline):
            raise ConfigError("--history applies only with --against history; add or remove it")
        return None
    if baseline:
        raise ConfigError("give --baseline or --against history, not both")
    found = history or record
    if found is None:
        raise ConfigError("--against history needs --history FILE, or --record FILE")
    return found


def refuse_unused(
    level: str | None, record: str | None, of_row: str | None, digest: str | None, *, rescore: bool
) -> None:
    """Refuse options that would have no effect.

    Args:
        level: the history to check against.
        record: the history that the run is appended to.
        of_row: the commit or the date that it is to have there.
        digest: of the baseline.
        rescore: whether predictions are to be scored again.

    Raises:
        ConfigError: there are any.
    """
    if level is not None and rescore:
        raise ConfigError("--rescore applies to a --baseline only, not to a history; remove it")
    if level is not None and digest:
        raise ConfigError(
            "--baseline-digest applies to a --baseline only, not to a history; remove it"
        )
    if record is None and level is None and of_row is not None:
        raise ConfigError("--commit and --date apply only with --record; add it or remove them")


def checked_against_history(
    run: Run, history: str, recent: int, options: Mapping[str, Any], *, update: bool
) -> GateReport | None:
    """The verdicts against the recent level; None if the history is yet to be made.

    Raises:
        DataError: there is no such file, or a line of it cannot be used.
        RunDirectoryError: no run of the history is comparable.
    """
    from bench.api.comparing import check
    from bench.errors import DataError

    if not is_url(history) and not local_path(history).exists():
        if update:
            return None
        raise DataError(
            f"{masked(history)}: no such history; add --update to begin it with this run"
        )
    return check(run, history=history, recent=recent, note=print_note, **options)


def record_checked(
    run: Run,
    file: str,
    commit: str | None,
    date: str | None,
    outcome: Outcome | None,
    metrics: Sequence[str],
) -> None:
    """Append a checked run to a history file."""
    from bench.api.histories import record

    new = record(run, file, commit=commit, date=date, outcome=outcome, metrics=metrics)
    what = "recorded" if new else "has this run already"
    verdict = f" ({outcome})" if new and outcome else ""
    print(f"{printable(masked(file))}: {what}{verdict}", file=sys.stderr)
