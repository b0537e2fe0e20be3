"""A pytest fixture that gates a config, loaded wherever this package is installed.

::

    def test_quality(bench_gate):
        bench_gate("configs/mine.yaml", baseline="results/baseline")

Every pytest session imports this module, so it imports nothing else until a test uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bench.gate.verdict import GateReport
    from bench.runs.finished import FinishedRun

_RENEWED = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--bench-update``."""
    group = parser.getgroup("bench", "quality gates for summaries and questions")
    group.addoption(
        "--bench-update",
        action="store_true",
        help="replace the baselines of the bench_gate fixture with the current results",
    )


@pytest.fixture
def bench_gate(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., GateReport | None]:
    """Run a config and fail the test, with the table of verdicts, if quality has dropped.

    Call it with the config (a file, or the name of a shipped one) and ``baseline=DIR``; paths are
    relative to pytest's root directory. Also: ``margin`` (0.01, "2%", or by score), ``metrics``
    (one or more further scores to check), ``strict`` (inconclusive fails too), ``confidence`` (of
    the whole gate) and ``per_check`` (of each check instead). It returns the report, or None if the
    baseline was created.
    """

    def gate(  # noqa: PLR0913 - an option each, all by name
        config: str | Path,
        *,
        baseline: str | Path,
        margin: float | str | Mapping[str, float | str] | None = None,
        metrics: str | Iterable[str] = (),
        strict: bool = False,
        confidence: float = 0.95,
        simultaneous: bool = True,
        per_check: bool = False,
    ) -> GateReport | None:
        __tracebackhide__ = True
        from bench.errors import BenchError
        from bench.gate.baseline import renew
        from bench.gate.check import check
        from bench.gate.margins import EVERY, margins
        from bench.runs.opening import finished_run

        root = request.config.rootpath
        path = root / baseline
        update = request.config.getoption("--bench-update")
        given = margin if isinstance(margin, Mapping) else {} if margin is None else {EVERY: margin}
        known = (path / "results.json").exists()
        if not known and not update:
            line = f"{baseline}: no such baseline; `pytest --bench-update` creates it"
            pytest.fail(line, pytrace=False)
        with _failing_plainly():
            tolerated = margins(given)
            run = _run(root, config, tmp_path_factory.mktemp("bench") / "run")
        report = None
        with suppress(BenchError) if update else _failing_plainly():
            if known:
                report = check(
                    run,
                    finished_run(path, metrics=run.metrics),
                    margins=tolerated,
                    scores=(metrics,) if isinstance(metrics, str) else tuple(metrics),
                    confidence=confidence,
                    simultaneous=simultaneous,
                    per_check=per_check,
                )
        if update:
            with _failing_plainly():
                renew(path, run)
            request.config.stash.setdefault(_RENEWED, []).append(str(baseline))
        elif report and (report.outcome == "fail" or (strict and report.outcome != "pass")):
            pytest.fail(f"{report}\n`pytest --bench-update` accepts the new results", pytrace=False)
        elif report and report.outcome == "inconclusive":
            print(report.summary)
        return report

    return gate


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the baselines that were replaced."""
    for baseline in terminalreporter.config.stash.get(_RENEWED, []):
        terminalreporter.write_line(f"bench: {baseline} was replaced; commit it", yellow=True)


@contextmanager
def _failing_plainly() -> Iterator[None]:
    """Fail the test with the message of an error of this package, without a traceback."""
    from bench.errors import BenchError

    __tracebackhide__ = True
    try:
        yield
    except BenchError as error:
        raise pytest.fail.Exception("\n".join(error.problems), pytrace=False) from None


def _run(root: Path, config: str | Path, directory: Path) -> FinishedRun:
    from bench.runs.config_file import ConfigFile, find_config
    from bench.runs.opening import finished_run
    from bench.runs.plan import make_plan
    from bench.runs.run import Silent, execute

    beside = root / config
    file = ConfigFile(beside if beside.exists() else find_config(str(config)))
    plan = make_plan(file.config, file)
    execute(plan, directory, Silent())
    return finished_run(directory, metrics=plan.metrics)
