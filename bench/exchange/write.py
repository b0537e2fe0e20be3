"""Writes the files of an export: all of them are made before the first is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.data.files import write_atomic
from bench.data.storage import folder_at
from bench.data.urls import is_url, local_path, masked
from bench.display import count
from bench.errors import ConfigError, StorageError

_ENDINGS = (".json", ".jsonl", ".yaml", ".yml", ".md")


def write_files(files: Mapping[str, str], output: str) -> list[str]:
    """Write texts below a directory, or a single one to a file.

    Args:
        files: the texts by relative path.
        output: the directory or its URL; a file if it ends like one of a format.

    Returns:
        What was written; URLs without secrets.

    Raises:
        ConfigError: there are several texts for one file, or a file cannot be written.
        StorageError: the URL cannot be written.
    """
    folder, names = output, dict(files)
    if output.lower().endswith(_ENDINGS) and not (not is_url(output) and Path(output).is_dir()):
        folder, _, name = output.rpartition("/")
        names = {name: only_text(files, output)}
    if is_url(output):
        folder = folder.rstrip("/")
        if not is_url(folder):  # nothing is left but "s3:"
            raise StorageError(f"{masked(output)}: has no path; add that of a folder")
        for name, text in names.items():
            inner, _, file = f"{folder}/{name}".rpartition("/")
            with folder_at(inner) as copy:
                write_atomic(copy / file, text)
        return [masked(f"{folder}/{name}") for name in names]
    root = local_path(folder or ("/" if output.startswith("/") else "."))
    for name, text in names.items():
        try:
            write_atomic(root / name, text)
        except OSError as error:
            raise ConfigError(f"{root / name}: cannot be written: {error.strerror}") from error
    return [str(root / name) for name in names]


def only_text(files: Mapping[str, str], output: str) -> str:
    """The text of an export of one file.

    Raises:
        ConfigError: there are several.
    """
    if len(files) != 1:
        raise ConfigError(
            f"{masked(output)}: is one file, and this export has {count(len(files), 'file')}; give"
            " a directory, or choose one model with --model"
        )
    return next(iter(files.values()))
