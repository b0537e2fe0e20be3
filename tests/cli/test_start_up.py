from __future__ import annotations

from importlib.util import find_spec

import pytest

HEAVY = (
    "torch",
    "transformers",
    "datasets",
    "evaluate",
    "pandas",
    "scipy",
    "nltk",
    "rouge_score",
    "s3fs",
    "fsspec",
)
SEVERAL = """
import sys
from bench.cli import main

for words in {verbs}:
    sys.argv = ["bench", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
    print(words, [m for m in {modules} if m in sys.modules], file=sys.stderr)
"""
SPY = f"""
import atexit, sys
import bench.cli
atexit.register(lambda: print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr))
bench.cli.main()
"""


def imported_by(python, modules, verbs):
    """Which of these modules are loaded after each of some command lines, in one new process."""
    done = python("-c", SEVERAL.format(modules=modules, verbs=verbs))
    assert done.returncode == 0, done.stderr
    return [line for line in done.stderr.splitlines() if line.endswith("]")]


@pytest.mark.slow
def test_no_heavy_library_is_imported_to_say_what_there_is(python):
    verbs = [
        ["--help"],
        ["run", "--help"],
        ["compare", "--help"],
        ["check", "--help"],
        ["agree", "--help"],
        ["power", "--help"],
        ["list"],
        ["list", "models"],
        ["list", "metrics"],
        ["validate"],
    ]
    assert imported_by(python, HEAVY, verbs) == [f"{verb} []" for verb in verbs]


def test_heavy_libraries_are_there_to_be_imported():
    # Without them the test above could not fail.
    assert all(find_spec(name) for name in HEAVY)


def test_help_and_list_import_neither_pydantic_nor_rich(python):
    verbs = [["--help"], ["list"], ["list", "models", "-f", "json"]]
    modules = ("pydantic", "rich", "numpy")
    assert imported_by(python, modules, verbs) == [f"{verb} []" for verb in verbs]


@pytest.mark.slow
def test_spy_sees_what_verify_imports(python, articles):
    python("-m", "bench", "run", "-d", articles, "-m", "lead", "-o", "run")
    done = python("-c", SPY, "verify", "run")
    assert done.returncode == 0, done.stderr
    assert "'rouge_score'" in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_run_imports_no_heavy_library(python, articles):
    done = python("-c", SPY, "run", "-d", articles, "-m", "lead")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_run_imports_neither_nltk_nor_the_reference_implementation_of_rouge(python, articles):
    done = python("-c", SPY, "run", "-d", articles)
    assert done.returncode == 0, done.stderr
    imported = done.stderr.splitlines()[-1]
    assert "'rouge_score'" not in imported
    assert "'nltk'" not in imported


@pytest.mark.slow
def test_verbs_do_not_import_pandas(python, articles):
    verbs = [
        ["run", "-d", str(articles), "-m", "lead", "-m", "template", "-o", "run"],
        ["show", "run", "--worst", "2", "-m", "lead"],
        ["check", "run", "--baseline", "run"],
        ["verify", "run"],
    ]
    assert imported_by(python, ("pandas",), verbs) == [f"{verb} []" for verb in verbs]


@pytest.mark.slow
def test_scoring_in_python_does_not_import_pandas(python):
    code = (
        "import sys, bench;"
        "scores = bench.score([['Why now?']], [['Why now?', 'Who pays?']]);"
        "print('pyarrow' in sys.modules, 'pandas' in sys.modules)"
    )
    done = python("-c", code)
    assert done.stdout.split() == ["True", "False"], done.stderr
