"""Checks that a component is the same in another process."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.component import is_function
from bench.testing.contract import Checks
from bench.testing.process import in_another_process
from bench.testing.under_test import ComponentUnderTest, Kind, inner_of

Results = Callable[[Any], Any]
"""Computes results that ``==`` can compare; a module-level function."""


@dataclass(frozen=True)
class _Question:
    """A request to another process.

    Attributes:
        kind: the kind of the component.
        name: its name.
        use: the name from which it is created; "" if ``core`` is the component.
        given: its parameters.
        core: the component, if it has no importable name.
        results: computes its results.
    """

    kind: type[Kind]
    name: str
    use: str
    given: dict[str, Any]
    core: Any
    results: Results

    def component(self) -> Any:
        """Create the component again."""
        kind = self.kind()
        return kind.named(self.use, self.given) if self.use else kind.restored(self.core, self.name)


def check_copies(checks: Checks, subject: ComponentUnderTest, results: Results) -> None:
    """Check ``pickle`` and ``other_process``: workers must compute the same."""
    here, fresh, noun = results(subject.component), subject.fresh(), subject.kind.noun
    if not (subject.use and is_function(inner_of(fresh))):
        expected = (
            f"a {noun} that can be pickled: its class at the top level of a module, no open handles"
        )
        copied = checks.attempt("pickle", expected, lambda: pickle.loads(pickle.dumps(fresh)))
        if copied is None:
            return
        if results(copied) != here:
            checks.fail("pickle", f"the unpickled {noun} gives different results", "the same ones")
            return
    check_elsewhere(checks, subject, results)


def check_elsewhere(checks: Checks, subject: ComponentUnderTest, results: Results) -> None:
    """Check ``other_process``, and ``pickle`` if there is no importable name."""
    kind = type(subject.kind)
    core = None if subject.use else subject.kind.core(subject.component)
    question = _Question(kind, subject.name, subject.use, dict(subject.given), core, results)
    expected = "it can be pickled: its class at the top level of a module, and no open handles"
    sent = checks.attempt("pickle", expected, lambda: pickle.dumps(question))
    if sent is None or subject.module == "__main__":
        return  # no other process can import the definitions of a script
    here = results(subject.component)
    expected = "the same identity and output in another process"
    copied: _Question | None = checks.attempt("pickle", expected, lambda: pickle.loads(sent))
    if copied is None:
        return
    signature = subject.kind.signature(copied.component()) if checks.passed("identity") else ""
    there = checks.attempt(
        "other_process", expected, lambda: in_another_process(_answer, sent, subject.module)
    )
    if there is None:
        return
    if signature and there[0] != signature:
        checks.fail("other_process", f"the identity is {signature!r}, then {there[0]!r}", expected)
    elif there[1] != here:
        checks.fail("other_process", "the output differs", expected)


def _answer(sent: bytes) -> tuple[str, Any]:
    question: _Question = pickle.loads(sent)
    component = question.component()
    question.kind().get_ready(component)
    try:
        signature = question.kind().signature(component)
    except Exception:  # noqa: BLE001 - already reported as a fault of the identity
        signature = ""
    return signature, question.results(component)
