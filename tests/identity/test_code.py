"""What the code behind some roots consists of, piece by piece."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import bench
from bench.identity.code import Code


def test_digest_is_of_names_and_values():
    digests = {
        Code().digest,
        Code({"a": "1"}).digest,
        Code({"b": "1"}).digest,
        Code({"a": "2"}).digest,
        Code({"a": "1", "b": "2"}).digest,
        Code({"a": "2", "b": "1"}).digest,
    }
    assert len(digests) == 6
    assert Code().digest == ""
    assert Code({"a": "1", "b": "2"}).digest == Code({"b": "2", "a": "1"}).digest


def test_version_of_this_package_counts(tree, monkeypatch):
    tree.write({"mine.py": "import bench.tasks"})
    before = tree.code()
    assert before.parts["qgbench"] == bench.__version__
    monkeypatch.setattr(bench, "__version__", "999")
    assert tree.code().digest != before.digest
    assert tree.code(("bench.tasks", "TASKS")).parts == {}


def test_standard_library_counts_for_nothing(tree):
    tree.write({"mine.py": "x = 1"})
    first = tree.code().parts
    tree.write({"mine.py": "import json, sys, os.path\nx = 1"})
    assert set(tree.code().parts) == set(first) == {"mine"}


def test_distribution_counts_by_name_and_version(tree):
    from importlib.metadata import version

    tree.write({"mine.py": "import numpy"})
    assert tree.code().parts["numpy"] == version("numpy")


def test_root_that_is_missing_is_unknown(tree):
    code = tree.code(("no_such_module", "Mine"), ("no_other", ""))
    assert code.unknown == "the source of module 'no_such_module' cannot be found"


@pytest.mark.parametrize(
    ("source", "unknown"),
    [
        ("import no_such", "mine.py imports 'no_such', which cannot be found"),
        ("from no_such import x", "mine.py imports 'no_such', which cannot be found"),
        ("import importlib\nimportlib.import_module('no_such')", "mine.py imports 'no_such'"),
        ("def f():\n    import no_such", "mine.py imports 'no_such'"),
        ("try:\n    import no_such\nexcept ImportError:\n    pass", None),
        ("import msvcrt", None),
        ("if TYPE_CHECKING:\n    import no_such", None),
        ("x = 1\n__import__(x)", "mine.py:2 imports a module whose name is only known at run"),
    ],
)
def test_imports_that_cannot_be_resolved_are_recorded(tree, source, unknown):
    tree.write({"mine.py": source})
    found = tree.code().unknown
    assert found is None if unknown is None else found.startswith(unknown)


def test_first_reason_is_kept_and_those_of_helpers_count(tree):
    tree.write({"mine.py": "import helper", "helper.py": "import no_such\nimport other_"})
    assert tree.code().unknown.startswith("helper.py imports 'no_such'")


def test_source_that_cannot_be_read_is_unknown(tree, monkeypatch):
    def fail(file):
        raise PermissionError("not yours")

    tree.write({"mine.py": "x = 1"})
    monkeypatch.setattr("bench.identity.code.source_of", fail)
    assert tree.code().unknown == "the source of 'mine' cannot be read"


def test_code_that_cannot_be_parsed_counts_verbatim(tree):
    tree.write({"mine.py": "import helper", "helper.py": "x = = 1"})
    assert tree.changes({"helper.py": "x = = 2"})


def test_code_reachable_from_the_roots_alone_counts(tree):
    source = "def f(): return 1\ndef g(): return 2\n"
    tree.write({"mine.py": source})
    assert not tree.changes({"mine.py": source.replace("2", "3")}, ("mine", "f"))
    assert tree.changes({"mine.py": source.replace("2", "4")}, ("mine", "g"))
    assert tree.changes({"mine.py": source.replace("2", "5")}, ("mine", "f"), ("mine", "g"))
    assert tree.changes({"mine.py": source.replace("2", "6")}, ("mine", "f"), ("mine", ""))


def test_helper_that_looks_names_up_sees_all_of_the_root(tree):
    source = "import helper\ndef f(): return helper.x\ndef g(): return 2\n"
    tree.write({"mine.py": source, "helper.py": "import sys\nx = sys.modules['mine'].g()"})
    assert tree.changes({"mine.py": source.replace("2", "3")}, ("mine", "f"))


def test_packages_above_count_by_what_acts_in_them(tree):
    tree.write({"top/__init__.py": "", "top/pack/__init__.py": "", "top/pack/mine.py": "x = 1"})
    root = ("top.pack.mine", "x")
    assert tree.changes({"top/__init__.py": "print(1)"}, root)
    assert tree.changes({"top/pack/__init__.py": "print(1)"}, root)
    assert not tree.changes({"top/__init__.py": "print(1)\ndef unused(): pass"}, root)


class TestNamedModules:
    @pytest.mark.parametrize("source", ["x = 'helper'", "x = 'helper:f'", "x = 'set_helper:f'"])
    def test_module_that_a_string_names(self, tree, source):
        tree.write({"mine.py": source, "helper.py": "def f(): return 1\ndef g(): return 1"})
        assert tree.changes({"helper.py": "def f(): return 2\ndef g(): return 1"})
        all_of_it = ":" not in source
        edit = {"helper.py": "def f(): return 2\ndef g(): return 2"}
        assert tree.changes(edit) is all_of_it

    def test_two_names_in_one_module(self, tree):
        tree.write({"mine.py": "x = 'helper:f', 'helper:g'"})
        tree.write({"helper.py": "def f(): return 1\ndef g(): return 1"})
        assert tree.changes({"helper.py": "def f(): return 2\ndef g(): return 1"})
        assert tree.changes({"helper.py": "def f(): return 2\ndef g(): return 2"})

    def test_module_of_the_same_package(self, tree):
        tree.write({"top/__init__.py": "", "top/mine.py": "x = 'helper'", "top/helper.py": "x = 1"})
        assert tree.changes({"top/helper.py": "x = 2"}, ("top.mine", ""))

    def test_strings_that_name_no_module_of_ones_own(self, tree):
        tree.write({"mine.py": "x = 'numpy', 'json', 'no_such', 'bench'"})
        assert set(tree.code().parts) == {"mine"}
        tree.write({"mine.py": "x = 'numpy:array'"})
        assert set(tree.code().parts) == {"mine", "numpy"}

    def test_resources_of_another_package(self, tree):
        tree.write(
            {
                "far/away/pack/__init__.py": "",
                "far/away/pack/words.txt": "a",
                "mine.py": "read = files('far.away.pack').joinpath('words.txt').read_text()",
            }
        )
        assert tree.changes({"far/away/pack/words.txt": "b"})


class TestData:
    @pytest.fixture(autouse=True)
    def _elsewhere(self, tmp_path, monkeypatch):
        """Code and working directory are two folders."""
        (tmp_path / "work").mkdir()
        monkeypatch.chdir(tmp_path / "work")

    @pytest.mark.parametrize("folder", ["../", "../../", "", "deep/"])
    def test_data_files_are_found_in_every_supported_place(self, tree, folder):
        tree.write({"../mine.py": "x = open('deep/words.txt')"})
        file = f"{folder}deep/words.txt" if folder != "deep/" else "deep/deep/words.txt"
        tree.write({file: "a"})
        assert tree.changes({file: "b"}) is (folder != "deep/")

    def test_data_beside_the_code_and_in_the_working_directory_count_each(self, tree):
        tree.write({"../mine.py": "x = open('words.txt')", "words.txt": "a", "../words.txt": "a"})
        assert tree.changes({"words.txt": "b"})
        assert tree.changes({"../words.txt": "c"})
        assert tree.changes({"words.txt": "c", "../words.txt": "b"})

    def test_code_executed_by_its_path_counts(self, tree):
        tree.write({"../mine.py": "exec(open('run_me.py').read())"})
        tree.write({"run_me.py": "x = 1", "../run_me.py": "x = 1"})
        assert tree.changes({"run_me.py": "x = 2"})
        assert tree.changes({"../run_me.py": "x = 3"})

    @pytest.mark.parametrize(
        "names", [("text_a.txt", "text_b.txt"), ("text_a.py", "text_b.py")], ids=str
    )
    def test_files_of_a_composed_path_count_each_by_name(self, tree, names):
        first, second = (f"../{name}" for name in names)
        suffix = Path(first).suffix
        tree.write({"../mine.py": f"x = open(f'text_{{n}}{suffix}')", first: "x = 1"})
        tree.write({second: "x = 2"})
        assert tree.changes({first: "x = 2", second: "x = 1"})
        assert tree.changes({first: "x = 1"})
        before = tree.code().digest
        Path(second).rename(Path(second).with_stem("text_c"))
        assert tree.code().digest != before

    def test_folders_of_a_composed_path_count_each_by_name(self, tree):
        files = {"../texts_de/a.txt": "1", "../texts_en/a.txt": "2"}
        tree.write({"../mine.py": "x = open(f'texts_{n}/a.txt')", **files})
        assert tree.changes({"../texts_de/a.txt": "2", "../texts_en/a.txt": "1"})
        before = tree.code().digest
        Path("../texts_en").rename("../texts_fr")
        assert tree.code().digest != before

    def test_location_of_the_code_does_not_count(self, tree, tmp_path, monkeypatch):
        files = {"mine.py": "x = open('words.txt'), open(f'words{n}.txt'), open(f'{x}{y}/z.txt')"}
        files |= {"words.txt": "a", "words1.txt": "b", "z.txt": "c"}
        digests = set()
        for place in ("one", "two/three"):
            folder = tmp_path / "places" / place
            tree.write(files, folder)
            for working in (folder, tmp_path / "work"):
                monkeypatch.chdir(working)
                with monkeypatch.context() as patch:
                    patch.syspath_prepend(folder)
                    digests.add(tree.code().digest)
        assert len(digests) == 1

    def test_file_that_is_ignored_is_named_all_the_same(self, tree):
        tree.write({"../mine.py": "x = open('log.txt')", "log.txt": "a"})
        log = Path("log.txt").absolute()
        ignored = tree.code(ignored=frozenset({log}))
        assert log in ignored.named
        assert set(ignored.parts) == {"mine"}
        assert set(tree.code().parts) == {"mine", "file log.txt"}

    def test_package_that_a_string_names_is_no_data(self, tree):
        tree.write({"../mine.py": "x = open('pack/')", "../pack/__init__.py": "x = 1"})
        assert not tree.changes({"../pack/other.py": "x = 2"})
        tree.write({"../mine.py": "x = open('data/')", "../data/a.txt": "x = 1"})
        assert tree.changes({"../data/other.txt": "x = 2"})

    def test_file_that_cannot_be_read_is_unknown(self, tree, monkeypatch):
        def fail(path):
            raise PermissionError("not yours")

        tree.write({"../mine.py": "x = open('words.txt')", "words.txt": "a"})
        monkeypatch.setattr("bench.identity.code.content_digest", fail)
        assert tree.code().unknown == "words.txt cannot be read: not yours"


def test_part_is_the_digest_of_the_source(tree):
    tree.write({"mine.py": "x = 1\r\ny = 2\n"})
    assert tree.code().parts == {"mine": hashlib.sha256(b"x = 1\ny = 2\n").hexdigest()}
