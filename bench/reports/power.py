"""Renders the result of ``bench power``."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from bench.comparison.power_findings import (
    Bounds,
    GatePower,
    PairPower,
    PowerReport,
    ScorePower,
)
from bench.display import count
from bench.reports.advisory import only_shown
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.judges import labels_needed
from bench.reports.tables import fitted_table
from bench.reports.terminal import printable
from bench.stats import fewest_units

_WIDEST = 36  # columns of the longest bar


def view(report: PowerReport) -> RenderableType:
    """Pairs, the conclusion for the median pair, and the curve."""
    parts: list[RenderableType] = []
    for one in report.scores:
        task, _, rest = _title(one).partition(" ")
        parts += [Text.assemble((task, "bold"), " ", printable(rest))]
        parts += [fitted_table(power_table(report, one)), ""]
        parts += [Text(line) for line in statements(report, one)]
        parts += ["", _curve(one), ""]
    parts += [Text(printable(line)) for line in _label_lines(report)]
    return Group(*parts, *(Text(printable(line), "yellow") for line in _remarks(report)))


def document(report: PowerReport) -> Document:
    """A section for each score with its curve; the flat table has a row for each pair."""
    record = {"version": 1, **asdict(report)}
    for name in ("judges", "not_compared"):
        if not record[name]:
            del record[name]
    for one in record["scores"]:
        for name in ("sampling", "advisory"):
            if not one[name]:
                del one[name]
        one["curve"] = [
            {"articles": n, "detectable": d, "low": low, "high": high}
            for (n, d), (low, high) in zip(one["curve"], one.pop("band"), strict=True)
        ]
    rows = [
        (one.task, one.score, one.articles, *_numbers(pair))
        for one in report.scores
        for pair in one.pairs
    ]
    sections = tuple(
        Section(
            _title(one),
            (power_table(report, one), _curve_table(one)),
            notes=tuple(statements(report, one)),
        )
        for one in report.scores
    )
    return Document(
        record,
        keyed(("task", "score", "articles", *_KEYS), rows),
        sections,
        (*_label_lines(report), *_remarks(report)),
    )


_KEYS = (
    *("model", "other", "difference", "spread", "detectable", "needed"),
    *("detectable_low", "detectable_high", "needed_low", "needed_high"),
    *("power", "power_low", "power_high", "units"),
)


def _numbers(p: PairPower) -> tuple[Cell, ...]:
    found = (p.model, p.other, p.difference, p.spread, p.detectable, p.needed)
    ranges = (p.detectable_range or (None, None), p.needed_range or (None, None))
    return (*found, *ranges[0], *ranges[1], p.power, *(p.power_range or (None, None)), p.units)


def power_table(report: PowerReport, one: ScorePower) -> Table:
    """Each pair of models."""
    effect = "the difference" if report.effect is None else f"{report.effect:g}"
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("against", "other", numeric=False, folds=True),
        Column("difference", "difference", "+z.3f"),
        Column("spread", "spread", "z.3f", drops=3),
        Column("detectable", "detectable", "z.3f"),
        Column("95 % range of\ndetectable", "detectable_range", drops=2),
        Column(f"articles for\n{effect}", "needed", ",d"),
        Column("95 % range of\narticles", "needed_range", drops=1),
    )
    rows = [
        Row(
            (
                p.model,
                p.other,
                p.difference,
                p.spread,
                p.detectable,
                _between(p.detectable_range, "z.3f") or None,
                p.needed,
                _between(p.needed_range, "z,.0f") or None,
            )
        )
        for p in one.pairs
    ]
    return Table(columns, tuple(rows))


def _curve_table(one: ScorePower) -> Table:
    columns = (
        Column("articles", "articles", ",d"),
        Column("detectable (median pair)", "detectable", "z.4f"),
        Column("95 % range", "range"),
    )
    rows = [
        Row((articles, value, _between(ends, "z.4f") or None))
        for (articles, value), ends in zip(one.curve, one.band, strict=True)
    ]
    return Table(columns, tuple(rows))


def statements(report: PowerReport, one: ScorePower) -> list[str]:
    """The conclusions for the median pair."""
    units = "articles" if one.units == one.articles else f"articles in {one.units} clusters"
    held = f"{one.articles} {units}"
    wanted = f"{100 * report.power:g} %"
    if one.detectable is None:
        fewest = fewest_units(report.alpha)
        what = "articles" if one.units == one.articles else "clusters"
        lines = [f"{held} are too few for a test at this level, which needs {fewest} {what}."]
    else:
        ends = _in_brackets(one.detectable_range, "z.3f")
        lines = [
            f"{held} detect a true difference of {one.detectable:z.3f} or more{ends}"
            f" {wanted} of the time (median pair)."
        ]
    if report.effect is not None:
        articles = "more than ten million" if one.needed is None else f"{one.needed:,}"
        ends = _in_brackets(one.needed_range, "z,.0f")
        lines.append(f"A difference of {report.effect:g} needs {articles} articles{ends}.")
    if one.sampling:
        lines.append(one.sampling.words)
    if one.gate is not None:
        lines += _verdicts(one.gate, held, wanted)
    return lines


def _verdicts(gate: GatePower, held: str, wanted: str) -> list[str]:
    share = "" if gate.share is None else f" ({100 * gate.share:.3g} % of the score)"
    lines = [
        f"With {held} and a margin of {gate.margin:.3g}{share} another model of equal quality"
        f" passes {100 * gate.passes:z.0f} % of the time, fails {100 * gate.fails:z.1f} % and is"
        f" inconclusive {100 * gate.inconclusive:z.0f} %."
    ]
    if gate.needed is None:
        lines.append(
            f"No number of articles is enough for {wanted}."
            if gate.margin == 0
            else f"{wanted} needs more than ten million articles."
        )
    else:
        ends = _in_brackets(gate.needed_range, "z,.0f")
        lines.append(f"{wanted} needs {gate.needed:,} articles{ends}.")
    return lines


def _between(ends: Bounds | None, form: str) -> str:
    if ends is None:
        return ""
    low, high = ends
    return f"{low:{form}} or more" if high is None else f"{low:{form}} to {high:{form}}"


def _in_brackets(ends: Bounds | None, form: str) -> str:
    return f" (95 % range: {_between(ends, form)})" if ends else ""


def _curve(one: ScorePower) -> RenderableType:
    """Bars up to the upper end of each range, in a lighter shade beyond the estimate."""
    tops = [high or value for (_, value), (_, high) in zip(one.curve, one.band, strict=True)]
    widest = max(tops, default=0.0) or 1.0
    lines = [Text("articles  smallest detectable difference, with its 95 % range", "bold")]
    for (articles, value), ends, top in zip(one.curve, one.band, tops, strict=True):
        bar = "█" * max(1, round(_WIDEST * value / widest))
        bar += "░" * (round(_WIDEST * top / widest) - len(bar))
        style = "bold green" if articles == one.articles else ""
        lines.append(Text(f"{articles:>8,}  {value:z.4f} {bar} {_between(ends, 'z.4f')}", style))
    return Group(*lines)


def _label_lines(report: PowerReport) -> list[str]:
    """How many more labels of people would halve the intervals of judged scores."""
    return [
        f"{found.judge}.{found.dimension} ({found.task}): {line}"
        for found in report.judges
        for line in labels_needed(found)
    ]


def _remarks(report: PowerReport) -> list[str]:
    """What the numbers are worth, or why there are none."""
    if report.not_compared:
        return [report.not_compared]
    return [
        *only_shown((one.score, one.advisory) for one in report.scores),
        f"For one comparison at alpha {report.alpha:g}, by the paired t-test with the observed"
        " spread; for k simultaneous comparisons use --alpha"
        f" {report.alpha:g}/k. Ranges allow for the uncertainty of what was observed.",
    ]


def _title(one: ScorePower) -> str:
    return f"{one.task} · {one.score} · {count(one.articles, 'article')}"
