"""Jinja templates that can take neither the machine's time nor its memory.

Jinja's own sandbox keeps a template from reaching Python. Here loops, powers and repetitions are
bounded as well: a slip in a config must be an error with a line, not a run that never begins.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from bench.limits import PROMPT_CHARACTERS, PROMPT_STEPS

_COUNTED = "_counted"
_STEPS = "_steps"
_MEASURED = ("batch", "center", "indent", "slice", "truncate", "wordwrap")
"""Filters that make as much as a number says."""
_COST_OF_BIT = 1_000  # characters: products of long numbers are slow
_CODE = "<template>"  # what Jinja calls the file of a template that comes from a string


class BoundedEnvironment(SandboxedEnvironment):
    """An environment whose templates are filled by ``filled`` within limits."""

    # Named here, so that they are not computed while a template is compiled, either.
    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        self.filters |= {name: _bounded(name, self.filters[name]) for name in _MEASURED}
        self.filters[_COUNTED] = _counted
        del self.globals["lipsum"]  # random text

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        for loop in source.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _COUNTED, [], [], None, None, lineno=loop.lineno)
        return super()._generate(source, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The value of an operation, if it is not too large."""
        if _size(operator, left, right) > PROMPT_CHARACTERS:
            raise TemplateRuntimeError(f"what `{operator}` makes is too large")
        return super().call_binop(context, operator, left, right)


def filled(template: Template, names: Mapping[str, Any]) -> str:
    """The text of a template.

    Raises:
        TemplateRuntimeError: it is longer than any prompt, or its loops take too many steps.
        Exception: whatever an expression in the template raises.
    """
    parts: list[str] = []
    length = 0
    for part in template.generate({**names, _STEPS: [0]}):
        parts.append(part)
        length += len(part)
        if length > PROMPT_CHARACTERS:
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


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that takes no width beyond that of a prompt."""

    @wraps(function)
    def bounded(*arguments: Any, **named: Any) -> Any:
        given = [*arguments, *named.values()]
        if any(isinstance(value, int) and value > PROMPT_CHARACTERS for value in given):
            raise TemplateRuntimeError(f"the width of `{name}` is too large")
        return function(*arguments, **named)

    return bounded


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    """The values of a loop, counted over all loops of the template."""
    steps = context.parent.get(_STEPS, [0])
    for value in values:
        steps[0] += 1
        if steps[0] > PROMPT_STEPS:
            raise TemplateRuntimeError(f"its loops take more than {PROMPT_STEPS:,} steps")
        yield value


def _size(operator: str, left: Any, right: Any) -> float:
    """About how many characters or bits an operation makes."""
    if operator == "%" and isinstance(left, str):
        return _width(left)
    if operator == "%":
        return 0
    if operator == "+":
        return _length(left) + _length(right)
    if operator == "**":
        return abs(right) * _length(left) if isinstance(right, int) else 0
    for one, other in ((left, right), (right, left)):
        if isinstance(one, int) and not isinstance(other, int | float):
            return one * _length(other)
    return _length(left) + _length(right)


def _length(value: Any) -> int:
    if isinstance(value, int):
        return value.bit_length() * _COST_OF_BIT
    return len(value) if isinstance(value, str | bytes | list | tuple) else 0


def _width(pattern: str) -> int:
    """The largest number in a ``%`` pattern, which may be the width of a field."""
    digits = "".join(c if c.isascii() and c.isdigit() else " " for c in pattern).split()
    return max((10 ** min(len(number), 9) for number in digits), default=0) // 10
