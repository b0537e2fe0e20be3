"""The measures as modules of the ``evaluate`` library, one folder a module."""

from __future__ import annotations

from pathlib import Path

from bench.errors import UnknownNameError, unknown_name

_FOLDER = Path(__file__).parent


def evaluate_module(name: str) -> str:
    """The path to give to ``evaluate.load``: of ``item_sets`` or ``item_rouge``.

    Raises:
        UnknownNameError: there is no such module.
    """
    known = [
        folder.name for folder in _FOLDER.iterdir() if (folder / f"{folder.name}.py").is_file()
    ]
    if name not in known:
        raise UnknownNameError(unknown_name("evaluate module", name, known))
    return str(_FOLDER / name)
