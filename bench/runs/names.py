"""Names that are parts of file names."""

from __future__ import annotations

import re

_NAME = re.compile(r"[^\x00-\x1f\x7f/\\.][^\x00-\x1f\x7f/\\]{0,199}")
_BYTES = 220
_RATER = re.compile(r"\w[\w@-]{0,59}")  # without dots, so that it ends where the model begins


def is_rater_name(name: str) -> bool:
    """Whether a rater may have the name, which is beside that of a model in names of files."""
    return _RATER.fullmatch(name) is not None


def is_name(name: str) -> bool:
    """Whether a model may have the name, which is part of the names of its files.

    A config is stricter. This check keeps the files of any run inside its directory.
    """
    return _NAME.fullmatch(name) is not None and len(name.encode(errors="replace")) <= _BYTES
