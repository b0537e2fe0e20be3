"""The verdicts of ``bench check`` as one comment on a pull or merge request.

All text of runs is untrusted: it is escaped, cut and shown as code, in which servers make no link,
mention or picture; reasons of verdicts are no code where they consist of plain words and numbers.
The first line is a marker by which the comment is found again and replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from shlex import quote

from bench.comparison.changes import ArticleChange, Changes, ModelChanges
from bench.comparison.rewrites import Line
from bench.display import count
from bench.gate.verdict import GateReport, Verdict
from bench.reports.bars import Axis
from bench.reports.escape import code_in_markdown, html_code, markdown, plain_or_code
from bench.reports.formats.markdown import pipe_table
from bench.reports.verdicts import MARK

LARGEST = 60_000
"""Characters of a comment; GitHub takes 65,536."""
_WORST = 3  # changes that are shown
_LINES = 6  # items of each of them
_ITEM = 300  # characters of an item
_NAME = 80  # characters of a name
_BAR = 17  # characters of an interval


@dataclass(frozen=True)
class _Change:
    """An article whose output has changed, with the model that wrote it."""

    model: ModelChanges
    row: ArticleChange


def comment(
    report: GateReport, changes: Changes | None, *, name: str, link: str | None = None
) -> str:
    """The comment.

    Args:
        report: the verdicts.
        changes: the outputs that differ from the baseline's; None if they are not known.
        name: distinguishes the comments of several gates on one request.
        link: address of the report.
    """
    bad = [verdict for verdict in report.verdicts if verdict.outcome != "pass"]
    good = [verdict for verdict in report.verdicts if verdict.outcome == "pass"]
    axis = _axis(report.verdicts)
    level = f"{100 * report.confidence:.4g} %"
    lead = f"{_short(report.run)} against {_short(report.baseline)}; intervals {level}."
    parts = [
        f"{marker(name)}\n### {MARK[report.outcome]} {markdown(_cut(name))}: {report.summary}\n",
        f"{lead}\n",
        *([_table(bad, axis)] if bad else []),
        *([_folded(f"{len(good)} passed", _table(good, axis))] if good else []),
    ]
    ending = [f"{code_in_markdown(note[: 2 * _ITEM])}\n" for note in report.notes[:_WORST]]
    if link:
        ending.append(f"[Report]({_address(link)})\n")
    return _fitted(parts, _changed(changes) if changes else [], ending)


def first_comment(run: str, baseline: str, *, name: str, link: str | None = None) -> str:
    """The comment on a run that has no baseline yet."""
    paths = f"{_code_text(quote(run))} --baseline {_code_text(quote(baseline))}"
    lines = [
        f"{marker(name)}\n### {markdown(_cut(name))}: no baseline yet\n",
        f"{_short(baseline)} does not exist, so nothing was compared. To make this run the"
        " baseline, commit what this writes; after a CI job, give the directory of the run in the"
        f" downloaded artifact instead:\n\n    bench check {paths} --update\n",
    ]
    return "\n".join([*lines, *([f"[Report]({_address(link)})\n"] if link else [])])


def marker(name: str) -> str:
    """The first line of a comment, by which the next one replaces it."""
    plain = re.sub(r"[^\w. -]", "_", name[:_ITEM]).replace("--", "__")
    return f"<!-- qgbench:{plain} -->"


def _table(verdicts: Sequence[Verdict], axis: Axis | None) -> str:
    bars = axis is not None and any(verdict.interval for verdict in verdicts)
    heads = ["", "task", "model", "score", "before", "now", "change", "margin"]
    numeric = [False] * 4 + [True] * 4
    if bars:
        heads, numeric = [*heads, "interval of the change"], [*numeric, False]
    reasons = any(verdict.outcome != "pass" for verdict in verdicts)
    if reasons:
        heads, numeric = [*heads, "why"], [*numeric, False]
    rows = [
        [
            MARK[verdict.outcome],
            code_in_markdown(verdict.task),
            _short(verdict.model),
            _short(verdict.score),
            *(_number(value, "z.3f") for value in (verdict.before, verdict.now)),
            _number(verdict.difference, "+z.3f"),
            _number(verdict.margin, "z.3f"),
            *([_bar(verdict, axis)] if bars and axis else []),
            *([plain_or_code(verdict.reason[:_ITEM])] if reasons else []),
        ]
        for verdict in verdicts
    ]
    return pipe_table(heads, numeric, rows)


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _axis(verdicts: Iterable[Verdict]) -> Axis | None:
    """One axis for all scores, so that the bars can be compared; 0 is always on it."""
    ends = [
        bound
        for verdict in verdicts
        if verdict.interval
        for bound in (verdict.interval.low, verdict.interval.high)
    ]
    return Axis.over([*ends, 0.0], _BAR) if ends else None


def _bar(verdict: Verdict, axis: Axis) -> str:
    """The interval as a bar, with ``┆`` at 0, and its ends as numbers."""
    found, change = verdict.interval, verdict.difference
    if found is None or change is None:
        return ""
    drawn = list(axis.interval(change, found.low, found.high).ljust(_BAR).replace(" ", "·"))
    zero = axis.interval(0.0, 0.0, 0.0).index("●")
    if drawn and drawn[zero] == "·":
        drawn[zero] = "┆"
    return f"`{''.join(drawn)}` {found.low:+z.3f} to {found.high:+z.3f}"


def _changed(changes: Changes) -> list[str]:
    """What changed, the worst first."""
    all_changes = [_Change(one, row) for one in changes.models for row in one.rows]
    if not all_changes:
        return ["No output differs from the baseline's.\n"]
    worst = sorted(all_changes, key=lambda c: (c.row.change is None, c.row.change or 0.0))
    articles = sum(one.articles for one in changes.models)
    lead = f"**{len(all_changes)} of {count(articles, 'output')} changed.** The worst:\n"
    return [lead, *(_one_change(change) for change in worst[:_WORST])]


def _one_change(change: _Change) -> str:
    row, model = change.row, change.model
    scores = f"{_number(row.before.score, 'z.3f')} → {_number(row.now.score, 'z.3f')}"
    names = (html_code(_cut(name)) for name in (row.article, model.model, model.score))
    title = f"{' · '.join(names)} {scores}"
    lines = [line for line in row.difference if not line.kept]
    kept = len(row.difference) - len(lines)
    rows = [[_item(line.before), _item(line.now)] for line in sorted(lines, key=_loss)[:_LINES]]
    rest = [f"{len(lines) - _LINES} more"] if len(lines) > _LINES else []
    rest += [f"{kept} unchanged"] if kept else []
    for side, output in (("before", row.before), ("now", row.now)):
        if output.status != "ok":
            why = f" ({code_in_markdown(output.error[:_ITEM])})" if output.error else ""
            rest.append(f"{side}: {output.status}{why}")
    notes = ", ".join(rest)
    body = pipe_table(["before", "now"], [False, False], rows) if rows else ""
    return _folded(title, "\n".join(filter(None, [body, notes])), opened=True)


def _loss(line: Line) -> int:
    """Items that were lost or rewritten come before those that were added."""
    return 0 if line.now is None else 1 if line.before is not None else 2


def _item(text: str | None) -> str:
    if text is None:
        return "–"
    cut = text if len(text) <= _ITEM else f"{text[:_ITEM]}… ({len(text):,} characters)"
    return code_in_markdown(" ".join(cut.split()))


def _short(name: str) -> str:
    return code_in_markdown(_cut(name))


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[:_NAME]}…"


def _folded(title: str, body: str, *, opened: bool = False) -> str:
    return f"<details{' open' * opened}><summary>{title}</summary>\n\n{body}\n\n</details>\n"


def _address(link: str) -> str:
    """An address that can only be the target of the link."""
    return re.sub(r"[^\w.~:/?#@!$&*+,;=%-]", lambda found: _percent(found[0]), link)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _code_text(text: str) -> str:
    """Text for an indented block of code: one line, printable characters only."""
    from bench.reports.terminal import printable

    return " ".join(printable(text).split())


def _fitted(parts: Sequence[str], changes: Sequence[str], ending: Sequence[str]) -> str:
    """All parts; where that is too long, the changes go first, and then the text is cut."""
    for kept in (changes, changes[:1], ()):
        text = "\n".join([*parts, *kept, *ending])
        if len(text) <= LARGEST:
            return text
    last = "\n".join(["", *ending]) if ending else ""
    if len(last) > LARGEST // 4:
        last = ""
    cut = "\n".join(_whole_lines("\n".join(parts), LARGEST - 200 - len(last)))
    opened, closed = (len(re.findall(f"^<{tag}", cut, re.M)) for tag in ("details", "/details"))
    closing = "\n\n</details>" * (opened - closed)
    return f"{cut}{closing}\n\nCut: {len(text):,} characters are more than a comment holds.\n{last}"


def _whole_lines(text: str, left: int) -> Iterator[str]:
    for line in text.splitlines():
        left -= len(line) + 1
        if left < 0:
            return
        yield line
