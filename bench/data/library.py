"""Imports the optional library ``datasets``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bench.errors import ConfigError


def datasets_library() -> Any:
    """Import the library.

    Raises:
        ConfigError: it is not installed. A folder of that name in the working directory would be
            imported as an empty package instead.
    """
    try:
        library = import_module("datasets")
    except ImportError:
        library = None
    if not hasattr(library, "load_dataset"):
        raise ConfigError("datasets is not installed: pip install 'qgbench[hub]'")
    return library
