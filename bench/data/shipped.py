"""The configs and datasets that are shipped with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(kind: Literal["configs", "datasets"]) -> Path:
    """The folder of that kind: inside an installed package, or at the top of a checkout."""
    installed = _PACKAGE / "_shipped" / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind


def shipped_datasets() -> dict[str, Path]:
    """The folders of the shipped datasets, by name."""
    folders = sorted(path for path in shipped("datasets").glob("*") if any(path.glob("*.jsonl")))
    return {path.name: path for path in folders}


def shipped_dataset(name: str) -> Path | None:
    """The folder of a shipped dataset; None for an unknown name, or if a local path has it.

    A run directory does not: it may be named like the dataset of its config.
    """
    folder = shipped_datasets().get(name)
    path = Path(name)
    hidden = folder is not None and path.exists() and not (path / "run.json").exists()
    return None if hidden else folder


def shipped_configs() -> dict[str, Path]:
    """The files of the shipped configs, by name."""
    return {path.stem: path for path in sorted(shipped("configs").glob("*.yaml"))}
