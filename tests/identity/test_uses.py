"""What a module uses from elsewhere: modules, files and what strings name."""

from __future__ import annotations

import pytest

from bench.identity.definitions import uses_of


def whole(source, module="mine", **kwargs):
    return uses_of(source, module, **kwargs)


class TestImports:
    @pytest.mark.parametrize(
        ("statement", "imports"),
        [
            ("import a.b", {"a.b"}),
            ("from a.b import c", {"a.b"}),
            ("from . import c", {"top.pack"}),
            ("from .a import c", {"top.pack.a"}),
            ("from ..a import c", {"top.a"}),
            ("importlib.import_module('a.b')", {"a.b"}),
            ("import_module('a.b')", {"a.b"}),
            ("__import__('a.b')", {"a.b"}),
            ("importlib.import_module(name='a.b')", {"a.b"}),
            ("importlib.import_module('.a', package='other.one')", {"other.one.a"}),
            ("importlib.import_module('.a', 'other.one')", {"other.one.a"}),
            ("importlib.import_module('..a', 'other.one')", {"other.a"}),
            ("importlib.import_module(name='.a', package='other.one')", {"other.one.a"}),
            ("importlib.import_module('.a', package=__package__)", {"top.pack.a"}),
        ],
    )
    def test_modules(self, statement, imports):
        found = whole(statement, "top.pack.mine")
        assert (found.imports, found.dynamic) == (imports, None)
        late = whole(f"def f():\n    {statement}", "top.pack.mine")
        assert late.imports == imports

    def test_relative_import_in_a_package_starts_at_itself(self):
        assert whole("from .a import b", "top.pack", is_package=True).imports == {"top.pack.a"}
        assert whole("from .a import b", "top.pack").imports == {"top.a"}

    def test_renamed_import_module(self):
        found = whole("from importlib import import_module as load\nload('a.b')")
        assert found.imports == {"importlib", "a.b"}
        assert "a.b" not in whole("from other import import_module as load\nload('a.b')").imports
        assert "a.b" not in whole("from importlib import reload as load\nload('a.b')").imports

    @pytest.mark.parametrize(
        "call",
        ["import_module(name)", "import_module()", "__import__(f'a{b}')", "import_module(1)"],
    )
    def test_name_that_only_running_tells(self, call):
        assert whole(f"x = 1\n{call}").dynamic == 2

    def test_names_that_may_be_modules_or_members_are_recognized(self):
        assert whole("from a import b, c").maybe == {"a.b", "a.c"}
        assert whole("import a.b.c").maybe == {"a", "a.b"}
        assert whole("import a.b.c as d").maybe == set()

    def test_import_that_may_fail_is_one_that_may_be(self):
        found = whole(
            "try:\n    import a\n    from b import c\nexcept ImportError:\n    import d\n"
        )
        assert found.imports == {"d"}
        assert found.maybe == {"a", "b", "b.c"}

    @pytest.mark.parametrize("test", ["TYPE_CHECKING", "__name__ == '__main__'"])
    def test_idle_statements_use_nothing(self, test):
        assert whole(f"if {test}:\n    import a\n    open('a.txt')").imports == set()
        assert whole(f"if {test}:\n    open('a.txt')").names == set()
        assert whole(f"if {test}:\n    x = 1\nelse:\n    import a").imports == {"a"}


@pytest.mark.parametrize(
    ("expression", "pattern"),
    [
        ("'data/words.txt'", "data/words.txt"),
        ("b'data/words.txt'", "data/words.txt"),
        ("HERE / 'data' / 'words.txt'", "data/words.txt"),
        ("Path(__file__).parent / 'data' / name", "data/*"),
        ("Path('data') / f'{name}.txt'", "data/*.txt"),
        ("Path('data', 'words.txt')", "data/words.txt"),
        ("pathlib.PurePath('data', name)", "data/*"),
        ("HERE.joinpath('data', 'words.txt')", "data/words.txt"),
        ("Path('data').joinpath(name, 'words.txt')", "data/*/words.txt"),
        ("os.path.join(HERE, 'data', 'words.txt')", "data/words.txt"),
        ("os.path.join('data', name)", "data/*"),
        ("f'data/{name}.txt'", "data/*.txt"),
        ("'data/' + name + '.txt'", "data/*.txt"),
        ("'data/%s.txt' % name", "data/*.txt"),
        ("'data/%(name)-3.2f.txt' % names", "data/*.txt"),
        ("'data/{}.txt'.format(name)", "data/*.txt"),
        ("'data/{name!r:>3}.txt'.format(name=1)", "data/*.txt"),
        ("HERE.with_name('words.txt')", "words.txt"),
        ("HERE.with_suffix('.txt')", "*.txt"),
        ("open('data/words.txt')", "data/words.txt"),
        ("files(__package__).joinpath('words.txt')", "words.txt"),
        ("pkgutil.get_data(__name__, 'words.txt')", "words.txt"),
        ("Path('words' + str(3))", "words*"),
    ],
)
def test_expressions_that_put_a_path_together(expression, pattern):
    assert pattern in whole(f"x = {expression}").names


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("''", False),
        ("'a\\nb'", False),
        (f"'{'a' * 255}'", True),
        (f"'{'a' * 256}'", False),
        ("'data/' * 2", True),
    ],
)
def test_expressions_that_may_name_a_file_are_recognized(expression, kept):
    assert bool(whole(f"x = {expression}").names) is kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("helper", {"helper", "top.helper"}),
        ("a.b", {"a.b"}),
        ("a.b:C.d", {"a.b:C.d"}),
        ("a b", set()),
        ("3a", set()),
        ("a.", set()),
        ("a:", set()),
    ],
)
def test_strings_that_may_name_a_module(text, words):
    assert whole(f"x = {text!r}", "top.mine").words == words
    assert whole(f"x = {text.encode()!r}", "top.mine").words == words
