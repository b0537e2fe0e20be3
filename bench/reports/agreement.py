"""Renders the result of ``bench agree``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bench.agreement.findings import (
    AgreementReport,
    DimensionAgreement,
    Figure,
    MeasureDifference,
    RaterAgreementFinding,
)
from bench.display import count
from bench.reports.document import (
    Cell,
    Column,
    Document,
    Estimate,
    Row,
    Section,
    Table,
    keyed,
)
from bench.reports.tables import fitted_table, p_value, span
from bench.reports.terminal import printable

CEILING = "one rater against the others"
_SHOWN = 8
"""Differences that a note lists."""
_KEYS = (
    *("measure", "origin", "dimension", "level", "statistic", "value", "low", "high"),
    *("by_articles_low", "by_articles_high", "by_systems_low", "by_systems_high"),
    *("pairs", "items", "verdict", "reason"),
)


def view(report: AgreementReport) -> RenderableType:
    """A table for each dimension, with what follows from it."""
    parts: list[RenderableType] = []
    for raters in report.raters:
        parts += [Text.assemble((printable(raters.dimension), "bold"), f" · {_size(report)}")]
        parts += [fitted_table(_terminal_table(report, raters)), ""]
        parts += [Text(printable(line)) for line in _statements(report, raters)]
        parts += [""]
    return Group(*parts, *(Text(printable(note), "yellow") for note in _notes(report)))


def document(report: AgreementReport) -> Document:
    """A section for each dimension; the flat table has a row for each value."""
    sections = []
    for raters in report.raters:
        title = f"{raters.dimension} · {_size(report)}"
        table = _estimates(report, raters)
        sections.append(Section(title, (table,), notes=tuple(_statements(report, raters))))
    if found := [one for one in report.differences if one.significant]:
        sections.append(Section("Significant differences", (_tests(found),), folded=True))
    return Document(
        report.as_record(),
        keyed(_KEYS, list(_flat(report))),
        tuple(sections),
        tuple(_notes(report)),
    )


def rows_of(
    report: AgreementReport, raters: RaterAgreementFinding
) -> Iterator[tuple[str, DimensionAgreement]]:
    """The measures of a dimension with their names, and the ceiling, where raters have one."""
    for measure in report.measures:
        yield measure.name, measure.dimensions[raters.dimension]
    if raters.one_against_others is not None:
        yield CEILING, raters.one_against_others


def _terminal_table(report: AgreementReport, raters: RaterAgreementFinding) -> Table:
    columns = (
        Column("measure", "measure", numeric=False, folds=True),
        Column("pairs\nright", "accuracy", "z.3f"),
        Column("\ninterval", "accuracy_interval"),
        Column("systems\ntau", "kendall", "+z.2f"),
        Column("\ninterval", "kendall_interval", drops=1, long="interval of tau"),
        Column("systems\nr", "pearson", "+z.2f", drops=3),
        Column("pooled\nr", "pooled", "+z.2f", drops=2),
        Column("without\nlength", "length_controlled", "+z.2f", drops=4),
        Column("verdict", "verdict", numeric=False),
    )
    rows = []
    for name, found in rows_of(report, raters):
        kendall = found.system["kendall"]
        rows.append(
            Row(
                (
                    "one rater" if name == CEILING else name,
                    found.accuracy.value,
                    _span(found.accuracy, "z.2f"),
                    kendall.value,
                    _span(kendall, "+z.2f"),
                    found.system["pearson"].value,
                    found.pooled.value,
                    found.length_controlled.value,
                    _short(found),
                ),
                divided=name == CEILING,
            )
        )
    return Table(columns, tuple(rows))


def _short(found: DimensionAgreement) -> str:
    verdict = found.verdict or ""
    return "cannot tell" if verdict.startswith("cannot") else verdict


def _span(figure: Figure, form: str) -> str | None:
    bounds = figure.interval
    return None if bounds is None else span(bounds.low, bounds.high, form)


def _estimates(report: AgreementReport, raters: RaterAgreementFinding) -> Table:
    """The table with intervals below or beside the values."""
    kinds = ("pearson", "spearman", "kendall")
    columns = (
        Column("measure", "measure", numeric=False),
        Column("pairs right", "accuracy", "z.3f"),
        *(Column(f"systems, {kind}", kind, "z.3f") for kind in kinds),
        Column("within articles, tau", "within", "z.3f"),
        Column("pooled r", "pooled", "z.3f"),
        Column("length controlled", "length_controlled", "z.3f"),
        Column("verdict", "verdict", numeric=False),
    )
    named = list(rows_of(report, raters))
    best = _best(report, raters.dimension)
    level = [d for d in report.differences if d.dimension == raters.dimension and d.level == "item"]
    beaten = {_loser(one) for one in level if one.significant and best in (one.first, one.second)}
    rows = [
        Row(
            (
                name,
                _cell(
                    found.accuracy,
                    best=name == best,
                    marked=bool(level) and name != CEILING and name not in beaten,
                ),
                *(_cell(found.system[kind]) for kind in kinds),
                _cell(found.within["kendall"]),
                _cell(found.pooled),
                _cell(found.length_controlled),
                _short(found),
            )
        )
        for name, found in named
    ]
    return Table(columns, tuple(rows))


def _best(report: AgreementReport, dimension: str) -> str:
    """The measure with the highest accuracy; empty if none has one."""
    values = {m.name: m.dimensions[dimension].accuracy.value for m in report.measures}
    known = {name: value for name, value in values.items() if value is not None}
    return max(known, key=lambda name: known[name]) if known else ""


def _cell(figure: Figure, *, best: bool = False, marked: bool = False) -> Estimate | None:
    if figure.value is None:
        return None
    bounds = figure.interval
    low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
    return Estimate(figure.value, low, high, best=best, marked=marked)


def _winner(one: MeasureDifference) -> str:
    return one.first if one.difference > 0 else one.second


def _loser(one: MeasureDifference) -> str:
    return one.second if one.difference > 0 else one.first


def _statements(report: AgreementReport, raters: RaterAgreementFinding) -> Iterator[str]:
    """What the figures of a dimension mean, a sentence each."""
    own = [(m.name, m.dimensions[raters.dimension]) for m in report.measures]
    grouped: dict[tuple[str, str], list[str]] = {}
    for name, found in own:
        if found.verdict:
            grouped.setdefault((found.verdict, found.reason), []).append(name)
    for (verdict, reason), names in grouped.items():
        yield f"{verdict} ({', '.join(names)}): {reason}."
    yield _of_raters(raters)
    for level, what in (("item", "pairs right"), ("system", "tau over systems")):
        tests = [
            one
            for one in report.differences
            if one.dimension == raters.dimension and one.level == level
        ]
        if tests:
            yield _of_tests(tests, what, report)


def _of_raters(raters: RaterAgreementFinding) -> str:
    alphas = []
    for level, figure in raters.alpha.items():
        if figure.value is not None:
            alphas.append(f"{level} {figure.value:z.2f} {_span(figure, 'z.2f') or ''}".strip())
    if not alphas:
        return f"Agreement of raters is not known: {raters.alpha['ordinal'].reason}."
    shown = ", ".join(alphas)
    return (
        f"Krippendorff's alpha of {count(raters.raters, 'rater')} on"
        f" {count(raters.items, 'item')}: {shown}."
    )


def _of_tests(tests: Sequence[MeasureDifference], what: str, report: AgreementReport) -> str:
    significant = sorted(
        (one for one in tests if one.significant), key=lambda one: -abs(one.difference)
    )
    head = (
        f"Differences in {what}: {len(significant)} of {len(tests)} are significant, corrected for"
        f" all pairs of the {report.tried} measures tried (PERM-BOTH; the interval excludes 0)"
    )
    shown = [f"{_winner(one)} above {_loser(one)}" for one in significant[:_SHOWN]]
    more = len(significant) - len(shown)
    rest = f" and {more} more" if more else ""
    return f"{head}: {', '.join(shown)}{rest}." if shown else f"{head}."


def _tests(found: Sequence[MeasureDifference]) -> Table:
    columns = (
        Column("dimension", "dimension", numeric=False),
        Column("level", "level", numeric=False),
        Column("higher", "higher", numeric=False),
        Column("lower", "lower", numeric=False),
        Column("difference", "difference", "z.3f"),
        Column("p", "p_value"),
        Column("p, corrected", "p_adjusted"),
    )
    rows = [
        Row(
            (
                one.dimension,
                one.level,
                _winner(one),
                _loser(one),
                _apart(one),
                p_value(one.p_value),
                p_value(one.p_adjusted),
            )
        )
        for one in found
    ]
    return Table(columns, tuple(rows))


def _apart(one: MeasureDifference) -> Estimate:
    """The size of a difference with its interval."""
    if one.interval is None:
        return Estimate(abs(one.difference))
    low, high = one.interval.low, one.interval.high
    if one.difference < 0:
        low, high = -high, -low
    return Estimate(abs(one.difference), low, high)


def _flat(report: AgreementReport) -> Iterator[tuple[Cell, ...]]:
    for measure in report.measures:
        for dimension, found in measure.dimensions.items():
            yield from _values(measure.name, measure.origin, dimension, found)
    for raters in report.raters:
        if raters.one_against_others is not None:
            yield from _values(CEILING, "raters", raters.dimension, raters.one_against_others)
        for level, figure in raters.alpha.items():
            head = ("", "raters", raters.dimension, "raters", f"alpha.{level}")
            yield (*head, *_numbers(figure), None, raters.items, None, figure.reason or None)


def _values(
    name: str, origin: str, dimension: str, found: DimensionAgreement
) -> Iterator[tuple[Cell, ...]]:
    end: tuple[Cell, ...] = (found.items, found.verdict, found.reason or None)
    figures = [("item", "accuracy", found.accuracy)]
    figures += [("system", kind, figure) for kind, figure in found.system.items()]
    figures += [("within", kind, figure) for kind, figure in found.within.items()]
    figures += [("pooled", "pearson", found.pooled)]
    figures += [("within", "length_controlled", found.length_controlled)]
    for level, statistic, figure in figures:
        head = (name, origin, dimension, level, statistic)
        yield (*head, *_numbers(figure), found.pairs if level == "item" else None, *end)


def _numbers(figure: Figure) -> tuple[Cell, ...]:
    bounds: list[Cell] = []
    for interval in (figure.interval, figure.by_articles, figure.by_systems):
        bounds += [None, None] if interval is None else [interval.low, interval.high]
    return (figure.value, *bounds)


def _size(report: AgreementReport) -> str:
    clusters = "" if report.clusters is None else f" in {count(report.clusters, 'cluster')}"
    return (
        f"{count(report.articles, 'article')}{clusters}, {count(report.system_count, 'system')},"
        f" {count(report.items, 'item')}"
    )


def _notes(report: AgreementReport) -> Iterator[str]:
    yield (
        "Pairs right: share of the pairs of items of one article that people rated differently"
        " and the measure orders alike, ties one half; chance is 0.5. The"
        f" {100 * report.confidence:g} % intervals resample articles and systems together"
        f" ({report.resamples:,} resamples, seed {report.seed})."
    )
    yield from report.notes
