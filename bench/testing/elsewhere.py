"""Whether a component is the same in the processes of an engine."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.testing.contract import Checks
from bench.testing.process import in_another_process
from bench.testing.under_test import ComponentUnderTest, Kind

Results = Callable[[Any], Any]
"""What a component gives, in a form that ``==`` compares; a function at the top of a module."""


@dataclass(frozen=True)
class _Question:
    """What another process is asked.

    Attributes:
        kind: of the component.
        name: what it is called.
        use: the name by which it is made; "" where ``core`` is the component itself.
        given: its parameters.
        core: the component, if it has no name.
        results: what is asked of it.
    """

    kind: type[Kind]
    name: str
    use: str
    given: dict[str, Any]
    core: Any
    results: Results

    def component(self) -> Any:
        """The component, made again."""
        kind = self.kind()
        return kind.named(self.use, self.given) if self.use else kind.restored(self.core, self.name)


def check_elsewhere(checks: Checks, subject: ComponentUnderTest, results: Results) -> None:
    """Check ``pickle``, where there is no other way, and ``other_process``."""
    kind = type(subject.kind)
    core = None if subject.use else subject.kind.core(subject.component)
    question = _Question(kind, subject.name, subject.use, dict(subject.given), core, results)
    expected = "it pickles: its class at the top level of a module, and no open handles in it"
    sent = checks.attempt("pickle", expected, lambda: pickle.dumps(question))
    if sent is None or subject.module == "__main__":
        return  # no other process can import what a script defines
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
    except Exception:  # noqa: BLE001 - reported as a fault of the identity already
        signature = ""
    return signature, question.results(component)
