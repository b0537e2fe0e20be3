"""What an install of the core consists of: distributions, their size and their licences.

    python tests/footprint.py             # of the environment that runs it
    python tests/footprint.py --fresh     # of a new environment, installed from the package index

Of the environment that runs it, counted are the distributions that the project's requirements
without extras lead to, by what the installed ones say of themselves, so that further ones do not
matter. Of a new environment, all that is in it is counted.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPYLEFT = re.compile(
    r"\b[AL]?GPL|(GNU|Affero|Lesser|Library)\b.*General Public", re.IGNORECASE | re.DOTALL
)
_LONGEST_NAME = 200  # some have the whole text, with those of libraries in their wheels


@dataclass(frozen=True)
class Installed:
    """A distribution as it is installed."""

    name: str
    size: int
    """Bytes of its files, without compiled copies of sources."""
    licences: tuple[str, ...]
    """What its metadata says: expression, field, classifiers; a whole text is left out."""

    @property
    def is_copyleft(self) -> bool:
        """Whether one of its licences is of the GPL's family."""
        return any(COPYLEFT.search(licence) for licence in self.licences)


def core_requirements() -> list[str]:
    """The requirements without extras, as ``pyproject.toml`` has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements: list[str] = project["dependencies"]
    return requirements


def closure(requirements: Iterable[str]) -> list[Installed]:
    """Every distribution that the requirements lead to, in this environment."""
    from packaging.requirements import Requirement

    waiting = [(Requirement(text), frozenset[str]()) for text in requirements]
    found: dict[str, Installed] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, extras = waiting.pop()
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
            continue
        key = (normalised(requirement.name), frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            one = distribution(requirement.name)
            found[key[0]] = _installed(one)
            waiting += [(Requirement(text), key[1]) for text in one.requires or ()]
    return [found[name] for name in sorted(found)]


def fresh_environment(folder: Path) -> Path:
    """Install the project without extras into a new environment, and return its interpreter.

    Raises:
        subprocess.CalledProcessError: it cannot be installed.
    """
    new = [sys.executable, "-m", "venv", "--without-pip", "--clear", str(folder)]
    subprocess.run(new, check=True, capture_output=True, text=True)
    pip = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet"]
    # Compiled copies of sources would take as long again as all the rest.
    subprocess.run([*pip, "--no-compile", str(ROOT)], check=True, capture_output=True, text=True)
    return Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")


def all_installed(python: Path) -> list[Installed]:
    """Every distribution in the environment of an interpreter, the project among them."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    asked = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True)
    found = map(_installed, distributions(path=[asked.stdout.strip()]))
    return sorted(found, key=lambda one: normalised(one.name))


def normalised(name: str) -> str:
    """The name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(one: Distribution) -> Installed:
    files = [Path(str(one.locate_file(file))) for file in one.files or ()]
    size = sum(f.stat().st_size for f in files if f.suffix != ".pyc" and f.is_file())
    metadata = one.metadata
    classifiers = [c for c in metadata.get_all("Classifier") or () if c.startswith("License")]
    fields = [metadata.get(key) or "" for key in ("License-Expression", "License")]
    names = [text for text in (*fields, *classifiers) if text and len(text) <= _LONGEST_NAME]
    return Installed(one.name, size, tuple(names))


def main() -> None:
    """Print the distributions, largest first."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--fresh", action="store_true", help="install into a new environment")
    if arguments.parse_args().fresh:
        with tempfile.TemporaryDirectory() as folder:
            found = all_installed(fresh_environment(Path(folder)))
        what = "distributions"
    else:
        found = closure(core_requirements())
        what = "distributions and the project itself"
    for one in sorted(found, key=lambda one: -one.size):
        licence = one.licences[0].splitlines()[0][:50] if one.licences else "?"
        print(f"{one.name:24}{one.size / 1e6:8.1f} MB  {licence}")
    print(f"\n{len(found)} {what}, {sum(one.size for one in found) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
