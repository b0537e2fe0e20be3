"""How results show themselves: as text when printed, as HTML in a notebook."""

from __future__ import annotations

from importlib import import_module


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 article``, ``1,200 articles``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class Displayed:
    """A result that ``bench.render`` can show.

    ``print(result)`` gives the table of the command line, fitted to a terminal; a notebook shows
    the same as HTML. The renderer is imported when something is first shown, so that computing
    never waits for it.
    """

    def __str__(self) -> str:
        text: str = import_module("bench.reports.formats.terminal").printed(self)
        return text

    def __repr__(self) -> str:
        return f"<{type(self).__name__}; print() shows it>"

    def _repr_html_(self) -> str:
        text: str = import_module("bench.reports.render").render(self, "html")
        return text
