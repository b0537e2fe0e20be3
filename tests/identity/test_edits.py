"""An edit to code that a component consists of gives it another identity; no other edit does."""

from __future__ import annotations

import importlib
import json
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from bench.component import UNKNOWN
from bench.identity import locate
from bench.models.spec import build_model

MODEL = """
    {imports}
    class Mine{base}:
        tasks = ("summary",)
        def predict(self, articles, task):
            return [[{what}] for article in articles]
"""


def write(files, root="."):
    for name, text in files.items():
        file = Path(root, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"))


def signature(use="mine:Mine", **parameters):
    """What a fresh process would say."""
    locate.forget()
    importlib.invalidate_caches()
    own = [n for n, m in sys.modules.items() if str(Path.cwd()) in str(getattr(m, "__file__", ""))]
    for name in own:
        del sys.modules[name]
    return build_model(use, "m", parameters, seed=0).identity


def changes(edit, use="mine:Mine", **parameters):
    """Whether writing these files gives the component another identity."""
    before = signature(use, **parameters)
    write(edit)
    after = signature(use, **parameters)
    assert before.unknown is None, before.unknown
    return before.text != after.text


def model(imports="", what="1", base=""):
    return MODEL.format(imports=imports, what=what, base=base)


@pytest.mark.parametrize("base", ["", "(Model)"])
def test_class_itself(base):
    imports = "from bench.models.base import Model" if base else ""
    write({"mine.py": model(imports, base=base)})
    assert changes({"mine.py": model(imports, what="2", base=base)})


@pytest.mark.slow
@pytest.mark.parametrize(
    "imports",
    [
        "import helper",
        "import helper as other; helper = other",
        "from helper import START; import helper",
        "from helper import *; import helper",
        "import importlib; helper = importlib.import_module('helper')",
        "helper = __import__('helper')",
        "try:\n        import helper\n    except ImportError:\n        helper = None",
    ],
)
def test_module_that_it_imports(imports):
    write({"mine.py": model(imports, "helper.START"), "helper.py": "START = 0"})
    assert changes({"helper.py": "START = 8"})


@pytest.mark.parametrize(
    "late",
    [
        "import helper",
        "from helper import START",
        "import importlib; importlib.import_module('helper')",
    ],
)
def test_module_that_it_imports_late(late):
    code = model().replace("return", f"{late}\n            return")
    write({"mine.py": code, "helper.py": "START = 0"})
    assert changes({"helper.py": "START = 8"})


def test_late_imports_of_an_imported_module_count():
    write(
        {
            "mine.py": model("import helper", "helper.start()"),
            "helper.py": "def start():\n    from deeper import START\n    return START",
            "deeper.py": "import deepest\nSTART = deepest.START",
            "deepest.py": "START = 0",
        }
    )
    assert changes({"deepest.py": "START = 8"})


def test_base_class_in_another_file():
    write(
        {
            "mine.py": "from base import Base\nclass Mine(Base):\n    pass",
            "base.py": model().replace("Mine", "Base"),
        }
    )
    assert changes({"base.py": model(what="2").replace("Mine", "Base")})


@pytest.mark.slow
@pytest.mark.parametrize("imports", ["from . import helper", "from pack.inner import helper"])
def test_module_of_its_package(imports):
    write(
        {
            "pack/__init__.py": "",
            "pack/inner/__init__.py": "",
            "pack/inner/mine.py": model(imports, "helper.START"),
            "pack/inner/helper.py": "START = 0",
            "pack/inner/stranger.py": "START = 0",
        }
    )
    use = "pack.inner.mine:Mine"
    assert not changes({"pack/inner/stranger.py": "START = 8"}, use)
    assert changes({"pack/inner/helper.py": "START = 8"}, use)
    assert changes({"pack/__init__.py": "import sys"}, use)


@pytest.mark.slow
def test_class_that_a_package_hands_on():
    write(
        {
            "pack/__init__.py": "from pack.one import One\nfrom pack.two import Two",
            "pack/one.py": model().replace("Mine", "One"),
            "pack/two.py": model().replace("Mine", "Two"),
        }
    )
    edited = {"pack/one.py": model(what="2").replace("Mine", "One")}
    assert not changes(edited, "pack:Two")
    write({"pack/one.py": model().replace("Mine", "One")})
    assert changes(edited, "pack:One")


def test_neighbours_in_the_same_file_do_not_count():
    two = model("import one, two", "one.START") + model("", "two.START").replace("Mine", "Other")
    write({"mine.py": two, "one.py": "START = 0", "two.py": "START = 0"})
    assert not changes({"two.py": "START = 8"})
    assert not changes({"mine.py": two.replace("[one.START]", "[one.START, 2]")}, "mine:Other")
    assert changes({"one.py": "START = 8"})


def test_definitions_that_it_names_in_its_file_count():
    rest = "\nWORDS = ['a']\ndef words():\n    return WORDS\n"
    write({"mine.py": textwrap.dedent(model(what="words()")) + rest})
    assert changes({"mine.py": textwrap.dedent(model(what="words()")) + rest.replace("'a'", "'b'")})


@pytest.mark.slow
@pytest.mark.parametrize(
    "acting",
    [
        "import patches",  # nothing names it: it is there for what importing it does
        "import helper\n    helper.START = 1",
        "S = []\n    def step(f):\n        S.append(f)\n    @step\n    def first(): return 1",
        "if True:\n        START = 1",
    ],
)
def test_statements_with_effects_count_without_being_named(acting):
    write({"mine.py": model(acting), "helper.py": "START = 0", "patches.py": "X = 1"})
    edited = {"mine.py": model(acting.replace("1", "2")), "patches.py": "X = 2"}
    if acting == "import patches":
        del edited["mine.py"]
    assert changes(edited)


@pytest.mark.parametrize("look_up", ["globals()['helper'].START", "eval('helper.START')"])
def test_whole_file_counts_with_dynamic_lookup(look_up):
    write({"mine.py": model("import helper", look_up), "helper.py": "START = 0"})
    assert changes({"helper.py": "START = 8"})


def test_module_under_a_name_that_only_running_tells_makes_it_unknown():
    write({"mine.py": model("import importlib", "importlib.import_module(article.title)")})
    identity = signature()
    assert "mine.py:5 imports a module whose name is only known at run time" in identity.unknown
    assert identity.text.endswith(UNKNOWN)


CLOSURE = """
    def make(n):
        def predict(article, task):
            return [n]
        predict.tasks = ("summary",)
        return predict
    three = make(3)
    four = make(4)
"""


def test_closure_counts_by_its_code_and_its_values():
    write({"mine.py": CLOSURE})
    assert signature("mine:three").text != signature("mine:four").text
    assert not changes({"mine.py": CLOSURE.replace("make(4)", "make(5)")}, "mine:three")
    assert changes({"mine.py": CLOSURE.replace("make(4)", "make(6)")}, "mine:four")
    assert changes({"mine.py": CLOSURE.replace("[n]", "[n, n]")}, "mine:three")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "edited"),
    [
        ("from functools import partial\nfrom helper import f\nmine = partial(f, n=3)", "n=4"),
        ("from helper import f\nmine = lambda article, task: f(article, task, 3)", "task, 4"),
        ("from helper import Instance\nmine = Instance(3)", "Instance(4)"),
        ("from helper import Instance\nmine = Instance(3).bound", "Instance(4)"),
    ],
)
def test_partials_lambdas_instances_and_methods(code, edited):
    helper = """
        def f(article, task, n): return [n]
        class Instance:
            tasks = ("summary",)
            def __init__(self, n): self.n = n
            def predict(self, articles, task): return [[self.n] for a in articles]
            def bound(self, article, task): return [self.n]
    """
    write({"mine.py": code, "helper.py": helper})
    assert changes({"mine.py": code.replace(edited.replace("4", "3"), edited)}, "mine:mine")
    assert changes(
        {"helper.py": helper.replace("[n]", "[0]").replace("[self.n]", "[0]")}, "mine:mine"
    )


