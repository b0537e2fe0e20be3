"""Renders a result in a format; the only module that knows both.

A new kind of result adds a row to ``VIEWS``: a module with ``document(result)`` and
``view(result)``. A new format adds a row to ``FORMATS``: a module with ``write(result)``, which
usually calls ``document_of(result)``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bench.errors import ConfigError, UnknownNameError, unknown_name

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bench.reports.document import Document

FORMATS = {
    "table": "bench.reports.formats.terminal",
    "json": "bench.reports.formats.json_",
    "csv": "bench.reports.formats.csv_",
    "markdown": "bench.reports.formats.markdown",
    "latex": "bench.reports.formats.latex",
    "html": "bench.reports.formats.html_",
    "junit": "bench.reports.formats.junit",
}
"""The module of each format, by name."""

REPORT_FORMATS = ("html", *(name for name in FORMATS if name not in ("html", "table", "junit")))
"""The formats of ``bench report``: a page, or leaderboards to paste."""

VIEWS = {
    "bench.runs.leaderboard:Leaderboard": "bench.reports.leaderboard",
    "bench.runs.alignment:Alignments": "bench.reports.alignment",
    "bench.runs.judges.shown:Disagreements": "bench.reports.disagreements",
    "bench.runs.by_label:ByLabel": "bench.reports.by_label",
    "bench.runs.worst:WorstArticles": "bench.reports.worst",
    "bench.comparison.findings:Comparison": "bench.reports.comparison",
    "bench.comparison.power_findings:PowerReport": "bench.reports.power",
    "bench.rating.findings:RatingReport": "bench.reports.rating",
    "bench.rating.outlook:RatingOutlook": "bench.reports.rating_outlook",
    "bench.comparison.changes:Changes": "bench.reports.changes",
    "bench.histories.findings:History": "bench.reports.history",
    "bench.agreement.findings:AgreementReport": "bench.reports.agreement",
    "bench.gate.verdict:GateReport": "bench.reports.verdicts",
    "bench.data.audit:Audit": "bench.reports.audit",
    "bench.verification.verify:Verification": "bench.reports.verification",
    "bench.metrics.list_scores:Scores": "bench.reports.scores",
    "bench.reports.names:Names": "bench.reports.names",
    "bench.reports.parameters:Parameters": "bench.reports.parameters",
    "bench.reports.validation:Validation": "bench.reports.validation",
}
"""The module of each kind of result, by class."""


def render(result: Any, format: str = "table") -> str:
    """Render a result as text.

    Args:
        result: what ``bench.compare``, ``bench.check``, ``Run.leaderboard`` and others return.
        format: a name in ``FORMATS``: ``table`` (for people), ``json``, ``csv``, ``markdown``,
            ``latex``, ``html`` (a fragment, as in a notebook) or ``junit`` (verdicts only); or a
            function of your own, as ``"module:function"``.

    Raises:
        UnknownNameError: unknown format, module or function.
        ConfigError: this kind of result cannot be rendered, or not in this format.
    """
    if ":" in format:
        from bench.imports import import_named

        own: str = import_named(format)(result)
        return own
    if format not in FORMATS:
        raise UnknownNameError(unknown_name("format", format, FORMATS))
    text: str = import_module(FORMATS[format]).write(result)
    return text


def document_of(result: Any) -> Document:
    """Convert a result to sections of tables and notes.

    Raises:
        ConfigError: this kind of result cannot be rendered.
    """
    document: Document = _view_module(result).document(result)
    return document


def view_of(result: Any) -> RenderableType:
    """Convert a result to a ``rich`` renderable for a terminal.

    Raises:
        ConfigError: this kind of result cannot be rendered.
    """
    view: RenderableType = _view_module(result).view(result)
    return view


def _view_module(result: Any) -> Any:
    for kind in type(result).__mro__:
        module = VIEWS.get(f"{kind.__module__}:{kind.__qualname__}")
        if module is not None:
            return import_module(module)
    names = ", ".join(name.partition(":")[2] for name in VIEWS)
    raise ConfigError(f"cannot render a {type(result).__name__}; results are: {names}")
