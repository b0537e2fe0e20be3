"""What many tests start from: a small dataset, a config, a command line in a fresh process."""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from bench.cli import main
from bench.identity import locate

if TYPE_CHECKING:
    from tests.distributions import Installation

# Tests share their machine with others: the time of one example says nothing. Each process draws
# other examples; BENCH_EXAMPLES=1000 looks harder for those that fail.
settings.register_profile(
    "bench",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("BENCH_EXAMPLES", "50")),
)
settings.load_profile("bench")

# On small arrays the threads of PyTorch wait for each other longer than they compute. Set before it
# is imported; processes that tests start inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
Process = Callable[..., "subprocess.CompletedProcess[str]"]


# What a test needs shows in its fixtures, or in a marker of its own.
MARKED_FIXTURES = {
    "browser": {"chromium"},
    "ray": {"cluster"},
    "s3": {"bucket"},
    "weights": {"checkpoints", "real_server"},
}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by the fixtures that it uses, its fixtures' own ones included.

    All that need one of these are slow: a server, a cluster or a library that loads for seconds.
    """
    used = set(getattr(item, "fixturenames", ()))
    for marker, fixtures in MARKED_FIXTURES.items():
        if used & fixtures:
            item.add_marker(marker)
        if item.get_closest_marker(marker):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Keep what was collected out of garbage collections, which would walk through it each time.

    From here on modules are not compiled into files: tests write one twice in a second, which the
    time in a compiled file does not tell apart. Those of the tests themselves are.
    """
    gc.collect()
    gc.freeze()
    sys.dont_write_bytecode = True


@pytest.fixture(scope="session")
def _empty_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(autouse=True)
def _own_directory(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _empty_directory: Path
) -> Iterator[None]:
    """Every test runs in an empty directory; one that uses ``tmp_path``, in that directory.

    It finds its own modules there. All others share a directory, into which they must not write:
    to make one for each of them takes longer than most of them.
    """
    monkeypatch.setenv("COLUMNS", "100")
    if "tmp_path" not in request.fixturenames:
        monkeypatch.chdir(_empty_directory)
        yield
        written = list(_empty_directory.iterdir())
        for path in written:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        assert not written, f"{written}: a test that writes files must use tmp_path"
        return
    folder = request.getfixturevalue("tmp_path")
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    yield
    # Else invalidating caches, which each test does, goes through the directories of all before.
    sys.path_importer_cache.pop(str(folder), None)


@pytest.fixture(autouse=True, scope="session")
def _quicker_calls() -> Iterator[None]:
    """Files of tests need not survive a power cut, and certificates are read once.

    Tests of these calls themselves replace them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Six small articles; the last has no questions."""
    topics = ["harbour", "railway", "orchard", "library", "bakery", "museum"]
    made = [
        {
            "id": f"the-{topic}",
            "title": f"Council Sells the {topic.title()} to a Trust",
            "text": (
                f"The council sold the {topic} to a trust on Friday. The price was {n} million"
                f" crowns.\n\nCritics say the {topic} should have stayed public. The mayor called"
                f" the sale fair.\n\nThe trust will repair the {topic} by spring. It has promised"
                " to keep all the staff."
            ),
            "summary": [f"The {topic} was sold to a trust.", "Critics wanted it kept public."],
            "questions": [
                f"Why did the council sell the {topic}?",
                f"Who criticised the sale of the {topic}?",
                "What has the trust promised?",
            ],
        }
        for n, topic in enumerate(topics, start=3)
    ]
    made[-1]["questions"] = []
    return made


@pytest.fixture
def articles(tmp_path: Path, rows: list[dict[str, Any]]) -> Path:
    """The rows as a file."""
    return write_rows(tmp_path / "articles.jsonl", rows)


def write_rows(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def memory() -> Iterator[Any]:
    """The store ``memory://``, empty before and after."""
    import fsspec

    store = fsspec.filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    yield store
    store.store.clear()


@pytest.fixture
def python(tmp_path: Path) -> Process:
    """A fresh interpreter in the test's directory, warnings as errors."""

    def call(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return call


@pytest.fixture
def bench_process(python: Process) -> Process:
    """The command line in a process of its own, for what only a fresh interpreter shows."""
    return lambda *arguments, **environment: python("-m", "bench", *arguments, **environment)


@pytest.fixture
def bench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Process]:
    """The command line in this process, whose libraries are loaded already.

    The test's own modules are imported anew in each call, as a fresh interpreter does.
    """

    def call(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        _forget_modules_in(tmp_path.parent)
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["bench", *map(str, arguments)])
            patch.setattr(sys, "path", list(sys.path))
            for name, value in environment.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as end:
                main()
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(list(map(str, arguments)), end.value.code or 0, out, err)

    yield call
    _forget_modules_in(tmp_path.parent)


@pytest.fixture
def here(bench: Process) -> Process:
    """The same as ``bench``."""
    return bench


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel of this checkout, installed into a folder that has nothing else."""
    from tests import distributions

    folder = tmp_path_factory.mktemp("wheel")
    return distributions.installed(distributions.built("wheel", folder), folder / "site")


# Modules that are known to lie elsewhere: thousands, which need not be asked again.
_elsewhere: dict[str, object] = {}


def _forget_modules_in(folder: Path) -> None:
    """Let modules in a folder be imported anew, with what is written in them by now."""
    for name, module in list(sys.modules.items()):
        if _elsewhere.get(name) is module:
            continue
        file = getattr(module, "__dict__", {}).get("__file__")
        if isinstance(file, str) and file.startswith(f"{folder}{os.sep}"):
            del sys.modules[name]
        else:
            _elsewhere[name] = module
    importlib.invalidate_caches()
    locate.forget()
