"""Contract checks for similarities."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from bench.metrics.base import Block, FloatArray
from bench.metrics.similarity import SIMILARITIES, Similarity, similarity_named
from bench.testing.arrays import is_array, is_in_range
from bench.testing.contract import Checks
from bench.testing.described import check_description
from bench.testing.elsewhere import check_copies
from bench.testing.identity import check_identity
from bench.testing.samples import EMPTY, ODD, ORDINARY, Case
from bench.testing.under_test import Kind, component_under_test

_EQUAL_BEST = 1e-6


class SimilarityKind(Kind):
    """Creates similarities."""

    noun = "similarity"
    registry = SIMILARITIES

    def named(self, name: str, parameters: Mapping[str, Any]) -> Similarity:
        """Create a similarity from its name in a config."""
        return similarity_named(name, **parameters)

    def signature(self, component: Similarity) -> str:
        """Its part of the signature of a score."""
        return component.identity.text


def check_similarity(similarity: Any, /, **parameters: Any) -> None:
    """Check that a similarity fulfils its contract.

    Args:
        similarity: its name in a config, such as ``"mypackage.alike:SameOpening"``; or a class
            with ``matrix``; or a function of two items; or an instance.
        parameters: its parameters; not for an instance.

    Raises:
        ContractError: it does not; the message lists every failed check.
        UnknownNameError: unknown component or parameter.
    """
    subject = component_under_test(SimilarityKind(), similarity, parameters)
    checks = Checks(subject.label)
    check_description(checks, subject.component)
    check_identity(checks, subject)
    if _ordinary(checks, subject.component):
        checks.guard("odd_items", partial(_odd, checks, subject.component))
        checks.guard("repeatable", partial(_repeats, checks, subject.component))
        if checks.passed("inputs", "repeatable"):
            checks.guard("identity_is_best", partial(_identical, checks, subject.component))
            checks.guard("blocks", partial(_blocks, checks, subject.component))
            check_copies(checks, subject, _results)
    checks.finish()


def _ordinary(checks: Checks, similarity: Similarity) -> bool:
    """Check ``shape``, ``finite`` and ``range``; return whether to go on."""
    return all(_fits(checks, similarity, case, "shape") for case in ORDINARY)


def _odd(checks: Checks, similarity: Similarity) -> None:
    """Check ``odd_items`` and ``empty_lists``: unusual input."""
    for case in ODD:
        _fits(checks, similarity, case, "odd_items")
    for predictions, references in (((), EMPTY.references), (EMPTY.references, ()), ((), ())):
        case = Case("an empty list", predictions, references, "")
        _fits(checks, similarity, case, "empty_lists")


def _fits(checks: Checks, similarity: Similarity, case: Case, check: str) -> bool:
    """Whether the matrix of a case has the right shape and numbers."""
    shape = len(case.predictions), len(case.references)
    found = checks.attempt(check, f"a matrix for {case.name}", lambda: _matrix(similarity, case))
    if found is None:
        return False
    if isinstance(found, np.ndarray) and not found.size and 0 in shape:
        return True  # the harness reshapes an empty matrix
    where = f"for {case.name}"
    return is_array(checks, found, shape, where) and is_in_range(checks, found, (0.0, 1.0), where)


def _identical(checks: Checks, similarity: Similarity) -> None:
    """Check ``identity_is_best``: an item has similarity 1 to itself."""
    for items in dict.fromkeys(case.references for case in ORDINARY):
        found = np.diag(_matrix(similarity, Case("", items, items, "")))
        if (found < 1 - _EQUAL_BEST).any():
            worst = int(np.argmin(found))
            seen = f"{items[worst]!r} and itself have {found[worst]:g}"
            checks.fail("identity_is_best", seen, "1 for identical items")


def _repeats(checks: Checks, similarity: Similarity) -> None:
    """Check ``inputs`` and ``repeatable``: unchanged input, and the same result again."""
    for case in ORDINARY:
        lists = [list(case.predictions), list(case.references)]
        before = copy.deepcopy(lists)
        first = similarity.matrix(*lists)
        if lists != before:
            checks.fail("inputs", "it modifies its input", "no change")
            return
        second, third = (_matrix(similarity, case) for _ in range(2))
        if not np.array_equal(first, second) or not np.array_equal(second, third):
            checks.fail("repeatable", f"differs for {case.name}", "the same matrix each time")
            return


def _blocks(checks: Checks, similarity: Similarity) -> None:
    """Check ``blocks``: the matrices of a block equal those of each article."""
    expected = "`matrices(block)` bitwise equal to `matrix` of each article"
    for inside in (False, True):
        pairs = [
            Case(c.name, c.predictions, c.predictions if inside else c.references, "")
            for c in ORDINARY
        ]
        found = checks.attempt("blocks", expected, partial(_matrices, similarity, inside))
        if found is None:
            return
        if len(found) != len(pairs):
            checks.fail("blocks", f"got {len(found)} matrices for {len(pairs)} articles", expected)
            return
        for case, matrix in zip(pairs, found, strict=True):
            if not np.array_equal(matrix, _matrix(similarity, case)):
                what = " with one another" if inside else ""
                checks.fail("blocks", f"differs for {case.name}{what}", expected)
                return


def _results(similarity: Similarity) -> list[list[list[float]]]:
    return [matrix.tolist() for matrix in _matrices(similarity)]


def _matrix(similarity: Similarity, case: Case) -> FloatArray:
    return similarity.matrix(list(case.predictions), list(case.references))


def _matrices(similarity: Similarity, inside: bool = False) -> list[FloatArray]:
    predictions = [list(case.predictions) for case in ORDINARY]
    block = Block(predictions, [list(case.references) for case in ORDINARY])
    return similarity.matrices(block, inside=inside)
