"""What a check found: every violation of the contract, reported together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bench.faults import fault_of

Value = TypeVar("Value")


@dataclass(frozen=True)
class Violation:
    """One thing that a component must do and does not.

    Attributes:
        check: the name of the check, as in ``docs/plugins.md``.
        seen: what the component did.
        expected: what it must do instead.
    """

    check: str
    seen: str
    expected: str

    def __str__(self) -> str:
        return f"{self.check}: {self.seen}; expected {self.expected}"


class ContractError(AssertionError):
    """A component does not keep its contract.

    Attributes:
        label: the component.
        violations: everything that was found.
    """

    def __init__(self, label: str, violations: tuple[Violation, ...]) -> None:
        self.label = label
        self.violations = violations
        count = f"{len(violations)} check{'' if len(violations) == 1 else 's'}"
        lines = [f"{label} fails {count} of its contract", *(f"- {v}" for v in violations)]
        super().__init__("\n".join(lines))


class Checks:
    """Collects violations, the first of each check.

    Args:
        label: the component in messages.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self._violations: dict[str, Violation] = {}

    def fail(self, check: str, seen: str, expected: str) -> None:
        """Record a violation, unless that check has failed already."""
        self._violations.setdefault(check, Violation(check, seen, expected))

    def passed(self, *checks: str) -> bool:
        """Whether none of these checks has failed."""
        return not self._violations.keys() & set(checks)

    def attempt(self, check: str, expected: str, work: Callable[[], Value]) -> Value | None:
        """What ``work`` returns; None, and a violation, if it raises or returns nothing."""
        try:
            found = work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a component may raise anything
            self._raised(check, expected, error)
            return None
        if found is None:
            self.fail(check, "got None", expected)
        return found

    def guard(self, check: str, work: Callable[[], object]) -> None:
        """Do ``work``; whatever it raises where nothing is expected to raise is a violation."""
        try:
            work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a component may raise anything
            self._raised(check, "no error", error)

    def _raised(self, check: str, expected: str, error: BaseException) -> None:
        fault = fault_of(error, self.label)
        location = f" ({fault.location})" if fault.location else ""
        self.fail(check, f"raised {fault.reason}{location}", expected)

    def finish(self) -> None:
        """Raise what was found.

        Raises:
            ContractError: something was.
        """
        if self._violations:
            raise ContractError(self.label, tuple(self._violations.values()))
