"""A self-contained HTML page of the result of ``bench agree``, with charts and without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from bench.agreement.findings import AgreementReport, Figure, MeasureAgreement, SystemMean
from bench.reports.formats.html_ import write
from bench.reports.terminal import printable

_WIDTH, _HEIGHT, _EDGE = 260, 200, 36
_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;
color:#1b1f24;background:#fff}
table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .6rem;
border-bottom:1px solid #d8dee4}small{color:#57606a}
.scroll{overflow-x:auto}.charts{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}figcaption{font-size:.85rem}
svg text{font:10px system-ui,sans-serif;fill:#57606a}
svg .axis{stroke:#8c959f}svg .bar{stroke:#8c959f}svg .dot{fill:#0969da}
svg .line{stroke:#0969da;fill:none}svg .chance{stroke:#8c959f;stroke-dasharray:3 3}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}
td,th{border-color:#30363d}small,svg text{color:#8d96a0;fill:#8d96a0}
svg .dot{fill:#4493f8}svg .line{stroke:#4493f8}}
"""


def page_of(report: AgreementReport) -> str:
    """The page: the tables, then for each dimension a scatter of systems and reliability curves."""
    charts = "".join(_charts(report, dimension) for dimension in report.dimensions)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>Agreement with people</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>Agreement with people</h1>\n{write(report, 2, scrolling=True)}\n{charts}"
        "</main>\n</body>\n</html>\n"
    )


def _charts(report: AgreementReport, dimension: str) -> str:
    systems = [one for one in report.systems if one.dimension == dimension]
    scatters = "".join(_scatter(systems, measure.name) for measure in report.measures)
    curves = "".join(_curve(measure, dimension) for measure in report.measures)
    parts = [f"<h2>{_text(dimension)}</h2>\n"]
    if scatters:
        parts.append(
            "<h3>Systems: a measure (across) and people (up), with intervals over articles</h3>\n"
            f'<div class="charts">{scatters}</div>\n'
        )
    if curves:
        parts.append(
            "<h3>Pairs right, by how far apart the measure sees two items</h3>\n"
            f'<div class="charts">{curves}</div>\n'
        )
    return "".join(parts)


def _scatter(systems: Sequence[SystemMean], measure: str) -> str:
    points = [
        (one.system, one.measures[measure], one.people)
        for one in systems
        if one.measures[measure].value is not None and one.people.value is not None
    ]
    if len(points) < 2:
        return ""
    across, up = _ChartRange(x for _, x, _ in points), _ChartRange(y for _, _, y in points)
    marks = []
    for name, own, people in points:
        x, y = across.at(own.value, _EDGE, _WIDTH - 8), up.at(people.value, _HEIGHT - _EDGE, 8)
        if own.interval is not None:
            ends = [across.at(end, _EDGE, _WIDTH - 8) for end in vars(own.interval).values()]
            marks.append(_line("bar", ends[0], y, ends[1], y))
        if people.interval is not None:
            ends = [up.at(end, _HEIGHT - _EDGE, 8) for end in vars(people.interval).values()]
            marks.append(_line("bar", x, ends[0], x, ends[1]))
        label = f"{name}: {own.value:z.3f}, people {people.value:z.3f}"
        marks.append(
            f'<circle class="dot" cx="{x:z.1f}" cy="{y:z.1f}" r="4">'
            f"<title>{_text(label)}</title></circle>"
        )
    return _figure(measure, "".join(marks), across.ends, up.ends)


def _curve(measure: MeasureAgreement, dimension: str) -> str:
    bins = measure.dimensions[dimension].reliability
    if len(bins) < 2:
        return ""
    xs = [_EDGE + (n + 0.5) * (_WIDTH - 8 - _EDGE) / len(bins) for n in range(len(bins))]
    ys = [_HEIGHT - _EDGE - one.accuracy * (_HEIGHT - _EDGE - 8) for one in bins]
    joined = " ".join(f"{x:z.1f},{y:z.1f}" for x, y in zip(xs, ys, strict=True))
    half = (_HEIGHT - _EDGE + 8) / 2
    marks = [_line("chance", _EDGE, half, _WIDTH - 8, half)]
    marks.append(f'<polyline class="line" points="{joined}"/>')
    for one, x, y in zip(bins, xs, ys, strict=True):
        label = f"{one.accuracy:z.3f} of {one.pairs:,} pairs, {one.low:.3g} to {one.high:.3g} apart"
        marks.append(
            f'<circle class="dot" cx="{x:z.1f}" cy="{y:z.1f}" r="4">'
            f"<title>{_text(label)}</title></circle>"
        )
    ends = f"{bins[0].low:.3g}", f"{bins[-1].high:.3g}"
    return _figure(measure.name, "".join(marks), ends, ("0", "1"))


class _ChartRange:
    """The range of some figures with their intervals."""

    def __init__(self, figures: Iterator[Figure]) -> None:
        known: list[float] = []
        for figure in figures:
            known += [] if figure.value is None else [figure.value]
            known += [] if figure.interval is None else [figure.interval.low, figure.interval.high]
        self._low, self._high = min(known), max(known)

    @property
    def ends(self) -> tuple[str, str]:
        """The least and the largest value, as text."""
        return f"{self._low:.3g}", f"{self._high:.3g}"

    def at(self, value: float | None, start: float, end: float) -> float:
        """Where a value is between two coordinates."""
        width = self._high - self._low
        share = 0.5 if width <= 0 or value is None else (value - self._low) / width
        return start + share * (end - start)


def _figure(name: str, marks: str, across: tuple[str, str], up: tuple[str, str]) -> str:
    bottom, right = _HEIGHT - _EDGE, _WIDTH - 8
    axes = _line("axis", _EDGE, bottom, right, bottom) + _line("axis", _EDGE, 8, _EDGE, bottom)
    labels = (
        f'<text x="{_EDGE}" y="{bottom + 14}">{across[0]}</text>'
        f'<text x="{right}" y="{bottom + 14}" text-anchor="end">{across[1]}</text>'
        f'<text x="{_EDGE - 4}" y="{bottom}" text-anchor="end">{up[0]}</text>'
        f'<text x="{_EDGE - 4}" y="14" text-anchor="end">{up[1]}</text>'
    )
    return (
        f'<figure><svg width="{_WIDTH}" height="{_HEIGHT}" role="img"'
        f' aria-label="{_text(name)}">{axes}{labels}{marks}</svg>'
        f"<figcaption>{_text(name)}</figcaption></figure>\n"
    )


def _line(kind: str, x: float, y: float, x_end: float, y_end: float) -> str:
    return f'<line class="{kind}" x1="{x:z.1f}" y1="{y:z.1f}" x2="{x_end:z.1f}" y2="{y_end:z.1f}"/>'


def _text(text: str) -> str:
    return escape(printable(text))
