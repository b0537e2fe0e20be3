"""The wheel and the source archive, built from this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT


def built(target: str, folder: Path, source: Path = ROOT) -> Path:
    """Build a distribution.

    Args:
        target: ``"wheel"`` or ``"sdist"``.
        folder: where its file goes.
        source: the checkout, or an unpacked source archive.
    """
    build = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (file,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return file


@dataclass(frozen=True)
class Installation:
    """The wheel, installed into a folder of its own; what it needs comes from this environment.

    Attributes:
        site: the folder.
    """

    site: Path

    def environment(self, **variables: str) -> dict[str, str]:
        """The variables with which its commands and modules are found before all others."""
        path = f"{self.site / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "PYTHONPATH": str(self.site), **variables}


def installed(wheel: Path, site: Path) -> Installation:
    """Install a wheel as ``pip`` does for a user."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    quiet = ["--disable-pip-version-check", "--no-warn-script-location"]
    subprocess.run(
        [*pip, *quiet, "--target", str(site), str(wheel)], check=True, capture_output=True
    )
    return Installation(site)
