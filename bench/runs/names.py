"""Names that become names of files."""

from __future__ import annotations

import re

_NAME = re.compile(r"\w[\w@.-]{0,199}")


def is_name(name: str) -> bool:
    """Whether a model may be called so: the name is part of the names of its files."""
    return _NAME.fullmatch(name) is not None
