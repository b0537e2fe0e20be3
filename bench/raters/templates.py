"""What a rater is told: a Jinja template over an article and what is rated.

A template over what is rated sees the variables in ``NAMES``, and those that a rater adds; one over
the article alone, those in ``ARTICLE_NAMES``. Articles and items are data: nothing in them is
evaluated, and a template can reach nothing but these names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.article import Article
from bench.errors import ConfigError, unknown_name
from bench.imports import described_error
from bench.raters.base import RatingRequest

NAMES = ("title", "text", "item", "items", "noun", "task", "references")
"""The variables of a template over what is rated: ``item`` is "" where the whole list is rated, and
``references`` is empty unless the rater sees them."""
ARTICLE_NAMES = ("title", "text", "extra")
"""The variables of a template over an article alone."""
_TESTS = ("defined", "undefined")
_DEFAULTS = ("default", "d")


@dataclass(frozen=True)
class RatingTemplate:
    """A Jinja template.

    Attributes:
        source: its text.
        label: what messages call it.
        names: its variables.

    Raises:
        ConfigError: it cannot be read.
    """

    source: str
    label: str = "prompt"
    names: tuple[str, ...] = NAMES

    def __post_init__(self) -> None:
        if not isinstance(self.source, str):
            raise ConfigError(f"{self.label}: must be a text, not {self.source!r:.100}")
        _ = self._compiled  # a broken template is an error now, not in mid-run

    def text(self, request: RatingRequest, **names: Any) -> str:
        """The template, filled in.

        Raises:
            ConfigError: the template uses a name that does not exist, or goes wrong.
        """
        article, task = request.article, request.task
        known = {
            "title": article.title,
            "text": article.text,
            "item": request.items[0] if len(request.items) == 1 else "",
            "items": list(request.items),
            "noun": task.noun,
            "task": task.name,
            "references": list(task.references(article)),
        }
        return self.filled({**known, **names})

    def of_article(self, article: Article) -> str:
        """The template over an article alone, with ``ARTICLE_NAMES`` as its ``names``.

        Raises:
            ConfigError: the template uses a name that does not exist, or goes wrong.
        """
        names = {"title": article.title, "text": article.text, "extra": dict(article.extra)}
        return self.filled(names).strip()

    def filled(self, names: Mapping[str, Any]) -> str:
        """The template with these variables.

        Raises:
            ConfigError: the template uses a name that does not exist, or goes wrong.
        """
        from bench.models.template_sandbox import filled

        try:
            return filled(self._compiled, names)
        except Exception as error:  # an expression in a template may raise anything
            raise ConfigError(self._problem(error)) from error

    def faults(self, *needed: str) -> Iterator[str]:
        """Faults of its variables: unknown ones, and missing ones.

        Args:
            needed: the variables that it must have.
        """
        from jinja2 import nodes
        from jinja2.meta import find_undeclared_variables

        tree, known = self._tree, set(self.names)
        tests = [node for node in tree.find_all(nodes.Test) if node.name in _TESTS]
        tests += [node for node in tree.find_all(nodes.Filter) if node.name in _DEFAULTS]
        tested = {name.name for test in tests for name in test.find_all(nodes.Name)}
        variables = find_undeclared_variables(tree)
        named = [*tree.find_all((nodes.Name, nodes.NSRef))]
        lines = {node.name: node.lineno for node in named[::-1]}
        for name in sorted(variables - known - tested):
            yield unknown_name("variable", name, known, f"{self.label}, line {lines[name]}")
        for name in needed:
            if name not in variables:
                yield f"{self.label}: the rater would never see {name!r}; add `{{{{ {name} }}}}`"

    @cached_property
    def _tree(self) -> Any:
        from bench.models.template_sandbox import BoundedEnvironment

        return BoundedEnvironment().parse(self.source)

    @cached_property
    def _compiled(self) -> Any:
        from bench.models.template_sandbox import BoundedEnvironment

        try:
            return BoundedEnvironment().from_string(self.source)
        except Exception as error:  # deep nesting overflows the parser or Python's compiler
            raise ConfigError(self._problem(error)) from error

    def _problem(self, error: Exception) -> str:
        from jinja2 import TemplateError

        from bench.models.template_sandbox import line_of_fault

        line = line_of_fault(error)
        what = error.message or "" if isinstance(error, TemplateError) else described_error(error)
        return f"{self.label}{f', line {line}' if line else ''}: {what}"
