"""The file: one page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any

from bench.article import Article
from bench.comparison.gather import Gathered
from bench.reports.page.articles import BLOCK, ArticlePages
from bench.reports.page.embedding import json_text, packed, packed_json, script_hash
from bench.reports.page.overview import Overview
from bench.reports.page.provenance import what_was_run
from bench.runs.finished import FinishedRun

SCRIPTS = (
    *("dom", "data", "route", "charts"),
    *("board", "intervals", "differences", "resources", "spread", "agreement", "overview"),
    *("list", "alignment", "matrix", "article", "provenance", "main"),
)
"""The scripts of the page, in the order in which they are joined."""


def page(  # noqa: PLR0913 - what the page is made of
    gathered: Gathered,
    runs: Sequence[FinishedRun],
    articles: Sequence[Article],
    *,
    title: str,
    baseline: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[str]:
    """The page, piece by piece.

    Args:
        gathered: the runs as one.
        runs: the runs.
        articles: those that get a page; without any only scores are shown.
        title: what the page is called.
        baseline: the label of the model that the others are compared with at first.
        progress: is told of articles as they are done.
    """
    from jinja2 import Environment, StrictUndefined

    everything = scored(gathered)
    overview = Overview(gathered, [article.id for article in articles] or everything, everything)
    facts: dict[str, Any] = {
        "title": title,
        "baseline": baseline,
        "articleBlock": BLOCK,
        **overview.record(),
        **what_was_run(gathered, runs),
    }
    script = page_script()
    plots = plot_library()
    scripts = [part for part in (plots, script) if part]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(_part("page.html.jinja"))
    yield from template.generate(
        title=title,
        style=_part("page.css"),
        policy=policy(scripts),
        scripts=scripts,
        facts=json_text(facts),
        blocks=_blocks(gathered, overview, articles, progress),
    )


def scored(gathered: Gathered) -> list[str]:
    """Ids of all articles that any model has a score on, in order of their ids."""
    return sorted(
        {
            article
            for contestant in gathered.contestants.values()
            for task, result in contestant.run.results.tasks.items()
            if contestant.name in result.models
            for article in contestant.run.scored_articles(task, contestant.name, result.primary)
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
    library = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    # Neither stands in it today; in a script element either would end or hide what follows.
    return library.replace("</script", r"<\/script").replace("<!--", r"<\!--")


def policy(scripts: Sequence[str]) -> str:
    """The content security policy: these scripts and nothing else, nothing from anywhere."""
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
    gathered: Gathered,
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
    for number, (count, block) in enumerate(ArticlePages(gathered, articles).blocks()):
        yield f"articles-{number}", packed_json(block)
        progress(count)


def _part(name: str) -> str:
    return files("bench.reports.page").joinpath(name).read_text(encoding="utf-8")
