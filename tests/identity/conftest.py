"""Modules of a test's own: written, looked up anew, and forgotten after it."""

from __future__ import annotations

import importlib
import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.identity import locate
from bench.identity.code import Code, Root, code_of


@pytest.fixture(autouse=True)
def _forget(tmp_path: Path) -> Iterator[None]:
    """Each test imports modules of its own under names that others have used."""
    before = set(sys.modules)
    locate.forget()
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]
    locate.forget()


class Tree:
    """The files of a test, and what the code behind some roots in them is."""

    def write(self, files: Mapping[str, str | bytes], root: str | Path = ".") -> None:
        """Write files; text without its indentation."""
        for name, content in files.items():
            file = Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                file.write_bytes(content)
            else:
                file.write_text(textwrap.dedent(content).lstrip("\n"))

    def code(self, *roots: Root, **kwargs: Any) -> Code:
        """What a fresh process would find; all of ``mine`` where nothing else is said."""
        locate.forget()
        importlib.invalidate_caches()
        return code_of(roots or [("mine", "")], **kwargs)

    def changes(self, edit: Mapping[str, str | bytes], *roots: Root) -> bool:
        """Whether writing these files gives the code another digest."""
        before = self.code(*roots)
        self.write(edit)
        after = self.code(*roots)
        assert (before.unknown, after.unknown) == (None, None)
        return before.digest != after.digest

    def install(
        self,
        site: Path,
        files: Mapping[str, str],
        *,
        name: str = "theirs",
        record: Sequence[str] | None = None,
        direct: object = None,
    ) -> Path:
        """Leave behind what an installer does; gives the folder of its metadata."""
        self.write(files, site)
        info = site / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = [f"{file},sha256=x,1" for file in files] if record is None else record
        (info / "RECORD").write_text("".join(f"{line}\n" for line in lines))
        if direct is not None:
            (info / "direct_url.json").write_text(json.dumps(direct))
        return info


@pytest.fixture
def tree() -> Tree:
    """The test's own files."""
    return Tree()
