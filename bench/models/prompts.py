"""What a model is told: Jinja templates over an article and a task, kept in the config.

A template sees ``title``, ``text``, ``items`` (how many are asked for), ``noun`` (``bullet`` or
``question``) and ``task``; a family may add names of its own. Articles are data: nothing in them is
evaluated, and a template can reach nothing but these names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.article import Article
from bench.errors import ConfigError, unknown_name
from bench.imports import described_error
from bench.tasks import TASKS, Task, TaskName

INSTRUCTIONS = {
    "summary": """\
Summarise the news article below in exactly {{ items }} bullet points for its page. Each bullet is
one complete sentence that stands on its own and says only what the article says. Write one bullet
a line and nothing else.

{{ title }}

{{ text }}""",
    "questions": """\
Below is a news article. Write exactly {{ items }} different questions that a curious reader would
ask after reading it: what happened and who is involved, why, how it works, how it compares with
before, what it means for others, what stands against it, what came before and what may come next.
Each question names its subject, so that it stands on its own. Write one question a line and nothing
else.

{{ title }}

{{ text }}""",
}
"""For models that follow instructions."""

Templates = str | Mapping[str, str]
NAMES = ("title", "text", "items", "noun", "task")
"""The variables of every template."""
_TESTS = ("defined", "undefined")
_DEFAULTS = ("default", "d")


@dataclass(frozen=True)
class Prompts:
    """One template for each task.

    Attributes:
        templates: by task, or one for all of them.

    Raises:
        ConfigError: a task that does not exist, or a template that cannot be read.
    """

    templates: Templates

    def __post_init__(self) -> None:
        unknown = sorted(set(self._by_task) - set(TASKS))
        if unknown:
            raise ConfigError(f"prompt: no task {unknown[0]!r}; there are {', '.join(TASKS)}")
        _ = self._compiled  # a broken template is an error now, not in mid-run

    @property
    def tasks(self) -> tuple[TaskName, ...]:
        """The tasks it has a template for."""
        return tuple(task.name for task in TASKS.values() if task.name in self._by_task)

    def text(self, article: Article, task: Task, /, **names: Any) -> str:
        """The template of the task, filled in.

        Raises:
            ConfigError: the template uses a name that there is not, or goes wrong.
        """
        from bench.models.template_sandbox import filled

        known = {
            "title": article.title,
            "text": article.text,
            "items": task.items,
            "noun": task.noun,
            "task": task.name,
        }
        try:
            return filled(self._compiled[task.name], {**known, **names})
        except Exception as error:  # an expression in a template may raise anything
            names_known = ", ".join(sorted({**known, **names}))
            problem = _problem(task.name, error)
            raise ConfigError(f"{problem}; a template knows {names_known}") from error

    def signature(self) -> str:
        """The templates themselves, for a model's digest."""
        return repr(sorted(self._by_task.items()))

    def unknown_variables(self, more: Collection[str] = ()) -> list[str]:
        """One line for each variable that does not exist, unless its template tests for it.

        Args:
            more: variables beyond ``NAMES``.
        """
        from jinja2 import nodes

        known = {*NAMES, *more}
        lines = []
        for task, tree in self._trees.items():
            tests = [node for node in tree.find_all(nodes.Test) if node.name in _TESTS]
            tests += [node for node in tree.find_all(nodes.Filter) if node.name in _DEFAULTS]
            tested = {name.name for test in tests for name in test.find_all(nodes.Name)}
            unknown = self.variables(task) - known - tested
            named = [*tree.find_all((nodes.Name, nodes.NSRef))]
            first = {node.name: node.lineno for node in named[::-1]}
            lines += [
                unknown_name("variable", name, known, f"{self.label(task)}, line {first[name]}")
                for name in sorted(unknown, key=lambda name: (first[name], name))
            ]
        return list(dict.fromkeys(lines))

    def label(self, task: TaskName) -> str:
        """What messages call the template of a task."""
        return "prompt" if isinstance(self.templates, str) else f"prompt for {task}"

    def variables(self, task: TaskName) -> set[str]:
        """The variables that the template of a task takes from outside."""
        from jinja2.meta import find_undeclared_variables

        return find_undeclared_variables(self._trees[task])

    @property
    def _by_task(self) -> Mapping[str, str]:
        given = self.templates
        return dict.fromkeys(TASKS, given) if isinstance(given, str) else given

    @cached_property
    def _trees(self) -> dict[TaskName, Any]:
        """The syntax tree of each template."""
        from bench.models.template_sandbox import BoundedEnvironment

        environment = BoundedEnvironment()
        return {task: environment.parse(self._by_task[task]) for task in self.tasks}

    @cached_property
    def _compiled(self) -> dict[str, Any]:
        from bench.models.template_sandbox import BoundedEnvironment

        environment = BoundedEnvironment()
        compiled = {}
        for task, template in self._by_task.items():
            if not isinstance(template, str):
                raise ConfigError(f"prompt for {task}: must be a text, not {template!r}")
            try:
                compiled[task] = environment.from_string(template)
            except Exception as error:  # deep nesting overflows the parser or Python's compiler
                raise ConfigError(_problem(task, error)) from error
        return compiled


def without_article(
    prompts: Prompts, system: Prompts | None = None, holding: Collection[str] = ("text",)
) -> tuple[list[str], list[str]]:
    """Faults of prompts without anything of the article, and notes on those with its title only.

    Args:
        prompts: the templates of the user message.
        system: those of the system message, if any.
        holding: the variables with text of the article.
    """
    faults, notes = [], []
    for task in prompts.tasks:
        label, seen = prompts.label(task), prompts.variables(task)
        if system is not None and task in system.tasks:
            seen = seen | system.variables(task)
        if seen & set(holding):
            continue
        if "title" in seen:
            notes.append(f"the {label} has the title of the article, but not its text")
        else:
            faults.append(
                f"{label}: the model would never see the article; add `{{{{ text }}}}` where its"
                " text belongs"
            )
    return list(dict.fromkeys(faults)), list(dict.fromkeys(notes))


def _problem(task: str, error: Exception) -> str:
    """One line for what is wrong with the template of a task."""
    from jinja2 import TemplateError

    from bench.models.template_sandbox import line_of_fault

    line = line_of_fault(error)
    what = error.message or "" if isinstance(error, TemplateError) else described_error(error)
    return f"prompt for {task}{f', line {line}' if line else ''}: {what}"
