"""Faults of components, with the location in the code and the article."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.component import made_of
from bench.imports import described_error, location_of_fault

_PACKAGE = Path(__file__).parent.resolve()


ANYTHING = (Exception, SystemExit, GeneratorExit)
"""Everything that user code may raise, except an interrupt by the user."""


@dataclass(frozen=True)
class Fault:
    """A fault of a component.

    Attributes:
        component: its kind and name, such as ``metric 'mine'``.
        reason: the fault, in one line.
        location: ``file.py:12`` of its code; "" if unknown.
        article: the id of the article; "" if it does not concern one.
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
    """A component returned an invalid result.

    Attributes:
        fault: the fault.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))

    def __reduce__(self) -> tuple[Any, ...]:
        return ComponentError, (self.fault,)


def fault_of(error: BaseException, label: str, component: Any = None, method: str = "") -> Fault:
    """Convert an exception of a component to a fault.

    Args:
        error: the exception.
        label: the name of the component in messages.
        component: the component, whose method is the location if none of its lines was running.
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
    """Create the error of a method that returned an invalid result."""
    return ComponentError(Fault(label, reason, _defined_at(component, method)))


def _defined_at(component: Any, method: str) -> str:
    """The location of the method of a component, or of the component."""
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
