"""A real browser without a network, and pages to open in it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bench.cli import app
from bench.errors import RunFailedError
from tests.conftest import ROOT
from tests.reports.hostile import MODELS, taint, write_hostile_run

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--no-first-run"),
)

# The page has its listener for the event already, which comes first.
FOLLOW = """hash => new Promise(done => {
    const before = location.hash;
    addEventListener('hashchange', done, {once: true});
    location.hash = hash;
    if (location.hash === before) done();
}).then(() => {})"""


@pytest.fixture(scope="module")  # its event loop keeps other modules from running theirs
def chromium() -> Iterator[Any]:
    """The machine's Chromium; BENCH_BROWSER=required makes its absence a failure."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = f"none of {', '.join(_NAMES)} is installed"
        if os.environ.get("BENCH_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_ARGUMENTS))
        yield browser
        browser.close()


class Visit:
    """A page in a browser of its own, and all that it complained about or asked for."""

    def __init__(self, context: Any, file: Path) -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._file = file
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def go(self, hash_: str = "") -> Any:
        """Open the page at a hash and wait until all plots are drawn."""
        self.page.goto("about:blank")
        self.page.goto(f"{self._file.as_uri()}{hash_}")
        self.settle()
        return self.page

    def move(self, hash_: str) -> None:
        """Follow a link inside the page."""
        self.page.evaluate(FOLLOW, hash_)
        self.settle()

    def settle(self) -> None:
        """Wait until all that is seen is drawn."""
        self.until(
            "document.querySelector('main h1') && !document.querySelector("
            "'.task:not(.aside) figure:not([data-drawn]), .article figure:not([data-drawn])')"
            " && [...document.querySelectorAll('main .part, main .article')]"
            ".every((e) => e.hasChildNodes() || e.matches('.aside *'))"
        )

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait for something; not with playwright's own, which the page's policy forbids."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < end, f"not so after {seconds} s: {expression}"
            time.sleep(0.02)


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Open a file as a reader would, offline."""
    contexts = []

    def open_file(file: Path, theme: str = "light", width: int = 1280) -> Visit:
        context = chromium.new_context(
            offline=True, color_scheme=theme, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        return Visit(context, file)

    yield open_file
    for context in contexts:
        context.close()


def bench(*arguments: str | Path) -> None:
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="session")
def briefs_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the committed run over 36 articles."""
    file = tmp_path_factory.mktemp("briefs") / "report.html"
    bench("report", ROOT / "results" / "baseline-briefs", "-o", file)
    return file


@pytest.fixture(scope="session")
def one_article_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the committed run over one article."""
    file = tmp_path_factory.mktemp("one") / "report.html"
    bench("report", ROOT / "results" / "baseline", "-o", file)
    return file


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run over texts that attack who shows them, and its articles."""
    folder = tmp_path_factory.mktemp("hostile")
    articles, files = write_hostile_run(folder)
    run = folder / "run"
    named = [f"{model}={file}" for model, file in zip(MODELS, files, strict=True)]
    with pytest.raises(RunFailedError):  # some rows say that their model failed
        bench("score", *named, "-d", articles, "-t", "questions", "-o", run)
    taint(run)
    return run, articles


@pytest.fixture(scope="session")
def hostile_page(hostile_run: tuple[Path, Path]) -> Path:
    run, articles = hostile_run
    title = "</title><script>window.__pwned = 1</script>"
    bench("report", run, "-d", articles, "--title", title, "--articles", "all")
    return run / "report.html"
