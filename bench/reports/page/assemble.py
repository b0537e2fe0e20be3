"""Writes the report as a self-contained HTML file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from bench.article import Article
from bench.comparison.combined import CombinedRuns
from bench.reports.page.articles import BLOCK, ArticlePages
from bench.reports.page.embedding import json_text, packed, packed_json, script_hash
from bench.reports.page.judges import judges_record
from bench.reports.page.labels import labels_record
from bench.reports.page.overview import Overview
from bench.reports.page.provenance import what_was_run
from bench.runs.finished import FinishedRun

SCRIPTS = (
    *("dom", "data", "route", "charts"),
    *(
        "board",
        "intervals",
        "differences",
        "resources",
        "spread",
        "kinds",
        "judges",
        "samples",
        "agreement",
        "overview",
    ),
    *("list", "alignment", "matrix", "article", "provenance", "main"),
)
"""The scripts of the page, in order."""


def page(  # noqa: PLR0913 - what the page is made of
    combined: CombinedRuns,
    runs: Sequence[FinishedRun],
    articles: Sequence[Article],
    *,
    title: str,
    baseline: str | None = None,
    by: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[str]:
    """Yield the page in pieces.

    Args:
        combined: the runs as one.
        runs: the runs.
        articles: the articles with a page; if empty, only scores are shown.
        title: the title of the page.
        baseline: the label of the model that is initially the baseline.
        by: the label of references whose values are shown first.
        progress: called with the number of articles completed.
    """
    from jinja2 import Environment, StrictUndefined

    everything = scored_articles(combined)
    overview = Overview(combined, [article.id for article in articles] or everything, everything)
    facts: dict[str, Any] = {
        "title": title,
        "baseline": baseline,
        "by": by,
        "articleBlock": BLOCK,
        **overview.record(),
        **what_was_run(combined, runs),
    }
    script = page_script()
    plots = plot_library()
    scripts = [part for part in (plots, script) if part]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    labels = labels_record(combined, articles)
    for task in facts["tasks"]:
        task["labels"] = labels.get(task["name"], {})
        task["judges"] = judges_record(runs, task["name"])
    template = environment.from_string(_part("page.html.jinja"))
    yield from template.generate(
        title=title,
        style=_part("page.css"),
        policy=policy(scripts),
        scripts=scripts,
        facts=json_text(facts),
        blocks=_blocks(combined, overview, articles, progress),
    )


def scored_articles(combined: CombinedRuns) -> list[str]:
    """The ids of all articles on which any model has a score, sorted."""
    return sorted(
        {
            article
            for compared_model in combined.compared_models.values()
            for task, result in compared_model.run.results.tasks.items()
            if compared_model.name in result.models
            for article in compared_model.run.scored_articles(
                task, compared_model.name, result.primary
            )
        }
    )


def page_script() -> str:
    """All scripts of the page as one."""
    parts = "\n".join(_part(f"scripts/{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def plot_library() -> str:
    """Vega-Lite and what it needs, as one script; empty without the extra ``report``.

    Where a plot would be, the page then says how to install it.
    """
    try:
        import vl_convert
    except ImportError:
        return ""
    return _bundle(vl_convert)


@cache
def _bundle(converter: Any) -> str:
    """The script of the plot library, which takes more than a second to make."""
    library: str = converter.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    # Either would end the script element or hide its rest; the library has neither today.
    return library.replace("</script", r"<\/script").replace("<!--", r"<\!--")


def policy(scripts: Sequence[str]) -> str:
    """The content security policy: only these scripts, and no network access."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(script_hash, scripts))}",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _blocks(
    combined: CombinedRuns,
    overview: Overview,
    articles: Sequence[Article],
    progress: Callable[[int], None],
) -> Iterator[tuple[str, str]]:
    """Name and content of each packed block."""
    yield "index", packed_json([[article.id, article.title] for article in articles])
    numbers: dict[str, int] = {}
    for task, score in overview.score_names():
        number = numbers[task] = numbers.get(task, -1) + 1
        values = overview.article_scores(task, score)
        yield f"scores-{task}-{number}", packed(values.astype("<f4").tobytes())
    for number, (count, block) in enumerate(ArticlePages(combined, articles).blocks()):
        yield f"articles-{number}", packed_json(block)
        progress(count)


def _part(name: str) -> str:
    return files("bench.reports.page").joinpath(name).read_text(encoding="utf-8")
