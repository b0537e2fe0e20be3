"""Jinja templates that can take neither the machine's time nor its memory.

Jinja's own sandbox keeps a template from reaching Python. Here loops, powers and repetitions are
bounded as well: a slip in a config must be an error with a line, not a run that never begins.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, nodes, pass_context
from jinja2.runtime import Context, Macro, markup_join, str_join
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import _PassArg

from bench.limits import PROMPT_CHARACTERS, PROMPT_STEPS
from bench.models.template_sizes import (
    FILTERS,
    CallArguments,
    length,
    made_by_filter,
    made_by_method,
    made_by_operator,
    text_length,
)

_COUNTED = "_counted"
_CONCATENATED = "_concatenated"
_SPENT = "_spent"
_MOST_MADE = 10 * PROMPT_CHARACTERS
"""Maximum number of characters and elements that a template makes on the way to its text."""
_CODE = "<template>"  # what Jinja calls the file of a template that comes from a string


@dataclass
class _Spent:
    """What a template has used so far."""

    steps: int = 0
    made: int = 0


class BoundedEnvironment(SandboxedEnvironment):
    """An environment whose templates are filled by ``filled`` within limits."""

    # Named here, so that they are not computed while a template is compiled, either.
    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False, finalize=_printed)
        self.filters |= {name: _bounded(name, self.filters[name]) for name in FILTERS}
        self.filters[_COUNTED] = _counted
        self.filters[_CONCATENATED] = _concatenated
        del self.globals["lipsum"]  # random text

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        for loop in source.find_all(nodes.For):
            loop.iter = _filter(_COUNTED, loop.iter)
        for joined in list(source.find_all(nodes.Concat)):
            parts = nodes.List(joined.nodes, lineno=joined.lineno)
            joined.nodes = [_filter(_CONCATENATED, parts)]
        return super()._generate(source, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The value of an operation, if it is not too large."""
        _check(operator, made_by_operator(operator, left, right))
        made = super().call_binop(context, operator, left, right)
        return made if isinstance(made, int) else _spend(context, made)

    def call(self, context: Context, called: Any, /, *given: Any, **named: Any) -> Any:
        """What a method or macro returns, if it is not too large."""
        function = getattr(called, "__wrapped__", called)  # Jinja wraps the method `format`
        owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
        if name in {"join", "extend"}:
            given = tuple(_listed(value) for value in given)
        size = made_by_method(owner, name, CallArguments(given, named))
        _check(name, size)
        made = super().call(context, called, *given, **named)
        is_new = isinstance(owner, str | bytes) or isinstance(called, Macro)
        return _spend(context, made, None if is_new else int(size))


def filled(template: Template, names: Mapping[str, Any]) -> str:
    """The text of a template.

    Raises:
        TemplateRuntimeError: it is longer than any prompt, or its loops take too many steps.
        Exception: whatever an expression in the template raises.
    """
    parts: list[str] = []
    characters = 0
    for part in template.generate({**names, _SPENT: _Spent()}):
        parts.append(part)
        characters += len(part)
        if characters > PROMPT_CHARACTERS:
            raise TemplateRuntimeError(f"makes more than {PROMPT_CHARACTERS:,} characters")
    return "".join(parts)


def line_of_fault(error: BaseException) -> int | None:
    """The line of the template that was being filled when an exception was raised."""
    named = getattr(error, "lineno", None)
    if isinstance(named, int):
        return named
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == _CODE]
    return lines[-1] if lines else None


def _filter(name: str, value: Any) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that makes no more than a prompt may have."""
    wants = getattr(function, "jinja_pass_arg", None)

    @pass_context
    @wraps(function)
    def bounded(context: Context, value: Any, *given: Any, **named: Any) -> Any:
        if name in {"join", "sum"}:
            value = _listed(value)
        _check(name, made_by_filter(name, value, CallArguments(given, named)))
        passed = {
            _PassArg.eval_context: context.eval_ctx,
            _PassArg.environment: context.environment,
        }
        first = [passed[wants]] if wants in passed else []
        return _spend(context, function(*first, value, *given, **named))

    return bounded


def _listed(value: Any) -> Any:
    """A list of what an iterator yields, so that it can be measured; any other value as it is."""
    return list(value) if isinstance(value, Iterator) else value


def _check(what: str, size: float) -> None:
    if size > PROMPT_CHARACTERS:
        raise TemplateRuntimeError(f"what `{what}` makes is too large")


def _spend(context: Context, made: Any, size: int | None = None) -> Any:
    """A value that was made, counted over the whole template."""
    spent = context.parent.get(_SPENT, _Spent())
    spent.made += length(made) if size is None else size
    if spent.made > _MOST_MADE:
        raise TemplateRuntimeError(
            f"makes more than {_MOST_MADE:,} characters on the way to its text"
        )
    return made


@pass_context
def _printed(context: Context, value: Any) -> Any:
    """A value whose text is neither too large nor printed too often."""
    size = text_length(value)
    _check("{{ }}", size)
    return _spend(context, value, size + 1)


@pass_context
def _concatenated(context: Context, values: Sequence[Any]) -> Any:
    """What ``~`` makes of values."""
    _check("~", text_length(values))
    join = markup_join if context.eval_ctx.autoescape else str_join
    return _spend(context, join(values))


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    """The values of a loop, counted over all loops of the template."""
    spent = context.parent.get(_SPENT, _Spent())
    for value in values:
        spent.steps += 1
        if spent.steps > PROMPT_STEPS:
            raise TemplateRuntimeError(f"its loops take more than {PROMPT_STEPS:,} steps")
        yield value
