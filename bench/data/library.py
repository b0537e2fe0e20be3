"""The library ``datasets``, where it is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bench.errors import ConfigError


def datasets_library() -> Any:
    """The library itself.

    Raises:
        ConfigError: it is not installed. Where a folder of that name lies in the working
            directory, importing it succeeds all the same, and gives something empty.
    """
    try:
        library = import_module("datasets")
    except ImportError:
        library = None
    if not hasattr(library, "load_dataset"):
        raise ConfigError("datasets is not installed: pip install 'qgbench[hub]'")
    return library
