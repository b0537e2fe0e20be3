"""Collects and reports violations of a contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bench.display import count
from bench.faults import fault_of

Value = TypeVar("Value")


@dataclass(frozen=True)
class Violation:
    """A violation of the contract.

    Attributes:
        check: the name of the check, as in ``docs/plugins.md``.
        seen: the observed behaviour.
        expected: the required behaviour.
    """

    check: str
    seen: str
    expected: str

    def __str__(self) -> str:
        return f"{self.check}: {self.seen}; expected {self.expected}"


class ContractError(AssertionError):
    """A component violates its contract.

    Attributes:
        label: the name of the component.
        violations: all violations.
    """

    def __init__(self, label: str, violations: tuple[Violation, ...]) -> None:
        self.label = label
        self.violations = violations
        checks = count(len(violations), "check")
        lines = [f"{label} fails {checks} of its contract", *(f"- {v}" for v in violations)]
        super().__init__("\n".join(lines))


class Checks:
    """Collects violations, the first of each check.

    Args:
        label: the name of the component in messages.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self._violations: dict[str, Violation] = {}

    def fail(self, check: str, seen: str, expected: str) -> None:
        """Record a violation, unless the check has already failed."""
        self._violations.setdefault(check, Violation(check, seen, expected))

    def passed(self, *checks: str) -> bool:
        """Whether none of these checks has failed."""
        return not self._violations.keys() & set(checks)

    def attempt(self, check: str, expected: str, work: Callable[[], Value]) -> Value | None:
        """Return the result of ``work``; record a violation if it raises or returns None."""
        try:
            found = work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a component may raise anything
            self._raised(check, expected, error)
            return None
        if found is None:
            self.fail(check, "got None", expected)
        return found

    def guard(self, check: str, work: Callable[[], object]) -> None:
        """Run ``work``, and record any exception as a violation."""
        try:
            work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a component may raise anything
            self._raised(check, "no error", error)

    def _raised(self, check: str, expected: str, error: BaseException) -> None:
        fault = fault_of(error, self.label)
        location = f" ({fault.location})" if fault.location else ""
        self.fail(check, f"raised {fault.reason}{location}", expected)

    def finish(self) -> None:
        """Raise the recorded violations.

        Raises:
            ContractError: there are violations.
        """
        if self._violations:
            raise ContractError(self.label, tuple(self._violations.values()))
