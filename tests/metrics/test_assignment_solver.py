"""The solver behind the one-to-one matching of items."""

from __future__ import annotations

from bench.metrics import sets


def test_solver_of_assignments_is_scipys_without_the_rest_of_its_package(python):
    call = (
        "import sys, numpy\n"
        "from bench.metrics.sets import assignment\n"
        "rows, columns = assignment(numpy.array([[0.1, 0.9], [0.8, 0.7]]))\n"
        "print(rows.tolist(), columns.tolist(), 'scipy.optimize' in sys.modules)\n"
    )
    done = python("-c", call)
    assert done.stdout.split("\n")[0] == "[0, 1] [1, 0] False", done.stderr


def test_solver_of_assignments_is_imported_where_its_module_is_elsewhere(monkeypatch):
    from scipy.optimize import linear_sum_assignment

    monkeypatch.setattr(sets, "PathFinder", type("Nowhere", (), {"find_spec": lambda *_: None}))
    assert sets._solver.__wrapped__() is linear_sum_assignment
