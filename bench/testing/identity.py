"""The identity of a component: it exists, and tells apart what gives other numbers."""

from __future__ import annotations

from typing import Any

from bench.testing.contract import Checks
from bench.testing.under_test import ComponentUnderTest


def check_identity(
    checks: Checks, subject: ComponentUnderTest, *, without: frozenset[str] = frozenset()
) -> None:
    """Check ``identity`` and each ``parameter``.

    Args:
        checks: where violations are recorded.
        subject: the component.
        without: parameters that its output does not depend on, by its own declaration.
    """
    kind, component = subject.kind, subject.component
    expected = "an identity, so that results can be used again and compared"
    found = checks.attempt("identity", expected, lambda: [kind.signature(component)])
    if found is None:
        return
    signature: object = found[0]
    if not isinstance(signature, str):
        checks.fail("identity", f"got a {type(signature).__name__}", "a string")
        return
    unknown = kind.unknown(component)
    if unknown:
        checks.fail("identity", f"it cannot be established: {unknown}", expected)
        return
    if subject.make is None:
        return
    base = kind.signature(subject.make(subject.given))
    again = kind.signature(subject.make(subject.given))
    if base != again:
        seen = f"two with equal parameters have {base!r} and {again!r}"
        checks.fail("identity", seen, "the same identity for equal parameters")
        return
    equal: dict[str, tuple[Any, Any]] = {}
    different: dict[str, tuple[Any, Any]] = {}
    for name, value, other, varied in subject.variations():
        group = equal if kind.signature(varied) == base else different
        group.setdefault(name, (value, other))
    for name, (value, other) in equal.items():
        if name not in without and name not in different:
            checks.fail(
                f"parameter {name}",
                f"{value!r} and {other!r} have the same identity, {base!r}",
                "another identity for another value",
            )
    for name in without & different.keys():
        value, other = different[name]
        checks.fail(
            f"parameter {name}",
            f"{value!r} and {other!r} have different identities",
            f"the same identity, since {name!r} is declared not to change the output",
        )
