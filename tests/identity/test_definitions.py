"""Which statements of a module a name reaches, and what these use from elsewhere."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from bench.identity.definitions import uses_of
from bench.identity.locate import source_of

NEIGHBOUR = "\ndef neighbour():\n    return 'neighbour'\n"


def uses(source, *roots, module="mine", is_package=False):
    """What ``mine``, or what some names in the source reach, uses."""
    text = textwrap.dedent(source)
    return uses_of(text, module, is_package=is_package, roots=roots or ("mine",))


def reached(statement, *roots):
    """Whether a statement counts beside ``mine``, which does not name it."""
    source = f"def mine(): return 1\n{textwrap.dedent(statement)}"
    found = uses(source + NEIGHBOUR, *roots).source
    assert "return 'neighbour'" not in found
    return textwrap.dedent(statement).strip() in found


@pytest.mark.parametrize(
    "look_up",
    [
        "globals()['f']",
        "locals()",
        "eval('f')",
        "exec('f')",
        "mine.__subclasses__()",
        "builtins.eval('f')",
        "inspect.getmodule(mine)",
        "inspect.getmembers(mine)",
        "typing.get_type_hints(mine)",
        "get_type_hints(mine)",
        "getmodule(mine)",
        "getmembers(mine)",
        "__subclasses__",
        "sys.modules[__name__]",
    ],
)
def test_all_of_a_module_counts_that_looks_names_up(look_up):
    source = f"def mine(): return {look_up}\n{NEIGHBOUR}"
    found = uses(source)
    assert found.looks_up
    assert found.source == source
    assert not uses(source.replace(look_up, "plain()")).looks_up


@pytest.mark.parametrize(
    ("definition", "looks_up"),
    [
        ("def __getattr__(name): return name", True),
        ("class Base:\n    def __init_subclass__(cls): pass", True),
        ("class Base(metaclass=Meta): pass", True),
        ("class Base(metaclass=abc.Meta): pass", True),
        ("class Base(metaclass=ABCMeta): pass", False),
        ("class Base(metaclass=abc.ABCMeta): pass", False),
        ("class Base(other=Meta): pass", False),
        ("def getattr(name): return name", False),
        ("class Base:\n    def __init__(self): pass", False),
    ],
)
def test_module_whose_definitions_act_on_others_counts_whole(definition, looks_up):
    source = f"def mine(): return 1\n{definition}\n{NEIGHBOUR}"
    found = uses(source)
    assert found.looks_up is looks_up
    assert ("return 'neighbour'" in found.source) is looks_up


def test_package_statements_with_effects_are_cut_out_even_with_dynamic_lookup():
    source = "def f(): return globals()\nregister(1)\n"
    assert uses_of(source, "mine", roots=()).source == "register(1)\n"


def test_name_from_elsewhere_makes_all_count():
    source = f"from other import *\nx = 1\n{NEIGHBOUR}"
    found = uses(source, "mine")
    assert "return 'neighbour'" in found.source
    assert "other" in found.imports
    assert "return 'neighbour'" not in uses(source, "x").source


@pytest.mark.parametrize(
    "statement",
    [
        "register(1)",
        "from other import *",
        "TABLE['key'] = 1",
        "TABLE.key = 1",
        "TABLE['key'] += 1",
        "TABLE.key: int = 1",
        "a, TABLE['key'] = 1, 2",
        "import unused",
        "from unused import thing",
        "if x:\n    y = 1",
        "for x in y:\n    z = 1",
        "with x:\n    y = 1",
        "try:\n    x = 1\nexcept OSError:\n    x = 2",
        "del x",
        "assert x",
        "@register\ndef f(): pass",
        "@register\nasync def f(): pass",
        "@register(1)\nclass F: pass",
        "@cache\n@register\ndef f(): pass",
        "def f(x=register()): pass",
        "def f(*, x=register()): pass",
        "def f(x=[register()]): pass",
        "class F:\n    register(1)",
        "class F:\n    TABLE['key'] = 1",
        "class F:\n    class Inner:\n        register(1)",
        "if __name__ == '__main__':\n    x = 1\nelse:\n    y = 1",
        "if TYPE_CHECKING:\n    x = 1\nelse:\n    y = 1",
        "if __name__ != '__main__':\n    x = 1",
        "if NAME == '__main__':\n    x = 1",
    ],
)
def test_statements_with_effects_count_without_being_named(statement):
    assert reached(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "TABLE = {}",
        "TABLE: dict = {}",
        "TABLE += [1]",
        "'a docstring'",
        "def f(x=1, *, y=2): return register()",
        "async def f(): pass",
        "class F:\n    x = 1\n    def f(self): register()",
        "class F:\n    'a docstring'\n    pass",
        "@dataclass(frozen=True)\nclass F: pass",
        "@functools.cache\ndef f(): pass",
        "@contextlib.contextmanager\ndef f(): pass",
        "from __future__ import annotations",
        "if TYPE_CHECKING:\n    import x",
        "if typing.TYPE_CHECKING:\n    import x",
        "if __name__ == '__main__':\n    main()",
        "if '__main__' == __name__:\n    main()",
    ],
)
def test_statements_without_effects_do_not_count(statement):
    assert not reached(statement)


@pytest.mark.parametrize(
    ("body", "bound"),
    [
        ("return other()", "def other(): return 7"),
        ("return other()", "async def other(): return 7"),
        ("return other.x", "class other: x = 7"),
        ("return other", "other = 7"),
        ("return other", "other: int = 7"),
        ("return other", "first, (other, *rest) = 7, (8, 9)"),
        ("return other", "first = other = 7"),
        ("return other", "other = 6\nother += 7"),
        ("global other\n    other = 1", "other = 7"),
        ("global other\n    import os as other", "other = 7"),
        ("return [1 for x in y if other]", "other = 7"),
        ("return lambda: other", "other = 7"),
        ("return third", "third = other\nother = 7"),
        ("return other", "import a7 as other"),
        ("return other", "from a7 import x as other"),
        ("return a7.b", "import a7.b"),
    ],
)
def test_definitions_reachable_from_a_name_count(body, bound):
    source = f"def mine():\n    {body}\nUNREACHED = 7.5\n{bound}\n{NEIGHBOUR}"
    found = uses(source).source
    assert bound in found
    assert "UNREACHED" not in found
    assert "return 'neighbour'" not in found


def test_line_is_a_root_wherever_in_the_statement_it_lies():
    source = f"FIRST = 1\n@register\ndef f(\n    x,\n):\n    return x\n{NEIGHBOUR}"
    for line in (3, 4, 6):
        found = uses(source, line).source
        assert found == "@register\ndef f(\n    x,\n):\n    return x\n"


def test_each_name_of_an_import_is_one_of_its_own():
    source = "from helpers import one, two\nimport a, b\ndef mine(): return one + a\nuse = two, b\n"
    found = uses(source)
    assert found.source == "from helpers import one\nimport a\ndef mine(): return one + a\n"
    assert found.imports == {"helpers", "a"}
    assert found.maybe == {"helpers.one"}


def test_reexports_of_a_package_do_not_count():
    source = "from .inner import Thing\nfrom . import acting\nimport other\n"
    found = uses_of(source, "pack", is_package=True, roots=())
    assert found.source == "from . import acting\nimport other\n"
    assert "from .inner" in uses_of(source, "pack", is_package=False, roots=()).source


@pytest.mark.parametrize("odd", ["\f", "'\u2028'", "'\x0b'", "'\x1c'", "'\x85'"], ids=ascii)
def test_lines_end_where_python_says(odd):
    source = f"TEXT = {odd if odd != chr(12) else 1}\n{odd if odd == chr(12) else ''}\n"
    source += f"def mine():\n    return 'mine'\n{NEIGHBOUR}"
    assert uses(source).source == "def mine():\n    return 'mine'\n"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"x = 1\r\ny = 2\rz = 3\n", "x = 1\ny = 2\nz = 3\n"),
        (b"\xef\xbb\xbfx = '\xc3\xa9'\n", "x = '\u00e9'\n"),
        (
            b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            "# -*- coding: latin-1 -*-\nx = '\u00e9'\n",
        ),
    ],
)
def test_source_is_read_as_python_reads_it(content, text):
    file = Path("mine.py")
    file.write_bytes(content)
    assert source_of(file).decode() == text


@pytest.mark.parametrize("content", [b"# coding: no-such\n\r\n", b"x = '\xe9'\r\n"])
def test_invalid_source_stays_unchanged(content):
    for name in ("mine.py", "mine.so"):
        Path(name).write_bytes(content)
        assert source_of(Path(name)) == content


def test_line_ends_of_what_is_no_source_count():
    Path("mine.so").write_bytes(b"a\r\n")
    assert source_of(Path("mine.so")) == b"a\r\n"


def test_source_is_parsed_once(monkeypatch):
    parsed, parse = [], ast.parse
    monkeypatch.setattr(ast, "parse", lambda text: parsed.append(text) or parse(text))
    source = "def one(): pass\ndef two(): pass\n# parsed once\n"
    for _ in range(3):
        assert uses_of(source, "mine", roots=["one"]).source == "def one(): pass\n"
    assert uses_of(source, "mine", roots=["two"]).source == "def two(): pass\n"
    assert uses_of(source, "mine").source == source
    assert len(parsed) == 3
