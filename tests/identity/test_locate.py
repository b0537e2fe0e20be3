"""Where the code of a module comes from, and by what an installed one counts."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from bench.identity.locate import forget, locate, owning_distribution

FOLDER = {"url": "file:///src", "dir_info": {}}
EDITABLE = {"url": "file:///src", "dir_info": {"editable": True}}
ARCHIVE = {"url": "https://host/a.whl", "archive_info": {"hash": "sha256=1"}}
REPOSITORY = {"url": "https://host/a", "vcs_info": {"vcs": "git", "commit_id": "1"}}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of the import path that things are installed in."""
    folder = tmp_path / "site"
    monkeypatch.syspath_prepend(folder)
    return folder


def kind(name="theirs"):
    forget()
    return locate(name).kind


def distribution(name="theirs"):
    forget()
    return locate(name).distribution


def test_kinds(tree):
    tree.write({"mine.py": "", "pack/__init__.py": "", "names/inner/deep.py": "", "a.txt": ""})
    kinds = {
        **{"json": "standard", "json.decoder": "standard", "sys": "standard"},
        **{"bench": "shipped", "bench.identity.locate": "shipped"},
        **{"numpy": "installed", "numpy.linalg": "installed"},
        **{"mine": "own", "pack": "own", "names": "own", "names.inner": "own"},
        **{"names.inner.deep": "own", "names.inner.none": "missing", "names.none": "missing"},
        **{"no_such": "missing", "mine.inner": "missing", "pack.inner": "missing", "a": "missing"},
    }
    assert {name: kind(name) for name in kinds} == kinds
    assert not set(sys.modules) & {"mine", "pack", "names"}


def test_files_and_folders(tree, tmp_path):
    tree.write({"mine.py": "", "pack/__init__.py": "", "names/inner/deep.py": ""})
    found = {name: locate(name) for name in ("mine", "pack", "names", "names.inner")}
    assert {name: at.file for name, at in found.items()} == {
        "mine": tmp_path / "mine.py",
        "pack": tmp_path / "pack/__init__.py",
        "names": None,
        "names.inner": None,
    }
    assert {name: at.folder for name, at in found.items()} == {
        "mine": None,
        "pack": tmp_path / "pack",
        "names": tmp_path / "names",
        "names.inner": tmp_path / "names/inner",
    }
    assert {name: at.is_package for name, at in found.items()} == {
        "mine": False,
        "pack": True,
        "names": True,
        "names.inner": True,
    }
    assert locate("names.inner.deep").file == tmp_path / "names/inner/deep.py"


def test_module_made_by_hand_is_where_it_says(tmp_path, monkeypatch):
    module = types.ModuleType("made_by_hand")
    module.__file__ = str(tmp_path / "script.py")
    monkeypatch.setitem(sys.modules, "made_by_hand", module)
    assert locate("made_by_hand").file == tmp_path / "script.py"
    assert kind("made_by_hand") == "own"


def test_finder_that_fails_is_passed_over(tree, monkeypatch):
    class Broken:
        def find_spec(self, *args):
            raise RuntimeError("broken")

    tree.write({"mine.py": ""})
    monkeypatch.setattr(sys, "meta_path", [object(), Broken(), *sys.meta_path])
    assert kind("mine") == "own"


def test_index_gives_name_and_version(tree, site):
    tree.install(site, {"theirs.py": ""})
    assert (kind(), distribution()) == ("installed", "theirs==1.0")


def test_broken_origin_record_is_ignored(tree, site):
    info = tree.install(site, {"theirs.py": ""})
    for content in ("{", "[]", "null", '{"dir_info": []}'):
        (info / "direct_url.json").write_text(content)
        assert distribution().startswith("theirs==1.0"), content
    (info / "direct_url.json").write_text("{")
    assert distribution() == "theirs==1.0"


def test_editable_install_owns_nothing(tree, site):
    tree.install(site, {"theirs.py": ""}, direct=EDITABLE)
    assert (kind(), distribution()) == ("own", "")


def test_one_without_a_record_owns_nothing(tree, site):
    info = tree.install(site, {"theirs.py": ""})
    (info / "RECORD").unlink()
    assert kind() == "own"


def test_file_that_the_record_lacks_is_nobodys(tree, site):
    tree.install(site, {"theirs.py": ""}, record=["sub/theirs.py,sha256=x,1", "theirs.pyx,,"])
    assert kind() == "own"


def test_distribution_that_has_the_file_is_the_one(tree, site):
    tree.install(site, {"first.py": ""}, name="first")
    tree.install(site, {"second.py": ""}, name="second")
    assert owning_distribution(site / "first.py") == "first==1.0"
    assert owning_distribution(site / "second.py") == "second==1.0"
    assert owning_distribution(Path("/no/such.py")) == ""


@pytest.mark.parametrize("direct", [FOLDER, ARCHIVE, REPOSITORY])
@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("theirs.py,sha256=y,1", True),
        ("words.txt,sha256=y,1", True),
        ("theirs/data/words.txt,sha256=y,1", True),
        ("native.so,sha256=y,1", True),
        ("../../bin/theirs,sha256=y,1", False),
        ("theirs-1.0.dist-info/direct_url.json,sha256=y,1", False),
        ("__pycache__/theirs.cpython-311.pyc,,", False),
    ],
)
def test_install_from_elsewhere_counts_by_the_record_of_its_files(tree, site, direct, line, counts):
    record = ["theirs.py,sha256=x,1"]
    info = tree.install(site, {"theirs.py": ""}, record=record, direct=direct)
    before = distribution()
    assert before.startswith("theirs==1.0+")
    (info / "RECORD").write_text("\n".join([*record, line]) + "\n")
    assert (distribution() != before) is counts


def test_order_of_a_record_says_nothing(tree, site):
    record = ["theirs.py,sha256=x,1", "words.txt,sha256=y,1"]
    info = tree.install(site, {"theirs.py": ""}, record=record, direct=FOLDER)
    before = distribution()
    (info / "RECORD").write_text("\n".join(reversed(record)) + "\n")
    assert distribution() == before
