"""Writes a sheet as one HTML page: it works from a file, without a network, on a phone, too."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from bench.rating.sheets import Sheet
from bench.reports.page.embedding import json_text, script_hash
from bench.reports.sheets.columns import paragraphs
from bench.reports.terminal import printable
from bench.tasks import task_named

_SCRIPTS = ("state", "view", "main")
_COMPARED = (
    ("A", "List A is better.", "List A"),
    ("tie", "There is no difference.", "No difference"),
    ("B", "List B is better.", "List B"),
)


def html_sheet(sheet: Sheet) -> str:
    """The page of a sheet; all scripts, styles and texts are in it."""
    from jinja2 import Environment, StrictUndefined

    script = page_script()
    style = _part("page.css")
    keys = _keys(sheet)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    which = f" · {sheet.number} of {sheet.raters}" if sheet.raters > 1 else ""
    return environment.from_string(_part("page.html.jinja")).render(
        title=f"Rating sheet {sheet.sheet}{which}",
        style=style,
        script=script,
        policy=policy(script, style),
        facts=json_text(facts_of(sheet)),
        first_key=keys[0],
        last_key=keys[-1],
    )


def facts_of(sheet: Sheet) -> dict[str, Any]:
    """What the page shows: nothing in it says which model wrote what."""
    return {
        "sheet": sheet.sheet,
        "number": sheet.number,
        "noun": task_named(sheet.task).noun,
        "pairwise": sheet.pairwise,
        "rubric": sheet.rubric,
        "criteria": [
            {
                "name": name,
                "ask": criterion.ask,
                "scale": list(_COMPARED) if sheet.pairwise else list(criterion.scale.items()),
            }
            for name, criterion in sheet.criteria.items()
        ],
        "articles": [
            {
                "title": printable(article.title),
                "language": printable(article.language),
                "paragraphs": paragraphs(article.text),
                "entries": [
                    {
                        "id": entry.id,
                        "lists": [[printable(item) for item in items] for items in entry.lists],
                    }
                    for entry in article.entries
                ],
            }
            for article in sheet.articles
        ],
    }


def page_script() -> str:
    """All scripts of the page as one."""
    parts = "\n".join(_part(f"scripts/{name}.js") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def policy(script: str, style: str) -> str:
    """The content security policy: only this script and this style, and no network access."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {script_hash(script)}",
            f"style-src {script_hash(style)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _keys(sheet: Sheet) -> list[int]:
    """The digits that answer a criterion."""
    if sheet.pairwise:
        return [1, 2, 3]
    values = {value for one in sheet.criteria.values() for value in one.scale}
    return sorted(value for value in values if 0 <= value <= 9) or [1]


def _part(name: str) -> str:
    return files("bench.reports.sheets").joinpath(name).read_text(encoding="utf-8")
