"""What a model is told: Jinja templates over an article and a task, kept in the config.

A template sees ``title``, ``text``, ``items`` (how many are asked for), ``noun`` (``bullet`` or
``question``) and ``task``; a family may add names of its own. Articles are data: nothing in them is
evaluated, and a template can reach nothing but these names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.article import Article
from bench.errors import ConfigError
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

    def text(self, article: Article, task: Task, **names: Any) -> str:
        """The template of the task, filled in.

        Raises:
            ConfigError: the template uses a name that there is not, or goes wrong.
        """
        from jinja2 import TemplateError

        known = {
            "title": article.title,
            "text": article.text,
            "items": task.items,
            "noun": task.noun,
            "task": task.name,
        }
        try:
            filled: str = self._compiled[task.name].render({**known, **names})
        except (TemplateError, TypeError, ArithmeticError) as error:
            names_known = ", ".join(sorted({**known, **names}))
            raise ConfigError(
                f"prompt for {task.name}: {error}; a template knows {names_known}"
            ) from error
        return filled

    def signature(self) -> str:
        """The templates themselves, for a model's digest."""
        return repr(sorted(self._by_task.items()))

    @property
    def _by_task(self) -> Mapping[str, str]:
        given = self.templates
        return dict.fromkeys(TASKS, given) if isinstance(given, str) else given

    @cached_property
    def _compiled(self) -> dict[str, Any]:
        from jinja2 import StrictUndefined, TemplateSyntaxError
        from jinja2.sandbox import SandboxedEnvironment

        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        compiled = {}
        for task, template in self._by_task.items():
            if not isinstance(template, str):
                raise ConfigError(f"prompt for {task}: must be a text, not {template!r}")
            try:
                compiled[task] = environment.from_string(template)
            except TemplateSyntaxError as error:
                raise ConfigError(
                    f"prompt for {task}, line {error.lineno}: {error.message}"
                ) from error
        return compiled
