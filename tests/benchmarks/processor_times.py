"""How much processor time each test takes, its child processes included: a plugin of pytest.

    python -m pytest -p tests.benchmarks.processor_times [--slowest N] TESTS

Prints the slowest tests, in seconds of processor and of wall time, and their sum. A fixture that
tests share counts for the first of them. Run it in one process, without ``-n``. Processes that
outlive a test, such as those of Ray, are not counted.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

_TAKEN: list[Taken] = []


@dataclass(frozen=True, order=True)
class Taken:
    """What a test took, in seconds."""

    processor: float
    wall: float
    test: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the number of tests to print."""
    parser.addoption("--slowest", type=int, default=30, help="print the slowest N tests")


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure a test with its fixtures."""
    processor, wall = _processor_seconds(), time.perf_counter()
    yield
    taken = (_processor_seconds() - processor, time.perf_counter() - wall)
    _TAKEN.append(Taken(*taken, item.nodeid))


def _processor_seconds() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the slowest tests and their sum."""
    slowest = sorted(_TAKEN, reverse=True)[: config.getoption("--slowest")]
    terminalreporter.section(f"slowest {len(slowest)} tests: processor and wall seconds")
    both = Taken(sum(o.processor for o in slowest), sum(o.wall for o in slowest), "sum")
    for one in [*slowest, both]:
        terminalreporter.write_line(f"{one.processor:8.2f} {one.wall:8.2f}  {one.test}")
