from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import BenchError, ConfigError, UnknownNameError
from bench.imports import described_error, import_named

# All of them write files into the working directory.
pytestmark = pytest.mark.usefixtures("tmp_path")

BROKEN = {
    "syntax error": ("x = 1\ndef f(:\n", "broken.py:2: SyntaxError"),
    "exception": ("x = 1\n\n1 / 0\n", "broken.py:3: ZeroDivisionError: division by zero"),
    "exit 0": ("import sys\nsys.exit(0)\n", "broken.py:2: it calls exit(0)"),
    "exit with text": ("raise SystemExit('bye')\n", "broken.py:1: it calls exit('bye')"),
    "missing dependency": ("import no_such_thing\n", "broken.py:1: ModuleNotFoundError"),
    "missing name": ("from os import no_such_thing\n", "broken.py:1: ImportError"),
    "assertion without words": ("assert False\n", "broken.py:1: AssertionError; "),
    "generator exit": ("raise GeneratorExit\n", "broken.py:1: GeneratorExit"),
    "exception of its own": (
        "class Odd(BaseException):\n    def __str__(self): raise self\nraise Odd\n",
        "broken.py:3: Odd; ",
    ),
    "several lines": ("raise ValueError('a\\nb\\n::error::c')\n", "ValueError: a b ::error::c;"),
    "NUL": ("x = 1\0\n", "broken.py"),
    "raised in a library": ("import json\njson.loads('{')\n", "broken.py:2: JSONDecodeError"),
    "endless recursion": ("def f(): f()\nf()\n", "broken.py:1: RecursionError"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_module_that_fails_is_named_with_file_line_and_fix(kind, tmp_path, monkeypatch):
    code, expected = BROKEN[kind]
    Path("broken.py").write_text(code)
    monkeypatch.delitem(__import__("sys").modules, "broken", raising=False)
    with pytest.raises(ConfigError) as caught:
        import_named("broken:Model")
    (line,) = caught.value.problems
    assert line.startswith(f"'broken:Model' cannot be imported: {tmp_path}")
    assert expected in line
    assert "; " in line
    assert "\n" not in line
    assert len(line) < 700


def test_fault_is_placed_in_the_part_of_a_package_that_has_it(tmp_path):
    package = Path("my_package")
    package.mkdir()
    (package / "__init__.py").write_text("from my_package import part\n")
    (package / "part.py").write_text("\n\nraise KeyError('x')\n")
    with pytest.raises(ConfigError, match=r"my_package/part\.py:3: KeyError"):
        import_named("my_package:Model")


@pytest.mark.parametrize(
    "target",
    ["", ":", "a", "a:", ":A", "a b:C", "a-b:C", ".a:B", "a..b:C", "a:B.", "a:1", "a:b:c", "os.:x",
     "/x/a.py:B", "a\0:B", "a:B()", "\ud800:B"],
)  # fmt: skip
def test_malformed_target_is_refused_with_the_form(target):
    with pytest.raises(UnknownNameError, match="module:attribute"):
        import_named(target)


def test_module_that_is_not_there_is_told_apart_from_what_it_lacks():
    with pytest.raises(UnknownNameError, match="no module named 'no_such_module'; install it"):
        import_named("no_such_module:Model")
    with pytest.raises(UnknownNameError, match=r"no module named 'json\.nothing'"):
        import_named("json.nothing:Model")
    with pytest.raises(UnknownNameError, match="no module named 'no_such_module'"):
        import_named("no_such_module.inner:Model")


def test_attribute_that_is_not_there_is_told_what_is_close():
    Path("some_models.py").write_text("class Summarizer: pass\n")
    with pytest.raises(UnknownNameError, match=r"some_models\.py.*mean 'Summarizer'\?"):
        import_named("some_models:Sumarizer")


def test_attribute_that_raises_is_an_error_of_the_module():
    Path("lazy_models.py").write_text("def __getattr__(name): raise SystemExit(0)\n")
    with pytest.raises(ConfigError, match=r"lazy_models\.py:1: it calls exit\(0\)"):
        import_named("lazy_models:Model")


def test_interrupt_passes():
    Path("slow_models.py").write_text("raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        import_named("slow_models:Model")


@pytest.mark.parametrize("target", ["json:JSONDecoder", "json.decoder:JSONDecoder [extra]"])
def test_existing_target_is_imported(target):
    import json

    assert import_named(target) is json.JSONDecoder


def test_attribute_may_have_dots():
    assert import_named("bench.errors:BenchError.exit_code") == BenchError.exit_code


def test_long_messages_are_cut():
    assert len(described_error(ValueError("x" * 100_000))) < 400
