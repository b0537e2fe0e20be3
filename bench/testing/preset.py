"""The contract of a preset, which tells how to read the rows of a public dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bench.data.columns import read_articles
from bench.data.presets import PRESETS, Preset
from bench.data.shape import FIELDS, TableRow
from bench.errors import BenchError, ConfigError, UnknownNameError, unknown_name
from bench.imports import import_named
from bench.tasks import TASKS
from bench.testing.contract import Checks

_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_preset(preset: Any, /, rows: Iterable[Mapping[str, Any]] | None = None) -> None:
    """Check that a preset fulfils its contract.

    Args:
        preset: its name; or a ``Preset``, as an object or as ``"mypackage.presets:NEWS"``.
        rows: some rows of the dataset, to be converted to articles; rows that are made from the
            preset's columns if not given.

    Raises:
        ContractError: it does not; the message lists every failed check.
        UnknownNameError: unknown preset.
    """
    name = preset if isinstance(preset, str) else getattr(preset, "hub", type(preset).__name__)
    checks = Checks(f"preset {str(name)!r}")
    found = _found(checks, preset)
    if found is not None:
        _check_fields(checks, found)
        _check_columns(checks, found)
        if checks.passed("tasks", "columns", "group_by"):
            _check_rows(checks, found, None if rows is None else list(rows))
    checks.finish()


def _found(checks: Checks, preset: Any) -> Preset | None:
    found = preset
    if isinstance(preset, str) and ":" not in preset:
        if preset not in PRESETS:
            raise UnknownNameError(unknown_name("preset", preset, PRESETS))
        return PRESETS[preset]
    if isinstance(preset, str):
        try:
            found = import_named(preset)
        except ConfigError as error:
            checks.fail("made", "; ".join(error.problems), "a Preset")
            return None
    if not isinstance(found, Preset):
        checks.fail("made", f"got {type(found).__name__}", "a `bench.data.presets.Preset`")
        return None
    return found


def _check_fields(checks: Checks, preset: Preset) -> None:
    text = preset.description
    if not isinstance(text, str) or not text.strip() or "\n" in text:
        checks.fail("description", f"got {text!r}", "one line")
    if not isinstance(preset.hub, str) or not _HUB.fullmatch(preset.hub):
        checks.fail("hub", f"got {preset.hub!r}", "OWNER/NAME of a dataset on the hub")
    if not isinstance(preset.license, str) or not preset.license.strip():
        checks.fail("license", f"got {preset.license!r}", "an identifier, or 'not stated'")
    if not isinstance(preset.split, str) or not preset.split.strip():
        checks.fail("split", f"got {preset.split!r}", "the name of a split")
    if not isinstance(preset.language, str) or not _LANGUAGE.fullmatch(preset.language):
        checks.fail("language", f"got {preset.language!r}", "a language tag, such as 'en'")
    tasks = preset.tasks
    known = " or ".join(map(repr, TASKS))
    if not isinstance(tasks, tuple) or not tasks or not set(tasks) <= set(TASKS):
        checks.fail("tasks", f"got {tasks!r}", f"a tuple of {known}")


def _check_columns(checks: Checks, preset: Preset) -> None:
    columns = preset.columns
    if not isinstance(columns, Mapping) or not all(
        isinstance(column, str) and column for column in columns.values()
    ):
        checks.fail("columns", f"got {columns!r}", "a mapping of article fields to columns")
        return
    if unknown := [field for field in columns if field not in FIELDS]:
        seen = unknown_name("article field", str(unknown[0]), FIELDS)
        checks.fail("columns", seen, f"fields among {', '.join(FIELDS)}")
    needed = ["text", *(task for task in TASKS if task in preset.tasks)]
    if missing := [field for field in needed if field not in columns]:
        seen = f"no column for {' and '.join(missing)}"
        checks.fail("columns", seen, "a column for the text and for each task")
    group_by = preset.group_by
    if group_by is not None and group_by not in columns.values():
        seen = f"got {group_by!r}, which no field is read from"
        checks.fail("group_by", seen, "a column that is the same in all rows of an article")
    if preset.paragraph is not None and not preset.paragraph:
        checks.fail("paragraph", "got an empty separator", "None for a blank line, or a separator")


def _check_rows(checks: Checks, preset: Preset, rows: list[Mapping[str, Any]] | None) -> None:
    """Check ``rows``: rows of the dataset become articles with references for the tasks."""
    given = _made_rows(preset) if rows is None else rows
    table = [TableRow(f"row {number}", dict(row)) for number, row in enumerate(given, start=1)]
    expected = "articles with text and references for each task"
    try:
        articles, _ = read_articles(table, preset.shape({}, None), "rows")
    except BenchError as error:
        checks.fail("rows", "; ".join(error.problems), expected)
        return
    for article in articles:
        if not article.text.strip():
            checks.fail("rows", f"article {article.id!r} has no text", expected)
    for task in preset.tasks:
        if not any(TASKS[task].references(article) for article in articles):
            checks.fail("rows", f"no article has references for {task}", expected)


def _made_rows(preset: Preset) -> list[Mapping[str, Any]]:
    """Rows with the columns of the preset; two of each article if rows are grouped."""
    rows: list[Mapping[str, Any]] = []
    for article in range(2):
        for part in range(2 if preset.group_by else 1):
            row: dict[str, Any] = {}
            for field, column in preset.columns.items():
                text = f"{field} of article {article}"
                if field in TASKS and preset.group_by:
                    text += f", part {part}"
                own = {} if "." not in column else row.setdefault(column.partition(".")[0], {})
                target, key = (own, column.partition(".")[2]) if "." in column else (row, column)
                target[key] = f"{article}" if field == "id" else f"What is the {text}?"
            rows.append(row)
    return rows