def test_state_that_cannot_be_told_makes_it_unknown():
    write(
        {
            "mine.py": """
                import random
                def make(r):
                    return lambda article, task: [r]
                mine = make(random.Random(0))
            """
        }
    )
    identity = signature("mine:mine")
    assert "whose state cannot be described" in identity.unknown
    nonces = {build_model("mine:mine", "m", {}, 0).nonce for _ in range(2)}
    assert len(nonces) == 2


@pytest.mark.slow
def test_parameters_of_a_hand_written_constructor():
    write({"mine.py": model().replace("tasks", "def __init__(self, n=1): pass\n        tasks")})
    assert signature(n=1).text == signature().text
    assert signature(n=2).text != signature().text
    assert "|n:1|" in signature().text


@pytest.mark.slow
def test_file_that_a_parameter_names_counts_by_content_wherever_it_lies(tmp_path):
    write({"mine.py": model().replace("tasks", "def __init__(self, words): pass\n        tasks")})
    write({"words.txt": "a", "there/words.txt": "a"})
    assert signature(words="words.txt").text == signature(words="there/words.txt").text
    assert signature(words="words.txt").text == signature(words=str(tmp_path / "words.txt")).text
    assert changes({"words.txt": "b"}, words="words.txt")
    assert signature(words="nothing.txt").text != signature(words="nothing.csv").text


