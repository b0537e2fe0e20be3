"""Writes again what is generated from the tables of names: ``python -m tests.renew``.

That is ``bench/catalog.json``, which `bench list` reads, and ``tests/component_versions.json``.
Options are those of ``tests/component_versions.py``.
"""

from __future__ import annotations

import sys

from bench import catalog
from tests import component_versions


def main() -> int:
    """Write both files; 1 if a component needs another `version` first."""
    catalog.write()
    return component_versions.main(["--update", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
