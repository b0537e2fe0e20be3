"""Faults of components: which one, where in its code, and on which article."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.component import made_of
from bench.imports import described_error, location_of_fault

_PACKAGE = Path(__file__).parent.resolve()


ANYTHING = (Exception, SystemExit, GeneratorExit)
"""What code of somebody's own may raise, but for an interrupt by the user."""


@dataclass(frozen=True)
class Fault:
    """What a component did wrong.

    Attributes:
        component: its kind and name, such as ``metric 'mine'``.
        reason: what it did, in one line.
        location: ``file.py:12`` of its code; "" where nobody knows.
        article: the id of the article; "" where it is not about one.
    """

    component: str
    reason: str
    location: str = ""
    article: str = ""

    def __str__(self) -> str:
        location = f" ({self.location})" if self.location else ""
        article = f" on article {self.article!r}" if self.article else ""
        return f"{self.component}{location}{article}: {self.reason}"


class ComponentError(Exception):
    """A component returned something that it must not.

    Attributes:
        fault: what that was.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))

    def __reduce__(self) -> tuple[Any, ...]:
        return ComponentError, (self.fault,)


def fault_of(error: BaseException, label: str, component: Any = None, method: str = "") -> Fault:
    """What an exception that a component raised says of it.

    Args:
        error: the exception.
        label: the component in words.
        component: the component, whose method is named where none of its lines was running.
        method: the method.
    """
    if isinstance(error, ComponentError):
        return error.fault
    reason = described_error(error).encode(errors="replace").decode()
    file, _, line = location_of_fault(error).rpartition(":")
    location = f"{Path(file).name}:{line}" if file else ""
    if component is not None and (not file or Path(file).resolve().is_relative_to(_PACKAGE)):
        location = _defined_at(component, method) or location
    return Fault(label, reason, location)


def misused(component: Any, label: str, reason: str, method: str) -> ComponentError:
    """The error of a component whose method returned something that it must not."""
    return ComponentError(Fault(label, reason, _defined_at(component, method)))


def _defined_at(component: Any, method: str) -> str:
    """Where the method of a component is defined, or the component itself."""
    made = made_of(component)
    inner = getattr(component, "inner", None)
    candidates = [getattr(inner, method, inner), getattr(component, method, None)]
    candidates += [made.source if made else None, type(component)]
    for candidate in candidates:
        try:
            code: Any = inspect.unwrap(candidate)  # type: ignore[arg-type]  # a TypeError if not
            file = inspect.getsourcefile(code)
            line = inspect.getsourcelines(code)[1]
        except (OSError, TypeError, ValueError):
            continue
        if file and (inner is None or not Path(file).resolve().is_relative_to(_PACKAGE)):
            return f"{Path(file).name}:{line}"
    return ""