@pytest.mark.parametrize(
    "reads",
    [
        "open('data/words.txt').read()",
        "(Path(__file__).parent / 'data' / 'words.txt').read_text()",
        "os.path.join(os.path.dirname(__file__), 'data', 'words.txt')",
    ],
)
def test_file_that_the_code_names_counts_by_content(reads):
    write({"mine.py": model("import os; from pathlib import Path", reads), "data/words.txt": "a"})
    assert changes({"data/words.txt": "b"})


def test_code_that_is_executed_by_its_path_counts():
    write({"mine.py": model("", "exec(open('run_me.py').read())"), "run_me.py": "import deeper"})
    write({"deeper.py": "X = 1"})
    assert changes({"deeper.py": "X = 2"})


def install(site, name, version, files, direct=None):
    """What an installer leaves behind."""
    write(files, site)
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in files))
    if direct is not None:
        (info / "direct_url.json").write_text(json.dumps(direct))


def test_installed_distribution_counts_by_its_version(tmp_path, monkeypatch):
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)
    write({"mine.py": model("import theirs", "theirs.X")})
    install(site, "theirs", "1.0", {"theirs.py": "X = 1"})
    assert not changes({"site/theirs.py": "X = 2"})
    before = signature().text
    (site / "theirs-1.0.dist-info" / "METADATA").write_text("Name: theirs\nVersion: 1.1\n")
    assert signature().text != before


def test_editable_install_counts_by_content(tmp_path, monkeypatch):
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)
    monkeypatch.syspath_prepend(tmp_path / "src")
    write({"mine.py": model("import theirs", "theirs.X"), "src/theirs.py": "X = 1"})
    direct = {"url": "file:///src", "dir_info": {"editable": True}}
    install(site, "theirs", "1.0", {}, direct)
    assert changes({"src/theirs.py": "X = 2"})


def test_installed_folder_counts_by_what_was_installed(tmp_path, monkeypatch):
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)
    write({"mine.py": model("import theirs", "theirs.X")})
    install(site, "theirs", "1.0", {"theirs.py": "X = 1"}, {"url": "file:///src", "dir_info": {}})
    before = signature().text
    record = site / "theirs-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text().replace("sha256=x", "sha256=y"))
    assert signature().text != before


def test_line_ends_and_the_folder_play_no_part():
    write({"mine.py": model("import helper", "helper.X"), "helper.py": "X = 1\nY = 2\n"})
    before = signature().text
    Path("helper.py").write_bytes(b"X = 1\r\nY = 2\r\n")
    assert signature().text == before


def test_module_in_an_archive_or_without_source_is_unknown_or_counts(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr("zipped.py", textwrap.dedent(model()))
    monkeypatch.syspath_prepend(str(tmp_path / "pack.zip"))
    identity = signature("zipped:Mine")
    assert identity.unknown is None or "zipped" in identity.unknown
    assert "code:" in identity.text or identity.text.endswith(UNKNOWN)
