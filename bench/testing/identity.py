"""Checks that the identity of a component exists and covers its parameters."""

from __future__ import annotations

from typing import Any

from bench.testing.contract import Checks
from bench.testing.under_test import ComponentUnderTest


def check_identity(
    checks: Checks, subject: ComponentUnderTest, *, without: frozenset[str] = frozenset()
) -> None:
    """Check ``identity`` and each ``parameter``.

    Args:
        checks: records violations.
        subject: the component.
        without: parameters that are declared not to change the output.
    """
    kind, component = subject.kind, subject.component
    expected = "an identity, so that results can be reused and compared"
    found = checks.attempt("identity", expected, lambda: [kind.signature(component)])
    if found is None:
        return
    signature: object = found[0]
    if not isinstance(signature, str):
        checks.fail("identity", f"got a {type(signature).__name__}", "a string")
        return
    unknown = kind.unknown(component)
    if unknown:
        checks.fail("identity", f"unknown: {unknown}", expected)
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
                "different identities for different values",
            )
    for name in without & different.keys():
        value, other = different[name]
        checks.fail(
            f"parameter {name}",
            f"{value!r} and {other!r} have different identities",
            f"the same identity, since {name!r} is declared not to change the output",
        )
